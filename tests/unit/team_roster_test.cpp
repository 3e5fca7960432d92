#include <doctest/doctest.h>

#include "model/crypto/hash.h"
#include "sync/team/sealed_share.h"
#include "team_fixture.h"

using namespace fieldseal;
using namespace fieldseal::team;

namespace {

ErrorCode decode_failure(ByteView bytes) {
    try {
        decode_roster(bytes);
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("a roster was accepted that should not be");
    return ErrorCode::failed;
}

}  // namespace

TEST_CASE("a founder is owner and coordinator of version 1, with a team key") {
    Fixture f;
    CHECK(f.roster.version == 1);
    CHECK(check_first(f.roster, f.founding.deployment.root));
    CHECK(f.roster.role_of(f.founding.keys.id()) == Role::coordinator);
    CHECK(f.roster.team_devices().size() == 1);
    const auto key = open_share(f.roster.current_epoch(), f.founding.keys.id(), f.founding.keys.box);
    REQUIRE(key);
    CHECK(key->public_key == f.founding.team_key.public_key);
    CHECK_THROWS_AS(found("", f.environment), Error);
    CHECK_THROWS_AS(found(std::string(257, 'x'), f.environment), Error);
}

TEST_CASE("a roster reads back as it was written, extensions that can be skipped included") {
    Fixture f;
    f.join(Role::assessor);
    f.join(Role::reviewer);
    f.roster.devices[0].revoked = true;
    f.roster.devices[0].accepted_up_to = 300;
    f.roster.owner_key = f.founding.keys.signing.verify_key();
    if (f.roster.devices[0].device == f.founding.keys.id()) {
        f.roster.devices[0].revoked = false;
        f.roster.devices[0].accepted_up_to = 0;
    }
    f.roster.invites[0].cancelled = true;
    f.roster.accepted = {Hash::from(Bytes(32, 1)), Hash::from(Bytes(32, 2))};
    f.roster.extensions = {{64, Bytes{1, 2}}, {65'535, {}}};
    f.publish();
    const Bytes bytes = encode(f.roster);
    const Roster read = decode_roster(bytes);
    CHECK(read == f.roster);
    CHECK(encode(read) == bytes);
    CHECK(hash_of(read) == hash_of(f.roster));
}

TEST_CASE("a roster cut anywhere or with bytes behind it is refused") {
    Fixture f;
    f.join(Role::reviewer);
    Bytes bytes = encode(f.roster);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK(decode_failure(ByteView(bytes).first(size)) == ErrorCode::damaged);
    }
    bytes.push_back(0);
    CHECK(decode_failure(bytes) == ErrorCode::damaged);
}

TEST_CASE("rosters that contradict themselves are refused") {
    Fixture f;
    f.join(Role::assessor);
    const Roster good = f.roster;
    const auto refused = [&](auto change) {
        Roster roster = good;
        change(roster);
        return decode_failure(encode(roster)) == ErrorCode::damaged;
    };
    CHECK(refused([](Roster& r) { r.version = 0; }));
    CHECK(refused([](Roster& r) { r.version = 1; }));
    CHECK(refused([](Roster& r) { r.previous = {}; }));
    CHECK(refused([](Roster& r) { std::swap(r.people[0], r.people[1]); }));
    CHECK(refused([](Roster& r) { std::swap(r.devices[0], r.devices[1]); }));
    CHECK(refused([](Roster& r) { r.devices.push_back(r.devices[1]); }));
    CHECK(refused([](Roster& r) { r.devices[0].person.bytes[0] ^= 1; }));
    CHECK(refused([](Roster& r) { r.invites[0].person.bytes[0] ^= 1; }));
    CHECK(refused([](Roster& r) { r.people[0].owner = r.people[1].owner = false; }));
    CHECK(refused([](Roster& r) { r.people[0].owner = r.people[1].owner = true; }));
    CHECK(refused([](Roster& r) { r.owner_key.bytes[0] ^= 1; }));
    CHECK(refused([](Roster& r) { r.devices[0].revoked = r.devices[1].revoked = true; }));
    CHECK(refused([](Roster& r) { r.epochs.clear(); }));
    CHECK(refused([](Roster& r) { r.epochs[0].number = 0; }));
    CHECK(refused([](Roster& r) { r.epochs.push_back(r.epochs[0]); }));
    CHECK(refused([](Roster& r) { r.epochs[0].shares[0].first.bytes[0] ^= 1; }));
    CHECK(refused([](Roster& r) { r.people[0].role = static_cast<Role>(4); }));
    CHECK(refused([](Roster& r) { r.people[0].role = static_cast<Role>(0); }));
    CHECK(refused([](Roster& r) { r.people[0].owner = r.people[0].deputy = true; }));
    CHECK(refused([](Roster& r) { r.deployment_name = "\xff"; }));
    Roster later = good;
    later.extensions = {{63, {}}};
    CHECK(decode_failure(encode(later)) == ErrorCode::newer_version);
    Bytes newer = encode(good);
    newer[0] = 2;
    CHECK(decode_failure(newer) == ErrorCode::newer_version);
    newer[0] = 0;
    CHECK(decode_failure(newer) == ErrorCode::damaged);
}

TEST_CASE("verdicts: newer, same, older, outranked, forged, not linked") {
    Fixture f;
    const Roster first = f.roster;
    f.invite(Role::assessor, f.random.id<PersonId>());
    const Roster second = f.roster;
    f.publish();
    const Roster third = f.roster;
    CHECK(check(second, first) == RosterVerdict::newer);
    CHECK(check(third, first) == RosterVerdict::newer);
    CHECK(check(first, first) == RosterVerdict::same);
    CHECK(check(first, third) == RosterVerdict::older);

    Roster changed = second;
    changed.deployment_name = "Another";
    CHECK(check(changed, first) == RosterVerdict::forged);
    Roster not_linked = second;
    not_linked.previous.bytes[0] ^= 1;
    sign(not_linked, f.founding.keys.signing);
    // The owner's word stands although a version between is not here.
    CHECK(check(not_linked, first) == RosterVerdict::newer);
    Roster twin = second;
    twin.issued_ms += 1;
    CHECK(check(twin, second) == RosterVerdict::forged);
    sign(twin, f.founding.keys.signing);
    // Of two with one number the same one stands on every device, whichever it met first.
    const bool twin_stands = hash_of(twin) < hash_of(second);
    CHECK(check(twin, second) == (twin_stands ? RosterVerdict::newer : RosterVerdict::outranked));
    CHECK(check(second, twin) == (twin_stands ? RosterVerdict::outranked : RosterVerdict::newer));
    Roster far = second;
    far.version = first.version + version_jump_limit + 1;
    sign(far, f.founding.keys.signing);
    CHECK(check(far, first) == RosterVerdict::forged);
    far.version -= 1;
    sign(far, f.founding.keys.signing);
    CHECK(check(far, first) == RosterVerdict::newer);
    Roster foreign = second;
    foreign.deployment.bytes[0] ^= 1;
    sign(foreign, f.founding.keys.signing);
    CHECK(check(foreign, first) == RosterVerdict::forged);
    Roster unknown_signer = second;
    sign(unknown_signer, crypto::SigningKey::make(f.random));
    CHECK(check(unknown_signer, first) == RosterVerdict::forged);
}

TEST_CASE("only the owner and deputies sign, a deputy cannot change who they are") {
    Fixture f;
    const DeviceKeys coordinator = f.join(Role::coordinator);
    const auto next = [&](const Roster& before, const crypto::SigningKey& key, auto change) {
        f.roster = f.in_force = before;
        change();
        f.publish(key);
        return f.roster;
    };
    const auto nothing = [] {};
    const crypto::SigningKey& owner = f.founding.keys.signing;
    const Roster before = f.roster;
    CHECK(check(next(before, coordinator.signing, nothing), before) == RosterVerdict::forged);

    const Roster appointed = next(before, owner, [&] { f.person_of(coordinator).deputy = true; });
    REQUIRE(check(appointed, before) == RosterVerdict::newer);
    const Roster by_deputy = next(appointed, coordinator.signing, nothing);
    CHECK(check(by_deputy, appointed) == RosterVerdict::newer);
    // Who has not seen the appointment cannot judge it yet.
    CHECK(check(by_deputy, before) == RosterVerdict::forged);

    f.roster = f.in_force = appointed;
    const DeviceKeys other = f.join(Role::coordinator);
    const Roster with_other = f.roster;
    const Roster appointed_by_deputy = next(with_other, coordinator.signing, [&] { f.person_of(other).deputy = true; });
    CHECK(check(appointed_by_deputy, with_other) == RosterVerdict::forged);
    CHECK(check(appointed_by_deputy, appointed) == RosterVerdict::not_linked);

    const auto hand_on = [&] {
        f.person_of(coordinator).owner = true;
        f.person_of(coordinator).deputy = false;
        f.person_of(f.founding.keys).owner = false;
        f.roster.owner_key = coordinator.signing.verify_key();
    };
    CHECK(check(next(with_other, coordinator.signing, hand_on), with_other) == RosterVerdict::forged);
    // The owner may hand the deployment on; then the new owner signs.
    const Roster handed_on = next(with_other, owner, hand_on);
    REQUIRE(check(handed_on, with_other) == RosterVerdict::newer);
    CHECK(decode_roster(encode(handed_on)) == handed_on);
    CHECK(check(next(handed_on, owner, nothing), handed_on) == RosterVerdict::forged);
    CHECK(check(next(handed_on, coordinator.signing, nothing), handed_on) == RosterVerdict::newer);
}

TEST_CASE("a revoked deputy's signature is worth nothing") {
    Fixture f;
    const DeviceKeys deputy = f.join(Role::coordinator);
    f.person_of(deputy).deputy = true;
    f.publish();
    for (RosterDevice& device : f.roster.devices) {
        device.revoked = device.device == deputy.id();
    }
    f.publish();
    const Roster revoked = f.roster;
    f.publish(deputy.signing);
    CHECK(check(f.roster, revoked) == RosterVerdict::forged);
    CHECK(revoked.team_devices().size() == 1);
}

TEST_CASE("deployment and device keys keep on a shelf") {
    Fixture f;
    const crypto::Secret deployment = encode(f.founding.deployment);
    const Deployment read = decode_deployment(deployment.view());
    CHECK(read.id == f.founding.deployment.id);
    CHECK(read.name == "Field programme");
    CHECK(read.root == f.founding.deployment.root);
    CHECK(read.own_role == Role::coordinator);
    CHECK(read.own_person == f.founding.deployment.own_person);
    CHECK(read.own_invite == f.founding.deployment.own_invite);
    CHECK(read.shared_key.equals(f.founding.deployment.shared_key.view()));
    CHECK(encode(read).equals(deployment.view()));
    const crypto::Secret keys = encode(f.founding.keys);
    const DeviceKeys read_keys = decode_device_keys(keys.view());
    CHECK(read_keys.id() == f.founding.keys.id());
    CHECK(read_keys.box.public_key == f.founding.keys.box.public_key);
    CHECK_THROWS_AS(decode_device_keys(keys.view().first(64)), Error);
    CHECK_THROWS_AS(decode_deployment(deployment.view().first(deployment.size() - 1)), Error);
}

TEST_CASE("tokens differ by invitation, direction and deployment") {
    Fixture f;
    const InviteId invite = f.random.id<InviteId>();
    const std::string out = outbox_token(f.founding.deployment, invite);
    CHECK(out.size() == 64);
    CHECK(out != mailbox_token(f.founding.deployment, invite));
    CHECK(out != outbox_token(f.founding.deployment, f.random.id<InviteId>()));
    CHECK(out == outbox_token(f.founding.deployment, invite));
    const Founding other = found("Other", f.environment);
    CHECK(out != outbox_token(other.deployment, invite));
}

TEST_CASE("fingerprints are 8 groups of 5 digits over both keys") {
    Fixture f;
    const RosterDevice& device = f.roster.devices[0];
    const std::string print = fingerprint(device.sign_key, device.box_key);
    REQUIRE(print.size() == 47);
    for (std::size_t i = 0; i < print.size(); ++i) {
        CHECK((i % 6 == 5 ? print[i] == ' ' : print[i] >= '0' && print[i] <= '9'));
    }
    PublicKey other = device.box_key;
    other[31] ^= 1;
    CHECK(fingerprint(device.sign_key, other) != print);
}

TEST_CASE("roles have names") {
    for (const Role role : {Role::assessor, Role::reviewer, Role::coordinator}) {
        CHECK(role_from(name_of(role)) == role);
    }
    CHECK(!role_from("owner"));
    CHECK(!in_team(Role::assessor));
}
