// This device's place in a deployment: its keys, the deployment's secrets, and how they are made. Kept sealed on the
// vault's shelves by the exchange.
#pragma once

#include "model/environment/environment.h"
#include "sync/team/roster.h"

namespace fieldseal::team {

struct DeviceKeys {
    crypto::SigningKey signing;
    crypto::BoxKeyPair box;
    DeviceId id() const { return crypto::device_of(signing.verify_key()); }
    static DeviceKeys make(crypto::Random& random);
    DeviceKeys clone() const { return {signing.clone(), box.clone()}; }
};

/// What every device of the deployment knows.
struct Deployment {
    DeploymentId id;
    std::string name;
    /// The founder's key: the root that the first roster is checked against.
    crypto::VerifyKey root;
    /// Pre-shared key, 32 bytes (docs/formats/bundle.md, key schedule).
    crypto::Secret shared_key;
    PersonId own_person;
    InviteId own_invite;
    Role own_role = Role::assessor;
};

crypto::Secret encode(const Deployment& deployment);
Deployment decode_deployment(ByteView bytes);
crypto::Secret encode(const DeviceKeys& keys);
DeviceKeys decode_device_keys(ByteView bytes);

struct Founding {
    Deployment deployment;
    DeviceKeys keys;
    crypto::BoxKeyPair team_key;
    Roster roster;  // version 1, the founder as owner and coordinator
};
Founding found(const std::string& name, Environment environment);

/// Where a device's objects lie on a store: keyed_tag(shared key, "fieldseal/v1/box", invite || direction) in
/// hexadecimal, so that the operator cannot tell who it is, while every coordinator that knows the invitation finds it
/// before the device is in a roster.
std::string outbox_token(const Deployment& deployment, const InviteId& invite);
std::string mailbox_token(const Deployment& deployment, const InviteId& invite);

}  // namespace fieldseal::team
