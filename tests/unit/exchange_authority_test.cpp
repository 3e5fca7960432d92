// People come, lose laptops, leave; offices get deputies; machines burn. All by real bundles between real vaults.
#include <doctest/doctest.h>

#include <filesystem>

#include "exchange_forger.h"
#include "exchange_world.h"
#include "model/environment/durable_file.h"
#include "model/record/help.h"

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

std::string level_at(Machine& machine, const RecordId& assessment) {
    return std::get<std::string>(machine.vault().merged(assessment).values().at("answers/q1/value"));
}

/// Owner, a second coordinator, a reviewer and an assessor, all in the roster, on one store.
struct Office {
    World world{7};
    std::unique_ptr<store::Store> store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    Machine& second = world.join(owner, Role::coordinator, "Petro");
    Machine& reviewer = world.join(owner, Role::reviewer, "Marta");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    Office() { settle(); }
    std::vector<Machine*> all() { return {&owner, &second, &reviewer, &assessor}; }
    void settle() { sync_all(all(), *store); }
};

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

TEST_CASE("a burnt machine is replaced from the recovery kit, and everything comes back") {
    World world(5);
    const auto store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    const exchange::MadeKit made = owner.exchange().make_kit(crypto::test_cost, "folder:/somewhere");
    Machine& reviewer = world.join(owner, Role::reviewer, "Marta");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    const RecordId site = owner.add_site("the owner's own");
    const RecordId assessment = assessor.add_assessment(site);
    assessor.add_evidence(assessment, Bytes(1000, 7), world.folder());
    sync_all({&owner, &reviewer, &assessor}, *store, 6);
    // A new team key that the kit's file cannot know.
    owner.exchange().renew_team_key();
    const RecordId last = owner.add_site("under the new key");
    sync_all({&owner, &reviewer, &assessor}, *store, 6);
    REQUIRE(assessor.exchange().delivery(assessment) == Delivery::delivered);
    const std::map<RecordId, Bytes> states = reviewer.states();

    // The machine burns. The store has been cleared of what had arrived.
    CHECK_THROWS_AS(team::open_kit(made.file, crypto::Secret(view_of("0000000000000000000000000000000000000000"))),
                    Error);
    Machine& restored = world.add();
    exchange::Exchange::restore(restored.vault(), team::open_kit(made.file, made.code));
    CHECK(restored.exchange().authority() == team::Authority::owner);
    CHECK(restored.device() == made.device);
    restored.exchange().sync(*store);
    restored.exchange().revoke_device(owner.device(), true);
    sync_all({&restored, &reviewer, &assessor}, *store, 6);
    CHECK(restored.states() == states);
    CHECK(restored.exchange().name_of_person(person_of(restored)) == "Olena");
    CHECK(!restored.vault().merged(last).empty());
    CHECK(restored.exchange().missing().empty());
    CHECK(restored.exchange().quarantine().empty());
    CHECK(restored.verify().findings.empty());
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    // And work goes on.
    Machine& fresh = world.join(restored, Role::assessor, "Iryna");
    const RecordId next = fresh.add_site("next");
    sync_all({&fresh, &restored, &reviewer, &assessor}, *store, 6);
    CHECK(!reviewer.vault().merged(next).empty());
    CHECK(fresh.exchange().delivery(next) == Delivery::delivered);
    for (const store::StoredObject& object : store->list("")) {
        CHECK(object.size < 100'000);
    }
}

TEST_CASE("a kit keeps nothing waiting: the store is cleared as without it") {
    World world(6);
    const auto store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    owner.exchange().make_kit(crypto::test_cost, "");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    assessor.add_site("x");
    sync_all({&owner, &assessor}, *store, 6);
    for (int i = 0; i < 3; ++i) {
        owner.exchange().renew_team_key();
        owner.exchange().sync(*store);
    }
    sync_all({&owner, &assessor}, *store, 6);
    // The kit's mailbox holds the newest roster alone: one index, one part.
    const std::string mailbox = "mailbox/" + team::mailbox_token(owner.exchange().deployment(), [&] {
                                    for (const auto& d : owner.exchange().roster().devices) {
                                        if (d.kit) {
                                            return d.invite;
                                        }
                                    }
                                    return InviteId();
                                }());
    CHECK(store->list(mailbox).size() == 2);
    CHECK(owner.exchange().export_bundles(world.folder()).bundles == 0);
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

TEST_CASE("an old copy of a vault is noticed on both sides, and both branches are kept") {
    Office o;
    const std::filesystem::path copy = o.world.folder() / "copy";
    o.assessor.add_site("one");
    o.settle();
    o.assessor.reopen();
    std::filesystem::copy_file(o.assessor.file(), copy);
    const RecordId lost = o.assessor.add_site("two, lost with the copy");
    o.settle();
    REQUIRE(!o.owner.vault().merged(lost).empty());
    CHECK(!o.assessor.exchange().rollback());

    o.assessor.replace_file(copy);
    const RecordId other = o.assessor.add_site("two, written again");
    o.assessor.exchange().sync(*o.store);
    o.owner.exchange().sync(*o.store);
    // At the coordinator: a fork, the second branch kept and named; and the device is marked.
    REQUIRE(o.owner.exchange().forks().size() == 1);
    const exchange::Fork fork = o.owner.exchange().forks()[0];
    CHECK(fork.device == o.assessor.device());
    CHECK(!o.owner.vault().merged(lost).empty());
    CHECK(o.owner.vault().merged(other).empty());
    const auto peers = o.owner.exchange().peers();
    CHECK(std::any_of(peers.begin(), peers.end(), [&](const exchange::Peer& peer) {
        return peer.device == o.assessor.device() && peer.rolled_back;
    }));
    // At the device: the next receipt says more than it has.
    o.owner.exchange().outgoing(lane_to(o.assessor));
    o.settle();
    REQUIRE(o.assessor.exchange().rollback());
    CHECK(o.assessor.exchange().rollback()->others_hold >= o.assessor.exchange().rollback()->held);

    // The second branch is written into the coordinator's own log, so that everybody has both.
    o.owner.exchange().accept_quarantine(fork.entry);
    CHECK(!o.owner.vault().merged(other).empty());
    CHECK(o.owner.exchange().forks().empty());
    o.settle();
    CHECK(!o.second.vault().merged(other).empty());
    CHECK(!o.second.vault().merged(lost).empty());
    CHECK(o.owner.verify().findings.empty());
}

TEST_CASE("late work of a revoked device that is a second branch is shown as one, once it is accepted") {
    Office o;
    const std::filesystem::path copy = o.world.folder() / "copy";
    o.assessor.add_site("one");
    o.settle();
    o.assessor.reopen();
    std::filesystem::copy_file(o.assessor.file(), copy);
    o.assessor.add_site("two, lost with the copy");
    o.settle();
    o.assessor.replace_file(copy);
    const RecordId other = o.assessor.add_site("two, written again");
    o.assessor.add_site("three");
    o.owner.exchange().revoke_device(o.assessor.device(), false);
    carry(o.assessor, o.owner, team_lane);
    REQUIRE(o.owner.exchange().quarantine().size() == 1);
    const exchange::QuarantineEntry late = o.owner.exchange().quarantine()[0];
    CHECK(late.reason == QuarantineReason::revoked_device);

    // No longer too late, it contradicts what stands: that is said now, and can be settled.
    o.owner.exchange().accept_quarantine(late.id);
    REQUIRE(o.owner.exchange().quarantine().size() == 1);
    CHECK(o.owner.exchange().quarantine()[0].reason == QuarantineReason::forked_log);
    CHECK(o.owner.exchange().quarantine()[0].explanation != late.explanation);
    REQUIRE(o.owner.exchange().forks().size() == 1);
    o.owner.exchange().accept_quarantine(late.id);
    CHECK(o.owner.exchange().quarantine().empty());
    CHECK(!o.owner.vault().merged(other).empty());
    CHECK(o.owner.verify().findings.empty());
}

TEST_CASE("what was begun on a second branch goes on in its author's hands, on another device") {
    Office o;
    const std::filesystem::path copy = o.world.folder() / "copy";
    const RecordId site = o.assessor.add_site("one");
    const RecordId first = o.assessor.add_assessment(site);
    o.settle();
    o.assessor.reopen();
    std::filesystem::copy_file(o.assessor.file(), copy);
    o.assessor.add_site("two, lost with the copy");
    o.settle();
    o.assessor.replace_file(copy);
    const RecordId begun = o.assessor.add_assessment(site);
    const RecordId photo = o.assessor.add_evidence(first, o.assessor.random().bytes(1000), o.world.folder());
    o.assessor.exchange().sync(*o.store);
    o.owner.exchange().sync(*o.store);
    REQUIRE(o.owner.exchange().forks().size() == 1);
    o.owner.exchange().accept_quarantine(o.owner.exchange().forks()[0].entry);

    const PersonId person = person_of(o.assessor);
    const exchange::Invited invited =
        o.owner.exchange().invite(team::Role::assessor, {}, crypto::test_cost, person, team::History::all);
    Machine& again = o.world.join(team::open_invitation(invited.file, invited.code));
    again.exchange().sync(*o.store);
    o.owner.exchange().sync(*o.store);
    o.owner.exchange().revoke_device(o.assessor.device(), true);
    o.settle();
    again.exchange().sync(*o.store);
    o.settle();
    again.exchange().sync(*o.store);
    REQUIRE(!again.vault().merged(begun).empty());
    REQUIRE(!again.vault().merged(first).empty());
    CHECK(again.read<record::Site>(site).name == "one");

    // Both visits are this person's, whichever device or hand wrote their beginning.
    again.answer(begun, "q1", "2");
    again.answer(first, "q1", "3");
    again.edit(photo, record::Kind::evidence, "caption", std::string("The yard"));
    record::Finding found;
    found.site = site;
    found.assessment = begun;
    found.text = "weak";
    const RecordId finding = again.write(record::Kind::finding, found);
    again.exchange().sync(*o.store);
    o.settle();
    CHECK(o.owner.exchange().quarantine().empty());
    // The other coordinator met the second branch on the store as well, and has not looked at it.
    for (const exchange::QuarantineEntry& entry : o.second.exchange().quarantine()) {
        CHECK(entry.reason == QuarantineReason::forked_log);
    }
    for (Machine* machine : {&o.owner, &o.second}) {
        CHECK(level_at(*machine, begun) == "2");
        CHECK(level_at(*machine, first) == "3");
        CHECK(machine->read<record::Evidence>(photo).caption == "The yard");
        CHECK(machine->read<record::Finding>(finding).text == "weak");
        CHECK(machine->verify().findings.empty());
    }
    // And nobody else's: another assessor changes nothing of it.
    Machine& other = o.world.join(o.owner, team::Role::assessor, "Other");
    Forger forger(other);
    forger.continue_log();
    o.owner.exchange().import_bundle(
        forger.seal({Forger::item(forger.segment({forger.revision(
            begun, record::Kind::assessment, {{"answers/q1/value", codec::Value(std::string("0"))}},
            o.owner.vault().merged(begun).heads)}))}),
        "stick");
    CHECK(level_at(o.owner, begun) == "2");
}

TEST_CASE("two coordinators that met different branches first keep their names and have the same contents") {
    Office o;
    const std::filesystem::path copy = o.world.folder() / "copy";
    const RecordId site = o.assessor.add_site("one");
    o.settle();
    const DeviceId device = o.assessor.device();
    std::uint64_t common = 0;
    while (o.owner.vault().log_entry(device, common + 1)) {
        ++common;
    }
    o.assessor.reopen();
    std::filesystem::copy_file(o.assessor.file(), copy);
    const RecordId left = o.assessor.add_site("left");
    o.assessor.edit(site, record::Kind::site, "notes", std::string("of the left"));
    carry(o.assessor, o.owner, team_lane);
    o.assessor.replace_file(copy);
    const RecordId right = o.assessor.add_site("right");
    o.assessor.edit(site, record::Kind::site, "notes", std::string("of the right"));
    carry(o.assessor, o.second, team_lane);
    // Each knows another revision at the same places, and tells of the other branch once it meets it.
    carry(o.owner, o.second, team_lane);
    carry(o.second, o.owner, team_lane);
    for (Machine* machine : {&o.owner, &o.second}) {
        REQUIRE(machine->exchange().forks().size() == 1);
        machine->exchange().accept_quarantine(machine->exchange().forks()[0].entry);
    }
    for (int i = 0; i < 3; ++i) {
        carry(o.owner, o.second, team_lane);
        carry(o.second, o.owner, team_lane);
    }
    // The same name up to where the log parts, and each its own behind it, for good.
    for (std::uint64_t i = 1; i <= common; ++i) {
        CHECK(o.owner.vault().log_entry(device, i) == o.second.vault().log_entry(device, i));
    }
    CHECK(o.owner.vault().log_entry(device, common + 1) != o.second.vault().log_entry(device, common + 1));
    const auto contents = [](Machine& machine, const RecordId& record) {
        std::map<std::string, std::set<std::string>> fields;
        for (const auto& [path, field] : machine.vault().merged(record).fields) {
            for (const auto& version : field.versions) {
                fields[path].insert(version.value ? std::get<std::string>(*version.value) : std::string());
            }
        }
        return fields;
    };
    for (const RecordId& record : {left, right, site}) {
        REQUIRE(!o.owner.vault().merged(record).empty());
        CHECK(contents(o.owner, record) == contents(o.second, record));
        // By which revisions is another matter.
        CHECK(o.owner.vault().merged(record).heads != o.second.vault().merged(record).heads);
    }
    CHECK(contents(o.owner, site).at("notes") == std::set<std::string>{"of the left", "of the right"});
    CHECK(o.owner.exchange().forks().empty());
    CHECK(o.second.exchange().forks().empty());
    CHECK(o.owner.verify().findings.empty());
    CHECK(o.second.verify().findings.empty());
}

TEST_CASE("a forked branch lets nobody write what their role does not allow") {
    Office o;
    o.assessor.add_site("one");
    o.settle();
    const RecordId visit = o.assessor.add_assessment(o.assessor.add_site("two"));
    o.settle();
    // The second branch of the assessor's log, by a hand that does not keep to the rules.
    Forger forger(o.assessor);
    record::Review review;
    review.assessment = visit;
    review.verdict = record::Verdict::approve;
    review.author = person_of(o.reviewer);
    const auto approval = o.assessor.random().id<RecordId>();
    const auto site = o.assessor.random().id<RecordId>();
    std::vector<history::Revision> branch;
    branch.push_back(forger.revision(site, record::Kind::site, {{"name", codec::Value(std::string("three"))}}));
    branch.push_back(forger.revision(approval, record::Kind::review, codec::difference({}, codec::flatten(review))));
    branch.push_back(forger.revision(site, record::Kind::site, {{"notes", codec::Value(std::string("more"))}},
                                     {history::name_of(branch[0])}));
    o.owner.exchange().import_bundle(forger.seal({Forger::item(forger.segment(std::move(branch)))}), "stick");
    REQUIRE(o.owner.exchange().forks().size() == 1);
    o.owner.exchange().accept_quarantine(o.owner.exchange().forks()[0].entry);
    CHECK(o.owner.read<record::Site>(site).name == "three");
    CHECK(o.owner.read<record::Site>(site).notes == "more");
    CHECK(o.owner.vault().merged(approval).empty());
    CHECK(o.owner.exchange().forks().empty());
}

TEST_CASE("a machine that dies while a kit is restored has nothing or all of it") {
    World world(8);
    Machine& owner = world.found("Olena");
    const exchange::MadeKit made = owner.exchange().make_kit(crypto::test_cost, "");
    const team::Kit kit = team::open_kit(made.file, made.code);
    Machine& restored = world.add();
    {
        // As a power cut leaves it: the outer transaction is never committed.
        vault::Transaction cut(restored.vault());
        exchange::Exchange::restore(restored.vault(), kit);
    }
    restored.reopen();
    CHECK_FALSE(exchange::Exchange::has_deployment(restored.vault()));
    exchange::Exchange::restore(restored.vault(), kit);
    CHECK_FALSE(restored.exchange().roster().device(made.device)->kit);
}
