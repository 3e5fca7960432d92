// Who belongs to the deployment, with which keys and roles: versioned, hash-linked, signed. docs/formats/roster.md.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "model/crypto/seal.h"
#include "model/crypto/sign.h"

namespace fieldseal::team {

using PublicKey = std::array<std::uint8_t, 32>;

enum class Role : std::uint8_t { assessor = 1, reviewer = 2, coordinator = 3 };
std::string_view name_of(Role role);
std::optional<Role> role_from(std::string_view name);
/// Whether the role reads what is sealed to the team.
constexpr bool in_team(Role role) {
    return role != Role::assessor;
}

/// Names are not here but in member records, which assessors receive of the team only.
struct RosterPerson {
    PersonId person;
    Role role = Role::assessor;
    bool owner = false;
    bool deputy = false;
    bool operator==(const RosterPerson&) const = default;
};

struct RosterDevice {
    DeviceId device;
    PersonId person;
    crypto::VerifyKey sign_key;
    PublicKey box_key{};
    InviteId invite;
    std::int64_t enrolled_ms = 0;
    bool revoked = false;
    /// Where revoked: the last revision of its log that is accepted.
    std::uint64_t accepted_up_to = 0;
    /// The owner's recovery kit, as long as nobody has restored it: it is sent rosters only.
    bool kit = false;
    bool operator==(const RosterDevice&) const = default;
};

/// An invitation that was given out. Its key checks an enrolment without the coordinator that made it.
struct RosterInvite {
    InviteId invite;
    PersonId person;
    Role role = Role::assessor;
    crypto::VerifyKey one_time_key;
    std::int64_t expires_ms = 0;
    bool cancelled = false;
    bool operator==(const RosterInvite&) const = default;
};

/// The team's X25519 key for some time; `shares` seals the secret key (crypto_box_seal) to each device of the team.
struct Epoch {
    std::uint64_t number = 0;
    PublicKey public_key{};
    std::vector<std::pair<DeviceId, Bytes>> shares;
    bool operator==(const Epoch&) const = default;
};

/// What a reviewer is given of what was there before them.
enum class History : std::uint8_t { none, all };

/// An invitation by which a reviewer joins without history: docs/formats/roster.md, "Without history".
struct HistoryHold {
    InviteId invite;
    /// The version in which the history was given after all; 0 while it is held back.
    std::uint64_t given_in = 0;
    /// LogStarts sealed to the team; empty once given.
    Bytes starts;
    bool operator==(const HistoryHold&) const = default;
};

/// What must be erased on every device: docs/formats/roster.md, "Erased on request".
struct Erasure {
    RecordId record;
    /// The record as a whole with what belongs to it: whoever may publish adds what is written of it later.
    bool whole = false;
    DeviceId asked_by;
    std::int64_t asked_ms = 0;
    /// For people, and read by everybody.
    std::string reason;
    /// Of the revisions whose bodies must go, ascending.
    std::vector<Hash> names;
    bool operator==(const Erasure&) const = default;
};

/// Device to the last place of its log that was known when somebody was invited.
using LogStarts = std::map<DeviceId, std::uint64_t>;

/// What a later version adds. Types below 64 are critical and unknown here, so that only others ever stand in a decoded
/// roster.
struct RosterExtension {
    std::uint64_t type = 0;
    Bytes body;
    bool operator==(const RosterExtension&) const = default;
};

struct Roster {
    std::uint64_t version = 0;
    /// Hash of the version before, hash("fieldseal/v1/roster", its encoding without signature); zero for version 1.
    Hash previous;
    DeploymentId deployment;
    std::string deployment_name;
    /// The owner's key at the start of this version. Version 1 is checked against the root key of the invitation.
    crypto::VerifyKey owner_key;
    std::int64_t issued_ms = 0;
    std::vector<RosterPerson> people;  // ascending by id, as all lists here
    std::vector<RosterDevice> devices;
    std::vector<RosterInvite> invites;
    std::vector<Epoch> epochs;  // ascending by number
    /// Names of revisions that the owner or a deputy accepted although a role did not allow them; ascending.
    std::vector<Hash> accepted;
    /// Ascending by record.
    std::vector<Erasure> erasures;
    /// Reviewers' invitations that come without history, ascending.
    std::vector<HistoryHold> holds;
    std::vector<RosterExtension> extensions;  // those not known here: ascending by type; kept as they came
    DeviceId signer;
    crypto::Signature signature;

    bool operator==(const Roster&) const = default;
    const RosterDevice* device(const DeviceId& id) const;
    const RosterPerson* person(const PersonId& id) const;
    const RosterInvite* invite(const InviteId& id) const;
    const Epoch& current_epoch() const;
    std::optional<Role> role_of(const DeviceId& id) const;
    /// Whether what was written before is held back from the devices of this invitation.
    bool holds_back(const InviteId& invite) const;
    /// Active devices that read what is sealed to the team: of reviewers and coordinators, but for those from whom the
    /// history is held back.
    std::vector<const RosterDevice*> team_devices() const;
};

Bytes encode(const Roster& roster);
/// Error(newer_version), or Error(damaged) unless canonical and consistent (ids ascending and unique, devices' persons
/// present, device ids match keys, epochs rising, an owner).
Roster decode_roster(ByteView bytes);
/// Hash that the next version's `previous` holds.
Hash hash_of(const Roster& roster);
void sign(Roster& roster, const crypto::SigningKey& key);
/// Makes `roster` the version after `in_force` (number, link, time), or after `above` where that is higher, and signs
/// it.
void publish(Roster& roster, const Roster& in_force, std::int64_t issued_ms, const crypto::SigningKey& key,
             std::uint64_t above = 0);

/// No further than this does a roster jump ahead of the one in force: so that nobody can use the numbers up.
constexpr std::uint64_t version_jump_limit = 65'536;

enum class RosterVerdict { newer, same, older, outranked, forged, not_linked, forgetful };
/// What a roster that arrived is to the one in force: docs/formats/roster.md, "Verdict". `newer` only if it is signed
/// by the owner or a deputy of the one in force; of two with the same version the same one stands on every device.
/// `last_word` is what the person who signed `arrived` said last of those that were in force here, if that is known.
RosterVerdict check(const Roster& arrived, const Roster& in_force, const Roster* last_word = nullptr);
/// Whether the owner or a deputy of the one in force signed it, whatever its version.
bool is_word_of_authority(const Roster& arrived, const Roster& in_force);
/// Whether a coordinator's device signed it that the one in force has revoked: roster.md, "Of a revoked device".
bool is_word_of_revoked(const Roster& arrived, const Roster& in_force);
/// Whether `later` lacks what nobody who knows `earlier` leaves out: docs/formats/roster.md, "Old copies".
bool forgets(const Roster& later, const Roster& earlier);
/// For the first roster of a device: signed by the root key.
bool check_first(const Roster& roster, const crypto::VerifyKey& root);

/// 8 groups of 5 digits for people to compare: over a device's two public keys.
std::string fingerprint(const crypto::VerifyKey& sign_key, const PublicKey& box_key);

}  // namespace fieldseal::team
