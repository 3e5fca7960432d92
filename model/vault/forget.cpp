// Erasing: bodies, states and contents go, names stay.
#include <algorithm>

#include "model/codec/canonical_archive.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

void Vault::Implementation::empty_places(const DeviceId& owner, const std::set<std::uint64_t>& places) {
    DeviceLog& log = logs().log(owner);
    for (const std::uint64_t place : places) {
        log.entries.at(place).row = 0;
    }
    std::vector<std::int64_t> rows = log.tail;
    for (const auto& [run, row] : log.segments) {
        const auto next = places.lower_bound(run.first);
        if (next != places.end() && *next < run.first + run.second) {
            rows.push_back(row);
        }
    }
    for (const std::int64_t row : rows) {
        auto run = codec::decode<SegmentRow>(segments.get(row), "segment");
        bool changed = false;
        for (auto place = places.lower_bound(run.first); place != places.end() && *place <= run.last(); ++place) {
            run.entries[static_cast<std::size_t>(*place - run.first)].row = 0;
            changed = true;
        }
        if (changed) {
            segments.put(row, codec::encode(run));
        }
    }
}

Forgotten Vault::forget(const std::vector<RecordId>& ids, const std::vector<Hash>& contents) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        Forgotten forgotten;
        Transaction transaction(*this);
        std::map<DeviceId, std::set<std::uint64_t>> places;
        for (const RecordId& id : ids) {
            if (self.open_drafts().contains(id)) {
                throw Error(ErrorCode::refused,
                            "Record " + id.hex().substr(0, 8) +
                                " has changes that are not in its history yet, so it is not erased. Finish or discard "
                                "them first.");
            }
            const auto record = self.record_rows().find(id);
            if (record == self.record_rows().end()) {
                continue;
            }
            for (const history::RevisionNote& note : self.load(id).revisions) {
                self.revisions.remove(note.row);
                self.logs().forget_revision(note.name);
                places[note.device].insert(note.sequence);
                ++forgotten.revisions;
            }
            self.records.remove(record->second.row);
            self.states.remove(record->second.row);
            self.record_rows().erase(record);
            ++forgotten.records;
        }
        for (const auto& [owner, emptied] : places) {
            self.empty_places(owner, emptied);
        }
        for (const Hash& content : contents) {
            const auto blob = self.blob_rows().find(content);
            if (blob != self.blob_rows().end()) {
                ++forgotten.blobs;
                forgotten.bytes += blob->second.second.held;
                self.drop_blob(blob->second.first, blob->second.second);
                self.blob_rows().erase(blob);
            }
        }
        // Deleted rows are overwritten in the file; what the WAL holds of them goes with the commit.
        self.overwrite_pending = true;
        transaction.commit();
        return forgotten;
    });
}

}  // namespace fieldseal::vault
