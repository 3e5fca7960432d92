#include "sync/team/authority.h"

#include <algorithm>

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/error/error.h"
#include "sync/team/roster_codec.h"
#include "sync/team/sealed_share.h"

namespace fieldseal::team {

namespace {

/// Names of all erasures together: what an extension of 1 MiB holds, and something for the rest of each.
constexpr std::size_t erased_limit = 20'000;

template <class List, class Element, class Key>
auto insert_sorted(List& list, Element element, Key key) {
    return list.insert(std::ranges::lower_bound(list, std::invoke(key, element), {}, key), std::move(element));
}

RosterDevice& device_in(Roster& roster, const DeviceId& id) {
    const auto found = std::ranges::find(roster.devices, id, &RosterDevice::device);
    if (found == roster.devices.end()) {
        throw Error(ErrorCode::not_found, "No device " + id.hex().substr(0, 8) +
                                              " is in the deployment. See the list of devices for the right one.");
    }
    return *found;
}

RosterPerson& person_in(Roster& roster, const PersonId& id) {
    const auto found = std::ranges::find(roster.people, id, &RosterPerson::person);
    if (found == roster.people.end()) {
        throw Error(ErrorCode::not_found, "This person is not in the deployment.");
    }
    return *found;
}

/// An active device of the person that somebody uses.
const RosterDevice* device_of_person(const Roster& roster, const PersonId& person) {
    for (const RosterDevice& device : roster.devices) {
        if (device.person == person && !device.revoked && !device.kit) {
            return &device;
        }
    }
    return nullptr;
}

void require_coordinator(const Roster& roster, const RosterPerson& person) {
    if (person.role != Role::coordinator || device_of_person(roster, person.person) == nullptr) {
        throw Error(ErrorCode::refused,
                    "Only a coordinator whose device has joined can run the deployment. Invite the person as a "
                    "coordinator and wait for their first bundle.");
    }
}

bool take_people(Roster& standing, const Roster& outranked) {
    bool changed = false;
    for (RosterPerson person : outranked.people) {
        if (standing.person(person.person) == nullptr) {
            // Who runs the deployment is the standing roster's word.
            person.owner = person.deputy = false;
            insert_sorted(standing.people, person, &RosterPerson::person);
            changed = true;
        }
    }
    return changed;
}

bool take_devices(Roster& standing, const Roster& outranked) {
    bool changed = false;
    for (const RosterDevice& device : outranked.devices) {
        const auto same = std::ranges::find(standing.devices, device.device, &RosterDevice::device);
        if (same == standing.devices.end()) {
            if (std::ranges::find(standing.devices, device.invite, &RosterDevice::invite) == standing.devices.end()) {
                insert_sorted(standing.devices, device, &RosterDevice::device);
                changed = true;
            }
            continue;
        }
        const RosterDevice before = *same;
        if (device.revoked && !(same->sign_key == standing.owner_key)) {
            same->accepted_up_to = std::max(same->accepted_up_to, device.accepted_up_to);
            same->revoked = true;
        }
        // Once restored, a kit is a device for good.
        same->kit = same->kit && device.kit && !same->revoked;
        changed = changed || !(before == *same);
    }
    return changed;
}

bool take_invites(Roster& standing, const Roster& outranked) {
    bool changed = false;
    for (const RosterInvite& invite : outranked.invites) {
        const auto same = std::ranges::find(standing.invites, invite.invite, &RosterInvite::invite);
        if (same == standing.invites.end()) {
            insert_sorted(standing.invites, invite, &RosterInvite::invite);
            changed = true;
        } else if (invite.cancelled && !same->cancelled) {
            same->cancelled = true;
            changed = true;
        }
    }
    return changed;
}

bool take_epochs(Roster& standing, const Roster& outranked) {
    bool changed = false;
    for (const Epoch& epoch : outranked.epochs) {
        auto same = std::ranges::find(standing.epochs, epoch.public_key, &Epoch::public_key);
        if (same == standing.epochs.end()) {
            Epoch added{epoch.number, epoch.public_key, {}};
            const bool taken =
                std::ranges::find(standing.epochs, epoch.number, &Epoch::number) != standing.epochs.end();
            added.number = taken ? standing.epochs.back().number + 1 : epoch.number;
            changed = true;
            same = insert_sorted(standing.epochs, std::move(added), &Epoch::number);
        }
        for (const auto& [device, share] : epoch.shares) {
            const auto place =
                std::ranges::lower_bound(same->shares, device, {}, [](const auto& s) { return s.first; });
            const bool there = place != same->shares.end() && place->first == device;
            if (!there && standing.device(device) != nullptr) {
                same->shares.emplace(place, device, share);
                changed = true;
            }
        }
    }
    return changed;
}

bool take_names(std::vector<Hash>& standing, const std::vector<Hash>& outranked) {
    const std::size_t before = standing.size();
    std::vector<Hash> both;
    std::ranges::set_union(standing, outranked, std::back_inserter(both));
    standing = std::move(both);
    return standing.size() != before;
}

/// What was given stays given, from the version on that says both.
bool take_holds(Roster& standing, const Roster& outranked) {
    bool changed = false;
    for (const HistoryHold& hold : outranked.holds) {
        const auto same = std::ranges::find(standing.holds, hold.invite, &HistoryHold::invite);
        if (same == standing.holds.end()) {
            insert_sorted(standing.holds, hold, &HistoryHold::invite);
            changed = true;
        } else if (hold.given_in != 0 && same->given_in == 0) {
            same->given_in = standing.version + 1;
            same->starts.clear();
            changed = true;
        }
    }
    return changed;
}

}  // namespace

Authority authority_of(const Roster& roster, const DeviceId& device) {
    const RosterDevice* entry = roster.device(device);
    const RosterPerson* person = entry == nullptr || entry->revoked ? nullptr : roster.person(entry->person);
    return person == nullptr ? Authority::none
           : person->owner   ? Authority::owner
           : person->deputy  ? Authority::deputy
                             : Authority::none;
}

bool same_signers(const Roster& a, const Roster& b) {
    const auto signers = [](const Roster& roster) {
        std::vector<std::pair<DeviceId, Authority>> result;
        for (const RosterDevice& device : roster.devices) {
            if (const Authority authority = authority_of(roster, device.device); authority != Authority::none) {
                result.emplace_back(device.device, authority);
            }
        }
        return result;
    };
    return a.owner_key == b.owner_key && signers(a) == signers(b);
}

void start_epoch(Roster& roster, const crypto::BoxKeyPair& key) {
    Epoch epoch{roster.current_epoch().number + 1, key.public_key, {}};
    for (const RosterDevice* device : roster.team_devices()) {
        add_share(epoch, *device, key);
    }
    roster.epochs.push_back(std::move(epoch));
}

void revoke_device(Roster& roster, const DeviceId& id, std::uint64_t accepted_up_to) {
    RosterDevice& device = device_in(roster, id);
    if (device.revoked) {
        throw Error(ErrorCode::refused, "This device is revoked already.");
    }
    const RosterPerson& person = *roster.person(device.person);
    device.revoked = true;
    device.kit = false;
    device.accepted_up_to = accepted_up_to;
    if (!person.owner || !(device.sign_key == roster.owner_key)) {
        return;
    }
    const RosterDevice* other = device_of_person(roster, person.person);
    if (other == nullptr) {
        device.revoked = false;
        throw Error(
            ErrorCode::refused,
            "This is the owner's only device. Hand the deployment over to another coordinator first, or restore "
            "the recovery kit on another machine.");
    }
    roster.owner_key = other->sign_key;
}

void cancel_invitation(Roster& roster, const InviteId& id) {
    const auto invite = std::ranges::find(roster.invites, id, &RosterInvite::invite);
    if (invite == roster.invites.end()) {
        throw Error(ErrorCode::not_found, "There is no such invitation. See the list of open invitations.");
    }
    if (std::ranges::find(roster.devices, id, &RosterDevice::invite) != roster.devices.end()) {
        throw Error(ErrorCode::refused,
                    "This invitation was used: a device joined with it. Revoke that device instead.");
    }
    if (invite->cancelled) {
        throw Error(ErrorCode::refused, "This invitation is cancelled already.");
    }
    invite->cancelled = true;
}

void set_deputy(Roster& roster, const PersonId& id, bool deputy) {
    RosterPerson& person = person_in(roster, id);
    if (person.owner) {
        throw Error(ErrorCode::refused, "The owner needs no deputy's right.");
    }
    if (person.deputy == deputy) {
        throw Error(ErrorCode::refused, deputy ? "This person is a deputy already." : "This person is no deputy.");
    }
    if (deputy) {
        require_coordinator(roster, person);
    }
    person.deputy = deputy;
}

void hand_over(Roster& roster, const PersonId& id) {
    RosterPerson& person = person_in(roster, id);
    if (person.owner) {
        throw Error(ErrorCode::refused, "This person owns the deployment already.");
    }
    require_coordinator(roster, person);
    for (RosterPerson& other : roster.people) {
        if (other.owner) {
            other.owner = false;
            other.deputy = true;
        }
    }
    person.owner = true;
    person.deputy = false;
    roster.owner_key = device_of_person(roster, id)->sign_key;
}

bool has_room_for_erasures(const Roster& roster, std::size_t more) {
    std::size_t names = more;
    for (const Erasure& other : roster.erasures) {
        names += other.names.size();
    }
    return names <= erased_limit;
}

bool add_erasure(Roster& roster, const Erasure& erasure) {
    const auto known = std::ranges::find(roster.erasures, erasure.record, &Erasure::record);
    const auto fresh = std::ranges::count_if(erasure.names, [&](const Hash& name) {
        return known == roster.erasures.end() || !std::ranges::binary_search(known->names, name);
    });
    if (fresh > 0 && !has_room_for_erasures(roster, static_cast<std::size_t>(fresh))) {
        throw Error(ErrorCode::too_large, "More than " + std::to_string(erased_limit) +
                                              " revisions would be erased on request in this deployment, which its "
                                              "list of the team cannot hold.");
    }
    const auto same = std::ranges::find(roster.erasures, erasure.record, &Erasure::record);
    if (same == roster.erasures.end()) {
        insert_sorted(roster.erasures, erasure, &Erasure::record);
        return true;
    }
    const bool becomes_whole = erasure.whole && !same->whole;
    same->whole = same->whole || erasure.whole;
    return take_names(same->names, erasure.names) || becomes_whole;
}

void hold_back_history(Roster& roster, const InviteId& id, const LogStarts& starts) {
    const RosterInvite* invite = roster.invite(id);
    if (invite == nullptr || invite->role != Role::reviewer) {
        throw Error(ErrorCode::refused,
                    "Only a reviewer can be invited without history: an assessor is never given others' work, and a "
                    "coordinator must hold everything, since others erase what its receipts cover.");
    }
    codec::Writer out;
    out.number(starts.size());
    for (const auto& [device, place] : starts) {
        out.raw(device.view());
        out.number(place);
    }
    HistoryHold hold{id, 0, crypto::seal_box(roster.current_epoch().public_key, out.view())};
    insert_sorted(roster.holds, std::move(hold), &HistoryHold::invite);
}

std::optional<LogStarts> open_starts(const HistoryHold& hold, std::span<const crypto::BoxKeyPair* const> team_keys) {
    for (const crypto::BoxKeyPair* key : team_keys) {
        const std::optional<crypto::Secret> plain = crypto::open_box(*key, hold.starts);
        if (!plain) {
            continue;
        }
        LogStarts starts;
        try {
            codec::Reader in(plain->view(), "starts of logs");
            const std::size_t count = in.count(device_limit, DeviceId::size + 1);
            for (std::size_t i = 0; i < count; ++i) {
                const auto device = in.fixed<DeviceId>();
                starts[device] = in.number();
            }
            in.expect_end();
        } catch (const Error&) {
            return std::nullopt;
        }
        return starts;
    }
    return std::nullopt;
}

void give_history(Roster& roster, const PersonId& person) {
    person_in(roster, person);
    bool any = false;
    for (HistoryHold& hold : roster.holds) {
        if (hold.given_in == 0 && roster.invite(hold.invite)->person == person) {
            hold.given_in = roster.version + 1;
            hold.starts.clear();
            any = true;
        }
    }
    if (!any) {
        throw Error(ErrorCode::refused, "Nothing is held back from this person.");
    }
}

void add_kit(Roster& roster, const DeviceKeys& keys, const PersonId& person, const InviteId& invite,
             std::span<const std::pair<std::uint64_t, const crypto::BoxKeyPair*>> team_keys) {
    RosterDevice device;
    device.device = keys.id();
    device.person = person;
    device.sign_key = keys.signing.verify_key();
    device.box_key = keys.box.public_key;
    device.invite = invite;
    device.enrolled_ms = 0;
    device.kit = true;
    for (Epoch& epoch : roster.epochs) {
        for (const auto& [number, key] : team_keys) {
            if (number == epoch.number) {
                add_share(epoch, device, *key);
            }
        }
    }
    insert_sorted(roster.devices, std::move(device), &RosterDevice::device);
}

bool absorb(Roster& standing, const Roster& outranked) {
    bool changed = take_people(standing, outranked);
    changed = take_devices(standing, outranked) || changed;
    changed = take_invites(standing, outranked) || changed;
    for (const Erasure& erasure : outranked.erasures) {
        // Two lists that are full together hold more than one can. Who met the one that gives way has erased what it
        // names, and keeps that in mind; all else it says must not wait for that.
        if (has_room_for_erasures(standing, erasure.names.size())) {
            changed = add_erasure(standing, erasure) || changed;
        }
    }
    changed = take_holds(standing, outranked) || changed;
    changed = take_epochs(standing, outranked) || changed;
    return take_names(standing.accepted, outranked.accepted) || changed;
}

bool complete_shares(Roster& roster, std::span<const std::pair<std::uint64_t, const crypto::BoxKeyPair*>> team_keys) {
    bool changed = false;
    for (Epoch& epoch : roster.epochs) {
        for (const auto& [number, key] : team_keys) {
            if (number != epoch.number) {
                continue;
            }
            for (const RosterDevice* device : roster.team_devices()) {
                const std::size_t before = epoch.shares.size();
                add_share(epoch, *device, *key);
                changed = changed || epoch.shares.size() != before;
            }
        }
    }
    return changed;
}

bool current_epoch_reaches_revoked(const Roster& roster) {
    return std::ranges::any_of(roster.current_epoch().shares, [&](const auto& share) {
        const RosterDevice* device = roster.device(share.first);
        return device == nullptr || device->revoked;
    });
}

}  // namespace fieldseal::team
