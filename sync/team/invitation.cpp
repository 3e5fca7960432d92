#include "sync/team/invitation.h"

#include <algorithm>

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "sync/team/invitation_codec.h"
#include "sync/team/roster_codec.h"
#include "sync/team/secret_tail.h"

namespace fieldseal::team {

namespace {

constexpr SealedFileKind invitation_kind{"FSINVITE", "fieldseal/v1/invitation", "invitation",
                              "Copy the file again, or ask for a new invitation.", "the 20 digits"};
constexpr std::uint8_t invitation_format = 1;

}  // namespace

crypto::Secret encode_invitation(const Invitation& invitation) {
    codec::Writer out;
    out.u8(invitation_format);
    out.raw(invitation.invite.view());
    out.raw(invitation.deployment.view());
    out.text(invitation.deployment_name);
    out.raw(invitation.root.view());
    out.raw(invitation.person.view());
    out.text(invitation.person_name);
    out.u8(static_cast<std::uint8_t>(invitation.role));
    out.integer(invitation.expires_ms);
    out.text(invitation.store_url);
    out.text(invitation.inviter_name);
    out.bytes(encode(invitation.roster));
    return with_secret_tail(out.view(), {invitation.shared_key.view(), invitation.one_time_seed.view()});
}

Invitation decode_invitation(ByteView bytes) {
    codec::Reader in(bytes, "invitation");
    const std::uint8_t format = in.u8();
    if (format > invitation_format) {
        throw Error(ErrorCode::newer_version, "A newer Fieldseal made this invitation. Update Fieldseal.");
    }
    if (format != invitation_format) {
        in.fail("this format does not exist");
    }
    Invitation invitation;
    invitation.invite = in.fixed<InviteId>();
    invitation.deployment = in.fixed<DeploymentId>();
    invitation.deployment_name = in.text(deployment_name_limit);
    invitation.root = in.fixed<crypto::VerifyKey>();
    invitation.person = in.fixed<PersonId>();
    invitation.person_name = in.text(name_limit);
    const std::uint8_t role = in.u8();
    if (role < static_cast<std::uint8_t>(Role::assessor) || role > static_cast<std::uint8_t>(Role::coordinator)) {
        in.fail("this role does not exist");
    }
    invitation.role = static_cast<Role>(role);
    invitation.expires_ms = in.integer();
    invitation.store_url = in.text(store_url_limit);
    invitation.inviter_name = in.text(name_limit);
    invitation.roster = decode_roster(in.bytes(invitation_limit));
    invitation.shared_key = crypto::Secret(in.raw(crypto::key_size));
    invitation.one_time_seed = crypto::Secret(in.raw(crypto::key_size));
    in.expect_end();
    return invitation;
}

Deployment deployment_of(const Invitation& invitation) {
    return {invitation.deployment, invitation.deployment_name, invitation.root, invitation.shared_key.clone(),
            invitation.person,     invitation.invite,          invitation.role};
}

Invitation make_invitation(const Deployment& deployment, Roster& roster, const PersonId& person,
                           const std::string& person_name, Role role, const std::string& inviter_name,
                           Environment environment) {
    const RosterPerson* known = roster.person(person);
    if (known != nullptr && known->role != role) {
        throw Error(ErrorCode::usage, "This person has another role already: " + std::string(name_of(known->role)) +
                                          ". Invite a device with that role.");
    }
    if (person_name.size() > name_limit || inviter_name.size() > name_limit) {
        throw Error(ErrorCode::usage, "A name has more than " + std::to_string(name_limit) + " bytes.");
    }
    Invitation invitation;
    invitation.invite = environment.random.id<InviteId>();
    invitation.deployment = deployment.id;
    invitation.deployment_name = deployment.name;
    invitation.root = deployment.root;
    invitation.shared_key = deployment.shared_key.clone();
    invitation.one_time_seed = environment.random.secret(crypto::key_size);
    invitation.person = person;
    invitation.person_name = person_name;
    invitation.role = role;
    invitation.expires_ms = environment.clock.wall_ms() + invitation_lifetime_ms;
    invitation.inviter_name = inviter_name;
    invitation.roster = roster;

    if (known == nullptr) {
        const auto place = std::ranges::lower_bound(roster.people, person, {}, &RosterPerson::person);
        roster.people.insert(place, {person, role, false, false});
    }
    const crypto::SigningKey one_time(invitation.one_time_seed.view());
    const auto place = std::ranges::lower_bound(roster.invites, invitation.invite, {}, &RosterInvite::invite);
    roster.invites.insert(place,
                          {invitation.invite, person, role, one_time.verify_key(), invitation.expires_ms, false});
    return invitation;
}

Bytes seal_invitation(const Invitation& invitation, const crypto::Secret& code, crypto::PassphraseCost cost,
                      crypto::Random& random) {
    return seal_file(invitation_kind, encode_invitation(invitation), code, cost, random);
}

Invitation open_invitation(ByteView file, const crypto::Secret& code) {
    const crypto::Secret content = open_file(invitation_kind, file, code);
    Invitation invitation = decode_invitation(content.view());
    if (invitation.roster.deployment != invitation.deployment || !check_first(invitation.roster, invitation.root)) {
        throw Error(ErrorCode::refused,
                    "The list of the team in this invitation is not signed by who made it. "
                    "Do not use it, and tell who sent it.");
    }
    return invitation;
}

}  // namespace fieldseal::team
