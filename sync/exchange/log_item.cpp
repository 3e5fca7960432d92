#include "sync/exchange/log_item.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "model/codec/reader.h"
#include "model/codec/writer.h"

namespace fieldseal::exchange {

namespace {

constexpr std::uint8_t item_version = 1;
/// Sequence numbers stay below 2^63.
constexpr std::uint64_t sequence_limit = (1ull << 63) - 1;

/// Where names stand in the run, so that a parent within it takes one byte instead of 32.
class Places {
  public:
    explicit Places(const history::LogSegment& segment) : segment_(segment) {}
    /// `name` stands at the next place; false where it stands in the run already.
    bool add(const Hash& name) { return places_.emplace(name, places_.size()).second; }
    /// How many revisions before the next place the name stands: 1 for the one before; the segment's predecessor stands
    /// before the first. 0 where it is not among them.
    std::size_t steps_back(const Hash& name) const {
        const auto found = places_.find(name);
        if (found != places_.end()) {
            return places_.size() - found->second;
        }
        return segment_.first > 1 && segment_.previous == name ? places_.size() + 1 : 0;
    }

  private:
    const history::LogSegment& segment_;
    std::unordered_map<Hash, std::size_t> places_;
};

std::int64_t difference_of(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t sum_of(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

void write_revision(codec::Writer& out, const history::Revision& revision, const Places& places,
                    const history::Time& before) {
    out.raw(revision.record.view());
    out.u8(static_cast<std::uint8_t>(revision.kind));
    out.number(revision.parents.size());
    for (const Hash& parent : revision.parents) {
        const std::size_t back = places.steps_back(parent);
        out.number(back);
        if (back == 0) {
            out.raw(parent.view());
        }
    }
    out.integer(difference_of(revision.time.wall_ms, before.wall_ms));
    out.integer(difference_of(revision.time.uptime_ms, before.uptime_ms));
    out.integer(difference_of(revision.time.logical_ms, revision.time.wall_ms));
    out.raw(revision.salt.view());
    codec::write_edits(out, revision.edits);
}

void read_parents(codec::Reader& in, std::vector<Hash>& parents, const history::LogSegment& segment,
                  const Places& places) {
    const std::size_t place = segment.revisions.size();
    parents.resize(in.count(history::parent_limit, 1));
    for (Hash& parent : parents) {
        const std::uint64_t back = in.number_up_to(place + 1);
        if (back == 0) {
            parent = in.fixed<Hash>();
            if (places.steps_back(parent) != 0) {
                in.fail("a parent within the run is given by its name");
            }
        } else if (back <= place) {
            parent = segment.revisions[place - back];
        } else if (segment.first > 1) {
            parent = segment.previous;
        } else {
            in.fail("a parent stands before the start of the log");
        }
    }
    if (std::adjacent_find(parents.begin(), parents.end(), std::greater_equal<>{}) != parents.end()) {
        in.fail("parents are not in order");
    }
    if (!parents.empty() && parents.front().is_zero()) {
        in.fail("a parent is zero");
    }
}

history::Revision read_revision(codec::Reader& in, ByteView bytes, const history::LogSegment& segment,
                                const Places& places, const history::Time& before, history::EncodedRevision& encoded) {
    history::Revision revision;
    revision.record = in.fixed<RecordId>();
    revision.kind = static_cast<record::Kind>(in.u8());
    if (!record::is_valid(revision.kind)) {
        in.fail("this kind of record does not exist");
    }
    revision.device = segment.device;
    revision.sequence = segment.first + segment.revisions.size();
    revision.previous = segment.revisions.empty() ? segment.previous : segment.revisions.back();
    read_parents(in, revision.parents, segment, places);
    revision.time.wall_ms = sum_of(before.wall_ms, in.integer());
    revision.time.uptime_ms = sum_of(before.uptime_ms, in.integer());
    revision.time.logical_ms = sum_of(revision.time.wall_ms, in.integer());
    const std::size_t start = in.offset();
    revision.salt = in.fixed<history::RevisionSalt>();
    revision.edits = codec::read_edits(in);
    if (in.offset() - start > history::body_limit) {
        in.fail("a revision's body has more than 8 MiB");
    }
    // A body has one form only, so these are the bytes that encode_body would write.
    encoded.body = bytes.subspan(start, in.offset() - start);
    encoded.head = history::encode_head(revision, history::hash_of_body(encoded.body));
    return revision;
}

}  // namespace

Bytes encode(const LogItem& item) {
    const history::LogSegment& segment = item.segment;
    if (item.bodies.size() != segment.revisions.size() || segment.revisions.empty()) {
        throw Error(ErrorCode::usage, "A run of a log cannot be written: it is empty or does not fit its revisions.");
    }
    codec::Writer out;
    out.u8(item_version);
    out.raw(segment.device.view());
    out.number(segment.first);
    if (segment.first > 1) {
        out.raw(segment.previous.view());
    }
    out.number(segment.revisions.size());
    Places places(segment);
    history::Time before;
    for (std::size_t i = 0; i < segment.revisions.size(); ++i) {
        const std::optional<history::Revision>& body = item.bodies[i];
        out.boolean(body.has_value());
        if (body) {
            write_revision(out, *body, places, before);
            before = body->time;
        } else {
            out.raw(segment.revisions[i].view());
        }
        places.add(segment.revisions[i]);
    }
    out.raw(segment.signature.view());
    return out.take();
}

LogItem decode_log_item(ByteView bytes) {
    codec::Reader in(bytes, "log segment");
    if (const std::uint8_t version = in.u8(); version != item_version) {
        if (version > item_version) {
            throw Error(ErrorCode::newer_version,
                        "A part of a log was written by a newer Fieldseal. Install the latest version to read it.");
        }
        in.fail("its version is 0");
    }
    LogItem item;
    history::LogSegment& segment = item.segment;
    segment.device = in.fixed<DeviceId>();
    segment.first = in.number_up_to(sequence_limit);
    if (segment.first == 0) {
        in.fail("logs start at 1");
    }
    if (segment.first > 1) {
        segment.previous = in.fixed<Hash>();
        if (segment.previous.is_zero()) {
            in.fail("it has no predecessor");
        }
    }
    // A name alone takes 33 bytes, a revision with its body 40 and more.
    const std::size_t count = in.count(history::segment_limit, 1 + Hash::size);
    if (count == 0 || count - 1 > sequence_limit - segment.first) {
        in.fail("it has no revisions, or too many for its place");
    }
    Places places(segment);
    history::Time before;
    for (std::size_t i = 0; i < count; ++i) {
        Hash name;
        if (in.boolean()) {
            history::EncodedRevision encoded;
            history::Revision revision = read_revision(in, bytes, segment, places, before, encoded);
            before = revision.time;
            name = history::name_of_head(encoded.head);
            item.encoded.push_back(std::move(encoded));
            item.bodies.emplace_back(std::move(revision));
        } else {
            name = in.fixed<Hash>();
            if (name.is_zero()) {
                in.fail("a revision has no name");
            }
            item.bodies.emplace_back(std::nullopt);
            item.encoded.emplace_back();
        }
        if (!places.add(name)) {
            in.fail("it names a revision twice");
        }
        segment.revisions.push_back(name);
    }
    segment.signature = in.fixed<crypto::Signature>();
    in.expect_end();
    return item;
}

}  // namespace fieldseal::exchange
