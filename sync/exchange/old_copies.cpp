// Old copies of vaults that run the team: what they forgot is kept by those who know it, and comes back to them.
// docs/formats/roster.md, "Old copies".
#include <algorithm>

#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

std::optional<team::Roster> Exchange::Implementation::last_word_of(const team::Roster& arrived) {
    const team::RosterDevice* signer = roster.device(arrived.signer);
    if (signer == nullptr) {
        return std::nullopt;
    }
    if (const std::optional<Bytes> word = vault.shelf(shelves::words).get(signer->person.view())) {
        return team::decode_roster(*word);
    }
    const team::RosterDevice* last = roster.device(roster.signer);
    return last != nullptr && last->person == signer->person ? std::optional(roster) : std::nullopt;
}

void Exchange::Implementation::remember_word() {
    if (const team::RosterDevice* signer = roster.device(roster.signer)) {
        vault.shelf(shelves::words).put(signer->person.view(), team::encode(roster));
    }
}

void Exchange::Implementation::note_behind(const DeviceId& device, const Hash& published) {
    const auto known_of = behind.find(device);
    if (known_of != behind.end() && (known_of->second == published || published.is_zero())) {
        return;
    }
    behind[device] = published;
    vault.shelf(shelves::behind).put(device.view(), published.view());
    for (const bundle::Lane& lane : lanes()) {
        if (reaches(lane, device)) {
            LaneState state = lane_state(lane);
            state.offered.roster_version = 0;
            save_lane(lane, state);
        }
    }
}

void Exchange::Implementation::note_forgetful(const team::Roster& published, const team::Roster& forgotten) {
    note_behind(published.signer, team::hash_of(published));
    vault.shelf(shelves::forgotten).put(published.signer.view(), team::encode(forgotten));
}

std::vector<Bytes> Exchange::Implementation::forgotten_words(const bundle::Lane& lane) {
    std::vector<Bytes> words;
    for (const auto& [device, published] : behind) {
        std::optional<Bytes> word =
            reaches(lane, device) ? vault.shelf(shelves::forgotten).get(device.view()) : std::nullopt;
        if (word) {
            words.push_back(std::move(*word));
        }
    }
    return words;
}

bool Exchange::Implementation::holds_less(const Receipt& receipt, const HeldBy& before, const Pass& pass) const {
    if (receipt.issued_ms <= before.issued_ms) {
        return false;
    }
    return std::ranges::any_of(before.logs, [&](const auto& log) {
        const auto now_held = std::ranges::lower_bound(receipt.logs, log.first, {}, &Held::device);
        if (now_held != receipt.logs.end() && now_held->device == log.first) {
            return now_held->up_to < log.second;
        }
        // Receipts on the way to the team name every log, others one only.
        return log.second > 0 && log.first != receipt.issuer && pass.to_team && pass.sender == receipt.issuer;
    });
}

void Exchange::Implementation::offer_what_is_not_covered(const DeviceId& device) {
    for (const bundle::Lane& lane : lanes()) {
        if (reaches(lane, device)) {
            LaneState state = lane_state(lane);
            state.offered = covered(lane);
            state.looked_at.clear();
            save_lane(lane, state);
        }
    }
}

bool Exchange::Implementation::reaches(const bundle::Lane& lane, const DeviceId& device) const {
    if (!lane.to_team) {
        return lane.device == device;
    }
    const team::RosterDevice* entry = roster.device(device);
    return entry != nullptr && !entry->revoked && !is_sent_apart(device);
}

void Exchange::Implementation::forget_behind(const DeviceId& device) {
    if (behind.erase(device) != 0) {
        vault.shelf(shelves::behind).remove(device.view());
        vault.shelf(shelves::forgotten).remove(device.view());
    }
}

void Exchange::Implementation::forget_behind_publishers() {
    const auto noted = behind;
    for (const auto& [device, published] : noted) {
        if (!published.is_zero()) {
            forget_behind(device);
        }
    }
}

bool Exchange::Implementation::reaches_behind(const bundle::Lane& lane) const {
    return std::ranges::any_of(behind, [&](const auto& entry) { return reaches(lane, entry.first); });
}

void Exchange::Implementation::note_list_rollback(const DeviceId& by) {
    if (!vault.shelf(shelves::deployment).get("list-rollback")) {
        shelves::put(vault, shelves::deployment, view_of("list-rollback"), ListRollbackNote{by, now()});
        owe_receipts();
    }
}

void Exchange::Implementation::owe_receipts() {
    for (const bundle::Lane& lane : lanes()) {
        const team::RosterDevice* reader = lane.to_team ? nullptr : roster.device(lane.device);
        // Readers of the team's lane are told there.
        if (reader == nullptr ? !lane.to_team : reader->revoked || reader->kit || !is_sent_apart(lane.device)) {
            continue;
        }
        LaneState state = lane_state(lane);
        state.receipt_owed = true;
        save_lane(lane, state);
    }
}

void Exchange::Implementation::ask_for_list() {
    const Bytes version = shelves::number_key(roster.version);
    vault::Shelf shelf = vault.shelf(shelves::deployment);
    if (deployment.own_role == team::Role::coordinator && enrolled() && shelf.get("asked-for-list") != version) {
        shelf.put("asked-for-list", version);
        owe_receipts();
    }
}

std::optional<ListRollback> Exchange::list_rollback() {
    const auto note =
        shelves::get<ListRollbackNote>(implementation_->vault, shelves::deployment, view_of("list-rollback"));
    return note ? std::optional(ListRollback{note->noticed_by, note->noticed_ms}) : std::nullopt;
}

}  // namespace fieldseal::exchange
