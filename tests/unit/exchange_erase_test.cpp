// Erasing on a device what coordinators hold, and what remains of it.
#include <doctest/doctest.h>

#include "tests/unit/exchange_forger.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::Delivery;
using exchange::EraseReport;
using exchange::Stub;

namespace {

/// What `work` throws: code and words.
std::pair<ErrorCode, std::string> refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    FAIL("nothing was refused");
    return {};
}

/// An assessor with a finalised assessment that holds a photo.
struct Visit {
    World world;
    Machine& coordinator = world.found();
    Machine& assessor = world.join(coordinator, team::Role::assessor, "Andriy");
    RecordId site = assessor.add_site("City hospital");
    RecordId assessment = assessor.add_assessment(site);
    Bytes photo = assessor.random().bytes(1'200'000);
    RecordId evidence;

    Visit() {
        assessor.answer(assessment, "q1", "2");
        evidence = assessor.add_evidence(assessment, photo, world.folder());
        finalise(assessment);
    }
    void finalise(const RecordId& which) {
        assessor.edit(which, record::Kind::assessment, "state",
                      static_cast<std::int64_t>(record::AssessmentState::finalised));
    }
    Hash content() const { return crypto::plain_hash(photo); }
    void carry_out() { carry(assessor, coordinator, team_lane); }
    void carry_back() { carry(coordinator, assessor, lane_to(assessor)); }
    void deliver() {
        carry_out();
        carry_back();
    }
    std::optional<exchange::RecordDelivery> told_of(const RecordId& record) {
        for (const exchange::RecordDelivery& delivery : assessor.exchange().deliveries()) {
            if (delivery.record == record) {
                return delivery;
            }
        }
        return std::nullopt;
    }
};

}  // namespace

TEST_CASE("what is not covered by a receipt is not erased, and the reason is told") {
    Visit visit;
    exchange::Exchange& exchange = visit.assessor.exchange();
    CHECK(exchange.erasable().empty());
    CHECK(exchange.erase_delivered().records.empty());
    auto [code, words] = refusal([&] { exchange.erase_delivered({visit.assessment}); });
    CHECK(code == ErrorCode::refused);
    CHECK(words.find(visit.assessment.hex().substr(0, 8)) != std::string::npos);
    CHECK(words.find("last change") != std::string::npos);
    CHECK(words.find("hospital") == std::string::npos);

    // The answers arrive, the photo does not.
    const std::vector<bundle::Sealed> bundles = exchange.outgoing(team_lane);
    REQUIRE(bundles.size() >= 1);
    visit.coordinator.exchange().import_bundle(bundles[0].bytes, "stick");
    REQUIRE_FALSE(visit.coordinator.vault().blob(visit.content()).value_or(vault::BlobInfo{{}, 1, 0}).complete());
    visit.carry_back();
    CHECK(exchange.erasable().empty());
    std::tie(code, words) = refusal([&] { exchange.erase_delivered({visit.assessment}); });
    CHECK(code == ErrorCode::refused);
    CHECK(words.find("1 of its files") != std::string::npos);

    // All is there, but work goes on.
    visit.deliver();
    const auto states = visit.assessor.states();
    CHECK(exchange.erasable() == std::vector{visit.assessment});
    visit.assessor.vault().save_draft(visit.assessment, record::Kind::assessment, "answers/q2/note",
                                      std::string("more"));
    CHECK(exchange.erasable().empty());
    CHECK(refusal([&] { exchange.erase_delivered({visit.assessment}); }).first == ErrorCode::refused);
    visit.assessor.vault().discard_draft(visit.assessment);

    // The site is needed; evidence goes with its assessment; what is not there cannot go.
    CHECK(refusal([&] { exchange.erase_delivered({visit.site}); }).first == ErrorCode::refused);
    CHECK(refusal([&] { exchange.erase_delivered({visit.evidence}); }).first == ErrorCode::refused);
    CHECK(refusal([&] {
              exchange.erase_delivered({visit.assessment, visit.assessor.random().id<RecordId>()});
          }).first == ErrorCode::not_found);
    // Coordinators keep what their receipts say.
    CHECK(visit.coordinator.exchange().erasable().empty());
    CHECK(refusal([&] { visit.coordinator.exchange().erase_delivered({visit.assessment}); }).first ==
          ErrorCode::refused);
    CHECK(visit.assessor.states() == states);
    CHECK(exchange.stubs().empty());
}

TEST_CASE("an open assessment is erased only when it is named") {
    Visit visit;
    const RecordId open = visit.assessor.add_assessment(visit.site);
    visit.deliver();
    CHECK(visit.assessor.exchange().erasable() == std::vector{visit.assessment});
    CHECK(visit.assessor.exchange().erase_delivered({open}).records == std::vector{open});
    CHECK(visit.assessor.vault().merged(open).empty());
    // Given back by a reviewer: it waits for its assessor.
    visit.coordinator.review(visit.assessment, record::Verdict::give_back, "Please add the network plan.");
    visit.carry_back();
    CHECK(visit.assessor.exchange().erasable().empty());
}

TEST_CASE("erased is erased: the content is gone, the stub stays, the device works on") {
    Visit visit;
    visit.assessor.clock().advance(1000);
    visit.deliver();
    visit.carry_out();
    exchange::Exchange& exchange = visit.assessor.exchange();
    const std::int64_t delivered_ms = visit.told_of(visit.assessment)->delivered_ms;
    CHECK(delivered_ms > 0);
    const auto at_coordinator = visit.coordinator.states();
    visit.assessor.clock().advance(60'000);
    const std::int64_t erased_ms = visit.assessor.clock().wall_ms();
    const EraseReport report = exchange.erase_delivered();
    CHECK(report.records == std::vector{visit.assessment});
    CHECK(report.revisions == 4);
    CHECK(report.blobs == 1);
    CHECK(report.bytes == visit.photo.size());

    for (int round = 0; round < 2; ++round) {
        exchange::Exchange& now = visit.assessor.exchange();
        CHECK(visit.assessor.vault().merged(visit.assessment).empty());
        CHECK(visit.assessor.vault().merged(visit.evidence).empty());
        CHECK_FALSE(visit.assessor.vault().blob(visit.content()));
        CHECK(visit.assessor.read<record::Site>(visit.site).name == "City hospital");
        CHECK(visit.assessor.verify().findings.empty());
        const std::vector<Stub> stubs = now.stubs();
        REQUIRE(stubs.size() == 1);
        CHECK(stubs[0].record == visit.assessment);
        CHECK(stubs[0].kind == record::Kind::assessment);
        CHECK(stubs[0].title == "City hospital");
        CHECK(stubs[0].visited_on == "2025-11-24");
        CHECK(stubs[0].site == visit.site);
        CHECK(stubs[0].questionnaire == "csb");
        CHECK(stubs[0].evidence == 1);
        CHECK(stubs[0].delivery == Delivery::delivered);
        CHECK(stubs[0].delivered_ms == delivered_ms);
        CHECK(stubs[0].erased_ms == erased_ms);
        for (const RecordId& record : {visit.assessment, visit.evidence}) {
            CHECK(now.delivery(record) == Delivery::delivered);
            REQUIRE(visit.told_of(record));
            CHECK(visit.told_of(record)->delivery == Delivery::delivered);
            CHECK(visit.told_of(record)->erased_ms == erased_ms);
        }
        CHECK(visit.told_of(visit.site)->erased_ms == 0);
        CHECK(now.erasable().empty());
        CHECK(refusal([&] { now.erase_delivered({visit.assessment}); }).first == ErrorCode::refused);
        visit.assessor.reopen();
    }
    // Nothing of it is asked for or sent again, and what comes next arrives.
    CHECK(visit.assessor.exchange().outgoing(team_lane).empty());
    const RecordId next = visit.assessor.add_assessment(visit.site);
    visit.assessor.answer(next, "q1", "3");
    visit.deliver();
    CHECK(visit.assessor.exchange().delivery(next) == Delivery::delivered);
    CHECK(visit.coordinator.read<record::Assessment>(next).answers.at("q1").value == record::AnswerValue::of_level(3));
    for (const auto& [record, state] : at_coordinator) {
        CHECK(visit.coordinator.states().at(record) == state);
    }
    CHECK(visit.coordinator.exchange().missing().empty());
    CHECK(visit.coordinator.verify().findings.empty());
}

TEST_CASE("through a store nothing erased is sent again, also after the store was lost") {
    Visit visit;
    auto store = store::make_memory_store();
    sync_all({&visit.assessor, &visit.coordinator}, *store);
    REQUIRE(visit.assessor.exchange().erase_delivered().records.size() == 1);
    const RecordId next = visit.assessor.add_assessment(visit.site);
    store = store::make_memory_store();
    sync_all({&visit.assessor, &visit.coordinator}, *store);
    CHECK(visit.assessor.exchange().delivery(next) == Delivery::delivered);
    CHECK(visit.assessor.exchange().delivery(visit.assessment) == Delivery::delivered);
    CHECK(visit.coordinator.vault().blob(visit.content())->complete());
    const exchange::SyncReport quiet = visit.assessor.exchange().sync(*store);
    CHECK(quiet.sent.bundles == 0);
}

TEST_CASE("a site goes with its assessments, and a file that another assessment needs stays") {
    Visit visit;
    const RecordId other_site = visit.assessor.add_site("Water works");
    const RecordId other = visit.assessor.add_assessment(other_site);
    const RecordId same_file = visit.assessor.add_evidence(other, visit.photo, visit.world.folder());
    visit.deliver();
    const EraseReport report = visit.assessor.exchange().erase_delivered({visit.site, visit.assessment});
    CHECK(report.records.size() == 2);
    CHECK(report.blobs == 0);
    CHECK(visit.assessor.vault().blob(visit.content())->complete());
    CHECK(visit.assessor.vault().merged(visit.site).empty());
    CHECK(visit.assessor.exchange().erase_delivered({other}).blobs == 1);
    CHECK_FALSE(visit.assessor.vault().blob(visit.content()));
    CHECK(visit.assessor.exchange().delivery(same_file) == Delivery::delivered);
    REQUIRE(visit.assessor.exchange().stubs().size() == 3);
    for (const Stub& stub : visit.assessor.exchange().stubs()) {
        CHECK(stub.title == (stub.record == other ? "Water works" : "City hospital"));
    }
    CHECK(visit.assessor.verify().findings.empty());
}

TEST_CASE("a return brings an erased assessment back, with what a coordinator changed meanwhile") {
    Visit visit;
    visit.deliver();
    visit.assessor.exchange().erase_delivered({visit.assessment, visit.site});
    REQUIRE(visit.assessor.exchange().stubs().size() == 2);
    const RecordId review =
        visit.coordinator.review(visit.assessment, record::Verdict::give_back, "Please add the network plan.");
    visit.coordinator.edit(visit.assessment, record::Kind::assessment, "visited_on", std::string("2025-11-23"));
    visit.carry_back();
    CHECK(visit.assessor.read<record::Review>(review).text == "Please add the network plan.");
    CHECK(visit.assessor.exchange().stubs().empty());
    for (const RecordId& record : {visit.assessment, visit.site, visit.evidence}) {
        CHECK(visit.assessor.states().at(record) == visit.coordinator.states().at(record));
    }
    // The files stay with the coordinator.
    CHECK_FALSE(visit.assessor.vault().blob(visit.content()));
    CHECK(visit.assessor.exchange().delivery(visit.assessment) == Delivery::delivered);
    CHECK(visit.assessor.exchange().erasable().empty());
    CHECK(visit.assessor.verify().findings.empty());
    visit.assessor.reopen();
    CHECK(visit.assessor.exchange().stubs().empty());
    visit.deliver();
    visit.deliver();
    CHECK(visit.assessor.exchange().outgoing(team_lane).empty());
}

TEST_CASE("what comes back from a coordinator is taken and is no stub any more") {
    Visit visit;
    visit.deliver();
    const auto before = visit.assessor.states();
    visit.assessor.exchange().erase_delivered();
    // The coordinator's copy of this device's own log, as it would hand it to anybody.
    Forger coordinator(visit.coordinator);
    std::vector<bundle::Item> items;
    for (const history::LogSegment& segment : visit.coordinator.vault().segments(visit.assessor.device())) {
        exchange::LogItem item{segment, {}, {}};
        for (const Hash& name : segment.revisions) {
            item.bodies.push_back(visit.coordinator.vault().revision(name));
        }
        items.push_back(Forger::item(item));
    }
    const auto report =
        visit.assessor.exchange().import_bundle(coordinator.seal_for(visit.assessor, std::move(items)), "back");
    CHECK(report.outcome == exchange::ImportReport::Outcome::imported);
    CHECK(report.quarantined == 0);
    CHECK(report.new_revisions == 4);
    CHECK(visit.assessor.states() == before);
    CHECK(visit.assessor.exchange().stubs().empty());
    CHECK(visit.assessor.exchange().delivery(visit.assessment) == Delivery::delivered);
    CHECK(visit.assessor.verify().findings.empty());
    visit.assessor.reopen();
    CHECK(visit.assessor.exchange().stubs().empty());
    // And can be erased again.
    CHECK(visit.assessor.exchange().erase_delivered().records == std::vector{visit.assessment});
}

TEST_CASE("a reviewer erases what was reviewed and is not sent it again") {
    Visit visit;
    Machine& reviewer = visit.world.join(visit.coordinator, team::Role::reviewer, "Marta");
    visit.deliver();
    const auto round = [&] {
        carry(reviewer, visit.coordinator, team_lane);
        carry(visit.coordinator, reviewer, lane_to(reviewer));
        carry(visit.coordinator, reviewer, team_lane);
    };
    round();
    round();
    REQUIRE(reviewer.vault().blob(visit.content())->complete());
    const RecordId review = reviewer.review(visit.assessment, record::Verdict::approve, "Fine.");
    CHECK(refusal([&] { reviewer.exchange().erase_delivered({visit.assessment}); }).first == ErrorCode::refused);
    round();
    CHECK(reviewer.exchange().erase_delivered({visit.assessment, visit.site}).records.size() == 2);
    CHECK(reviewer.vault().merged(review).empty());
    CHECK_FALSE(reviewer.vault().blob(visit.content()));
    CHECK(reviewer.exchange().delivery(review) == Delivery::delivered);
    reviewer.reopen();
    round();
    round();
    CHECK(visit.coordinator.exchange().outgoing(team_lane).empty());
    CHECK(reviewer.exchange().outgoing(team_lane).empty());
    CHECK(reviewer.vault().merged(visit.assessment).empty());
    CHECK(reviewer.verify().findings.empty());
    // Later work of others still comes.
    const RecordId next = visit.assessor.add_assessment(visit.assessor.add_site("School"));
    visit.deliver();
    round();
    CHECK(reviewer.vault().summary(next));
    CHECK(reviewer.exchange().missing().empty());
}
