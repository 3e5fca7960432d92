// What was tried with stores, when, and what came of it: kept in the vault, so that somebody who asks can be shown.
#pragma once

#include <string>
#include <vector>

#include "app/session/sync_schedule.h"
#include "model/vault/vault.h"

namespace fieldseal::session {

struct SyncLogEntry {
    std::int64_t began_ms = 0;
    std::int64_t ended_ms = 0;
    /// The store's address.
    std::string place;
    SyncTrouble trouble = SyncTrouble::none;
    /// Where there was trouble: what happened and what to do, in English.
    std::string message;
    std::uint64_t sent_bundles = 0;
    std::uint64_t sent_revisions = 0;
    std::uint64_t sent_bytes = 0;
    std::uint64_t received_bundles = 0;
    std::uint64_t received_revisions = 0;
    /// How many in a row came to the same without moving anything; `began_ms` is of the first.
    std::uint64_t times = 1;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(began_ms, ended_ms, place, trouble, message, sent_bundles, sent_revisions, sent_bytes, received_bundles,
           received_revisions, times);
    }

    bool moved() const { return sent_bundles > 0 || received_bundles > 0; }
};

/// One more, or one more time the same. The last 500 are kept.
void add_to_sync_log(vault::Vault& vault, SyncLogEntry entry);
/// Newest first.
std::vector<SyncLogEntry> sync_log(vault::Vault& vault, std::size_t most);

}  // namespace fieldseal::session
