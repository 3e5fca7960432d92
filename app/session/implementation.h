// What a Session holds. Seen by the files of this folder only.
#pragma once

#include <unordered_set>

#include "app/session/rows.h"

namespace fieldseal::session {

struct Session::Implementation {
    std::unique_ptr<vault::Vault> vault;
    std::unique_ptr<exchange::Exchange> exchange;
    portfolio::TemplateShelf templates;
    Rows rows;
    std::uint64_t generation = 0;
    std::shared_ptr<const Snapshot> shown;
    /// Assessments known to be open for editing, so that a key press need not load them; emptied by whatever may change that.
    std::unordered_set<RecordId> open_for_editing;
    std::vector<RecordId> changed;
    bool all_changed = true;
    bool deliveries_changed = false;
    /// Peers, quarantine, imports: read anew for the next snapshot.
    bool exchange_changed = true;

    explicit Implementation(std::unique_ptr<vault::Vault> opened);
    /// Loads the exchange and the templates it holds, if the vault belongs to a deployment.
    void load_deployment();
    exchange::Exchange& joined();

    void touch(const RecordId& id);
    void touch_everything();

    std::int64_t now() { return vault->environment().clock.wall_ms(); }
    /// Merged state with the draft on top; heads of the merged state.
    codec::FieldMap current(const RecordId& id, record::Kind kind, history::MergedRecord* merged = nullptr);
    std::string sector_of(const RecordId& site);
    std::vector<Conflict> conflicts(const history::MergedRecord& merged);
    void require_editable(const RecordId& assessment);
    Hash append(const RecordId& id, record::Kind kind, const codec::Edits& edits, const std::vector<Hash>& parents);
    /// Puts the stubs of what was erased here into a snapshot, and takes what is left of those records out of its lists.
    void show_erased(Snapshot& snapshot);
    void after_import(const std::vector<exchange::ImportReport>& reports);
};

/// "2026-11-23" of a wall time, in UTC.
std::string date_of(std::int64_t wall_ms);

}  // namespace fieldseal::session
