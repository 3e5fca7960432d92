// What was not taken: kept, shown, tried again when something changed.
#include <algorithm>

#include "model/crypto/hash.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

constexpr std::uint64_t entry_limit = 16u << 20;
constexpr std::uint64_t total_limit = 256u << 20;

/// QuarantineEntry as it lies on the shelf; its id is the key.
struct Entry {
    std::uint8_t reason = 0;
    std::string explanation;
    DeviceId sender;
    std::int64_t received_ms = 0;
    std::uint64_t item_type = 0;
    std::uint64_t size = 0;
    bool kept = false;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(reason, explanation, sender, received_ms, item_type, size, kept);
    }
};

/// Whether another roster or more revisions can change the verdict.
bool may_change(QuarantineReason reason) {
    return reason != QuarantineReason::bad_signature && reason != QuarantineReason::forked_log &&
           reason != QuarantineReason::bad_content;
}

}  // namespace

Hash quarantine_id(std::uint64_t type, ByteView bytes) {
    Bytes named{static_cast<std::uint8_t>(type)};
    named.insert(named.end(), bytes.begin(), bytes.end());
    return crypto::hash("fieldseal/v1/quarantine", named);
}

bool Exchange::Implementation::quarantine(std::uint64_t type, ByteView bytes, const DeviceId& sender,
                                          const Refusal& refusal, std::uint64_t size) {
    const Hash id = quarantine_id(type, bytes);
    vault::Shelf shelf = vault.shelf(shelves::quarantine);
    if (const auto known = shelves::get<Entry>(vault, shelves::quarantine, id.view()); known && known->kept) {
        return true;
    }
    std::uint64_t total = 0;
    for (const Bytes& key : shelf.keys()) {
        const Entry entry = shelves::get<Entry>(vault, shelves::quarantine, key).value();
        total += entry.kept ? entry.size : 0;
    }
    const bool kept = size <= entry_limit && size <= total_limit - std::min(total, total_limit);
    shelves::put(
        vault, shelves::quarantine, id.view(),
        Entry{static_cast<std::uint8_t>(refusal.reason), refusal.explanation, sender, now(), type, size, kept});
    if (kept) {
        vault.shelf(shelves::quarantine_bytes).put(id.view(), bytes);
    }
    return kept;
}

void Exchange::Implementation::release(const Hash& id) {
    vault.shelf(shelves::quarantine).remove(id.view());
    vault.shelf(shelves::quarantine_bytes).remove(id.view());
}

void Exchange::Implementation::retry_quarantine() {
    if (retrying) {
        return;
    }
    struct Guard {
        bool& flag;
        explicit Guard(bool& retried) : flag(retried) { flag = true; }
        ~Guard() { flag = false; }
    } guard(retrying);
    // Each one taken may make room for another; each round that takes nothing is the last.
    for (bool progress = true; progress;) {
        progress = false;
        for (const Bytes& key : vault.shelf(shelves::quarantine).keys()) {
            const auto entry = shelves::get<Entry>(vault, shelves::quarantine, key);
            const std::optional<Bytes> bytes = vault.shelf(shelves::quarantine_bytes).get(key);
            if (!entry || !bytes || !may_change(static_cast<QuarantineReason>(entry->reason))) {
                continue;
            }
            if (entry->item_type == 0) {
                const ImportReport::Outcome outcome = take_in(*bytes, "quarantine").outcome;
                if (outcome == ImportReport::Outcome::imported || outcome == ImportReport::Outcome::already_imported) {
                    release(Hash::from(key));
                    progress = true;
                }
                continue;
            }
            atomically([&] {
                ImportReport report;
                report.source = "quarantine";
                Pass pass(vault, report);
                pass.sender = entry->sender;
                if (const std::optional<Known> sender = known(entry->sender)) {
                    pass.sender_role = sender->role;
                    pass.sender_revoked = sender->revoked;
                }
                const std::optional<Refusal> refusal = take_item(entry->item_type, *bytes, pass);
                finish(pass);
                if (!refusal && !pass.quarantined.contains(Hash::from(key))) {
                    release(Hash::from(key));
                    progress = true;
                    report.sender = entry->sender;
                    log_import(report);
                }
            });
        }
    }
}

std::vector<QuarantineEntry> Exchange::quarantine() {
    vault::Vault& vault = implementation_->vault;
    std::vector<QuarantineEntry> entries;
    for (const Bytes& key : vault.shelf(shelves::quarantine).keys()) {
        Entry entry = shelves::get<Entry>(vault, shelves::quarantine, key).value();
        entries.push_back({Hash::from(key), static_cast<QuarantineReason>(entry.reason), std::move(entry.explanation),
                           entry.sender, entry.received_ms, entry.item_type, entry.size});
    }
    std::sort(entries.begin(), entries.end(), [](const QuarantineEntry& a, const QuarantineEntry& b) {
        return std::pair(a.received_ms, a.id) < std::pair(b.received_ms, b.id);
    });
    return entries;
}

std::string_view name_of(QuarantineReason reason) {
    switch (reason) {
        case QuarantineReason::unknown_device:
            return "unknown_device";
        case QuarantineReason::enrolment_refused:
            return "enrolment_refused";
        case QuarantineReason::role_not_allowed:
            return "role_not_allowed";
        case QuarantineReason::revoked_device:
            return "revoked_device";
        case QuarantineReason::bad_signature:
            return "bad_signature";
        case QuarantineReason::forked_log:
            return "forked_log";
        case QuarantineReason::broken_chain:
            return "broken_chain";
        case QuarantineReason::bad_content:
            return "bad_content";
        case QuarantineReason::bad_roster:
            return "bad_roster";
    }
    return "unknown";
}

}  // namespace fieldseal::exchange
