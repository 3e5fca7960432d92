// Joining: an invitation file under a 20-digit code, and the enrolment that a new device sends back.
// docs/formats/invitation.md.
#pragma once

#include "model/crypto/passphrase.h"
#include "sync/team/deployment.h"
#include "sync/team/sealed_file.h"

namespace fieldseal::team {

constexpr std::size_t invitation_limit = sealed_file_limit;
constexpr std::int64_t invitation_lifetime_ms = 14ll * 24 * 3600 * 1000;
/// How long after its expiry an enrolment made in time may still arrive: assessors are offline for days.
constexpr std::int64_t enrolment_grace_ms = 30ll * 24 * 3600 * 1000;

struct Invitation {
    InviteId invite;
    DeploymentId deployment;
    std::string deployment_name;
    crypto::VerifyKey root;
    crypto::Secret shared_key;
    /// Seed of the one-time signing key, 32 bytes.
    crypto::Secret one_time_seed;
    PersonId person;
    std::string person_name;
    Role role = Role::assessor;
    std::int64_t expires_ms = 0;
    /// Where to sync; empty where none was set.
    std::string store_url;
    Roster roster;
    /// Who made the invitation; the others' names come with the first bundle.
    std::string inviter_name;
};

/// What the invited device keeps of it.
Deployment deployment_of(const Invitation& invitation);

/// Makes an invitation and notes it in `roster` (not yet signed anew: the caller publishes the next version).
Invitation make_invitation(const Deployment& deployment, Roster& roster, const PersonId& person,
                           const std::string& person_name, Role role, const std::string& inviter_name,
                           Environment environment);

/// The `*.fsinvite` file: sealed with XChaCha20-Poly1305 under Argon2id(code). `code` has 20 digits.
Bytes seal_invitation(const Invitation& invitation, const crypto::Secret& code, crypto::PassphraseCost cost,
                      crypto::Random& random);
/// Error(damaged) no invitation or broken, Error(locked) wrong code (a wrong code and flipped bytes of the sealed part
/// cannot be told apart, and the message says both), Error(newer_version), Error(refused) where the roster inside is
/// not signed by its root.
Invitation open_invitation(ByteView file, const crypto::Secret& code);

/// What a new device sends with its first bundle.
struct Enrolment {
    InviteId invite;
    crypto::VerifyKey sign_key;
    PublicKey box_key{};
    std::int64_t joined_ms = 0;
    /// By the invitation's one-time key over everything above ("fieldseal/v1/enrolment").
    crypto::Signature by_invite;
    /// By the device's own key over the same: it holds the key that it names.
    crypto::Signature by_device;
    bool operator==(const Enrolment&) const = default;
};

Enrolment make_enrolment(const Invitation& invitation, const DeviceKeys& keys, std::int64_t now_ms);
Bytes encode(const Enrolment& enrolment);
Enrolment decode_enrolment(ByteView bytes);

/// Whether both signatures hold: the invitation's and the new device's.
bool is_signed(const Enrolment& enrolment, const DeploymentId& deployment, const crypto::VerifyKey& one_time_key);

enum class EnrolmentVerdict { valid, unknown_invite, cancelled, already_used, bad_signature, expired };
/// Against the invitations of `roster`; `now_ms` is the reader's clock.
EnrolmentVerdict check(const Enrolment& enrolment, const Roster& roster, std::int64_t now_ms);
/// Takes the device into the roster (next version's content; the caller signs). For a role of the team, seals every
/// epoch given in `team_keys` to it.
void admit(Roster& roster, const Enrolment& enrolment,
           std::span<const std::pair<std::uint64_t, const crypto::BoxKeyPair*>> team_keys, std::int64_t now_ms);

}  // namespace fieldseal::team
