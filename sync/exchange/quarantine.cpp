// What was not taken: kept, shown, tried again when something changed.
#include <algorithm>

#include "model/crypto/hash.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/settled.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

constexpr std::uint64_t item_limit = 16u << 20;
constexpr std::uint64_t total_limit = 256u << 20;

/// QuarantineEntry as it lies on the shelf; its id is the key.
struct KeptItem {
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
           reason != QuarantineReason::bad_content && reason != QuarantineReason::erasures_full;
}

struct Advice {
    bool acceptable = false;
    std::string_view words;
};

/// What somebody who runs the team can do about it.
Advice advice_for(QuarantineReason reason, std::uint64_t item_type, bool kept) {
    if (!kept) {
        return {false, "It was too large to keep. Ask its sender to export it again."};
    }
    const bool segment = item_type == static_cast<std::uint64_t>(bundle::ItemType::segment);
    switch (reason) {
        case QuarantineReason::revoked_device:
            if (item_type == static_cast<std::uint64_t>(bundle::ItemType::roster)) {
                return {true,
                        "Accept it if the device was still in the right hands when it made this list: whom it invited, "
                        "took in and shut out is then so for everybody, and what it had erased is erased for good. "
                        "The device stays revoked."};
            }
            return {segment,
                    "Accept it if the device was still in the right hands when this was written; it stays revoked."};
        case QuarantineReason::role_not_allowed:
            return {segment,
                    segment ? "Accept it if the person was asked to write this although their role does not allow it."
                            : "Ask a coordinator to send it."};
        case QuarantineReason::forked_log:
            return {segment,
                    "Accept it to keep this branch too: it is written again in your name, beside what stands."};
        case QuarantineReason::unknown_device:
        case QuarantineReason::enrolment_refused:
            return {false, "If the person belongs to the team, invite them again; their new bundle brings everything."};
        case QuarantineReason::erasures_full:
            return {false, "It was asked to be erased. Drop it: nothing of it is taken in."};
        case QuarantineReason::broken_chain:
            return {false, "Wait for the bundle that comes before it. It is taken by itself then."};
        case QuarantineReason::bad_signature:
        case QuarantineReason::bad_content:
        case QuarantineReason::bad_roster:
            break;
    }
    return {false, "It cannot be taken in. Ask its sender what happened, and drop it."};
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
    if (auto known = shelves::get<KeptItem>(vault, shelves::quarantine, id.view()); known && known->kept) {
        // What stood in its way may have gone, and something else stand there.
        if (known->reason != static_cast<std::uint8_t>(refusal.reason) || known->explanation != refusal.explanation) {
            known->reason = static_cast<std::uint8_t>(refusal.reason);
            known->explanation = refusal.explanation;
            shelves::put(vault, shelves::quarantine, id.view(), *known);
        }
        return true;
    }
    std::uint64_t total = 0;
    for (const Bytes& key : shelf.keys()) {
        const KeptItem entry = shelves::get<KeptItem>(vault, shelves::quarantine, key).value();
        total += entry.kept ? entry.size : 0;
    }
    const bool kept = size <= item_limit && size <= total_limit - std::min(total, total_limit);
    shelves::put(
        vault, shelves::quarantine, id.view(),
        KeptItem{static_cast<std::uint8_t>(refusal.reason), refusal.explanation, sender, now(), type, size, kept});
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
            const auto entry = shelves::get<KeptItem>(vault, shelves::quarantine, key);
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
                if (refusal) {
                    quarantine(entry->item_type, *bytes, entry->sender, *refusal, entry->size);
                }
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

void Exchange::Implementation::drop_hopeless() {
    for (const Bytes& key : vault.shelf(shelves::quarantine).keys()) {
        const KeptItem entry = shelves::get<KeptItem>(vault, shelves::quarantine, key).value();
        if (!may_change(static_cast<QuarantineReason>(entry.reason))) {
            release(Hash::from(key));
        }
    }
}

std::vector<QuarantineEntry> Exchange::quarantine() {
    vault::Vault& vault = implementation_->vault;
    std::vector<QuarantineEntry> entries;
    for (const Bytes& key : vault.shelf(shelves::quarantine).keys()) {
        KeptItem entry = shelves::get<KeptItem>(vault, shelves::quarantine, key).value();
        const auto reason = static_cast<QuarantineReason>(entry.reason);
        const Advice advice = advice_for(reason, entry.item_type, entry.kept);
        entries.push_back({Hash::from(key), reason, std::move(entry.explanation), entry.sender, entry.received_ms,
                           entry.item_type, entry.size, advice.acceptable, std::string(advice.words)});
    }
    std::sort(entries.begin(), entries.end(), [](const QuarantineEntry& a, const QuarantineEntry& b) {
        return std::pair(a.received_ms, a.id) < std::pair(b.received_ms, b.id);
    });
    return entries;
}

void Exchange::accept_quarantine(const Hash& id) {
    Implementation& self = *implementation_;
    const auto entry = shelves::get<KeptItem>(self.vault, shelves::quarantine, id.view());
    const std::optional<Bytes> bytes = self.vault.shelf(shelves::quarantine_bytes).get(id.view());
    if (!entry) {
        throw Error(ErrorCode::not_found, "Nothing of this id lies in quarantine.");
    }
    const auto reason = static_cast<QuarantineReason>(entry->reason);
    const Advice advice = advice_for(reason, entry->item_type, bytes.has_value());
    if (!advice.acceptable) {
        throw Error(ErrorCode::refused, "This cannot be accepted. " + std::string(advice.words));
    }
    if (entry->item_type == static_cast<std::uint64_t>(bundle::ItemType::roster)) {
        self.accept_word_of_revoked(team::decode_roster(*bytes));
        return;
    }
    const LogItem item = decode_log_item(*bytes);
    if (reason == QuarantineReason::forked_log) {
        if (own_role() != team::Role::coordinator || is_revoked()) {
            throw Error(ErrorCode::refused, "Only a coordinator can take in the second branch of a log. Ask one to.");
        }
        self.adopt_branch(item, id);
        return;
    }
    self.change_team([&](team::Roster& next) {
        if (reason == QuarantineReason::revoked_device) {
            const auto device = std::ranges::find(next.devices, item.segment.device, &team::RosterDevice::device);
            if (device != next.devices.end() && device->revoked) {
                device->accepted_up_to = std::max(device->accepted_up_to, item.segment.last());
            }
            return;
        }
        for (std::size_t i = 0; i < item.bodies.size(); ++i) {
            const Hash& name = item.segment.revisions[i];
            const auto place = std::ranges::lower_bound(next.accepted, name);
            if (item.bodies[i] && (place == next.accepted.end() || *place != name)) {
                next.accepted.insert(place, name);
            }
        }
    });
}

void Exchange::Implementation::adopt_branch(const LogItem& item, const Hash& entry) {
    const Known author = known(item.segment.device).value();
    atomically([&] {
        ImportReport unused;
        Pass pass(vault, unused);
        for (std::size_t i = 0; i < item.bodies.size(); ++i) {
            const Hash& name = item.segment.revisions[i];
            // A coordinator may write everything; what its author may not write does not get in by this door.
            if (item.bodies[i] && !vault.revision(name) && !is_settled(vault, name) &&
                !check_revision(*item.bodies[i], name, author, pass)) {
                adopt(*item.bodies[i]);
            }
        }
        settle(vault, item);
        release(entry);
        // The same branch, or a beginning of it, may have come by other ways, too.
        for (const Bytes& key : vault.shelf(shelves::quarantine).keys()) {
            const auto other = shelves::get<KeptItem>(vault, shelves::quarantine, key);
            const std::optional<Bytes> bytes = vault.shelf(shelves::quarantine_bytes).get(key);
            if (bytes && other->reason == static_cast<std::uint8_t>(QuarantineReason::forked_log) &&
                is_settled(vault, decode_log_item(*bytes).segment)) {
                release(Hash::from(key));
            }
        }
    });
}

void Exchange::Implementation::adopt(const history::Revision& revision) {
    // What it stood on here; on what only the other branch had, it stands free, so that both are shown where they
    // differ.
    std::vector<Hash> parents;
    std::ranges::copy_if(revision.parents, std::back_inserter(parents),
                         [&](const Hash& parent) { return vault.revision(parent).has_value(); });
    if (parents.empty() && !revision.parents.empty()) {
        parents = vault.merged(revision.record).heads;
    }
    vault.append(revision.record, revision.kind, revision.edits, parents);
}

void Exchange::drop_quarantine(const Hash& id) {
    Implementation& self = *implementation_;
    if (own_role() != team::Role::coordinator) {
        throw Error(ErrorCode::refused, "Only a coordinator can throw away what lies in quarantine. Ask one to.");
    }
    if (!self.vault.shelf(shelves::quarantine).get(id.view())) {
        throw Error(ErrorCode::not_found, "Nothing of this id lies in quarantine.");
    }
    self.atomically([&] { self.release(id); });
}

std::vector<Fork> Exchange::forks() {
    std::vector<Fork> forks;
    vault::Vault& vault = implementation_->vault;
    for (const QuarantineEntry& entry : quarantine()) {
        if (entry.reason != QuarantineReason::forked_log) {
            continue;
        }
        if (const std::optional<Bytes> bytes = vault.shelf(shelves::quarantine_bytes).get(entry.id.view())) {
            const LogItem item = decode_log_item(*bytes);
            forks.push_back({item.segment.device, item.segment.first, item.segment.last(), entry.id});
        }
    }
    return forks;
}

std::optional<Rollback> Exchange::rollback() {
    const auto note = shelves::get<RollbackNote>(implementation_->vault, shelves::deployment, view_of("rollback"));
    return note ? std::optional(Rollback{note->others_hold, note->held, note->noticed_by, note->noticed_ms})
                : std::nullopt;
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
        case QuarantineReason::erasures_full:
            return "erasures_full";
    }
    return "unknown";
}

}  // namespace fieldseal::exchange
