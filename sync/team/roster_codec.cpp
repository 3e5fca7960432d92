#include "sync/team/roster_codec.h"

#include <algorithm>

#include "sync/team/canonical_list.h"

namespace fieldseal::team {

namespace {

constexpr std::uint8_t roster_format = 1;
constexpr std::uint8_t owner_flag = 1;
constexpr std::uint8_t deputy_flag = 2;
constexpr std::uint8_t active_standing = 0;
constexpr std::uint8_t revoked_standing = 1;
constexpr std::uint8_t kit_standing = 2;
/// Extensions that this version knows.
constexpr std::uint64_t accepted_extension = 1;
constexpr std::uint64_t erasures_extension = 2;
constexpr std::uint64_t holds_extension = 3;
/// What a sealed box adds.
constexpr std::size_t box_overhead = 48;

void write_person(codec::Writer& out, const RosterPerson& person) {
    out.raw(person.person.view());
    out.u8(static_cast<std::uint8_t>(person.role));
    out.u8(static_cast<std::uint8_t>((person.owner ? owner_flag : 0) | (person.deputy ? deputy_flag : 0)));
}

Role read_role(codec::Reader& in) {
    const std::uint8_t role = in.u8();
    if (role < static_cast<std::uint8_t>(Role::assessor) || role > static_cast<std::uint8_t>(Role::coordinator)) {
        in.fail("this role does not exist");
    }
    return static_cast<Role>(role);
}

RosterPerson read_person(codec::Reader& in) {
    RosterPerson person;
    person.person = in.fixed<PersonId>();
    person.role = read_role(in);
    const std::uint8_t flags = in.u8();
    // Nobody is owner and deputy at once.
    if (flags > deputy_flag) {
        in.fail("a person has marks that do not exist");
    }
    person.owner = flags == owner_flag;
    person.deputy = flags == deputy_flag;
    return person;
}

PublicKey read_public_key(codec::Reader& in) {
    PublicKey key;
    std::memcpy(key.data(), in.raw(key.size()).data(), key.size());
    return key;
}

/// The device's id follows from its key and does not travel.
void write_device(codec::Writer& out, const RosterDevice& device) {
    out.raw(device.sign_key.view());
    out.raw(device.person.view());
    out.raw(device.box_key);
    out.raw(device.invite.view());
    out.integer(device.enrolled_ms);
    out.u8(device.revoked ? revoked_standing : device.kit ? kit_standing : active_standing);
    if (device.revoked) {
        out.number(device.accepted_up_to);
    }
}

RosterDevice read_device(codec::Reader& in) {
    RosterDevice device;
    device.sign_key = in.fixed<crypto::VerifyKey>();
    device.device = crypto::device_of(device.sign_key);
    device.person = in.fixed<PersonId>();
    device.box_key = read_public_key(in);
    device.invite = in.fixed<InviteId>();
    device.enrolled_ms = in.integer();
    const std::uint8_t standing = in.u8();
    if (standing > kit_standing) {
        in.fail("a device has a standing that does not exist");
    }
    device.revoked = standing == revoked_standing;
    device.kit = standing == kit_standing;
    device.accepted_up_to = device.revoked ? in.number() : 0;
    return device;
}

void write_invite(codec::Writer& out, const RosterInvite& invite) {
    out.raw(invite.invite.view());
    out.raw(invite.person.view());
    out.u8(static_cast<std::uint8_t>(invite.role));
    out.raw(invite.one_time_key.view());
    out.integer(invite.expires_ms);
    out.boolean(invite.cancelled);
}

RosterInvite read_invite(codec::Reader& in) {
    RosterInvite invite;
    invite.invite = in.fixed<InviteId>();
    invite.person = in.fixed<PersonId>();
    invite.role = read_role(in);
    invite.one_time_key = in.fixed<crypto::VerifyKey>();
    invite.expires_ms = in.integer();
    invite.cancelled = in.boolean();
    return invite;
}

using Share = std::pair<DeviceId, Bytes>;

void write_epoch(codec::Writer& out, const Epoch& epoch) {
    out.number(epoch.number);
    out.raw(epoch.public_key);
    write_list(out, epoch.shares, [&](const Share& share) {
        out.raw(share.first.view());
        out.raw(share.second);
    });
}

Epoch read_epoch(codec::Reader& in) {
    Epoch epoch;
    epoch.number = in.number();
    epoch.public_key = read_public_key(in);
    const auto read_share = [&] {
        const auto device = in.fixed<DeviceId>();
        const ByteView sealed = in.raw(sealed_team_key_size);
        return Share(device, Bytes(sealed.begin(), sealed.end()));
    };
    epoch.shares = read_list<Share>(in, device_limit, DeviceId::size + sealed_team_key_size, read_share,
                                    [](const Share& share) { return share.first; });
    return epoch;
}

/// Lists of names, as the body of an extension.
Bytes encode_names(const std::vector<Hash>& names) {
    codec::Writer out;
    write_list(out, names, [&](const Hash& name) { out.raw(name.view()); });
    return out.take();
}

std::vector<Hash> decode_names(ByteView body, const char* what) {
    codec::Reader in(body, what);
    std::vector<Hash> names = read_list<Hash>(
        in, accepted_limit, Hash::size, [&] { return in.fixed<Hash>(); }, [](const Hash& name) { return name; });
    if (names.empty()) {
        in.fail("an empty list is not written");
    }
    in.expect_end();
    return names;
}

void write_names(codec::Writer& out, const std::vector<Hash>& names) {
    write_list(out, names, [&](const Hash& name) { out.raw(name.view()); });
}

Bytes encode_erasures(const std::vector<Erasure>& erasures) {
    codec::Writer out;
    write_list(out, erasures, [&](const Erasure& erasure) {
        out.raw(erasure.record.view());
        out.boolean(erasure.whole);
        out.raw(erasure.asked_by.view());
        out.integer(erasure.asked_ms);
        out.text(erasure.reason);
        write_names(out, erasure.names);
    });
    return out.take();
}

std::vector<Erasure> decode_erasures(ByteView body) {
    codec::Reader in(body, "list of what is erased");
    const auto read = [&] {
        Erasure erasure;
        erasure.record = in.fixed<RecordId>();
        erasure.whole = in.boolean();
        erasure.asked_by = in.fixed<DeviceId>();
        erasure.asked_ms = in.integer();
        erasure.reason = in.text(reason_limit);
        erasure.names = read_list<Hash>(
            in, accepted_limit, Hash::size, [&] { return in.fixed<Hash>(); }, [](const Hash& name) { return name; });
        if (erasure.names.empty()) {
            in.fail("a record is erased of which nothing is named");
        }
        return erasure;
    };
    std::vector<Erasure> erasures =
        read_list<Erasure>(in, accepted_limit, RecordId::size + 1 + DeviceId::size + 3 + Hash::size, read,
                           [](const Erasure& erasure) { return erasure.record; });
    if (erasures.empty()) {
        in.fail("an empty list is not written");
    }
    in.expect_end();
    return erasures;
}

Bytes encode_holds(const std::vector<HistoryHold>& holds) {
    codec::Writer out;
    write_list(out, holds, [&](const HistoryHold& hold) {
        out.raw(hold.invite.view());
        out.number(hold.given_in);
        out.bytes(hold.starts);
    });
    return out.take();
}

std::vector<HistoryHold> decode_holds(ByteView body) {
    codec::Reader in(body, "list of those without history");
    const auto read = [&] {
        HistoryHold hold;
        hold.invite = in.fixed<InviteId>();
        hold.given_in = in.number();
        const ByteView starts = in.bytes(extension_body_limit);
        hold.starts.assign(starts.begin(), starts.end());
        if (hold.given_in == 0 ? starts.size() <= box_overhead : !starts.empty()) {
            in.fail("history is held back without saying from where on, or given and held back");
        }
        return hold;
    };
    std::vector<HistoryHold> holds = read_list<HistoryHold>(in, invite_limit, InviteId::size + 2, read,
                                                            [](const HistoryHold& hold) { return hold.invite; });
    if (holds.empty()) {
        in.fail("an empty list is not written");
    }
    in.expect_end();
    return holds;
}

/// With what this version knows in its place among the others.
std::vector<RosterExtension> all_extensions(const Roster& roster) {
    std::vector<RosterExtension> all;
    if (!roster.accepted.empty()) {
        all.push_back({accepted_extension, encode_names(roster.accepted)});
    }
    if (!roster.erasures.empty()) {
        all.push_back({erasures_extension, encode_erasures(roster.erasures)});
    }
    if (!roster.holds.empty()) {
        all.push_back({holds_extension, encode_holds(roster.holds)});
    }
    all.insert(all.end(), roster.extensions.begin(), roster.extensions.end());
    return all;
}

RosterExtension read_extension(codec::Reader& in) {
    RosterExtension extension;
    extension.type = in.number_up_to(extension_type_limit);
    if (extension.type < first_skippable_extension && extension.type != accepted_extension &&
        extension.type != erasures_extension && extension.type != holds_extension) {
        throw Error(ErrorCode::newer_version,
                    "The list of the team uses something that only a newer Fieldseal knows. Update Fieldseal.");
    }
    const ByteView body = in.bytes(extension_body_limit);
    extension.body.assign(body.begin(), body.end());
    return extension;
}

/// Takes what this version knows out of the list.
void sort_out(std::vector<RosterExtension>&& read, Roster& roster) {
    for (RosterExtension& extension : read) {
        if (extension.type == accepted_extension) {
            roster.accepted = decode_names(extension.body, "list of accepted revisions");
        } else if (extension.type == erasures_extension) {
            roster.erasures = decode_erasures(extension.body);
        } else if (extension.type == holds_extension) {
            roster.holds = decode_holds(extension.body);
        } else {
            roster.extensions.push_back(std::move(extension));
        }
    }
}

/// What a list of its own could be, but a roster cannot.
void check_consistent(const codec::Reader& in, const Roster& roster) {
    if (roster.version == 0 || roster.previous.is_zero() != (roster.version == 1)) {
        in.fail("the version and the one before do not agree");
    }
    if (std::ranges::count_if(roster.people, &RosterPerson::owner) != 1) {
        in.fail("there is not exactly one owner");
    }
    for (const RosterDevice& device : roster.devices) {
        if (roster.person(device.person) == nullptr) {
            in.fail("a device belongs to nobody in the list");
        }
    }
    for (const RosterInvite& invite : roster.invites) {
        if (roster.person(invite.person) == nullptr) {
            in.fail("an invitation is for nobody in the list");
        }
    }
    for (const Erasure& erasure : roster.erasures) {
        if (roster.device(erasure.asked_by) == nullptr) {
            in.fail("a device that is not in the list asks to erase");
        }
    }
    for (const HistoryHold& hold : roster.holds) {
        const RosterInvite* invite = roster.invite(hold.invite);
        if (invite == nullptr || invite->role != Role::reviewer || hold.given_in > roster.version) {
            in.fail("history is held back from nobody who is invited as a reviewer, or given in a later version");
        }
    }
    const RosterDevice* owner = roster.device(crypto::device_of(roster.owner_key));
    if (owner == nullptr || owner->revoked || !roster.person(owner->person)->owner) {
        in.fail("the owner's key is not that of an active device of the owner");
    }
    if (roster.epochs.empty() || roster.epochs.front().number == 0) {
        in.fail("there is no team key, or one numbered zero");
    }
    for (const Epoch& epoch : roster.epochs) {
        for (const Share& share : epoch.shares) {
            if (roster.device(share.first) == nullptr) {
                in.fail("a team key is sealed to a device that is not in the list");
            }
        }
    }
}

}  // namespace

Bytes encode_unsigned(const Roster& roster) {
    codec::Writer out;
    out.u8(roster_format);
    out.number(roster.version);
    out.raw(roster.previous.view());
    out.raw(roster.deployment.view());
    out.text(roster.deployment_name);
    out.raw(roster.owner_key.view());
    out.integer(roster.issued_ms);
    write_list(out, roster.people, [&](const RosterPerson& person) { write_person(out, person); });
    write_list(out, roster.devices, [&](const RosterDevice& device) { write_device(out, device); });
    write_list(out, roster.invites, [&](const RosterInvite& invite) { write_invite(out, invite); });
    write_list(out, roster.epochs, [&](const Epoch& epoch) { write_epoch(out, epoch); });
    write_list(out, all_extensions(roster), [&](const RosterExtension& extension) {
        out.number(extension.type);
        out.bytes(extension.body);
    });
    out.raw(roster.signer.view());
    return out.take();
}

Bytes encode(const Roster& roster) {
    Bytes encoded = encode_unsigned(roster);
    encoded.insert(encoded.end(), roster.signature.bytes.begin(), roster.signature.bytes.end());
    return encoded;
}

Roster decode_roster(ByteView bytes) {
    codec::Reader in(bytes, "list of the team");
    const std::uint8_t format = in.u8();
    if (format > roster_format) {
        throw Error(ErrorCode::newer_version, "A newer Fieldseal wrote this list of the team. Update Fieldseal.");
    }
    if (format != roster_format) {
        in.fail("this format does not exist");
    }
    Roster roster;
    roster.version = in.number();
    roster.previous = in.fixed<Hash>();
    roster.deployment = in.fixed<DeploymentId>();
    roster.deployment_name = in.text(deployment_name_limit);
    roster.owner_key = in.fixed<crypto::VerifyKey>();
    roster.issued_ms = in.integer();
    roster.people = read_list<RosterPerson>(
        in, person_limit, 18, [&] { return read_person(in); },
        [](const RosterPerson& person) { return person.person; });
    roster.devices = read_list<RosterDevice>(
        in, device_limit, 98, [&] { return read_device(in); },
        [](const RosterDevice& device) { return device.device; });
    roster.invites = read_list<RosterInvite>(
        in, invite_limit, 67, [&] { return read_invite(in); },
        [](const RosterInvite& invite) { return invite.invite; });
    roster.epochs = read_list<Epoch>(
        in, epoch_limit, 34, [&] { return read_epoch(in); }, [](const Epoch& epoch) { return epoch.number; });
    sort_out(read_list<RosterExtension>(
                 in, extension_limit, 2, [&] { return read_extension(in); },
                 [](const RosterExtension& extension) { return extension.type; }),
             roster);
    roster.signer = in.fixed<DeviceId>();
    roster.signature = in.fixed<crypto::Signature>();
    in.expect_end();
    check_consistent(in, roster);
    return roster;
}

}  // namespace fieldseal::team
