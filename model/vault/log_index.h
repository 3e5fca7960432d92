// What is known of every device's log, in memory: built from the segment rows when first needed. Private to this
// folder.
#pragma once

#include <map>
#include <unordered_map>

#include "model/vault/vault.h"

namespace fieldseal::vault {

/// One place of a log.
struct LogEntry {
    Hash name;
    /// Row of table `revision`; 0 while the body is not here.
    std::int64_t row = 0;
    /// Bytes of head and body, to cut segments of bounded size.
    std::uint32_t size = 0;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(name, row, size);
    }
};

/// A row of table `segment`: a run of a log. Without a signature it is the local device's open tail.
struct SegmentRow {
    DeviceId device;
    std::uint64_t first = 0;
    Hash previous;
    bool is_signed = false;
    crypto::Signature signature;
    std::vector<LogEntry> entries;

    std::uint64_t last() const { return first + entries.size() - 1; }
    template <class Archive>
    void serialize(Archive& ar) {
        ar(device, first, previous, is_signed, signature, entries);
    }
};

struct DeviceLog {
    std::map<std::uint64_t, LogEntry> entries;
    /// Where a run starts, which name it says comes before.
    std::map<std::uint64_t, Hash> previous;
    /// First sequence number and count of each signed run, with its row.
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::int64_t> segments;
    /// Rows of the open tail, in order.
    std::vector<std::int64_t> tail;
};

class LogIndex {
  public:
    void add(std::int64_t row, const SegmentRow& segment);
    DeviceLog& log(const DeviceId& device) { return logs_[device]; }
    const DeviceLog* find(const DeviceId& device) const;
    const std::unordered_map<DeviceId, DeviceLog>& logs() const { return logs_; }
    /// Row of a revision whose body is here; 0 otherwise.
    std::int64_t row_of(const Hash& revision) const;
    void note_revision(const Hash& name, std::int64_t row) { rows_[name] = row; }
    /// The body is no longer here.
    void forget_revision(const Hash& name) { rows_.erase(name); }
    const std::unordered_map<Hash, std::int64_t>& revisions() const { return rows_; }

  private:
    std::unordered_map<DeviceId, DeviceLog> logs_;
    std::unordered_map<Hash, std::int64_t> rows_;
};

}  // namespace fieldseal::vault
