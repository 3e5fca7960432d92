// The main job, from founding to the second coordinator.
#include <doctest/doctest.h>

#include "tests/unit/exchange_world.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::Delivery;
using exchange::ImportReport;
using record::Kind;

TEST_CASE("The main job, bundle by bundle") {
    World world;
    Machine& coordinator = world.found("Olena");
    CHECK(coordinator.exchange().runs_team());
    CHECK(coordinator.exchange().outgoing(team_lane).empty());

    Machine& assessor = world.join(coordinator, team::Role::assessor, "Andriy");
    CHECK(assessor.exchange().own_role() == team::Role::assessor);
    CHECK(assessor.exchange().name_of_person(coordinator.exchange().deployment().own_person) == "Olena");

    const RecordId site = assessor.add_site("City hospital");
    const RecordId assessment = assessor.add_assessment(site);
    assessor.answer(assessment, "q1", "2");
    const Bytes photo = assessor.random().bytes(600'000);
    const RecordId evidence = assessor.add_evidence(assessment, photo, world.folder());
    const Hash content = crypto::plain_hash(photo);
    CHECK(assessor.exchange().delivery(assessment) == Delivery::sealed);
    assessor.vault().save_draft(site, Kind::site, "notes", codec::Value(std::string("later")));
    CHECK(assessor.exchange().delivery(site) == Delivery::drafted);
    assessor.vault().cut_draft(site);

    const std::vector<bundle::Sealed> outgoing = assessor.exchange().outgoing(team_lane);
    REQUIRE(!outgoing.empty());
    CHECK(assessor.exchange().delivery(assessment) == Delivery::sent);
    CHECK(assessor.exchange().delivery(evidence) == Delivery::sent);

    const ImportReport first = coordinator.exchange().import_bundle(outgoing[0].bytes, "stick/1");
    CHECK(first.outcome == ImportReport::Outcome::imported);
    CHECK(first.reason == "");
    REQUIRE(first.enrolled.size() == 1);
    CHECK(first.enrolled[0] == assessor.device());
    CHECK(first.new_roster);
    CHECK(first.new_revisions >= 5);
    CHECK(first.quarantined == 0);
    for (std::size_t i = 1; i < outgoing.size(); ++i) {
        CHECK(coordinator.exchange().import_bundle(outgoing[i].bytes, "stick").outcome ==
              ImportReport::Outcome::imported);
    }
    CHECK(coordinator.exchange().import_bundle(outgoing[0].bytes, "stick/1").outcome ==
          ImportReport::Outcome::already_imported);
    CHECK(coordinator.read<record::Site>(site).name == "City hospital");
    CHECK(coordinator.read<record::Assessment>(assessment).answers.at("q1").value == record::AnswerValue::of_level(2));
    REQUIRE(coordinator.vault().blob(content));
    CHECK(coordinator.vault().blob(content)->complete());
    CHECK(coordinator.exchange().name_of_device(assessor.device()) == "Andriy");
    CHECK(coordinator.exchange().received_ms(assessor.device(), 2) == coordinator.clock().wall_ms());
    CHECK(coordinator.exchange().open_invitations().empty());

    // The receipt.
    const auto back = carry(coordinator, assessor, lane_to(assessor));
    REQUIRE(back.size() == 1);
    CHECK(back[0].outcome == ImportReport::Outcome::imported);
    CHECK(back[0].new_receipts == 1);
    CHECK(back[0].new_roster);
    for (const RecordId& record : {site, assessment, evidence}) {
        CHECK(assessor.exchange().delivery(record) == Delivery::delivered);
    }
    for (const exchange::RecordDelivery& delivery : assessor.exchange().deliveries()) {
        CHECK(delivery.delivery == Delivery::delivered);
        CHECK(delivery.delivered_ms == coordinator.clock().wall_ms());
    }
    assessor.answer(assessment, "q2", "3");
    CHECK(assessor.exchange().delivery(assessment) == Delivery::sealed);
    CHECK(assessor.exchange().delivery(site) == Delivery::delivered);
    carry(assessor, coordinator, team_lane);
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);

    // A reviewer joins later and gets the history with the evidence.
    Machine& reviewer = world.join(coordinator, team::Role::reviewer, "Marta");
    carry(reviewer, coordinator, team_lane);
    CHECK(coordinator.exchange().roster().device(reviewer.device()) != nullptr);
    CHECK(carry(coordinator, reviewer, lane_to(reviewer)).size() == 1);
    const auto history = carry(coordinator, reviewer, team_lane);
    REQUIRE(!history.empty());
    CHECK(history[0].outcome == ImportReport::Outcome::imported);
    CHECK(reviewer.states() == coordinator.states());
    CHECK(reviewer.vault().blob(content)->complete());

    // The review reaches the assessor.
    const RecordId review = reviewer.review(assessment, record::Verdict::give_back, "Please add the network plan.");
    carry(reviewer, coordinator, team_lane);
    CHECK(coordinator.read<record::Review>(review).text == "Please add the network plan.");
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.read<record::Review>(review).text == "Please add the network plan.");
    CHECK(assessor.exchange().name_of_device(reviewer.device()) == "Marta");
    carry(coordinator, reviewer, team_lane);
    CHECK(reviewer.exchange().delivery(review) == Delivery::delivered);

    // Nothing new, nothing sent.
    carry(assessor, coordinator, team_lane);
    carry(reviewer, coordinator, team_lane);
    carry(coordinator, assessor, lane_to(assessor));
    carry(coordinator, reviewer, lane_to(reviewer));
    carry(coordinator, reviewer, team_lane);
    carry(assessor, coordinator, team_lane);
    carry(reviewer, coordinator, team_lane);
    CHECK(assessor.exchange().outgoing(team_lane).empty());
    CHECK(reviewer.exchange().outgoing(team_lane).empty());
    CHECK(coordinator.exchange().outgoing(lane_to(assessor)).empty());
    CHECK(coordinator.exchange().outgoing(lane_to(reviewer)).empty());
    CHECK(coordinator.exchange().outgoing(team_lane).empty());

    for (Machine* machine : {&coordinator, &assessor, &reviewer}) {
        CHECK(machine->exchange().quarantine().empty());
        CHECK(machine->exchange().missing().empty());
        const vault::VerifyReport report = machine->verify();
        for (const vault::Finding& finding : report.findings) {
            FAIL_CHECK(finding.place << ": " << finding.reason);
        }
        // All of it survives closing.
        machine->reopen();
    }
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    CHECK(coordinator.exchange().peers().size() == 3);
    CHECK(coordinator.exchange().outgoing(lane_to(assessor)).empty());
}

TEST_CASE("The main job through a store") {
    World world;
    const auto store = store::make_memory_store();
    Machine& coordinator = world.found();
    Machine& assessor = world.join(coordinator, team::Role::assessor, "Andriy");
    Machine& reviewer = world.join(coordinator, team::Role::reviewer, "Marta");
    const RecordId site = assessor.add_site("City hospital");
    const RecordId assessment = assessor.add_assessment(site);
    assessor.add_evidence(assessment, assessor.random().bytes(1'500'000), world.folder());

    const exchange::SyncReport sent = assessor.exchange().sync(*store);
    CHECK(sent.sent.bundles >= 1);
    CHECK(sent.sent.revisions == 4);
    CHECK(assessor.exchange().delivery(assessment) == Delivery::sent);
    CHECK(assessor.exchange().sync(*store).sent.bundles == 0);

    const exchange::SyncReport taken = coordinator.exchange().sync(*store);
    REQUIRE(!taken.received.empty());
    CHECK(taken.received[0].enrolled.size() == 1);
    CHECK(coordinator.exchange().sync(*store).received.empty());

    const exchange::SyncReport answered = assessor.exchange().sync(*store);
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    CHECK(answered.removed_objects >= 2);

    sync_all({&reviewer, &coordinator, &reviewer, &assessor}, *store);
    CHECK(reviewer.states() == coordinator.states());
    const RecordId review = reviewer.review(assessment, record::Verdict::approve, "Good work");
    sync_all({&reviewer, &coordinator, &assessor}, *store);
    CHECK(assessor.read<record::Review>(review).verdict == record::Verdict::approve);
    CHECK(reviewer.exchange().delivery(review) == Delivery::delivered);

    // Quiet: no bundle goes out, and nothing but what nobody can acknowledge stays.
    for (Machine* machine : {&reviewer, &coordinator, &assessor}) {
        const exchange::SyncReport report = machine->exchange().sync(*store);
        CHECK(report.sent.bundles == 0);
        CHECK(report.received.empty());
        CHECK(machine->exchange().quarantine().empty());
    }
    CHECK(store->list("").size() < 20);
}
