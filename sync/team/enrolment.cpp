#include <algorithm>

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/error/error.h"
#include "sync/team/invitation.h"
#include "sync/team/sealed_share.h"

namespace fieldseal::team {

namespace {

constexpr std::uint8_t enrolment_format = 1;
constexpr std::string_view enrolment_purpose = "fieldseal/v1/enrolment";

Bytes encode_statement(const Enrolment& enrolment) {
    codec::Writer out;
    out.u8(enrolment_format);
    out.raw(enrolment.invite.view());
    out.raw(enrolment.sign_key.view());
    out.raw(enrolment.box_key);
    out.integer(enrolment.joined_ms);
    return out.take();
}

Bytes signed_message(const DeploymentId& deployment, const Enrolment& enrolment) {
    codec::Writer out;
    out.raw(deployment.view());
    out.raw(encode_statement(enrolment));
    return out.take();
}

/// In time by the reader's clock, or made in time by the device's and not too long under way.
bool in_time(const Enrolment& enrolment, const RosterInvite& invite, std::int64_t now_ms) {
    // The expiry comes from outside and may be any number: only this clock is reckoned with, so that nothing overflows.
    const std::int64_t earliest = now_ms < 0 ? now_ms : now_ms - enrolment_grace_ms;
    const bool within_grace = earliest <= invite.expires_ms;
    return now_ms <= invite.expires_ms || (within_grace && enrolment.joined_ms <= invite.expires_ms);
}

}  // namespace

Enrolment make_enrolment(const Invitation& invitation, const DeviceKeys& keys, std::int64_t now_ms) {
    Enrolment enrolment;
    enrolment.invite = invitation.invite;
    enrolment.sign_key = keys.signing.verify_key();
    enrolment.box_key = keys.box.public_key;
    enrolment.joined_ms = now_ms;
    const Bytes message = signed_message(invitation.deployment, enrolment);
    enrolment.by_invite = crypto::SigningKey(invitation.one_time_seed.view()).sign(enrolment_purpose, message);
    enrolment.by_device = keys.signing.sign(enrolment_purpose, message);
    return enrolment;
}

Bytes encode(const Enrolment& enrolment) {
    codec::Writer out;
    out.raw(encode_statement(enrolment));
    out.raw(enrolment.by_invite.view());
    out.raw(enrolment.by_device.view());
    return out.take();
}

Enrolment decode_enrolment(ByteView bytes) {
    codec::Reader in(bytes, "enrolment");
    const std::uint8_t format = in.u8();
    if (format > enrolment_format) {
        throw Error(ErrorCode::newer_version, "A newer Fieldseal made this enrolment. Update Fieldseal.");
    }
    if (format != enrolment_format) {
        in.fail("this format does not exist");
    }
    Enrolment enrolment;
    enrolment.invite = in.fixed<InviteId>();
    enrolment.sign_key = in.fixed<crypto::VerifyKey>();
    const ByteView box_key = in.raw(enrolment.box_key.size());
    std::ranges::copy(box_key, enrolment.box_key.begin());
    enrolment.joined_ms = in.integer();
    enrolment.by_invite = in.fixed<crypto::Signature>();
    enrolment.by_device = in.fixed<crypto::Signature>();
    in.expect_end();
    return enrolment;
}

bool is_signed(const Enrolment& enrolment, const DeploymentId& deployment, const crypto::VerifyKey& one_time_key) {
    const Bytes message = signed_message(deployment, enrolment);
    return crypto::verify(one_time_key, enrolment_purpose, message, enrolment.by_invite) &&
           crypto::verify(enrolment.sign_key, enrolment_purpose, message, enrolment.by_device);
}

EnrolmentVerdict check(const Enrolment& enrolment, const Roster& roster, std::int64_t now_ms) {
    const RosterInvite* invite = roster.invite(enrolment.invite);
    if (invite == nullptr) {
        return EnrolmentVerdict::unknown_invite;
    }
    if (!is_signed(enrolment, roster.deployment, invite->one_time_key)) {
        return EnrolmentVerdict::bad_signature;
    }
    const auto by_invite = std::ranges::find(roster.devices, enrolment.invite, &RosterDevice::invite);
    if (by_invite != roster.devices.end()) {
        // The same enrolment comes again until a receipt for it arrives.
        const bool same = by_invite->sign_key == enrolment.sign_key && by_invite->box_key == enrolment.box_key;
        return same ? EnrolmentVerdict::valid : EnrolmentVerdict::already_used;
    }
    if (roster.device(crypto::device_of(enrolment.sign_key)) != nullptr) {
        return EnrolmentVerdict::already_used;
    }
    if (invite->cancelled) {
        return EnrolmentVerdict::cancelled;
    }
    return in_time(enrolment, *invite, now_ms) ? EnrolmentVerdict::valid : EnrolmentVerdict::expired;
}

void admit(Roster& roster, const Enrolment& enrolment,
           std::span<const std::pair<std::uint64_t, const crypto::BoxKeyPair*>> team_keys, std::int64_t now_ms) {
    const RosterInvite* invite = roster.invite(enrolment.invite);
    if (invite == nullptr) {
        throw Error(ErrorCode::refused, "No invitation is known for this device. Invite it again.");
    }
    RosterDevice device;
    device.sign_key = enrolment.sign_key;
    device.device = crypto::device_of(enrolment.sign_key);
    if (roster.device(device.device) != nullptr) {
        return;
    }
    device.person = invite->person;
    device.box_key = enrolment.box_key;
    device.invite = enrolment.invite;
    device.enrolled_ms = now_ms;
    const auto place = std::ranges::lower_bound(roster.devices, device.device, {}, &RosterDevice::device);
    roster.devices.insert(place, device);
    if (!in_team(invite->role) || roster.holds_back(invite->invite)) {
        return;
    }
    for (Epoch& epoch : roster.epochs) {
        for (const auto& [number, team_key] : team_keys) {
            if (number == epoch.number) {
                add_share(epoch, device, *team_key);
            }
        }
    }
}

}  // namespace fieldseal::team
