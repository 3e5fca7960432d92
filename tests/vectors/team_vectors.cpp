#include <nlohmann/json.hpp>

#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "sync/team/invitation_codec.h"
#include "sync/team/roster_codec.h"
#include "team_world.h"
#include "vectors.h"

namespace fieldseal::vectors {

using namespace team;
using Json = nlohmann::ordered_json;

namespace {

void splice(Bytes& bytes, std::size_t at, std::size_t remove, const Bytes& insert) {
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    bytes.insert(bytes.erase(from, from + static_cast<std::ptrdiff_t>(remove)), insert.begin(), insert.end());
}

/// Vectors of one decoder: a good encoding and what is done to it.
class DecodeList {
  public:
    explicit DecodeList(Bytes good) : good_(std::move(good)) {}

    void add(const std::string& name, const std::string& expect, const Bytes& bytes) {
        list_.push_back({{"name", name}, {"expect", expect}, {"bytes", to_hex(bytes)}});
    }
    template <class Change>
    void changed(const std::string& name, const std::string& expect, Change change) {
        Bytes bytes = good_;
        change(bytes);
        add(name, expect, bytes);
    }
    const Json& list() const { return list_; }

  private:
    Bytes good_;
    Json list_ = Json::array();
};

/// Where fields lie in the founder's roster: format, version, previous, deployment, name.
constexpr std::size_t previous_at = 2;
constexpr std::size_t name_at = 50;

std::string verdict_name(RosterVerdict verdict) {
    switch (verdict) {
        case RosterVerdict::newer:
            return "newer";
        case RosterVerdict::same:
            return "same";
        case RosterVerdict::older:
            return "older";
        case RosterVerdict::outranked:
            return "outranked";
        case RosterVerdict::forged:
            return "forged";
        case RosterVerdict::not_linked:
            return "not_linked";
        case RosterVerdict::forgetful:
            return "forgetful";
    }
    return "";
}

Json roster_decodes(const TeamWorld& world) {
    DecodeList decode(encode(world.founding.roster));
    const Bytes good = encode(world.founding.roster);
    const std::size_t people_at = name_at + 1 + world.founding.roster.deployment_name.size() + 32 + 6;
    decode.add("founder's", "ok", good);
    decode.add("of four devices", "ok", encode(world.roster));
    Roster extended = world.roster;
    extended.extensions = {{64, {1, 2, 3}}, {1000, {}}};
    decode.add("extensions that may be skipped", "ok", encode(extended));
    decode.add("empty", "damaged", {});
    decode.changed("format 0", "damaged", [](Bytes& b) { b[0] = 0; });
    decode.changed("format 2", "newer_version", [](Bytes& b) { b[0] = 2; });
    decode.changed("version 0", "damaged", [](Bytes& b) { b[1] = 0; });
    decode.changed("version 2 without the one before", "damaged", [](Bytes& b) { b[1] = 2; });
    decode.changed("version 1 with one before", "damaged", [](Bytes& b) { b[previous_at] = 1; });
    decode.changed("version not in its shortest form", "damaged", [](Bytes& b) { splice(b, 1, 1, {0x81, 0x00}); });
    decode.changed("name that is no UTF-8", "damaged", [](Bytes& b) { b[name_at + 1] = 0xff; });
    decode.changed("name beyond the end", "damaged", [](Bytes& b) {
        splice(b, name_at, 1, {0xff, 0x01}), b.resize(100);
    });
    decode.changed("name over the limit", "too_large", [](Bytes& b) { splice(b, name_at, 1, {0x81, 0x02}); });
    decode.changed("more people than fit", "damaged", [&](Bytes& b) { b[people_at] = 0x7f; });
    decode.changed("more people than allowed", "too_large", [&](Bytes& b) {
        splice(b, people_at, 1, {0xa1, 0x9c, 0x01});
    });
    decode.changed("role 0", "damaged", [&](Bytes& b) { b[people_at + 17] = 0; });
    decode.changed("role 4", "damaged", [&](Bytes& b) { b[people_at + 17] = 4; });
    decode.changed("owner and deputy at once", "damaged", [&](Bytes& b) { b[people_at + 18] = 3; });
    decode.changed("no owner", "damaged", [&](Bytes& b) { b[people_at + 18] = 0; });
    decode.changed("cut before the signature", "damaged", [](Bytes& b) { b.resize(b.size() - 64); });
    decode.changed("cut in the signature", "damaged", [](Bytes& b) { b.pop_back(); });
    decode.changed("a byte behind the signature", "damaged", [](Bytes& b) { b.push_back(0); });

    const auto roster = [&](const std::string& name, const std::string& expect, auto change) {
        Roster changed = world.roster;
        change(changed);
        decode.add(name, expect, encode(changed));
    };
    roster("people out of order", "damaged", [](Roster& r) { std::swap(r.people[0], r.people[1]); });
    roster("a person twice", "damaged", [](Roster& r) { r.people.insert(r.people.begin(), r.people[0]); });
    roster("two owners", "damaged", [](Roster& r) { r.people[0].owner = r.people[1].owner = true; });
    roster("devices out of order", "damaged", [](Roster& r) { std::swap(r.devices[1], r.devices[2]); });
    roster("a device twice", "damaged", [](Roster& r) { r.devices.push_back(r.devices.back()); });
    roster("a device of nobody", "damaged", [](Roster& r) { r.devices[0].person.bytes[0] ^= 1; });
    roster("invitations out of order", "damaged", [](Roster& r) { std::swap(r.invites[0], r.invites[1]); });
    roster("an invitation for nobody", "damaged", [](Roster& r) { r.invites[0].person.bytes[0] ^= 1; });
    roster("owner's key of another", "damaged", [](Roster& r) { r.owner_key = r.invites[0].one_time_key; });
    roster("owner's device revoked", "damaged", [](Roster& r) {
        for (RosterDevice& device : r.devices) {
            device.revoked = device.sign_key == r.owner_key;
        }
    });
    roster("no epoch", "damaged", [](Roster& r) { r.epochs.clear(); });
    roster("epoch 0", "damaged", [](Roster& r) { r.epochs[0].number = 0; });
    roster("an epoch twice", "damaged", [](Roster& r) { r.epochs.push_back(r.epochs[0]); });
    roster("a share for nobody", "damaged", [](Roster& r) { r.epochs[0].shares[0].first.bytes[0] ^= 1; });
    roster("shares out of order", "damaged",
           [](Roster& r) { std::swap(r.epochs[0].shares[0], r.epochs[0].shares[1]); });
    roster("critical extension", "newer_version", [](Roster& r) { r.extensions = {{63, {}}}; });
    const auto accepted = [&](const std::string& name, const std::string& expect, const Bytes& body) {
        // The body as it stands, behind type and length: written through an extension that is not looked into.
        Roster raw = world.roster;
        raw.extensions = {{1, body}};
        decode.add(name, expect, encode(raw));
    };
    Roster with_accepted = world.roster;
    with_accepted.accepted = {Hash::from(Bytes(32, 1)), Hash::from(Bytes(32, 2))};
    decode.add("accepted revisions", "ok", encode(with_accepted));
    Bytes names{2};
    names.insert(names.end(), 32, 2);
    names.insert(names.end(), 32, 1);
    accepted("accepted revisions out of order", "damaged", names);
    accepted("no accepted revision", "damaged", {0});
    accepted("accepted revisions without a count", "damaged", {});
    names = {1};
    names.insert(names.end(), 33, 1);
    accepted("a byte behind the accepted revisions", "damaged", names);
    accepted("an accepted revision cut", "damaged", Bytes{1, 2, 3});
    const auto erased = [&](const std::string& name, const std::string& expect, std::vector<Erasure> erasures) {
        Roster other = world.roster;
        other.erasures = std::move(erasures);
        decode.add(name, expect, encode(other));
    };
    const RecordId record = RecordId::from(Bytes(16, 4));
    const RecordId next_record = RecordId::from(Bytes(16, 5));
    const Hash one = Hash::from(Bytes(32, 1));
    const Hash two = Hash::from(Bytes(32, 2));
    const DeviceId asking = world.deputy.id();
    erased("a record erased", "ok", {{record, true, asking, TeamWorld::now, "Asked for", {one, two}}});
    erased("a revision erased, and another record", "ok",
           {{record, false, asking, 0, "", {one}}, {next_record, true, asking, -1, "Запит", {one}}});
    erased("nothing named to erase", "damaged", {{record, true, asking, 0, "", {}}});
    erased("names to erase out of order", "damaged", {{record, true, asking, 0, "", {two, one}}});
    erased("a name to erase twice", "damaged", {{record, true, asking, 0, "", {one, one}}});
    erased("erased records out of order", "damaged",
           {{next_record, true, asking, 0, "", {one}}, {record, true, asking, 0, "", {one}}});
    erased("a record erased twice", "damaged",
           {{record, true, asking, 0, "", {one}}, {record, true, asking, 0, "", {one}}});
    erased("erasing asked by nobody", "damaged", {{record, true, {}, 0, "", {one}}});
    erased("a reason over the limit", "too_large", {{record, true, asking, 0, std::string(257, 'x'), {one}}});
    const auto raw_erased = [&](const std::string& name, const std::string& expect, const Bytes& body) {
        Roster raw = world.roster;
        raw.extensions = {{2, body}};
        decode.add(name, expect, encode(raw));
    };
    raw_erased("an empty list to erase", "damaged", {0});
    raw_erased("a list to erase cut", "damaged", {1, 4, 4});
    const auto held_back = [&](const std::string& name, const std::string& expect, std::vector<HistoryHold> holds) {
        Roster other = world.roster;
        other.holds = std::move(holds);
        decode.add(name, expect, encode(other));
    };
    const InviteId reviewers = world.open_invitation.invite;
    const auto of_role = [&](Role role) {
        return std::ranges::find(world.roster.invites, role, &RosterInvite::role)->invite;
    };
    const Bytes box(60, 7);
    held_back("history held back", "ok", {{reviewers, 0, box}});
    held_back("history given", "ok", {{reviewers, world.roster.version, {}}});
    held_back("history given in a later version", "damaged", {{reviewers, world.roster.version + 1, {}}});
    held_back("history held back from nobody", "damaged", {{{}, 0, box}});
    held_back("history held back from an assessor", "damaged", {{of_role(Role::assessor), 0, box}});
    held_back("history held back from a coordinator", "damaged", {{of_role(Role::coordinator), 0, box}});
    held_back("history held back twice", "damaged", {{reviewers, 0, box}, {reviewers, 0, box}});
    held_back("history held back from nowhere on", "damaged", {{reviewers, 0, {}}});
    held_back("history held back in half a box", "damaged", {{reviewers, 0, Bytes(48, 7)}});
    held_back("history given and held back", "damaged", {{reviewers, 1, box}});
    const auto raw_holds = [&](const std::string& name, const std::string& expect, const Bytes& body) {
        Roster raw = world.roster;
        raw.extensions = {{3, body}};
        decode.add(name, expect, encode(raw));
    };
    raw_holds("nobody whose history is held back", "damaged", {0});
    raw_holds("history held back, without a count", "damaged", {});
    raw_holds("history held back, cut", "damaged", {1, 2, 3});
    roster("a kit", "ok", [](Roster& r) {
        for (RosterDevice& device : r.devices) {
            device.kit = !(device.sign_key == r.owner_key);
        }
    });
    Bytes standing = encode(world.roster);
    const Bytes box_key(world.roster.devices[0].box_key.begin(), world.roster.devices[0].box_key.end());
    const auto at = std::search(standing.begin(), standing.end(), box_key.begin(), box_key.end());
    // Behind it: invitation, and the time in six bytes.
    *(at + 32 + 16 + 6) = 3;
    decode.add("a standing that does not exist", "damaged", standing);
    roster("extension of type 0", "newer_version", [](Roster& r) { r.extensions = {{0, {}}}; });
    roster("extension's type over the limit", "too_large", [](Roster& r) { r.extensions = {{65'536, {}}}; });
    roster("extensions out of order", "damaged", [](Roster& r) { r.extensions = {{65, {}}, {64, {}}}; });
    return decode.list();
}

Json roster_checks(const TeamWorld& world) {
    Json list = Json::array();
    const auto add = [&](const std::string& name, const Roster& in_force, const Roster& arrived,
                         const Roster* last_word = nullptr) {
        list.push_back({{"name", name},
                        {"expect", verdict_name(check(arrived, in_force, last_word))},
                        {"in_force", to_hex(encode(in_force))},
                        {"arrived", to_hex(encode(arrived))}});
        if (last_word != nullptr) {
            list.back()["last_word"] = to_hex(encode(*last_word));
        }
    };
    const crypto::SigningKey& owner = world.founding.keys.signing;
    const crypto::SigningKey& deputy = world.deputy.signing;
    const Roster& in_force = world.roster;
    const auto next = [&](const Roster& before, const crypto::SigningKey& key, auto change) {
        Roster roster = before;
        change(roster);
        publish(roster, before, before.issued_ms + 1000, key);
        return roster;
    };
    const auto nothing = [](Roster&) {};
    const Roster second = next(in_force, owner, nothing);
    add("the next, by the owner", in_force, second);
    add("the next, by a deputy", in_force, next(in_force, deputy, nothing));
    add("a jump, by the owner", in_force, next(second, owner, nothing));
    add("the same", in_force, in_force);
    add("an older one", second, in_force);
    add("by an assessor", in_force, next(in_force, world.assessor.signing, nothing));
    Roster changed = second;
    changed.issued_ms += 1;
    add("changed after it was signed", in_force, changed);
    sign(changed, owner);
    add("two of the same version", second, changed);
    changed.previous.bytes[0] ^= 1;
    sign(changed, owner);
    add("linked to another", in_force, changed);
    Roster by_deputy = next(in_force, deputy, [](Roster& r) { r.deployment_name = "Renamed"; });
    add("the owner's against a deputy's of the same version", by_deputy, second);
    add("a deputy's against the owner's of the same version", second, by_deputy);
    Roster twin = by_deputy;
    twin.issued_ms += 1;
    sign(twin, deputy);
    add("two by a deputy", by_deputy, twin);
    add("two by a deputy, the other way", twin, by_deputy);
    Roster far = second;
    far.version = in_force.version + 65'536;
    sign(far, owner);
    add("as far ahead as allowed", in_force, far);
    far.version += 1;
    sign(far, owner);
    add("further ahead than allowed", in_force, far);
    Roster foreign = second;
    foreign.deployment.bytes[0] ^= 1;
    sign(foreign, owner);
    add("of another deployment", in_force, foreign);
    Roster other_signer = second;
    other_signer.signer = world.assessor.id();
    add("under another signer's name", in_force, other_signer);
    const auto depose = [](Roster& r) {
        for (RosterPerson& person : r.people) {
            person.deputy = false;
        }
    };
    add("a deputy changes the deputies", in_force, next(in_force, deputy, depose));
    add("a deputy changes the deputies over a jump", in_force, next(second, deputy, depose));
    const Roster revoked = next(in_force, owner, [&](Roster& r) {
        for (RosterDevice& device : r.devices) {
            device.revoked = device.device == world.deputy.id();
        }
    });
    add("by a revoked deputy", revoked, next(revoked, deputy, nothing));
    const auto revoke_assessor = [&](Roster& r) {
        for (RosterDevice& device : r.devices) {
            device.revoked = device.revoked || device.device == world.assessor.id();
        }
    };
    const auto cancel_all = [](Roster& r) {
        for (RosterInvite& invite : r.invites) {
            invite.cancelled = true;
        }
    };
    // `second` knows nothing of what the others of version 2 say, and goes on from there.
    const Roster shut_out = next(in_force, owner, revoke_assessor);
    const Roster cancelled = next(in_force, owner, cancel_all);
    add("an old copy of the owner's brings a revoked device back", shut_out, next(second, owner, nothing));
    add("an old copy of the owner's brings an invitation back", cancelled, next(second, owner, nothing));
    add("the owner goes on from what revoked a device", shut_out, next(shut_out, owner, nothing));
    add("a deputy brings a device back that the owner revoked", shut_out, next(second, deputy, nothing));
    add("the owner has not heard of what a deputy revoked", next(in_force, deputy, revoke_assessor),
        next(second, owner, nothing));
    const Roster by_deputy_on = next(shut_out, deputy, nothing);
    add("an old copy of the owner's, with a deputy's list in force, and the owner's last word", by_deputy_on,
        next(next(second, owner, nothing), owner, nothing), &shut_out);
    add("the owner's word goes on, with a deputy's list in force", by_deputy_on,
        next(next(shut_out, owner, nothing), owner, nothing), &shut_out);
    const Roster fewer = next(second, owner, [&](Roster& r) {
        std::erase_if(r.devices, [&](const RosterDevice& device) { return device.device == world.assessor.id(); });
    });
    add("an old copy of the owner's does not know a device", second, fewer);
    // Restored from a kit: another device of the owner's, which knows nothing of what the first said last.
    crypto::SeededRandom drawn(seed_of("roster: the owner's other device"));
    const DeviceKeys other = DeviceKeys::make(drawn);
    const RosterDevice first = *in_force.device(in_force.signer);
    const auto insert = [](auto& rows, auto row, auto key) {
        rows.insert(std::ranges::lower_bound(rows, std::invoke(key, row), {}, key), row);
    };
    const Roster both = next(in_force, owner, [&](Roster& r) {
        RosterInvite invite = r.invites.front();
        invite.invite = drawn.id<InviteId>();
        invite.person = first.person;
        insert(r.invites, invite, &RosterInvite::invite);
        RosterDevice device = first;
        device.device = other.id();
        device.sign_key = other.signing.verify_key();
        device.box_key = other.box.public_key;
        device.invite = invite.invite;
        insert(r.devices, device, &RosterDevice::device);
    });
    const Roster last_of_first = next(both, owner, revoke_assessor);
    const auto replace_first = [&](Roster& r) {
        for (RosterDevice& device : r.devices) {
            device.revoked = device.revoked || device.device == first.device;
        }
        r.owner_key = other.signing.verify_key();
    };
    const Roster going_on = next(both, other.signing, nothing);
    add("the owner's other device has not heard of what the first said", last_of_first,
        next(going_on, other.signing, nothing));
    add("the owner's other device shuts the first out, whose word does not bind it", last_of_first,
        next(going_on, other.signing, replace_first));
    return list;
}

}  // namespace

std::string roster_vectors() {
    crypto::SeededRandom random(seed_of("roster"));
    const crypto::ReplayedSodium replayed(random);
    const TeamWorld world(random);
    Json json;
    json["about"] = "docs/formats/roster.md; made by tests/vectors/make_vectors.cpp";
    json["decode"] = roster_decodes(world);
    json["check"] = roster_checks(world);
    const RosterDevice& device = world.roster.devices[0];
    json["fingerprint"] = {{"sign_key", device.sign_key.hex()},
                           {"box_key", to_hex(device.box_key)},
                           {"expect", fingerprint(device.sign_key, device.box_key)}};
    return json.dump(1) + "\n";
}

std::string enrolment_vectors() {
    crypto::SeededRandom random(seed_of("enrolment"));
    const crypto::ReplayedSodium replayed(random);
    const TeamWorld world(random);
    const DeviceKeys keys = DeviceKeys::make(random);
    const std::int64_t now = TeamWorld::now;
    const Enrolment enrolment = make_enrolment(world.open_invitation, keys, now);

    DecodeList decode(encode(enrolment));
    decode.changed("as it should be", "ok", [](Bytes&) {});
    decode.add("empty", "damaged", {});
    decode.changed("format 0", "damaged", [](Bytes& b) { b[0] = 0; });
    decode.changed("format 2", "newer_version", [](Bytes& b) { b[0] = 2; });
    decode.changed("cut in a key", "damaged", [](Bytes& b) { b.resize(40); });
    decode.changed("one signature missing", "damaged", [](Bytes& b) { b.resize(b.size() - 64); });
    decode.changed("a byte too many", "damaged", [](Bytes& b) { b.push_back(0); });
    decode.changed("time not in its shortest form", "damaged", [](Bytes& b) {
        splice(b, 81, 1, {0x80, 0x00}), b.resize(81 + 2 + 128);
    });

    Json list = Json::array();
    const auto add = [&](const std::string& name, const std::string& expect, const Enrolment& arrived,
                         const Roster& roster, std::int64_t clock) {
        list.push_back({{"name", name},
                        {"expect", expect},
                        {"roster", to_hex(encode(roster))},
                        {"enrolment", to_hex(encode(arrived))},
                        {"now_ms", std::to_string(clock)}});
    };
    const std::int64_t expires = world.open_invitation.expires_ms;
    add("in time", "valid", enrolment, world.roster, now);
    add("made in time, arrived late", "valid", enrolment, world.roster, expires + enrolment_grace_ms);
    add("arrived too late", "expired", enrolment, world.roster, expires + enrolment_grace_ms + 1);
    const Enrolment late = make_enrolment(world.open_invitation, keys, expires + 1);
    add("made too late", "expired", late, world.roster, expires + 1);
    add("made too late by a clock that is ahead", "valid", late, world.roster, expires);
    Roster changed = world.roster;
    changed.invites.clear();
    add("of an invitation that nobody knows", "unknown_invite", enrolment, changed, now);
    changed = world.roster;
    for (RosterInvite& invite : changed.invites) {
        invite.cancelled = true;
    }
    add("of a cancelled invitation", "cancelled", enrolment, changed, now);
    changed = world.roster;
    admit(changed, enrolment, {}, now);
    add("the same again", "valid", enrolment, changed, expires * 2);
    add("a second device by the same invitation", "already_used",
        make_enrolment(world.open_invitation, DeviceKeys::make(random), now), changed, now);
    add("a device that is in the roster already", "already_used",
        make_enrolment(world.open_invitation, world.assessor, now), world.roster, now);
    changed = world.roster;
    changed.deployment.bytes[0] ^= 1;
    add("from another deployment", "bad_signature", enrolment, changed, now);
    const auto forged = [&](const std::string& name, auto change) {
        Enrolment other = enrolment;
        change(other);
        add(name, "bad_signature", other, world.roster, now);
    };
    forged("another signing key", [](Enrolment& e) { e.sign_key.bytes[0] ^= 1; });
    forged("another box key", [](Enrolment& e) { e.box_key[0] ^= 1; });
    forged("another time", [](Enrolment& e) { e.joined_ms += 1; });
    forged("invitation's signature flipped", [](Enrolment& e) { e.by_invite.bytes[40] ^= 1; });
    forged("device's signature flipped", [](Enrolment& e) { e.by_device.bytes[0] ^= 1; });
    forged("signatures swapped", [](Enrolment& e) { std::swap(e.by_invite, e.by_device); });

    Json json;
    json["about"] = "docs/formats/invitation.md; made by tests/vectors/make_vectors.cpp";
    json["decode"] = decode.list();
    json["check"] = list;
    return json.dump(1) + "\n";
}

}  // namespace fieldseal::vectors
