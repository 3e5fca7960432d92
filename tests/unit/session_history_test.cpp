// What reviewers do with a history: the seal of each step, two visits side by side, and words that travel both ways.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/session/session.h"
#include "model/environment/durable_file.h"

using namespace fieldseal;
using session::HistoryStep;
using session::StepSeal;
namespace fs = std::filesystem;

namespace {

/// An office, an assessor with two visits, and a reviewer.
struct Desks {
    fs::path folder;
    std::unique_ptr<session::Session> office;
    std::unique_ptr<session::Session> field;
    std::unique_ptr<session::Session> desk;
    RecordId site;
    RecordId first;
    RecordId second;

    Desks() {
        crypto::start();
        static int count = 0;
        folder = fs::temp_directory_path() /
                 ("fieldseal-desks-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        fs::create_directories(folder / "store");
        office = create("office");
        office->found("Полтавщина 2026", "Олена");
        field = join("field", team::Role::assessor, "Ігор");
        desk = join("desk", team::Role::reviewer, "Марта");
        record::Site hospital;
        hospital.name = "Лікарня";
        hospital.sector = "health";
        site = field->add_site(hospital);
        first = visit("2026-05-20", 1, "Журнал ведуть на папері.");
        attach(first, "CSB-GV-01", "order.txt", "Order 7");
        attach(first, "CSB-GV-01", "photo.txt", "An old door");
        field->finalise(first);
        second = visit("2026-11-20", 3, "Журнал ведуть у системі.");
        attach(second, "CSB-GV-01", "order again.txt", "Order 7");
        attach(second, "CSB-GV-02", "plan.txt", "A plan");
        field->finalise(second);
        meet();
    }
    ~Desks() {
        desk.reset();
        field.reset();
        office.reset();
        fs::remove_all(folder);
    }

    static crypto::Secret passphrase() { return crypto::Secret(view_of("correct horse battery staple")); }
    std::unique_ptr<session::Session> create(const std::string& name) const {
        return session::Session::create(folder / (name + ".fieldseal"), passphrase(),
                                        session::system_environment(crypto::test_cost))
            .first;
    }
    std::unique_ptr<session::Session> join(const std::string& name, team::Role role, const std::string& person) const {
        const exchange::Invited invited = office->invite(role, person);
        write_durably(folder / name, invited.file, true);
        auto joined = create(name);
        joined->join(folder / name, invited.code);
        return joined;
    }
    RecordId visit(const std::string& day, int level, const std::string& note) const {
        const RecordId id = field->start_assessment(site, "csb", day);
        record::Answer answer;
        answer.value = record::AnswerValue::of_level(level);
        answer.basis = record::Basis::observed;
        answer.note = note;
        answer.answered_ms = 1;
        field->save_answer(id, "CSB-GV-01", answer);
        return id;
    }
    void attach(const RecordId& visit, const std::string& question, const std::string& name,
                const std::string& text) const {
        std::ofstream(folder / name, std::ios::binary) << text;
        field->attach(visit, question, folder / name, "");
    }
    void meet() const {
        const std::string store = "folder:" + (folder / "store").string();
        for (int round = 0; round < 2; ++round) {
            field->sync(store);
            desk->sync(store);
            office->sync(store);
        }
        field->sync(store);
        desk->sync(store);
    }
    std::vector<HistoryStep> steps_of(session::Session& session, const RecordId& visit) const {
        std::vector<HistoryStep> steps = session.history(visit, false);
        REQUIRE(!steps.empty());
        return steps;
    }
};

std::string code_text(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE_FIXTURE(Desks, "steps name their visit, and their seal says who signed") {
    const std::vector<HistoryStep> steps = desk->history(site, true);
    for (const HistoryStep& step : steps) {
        CHECK(step.body == HistoryStep::Body::here);
        if (step.kind == record::Kind::assessment) {
            CHECK(step.visited_on == (step.record == first ? "2026-05-20" : "2026-11-20"));
        } else if (step.kind == record::Kind::evidence) {
            CHECK((step.visit == first || step.visit == second));
            CHECK(!step.title.empty());
        }
        const StepSeal seal = desk->check_step(step);
        CHECK(seal.verdict() == StepSeal::Verdict::holds);
        CHECK(seal.person == "Ігор");
        CHECK(seal.fingerprint == field->snapshot()->own_fingerprint);
        CHECK_FALSE(seal.own);
    }
    const auto finalised = std::ranges::find_if(steps, [&](const HistoryStep& step) { return step.state == 1; });
    REQUIRE(finalised != steps.end());
    CHECK(finalised->kind == record::Kind::assessment);
}

TEST_CASE_FIXTURE(Desks, "what this device wrote and has not sealed is not signed yet") {
    const RecordId comment = desk->review(second, record::Verdict::comment, "CSB-GV-01", "Which system?");
    const StepSeal seal = desk->check_step(desk->history(comment, false).front());
    CHECK(seal.own);
    CHECK(seal.verdict() == StepSeal::Verdict::open);
    meet();
    CHECK(desk->check_step(desk->history(comment, false).front()).verdict() == StepSeal::Verdict::holds);
}

TEST_CASE_FIXTURE(Desks, "a step whose bytes were changed on the disk is told, and hides none of the others") {
    const std::size_t before = desk->history(site, true).size();
    // The last row that is of the site: which that is depends on the order in which logs came.
    std::size_t broken = 0;
    for (int back = 0; broken == 0; ++back) {
        REQUIRE(back < 20);
        desk.reset();
        sqlite3* database = nullptr;
        REQUIRE(sqlite3_open((folder / "desk.fieldseal").c_str(), &database) == SQLITE_OK);
        const std::string change =
            "UPDATE revision SET sealed = CAST(substr(sealed, 1, 60) || x'a5a5a5a5' || substr(sealed, 65) AS BLOB) WHERE "
            "row = (SELECT max(row) FROM revision) - " +
            std::to_string(back);
        REQUIRE(sqlite3_exec(database, change.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(database);
        desk = session::Session::open(folder / "desk.fieldseal", passphrase(),
                                      session::system_environment(crypto::test_cost));
        const std::vector<HistoryStep> steps = desk->history(site, true);
        CHECK(steps.size() == before);
        for (const HistoryStep& step : steps) {
            const StepSeal seal = desk->check_step(step);
            const bool damaged = step.body == HistoryStep::Body::damaged;
            CHECK((seal.verdict() == StepSeal::Verdict::broken) == damaged);
            CHECK((seal.check.content == vault::StepCheck::Content::does_not_open) == damaged);
            broken += damaged ? 1 : 0;
        }
    }
    CHECK(broken == 1);
}

TEST_CASE_FIXTURE(
    Desks, "a step that was erased on request stands in the history by name, and what it said cannot be checked") {
    std::vector<HistoryStep> steps = steps_of(*office, second);
    const Hash gone = steps.back().revision;
    office->erase_everywhere(second, "asked by the site", gone);
    meet();
    steps = steps_of(*desk, second);
    const auto step = std::ranges::find(steps, gone, &HistoryStep::revision);
    REQUIRE(step != steps.end());
    CHECK(step->body == HistoryStep::Body::erased);
    const StepSeal seal = desk->check_step(*step);
    CHECK(seal.erased);
    CHECK(seal.verdict() == StepSeal::Verdict::partly);
    CHECK(seal.check.content == vault::StepCheck::Content::not_here);
    CHECK(seal.check.signature == vault::StepCheck::Signature::holds);
}

TEST_CASE_FIXTURE(Desks, "two visits side by side: whose and when, what changed, evidence then and now") {
    const session::DiffView view = desk->diff_visits(first, second);
    CHECK(view.then.step.visited_on == "2026-05-20");
    CHECK(view.now.step.visited_on == "2026-11-20");
    CHECK(view.then.finalised);
    CHECK(view.now.step.person == "Ігор");
    CHECK(view.now.step.device == field->snapshot()->own_device);
    CHECK(view.now.step.received_ms > 0);
    CHECK(std::ranges::find(view.changes, "answers/CSB-GV-01/value", &history::FieldChange::path) !=
          view.changes.end());
    REQUIRE(view.evidence.size() == 3);
    // What came or went first; the same contents are the same piece under another name.
    CHECK(view.evidence[0].before->file_name == "photo.txt");
    CHECK_FALSE(view.evidence[0].after);
    CHECK(view.evidence[1].before->file_name == "order.txt");
    CHECK(view.evidence[1].after->file_name == "order again.txt");
    CHECK(view.evidence[2].question == "CSB-GV-02");
    CHECK((!view.evidence[2].before && view.evidence[2].after));
    const session::DiffView back = desk->diff_visits(second, first);
    CHECK(back.evidence[0].after);
}

TEST_CASE_FIXTURE(Desks, "two steps of one visit: evidence as it was when each was made") {
    const std::vector<HistoryStep> steps = steps_of(*desk, first);
    const session::DiffView view = desk->diff(steps.front().revision, steps.back().revision);
    CHECK(view.then.step.revision == steps.front().revision);
    CHECK_FALSE(view.then.finalised);
    CHECK(view.now.finalised);
    // Nothing was attached when it was begun.
    REQUIRE(view.evidence.size() == 2);
    CHECK(std::ranges::all_of(view.evidence, [](const auto& piece) { return !piece.before && piece.after; }));
    const HistoryStep site_step = desk->history(site, false).front();
    CHECK_THROWS_AS(desk->diff(site_step.revision, steps.back().revision), Error);
}

TEST_CASE_FIXTURE(Desks, "words travel to the assessor and back, and a question is asked until it is answered") {
    desk->review(second, record::Verdict::comment, "CSB-GV-01", "Which system?");
    desk->review(second, record::Verdict::give_back, "", "See the question");
    meet();
    session::AssessmentView seen = field->assessment(second);
    REQUIRE(seen.reviews.size() == 2);
    CHECK(session::asked_questions(seen) == std::set<std::string>{"CSB-GV-01"});
    const auto asks = [&] {
        return std::ranges::count(field->check(second), questionnaire::RemarkKind::reviewer_asks,
                                  &questionnaire::Remark::kind);
    };
    CHECK(asks() == 1);
    SUBCASE("in words") {
        field->review(second, record::Verdict::comment, "CSB-GV-01", "The one of the ministry");
        CHECK(session::asked_questions(field->assessment(second)).empty());
        meet();
        const session::AssessmentView read = desk->assessment(second);
        REQUIRE(read.reviews.size() == 3);
        CHECK(read.reviews.back().review.text == "The one of the ministry");
        CHECK(read.reviews.back().author == "Ігор");
        // A comment decides nothing.
        CHECK(desk->snapshot()->find(second)->verdict == record::Verdict::give_back);
    }
    SUBCASE("by another answer") {
        field->reopen(second);
        record::Answer answer = field->assessment(second).assessment.answers.at("CSB-GV-01");
        answer.note = "Журнал ведуть у системі міністерства.";
        answer.answered_ms = SystemClock().wall_ms() + 1000;
        field->save_answer(second, "CSB-GV-01", answer);
        CHECK(asks() == 0);
    }
    SUBCASE("and until the next question") {
        field->review(second, record::Verdict::comment, "CSB-GV-01", "The one of the ministry");
        meet();
        desk->review(second, record::Verdict::comment, "CSB-GV-01", "Which ministry?");
        meet();
        CHECK(asks() == 1);
    }
}

TEST_CASE_FIXTURE(Desks, "assessors give no verdicts, and answer on visits of their own only") {
    const std::string verdict = code_text([&] { field->review(second, record::Verdict::approve, "", ""); });
    CHECK(verdict.find("Only reviewers and coordinators") != std::string::npos);
    auto other = join("other", team::Role::assessor, "Богдан");
    // What is not theirs does not even come; of a visit that did, they may not write.
    CHECK_THROWS_AS(other->review(second, record::Verdict::comment, "", "Hello"), Error);
}

TEST_CASE_FIXTURE(Desks, "words that are being typed survive, each at its place, and go with the assessment") {
    desk->keep_words(second, "question/CSB-GV-01", "Which sys");
    desk->keep_words(second, "verdict", "Because");
    desk->keep_words(first, "verdict", "Other");
    desk.reset();
    desk =
        session::Session::open(folder / "desk.fieldseal", passphrase(), session::system_environment(crypto::test_cost));
    CHECK(desk->kept_words(second) ==
          std::map<std::string, std::string>{{"question/CSB-GV-01", "Which sys"}, {"verdict", "Because"}});
    desk->keep_words(second, "verdict", "");
    CHECK(desk->kept_words(second).size() == 1);
    office->erase_everywhere(second, "asked by the site");
    meet();
    CHECK(desk->kept_words(second).empty());
    CHECK(desk->kept_words(first).size() == 1);
}
