// Findings, needs, offers, pledges and assignments in bundles: who may write them, and whom they are for.
#include <doctest/doctest.h>

#include "model/record/help.h"
#include "tests/unit/exchange_world.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::QuarantineReason;
using record::Kind;

namespace {

struct Desk {
    World world;
    Machine& coordinator = world.found();
    Machine& assessor = world.join(coordinator, team::Role::assessor, "Andriy");
    Machine& other = world.join(coordinator, team::Role::assessor, "Bohdan");
    Machine& reviewer = world.join(coordinator, team::Role::reviewer, "Roman");

    Desk() {
        for (Machine* machine : {&assessor, &other, &reviewer}) {
            carry(*machine, coordinator, team_lane);
            carry(coordinator, *machine, lane_to(*machine));
        }
        carry(coordinator, reviewer, team_lane);
    }

    static RecordId add_finding(Machine& machine, const RecordId& site, const RecordId& assessment) {
        record::Finding finding;
        finding.site = site;
        finding.assessment = assessment;
        finding.question = "q1";
        finding.text = "Backups lie beside the server";
        return machine.write(Kind::finding, finding);
    }
    static RecordId add_need(Machine& machine, const RecordId& site, const RecordId& assessment) {
        record::Need need;
        need.site = site;
        need.assessment = assessment;
        need.text = "An offline disk";
        need.category = "equipment";
        return machine.write(Kind::need, need);
    }
    static RecordId add_offer(Machine& machine) {
        record::Offer offer;
        offer.partner = "Estonia";
        offer.category = "equipment";
        return machine.write(Kind::offer, offer);
    }
    static RecordId add_pledge(Machine& machine, const RecordId& need, const RecordId& offer, const RecordId& site,
                               const RecordId& assessment) {
        record::Pledge pledge;
        pledge.need = need;
        pledge.offer = offer;
        pledge.site = site;
        pledge.assessment = assessment;
        return machine.write(Kind::pledge, pledge);
    }
    static RecordId assign(Machine& machine, const RecordId& site, Machine& to) {
        record::Assignment assignment;
        assignment.site = site;
        assignment.assignee = to.exchange().deployment().own_person;
        assignment.ask[site.hex()].text = "Look at the disk";
        return machine.write(Kind::assignment, assignment);
    }
    static bool has(Machine& machine, const RecordId& record) { return machine.vault().summary(record).has_value(); }
    void refused(Machine& from, const RecordId& record, QuarantineReason reason = QuarantineReason::role_not_allowed) {
        carry(from, coordinator, team_lane);
        REQUIRE(coordinator.exchange().quarantine().size() == 1);
        CHECK(coordinator.exchange().quarantine()[0].reason == reason);
        CHECK_FALSE(has(coordinator, record));
    }
};

}  // namespace

TEST_CASE_FIXTURE(Desk, "An assessor's findings and needs of the own visit arrive, and can be edited") {
    const RecordId site = assessor.add_site("A");
    const RecordId visit = assessor.add_assessment(site);
    const RecordId finding = add_finding(assessor, site, visit);
    const RecordId need = add_need(assessor, site, visit);
    assessor.edit(finding, Kind::finding, "urgency", std::int64_t{3});
    carry(assessor, coordinator, team_lane);
    CHECK(coordinator.exchange().quarantine().empty());
    CHECK(coordinator.read<record::Finding>(finding).urgency == record::Urgency::now);
    CHECK(coordinator.read<record::Need>(need).text == "An offline disk");
    // And reach the reviewer.
    carry(coordinator, reviewer, team_lane);
    CHECK(reviewer.states() == coordinator.states());
}

TEST_CASE_FIXTURE(Desk, "An assessor writes no finding or need of another's visit, nor of none") {
    const RecordId site = other.add_site("B");
    const RecordId visit = other.add_assessment(site);
    carry(other, coordinator, team_lane);
    SUBCASE("finding") {
        refused(assessor, add_finding(assessor, site, visit));
    }
    SUBCASE("need") {
        refused(assessor, add_need(assessor, site, visit));
    }
    SUBCASE("need of no visit") {
        refused(assessor, add_need(assessor, site, RecordId{}));
    }
    SUBCASE("a finding that is moved to another's visit afterwards") {
        const RecordId own = assessor.add_assessment(site);
        const RecordId finding = add_finding(assessor, site, own);
        assessor.edit(finding, Kind::finding, "assessment", Bytes(visit.bytes.begin(), visit.bytes.end()));
        carry(assessor, coordinator, team_lane);
        REQUIRE(coordinator.exchange().quarantine().size() == 1);
        CHECK(coordinator.exchange().quarantine()[0].reason == QuarantineReason::role_not_allowed);
        CHECK(coordinator.read<record::Finding>(finding).assessment == own);
    }
    SUBCASE("an edit of what another found") {
        const RecordId finding = add_finding(other, site, visit);
        carry(other, coordinator, team_lane);
        assessor.vault().append(finding, Kind::finding, {{"text", std::string("Nothing is wrong")}},
                                coordinator.vault().merged(finding).heads);
        carry(assessor, coordinator, team_lane);
        REQUIRE(coordinator.exchange().quarantine().size() == 1);
        CHECK(coordinator.read<record::Finding>(finding).text == "Backups lie beside the server");
    }
}

TEST_CASE_FIXTURE(Desk, "Offers, pledges and assignments are the coordinators'") {
    const RecordId site = assessor.add_site("A");
    const RecordId visit = assessor.add_assessment(site);
    const RecordId need = add_need(assessor, site, visit);
    SUBCASE("offer") {
        refused(assessor, add_offer(assessor));
    }
    SUBCASE("pledge") {
        refused(assessor, add_pledge(assessor, need, site, site, visit));
    }
    SUBCASE("assignment") {
        refused(assessor, assign(assessor, site, other));
    }
}

TEST_CASE_FIXTURE(Desk, "A reviewer writes none of it") {
    const RecordId site = coordinator.add_site("A");
    const RecordId visit = coordinator.add_assessment(site);
    carry(coordinator, reviewer, team_lane);
    SUBCASE("finding") {
        refused(reviewer, add_finding(reviewer, site, visit));
    }
    SUBCASE("need") {
        refused(reviewer, add_need(reviewer, site, visit));
    }
    SUBCASE("offer") {
        refused(reviewer, add_offer(reviewer));
    }
    SUBCASE("pledge") {
        refused(reviewer, add_pledge(reviewer, site, site, site, visit));
    }
    SUBCASE("assignment") {
        refused(reviewer, assign(reviewer, site, other));
    }
}

TEST_CASE_FIXTURE(Desk, "A finding waits for the visit that it is of") {
    const RecordId site = assessor.add_site("A");
    const RecordId visit = assessor.random().id<RecordId>();
    const RecordId finding = add_finding(assessor, site, visit);
    refused(assessor, finding, QuarantineReason::broken_chain);
    record::Assessment assessment;
    assessment.site = site;
    assessor.change(visit, Kind::assessment, assessment);
    carry(assessor, coordinator, team_lane);
    CHECK(coordinator.exchange().quarantine().empty());
    CHECK(has(coordinator, finding));
}

TEST_CASE_FIXTURE(Desk, "An assessor learns what became of the own needs, what to visit, and nothing else") {
    const RecordId site = assessor.add_site("A");
    const RecordId visit = assessor.add_assessment(site);
    const RecordId finding = add_finding(assessor, site, visit);
    const RecordId need = add_need(assessor, site, visit);
    carry(assessor, coordinator, team_lane);
    const RecordId offer = add_offer(coordinator);
    const RecordId pledge = add_pledge(coordinator, need, offer, site, visit);
    const RecordId office_need = add_need(coordinator, site, RecordId{});
    const RecordId office_pledge = add_pledge(coordinator, office_need, offer, site, RecordId{});
    const RecordId for_other = assign(coordinator, site, other);
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(has(assessor, pledge));
    CHECK_FALSE(has(assessor, offer));
    CHECK_FALSE(has(assessor, office_need));
    CHECK_FALSE(has(assessor, office_pledge));
    CHECK_FALSE(has(assessor, for_other));
    carry(coordinator, other, lane_to(other));
    CHECK(other.exchange().quarantine().empty());
    CHECK(has(other, for_other));
    CHECK(other.read<record::Assignment>(for_other).ask.at(site.hex()).text == "Look at the disk");
    for (const RecordId& hidden : {visit, finding, need, pledge, offer}) {
        CHECK_FALSE(has(other, hidden));
    }
    // Taken back: that travels as well.
    coordinator.edit(for_other, Kind::assignment, "removed", true);
    carry(coordinator, other, lane_to(other));
    CHECK(other.read<record::Assignment>(for_other).removed);
    // The exchange comes to rest.
    for (int round = 0; round < 6; ++round) {
        for (Machine* machine : {&assessor, &other}) {
            carry(*machine, coordinator, team_lane);
            carry(coordinator, *machine, lane_to(*machine));
        }
    }
    CHECK(coordinator.exchange().outgoing(lane_to(other)).empty());
    CHECK(coordinator.exchange().outgoing(lane_to(assessor)).empty());
}

TEST_CASE_FIXTURE(Desk, "What belongs to a visit goes with it when it is erased, here and everywhere") {
    const RecordId site = assessor.add_site("A");
    const RecordId visit = assessor.add_assessment(site);
    const RecordId finding = add_finding(assessor, site, visit);
    const RecordId need = add_need(assessor, site, visit);
    carry(assessor, coordinator, team_lane);
    const RecordId offer = add_offer(coordinator);
    const RecordId pledge = add_pledge(coordinator, need, offer, site, visit);
    const RecordId assignment = assign(coordinator, site, assessor);
    carry(coordinator, assessor, lane_to(assessor));
    REQUIRE(has(assessor, pledge));
    SUBCASE("delivered") {
        const exchange::EraseReport report = assessor.exchange().erase_delivered({visit});
        CHECK(report.revisions == 4);
        for (const RecordId& gone : {visit, finding, need, pledge}) {
            CHECK_FALSE(has(assessor, gone));
            CHECK(has(coordinator, gone));
        }
        CHECK(has(assessor, assignment));
    }
    SUBCASE("a visit everywhere, and what is written of it later") {
        // Written before the assessor has heard of it.
        coordinator.exchange().erase_everywhere(visit, "asked for");
        const RecordId late = add_finding(assessor, site, visit);
        assessor.edit(finding, Kind::finding, "text", std::string("More of it"));
        for (int round = 0; round < 3; ++round) {
            carry(assessor, coordinator, team_lane);
            carry(coordinator, assessor, lane_to(assessor));
            carry(coordinator, reviewer, team_lane);
        }
        for (Machine* machine : {&coordinator, &assessor, &reviewer}) {
            for (const RecordId& gone : {visit, finding, need, pledge, late}) {
                CHECK_FALSE(has(*machine, gone));
            }
            CHECK(machine->verify().findings.empty());
        }
        CHECK(has(coordinator, offer));
        CHECK(has(assessor, assignment));
    }
    SUBCASE("a need everywhere takes its pledges along") {
        coordinator.exchange().erase_everywhere(need, "asked for");
        CHECK_FALSE(has(coordinator, pledge));
        CHECK(has(coordinator, finding));
    }
    SUBCASE("a site everywhere") {
        coordinator.exchange().erase_everywhere(site, "asked for");
        for (const RecordId& gone : {site, visit, finding, need, pledge, assignment}) {
            CHECK_FALSE(has(coordinator, gone));
        }
        CHECK(has(coordinator, offer));
    }
}
