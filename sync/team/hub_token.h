// How a device shows a hub who it is: a signature that only that hub can use. docs/formats/hub.md, "Token".
#pragma once

#include <variant>

#include "sync/team/access_list.h"
#include "sync/team/invitation.h"

namespace fieldseal::team {

/// Characters of a token's text; more are refused before they are looked at.
constexpr std::size_t hub_token_limit = 512;

struct HubToken {
    /// A device that the roster has, or the enrolment of one that it does not have yet.
    std::variant<DeviceId, Enrolment> by;
    crypto::Signature signature;
    bool operator==(const HubToken&) const = default;
};

/// For the hub that `audience` names: its pin, "sha256//BASE64", or its host and port. Without an enrolment the roster
/// must have the device.
HubToken make_hub_token(const DeploymentId& deployment, std::string_view audience, const crypto::SigningKey& key,
                        const std::optional<Enrolment>& enrolment);

/// As it is sent. In locked memory: it opens the hub.
crypto::Secret encode(const HubToken& token);
/// Nothing unless it is one, in the one way that it can be written.
std::optional<HubToken> decode_hub_token(std::string_view text);

/// Whether it is good for this box, which is that of its device or invitation, at one of these audiences.
bool opens(const HubToken& token, const AccessBox& box, const DeploymentId& deployment,
           std::span<const std::string> audiences);

}  // namespace fieldseal::team
