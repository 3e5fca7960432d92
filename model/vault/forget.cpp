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

void Vault::Implementation::drop_contents(const std::vector<Hash>& contents, Forgotten& forgotten) {
    for (const Hash& content : contents) {
        const auto blob = blob_rows().find(content);
        if (blob != blob_rows().end()) {
            ++forgotten.blobs;
            forgotten.bytes += blob->second.second.held;
            drop_blob(blob->second.first, blob->second.second);
            blob_rows().erase(blob);
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
        self.drop_contents(contents, forgotten);
        // Deleted rows are overwritten in the file; what the WAL holds of them goes with the commit.
        self.overwrite_pending = true;
        transaction.commit();
        return forgotten;
    });
}

Forgotten Vault::forget_revisions(const std::vector<Hash>& names, const std::vector<Hash>& contents) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        Forgotten forgotten;
        Transaction transaction(*this);
        std::map<RecordId, std::set<Hash>> going;
        for (const Hash& name : names) {
            if (const std::int64_t row = self.logs().row_of(name); row != 0) {
                going[self.load_revision(row).record].insert(name);
            }
        }
        std::map<DeviceId, std::set<std::uint64_t>> places;
        for (const auto& [id, erased] : going) {
            history::MergedRecord left;
            for (const history::RevisionNote& note : self.load(id).revisions) {
                if (!erased.contains(note.name)) {
                    history::add(left, self.load_revision(note.row), note.name, note.row);
                    continue;
                }
                self.revisions.remove(note.row);
                self.logs().forget_revision(note.name);
                places[note.device].insert(note.sequence);
                ++forgotten.revisions;
            }
            if (!left.empty()) {
                self.store_record(left);
                continue;
            }
            const std::int64_t row = self.record_rows().at(id).row;
            self.records.remove(row);
            self.states.remove(row);
            self.record_rows().erase(id);
            if (self.open_drafts().contains(id)) {
                self.remove_draft(id);
            }
            ++forgotten.records;
        }
        for (const auto& [owner, emptied] : places) {
            self.empty_places(owner, emptied);
        }
        self.drop_contents(contents, forgotten);
        self.overwrite_pending = true;
        transaction.commit();
        return forgotten;
    });
}

}  // namespace fieldseal::vault
