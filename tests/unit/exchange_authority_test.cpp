// People come, lose laptops, leave; offices get deputies. All by real bundles between real vaults.
#include <doctest/doctest.h>

#include "exchange_office.h"
#include "model/environment/durable_file.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::Delivery;
using exchange::QuarantineReason;
using team::Role;

namespace {

ErrorCode failure_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode::failed;
}

PersonId person_of(Machine& machine) {
    return machine.exchange().deployment().own_person;
}

}  // namespace

TEST_CASE("a revoked device: what came after is kept apart, it learns of it and sends no more") {
    Office o;
    const RecordId before = o.assessor.add_site("before");
    o.settle();
    REQUIRE(!o.owner.vault().merged(before).empty());
    const std::uint64_t epoch = o.owner.exchange().roster().current_epoch().number;

    o.owner.exchange().revoke_device(o.assessor.device(), false);
    CHECK(o.owner.exchange().roster().current_epoch().number == epoch + 1);
    const RecordId after = o.assessor.add_site("after");
    o.assessor.exchange().sync(*o.store);  // it has not heard of it
    o.owner.exchange().sync(*o.store);
    CHECK(o.owner.vault().merged(after).empty());
    REQUIRE(o.owner.exchange().quarantine().size() >= 1);
    CHECK(o.owner.exchange().quarantine()[0].reason == QuarantineReason::revoked_device);
    CHECK(o.owner.exchange().quarantine()[0].acceptable);

    CHECK(o.assessor.exchange().sync(*o.store).revoked);
    CHECK(o.assessor.exchange().is_revoked());
    o.assessor.add_site("much later");
    const exchange::SyncReport report = o.assessor.exchange().sync(*o.store);
    CHECK(report.revoked);
    CHECK(report.sent.bundles == 0);
    CHECK(failure_of([&] { o.assessor.exchange().export_bundles(o.world.folder()); }) == ErrorCode::refused);

    // The owner may take it in after all; everybody then has it.
    const Hash entry = o.owner.exchange().quarantine()[0].id;
    CHECK(failure_of([&] { o.reviewer.exchange().accept_quarantine(entry); }) != ErrorCode::failed);
    o.owner.exchange().accept_quarantine(entry);
    CHECK(!o.owner.vault().merged(after).empty());
    o.settle();
    CHECK(!o.second.vault().merged(after).empty());
    CHECK(!o.reviewer.vault().merged(after).empty());
    CHECK(o.owner.states() == o.second.states());
    CHECK(o.owner.states() == o.reviewer.states());
}

TEST_CASE("a revoked device learns of it though every stick that said so was lost") {
    Office o;
    const std::filesystem::path stick = o.world.folder() / "stick";
    o.owner.exchange().revoke_device(o.assessor.device(), false);
    for (int lost = 0; lost < 3; ++lost) {
        std::filesystem::create_directory(stick);
        o.owner.exchange().export_bundles(stick);
        std::filesystem::remove_all(stick);
    }
    REQUIRE(!o.assessor.exchange().is_revoked());

    std::filesystem::create_directory(stick);
    o.owner.exchange().export_bundles(stick);
    for (const auto& file : std::filesystem::directory_iterator(stick)) {
        o.assessor.exchange().import_bundle(read_file(file.path(), bundle::bundle_limit), "stick");
    }
    CHECK(o.assessor.exchange().is_revoked());
}

TEST_CASE("a revoked reviewer cannot read what is sealed afterwards") {
    Office o;
    o.owner.exchange().revoke_person(person_of(o.reviewer), false);
    o.owner.exchange().sync(*o.store);
    o.second.exchange().sync(*o.store);
    const RecordId secret = o.owner.add_site("after the revocation");
    o.settle();
    CHECK(!o.second.vault().merged(secret).empty());
    CHECK(o.reviewer.vault().merged(secret).empty());
    // Not by a bundle that it gets hold of, either.
    o.owner.add_site("again");
    for (const bundle::Sealed& sealed : o.owner.exchange().outgoing(team_lane)) {
        const exchange::ImportReport report = o.reviewer.exchange().import_bundle(sealed.bytes, "stolen");
        CHECK(report.failure == bundle::OpenFailure::not_for_us);
    }
}

TEST_CASE("a revoked coordinator's receipts deliver nothing: what only it held is sent again") {
    World world(3);
    const auto store = store::make_memory_store();
    Machine& owner = world.found();
    Machine& second = world.join(owner, Role::coordinator, "Petro");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    sync_all({&owner, &second, &assessor}, *store);
    const RecordId site = assessor.add_site("only the second has it");
    for (const bundle::Sealed& sealed : assessor.exchange().outgoing(team_lane)) {
        second.exchange().import_bundle(sealed.bytes, "stick");
    }
    carry(second, assessor, lane_to(assessor));
    REQUIRE(assessor.exchange().delivery(site) == Delivery::delivered);
    // The second coordinator's machine burns before anybody else has it.
    owner.exchange().revoke_device(second.device(), true);
    sync_all({&owner, &assessor}, *store);
    CHECK(!owner.vault().merged(site).empty());
    CHECK(assessor.exchange().delivery(site) == Delivery::delivered);
}

TEST_CASE("coordinators that took more of a log before they heard of its revocation end with the others") {
    Office o;
    const RecordId late = o.assessor.add_site("late");
    for (const bundle::Sealed& sealed : o.assessor.exchange().outgoing(team_lane)) {
        o.second.exchange().import_bundle(sealed.bytes, "stick");
    }
    REQUIRE(!o.second.vault().merged(late).empty());
    // A receipt of that time is on its way.
    const std::vector<bundle::Sealed> on_its_way = o.second.exchange().outgoing(team_lane);
    o.owner.exchange().revoke_device(o.assessor.device(), false);
    for (const bundle::Sealed& sealed : on_its_way) {
        o.owner.exchange().import_bundle(sealed.bytes, "stick");
    }
    o.settle();
    CHECK(!o.owner.vault().merged(late).empty());
    CHECK(o.owner.states() == o.second.states());
    CHECK(o.owner.exchange().quarantine().empty());
}

TEST_CASE("who runs the team had taken more of a log than the deputy who revoked it: everybody takes that") {
    Office o;
    o.owner.exchange().set_deputy(person_of(o.second), true);
    o.settle();
    const RecordId late = o.assessor.add_site("late");
    carry(o.assessor, o.owner, team_lane);
    REQUIRE(!o.owner.vault().merged(late).empty());
    o.second.exchange().revoke_device(o.assessor.device(), false);
    o.settle();
    CHECK(!o.second.vault().merged(late).empty());
    CHECK(o.owner.states() == o.second.states());
    CHECK(o.owner.states() == o.reviewer.states());
    CHECK(o.second.exchange().quarantine().empty());
}

TEST_CASE("a cancelled invitation lets nobody in, a used one cannot be cancelled") {
    World world(4);
    Machine& owner = world.found();
    const team::Invitation invitation = world.invite(owner, Role::assessor, "Ihor");
    owner.exchange().cancel_invitation(invitation.invite);
    Machine& late = world.join(invitation);
    late.add_site("x");
    const auto reports = carry(late, owner, team_lane);
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].outcome == exchange::ImportReport::Outcome::quarantined);
    REQUIRE(owner.exchange().quarantine().size() == 1);
    CHECK(!owner.exchange().quarantine()[0].acceptable);
    CHECK(failure_of([&] { owner.exchange().accept_quarantine(owner.exchange().quarantine()[0].id); }) ==
          ErrorCode::refused);
    owner.exchange().drop_quarantine(owner.exchange().quarantine()[0].id);
    CHECK(owner.exchange().quarantine().empty());

    const team::Invitation used = world.invite(owner, Role::assessor, "Iryna");
    carry(world.join(used), owner, team_lane);
    CHECK(failure_of([&] { owner.exchange().cancel_invitation(used.invite); }) == ErrorCode::refused);
    CHECK(failure_of([&] { owner.exchange().cancel_invitation(InviteId()); }) == ErrorCode::not_found);
}

TEST_CASE("a deputy invites, takes in and revokes, but does not say who runs the deployment") {
    Office o;
    CHECK(failure_of([&] { o.second.exchange().invite(Role::assessor, "x", crypto::test_cost); }) ==
          ErrorCode::refused);
    CHECK(failure_of([&] { o.owner.exchange().set_deputy(person_of(o.assessor), true); }) == ErrorCode::refused);
    o.owner.exchange().set_deputy(person_of(o.second), true);
    o.settle();
    REQUIRE(o.second.exchange().authority() == team::Authority::deputy);
    Machine& fresh = o.world.join(o.second, Role::assessor, "Iryna");
    const RecordId site = fresh.add_site("by the deputy's assessor");
    sync_all({&fresh, &o.second, &o.owner, &o.reviewer, &o.assessor}, *o.store);
    CHECK(!o.owner.vault().merged(site).empty());
    CHECK(fresh.exchange().delivery(site) == Delivery::delivered);
    CHECK(fresh.exchange().name_of_person(person_of(o.second)) == "Petro");
    o.second.exchange().revoke_device(fresh.device(), true);
    CHECK(failure_of([&] { o.second.exchange().revoke_device(o.owner.device(), true); }) == ErrorCode::refused);
    CHECK(failure_of([&] { o.second.exchange().hand_over(person_of(o.second)); }) == ErrorCode::refused);
    CHECK(failure_of([&] { o.second.exchange().set_deputy(person_of(o.second), false); }) == ErrorCode::refused);
    o.settle();
    CHECK(o.owner.exchange().roster().device(fresh.device())->revoked);
}

TEST_CASE("owner and deputy that change the team at once lose nothing of either") {
    Office o;
    o.owner.exchange().set_deputy(person_of(o.second), true);
    o.settle();
    Machine& first = o.world.join(o.owner, Role::assessor, "First");
    Machine& other = o.world.join(o.second, Role::reviewer, "Other");
    o.second.exchange().revoke_device(o.assessor.device(), false);
    o.owner.exchange().renew_team_key();
    const RecordId a = first.add_site("a");
    sync_all({&first, &other, &o.second, &o.owner, &o.reviewer, &o.assessor}, *o.store, 8);
    const team::Roster& roster = o.owner.exchange().roster();
    CHECK(team::hash_of(roster) == team::hash_of(o.second.exchange().roster()));
    CHECK(team::hash_of(roster) == team::hash_of(other.exchange().roster()));
    CHECK(team::hash_of(roster) == team::hash_of(o.reviewer.exchange().roster()));
    CHECK(roster.device(o.assessor.device())->revoked);
    CHECK(roster.device(first.device()) != nullptr);
    CHECK(roster.device(other.device()) != nullptr);
    CHECK(!team::current_epoch_reaches_revoked(roster));
    const RecordId b = o.owner.add_site("b");
    sync_all({&o.owner, &o.second, &other, &o.reviewer, &first}, *o.store);
    for (Machine* reader : {&o.second, &other, &o.reviewer}) {
        CHECK(!reader->vault().merged(a).empty());
        CHECK(!reader->vault().merged(b).empty());
    }
    CHECK(!first.vault().merged(b).empty());
}

TEST_CASE("a deployment is handed on, and who was away meanwhile follows") {
    Office o;
    const RecordId site = o.assessor.add_site("written far away");
    o.owner.exchange().hand_over(person_of(o.second));
    CHECK(o.owner.exchange().authority() == team::Authority::deputy);
    o.owner.exchange().sync(*o.store);
    o.second.exchange().sync(*o.store);
    REQUIRE(o.second.exchange().authority() == team::Authority::owner);
    // The new owner goes on; the list that said so is not the newest any more when the others come back.
    o.second.exchange().set_deputy(person_of(o.owner), false);
    o.second.exchange().renew_team_key();
    Machine& fresh = o.world.join(o.second, Role::assessor, "Iryna");
    sync_all({&fresh, &o.second, &o.owner, &o.reviewer, &o.assessor}, *o.store);
    for (Machine* machine : o.all()) {
        CHECK(machine->exchange().roster().owner_key == o.second.exchange().roster().owner_key);
        CHECK(machine->exchange().quarantine().empty());
    }
    CHECK(!o.second.vault().merged(site).empty());
    CHECK(o.assessor.exchange().delivery(site) == Delivery::delivered);
    CHECK(failure_of([&] { o.owner.exchange().invite(Role::assessor, "x", crypto::test_cost); }) == ErrorCode::refused);
}

TEST_CASE("a deputy whose right was taken is outbid") {
    Office o;
    o.owner.exchange().set_deputy(person_of(o.second), true);
    o.settle();
    // It goes on for a while before it hears that it is none any more.
    o.owner.exchange().set_deputy(person_of(o.second), false);
    o.second.exchange().renew_team_key();
    o.second.exchange().renew_team_key();
    o.second.exchange().renew_team_key();
    for (const bundle::Sealed& sealed : o.second.exchange().outgoing(team_lane)) {
        o.reviewer.exchange().import_bundle(sealed.bytes, "stick");
    }
    sync_all(o.all(), *o.store, 8);
    for (Machine* machine : o.all()) {
        CHECK(team::hash_of(machine->exchange().roster()) == team::hash_of(o.owner.exchange().roster()));
    }
    CHECK(o.second.exchange().authority() == team::Authority::none);
}

TEST_CASE("what a role does not allow is taken in by the owner's word, and then everywhere") {
    Office o;
    const RecordId site = o.reviewer.add_site("a reviewer's site");
    o.settle();
    CHECK(o.owner.vault().merged(site).empty());
    REQUIRE(o.owner.exchange().quarantine().size() == 1);
    const exchange::QuarantineEntry entry = o.owner.exchange().quarantine()[0];
    CHECK(entry.reason == QuarantineReason::role_not_allowed);
    CHECK(failure_of([&] { o.second.exchange().accept_quarantine(entry.id); }) == ErrorCode::refused);
    o.owner.exchange().accept_quarantine(entry.id);
    CHECK(!o.owner.vault().merged(site).empty());
    CHECK(o.owner.exchange().quarantine().empty());
    o.settle();
    CHECK(!o.second.vault().merged(site).empty());
    CHECK(o.second.exchange().quarantine().empty());
    CHECK(!o.assessor.vault().merged(site).empty());
}
