#include "sync/team/deployment.h"

#include <algorithm>

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "sync/team/roster_codec.h"
#include "sync/team/sealed_share.h"
#include "sync/team/secret_tail.h"

namespace fieldseal::team {

namespace {

constexpr std::uint8_t deployment_format = 1;
constexpr std::uint8_t keys_format = 1;

void expect_format(codec::Reader& in, std::uint8_t format) {
    if (in.u8() != format) {
        in.fail("this format does not exist");
    }
}

std::string token(const Deployment& deployment, const InviteId& invite, std::uint8_t direction) {
    Bytes box(invite.bytes.begin(), invite.bytes.end());
    box.push_back(direction);
    return crypto::keyed_tag(deployment.shared_key.view(), "fieldseal/v1/box", box).hex();
}

}  // namespace

DeviceKeys DeviceKeys::make(crypto::Random& random) {
    crypto::SigningKey signing = crypto::SigningKey::make(random);
    return {std::move(signing), crypto::make_box_key_pair(random)};
}

crypto::Secret encode(const Deployment& deployment) {
    codec::Writer out;
    out.u8(deployment_format);
    out.raw(deployment.id.view());
    out.text(deployment.name);
    out.raw(deployment.root.view());
    out.raw(deployment.own_person.view());
    out.raw(deployment.own_invite.view());
    out.u8(static_cast<std::uint8_t>(deployment.own_role));
    return with_secret_tail(out.view(), {deployment.shared_key.view()});
}

Deployment decode_deployment(ByteView bytes) {
    codec::Reader in(bytes, "deployment");
    expect_format(in, deployment_format);
    Deployment deployment;
    deployment.id = in.fixed<DeploymentId>();
    deployment.name = in.text(deployment_name_limit);
    deployment.root = in.fixed<crypto::VerifyKey>();
    deployment.own_person = in.fixed<PersonId>();
    deployment.own_invite = in.fixed<InviteId>();
    const std::uint8_t role = in.u8();
    if (role < static_cast<std::uint8_t>(Role::assessor) || role > static_cast<std::uint8_t>(Role::coordinator)) {
        in.fail("this role does not exist");
    }
    deployment.own_role = static_cast<Role>(role);
    deployment.shared_key = crypto::Secret(in.raw(crypto::key_size));
    in.expect_end();
    return deployment;
}

crypto::Secret encode(const DeviceKeys& keys) {
    const std::uint8_t format[] = {keys_format};
    return with_secret_tail(format, {keys.signing.seed(), keys.box.secret_key.view()});
}

DeviceKeys decode_device_keys(ByteView bytes) {
    codec::Reader in(bytes, "device keys");
    expect_format(in, keys_format);
    const ByteView seed = in.raw(crypto::key_size);
    const ByteView box = in.raw(crypto::key_size);
    in.expect_end();
    return {crypto::SigningKey(seed), crypto::box_key_pair_from(box)};
}

Founding found(const std::string& name, Environment environment) {
    if (name.empty() || name.size() > deployment_name_limit || !codec::is_text(view_of(name))) {
        throw Error(ErrorCode::usage,
                    "A deployment needs a name of 1 to " + std::to_string(deployment_name_limit) + " bytes of text.");
    }
    Founding founding{.deployment = {}, .keys = DeviceKeys::make(environment.random), .team_key = {}, .roster = {}};
    const DeviceKeys& keys = founding.keys;
    founding.team_key = crypto::make_box_key_pair(environment.random);

    Deployment& deployment = founding.deployment;
    deployment.id = environment.random.id<DeploymentId>();
    deployment.name = name;
    deployment.root = keys.signing.verify_key();
    deployment.shared_key = environment.random.secret(crypto::key_size);
    deployment.own_person = environment.random.id<PersonId>();
    deployment.own_invite = environment.random.id<InviteId>();
    deployment.own_role = Role::coordinator;

    Roster& roster = founding.roster;
    roster.version = 1;
    roster.deployment = deployment.id;
    roster.deployment_name = name;
    roster.owner_key = deployment.root;
    roster.issued_ms = environment.clock.wall_ms();
    roster.people.push_back({deployment.own_person, deployment.own_role, true, false});
    RosterDevice device;
    device.device = keys.id();
    device.person = deployment.own_person;
    device.sign_key = keys.signing.verify_key();
    device.box_key = keys.box.public_key;
    device.invite = deployment.own_invite;
    device.enrolled_ms = roster.issued_ms;
    roster.devices.push_back(device);
    roster.epochs.push_back({1, founding.team_key.public_key, {}});
    add_share(roster.epochs.back(), device, founding.team_key);
    sign(roster, keys.signing);
    return founding;
}

std::string outbox_token(const Deployment& deployment, const InviteId& invite) {
    return token(deployment, invite, 0);
}

std::string mailbox_token(const Deployment& deployment, const InviteId& invite) {
    return token(deployment, invite, 1);
}

}  // namespace fieldseal::team
