// A revision: what one device did to one record at one moment. docs/formats/history.md gives every byte.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/codec/value.h"
#include "model/crypto/sign.h"
#include "model/record/record.h"

namespace fieldseal::history {

/// When a revision was made, as far as its device knew. Clocks in the field lie: order comes from parents, never from
/// here.
struct Time {
    /// What the wall clock said.
    std::int64_t wall_ms = 0;
    /// Since the machine's start.
    std::int64_t uptime_ms = 0;
    /// Hybrid logical time: see logical_time(). Breaks ties between concurrent edits, nothing else.
    std::int64_t logical_ms = 0;
    bool operator==(const Time&) const = default;
};

/// The logical time of a new revision (Kulkarni et al., Logical Physical Clocks, 2014, without a counter): the wall
/// clock, or one more than the latest of `seen` where that is later, but what lies more than a day ahead of the wall
/// clock is left out, so that one clock set wrong by years does not drag the others along.
std::int64_t logical_time(std::int64_t wall_ms, std::span<const std::int64_t> seen);

using RevisionSalt = FixedBytes<struct RevisionSaltTag, 16>;

struct Revision {
    RecordId record;
    record::Kind kind = record::Kind::site;
    DeviceId device;
    /// Place in the device's log, from 1.
    std::uint64_t sequence = 0;
    /// Name of the device's revision before this one; zero for the first.
    Hash previous;
    /// The record's heads that the author had seen, ascending; empty for a record's first revision.
    std::vector<Hash> parents;
    Time time;
    /// Random, so that a body that was left out or erased cannot be guessed from its hash.
    RevisionSalt salt;
    codec::Edits edits;
    bool operator==(const Revision&) const = default;
};

constexpr std::size_t parent_limit = 64;
/// Of one encoded body.
constexpr std::size_t body_limit = 8u << 20;

/// salt and edits, canonically. Error(too_large) over body_limit.
Bytes encode_body(const Revision& revision);
/// Everything else, ending in the body's hash: hash("fieldseal/v1/revision-body", body). Error(usage) if parents are
/// not in order, sequence is 0 or previous does not fit it; Error(too_large) over parent_limit.
Bytes encode_head(const Revision& revision, const Hash& body_hash);
/// What encode_head is given.
Hash hash_of_body(ByteView body);
/// The name of the revision with this head.
Hash name_of_head(ByteView head);
/// A revision's bytes, so that what was read or hashed once is not written anew to be stored.
struct EncodedRevision {
    Bytes head;
    /// Not its own: lives with what it was read from.
    ByteView body;
};
/// The revision's name: hash("fieldseal/v1/revision", head). The name thus commits to the body, and a log verifies
/// without it.
Hash name_of(const Revision& revision);
/// From head and body. Throws Error(damaged) if either is not canonical or the head's body hash is not the body's,
/// Error(too_large) over a limit, Error(newer_version) for a head of a version that this program does not know.
Revision decode_revision(ByteView head, ByteView body);

/// A run of a device's log under one signature.
struct LogSegment {
    DeviceId device;
    /// Sequence number of the first of `revisions`.
    std::uint64_t first = 0;
    /// Name of the revision before the run; zero where first is 1.
    Hash previous;
    std::vector<Hash> revisions;
    crypto::Signature signature;

    std::uint64_t last() const { return first + revisions.size() - 1; }
    bool operator==(const LogSegment&) const = default;
};

constexpr std::size_t segment_limit = 100'000;

/// Signs over deployment, device, first, previous and the run ("fieldseal/v1/segment"). Error(usage) if the segment is
/// not the key's device's or not well-formed (see verify_segment).
void sign_segment(LogSegment& segment, const DeploymentId& deployment, const crypto::SigningKey& key);
/// Whether the signature is `key`'s, `key` is the segment's device's, and the segment is well-formed: 1 to
/// segment_limit revisions, none of them zero, previous zero if and only if first is 1, sequence numbers that stay
/// below 2^63.
bool verify_segment(const LogSegment& segment, const DeploymentId& deployment, const crypto::VerifyKey& key);

}  // namespace fieldseal::history
