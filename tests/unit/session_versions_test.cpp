// Assessments of several versions of one questionnaire in one vault: each shown, scored and compared with its own.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "app/session/session.h"
#include "model/codec/flatten.h"
#include "model/portfolio/summarise.h"
#include "model/record/help.h"

using namespace fieldseal;

namespace {

struct VersionsVault {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("fieldseal-versions-" + std::to_string(::getpid()));
    std::unique_ptr<session::Session> session;
    RecordId site;
    VersionsVault() {
        crypto::start();
        std::filesystem::create_directories(folder);
        open(true);
        session->found("Test", "Олена");
        record::Site hospital;
        hospital.name = "Лікарня";
        hospital.sector = "health";
        site = session->add_site(hospital);
    }
    ~VersionsVault() {
        session.reset();
        std::filesystem::remove_all(folder);
    }
    void open(bool create) {
        const std::filesystem::path file = folder / "office.fieldseal";
        const auto secret = [] { return crypto::Secret(view_of("correct horse battery staple")); };
        session.reset();
        if (create) {
            session = session::Session::create(file, secret(), session::system_environment(crypto::test_cost)).first;
        } else {
            session = session::Session::open(file, secret(), session::system_environment(crypto::test_cost));
        }
    }
    /// As a program wrote it for which this version was the newest.
    RecordId visit(const std::string& version, const std::string& day) {
        const auto questions = session->templates().by_version("csb", version);
        REQUIRE(questions);
        const RecordId id = session->start_assessment(site, "csb", day);
        const record::Assessment before = session->assessment(id).assessment;
        record::Assessment after = before;
        after.template_version = version;
        after.template_hash = questionnaire::content_hash(*questions);
        for (const questionnaire::Question* question : questions->questions_in_order()) {
            if (!question->is_numeric()) {
                after.answers[question->id].value =
                    record::AnswerValue::of_level(static_cast<int>(question->order % 4));
                after.answers[question->id].basis = record::Basis::tested;
                after.answers[question->id].answered_ms = 1'000;
            }
        }
        session->save(id, codec::difference(codec::flatten(before), codec::flatten(after)));
        return id;
    }
};

}  // namespace

TEST_CASE("older assessments keep the version they were answered with") {
    VersionsVault vault;
    const RecordId oldest = vault.visit("1.0.0", "2025-01-10");
    vault.session->finalise(oldest);
    const RecordId old = vault.visit("1.1.0", "2026-01-10");
    vault.session->finalise(old);
    const RecordId fresh = vault.session->start_assessment(vault.site, "csb", "2026-11-20");
    // What only this run remembers is forgotten.
    vault.open(false);

    const session::AssessmentView first = vault.session->assessment(oldest);
    const session::AssessmentView second = vault.session->assessment(old);
    const session::AssessmentView third = vault.session->assessment(fresh);
    REQUIRE(first.questions);
    REQUIRE(second.questions);
    REQUIRE(third.questions);
    CHECK(first.questions->version == "1.0.0");
    CHECK(second.questions->version == "1.1.0");
    CHECK(third.questions == vault.session->templates().by_id("csb"));
    CHECK(third.assessment.template_version == third.questions->version);
    CHECK(questionnaire::version_order(third.questions->version, "1.1.0") > 0);
    // As with the program of that time: tests/unit/questionnaire_versions_test.cpp.
    CHECK(*first.score->overall.score == doctest::Approx(0.5094909012));
    CHECK(*second.score->overall.score == doctest::Approx(0.5094909012));
    CHECK(vault.session->snapshot()->find(oldest)->summary.score == 509);
    CHECK(vault.session->snapshot()->find(old)->summary.score == 509);

    // Nothing was answered anew, and what was answered then is offered where the question means the same.
    REQUIRE(third.previous);
    CHECK(third.previous->questions == second.questions);
    CHECK(session::previous_answer(third, "CSB-GV-01") != nullptr);
    const questionnaire::Question* then = second.questions->find("CSB-GV-08");
    const questionnaire::Question* now = third.questions->find("CSB-GV-08");
    REQUIRE(then);
    REQUIRE(now);
    CHECK((session::previous_answer(third, "CSB-GV-08") != nullptr) == (then->meaning_version == now->meaning_version));
    const questionnaire::Comparison compared =
        questionnaire::compare(*first.questions, first.assessment, *second.questions, second.assessment, "health");
    CHECK(compared.same.size() == 75);
    CHECK(compared.not_comparable.empty());
}

TEST_CASE("what an assignment tells in words that are not here, or of no day, takes nothing away") {
    VersionsVault vault;
    const RecordId own = vault.visit("1.1.0", "2026-01-10");
    vault.session->finalise(own);
    const RecordId fresh = vault.session->start_assessment(vault.site, "csb", "2026-11-20");
    record::Assignment assignment;
    assignment.site = vault.site;
    assignment.assignee = vault.session->snapshot()->own_person;
    assignment.last.template_id = "csb";
    assignment.last.answers["CSB-GV-01"].value = record::AnswerValue::of_level(3);
    SUBCASE("a questionnaire that is not here") {
        assignment.last.visited_on = "2026-05-01";
        assignment.last.template_hash.bytes.fill(9);
    }
    SUBCASE("no day") {
        assignment.last.visited_on = "2026-02-31";
        assignment.last.template_hash = vault.session->assessment(own).assessment.template_hash;
    }
    vault.session.reset();
    {
        const auto raw = vault::Vault::open(vault.folder / "office.fieldseal", view_of("correct horse battery staple"),
                                            session::system_environment(crypto::test_cost));
        const portfolio::TemplateShelf templates;
        raw->use_summarise(portfolio::make_summarise(
            templates, [](const RecordId&) { return std::string(); }, [] { return std::int64_t{0}; }));
        RecordId id;
        id.bytes.fill(5);
        raw->append(id, record::Kind::assignment, codec::difference({}, codec::flatten(assignment)), {});
    }
    vault.open(false);
    const session::AssessmentView view = vault.session->assessment(fresh);
    REQUIRE(view.previous);
    CHECK(view.previous->then.visited_on == "2026-01-10");
}
