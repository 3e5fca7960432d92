#include "model/vault/log_index.h"

namespace fieldseal::vault {

void LogIndex::add(std::int64_t row, const SegmentRow& segment) {
    DeviceLog& log = logs_[segment.device];
    std::uint64_t sequence = segment.first;
    for (const LogEntry& entry : segment.entries) {
        LogEntry& known = log.entries[sequence++];
        // The same place may stand in several runs; the one that has the body counts.
        if (known.row == 0) {
            known = entry;
        }
        if (entry.row != 0) {
            rows_[entry.name] = entry.row;
        }
    }
    log.previous[segment.first] = segment.previous;
    if (segment.is_signed) {
        log.segments[{segment.first, segment.entries.size()}] = row;
    } else {
        log.tail.push_back(row);
    }
}

const DeviceLog* LogIndex::find(const DeviceId& device) const {
    const auto found = logs_.find(device);
    return found == logs_.end() ? nullptr : &found->second;
}

std::int64_t LogIndex::row_of(const Hash& revision) const {
    const auto found = rows_.find(revision);
    return found == rows_.end() ? 0 : found->second;
}

}  // namespace fieldseal::vault
