#include "sync/team/access_list.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "model/error/error.h"
#include "sync/team/authority.h"
#include "sync/team/canonical_list.h"
#include "sync/team/invitation.h"

namespace fieldseal::team {

namespace {

constexpr std::uint8_t access_format = 1;
constexpr std::string_view list_purpose = "fieldseal/v1/access-list";
constexpr std::size_t box_size = 16 + 32 + 32 + 1 + 1 + 32;
constexpr std::string_view object_prefix = "l-";
constexpr std::size_t version_digits = 16;

Hash box_name(const std::string& token) {
    return *Hash::parse(token);
}

BoxRight right_of(const Roster& roster, Role role, const InviteId& invite) {
    if (role == Role::coordinator) {
        return BoxRight::coordinates;
    }
    return role == Role::reviewer && !roster.holds_back(invite) ? BoxRight::reads_outboxes : BoxRight::own;
}

/// Nobody can join by it any more. The roster's own time is taken: the list follows from the roster alone.
bool is_over(const RosterInvite& invite, const Roster& roster) {
    return invite.cancelled ||
           (roster.issued_ms > enrolment_grace_ms && invite.expires_ms < roster.issued_ms - enrolment_grace_ms);
}

void write_box(codec::Writer& out, const AccessBox& box) {
    out.raw(box.invite.view());
    out.raw(box.outbox.view());
    out.raw(box.mailbox.view());
    out.u8(static_cast<std::uint8_t>(box.right));
    out.boolean(box.joined);
    out.raw(box.key.view());
}

AccessBox read_box(codec::Reader& in) {
    AccessBox box;
    box.invite = in.fixed<InviteId>();
    box.outbox = in.fixed<Hash>();
    box.mailbox = in.fixed<Hash>();
    const std::uint8_t right = in.u8();
    if (right < static_cast<std::uint8_t>(BoxRight::own) || right > static_cast<std::uint8_t>(BoxRight::coordinates)) {
        in.fail("this right does not exist");
    }
    box.right = static_cast<BoxRight>(right);
    box.joined = in.boolean();
    box.key = in.fixed<crypto::VerifyKey>();
    return box;
}

Bytes encode_statement(const AccessList& list) {
    codec::Writer out;
    out.u8(access_format);
    out.number(list.version);
    out.raw(list.deployment.view());
    write_list(out, list.signers, [&](const crypto::VerifyKey& key) { out.raw(key.view()); });
    write_list(out, list.boxes, [&](const AccessBox& box) { write_box(out, box); });
    out.raw(list.signer.view());
    return out.take();
}

void require_consistent(const AccessList& list, codec::Reader& in) {
    if (list.version == 0) {
        in.fail("version 0 does not exist");
    }
    if (list.signers.empty() || list.signer_key() == nullptr) {
        in.fail("whoever signed it may not");
    }
    std::set<Hash> names;
    std::set<crypto::VerifyKey> keys;
    for (const AccessBox& box : list.boxes) {
        if (!names.insert(box.outbox).second || !names.insert(box.mailbox).second || !keys.insert(box.key).second) {
            in.fail("two boxes have the same name or key");
        }
    }
}

}  // namespace

const crypto::VerifyKey* AccessList::signer_key() const {
    const auto found = std::ranges::find(signers, signer, [](const auto& key) { return crypto::device_of(key); });
    return found == signers.end() ? nullptr : &*found;
}

AccessList access_list_of(const Roster& roster, const Deployment& deployment, const crypto::SigningKey& key) {
    AccessList list;
    list.version = roster.version;
    list.deployment = roster.deployment;
    list.signer = crypto::device_of(key.verify_key());
    if (authority_of(roster, list.signer) == Authority::none) {
        throw Error(ErrorCode::refused,
                    "Only the owner of the deployment and deputies can say who may use a hub. Ask one of them to.");
    }
    std::set<InviteId> joined;
    const auto add = [&](const InviteId& invite, Role role, bool is_device, const crypto::VerifyKey& box_key) {
        list.boxes.push_back({invite, box_name(outbox_token(deployment, invite)),
                              box_name(mailbox_token(deployment, invite)),
                              is_device ? right_of(roster, role, invite) : BoxRight::own, is_device, box_key});
    };
    for (const RosterDevice& device : roster.devices) {
        joined.insert(device.invite);
        if (!device.revoked) {
            add(device.invite, roster.person(device.person)->role, true, device.sign_key);
        }
        if (authority_of(roster, device.device) != Authority::none) {
            list.signers.push_back(device.sign_key);
        }
    }
    for (const RosterInvite& invite : roster.invites) {
        if (!joined.contains(invite.invite) && !is_over(invite, roster)) {
            add(invite.invite, invite.role, false, invite.one_time_key);
        }
    }
    if (list.boxes.size() > access_boxes_limit || list.signers.size() > access_signers_limit) {
        throw Error(ErrorCode::too_large, "The team has more devices and open invitations than the " +
                                              std::to_string(access_boxes_limit) +
                                              " that a hub keeps. Cancel invitations that nobody needs, or use "
                                              "another kind of store.");
    }
    std::ranges::sort(list.signers);
    std::ranges::sort(list.boxes, {}, &AccessBox::invite);
    list.signature = key.sign(list_purpose, encode_statement(list));
    return list;
}

Bytes encode(const AccessList& list) {
    Bytes bytes = encode_statement(list);
    bytes.insert(bytes.end(), list.signature.bytes.begin(), list.signature.bytes.end());
    return bytes;
}

AccessList decode_access_list(ByteView bytes) {
    if (bytes.size() > access_list_limit) {
        throw Error(ErrorCode::too_large, "A hub's access list has at most " + std::to_string(access_list_limit) +
                                              " bytes. This one was not made by Fieldseal.");
    }
    codec::Reader in(bytes, "access list");
    const std::uint8_t format = in.u8();
    if (format > access_format) {
        throw Error(ErrorCode::newer_version, "A newer Fieldseal made this access list. Update Fieldseal.");
    }
    if (format != access_format) {
        in.fail("this format does not exist");
    }
    AccessList list;
    list.version = in.number();
    list.deployment = in.fixed<DeploymentId>();
    list.signers = read_list<crypto::VerifyKey>(
        in, access_signers_limit, crypto::VerifyKey::size, [&] { return in.fixed<crypto::VerifyKey>(); },
        [](const crypto::VerifyKey& key) { return key; });
    list.boxes = read_list<AccessBox>(
        in, access_boxes_limit, box_size, [&] { return read_box(in); },
        [](const AccessBox& box) { return box.invite; });
    list.signer = in.fixed<DeviceId>();
    list.signature = in.fixed<crypto::Signature>();
    in.expect_end();
    require_consistent(list, in);
    return list;
}

bool is_signed(const AccessList& list) {
    const crypto::VerifyKey* key = list.signer_key();
    return key != nullptr && crypto::verify(*key, list_purpose, encode_statement(list), list.signature);
}

AccessVerdict check(const AccessList& arrived, const AccessList& in_force) {
    const crypto::VerifyKey* key = arrived.signer_key();
    if (arrived.deployment != in_force.deployment || key == nullptr ||
        !std::ranges::binary_search(in_force.signers, *key) || !is_signed(arrived)) {
        return AccessVerdict::forged;
    }
    if (arrived.version <= in_force.version) {
        return AccessVerdict::older;
    }
    return arrived.version - in_force.version > version_jump_limit ? AccessVerdict::forged : AccessVerdict::newer;
}

std::string access_object_name(std::uint64_t version) {
    std::string digits = std::to_string(version);
    digits.insert(0, version_digits - std::min(digits.size(), version_digits), '0');
    return std::string(object_prefix) + digits;
}

std::optional<std::uint64_t> parse_access_object_name(std::string_view name) {
    std::uint64_t version = 0;
    if (name.size() < object_prefix.size() + version_digits || !name.starts_with(object_prefix)) {
        return std::nullopt;
    }
    const char* const end = name.data() + name.size();
    const auto [stopped, error] = std::from_chars(name.data() + object_prefix.size(), end, version);
    return error == std::errc() && stopped == end && access_object_name(version) == name ? std::optional(version)
                                                                                         : std::nullopt;
}

}  // namespace fieldseal::team
