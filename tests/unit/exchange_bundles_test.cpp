// Bundles that are no bundles, of strangers, late, twice; invitations used wrongly; what an assessor gets to see.
#include <doctest/doctest.h>

#include "tests/unit/exchange_forger.h"
#include "tests/unit/next_questionnaire.h"

using namespace fieldseal;
using namespace fieldseal::test;
using bundle::OpenFailure;
using exchange::ImportReport;
using exchange::QuarantineReason;
using record::Kind;
using Outcome = ImportReport::Outcome;

namespace {

void write_file(const std::filesystem::path& path, ByteView bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

struct Pair {
    World world;
    Machine& coordinator = world.found();
    Machine& assessor = world.join(coordinator, team::Role::assessor, "Andriy");
    RecordId site = assessor.add_site("A");

    /// Refused, logged, and nothing changed.
    void check_refused(const std::filesystem::path& file, std::optional<OpenFailure> failure = std::nullopt) {
        const std::map<RecordId, Bytes> before = coordinator.states();
        const ImportReport report = coordinator.exchange().import_file(file);
        CHECK(report.outcome == Outcome::refused);
        CHECK(report.failure != OpenFailure::none);
        CHECK((!failure || report.failure == *failure));
        CHECK(!report.reason.empty());
        CHECK(report.source == file.string());
        CHECK(coordinator.states() == before);
        CHECK(coordinator.exchange().quarantine().empty());
    }
};

}  // namespace

TEST_CASE_FIXTURE(Pair, "Files that are no bundles") {
    const auto file = world.folder() / "file.fsbundle";
    SUBCASE("an empty file") {
        write_file(file, {});
        check_refused(file, OpenFailure::not_a_bundle);
    }
    SUBCASE("random bytes") {
        write_file(file, assessor.random().bytes(10'000));
        check_refused(file, OpenFailure::not_a_bundle);
    }
    SUBCASE("10 GB of nothing, at once") {
        write_file(file, {});
        std::filesystem::resize_file(file, 10'000'000'000);
        check_refused(file);
    }
    SUBCASE("a vault") {
        std::filesystem::copy_file(assessor.file(), file);
        check_refused(file, OpenFailure::not_a_bundle);
    }
    SUBCASE("no file") {
        try {
            coordinator.exchange().import_file(file);
            FAIL("imported nothing");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::not_found);
        }
    }
    const auto log = coordinator.exchange().import_log();
    CHECK(log.size() <= 1);
}

TEST_CASE_FIXTURE(Pair, "A bundle cut short or with a bit turned over is refused, and the whole one taken after it") {
    const Bytes whole = assessor.exchange().outgoing(team_lane).at(0).bytes;
    const auto file = world.folder() / "file.fsbundle";
    for (std::size_t i = 0; i < whole.size(); i += 1 + whole.size() / 60) {
        write_file(file, ByteView(whole).first(i));
        check_refused(file);
        Bytes turned = whole;
        turned[i] ^= static_cast<std::uint8_t>(1u << (i % 8));
        write_file(file, turned);
        check_refused(file);
    }
    Bytes longer = whole;
    longer.push_back(0);
    write_file(file, longer);
    check_refused(file);
    CHECK(coordinator.exchange().import_bundle(whole, "whole").outcome == Outcome::imported);
    CHECK(coordinator.read<record::Site>(site).name == "A");
}

TEST_CASE_FIXTURE(Pair, "Another deployment's bundle, and one for somebody else") {
    World elsewhere(500);
    Machine& foreign = elsewhere.found();
    Machine& stranger = elsewhere.join(foreign, team::Role::assessor, "X");
    const auto report =
        coordinator.exchange().import_bundle(stranger.exchange().outgoing(team_lane).at(0).bytes, "foreign");
    CHECK(report.outcome == Outcome::refused);
    CHECK(report.failure == OpenFailure::not_for_us);

    Machine& other = world.join(coordinator, team::Role::assessor, "Bohdan");
    const Bytes for_team = assessor.exchange().outgoing(team_lane).at(0).bytes;
    CHECK(other.exchange().import_bundle(for_team, "not mine").failure == OpenFailure::not_for_us);
    CHECK(assessor.exchange().import_bundle(for_team, "sealed by me").outcome == Outcome::refused);
    CHECK(coordinator.exchange().import_log().size() == 1);
}

TEST_CASE_FIXTURE(Pair,
                  "The log says which records an import touched, which were new, and where their revisions stand, "
                  "after a restart too") {
    const RecordId visit = assessor.add_assessment(site);
    carry(assessor, coordinator, team_lane);
    assessor.answer(visit, "CSB-GV-01", "2");
    const RecordId second = assessor.add_site("B");
    const auto reports = carry(assessor, coordinator, team_lane);
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].records == std::vector<RecordId>{visit, second});
    CHECK(reports[0].new_records == std::vector<RecordId>{second});
    const auto held = coordinator.exchange().import_log().front().report.arrived;
    REQUIRE(held.size() == 1);
    CHECK(held[0].device == assessor.device());
    CHECK(held[0].to - held[0].from == 1);
    coordinator.reopen();
    const std::vector<exchange::ImportLogEntry> log = coordinator.exchange().import_log();
    REQUIRE(log.size() == 2);
    CHECK(log[0].touched == 2);
    CHECK(log[0].report.records == std::vector<RecordId>{visit, second});
    CHECK(log[0].report.new_records == std::vector<RecordId>{second});
    CHECK(log[0].report.arrived == held);
    CHECK(std::ranges::find(log[1].report.new_records, site) != log[1].report.new_records.end());
    // What an older program left says nothing of it, and that is told apart from nothing.
    vault::Shelf news = coordinator.vault().shelf("exchange-import-news");
    news.remove(news.keys().back());
    CHECK_FALSE(coordinator.exchange().import_log()[0].touched.has_value());
    CHECK(coordinator.exchange().import_log()[0].report.records.size() == 2);
}

TEST_CASE("In any order, twice, and with some lost: the same end") {
    World world;
    Machine& coordinator = world.found();
    const team::Invitation invitation = world.invite(coordinator, team::Role::assessor, "Andriy");
    Machine& assessor = world.join(invitation);
    std::vector<Bytes> bundles;
    const RecordId site = assessor.add_site("A");
    const RecordId assessment = assessor.add_assessment(site);
    for (int i = 0; i < 6; ++i) {
        assessor.answer(assessment, "q" + std::to_string(i), "1");
        assessor.add_evidence(assessment, assessor.random().bytes(5000), world.folder());
        for (const bundle::Sealed& sealed : assessor.exchange().outgoing(team_lane)) {
            bundles.push_back(sealed.bytes);
        }
    }
    for (std::size_t turn = 0; turn < 2; ++turn) {
        for (std::size_t i = bundles.size(); i-- > 0;) {
            if (i % 3 != 1 || turn == 1) {
                coordinator.exchange().import_bundle(bundles[i], "late");
            }
        }
    }
    for (const Bytes& sealed : bundles) {
        CHECK(coordinator.exchange().import_bundle(sealed, "again").outcome == Outcome::already_imported);
    }
    CHECK(coordinator.states().at(assessment) == assessor.states().at(assessment));
    CHECK(coordinator.exchange().missing().empty());
    CHECK(coordinator.exchange().quarantine().empty());
    CHECK(coordinator.vault().blobs().size() == 6);
    CHECK(coordinator.verify().findings.empty());
}

TEST_CASE("An invitation serves one device") {
    World world;
    Machine& coordinator = world.found();
    const team::Invitation invitation = world.invite(coordinator, team::Role::assessor, "Andriy");
    Machine& first = world.join(invitation);
    Machine& second = world.join(invitation);
    const RecordId site = second.add_site("By the second");
    CHECK(carry(first, coordinator, team_lane).at(0).outcome == Outcome::imported);
    const Bytes refused = second.exchange().outgoing(team_lane).at(0).bytes;
    for (int i = 0; i < 2; ++i) {
        const ImportReport report = coordinator.exchange().import_bundle(refused, "second");
        CHECK(report.outcome == Outcome::quarantined);
        CHECK(!report.reason.empty());
    }
    REQUIRE(coordinator.exchange().quarantine().size() == 1);
    CHECK(coordinator.exchange().quarantine()[0].reason == QuarantineReason::enrolment_refused);
    CHECK(coordinator.exchange().quarantine()[0].size == refused.size());
    CHECK(coordinator.vault().merged(site).empty());
    CHECK(coordinator.exchange().peers().size() == 2);
}

TEST_CASE("An expired invitation: refused, kept, and taken once the clock is right") {
    World world;
    Machine& coordinator = world.found();
    const team::Invitation invitation = world.invite(coordinator, team::Role::assessor, "Andriy");
    Machine& assessor = world.join(invitation);
    const RecordId site = assessor.add_site("A");
    const Bytes sealed = assessor.exchange().outgoing(team_lane).at(0).bytes;
    coordinator.clock().advance(400 * day_ms);
    CHECK(coordinator.exchange().import_bundle(sealed, "late").outcome == Outcome::quarantined);
    CHECK(coordinator.exchange().quarantine().at(0).reason == QuarantineReason::enrolment_refused);
    coordinator.clock().set_wall(start_ms + day_ms);
    CHECK(coordinator.exchange().import_bundle(sealed, "in time").outcome == Outcome::imported);
    CHECK(coordinator.exchange().quarantine().empty());
    CHECK(coordinator.read<record::Site>(site).name == "A");

    Machine& late = world.add();
    late.clock().advance(20 * day_ms);
    CHECK_THROWS_AS(exchange::Exchange::join(late.vault(), invitation), Error);
    CHECK_FALSE(exchange::Exchange::has_deployment(late.vault()));
    CHECK_THROWS_AS(exchange::Exchange::join(assessor.vault(), invitation), Error);
    CHECK_THROWS_AS(exchange::Exchange::found(assessor.vault(), "Another", "X"), Error);
    CHECK_THROWS_AS(exchange::Exchange(late.vault()), Error);
}

TEST_CASE_FIXTURE(Pair, "What comes before its sender is known waits, and is taken when the enrolment comes") {
    vault::Shelf shelf = assessor.vault().shelf("exchange");
    const Bytes enrolment = shelf.get("enrolment").value();
    shelf.remove("enrolment");
    const Bytes nameless = assessor.exchange().outgoing(team_lane).at(0).bytes;
    shelf.put("enrolment", enrolment);
    const Bytes named = assessor.exchange().outgoing(team_lane).at(0).bytes;

    CHECK(coordinator.exchange().import_bundle(nameless, "1").outcome == Outcome::quarantined);
    CHECK(coordinator.exchange().quarantine().at(0).reason == QuarantineReason::unknown_device);
    CHECK(coordinator.exchange().import_bundle(named, "2").outcome == Outcome::imported);
    CHECK(coordinator.exchange().quarantine().empty());
    CHECK(coordinator.exchange().import_bundle(nameless, "1").outcome == Outcome::already_imported);
    CHECK(coordinator.read<record::Site>(site).name == "A");
}

TEST_CASE_FIXTURE(Pair, "A stranger cannot fill the disk: large bundles are noted, not kept") {
    Forger forger(assessor);
    std::vector<bundle::BlobChunk> chunks;
    const Hash content = assessor.random().id<Hash>();
    for (std::uint32_t i = 0; i < 70; ++i) {
        chunks.push_back({content, 70 * vault::blob_chunk_size, i, assessor.random().bytes(vault::blob_chunk_size)});
    }
    const std::uintmax_t before = std::filesystem::file_size(coordinator.file());
    CHECK(coordinator.exchange().import_bundle(forger.seal({}, std::move(chunks)), "large").outcome ==
          Outcome::quarantined);
    REQUIRE(coordinator.exchange().quarantine().size() == 1);
    CHECK(coordinator.exchange().quarantine()[0].size > 16u << 20);
    coordinator.reopen();
    CHECK(std::filesystem::file_size(coordinator.file()) < before + (1u << 20));
}

TEST_CASE_FIXTURE(Pair, "Clocks set wrong by years delay nothing") {
    assessor.clock().set_wall(start_ms - 20 * 365 * day_ms);
    const RecordId early = assessor.add_site("Twenty years ago");
    carry(assessor, coordinator, team_lane);
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.exchange().delivery(early) == exchange::Delivery::delivered);
    assessor.clock().set_wall(start_ms + 70 * 365 * day_ms);
    assessor.edit(early, Kind::site, "notes", std::string("In seventy years"));
    carry(assessor, coordinator, team_lane);
    coordinator.clock().set_wall(1);
    coordinator.edit(early, Kind::site, "notes", std::string("After having seen it"));
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.exchange().delivery(early) == exchange::Delivery::delivered);
    CHECK(assessor.read<record::Site>(early).notes == "After having seen it");
    CHECK(coordinator.exchange().received_ms(assessor.device(), 1) == start_ms);
    CHECK(assessor.exchange().outgoing(team_lane).size() == 1);  // the receipt
}

TEST_CASE_FIXTURE(Pair,
                  "An assessor learns sites, names of the team and what is about their own visits, nothing of others") {
    Machine& other = world.join(coordinator, team::Role::assessor, "Bohdan");
    Machine& reviewer = world.join(coordinator, team::Role::reviewer, "Marta");
    for (Machine* machine : {&assessor, &other, &reviewer}) {
        carry(*machine, coordinator, team_lane);
    }
    const RecordId theirs = other.add_assessment(other.add_site("B"));
    other.add_evidence(theirs, other.random().bytes(100), world.folder());
    carry(other, coordinator, team_lane);
    carry(coordinator, reviewer, lane_to(reviewer));
    carry(coordinator, reviewer, team_lane);
    reviewer.review(theirs, record::Verdict::give_back, "Not yours");
    carry(reviewer, coordinator, team_lane);
    carry(coordinator, assessor, lane_to(assessor));
    std::map<Kind, std::set<std::string>> seen;
    for (const vault::Summary& summary : assessor.vault().summaries()) {
        const codec::FieldMap fields = assessor.vault().merged(summary.id).values();
        const auto name = fields.find("name");
        seen[summary.kind].insert(name == fields.end() ? "" : std::get<std::string>(name->second));
    }
    CHECK(seen == std::map<Kind, std::set<std::string>>{{Kind::site, {"A", "B"}},
                                                        {Kind::member, {"Olena", "Marta", "Andriy"}}});
    CHECK(assessor.exchange().missing().empty());
    CHECK(assessor.vault().blobs().empty());
    CHECK(assessor.verify().findings.empty());
    CHECK(assessor.exchange().name_of_device(other.device()).empty());
}

TEST_CASE_FIXTURE(Pair, "A review that comes before its assessment reaches the assessor all the same") {
    carry(assessor, coordinator, team_lane);
    carry(coordinator, assessor, lane_to(assessor));
    const RecordId assessment = assessor.add_assessment(site);
    // The coordinator writes about something that it knows by name only, from a call.
    record::Review review;
    review.assessment = assessment;
    review.text = "Call me";
    const RecordId early = coordinator.write(Kind::review, review);
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.vault().merged(early).empty());
    carry(assessor, coordinator, team_lane);
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.read<record::Review>(early).text == "Call me");
}

TEST_CASE_FIXTURE(Pair, "Questionnaires travel from coordinators to everybody") {
    carry(assessor, coordinator, team_lane);
    const Bytes file = samples::next_questionnaire("9.0.0");
    coordinator.exchange().add_questionnaire(file);
    carry(coordinator, assessor, lane_to(assessor));
    REQUIRE(assessor.exchange().questionnaires().size() == 1);
    CHECK(assessor.exchange().questionnaires()[0] == file);
    CHECK_THROWS_AS(assessor.exchange().add_questionnaire(file), Error);
    CHECK_THROWS_AS(coordinator.exchange().add_questionnaire(Bytes(5u << 20)), Error);
    // What nobody could read is not handed out at all.
    CHECK_THROWS_AS(coordinator.exchange().add_questionnaire(Bytes{'{', '}'}), Error);
    CHECK(coordinator.exchange().questionnaires().size() == 1);
}

TEST_CASE_FIXTURE(Pair, "A second device of the same person goes on with what the first began") {
    const RecordId assessment = assessor.add_assessment(site);
    carry(assessor, coordinator, team_lane);
    const PersonId person = assessor.exchange().deployment().own_person;
    const exchange::Invited invited =
        coordinator.exchange().invite(team::Role::assessor, "", crypto::test_cost, person);
    Machine& spare = world.join(team::open_invitation(invited.file, invited.code));
    CHECK(coordinator.exchange().open_invitations().at(0).name == "Andriy");
    carry(spare, coordinator, team_lane);
    carry(coordinator, spare, lane_to(spare));
    REQUIRE(!spare.vault().merged(assessment).empty());
    spare.answer(assessment, "q1", "3");
    CHECK(carry(spare, coordinator, team_lane).at(0).quarantined == 0);
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.read<record::Assessment>(assessment).answers.at("q1").value == record::AnswerValue::of_level(3));
    CHECK_THROWS_AS(assessor.exchange().invite(team::Role::assessor, "X", crypto::test_cost), Error);
    CHECK_THROWS_AS(coordinator.exchange().invite(team::Role::assessor, "X", crypto::test_cost, PersonId{}), Error);
}
