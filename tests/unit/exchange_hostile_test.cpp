// What must not get in, and what must get in all the same.
#include <doctest/doctest.h>

#include "tests/unit/exchange_forger.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::ImportReport;
using exchange::QuarantineReason;
using record::Kind;
using Outcome = ImportReport::Outcome;

namespace {

/// A coordinator, two assessors and a reviewer, all enrolled and up to date.
struct Team {
    World world;
    Machine& coordinator = world.found();
    Machine& assessor = world.join(coordinator, team::Role::assessor, "Andriy");
    Machine& other = world.join(coordinator, team::Role::assessor, "Bohdan");
    Machine& reviewer = world.join(coordinator, team::Role::reviewer, "Marta");

    Team() {
        for (Machine* machine : {&assessor, &other, &reviewer}) {
            carry(*machine, coordinator, team_lane);
        }
        for (Machine* machine : {&assessor, &other, &reviewer}) {
            carry(coordinator, *machine, lane_to(*machine));
        }
        carry(coordinator, reviewer, team_lane);
    }

    /// What the machine wrote last, at the coordinator: taken but for one revision, which is kept with this reason.
    void check_one_refused(Machine& from, QuarantineReason reason) {
        const RecordId after = from.role_can_write_sites() ? from.add_site("Written after it") : RecordId{};
        const auto reports = carry(from, coordinator, team_lane);
        REQUIRE(reports.size() == 1);
        CHECK(reports[0].outcome == Outcome::imported);
        CHECK(reports[0].quarantined == 1);
        const auto entries = coordinator.exchange().quarantine();
        REQUIRE(entries.size() == 1);
        CHECK(entries[0].reason == reason);
        CHECK(entries[0].sender == from.device());
        CHECK(!entries[0].explanation.empty());
        // The log goes on after it, and nothing is missing.
        CHECK(coordinator.exchange().missing().empty());
        if (!after.is_zero()) {
            CHECK(coordinator.read<record::Site>(after).name == "Written after it");
        }
        // It came and is kept: the sender need not send it for ever.
        carry(coordinator, from, lane_to(from));
        carry(coordinator, from, team_lane);
        CHECK(from.exchange().outgoing(team_lane).size() <= 1);
        // Coming again changes nothing.
        carry(from, coordinator, team_lane);
        CHECK(coordinator.exchange().quarantine().size() == 1);
        CHECK(coordinator.verify().findings.empty());
    }
};

}  // namespace

TEST_CASE_FIXTURE(Team, "An assessor answers reviewers on own visits, and gives no verdicts") {
    const RecordId own = assessor.add_assessment(assessor.add_site("A"));
    const RecordId others = other.add_assessment(other.add_site("B"));
    record::Review answer;
    answer.assessment = own;
    answer.seen = assessor.vault().merged(own).heads.front();
    answer.question = "q1";
    answer.text = "The one in the cellar";
    answer.author = assessor.exchange().deployment().own_person;
    carry(other, coordinator, team_lane);
    SUBCASE("a comment is taken, and reaches reviewers") {
        const RecordId id = assessor.write(Kind::review, answer);
        const auto reports = carry(assessor, coordinator, team_lane);
        CHECK(reports[0].quarantined == 0);
        CHECK(coordinator.read<record::Review>(id).text == answer.text);
        carry(coordinator, reviewer, team_lane);
        CHECK(reviewer.read<record::Review>(id).text == answer.text);
        carry(coordinator, other, lane_to(other));
        CHECK(other.vault().merged(id).empty());
        SUBCASE("but not changed afterwards") {
            assessor.edit(id, Kind::review, "text", std::string("Another one"));
            check_one_refused(assessor, QuarantineReason::bad_content);
            CHECK(coordinator.read<record::Review>(id).text == answer.text);
        }
        return;
    }
    SUBCASE("an approval") {
        answer.verdict = record::Verdict::approve;
    }
    SUBCASE("a return") {
        answer.verdict = record::Verdict::give_back;
    }
    SUBCASE("on another's visit") {
        answer.assessment = others;
    }
    SUBCASE("on no visit") {
        answer.assessment = {};
    }
    SUBCASE("in a reviewer's name") {
        answer.author = reviewer.exchange().deployment().own_person;
    }
    SUBCASE("in nobody's name") {
        answer.author = {};
    }
    const RecordId id = assessor.write(Kind::review, answer);
    check_one_refused(assessor, QuarantineReason::role_not_allowed);
    CHECK(coordinator.vault().merged(id).empty());
}

TEST_CASE_FIXTURE(Team, "An assessor changes no name but their own") {
    const PersonId victim = other.exchange().deployment().own_person;
    const Hash hash = crypto::hash("fieldseal/v1/member", victim.view());
    const auto record = RecordId::from(hash.view().first(16));
    REQUIRE(coordinator.read<record::Member>(record).name == "Bohdan");
    assessor.edit(record, Kind::member, "name", std::string("Nobody"));
    check_one_refused(assessor, QuarantineReason::role_not_allowed);
    CHECK(coordinator.read<record::Member>(record).name == "Bohdan");
}

TEST_CASE_FIXTURE(Team, "An assessor does not edit another's assessment, with or without having seen it") {
    const RecordId assessment = other.add_assessment(other.add_site("B"));
    other.answer(assessment, "q1", "1");
    carry(other, coordinator, team_lane);
    SUBCASE("as an edit") {
        assessor.vault().append(assessment, Kind::assessment, {{"answers/q1/value", std::string("3")}},
                                coordinator.vault().merged(assessment).heads);
    }
    SUBCASE("as a record of the same name") {
        assessor.vault().append(assessment, Kind::assessment, {{"answers/q1/value", std::string("3")}}, {});
    }
    check_one_refused(assessor, QuarantineReason::role_not_allowed);
    CHECK(coordinator.read<record::Assessment>(assessment).answers.at("q1").value == record::AnswerValue::of_level(1));
}

TEST_CASE_FIXTURE(Team, "A reviewer writes reviews only, and changes none") {
    SUBCASE("a site") {
        reviewer.add_site("Mine");
        check_one_refused(reviewer, QuarantineReason::role_not_allowed);
    }
    SUBCASE("another version of a review") {
        const RecordId assessment = coordinator.add_assessment(coordinator.add_site("A"));
        carry(coordinator, reviewer, team_lane);
        const RecordId review = reviewer.review(assessment, record::Verdict::give_back, "No");
        reviewer.edit(review, Kind::review, "text", std::string("Yes"));
        check_one_refused(reviewer, QuarantineReason::bad_content);
        CHECK(coordinator.read<record::Review>(review).text == "No");
    }
}

TEST_CASE_FIXTURE(Team, "A revision does not turn a record into one of another kind") {
    const RecordId site = coordinator.add_site("A");
    carry(coordinator, assessor, lane_to(assessor));
    Forger forger(assessor);
    carry(assessor, coordinator, team_lane);
    forger.continue_log();
    const auto item = forger.segment({forger.revision(site, Kind::assessment, {{"summary", std::string("x")}})});
    const auto report = coordinator.exchange().import_bundle(forger.seal({Forger::item(item)}), "forged");
    CHECK(report.quarantined == 1);
    REQUIRE(coordinator.exchange().quarantine().size() == 1);
    CHECK(coordinator.exchange().quarantine()[0].reason == QuarantineReason::bad_content);
    CHECK(coordinator.vault().summary(site)->kind == Kind::site);
}

TEST_CASE_FIXTURE(Team, "Logs: forged, forked, of unknown devices, with holes") {
    Forger forger(assessor);
    const auto import = [&](const exchange::LogItem& item) {
        return coordinator.exchange().import_bundle(forger.seal({Forger::item(item)}), "forged");
    };
    const auto reason = [&] { return coordinator.exchange().quarantine().back().reason; };
    const std::map<RecordId, Bytes> before = coordinator.states();
    const auto id = [&] { return assessor.random().id<RecordId>(); };

    SUBCASE("another first revision") {
        const auto report = import(forger.segment({forger.revision(id(), Kind::site, {{"name", std::string("x")}})}));
        CHECK(report.outcome == Outcome::imported);
        CHECK(report.quarantined == 1);
        CHECK(reason() == QuarantineReason::forked_log);
    }
    SUBCASE("a signature that does not hold") {
        forger.continue_log();
        auto item = forger.segment({forger.revision(id(), Kind::site, {{"name", std::string("x")}})});
        item.segment.signature.bytes[7] ^= 1;
        CHECK(import(item).quarantined == 1);
        CHECK(reason() == QuarantineReason::bad_signature);
    }
    SUBCASE("in another's name") {
        forger.continue_log();
        auto item = forger.segment({forger.revision(id(), Kind::site, {{"name", std::string("x")}})});
        item.segment.device = other.device();
        item.bodies[0]->device = other.device();
        CHECK(import(item).quarantined == 1);
        CHECK((reason() == QuarantineReason::bad_signature || reason() == QuarantineReason::forked_log));
    }
    SUBCASE("a device nobody knows") {
        auto item = forger.segment({forger.revision(id(), Kind::site, {{"name", std::string("x")}})});
        item.segment.device = id().is_zero() ? DeviceId{} : assessor.random().id<DeviceId>();
        CHECK(import(item).quarantined == 1);
        CHECK(reason() == QuarantineReason::unknown_device);
    }
    SUBCASE("a run that does not continue what is known") {
        forger.continue_log();
        forger.revision(id(), Kind::site, {{"name", std::string("lost")}});
        auto late = forger.revision(id(), Kind::site, {{"name", std::string("x")}});
        late.sequence -= 1;  // says it follows directly
        CHECK(import(forger.segment({late})).quarantined == 1);
        CHECK(reason() == QuarantineReason::broken_chain);
    }
    CHECK(coordinator.states() == before);
    CHECK(coordinator.verify().findings.empty());
}

TEST_CASE_FIXTURE(Team, "A hole in a log is named, and closes when the missing part comes") {
    Forger forger(assessor);
    forger.continue_log();
    const auto id = assessor.random().id<RecordId>();
    const auto first = forger.segment({forger.revision(id, Kind::site, {{"name", std::string("one")}})});
    const auto second = forger.segment(
        {forger.revision(id, Kind::site, {{"notes", std::string("two")}}, {first.segment.revisions[0]}),
         forger.revision(id, Kind::site, {{"owner", std::string("three")}}, {first.segment.revisions[0]})});
    const auto report = coordinator.exchange().import_bundle(forger.seal({Forger::item(second)}), "second");
    REQUIRE(report.missing.size() == 1);
    CHECK(report.missing[0].device == assessor.device());
    CHECK(report.missing[0].from == 2);
    CHECK(report.missing[0].to == 2);
    CHECK(coordinator.exchange().missing().size() == 1);
    // The receipt says no more than what has no hole before it.
    carry(coordinator, assessor, lane_to(assessor));
    const auto filled = coordinator.exchange().import_bundle(forger.seal({Forger::item(first)}), "first");
    CHECK(filled.missing.empty());
    CHECK(coordinator.exchange().missing().empty());
    CHECK(coordinator.read<record::Site>(id).notes == "two");
}

TEST_CASE_FIXTURE(Team, "Receipts: only a coordinator's own word delivers") {
    const RecordId site = assessor.add_site("A");
    const bundle::Sealed lost = assessor.exchange().outgoing(team_lane).at(0);
    REQUIRE(assessor.exchange().delivery(site) == exchange::Delivery::sent);
    Forger forger(other);
    exchange::Receipt receipt = forger.receipt();
    receipt.logs = {{assessor.device(), 1000}};
    SUBCASE("an assessor's") {
        exchange::sign(receipt, forger.key());
        const auto report = assessor.exchange().import_bundle(
            forger.seal_for(assessor, {Forger::item(bundle::ItemType::receipt, exchange::encode(receipt))}), "forged");
        CHECK(report.outcome == Outcome::imported);
    }
    SUBCASE("in the coordinator's name") {
        receipt.issuer = coordinator.device();
        exchange::sign(receipt, forger.key());
        assessor.exchange().import_bundle(
            forger.seal_for(assessor, {Forger::item(bundle::ItemType::receipt, exchange::encode(receipt))}), "forged");
        REQUIRE(assessor.exchange().quarantine().size() == 1);
        CHECK(assessor.exchange().quarantine()[0].reason == QuarantineReason::bad_signature);
    }
    SUBCASE("of another deployment") {
        Forger owner(coordinator);
        receipt = owner.receipt();
        receipt.deployment.bytes[0] ^= 1;
        receipt.logs = {{assessor.device(), 1000}};
        exchange::sign(receipt, owner.key());
        assessor.exchange().import_bundle(
            forger.seal_for(assessor, {Forger::item(bundle::ItemType::receipt, exchange::encode(receipt))}), "forged");
        CHECK(assessor.exchange().quarantine().size() == 1);
    }
    CHECK(assessor.exchange().delivery(site) == exchange::Delivery::sent);
}

TEST_CASE_FIXTURE(Team, "Rosters and questionnaires of those who may not publish them stay out") {
    Forger forger(assessor);
    team::Roster roster = coordinator.exchange().roster();
    ++roster.version;
    roster.previous = team::hash_of(coordinator.exchange().roster());
    for (team::RosterPerson& person : roster.people) {
        person.role = team::Role::coordinator;
    }
    team::sign(roster, forger.key());
    const std::uint64_t version = coordinator.exchange().roster().version;
    const auto report = coordinator.exchange().import_bundle(
        forger.seal({Forger::item(bundle::ItemType::roster, team::encode(roster)),
                     Forger::item(bundle::ItemType::questionnaire, Bytes{'{', '}'})}),
        "forged");
    CHECK(report.outcome == Outcome::imported);
    CHECK(report.quarantined == 2);
    CHECK(coordinator.exchange().roster().version == version);
    CHECK(coordinator.exchange().questionnaires().empty());
    std::set<QuarantineReason> reasons;
    for (const auto& entry : coordinator.exchange().quarantine()) {
        reasons.insert(entry.reason);
    }
    CHECK(reasons == std::set<QuarantineReason>{QuarantineReason::bad_roster, QuarantineReason::role_not_allowed});
}

TEST_CASE_FIXTURE(
    Team, "A questionnaire that cannot be read stays out, even a coordinator's, and a newer program's is kept") {
    Forger forger(coordinator);
    const std::string newer = R"({"format": "fieldseal-questionnaire", "format_version": 2})";
    const auto report = assessor.exchange().import_bundle(
        forger.seal_for(assessor, {Forger::item(bundle::ItemType::questionnaire, Bytes{'{', '}'}),
                                   Forger::item(bundle::ItemType::questionnaire, Bytes(newer.begin(), newer.end()))}),
        "odd");
    CHECK(report.outcome == Outcome::imported);
    CHECK(report.quarantined == 1);
    REQUIRE(assessor.exchange().questionnaires().size() == 1);
    CHECK(text_of(assessor.exchange().questionnaires()[0]) == newer);
    REQUIRE(assessor.exchange().quarantine().size() == 1);
    CHECK(assessor.exchange().quarantine()[0].reason == QuarantineReason::bad_content);
}

TEST_CASE_FIXTURE(Team, "Items that cannot be read are kept, and hold up nothing beside them") {
    Forger forger(assessor);
    forger.continue_log();
    const auto id = assessor.random().id<RecordId>();
    const auto good = forger.segment({forger.revision(id, Kind::site, {{"name", std::string("good")}})});
    std::vector<bundle::Item> items;
    for (const bundle::ItemType type :
         {bundle::ItemType::segment, bundle::ItemType::roster, bundle::ItemType::receipt}) {
        items.push_back(Forger::item(type, {}));
        items.push_back(Forger::item(type, assessor.random().bytes(100)));
        items.push_back(Forger::item(type, Bytes(100, 0xff)));
    }
    items.push_back(Forger::item(good));
    const auto report = coordinator.exchange().import_bundle(forger.seal(items), "garbage");
    CHECK(report.outcome == Outcome::imported);
    CHECK(report.quarantined == 9);
    CHECK(coordinator.read<record::Site>(id).name == "good");
    for (const auto& entry : coordinator.exchange().quarantine()) {
        CHECK(entry.reason == QuarantineReason::bad_content);
    }
}

TEST_CASE_FIXTURE(Team, "Evidence is taken only where a revision names it, and only if it is what is named") {
    Forger forger(assessor);
    const Bytes photo = assessor.random().bytes(1000);
    const Hash content = crypto::plain_hash(photo);
    const auto early = forger.seal({}, {{content, photo.size(), 0, photo}});
    const auto report = coordinator.exchange().import_bundle(early, "early");
    CHECK(report.outcome == Outcome::imported);
    CHECK(report.new_blobs == 0);
    CHECK_FALSE(coordinator.vault().blob(content));

    const RecordId assessment = assessor.add_assessment(assessor.add_site("A"));
    record::Evidence evidence;
    evidence.assessment = assessment;
    evidence.content = content;
    evidence.size = static_cast<std::int64_t>(photo.size());
    assessor.write(Kind::evidence, evidence);
    carry(assessor, coordinator, team_lane);
    // Other bytes under its name; another size.
    Bytes wrong = photo;
    wrong[3] ^= 1;
    CHECK(
        coordinator.exchange().import_bundle(forger.seal({}, {{content, wrong.size(), 0, wrong}}), "wrong").new_blobs ==
        0);
    CHECK(coordinator.exchange()
              .import_bundle(forger.seal({}, {{content, 1 << 30, 0, Bytes(vault::blob_chunk_size)}}), "huge")
              .new_blobs == 0);
    CHECK_FALSE(coordinator.vault().blob(content));
    // What came too early may come again.
    CHECK(coordinator.exchange().import_bundle(early, "again").new_blobs == 1);
    CHECK(coordinator.vault().blob(content)->complete());
    CHECK(coordinator.exchange().import_bundle(early, "again").outcome == Outcome::already_imported);
}

TEST_CASE_FIXTURE(Team, "What a revoked device writes after its last accepted revision is kept apart") {
    const RecordId accepted = assessor.add_site("Before");
    carry(assessor, coordinator, team_lane);
    const std::uint64_t up_to = coordinator.exchange().peers().size();
    CHECK(up_to == 4);
    team::Roster next = coordinator.exchange().roster();
    for (team::RosterDevice& device : next.devices) {
        if (device.device == assessor.device()) {
            device.revoked = true;
            device.accepted_up_to = 2;
        }
    }
    Forger owner(coordinator);
    team::publish(next, coordinator.exchange().roster(), coordinator.clock().wall_ms(), owner.key());
    carry(coordinator, reviewer, team_lane);
    CHECK(reviewer.exchange()
              .import_bundle(owner.seal({Forger::item(bundle::ItemType::roster, team::encode(next))}), "roster")
              .new_roster);

    const RecordId late = assessor.add_site("After");
    const auto reports = carry(assessor, reviewer, team_lane);
    REQUIRE(!reports.empty());
    CHECK(reviewer.vault().merged(late).empty());
    CHECK(reviewer.read<record::Site>(accepted).name == "Before");
    REQUIRE(!reviewer.exchange().quarantine().empty());
    CHECK(reviewer.exchange().quarantine()[0].reason == QuarantineReason::revoked_device);
}
