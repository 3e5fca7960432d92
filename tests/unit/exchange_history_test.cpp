// What a reviewer is given of what was there before them: docs/formats/roster.md, "Without history".
#include <doctest/doctest.h>

#include "exchange_forger.h"
#include "exchange_world.h"
#include "model/error/error.h"

using namespace fieldseal;
using namespace fieldseal::test;
using team::History;
using team::Role;

namespace {

/// An owner, a second coordinator, a reviewer with history and an assessor, with something of before and of after a
/// reviewer joined without.
struct Newcomer {
    World world{17};
    std::unique_ptr<store::Store> store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    Machine& second = world.join(owner, Role::coordinator, "Petro");
    Machine& old_hand = world.join(owner, Role::reviewer, "Marta");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    RecordId site;
    RecordId before;
    RecordId photo_before;
    RecordId after;
    RecordId photo_after;
    Machine* newcomer = nullptr;

    Newcomer() {
        sync_all({&owner, &second, &old_hand, &assessor}, *store);
        site = assessor.add_site("Лікарня");
        before = assessor.add_assessment(site);
        assessor.answer(before, "q1", "2");
        photo_before = assessor.add_evidence(before, Bytes(3000, 1), world.folder());
        sync_all({&owner, &second, &old_hand, &assessor}, *store);
        newcomer = &world.join(invite(History::none));
        sync_all(all(), *store);
        after = assessor.add_assessment(site);
        assessor.answer(after, "q1", "3");
        photo_after = assessor.add_evidence(after, Bytes(3000, 2), world.folder());
        assessor.answer(before, "q2", "1");
        sync_all(all(), *store);
    }
    team::Invitation invite(History history) {
        const exchange::Invited invited =
            owner.exchange().invite(Role::reviewer, "Zoya", crypto::test_cost, std::nullopt, history);
        return team::open_invitation(invited.file, invited.code);
    }
    std::vector<Machine*> all() { return {&owner, &second, &old_hand, &assessor, newcomer}; }
    bool has_content(Machine& machine, const RecordId& evidence) {
        const auto read = owner.read<record::Evidence>(evidence);
        const auto blob = machine.vault().blob(read.content);
        return blob && blob->complete();
    }
};

}  // namespace

TEST_CASE("without history: sites and what begins afterwards, and nothing of what began before") {
    Newcomer n;
    Machine& newcomer = *n.newcomer;
    CHECK_FALSE(newcomer.vault().merged(n.site).empty());
    CHECK(newcomer.vault().merged(n.before).empty());
    CHECK(newcomer.vault().merged(n.photo_before).empty());
    CHECK_FALSE(n.has_content(newcomer, n.photo_before));
    CHECK_FALSE(newcomer.vault().merged(n.after).empty());
    CHECK(newcomer.read<record::Assessment>(n.after).answers.contains("q1"));
    CHECK(n.has_content(newcomer, n.photo_after));
    CHECK(newcomer.verify().findings.empty());
    CHECK(newcomer.exchange().quarantine().empty());
    // The others lack nothing.
    CHECK(n.old_hand.states() == n.owner.states());
    CHECK(n.second.states() == n.owner.states());
    // What the newcomer writes arrives.
    const RecordId review = newcomer.review(n.after, record::Verdict::approve, "Добре");
    sync_all(n.all(), *n.store);
    CHECK_FALSE(n.assessor.vault().merged(review).empty());
    CHECK(newcomer.exchange().delivery(review) == exchange::Delivery::delivered);
}

TEST_CASE("without history: what the inviter knew before its beginning had arrived is held back, too") {
    World world{29};
    const auto store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    Machine& second = world.join(owner, Role::coordinator, "Petro");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    const RecordId site = assessor.add_site("Лікарня");
    sync_all({&owner, &second, &assessor}, *store);
    const RecordId assessment = assessor.add_assessment(site);
    carry(assessor, second, team_lane);
    second.answer(assessment, "q1", "2");
    // Of both only what the second coordinator wrote reaches the owner before they invite.
    std::vector<history::Revision> later = second.vault().revisions(assessment);
    std::erase_if(later, [&](const history::Revision& revision) { return revision.device != second.device(); });
    REQUIRE_FALSE(later.empty());
    Forger forger(second);
    REQUIRE(owner.exchange().import_bundle(forger.seal({Forger::item(forger.segment(later))}), "early").quarantined ==
            0);
    REQUIRE_FALSE(owner.vault().merged(assessment).empty());
    const exchange::Invited invited =
        owner.exchange().invite(Role::reviewer, "Zoya", crypto::test_cost, std::nullopt, History::none);
    Machine& newcomer = world.join(team::open_invitation(invited.file, invited.code));
    const RecordId after = assessor.add_assessment(site);
    sync_all({&owner, &second, &assessor, &newcomer}, *store);
    CHECK(owner.vault().merged(assessment).revisions.size() > later.size());
    CHECK(newcomer.vault().merged(assessment).empty());
    CHECK_FALSE(newcomer.vault().merged(after).empty());
}

TEST_CASE("without history: no key opens what is sealed to the team") {
    Newcomer n;
    const team::Roster& roster = n.newcomer->exchange().roster();
    for (const team::Epoch& epoch : roster.epochs) {
        CHECK(
            std::ranges::none_of(epoch.shares, [&](const auto& share) { return share.first == n.newcomer->device(); }));
    }
    n.owner.exchange().renew_team_key();
    n.owner.exchange().revoke_device(n.old_hand.device(), true);
    sync_all({&n.owner, &n.second, &n.assessor, n.newcomer}, *n.store);
    for (const team::Epoch& epoch : n.newcomer->exchange().roster().epochs) {
        CHECK(
            std::ranges::none_of(epoch.shares, [&](const auto& share) { return share.first == n.newcomer->device(); }));
    }
    // Nor do bundles of any machine's, put into its hands.
    n.assessor.answer(n.before, "q3", "0");
    for (Machine* sender : {&n.owner, &n.second, &n.assessor}) {
        for (const exchange::ImportReport& report : carry(*sender, *n.newcomer, team_lane)) {
            CHECK(report.outcome == exchange::ImportReport::Outcome::refused);
        }
    }
    CHECK(n.newcomer->vault().merged(n.before).empty());
}

TEST_CASE("history given later: everything arrives, also what was passed by name") {
    Newcomer n;
    const PersonId person = n.newcomer->exchange().deployment().own_person;
    n.owner.exchange().give_history(person);
    CHECK_THROWS_AS(n.owner.exchange().give_history(person), Error);
    sync_all(n.all(), *n.store, 6);
    CHECK(n.newcomer->states() == n.owner.states());
    CHECK(n.has_content(*n.newcomer, n.photo_before));
    CHECK(n.newcomer->exchange().quarantine().empty());
    CHECK(n.newcomer->verify().findings.empty());
    // From here on a reviewer like any other.
    n.assessor.answer(n.before, "q4", "2");
    carry(n.assessor, *n.newcomer, team_lane);
    CHECK(n.newcomer->read<record::Assessment>(n.before).answers.contains("q4"));
}

TEST_CASE("a receipt by names, delayed past the giving of the history, covers nothing") {
    Newcomer n;
    // On sticks from here on: one is delayed.
    n.assessor.answer(n.after, "q5", "1");
    carry(n.assessor, n.owner, team_lane);
    carry(n.owner, *n.newcomer, lane_to(*n.newcomer));
    std::vector<bundle::Sealed> delayed = n.newcomer->exchange().outgoing(team_lane);
    REQUIRE_FALSE(delayed.empty());
    n.owner.exchange().give_history(n.newcomer->exchange().deployment().own_person);
    for (const bundle::Sealed& sealed : delayed) {
        n.owner.exchange().import_bundle(sealed.bytes, "late");
    }
    for (int round = 0; round < 3; ++round) {
        carry(n.owner, *n.newcomer, lane_to(*n.newcomer));
        carry(n.owner, *n.newcomer, team_lane);
        carry(*n.newcomer, n.owner, team_lane);
    }
    CHECK(n.newcomer->states() == n.owner.states());
}

TEST_CASE("only a reviewer can do without history") {
    Newcomer n;
    for (const Role role : {Role::assessor, Role::coordinator}) {
        CHECK_THROWS_AS(n.owner.exchange().invite(role, "X", crypto::test_cost, std::nullopt, History::none), Error);
    }
    // What was refused left nothing.
    CHECK(n.owner.exchange().open_invitations().empty());
}

TEST_CASE("giving survives two lists made at once") {
    Newcomer n;
    n.owner.exchange().set_deputy(n.second.exchange().deployment().own_person, true);
    sync_all(n.all(), *n.store);
    n.second.exchange().give_history(n.newcomer->exchange().deployment().own_person);
    n.owner.exchange().renew_team_key();  // the same version, and it ranks before
    sync_all(n.all(), *n.store, 6);
    CHECK(n.newcomer->states() == n.owner.states());
    CHECK(team::hash_of(n.newcomer->exchange().roster()) == team::hash_of(n.second.exchange().roster()));
}
