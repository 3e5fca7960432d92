// An old copy of a vault goes on: two branches of one log, both kept and told of.
#include <doctest/doctest.h>

#include <filesystem>

#include "exchange_forger.h"
#include "exchange_office.h"
#include "model/record/help.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::QuarantineReason;

namespace {

PersonId person_of(Machine& machine) {
    return machine.exchange().deployment().own_person;
}

std::string level_at(Machine& machine, const RecordId& assessment) {
    return std::get<std::string>(machine.vault().merged(assessment).values().at("answers/q1/value"));
}

}  // namespace

TEST_CASE("an old copy of a vault is noticed on both sides, and both branches are kept") {
    Office o;
    const std::filesystem::path copy = o.world.folder() / "copy";
    o.assessor.add_site("one");
    o.settle();
    o.assessor.copy_file(copy);
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
    o.assessor.copy_file(copy);
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
    o.assessor.copy_file(copy);
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
        forger.seal({Forger::item(forger.segment(
            {forger.revision(begun, record::Kind::assessment, {{"answers/q1/value", codec::Value(std::string("0"))}},
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
    o.assessor.copy_file(copy);
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
