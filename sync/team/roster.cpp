#include "sync/team/roster.h"

#include <algorithm>
#include <array>

#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "sync/team/roster_codec.h"

namespace fieldseal::team {

namespace {

constexpr std::string_view signature_purpose = "fieldseal/v1/roster-signature";

/// The element with this id in a list that ascends by id, or nothing.
template <class List, class Id, class Key>
auto find_by(const List& list, const Id& id, Key key) -> const typename List::value_type* {
    const auto found = std::ranges::lower_bound(list, id, {}, key);
    return found != list.end() && std::invoke(key, *found) == id ? &*found : nullptr;
}

bool is_signed_by(const Roster& roster, const crypto::VerifyKey& key) {
    return roster.signer == crypto::device_of(key) &&
           crypto::verify(key, signature_purpose, encode_unsigned(roster), roster.signature);
}

enum class Word { none, deputy, owner };

/// Whose word the signature on `arrived` is, by the roster in force.
Word authority_behind(const Roster& arrived, const Roster& in_force) {
    const RosterDevice* signer = in_force.device(arrived.signer);
    if (signer == nullptr || signer->revoked || !is_signed_by(arrived, signer->sign_key)) {
        return Word::none;
    }
    const RosterPerson* person = in_force.person(signer->person);
    return person == nullptr ? Word::none : person->owner ? Word::owner : person->deputy ? Word::deputy : Word::none;
}

/// Whether the one in force is itself the owner's word, by what it says.
bool signed_by_owner(const Roster& roster) {
    const RosterDevice* signer = roster.device(roster.signer);
    const RosterPerson* person = signer == nullptr ? nullptr : roster.person(signer->person);
    return person != nullptr && person->owner;
}

/// A deputy runs the team, but who owns it and who may run it is the owner's to say.
bool same_authorities(const Roster& a, const Roster& b) {
    const auto authorities = [](const Roster& roster) {
        std::vector<RosterPerson> people;
        std::ranges::copy_if(roster.people, std::back_inserter(people),
                             [](const RosterPerson& person) { return person.owner || person.deputy; });
        return people;
    };
    return a.owner_key == b.owner_key && authorities(a) == authorities(b);
}

/// Whether a device that is revoked in `earlier` is active in `later`, or gone from it.
bool reactivates(const Roster& later, const Roster& earlier) {
    return std::ranges::any_of(earlier.devices, [&](const RosterDevice& before) {
        const RosterDevice* now = before.revoked ? later.device(before.device) : nullptr;
        return before.revoked && (now == nullptr || !now->revoked);
    });
}

const RosterPerson* signing_person(const Roster& roster, const Roster& in_force) {
    const RosterDevice* signer = in_force.device(roster.signer);
    return signer == nullptr ? nullptr : in_force.person(signer->person);
}

/// Whom a list shuts out has no last word in it, not even as the same person's other device: it may be in wrong hands.
bool binds(const Roster& last_word, const Roster& arrived) {
    const RosterDevice* signer = arrived.device(last_word.signer);
    return signer == nullptr || !signer->revoked;
}

/// Whether the signer leaves out what they said before, or a deputy what anybody said of revoked devices.
bool is_forgetful(const Roster& arrived, Word authority, const Roster& in_force, const Roster* last_word) {
    if (authority == Word::deputy && reactivates(arrived, in_force)) {
        return true;
    }
    if (last_word == nullptr && signing_person(in_force, in_force) == signing_person(arrived, in_force)) {
        last_word = &in_force;
    }
    return last_word != nullptr && binds(*last_word, arrived) && forgets(arrived, *last_word);
}

}  // namespace

std::string_view name_of(Role role) {
    switch (role) {
        case Role::assessor:
            return "assessor";
        case Role::reviewer:
            return "reviewer";
        case Role::coordinator:
            return "coordinator";
    }
    return "";
}

std::optional<Role> role_from(std::string_view name) {
    for (const Role role : {Role::assessor, Role::reviewer, Role::coordinator}) {
        if (name == name_of(role)) {
            return role;
        }
    }
    return std::nullopt;
}

const RosterDevice* Roster::device(const DeviceId& id) const {
    return find_by(devices, id, &RosterDevice::device);
}

const RosterPerson* Roster::person(const PersonId& id) const {
    return find_by(people, id, &RosterPerson::person);
}

const RosterInvite* Roster::invite(const InviteId& id) const {
    return find_by(invites, id, &RosterInvite::invite);
}

bool Roster::holds_back(const InviteId& id) const {
    const HistoryHold* hold = find_by(holds, id, &HistoryHold::invite);
    return hold != nullptr && hold->given_in == 0;
}

const Epoch& Roster::current_epoch() const {
    if (epochs.empty()) {
        throw Error(ErrorCode::damaged, "The list of the team has no team key. Ask the owner for a new one.");
    }
    return epochs.back();
}

std::optional<Role> Roster::role_of(const DeviceId& id) const {
    const RosterDevice* found = device(id);
    const RosterPerson* owner = found == nullptr ? nullptr : person(found->person);
    return owner == nullptr ? std::nullopt : std::optional(owner->role);
}

std::vector<const RosterDevice*> Roster::team_devices() const {
    std::vector<const RosterDevice*> team;
    for (const RosterDevice& candidate : devices) {
        const auto role = role_of(candidate.device);
        if (!candidate.revoked && role && in_team(*role) && !holds_back(candidate.invite)) {
            team.push_back(&candidate);
        }
    }
    return team;
}

Hash hash_of(const Roster& roster) {
    return crypto::hash("fieldseal/v1/roster", encode_unsigned(roster));
}

void sign(Roster& roster, const crypto::SigningKey& key) {
    roster.signer = crypto::device_of(key.verify_key());
    roster.signature = key.sign(signature_purpose, encode_unsigned(roster));
}

void publish(Roster& roster, const Roster& in_force, std::int64_t issued_ms, const crypto::SigningKey& key,
             std::uint64_t above) {
    roster.version = std::max(in_force.version, above) + 1;
    roster.previous = hash_of(in_force);
    roster.issued_ms = issued_ms;
    sign(roster, key);
}

bool is_word_of_authority(const Roster& arrived, const Roster& in_force) {
    return arrived.deployment == in_force.deployment && authority_behind(arrived, in_force) != Word::none;
}

bool is_word_of_revoked(const Roster& arrived, const Roster& in_force) {
    const RosterDevice* signer = in_force.device(arrived.signer);
    return arrived.deployment == in_force.deployment && signer != nullptr && signer->revoked &&
           in_force.role_of(signer->device) == Role::coordinator && is_signed_by(arrived, signer->sign_key);
}

bool forgets(const Roster& later, const Roster& earlier) {
    const bool forgets_invitation = std::ranges::any_of(earlier.invites, [&](const RosterInvite& before) {
        const RosterInvite* now = later.invite(before.invite);
        return now == nullptr || (before.cancelled && !now->cancelled);
    });
    return forgets_invitation || reactivates(later, earlier) ||
           std::ranges::any_of(earlier.devices,
                               [&](const RosterDevice& before) { return later.device(before.device) == nullptr; });
}

RosterVerdict check(const Roster& arrived, const Roster& in_force, const Roster* last_word) {
    if (arrived.deployment != in_force.deployment) {
        return RosterVerdict::forged;
    }
    if (arrived.version < in_force.version) {
        return RosterVerdict::older;
    }
    if (arrived.version == in_force.version && hash_of(arrived) == hash_of(in_force)) {
        return RosterVerdict::same;
    }
    const Word authority = authority_behind(arrived, in_force);
    if (authority == Word::none || arrived.version - in_force.version > version_jump_limit) {
        return RosterVerdict::forged;
    }
    if (authority == Word::deputy && !same_authorities(arrived, in_force)) {
        // Unless it follows directly, the owner may have said so in a version between: that one has to come first.
        const bool linked = arrived.version == in_force.version + 1 && arrived.previous == hash_of(in_force);
        return linked ? RosterVerdict::forged : RosterVerdict::not_linked;
    }
    if (arrived.version == in_force.version) {
        const bool standing_by_owner = signed_by_owner(in_force);
        const bool arrived_by_owner = authority == Word::owner;
        const bool outranks =
            arrived_by_owner != standing_by_owner ? arrived_by_owner : hash_of(arrived) < hash_of(in_force);
        if (!outranks) {
            return RosterVerdict::outranked;
        }
    }
    return is_forgetful(arrived, authority, in_force, last_word) ? RosterVerdict::forgetful : RosterVerdict::newer;
}

bool check_first(const Roster& roster, const crypto::VerifyKey& root) {
    return is_signed_by(roster, root);
}

std::string fingerprint(const crypto::VerifyKey& sign_key, const PublicKey& box_key) {
    Bytes keys(sign_key.bytes.begin(), sign_key.bytes.end());
    keys.insert(keys.end(), box_key.begin(), box_key.end());
    const Hash hash = crypto::hash("fieldseal/v1/fingerprint", keys);
    std::string groups;
    for (std::size_t group = 0; group < Hash::size / 4; ++group) {
        std::uint32_t number = 0;
        for (std::size_t byte = 0; byte < 4; ++byte) {
            number = number << 8 | hash.bytes[group * 4 + byte];
        }
        const std::string digits = std::to_string(number % 100'000);
        groups += (group == 0 ? "" : " ") + std::string(5 - digits.size(), '0') + digits;
    }
    return groups;
}

}  // namespace fieldseal::team
