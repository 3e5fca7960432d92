// Sealing on finalise, and travel mode: what is not delivered stays, and nobody at the device can read what is sealed.
#include <doctest/doctest.h>

#include "tests/unit/exchange_forger.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::Delivery;
using exchange::EraseReport;
using exchange::ImportReport;
using exchange::Stub;
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

/// An assessor who seals a visit with a photo that takes several bundles.
struct Trip {
    World world{31};
    Machine& office = world.found("Olena");
    Machine& assessor = world.join(office, Role::assessor, "Andriy");
    RecordId site = assessor.add_site("City hospital");
    RecordId assessment = assessor.add_assessment(site);
    RecordId evidence;
    Bytes photo;
    std::map<RecordId, Bytes> before;

    explicit Trip(std::size_t photo_size = 300'000) {
        photo = assessor.random().bytes(photo_size);
        assessor.answer(assessment, "q1", "2");
        evidence = assessor.add_evidence(assessment, photo, world.folder());
        finalise();
        before = assessor.states();
    }
    void finalise() {
        assessor.edit(assessment, record::Kind::assessment, "state",
                      static_cast<std::int64_t>(record::AssessmentState::finalised));
    }
    EraseReport seal() { return assessor.exchange().seal_finalised(assessment); }
    Hash content() const { return crypto::plain_hash(photo); }
    std::vector<bundle::Sealed> out() { return assessor.exchange().outgoing(team_lane); }
    void carry_back() { carry(office, assessor, lane_to(assessor)); }
    void deliver() {
        carry(assessor, office, team_lane);
        carry_back();
    }
    bool is_readable() {
        return !assessor.vault().merged(assessment).empty() || !assessor.vault().merged(evidence).empty() ||
               assessor.vault().blob(content()).has_value();
    }
    std::size_t waiting() { return assessor.vault().shelf("exchange-sealed-bytes").size(); }
    void check_arrived() {
        for (const RecordId& record : {site, assessment, evidence}) {
            CHECK(office.states().at(record) == before.at(record));
        }
        CHECK(office.vault().blob(content())->complete());
        CHECK(office.verify().findings.empty());
        CHECK(office.exchange().missing().empty());
        CHECK(office.exchange().quarantine().empty());
    }
};

}  // namespace

TEST_CASE("sealed on finalise: the device shows a stub only, and the coordinator gets all of it") {
    Trip trip;
    const EraseReport report = trip.seal();
    CHECK(report.records == std::vector{trip.assessment});
    CHECK(report.revisions == 4);
    CHECK(report.blobs == 1);
    for (int round = 0; round < 2; ++round) {
        CHECK_FALSE(trip.is_readable());
        CHECK(trip.assessor.verify().findings.empty());
        const std::vector<Stub> stubs = trip.assessor.exchange().stubs();
        REQUIRE(stubs.size() == 1);
        CHECK(stubs[0].sealed);
        CHECK(stubs[0].title == "City hospital");
        CHECK(stubs[0].visited_on == "2025-11-24");
        CHECK(stubs[0].questionnaire == "csb");
        CHECK(stubs[0].evidence == 1);
        CHECK(stubs[0].delivery == Delivery::sealed);
        trip.assessor.reopen();
    }
    CHECK(trip.waiting() == 2);
    // Whatever bundle comes last, or twice, or first: the end is the same.
    std::vector<bundle::Sealed> bundles = trip.out();
    CHECK(trip.assessor.exchange().stubs()[0].delivery == Delivery::sent);
    REQUIRE(bundles.size() >= 3);
    for (int round = 0; round < 3; ++round) {
        std::ranges::reverse(bundles);
        for (const bundle::Sealed& sealed : bundles) {
            CHECK(trip.office.exchange().import_bundle(sealed.bytes, "stick").outcome !=
                  ImportReport::Outcome::refused);
        }
    }
    trip.check_arrived();
    // Kept until a receipt says so, then gone.
    CHECK(trip.waiting() == 2);
    CHECK(trip.out().size() >= 2);
    trip.carry_back();
    CHECK(trip.waiting() == 0);
    CHECK(trip.assessor.exchange().stubs()[0].delivery == Delivery::delivered);
    for (int round = 0; round < 3; ++round) {
        trip.deliver();
    }
    CHECK(trip.out().empty());
    CHECK(trip.assessor.verify().findings.empty());
}

TEST_CASE("nothing that this device holds opens what it sealed") {
    Trip trip;
    trip.seal();
    const vault::Shelf waiting = trip.assessor.vault().shelf("exchange-sealed-bytes");
    const team::DeviceKeys keys = Forger::keys_of(trip.assessor);
    const std::vector<const crypto::BoxKeyPair*> pairs{&keys.box};
    for (const Bytes& key : waiting.keys()) {
        const Bytes sealed = waiting.get(key).value();
        const team::Deployment& deployment = trip.assessor.exchange().deployment();
        CHECK(bundle::open(sealed, pairs, deployment.shared_key.view(), deployment.id).failure ==
              bundle::OpenFailure::not_for_us);
        CHECK(std::ranges::search(sealed, ByteView(trip.photo).first(64)).empty());
    }
    for (const Bytes& key : trip.assessor.vault().shelf("exchange").keys()) {
        CHECK_FALSE(text_of(key).starts_with("team-key/"));
    }
}

TEST_CASE("through a store: sealed bundles go once, come back after it was lost, and go when they arrived") {
    Trip trip;
    auto store = store::make_memory_store();
    trip.seal();
    trip.assessor.exchange().sync(*store);
    CHECK(trip.assessor.exchange().stubs()[0].delivery == Delivery::sent);
    CHECK(trip.assessor.exchange().sync(*store).sent.bundles == 0);
    store = store::make_memory_store();
    CHECK(trip.assessor.exchange().sync(*store).sent.bundles >= 2);
    trip.office.exchange().sync(*store);
    trip.check_arrived();
    sync_all({&trip.assessor, &trip.office}, *store);
    CHECK(trip.waiting() == 0);
    CHECK(trip.assessor.exchange().stubs()[0].delivery == Delivery::delivered);
    CHECK(store->list("outbox").size() <= 4);
    const RecordId next = trip.assessor.add_assessment(trip.site);
    sync_all({&trip.assessor, &trip.office}, *store);
    CHECK(trip.assessor.exchange().delivery(next) == Delivery::delivered);
}

TEST_CASE("a large file goes into several bundles, and a sealing that is broken off leaves all open") {
    Trip trip(17 << 20);
    std::uint64_t calls = 0;
    CHECK(failure_of([&] {
              trip.assessor.exchange().seal_finalised(trip.assessment,
                                                      [&](std::uint64_t, std::uint64_t) { return ++calls < 3; });
          }) == ErrorCode::cancelled);
    CHECK(trip.waiting() == 0);
    CHECK(trip.assessor.states() == trip.before);
    CHECK(trip.assessor.vault().blob(trip.content())->complete());
    trip.seal();
    CHECK(trip.waiting() == 3);
    CHECK_FALSE(trip.is_readable());
    trip.deliver();
    trip.deliver();
    trip.check_arrived();
    CHECK(trip.waiting() == 0);
}

TEST_CASE("a return brings a sealed assessment back, it is edited, and sealed again") {
    Trip trip;
    trip.seal();
    trip.deliver();
    trip.deliver();
    REQUIRE(trip.assessor.exchange().stubs()[0].delivery == Delivery::delivered);
    const RecordId review =
        trip.office.review(trip.assessment, record::Verdict::give_back, "Please add the network plan.");
    trip.carry_back();
    CHECK(trip.assessor.vault().summary(review));
    CHECK(trip.assessor.exchange().stubs().empty());
    CHECK(trip.assessor.states().at(trip.assessment) == trip.before.at(trip.assessment));
    CHECK(trip.assessor.states().at(trip.evidence) == trip.before.at(trip.evidence));
    CHECK(trip.assessor.exchange().delivery(trip.assessment) == Delivery::delivered);
    CHECK(failure_of([&] { trip.seal(); }) == ErrorCode::refused);
    trip.assessor.edit(trip.assessment, record::Kind::assessment, "state",
                       static_cast<std::int64_t>(record::AssessmentState::open));
    trip.assessor.answer(trip.assessment, "q2", "3");
    trip.finalise();
    trip.before = trip.assessor.states();
    trip.seal();
    CHECK_FALSE(trip.is_readable());
    trip.deliver();
    trip.deliver();
    trip.check_arrived();
    CHECK(trip.waiting() == 0);
    CHECK(trip.assessor.exchange().stubs()[0].delivery == Delivery::delivered);
    CHECK(trip.assessor.verify().findings.empty());
}

TEST_CASE("a new team key does not shut out what was sealed before, and a coordinator who lacks the old one goes on") {
    Trip trip;
    Machine& second = trip.world.join(trip.office, Role::coordinator, "Petro");
    trip.seal();
    const std::vector<bundle::Sealed> sealed = trip.out();
    trip.office.exchange().renew_team_key();
    // The second coordinator has not joined the list yet: it holds no team key at all.
    for (const bundle::Sealed& one : sealed) {
        CHECK(second.exchange().import_bundle(one.bytes, "stick").failure == bundle::OpenFailure::not_for_us);
        trip.office.exchange().import_bundle(one.bytes, "stick");
    }
    trip.check_arrived();
    for (int round = 0; round < 3; ++round) {
        carry(second, trip.office, team_lane);
        carry(trip.office, second, lane_to(second));
        carry(trip.office, second, team_lane);
    }
    CHECK(second.states().at(trip.assessment) == trip.before.at(trip.assessment));
    CHECK(second.vault().blob(trip.content())->complete());
    CHECK(second.exchange().missing().empty());
    trip.deliver();
    CHECK(trip.waiting() == 0);
}

TEST_CASE("what may be sealed, by whom") {
    Trip trip;
    const auto seal = [&](Machine& machine, const RecordId& record) {
        return failure_of([&] { machine.exchange().seal_finalised(record); });
    };
    trip.deliver();
    CHECK(seal(trip.office, trip.assessment) == ErrorCode::refused);
    CHECK(seal(trip.assessor, trip.site) == ErrorCode::refused);
    CHECK(seal(trip.assessor, trip.evidence) == ErrorCode::refused);
    CHECK(seal(trip.assessor, RecordId{}) == ErrorCode::not_found);
    CHECK(seal(trip.assessor, trip.assessor.add_assessment(trip.site)) == ErrorCode::refused);
    trip.assessor.vault().save_draft(trip.assessment, record::Kind::assessment, "summary", std::string("more"));
    CHECK(seal(trip.assessor, trip.assessment) == ErrorCode::refused);
    trip.assessor.vault().discard_draft(trip.assessment);
    // Delivered already: there is nothing left to send.
    trip.seal();
    CHECK(trip.waiting() == 0);
    CHECK(trip.assessor.exchange().stubs()[0].delivery == Delivery::delivered);
    CHECK(seal(trip.assessor, trip.assessment) == ErrorCode::refused);
    trip.office.exchange().revoke_device(trip.assessor.device(), false);
    const RecordId late = trip.assessor.add_assessment(trip.site);
    trip.assessor.edit(late, record::Kind::assessment, "state",
                       static_cast<std::int64_t>(record::AssessmentState::finalised));
    trip.carry_back();
    CHECK(seal(trip.assessor, late) == ErrorCode::refused);
}

TEST_CASE("what was erased on request is not kept in sealed bundles") {
    Trip trip;
    trip.seal();
    carry(trip.assessor, trip.office, team_lane);
    trip.office.exchange().erase_everywhere(trip.assessment, "request");
    trip.carry_back();
    CHECK(trip.waiting() == 0);
    CHECK(trip.assessor.exchange().stubs().empty());
    trip.deliver();
    CHECK(trip.office.vault().merged(trip.assessment).empty());
    CHECK(trip.assessor.exchange().outgoing(team_lane).empty());
}

TEST_CASE("travel mode: only what is not delivered stays, and it is refused to a coordinator") {
    Trip trip;
    exchange::Exchange& exchange = trip.assessor.exchange();
    CHECK(failure_of([&] { trip.office.exchange().set_travel_mode(true); }) == ErrorCode::refused);
    trip.deliver();
    const RecordId theirs = trip.office.add_site("Water works");
    const RecordId open_site = trip.assessor.add_site("School");
    const RecordId open = trip.assessor.add_assessment(open_site);
    const RecordId planned = trip.assessor.add_site("Library");
    trip.carry_back();
    CHECK(trip.assessor.vault().summary(theirs));
    // Off: nothing goes by itself.
    CHECK(exchange.erase_for_travel().records.empty());
    exchange.set_travel_mode(true);
    trip.assessor.reopen();
    REQUIRE(trip.assessor.exchange().travel_mode());
    const auto reason = [&](const RecordId& record) {
        const auto choices = trip.assessor.exchange().travel_choices();
        return std::ranges::find(choices, record, &exchange::EraseChoice::record)->reason;
    };
    CHECK(reason(trip.assessment).empty());
    CHECK(reason(trip.site).empty());
    CHECK(reason(theirs).empty());
    CHECK(reason(open).find("finalised") != std::string::npos);
    CHECK(reason(open_site).find("not delivered") != std::string::npos);
    CHECK(reason(planned).find("visited") != std::string::npos);
    const EraseReport report = trip.assessor.exchange().erase_for_travel();
    // The assessment, two sites, the founder's name.
    CHECK(report.records.size() == 4);
    CHECK(report.blobs == 1);
    CHECK_FALSE(trip.assessor.vault().summary(theirs));
    const auto member_of = [](Machine& machine) { return machine.exchange().deployment().own_person; };
    CHECK(trip.assessor.exchange().name_of_person(member_of(trip.office)).empty());
    CHECK(trip.assessor.exchange().name_of_person(member_of(trip.assessor)) == "Andriy");
    CHECK_FALSE(trip.is_readable());
    CHECK_FALSE(trip.assessor.vault().summary(trip.site));
    CHECK(trip.assessor.vault().summary(open));
    CHECK(trip.assessor.vault().summary(planned));
    CHECK(trip.assessor.exchange().import_log().size() == 1);
    CHECK(trip.assessor.verify().findings.empty());
    // Returned: it comes back with its site, and stays until it is delivered anew.
    trip.office.review(trip.assessment, record::Verdict::give_back, "More, please.");
    trip.carry_back();
    CHECK(trip.assessor.exchange().erase_for_travel().blobs == 0);
    CHECK(trip.assessor.vault().summary(trip.assessment));
    CHECK(trip.assessor.read<record::Site>(trip.site).name == "City hospital");
    trip.assessor.answer(trip.assessment, "q2", "3");
    trip.finalise();
    trip.deliver();
    trip.assessor.exchange().erase_for_travel();
    CHECK_FALSE(trip.assessor.vault().summary(trip.assessment));
    CHECK_FALSE(trip.assessor.vault().summary(trip.site));
    for (int round = 0; round < 3; ++round) {
        trip.deliver();
    }
    CHECK(trip.out().empty());
    CHECK(trip.assessor.verify().findings.empty());
}

TEST_CASE("a reviewer in travel mode keeps what is still to be judged") {
    Trip trip;
    Machine& reviewer = trip.world.join(trip.office, Role::reviewer, "Marta");
    trip.deliver();
    const auto round = [&] {
        carry(reviewer, trip.office, team_lane);
        carry(trip.office, reviewer, lane_to(reviewer));
        carry(trip.office, reviewer, team_lane);
    };
    round();
    round();
    reviewer.exchange().set_travel_mode(true);
    reviewer.exchange().erase_for_travel();
    CHECK(reviewer.vault().summary(trip.assessment));
    CHECK(reviewer.vault().summary(trip.site));
    reviewer.review(trip.assessment, record::Verdict::approve, "Fine.");
    reviewer.exchange().erase_for_travel();
    CHECK(reviewer.vault().summary(trip.assessment));
    round();
    CHECK(reviewer.exchange().erase_for_travel().blobs == 1);
    CHECK_FALSE(reviewer.vault().summary(trip.assessment));
    CHECK_FALSE(reviewer.vault().summary(trip.site));
    round();
    CHECK(reviewer.exchange().outgoing(team_lane).empty());
    CHECK(reviewer.verify().findings.empty());
}

TEST_CASE("what a shut-out device wrote after something sealed that never arrived is with every coordinator") {
    Trip trip;
    Machine& second = trip.world.join(trip.office, Role::coordinator, "Petro");
    trip.deliver();
    carry(second, trip.office, team_lane);
    carry(trip.office, second, lane_to(second));
    trip.assessor.answer(trip.assessment, "q2", "1");
    trip.before = trip.assessor.states();
    const RecordId before = trip.assessor.add_site("written before");
    trip.seal();
    const RecordId after = trip.assessor.add_site("written after");
    // The stick with what was sealed is lost; what follows arrives, with the names of what is missing.
    trip.office.exchange().import_bundle(trip.out().front().bytes, "stick");
    REQUIRE(!trip.office.vault().merged(after).empty());
    REQUIRE(trip.office.states().at(trip.assessment) != trip.before.at(trip.assessment));
    trip.office.exchange().revoke_device(trip.assessor.device(), false);
    carry(trip.office, second, team_lane);
    carry(trip.office, second, lane_to(second));
    carry(trip.office, second, team_lane);
    CHECK(!second.vault().merged(before).empty());
    CHECK(!second.vault().merged(after).empty());
    CHECK(second.states() == trip.office.states());
    CHECK(second.exchange().quarantine().empty());
}
