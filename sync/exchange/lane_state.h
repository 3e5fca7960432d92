// What was offered on each lane and what receipts cover: small values on the vault's shelves. Used by the files of this
// folder only.
#pragma once

#include <map>
#include <string>

#include "model/codec/canonical_archive.h"
#include "sync/bundle/bundle.h"
#include "sync/exchange/log_place.h"

namespace fieldseal::exchange {

/// What one reader has, was offered, or is owed no more. Merging takes the most of each, so that it never goes back by
/// accident.
struct Marks {
    /// Device to the last place of its log.
    std::map<DeviceId, std::uint64_t> logs;
    /// Content to the number of its chunks, from the first.
    std::map<Hash, std::uint32_t> blobs;
    std::uint64_t roster_version = 0;
    bool enrolment = false;
    std::map<Hash, bool> questionnaires;
    /// What our receipts on the lane have said.
    std::map<DeviceId, std::uint64_t> receipt_logs;
    std::map<Hash, bool> receipt_blobs;
    std::uint64_t receipt_roster = 0;
    /// Places whose names had gone ahead and whose bodies travelled alone. No receipt tells these from names, so they
    /// count as lost when their bundle vanishes, and every stick holds them again.
    std::map<LogPlace, bool> late;
    /// Holds again whatever travelled late on the lane and is still for the reader.
    bool all_late = false;

    void merge(const Marks& other);
    /// Whether all that travels besides receipts and late bodies is within `other`.
    bool within(const Marks& other) const;
    bool holds_only_receipts() const {
        return logs.empty() && blobs.empty() && roster_version == 0 && !enrolment && questionnaires.empty() &&
               late.empty();
    }

    template <class Archive>
    void serialize(Archive& ar) {
        ar(logs, blobs, roster_version, enrolment, questionnaires, receipt_logs, receipt_blobs, receipt_roster, late,
           all_late);
    }
};

/// Our objects of one bundle on a store.
struct StoredBundle {
    std::string index;
    /// Names and sizes.
    std::vector<std::pair<std::string, std::uint64_t>> parts;
    Marks marks;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(index, parts, marks);
    }
};

struct LaneState {
    std::uint64_t counter = 0;
    /// Id of the lane's last bundle.
    Hash previous;
    /// Put on the store. What was only exported is offered again: sticks get lost.
    Marks offered;
    /// Written as files.
    Marks exported;
    /// Places in logs up to which nothing is for the reader: not looked at again.
    std::map<DeviceId, std::uint64_t> looked_at;
    /// Revisions of which it could not be said yet whether they are for the reader, since what they belong to is not
    /// here.
    std::map<LogPlace, bool> undecided;
    /// Something arrived again that a receipt had covered: that receipt was lost.
    bool receipt_owed = false;
    /// Devices of the team when the lane was last filled: a new one needs what the others have.
    std::vector<DeviceId> readers;
    std::vector<StoredBundle> stored;
    /// The reader is revoked, and the roster that says so is on the store.
    bool told_revoked = false;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(counter, previous, offered, exported, looked_at, undecided, receipt_owed, readers, stored, told_revoked);
    }
};

/// A bundle that is sealed but not yet wholly on the store: sent again as the same bytes, so that what is there already
/// need not travel twice.
struct PendingBundle {
    std::uint64_t counter = 0;
    Marks marks;
    Bytes sealed;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(counter, marks, sealed);
    }
};

/// One bundle of an assessment that was sealed when it was finalised: kept, and sent as the same bytes, until receipts
/// cover it.
struct SealedBundle {
    RecordId record;
    /// The last place of the own log whose body it holds, and contents of evidence.
    Marks marks;
    /// Put on a store or written as a file.
    bool sent = false;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(record, marks, sent);
    }
};

/// All receipts of one device, merged.
struct HeldBy {
    std::map<DeviceId, std::uint64_t> logs;
    std::map<Hash, bool> blobs;
    std::uint64_t roster_version = 0;
    /// Of the newest.
    std::int64_t issued_ms = 0;

    std::uint64_t up_to(const DeviceId& device) const;
    bool operator==(const HeldBy&) const = default;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(logs, blobs, roster_version, issued_ms);
    }
};

/// Who named this content as evidence, and as how large.
struct ContentUse {
    DeviceId device;
    RecordId evidence;
    std::uint64_t size = 0;

    bool operator==(const ContentUse&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(device, evidence, size);
    }
};

Bytes lane_key(const bundle::Lane& lane);

}  // namespace fieldseal::exchange
