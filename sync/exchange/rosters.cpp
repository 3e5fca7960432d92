// The roster in force: what arrives, what is published, and how two that were made at once become one.
// docs/formats/roster.md, "Verdict".
#include <algorithm>
#include <utility>

#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

/// What somebody who is to accept the list must know: most of it cannot be undone.
std::string additions_of(const team::Roster& list, const team::Roster& here) {
    const auto invitations = std::ranges::count_if(
        list.invites, [&](const team::RosterInvite& invite) { return here.invite(invite.invite) == nullptr; });
    const auto joined = std::ranges::count_if(
        list.devices, [&](const team::RosterDevice& device) { return here.device(device.device) == nullptr; });
    const auto shut_out = std::ranges::count_if(list.devices, [&](const team::RosterDevice& device) {
        const team::RosterDevice* known = here.device(device.device);
        return device.revoked && known != nullptr && !known->revoked;
    });
    const auto erased = std::ranges::count_if(list.erasures, [&](const team::Erasure& erasure) {
        const auto known = std::ranges::find(here.erasures, erasure.record, &team::Erasure::record);
        return known == here.erasures.end() || !std::ranges::includes(known->names, erasure.names);
    });
    return "invitations " + std::to_string(invitations) + ", devices " + std::to_string(joined) +
           ", devices shut out " + std::to_string(shut_out) + ", records erased on every device " +
           std::to_string(erased);
}

}  // namespace

bool Exchange::Implementation::may_publish() const {
    return team::authority_of(roster, own_device) != team::Authority::none;
}

std::vector<std::pair<std::uint64_t, const crypto::BoxKeyPair*>> Exchange::Implementation::held_team_keys() const {
    std::vector<std::pair<std::uint64_t, const crypto::BoxKeyPair*>> held_keys;
    for (const auto& [number, pair] : team_keys) {
        held_keys.emplace_back(number, &pair);
    }
    return held_keys;
}

void Exchange::Implementation::publish(team::Roster next, std::uint64_t above) {
    team::publish(next, roster, now(), keys.signing, above);
    put_in_force(std::move(next));
}

void Exchange::Implementation::put_in_force(team::Roster next) {
    const bool turning_point = !team::same_signers(next, roster);
    const team::Roster before = std::exchange(roster, std::move(next));
    remember_word();
    forget_behind_publishers();
    forget_receipts_by_name(before);
    for (const team::RosterDevice& device : before.devices) {
        if (roster.device(device.device) == nullptr) {
            vault.shelf(shelves::dropped_keys).put(device.device.view(), device.sign_key.view());
        }
    }
    const Bytes encoded = team::encode(roster);
    vault::Shelf shelf = vault.shelf(shelves::deployment);
    shelf.put("roster", encoded);
    vault::Shelf turns = vault.shelf(shelves::turning_points);
    if (turning_point) {
        turns.put(shelves::number_key(roster.version), encoded);
    } else {
        // One of the same version that this one outranks.
        turns.remove(shelves::number_key(roster.version));
    }
    take_shares();
    apply_erasures();
    if (roster.device(own_device) != nullptr) {
        shelf.remove("enrolment");
    }
    for (const team::RosterDevice& device : roster.devices) {
        if (device.revoked && revoked_since(device.device) == 0) {
            shelves::put(vault, shelves::revocations, device.device.view(), roster.version);
        }
    }
    vault::Shelf waiting = vault.shelf(shelves::provisional);
    std::erase_if(provisional, [&](const auto& entry) {
        // The roster has it, or gave its invitation to another device.
        const bool decided =
            std::any_of(roster.devices.begin(), roster.devices.end(), [&](const team::RosterDevice& device) {
                return device.device == entry.first || device.invite == entry.second.invite;
            });
        if (decided) {
            waiting.remove(entry.first.view());
        }
        return decided;
    });
}

void Exchange::Implementation::forget_receipts_by_name(const team::Roster& before) {
    for (const team::HistoryHold& hold : roster.holds) {
        const auto same = std::ranges::find(before.holds, hold.invite, &team::HistoryHold::invite);
        if (hold.given_in == 0 || (same != before.holds.end() && same->given_in == hold.given_in)) {
            continue;
        }
        for (const team::RosterDevice& device : roster.devices) {
            if (device.invite == hold.invite && device.device != own_device) {
                held[device.device].logs.clear();
                shelves::put(vault, shelves::receipts, device.device.view(), held[device.device]);
            }
        }
    }
}

std::uint64_t Exchange::Implementation::revoked_since(const DeviceId& device) {
    return shelves::get<std::uint64_t>(vault, shelves::revocations, device.view()).value_or(0);
}

std::vector<Bytes> Exchange::Implementation::turning_points_after(std::uint64_t version) {
    std::vector<Bytes> rosters;
    const vault::Shelf turns = vault.shelf(shelves::turning_points);
    for (const Bytes& key : turns.keys()) {
        if (key > shelves::number_key(version) && key < shelves::number_key(roster.version)) {
            rosters.push_back(turns.get(key).value());
        }
    }
    return rosters;
}

bool Exchange::Implementation::publish_what_lacks(const team::Roster& outranked) {
    if (!may_publish()) {
        return false;
    }
    team::Roster next = roster;
    bool changed = team::absorb(next, outranked);
    for (team::RosterDevice& device : next.devices) {
        // What came before this device learnt of it was taken in good faith, here as by other coordinators.
        if (const std::uint64_t taken = device.revoked ? known_up_to(device.device) : 0;
            taken > device.accepted_up_to) {
            device.accepted_up_to = taken;
            changed = true;
        }
    }
    changed = team::complete_shares(next, held_team_keys()) || changed;
    if (team::current_epoch_reaches_revoked(next)) {
        start_epoch(next);
        changed = true;
    }
    if (changed) {
        publish(std::move(next));
    }
    return changed;
}

bool Exchange::Implementation::outbid(const team::Roster& arrived) {
    const team::RosterDevice* signer = roster.device(arrived.signer);
    const bool mine = team::authority_of(roster, own_device) == team::Authority::owner;
    if (!mine || signer == nullptr || arrived.version < roster.version || arrived.deployment != deployment.id ||
        arrived.version - roster.version > team::version_jump_limit ||
        roster.role_of(signer->device) != team::Role::coordinator ||
        team::authority_of(roster, signer->device) != team::Authority::none ||
        !team::check_first(arrived, signer->sign_key)) {
        return false;
    }
    publish(roster, arrived.version);
    return true;
}

std::optional<Refusal> Exchange::Implementation::refuse_word_of_revoked(const team::Roster& arrived) {
    if (!may_publish() || !team::is_word_of_revoked(arrived, roster)) {
        return std::nullopt;
    }
    team::Roster both = roster;
    if (!team::absorb(both, arrived)) {
        return std::nullopt;
    }
    return Refusal{QuarantineReason::revoked_device,
                   "A list of members signed by device " + arrived.signer.hex().substr(0, 8) +
                       ", which is revoked. What the list here does not say: " + additions_of(arrived, roster) + "."};
}

void Exchange::Implementation::take_newer(team::Roster arrived) {
    const team::Roster before = roster;
    put_in_force(std::move(arrived));
    publish_what_lacks(before);
}

std::optional<Refusal> Exchange::Implementation::take_roster(ByteView body, Pass& pass) {
    team::Roster arrived = team::decode_roster(body);
    const auto changed = [&pass] { pass.roster_changed = pass.anything_new = pass.report.new_roster = true; };
    const std::optional<team::Roster> word = last_word_of(arrived);
    if (arrived.signer == own_device && word && team::is_word_of_authority(arrived, roster) &&
        (arrived.version > word->version || team::forgets(*word, arrived))) {
        note_list_rollback(pass.sender);
    }
    const team::RosterVerdict verdict = team::check(arrived, roster, word ? &*word : nullptr);
    switch (verdict) {
        case team::RosterVerdict::forgetful:
            shelves::put(vault, shelves::rolled_back, arrived.signer.view(), now());
            if (!may_publish()) {
                note_forgetful(arrived, word.value_or(roster));
                return Refusal{QuarantineReason::bad_roster,
                               "A list of members that leaves out what its signer said before, or brings a revoked "
                               "device back: it comes from an old copy of a vault. The list before it stays in force "
                               "and is sent to the signer, who publishes one that holds both."};
            }
            [[fallthrough]];
        case team::RosterVerdict::newer: {
            // By an old copy, or by a device that shuts out the one that spoke last for its person.
            const team::Roster unheard = word.value_or(roster);
            const bool lacks = verdict == team::RosterVerdict::forgetful || (word && team::forgets(arrived, *word));
            take_newer(arrived);
            if (lacks && arrived.signer != own_device) {
                note_forgetful(arrived, unheard);
            }
            changed();
            return std::nullopt;
        }
        case team::RosterVerdict::outranked:
            if (publish_what_lacks(arrived)) {
                changed();
            }
            return std::nullopt;
        case team::RosterVerdict::same:
            pass.repeated = true;
            return std::nullopt;
        case team::RosterVerdict::older:
            // Of one line of versions the older says nothing new. Where this vault, or who signed, is an old copy, it
            // does.
            if (may_publish() && team::is_word_of_authority(arrived, roster) && publish_what_lacks(arrived)) {
                changed();
            }
            return refuse_word_of_revoked(arrived);
        case team::RosterVerdict::forged:
            if (outbid(arrived)) {
                changed();
                return refuse_word_of_revoked(arrived);
            }
            if (auto refusal = refuse_word_of_revoked(arrived)) {
                return refusal;
            }
            return Refusal{QuarantineReason::bad_roster,
                           "A list of members that neither the owner of the deployment nor a deputy signed."};
        case team::RosterVerdict::not_linked:
            break;
    }
    return Refusal{
        QuarantineReason::bad_roster,
        "A list of members by a deputy that changes who runs the deployment. It is taken when the owner's list "
        "that says the same has arrived."};
}

}  // namespace fieldseal::exchange
