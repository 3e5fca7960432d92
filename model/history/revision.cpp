#include "model/history/revision.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "model/crypto/hash.h"

namespace fieldseal::history {

namespace {

constexpr std::uint8_t head_version = 1;
constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
/// Room for first + count without overflow.
constexpr std::uint64_t sequence_limit = (std::uint64_t{1} << 63) - 1;

std::int64_t add_saturating(std::int64_t value, std::int64_t positive) {
    return value > std::numeric_limits<std::int64_t>::max() - positive ? std::numeric_limits<std::int64_t>::max()
                                                                       : value + positive;
}

bool strictly_ascending(std::span<const Hash> names) {
    return std::adjacent_find(names.begin(), names.end(), std::greater_equal<>{}) == names.end();
}

/// Why a revision cannot be written; empty where it can.
std::string_view reason_against(const Revision& revision) {
    if (revision.sequence == 0 || revision.sequence > sequence_limit) {
        return "its sequence number is out of range";
    }
    if (revision.previous.is_zero() != (revision.sequence == 1)) {
        return "its predecessor does not fit its sequence number";
    }
    if (!strictly_ascending(revision.parents)) {
        return "its parents are not in order";
    }
    if (!revision.parents.empty() && revision.parents.front().is_zero()) {
        return "one of its parents is zero";
    }
    if (!record::is_valid(revision.kind)) {
        return "its kind is unknown";
    }
    return {};
}

bool well_formed(const LogSegment& segment) {
    return segment.first >= 1 && segment.first <= sequence_limit && !segment.revisions.empty() &&
           segment.revisions.size() <= segment_limit && segment.last() <= sequence_limit &&
           segment.previous.is_zero() == (segment.first == 1) &&
           std::none_of(segment.revisions.begin(), segment.revisions.end(),
                        [](const Hash& name) { return name.is_zero(); });
}

Bytes signed_bytes(const LogSegment& segment, const DeploymentId& deployment) {
    codec::Writer out;
    out.raw(deployment.view());
    out.raw(segment.device.view());
    out.number(segment.first);
    out.raw(segment.previous.view());
    out.number(segment.revisions.size());
    for (const Hash& name : segment.revisions) {
        out.raw(name.view());
    }
    return out.take();
}

Revision read_head(ByteView head, Hash& body_hash) {
    codec::Reader in(head, "revision head");
    const std::uint8_t version = in.u8();
    if (version > head_version) {
        throw Error(ErrorCode::newer_version,
                    "A revision was written by a newer Fieldseal. Install the latest version to read it.");
    }
    if (version != head_version) {
        in.fail("its version is 0");
    }
    Revision revision;
    revision.record = in.fixed<RecordId>();
    revision.kind = static_cast<record::Kind>(in.u8());
    revision.device = in.fixed<DeviceId>();
    revision.sequence = in.number();
    revision.previous = in.fixed<Hash>();
    revision.parents.resize(in.count(parent_limit, Hash::size));
    for (Hash& parent : revision.parents) {
        parent = in.fixed<Hash>();
    }
    revision.time.wall_ms = in.integer();
    revision.time.uptime_ms = in.integer();
    // Logical time lies close to the wall clock unless the clock was behind, so the difference is short.
    const auto offset = static_cast<std::uint64_t>(in.integer());
    revision.time.logical_ms = static_cast<std::int64_t>(static_cast<std::uint64_t>(revision.time.wall_ms) + offset);
    body_hash = in.fixed<Hash>();
    in.expect_end();
    if (const std::string_view reason = reason_against(revision); !reason.empty()) {
        in.fail(std::string(reason));
    }
    return revision;
}

void read_body(ByteView body, Revision& revision) {
    if (body.size() > body_limit) {
        throw Error(ErrorCode::too_large, "A revision's body has more than 8 MiB. It was not made by Fieldseal.");
    }
    codec::Reader in(body, "revision body");
    revision.salt = in.fixed<RevisionSalt>();
    revision.edits = codec::read_edits(in);
    in.expect_end();
}

}  // namespace

std::int64_t logical_time(std::int64_t wall_ms, std::span<const std::int64_t> seen) {
    const std::int64_t credible = add_saturating(wall_ms, day_ms);
    std::int64_t logical = wall_ms;
    for (const std::int64_t time : seen) {
        if (time <= credible) {
            logical = std::max(logical, add_saturating(time, 1));
        }
    }
    return logical;
}

Bytes encode_body(const Revision& revision) {
    codec::Writer out;
    out.raw(revision.salt.view());
    codec::write_edits(out, revision.edits);
    if (out.size() > body_limit) {
        throw Error(ErrorCode::too_large,
                    "One change of a record may have 8 MiB at most. Save long texts as evidence files instead.");
    }
    return out.take();
}

Bytes encode_head(const Revision& revision, const Hash& body_hash) {
    if (revision.parents.size() > parent_limit) {
        throw Error(ErrorCode::too_large, "A revision may join at most 64 others. Join some of them first.");
    }
    if (const std::string_view reason = reason_against(revision); !reason.empty()) {
        throw Error(ErrorCode::usage, "A revision cannot be written: " + std::string(reason) + ".");
    }
    codec::Writer out;
    out.u8(head_version);
    out.raw(revision.record.view());
    out.u8(static_cast<std::uint8_t>(revision.kind));
    out.raw(revision.device.view());
    out.number(revision.sequence);
    out.raw(revision.previous.view());
    out.number(revision.parents.size());
    for (const Hash& parent : revision.parents) {
        out.raw(parent.view());
    }
    out.integer(revision.time.wall_ms);
    out.integer(revision.time.uptime_ms);
    // Modulo 2^64: any pair of times has exactly one form.
    out.integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(revision.time.logical_ms) -
                                          static_cast<std::uint64_t>(revision.time.wall_ms)));
    out.raw(body_hash.view());
    return out.take();
}

Hash hash_of_body(ByteView body) {
    return crypto::hash("fieldseal/v1/revision-body", body);
}

Hash name_of_head(ByteView head) {
    return crypto::hash("fieldseal/v1/revision", head);
}

Hash name_of(const Revision& revision) {
    return name_of_head(encode_head(revision, hash_of_body(encode_body(revision))));
}

Revision decode_revision(ByteView head, ByteView body) {
    Hash body_hash;
    Revision revision = read_head(head, body_hash);
    if (hash_of_body(body) != body_hash) {
        throw Error(ErrorCode::damaged,
                    "A revision's body is not the one that its head names. Ask its sender for it again.");
    }
    read_body(body, revision);
    return revision;
}

void sign_segment(LogSegment& segment, const DeploymentId& deployment, const crypto::SigningKey& key) {
    if (segment.device != crypto::device_of(key.verify_key())) {
        throw Error(ErrorCode::usage, "A device can only sign its own log.");
    }
    if (!well_formed(segment)) {
        throw Error(ErrorCode::usage,
                    "This run of a log cannot be signed: it is empty, too long, or does not fit its place.");
    }
    segment.signature = key.sign("fieldseal/v1/segment", signed_bytes(segment, deployment));
}

bool verify_segment(const LogSegment& segment, const DeploymentId& deployment, const crypto::VerifyKey& key) {
    return well_formed(segment) && segment.device == crypto::device_of(key) &&
           crypto::verify(key, "fieldseal/v1/segment", signed_bytes(segment, deployment), segment.signature);
}

}  // namespace fieldseal::history
