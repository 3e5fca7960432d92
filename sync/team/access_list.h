// What a hub knows of a deployment: which key may use which box, and who may say so. docs/formats/hub.md.
#pragma once

#include "sync/team/deployment.h"

namespace fieldseal::team {

constexpr std::size_t access_list_limit = 1u << 20;
constexpr std::size_t access_signers_limit = 1'000;
constexpr std::size_t access_boxes_limit = 8'000;

enum class BoxRight : std::uint8_t { own = 1, reads_outboxes = 2, coordinates = 3 };

/// What one invitation gives: an outbox, a mailbox, and the one device that joins by it.
struct AccessBox {
    InviteId invite;
    Hash outbox;
    Hash mailbox;
    BoxRight right = BoxRight::own;
    /// `key` is the device's; else the invitation's one-time key.
    bool joined = false;
    crypto::VerifyKey key;
    bool operator==(const AccessBox&) const = default;
};

struct AccessList {
    /// Of the roster that it is made from.
    std::uint64_t version = 0;
    DeploymentId deployment;
    std::vector<crypto::VerifyKey> signers;  // ascending
    std::vector<AccessBox> boxes;            // ascending by invitation
    DeviceId signer;
    crypto::Signature signature;

    bool operator==(const AccessList&) const = default;
    const crypto::VerifyKey* signer_key() const;
};

/// Of the roster in force, signed by this device, which must be the owner's or a deputy's: Error(refused).
/// Error(too_large) for a team of more boxes than a hub keeps.
AccessList access_list_of(const Roster& roster, const Deployment& deployment, const crypto::SigningKey& key);

Bytes encode(const AccessList& list);
/// Error(newer_version), Error(too_large), or Error(damaged) unless canonical and consistent. The signature is not
/// looked at.
AccessList decode_access_list(ByteView bytes);
/// Whether the signature is that of one of the list's own signers: what makes a list the first.
bool is_signed(const AccessList& list);

enum class AccessVerdict { newer, older, forged };
/// What a list that arrived is to the one in force.
AccessVerdict check(const AccessList& arrived, const AccessList& in_force);

/// The name of the object that a list is put under.
std::string access_object_name(std::uint64_t version);
/// The version that such a name says; nothing for any other name.
std::optional<std::uint64_t> parse_access_object_name(std::string_view name);

}  // namespace fieldseal::team
