// A reviewer's day at the screen: the history by keyboard and by mouse, the seal of a step in words, two visits side by
// side, and words that go to the assessor and back.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"
#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

constexpr const char* first_question_id = "CSB-GV-01";
constexpr const char* second_question_id = "CSB-GV-02";

struct ReviewStage : test::Stage {
    RecordId site;
    RecordId first;
    RecordId second;

    /// A hospital visited twice by Ivan, both visits at Marta's desk.
    ReviewStage() {
        auto office = create("office").first;
        office->found("Полтавщина 2026", "Олена Коваль");
        auto ivan = join(*office, "ivan", team::Role::assessor, "Іван Бондар");
        auto marta = join(*office, "marta", team::Role::reviewer, "Марта Гнатюк");
        record::Site hospital;
        hospital.name = "Лікарня № 5";
        hospital.sector = "health";
        site = ivan->add_site(hospital);
        first = visit(*ivan, "2026-01-10", 1, "Журнал лежить у серверній");
        second = visit(*ivan, "2026-07-12", 2, "Журнал лежить у сейфі");
        for (session::Session* each :
             {ivan.get(), marta.get(), office.get(), ivan.get(), marta.get(), office.get(), marta.get()}) {
            sync(*each);
        }
    }
    RecordId visit(session::Session& ivan, const std::string& day, int level, const std::string& note) const {
        const RecordId id = ivan.start_assessment(site, "csb", day);
        record::Answer answer;
        answer.value = record::AnswerValue::of_level(level);
        answer.basis = record::Basis::observed;
        answer.note = note;
        ivan.save_answer(id, first_question_id, answer);
        std::ofstream(folder / (day + ".txt"), std::ios::binary) << day;
        ivan.attach(id, first_question_id, folder / (day + ".txt"), "");
        ivan.finalise(id);
        return id;
    }
    void open_site_of_list() {
        driver.click("nav.sites");
        driver.click("sites.table.0");
        REQUIRE(app.site.steps.size() >= 7);
    }
    /// Number of the line in the time line, the newest first.
    int line_of(const std::function<bool(const session::HistoryStep&)>& wanted) const {
        const auto& steps = app.site.steps;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (wanted(steps[steps.size() - 1 - i])) {
                return static_cast<int>(i);
            }
        }
        FAIL("no such step");
        return -1;
    }
    int finalising_line(const RecordId& visit) const {
        return line_of([&](const session::HistoryStep& step) { return step.record == visit && step.state == 1; });
    }
    void exchange(std::initializer_list<const char*> names) {
        for (const char* name : names) {
            auto session = open(name);
            sync(*session);
        }
    }
};

}  // namespace

TEST_CASE("two steps are chosen and compared by keyboard alone") {
    ReviewStage stage;
    stage.unlock("marta");
    stage.open_site_of_list();
    const int newer = stage.finalising_line(stage.second);
    const int older = stage.finalising_line(stage.first);
    REQUIRE(newer < older);
    CHECK_FALSE(stage.driver.find("site.compare").enabled);
    stage.driver.press(Key::h);
    for (int i = 0; i < newer; ++i) {
        stage.driver.press(Key::down);
    }
    stage.driver.press(Key::enter);
    for (int i = newer; i < older; ++i) {
        stage.driver.press(Key::down);
    }
    stage.driver.press(Key::enter);
    CHECK(stage.driver.find("site.compare").enabled);
    stage.driver.press(Key::c);
    REQUIRE(stage.app.screen == Screen::diff);
    REQUIRE(stage.app.diff.loaded);
    // The older one stands at the left, whichever was chosen first.
    CHECK(stage.app.diff.loaded->then.step.record == stage.first);
    CHECK(stage.driver.find("diff.before").text.find("Visit of " + day_text("2026-01-10")) == 0);
    CHECK(stage.driver.find("diff.after").text.find("Visit of " + day_text("2026-07-12")) == 0);
    CHECK(stage.driver.find("diff.after").text.find("Іван Бондар") != std::string::npos);
    CHECK(stage.driver.find("diff.after").text.find(stage.app.diff.loaded->now.step.device.hex().substr(0, 8)) !=
          std::string::npos);
    // What changed about an answer comes before the rest, and each side has its own words.
    REQUIRE(!stage.app.diff.groups->empty());
    CHECK(stage.app.diff.groups->front().question == first_question_id);
    CHECK(stage.app.diff.groups->front().answer_changed);
    const std::string value = std::string("diff.answers/") + first_question_id + "/value";
    CHECK(stage.driver.find(value + ".before").text.find("level 1: ") == 0);
    CHECK(stage.driver.find(value).text.find("level 2: ") == 0);
    const std::string evidence = std::string("diff.evidence.") + first_question_id;
    CHECK(stage.driver.find(evidence + ".before").text == "2026-01-10.txt  (taken out)");
    CHECK(stage.driver.find(evidence + ".after").text == "2026-07-12.txt  (added)");
}

TEST_CASE("two steps are chosen and compared by mouse, and lines of different visits look different") {
    ReviewStage stage;
    stage.unlock("marta");
    stage.open_site_of_list();
    const std::string newer = "step." + std::to_string(stage.finalising_line(stage.second));
    const std::string older = "step." + std::to_string(stage.finalising_line(stage.first));
    CHECK(stage.driver.find(newer).text.find("visit of " + day_text("2026-07-12")) != std::string::npos);
    CHECK(stage.driver.find(older).text.find("visit of " + day_text("2026-01-10")) != std::string::npos);
    stage.driver.click(older);
    // A step of another kind cannot be compared with it: choosing begins anew.
    stage.driver.click("step." +
                       std::to_string(stage.line_of([](const auto& step) { return step.kind == record::Kind::site; })));
    CHECK_FALSE(stage.driver.find("site.compare").enabled);
    stage.driver.click(older);
    stage.driver.click(newer);
    stage.driver.click("site.compare");
    REQUIRE(stage.app.screen == Screen::diff);
    REQUIRE(stage.app.diff.loaded);
    CHECK(stage.app.diff.loaded->then.step.record == stage.first);
    stage.driver.click("back");
    CHECK(stage.app.screen == Screen::site);
}

TEST_CASE("a visit is compared with the one before it by one press") {
    ReviewStage stage;
    stage.unlock("marta");
    stage.open_site_of_list();
    CHECK_FALSE(stage.driver.shows("visit." + stage.first.hex() + ".compare"));
    stage.driver.click("visit." + stage.second.hex() + ".compare");
    REQUIRE(stage.app.diff.loaded);
    CHECK(stage.app.diff.loaded->then.step.record == stage.first);
    CHECK(stage.app.diff.loaded->now.step.record == stage.second);
    // Whose and which day stands in the heads, not among the changes.
    CHECK_FALSE(stage.driver.shows("diff.visited_on"));
    CHECK_FALSE(stage.driver.shows("diff.started_ms"));
}

TEST_CASE("the seal of a step is checked on demand, in plain words, in both languages") {
    ReviewStage stage;
    stage.unlock("marta");
    stage.open_site_of_list();
    const int line = stage.finalising_line(stage.second);
    CHECK_FALSE(stage.driver.find("site.check_step").enabled);
    stage.driver.press(Key::h);
    for (int i = 0; i < line; ++i) {
        stage.driver.press(Key::down);
    }
    stage.driver.press(Key::k);
    REQUIRE(stage.app.site.seal);
    CHECK(stage.driver.find("step.seal.verdict").text == "Its seal holds: nothing was altered since it was written");
    CHECK(stage.driver.find("step.seal.3").text.find("It is by Іван Бондар") != std::string::npos);
    CHECK(stage.driver.find("step.seal.4").text.find(stage.app.site.seal->fingerprint) != std::string::npos);
    set_language(Language::ukrainian);
    CHECK(stage.driver.find("step.seal.verdict").text.find("Печатка ціла") == 0);
    set_language(Language::english);
    stage.driver.click("step.seal.close");
    CHECK_FALSE(stage.app.site.seal);
    // What Marta writes herself is not signed before it goes out.
    stage.driver.click("visit." + stage.second.hex() + ".open");
    stage.driver.write("review.text", "Which safe?");
    stage.driver.click("review.comment");
    stage.open_site_of_list();
    stage.driver.click(
        "step." + std::to_string(stage.line_of([](const auto& step) { return step.kind == record::Kind::review; })));
    stage.driver.click("site.check_step");
    CHECK(stage.driver.find("step.seal.verdict").text == "Not sealed yet");
}

TEST_CASE("a step whose bytes were changed in the database is told in words, and the others are still there") {
    ReviewStage stage;
    // The last row that is of the site: which that is depends on the order in which logs came.
    bool damaged = false;
    for (int back = 0; !damaged; ++back) {
        REQUIRE(back < 20);
        sqlite3* database = nullptr;
        REQUIRE(sqlite3_open(stage.vault("marta").c_str(), &database) == SQLITE_OK);
        const std::string change =
            "UPDATE revision SET sealed = CAST(substr(sealed, 1, 60) || x'a5a5a5a5' || substr(sealed, 65) AS BLOB) WHERE "
            "row = (SELECT max(row) FROM revision) - " +
            std::to_string(back);
        REQUIRE(sqlite3_exec(database, change.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(database);
        const auto marta = session::Session::open(stage.vault("marta"), stage.passphrase,
                                                  session::system_environment(crypto::test_cost));
        damaged = std::ranges::any_of(marta->history(stage.site, true), [](const session::HistoryStep& step) {
            return step.body == session::HistoryStep::Body::damaged;
        });
    }
    stage.unlock("marta");
    stage.open_site_of_list();
    const int line = stage.line_of(
        [](const session::HistoryStep& step) { return step.body == session::HistoryStep::Body::damaged; });
    const std::string id = "step." + std::to_string(line);
    CHECK(stage.driver.find(id).text.find("cannot be read") != std::string::npos);
    stage.driver.click(id);
    // It cannot be compared with anything.
    CHECK_FALSE(stage.app.site.first);
    stage.driver.click("site.check_step");
    CHECK(stage.driver.find("step.seal.verdict").text == "Its seal does NOT hold: something was altered");
    CHECK(stage.driver.find("step.seal.0").text ==
          "What it said does not open any more: its bytes on this disk were changed, moved or taken out.");
    set_language(Language::ukrainian);
    CHECK(stage.driver.find("step.seal.verdict").text == "Печатку ПОРУШЕНО: щось змінено");
    CHECK(stage.driver.find("step.seal.0").text.find("його байти на цьому диску змінено") != std::string::npos);
    set_language(Language::english);
}

TEST_CASE("half-typed words stay with their question, the reason of a return apart, also over leaving and locking") {
    ReviewStage stage;
    stage.unlock("marta");
    stage.app.open_assessment(stage.second, first_question_id);
    stage.driver.settle();
    stage.driver.write("review.text", "Which safe");
    stage.driver.write("review.reason", "Two answers are not shown");
    stage.driver.click("question.next");
    REQUIRE(stage.app.assessment.question == second_question_id);
    CHECK(stage.driver.find("review.text").text.empty());
    CHECK(stage.driver.find("review.reason").text == "Two answers are not shown");
    stage.driver.write("review.text", "Who");
    stage.driver.click("question.previous");
    CHECK(stage.driver.find("review.text").text == "Which safe");
    // To the history and back, as one does to look something up.
    stage.driver.click("nav.sites");
    stage.app.open_assessment(stage.second, second_question_id);
    stage.driver.settle();
    CHECK(stage.driver.find("review.text").text == "Who");
    stage.reopen("marta");
    stage.app.open_assessment(stage.second, first_question_id);
    stage.driver.settle();
    CHECK(stage.driver.find("review.text").text == "Which safe");
    CHECK(stage.driver.find("review.reason").text == "Two answers are not shown");
    // What is meant for a return does not go out with an approval.
    CHECK_FALSE(stage.driver.find("review.approve").enabled);
    stage.driver.click("review.comment");
    CHECK(stage.driver.find("review.text").text.empty());
    CHECK(stage.driver.find("review.reason").text == "Two answers are not shown");
    stage.driver.click("review.return");
    const auto& reviews = stage.app.assessment.loaded->reviews;
    REQUIRE(reviews.size() == 2);
    CHECK(reviews[0].review.text == "Which safe");
    CHECK(reviews[0].review.question == first_question_id);
    CHECK(reviews[1].review.text == "Two answers are not shown");
    CHECK(stage.driver.find("review.reason").text.empty());
}

TEST_CASE("a question travels to the assessor, who is led to it, and the answer travels back") {
    ReviewStage stage;
    {
        auto marta = stage.open("marta");
        marta->review(stage.second, record::Verdict::comment, second_question_id, "Nobody answered this?");
        marta->review(stage.second, record::Verdict::give_back, "", "One question is open");
    }
    stage.exchange({"marta", "office", "ivan"});
    stage.unlock("ivan");
    stage.app.open_assessment(stage.second, first_question_id);
    stage.driver.settle();
    // Marked in the list, and told on the page of the returned assessment.
    CHECK(stage.driver.find(std::string("list.") + second_question_id).text.find(icon::comment) != std::string::npos);
    CHECK(stage.driver.find(std::string("list.") + first_question_id).text.find(icon::comment) == std::string::npos);
    stage.driver.click("assessment.summary");
    CHECK(stage.driver.find("asked.reason").text == "One question is open");
    CHECK(stage.driver.find(std::string("asked.") + second_question_id).text.find("a reviewer asked about this") !=
          std::string::npos);
    stage.driver.click(std::string("asked.") + second_question_id);
    CHECK(stage.app.assessment.question == second_question_id);
    // Reopened, the check before closing names it as well, and leads there.
    stage.driver.click("assessment.reopen");
    CHECK(stage.app.assessment.question == second_question_id);
    stage.driver.press_with_control(Key::enter);
    stage.driver.click("close.open");
    CHECK(stage.driver.find("remark.0").text.find("A reviewer asked about this: Nobody answered this?") !=
          std::string::npos);
    stage.driver.click("remark.0");
    REQUIRE(stage.app.assessment.question == second_question_id);
    CHECK_FALSE(stage.driver.shows("review.return"));
    stage.driver.write("review.text", "Nobody was there; asked again by phone.");
    stage.driver.click("review.comment");
    CHECK(session::asked_questions(*stage.app.assessment.loaded).empty());
    stage.driver.press_with_control(Key::l);
    stage.exchange({"ivan", "office", "marta"});
    stage.unlock("marta");
    stage.driver.click("nav.reviews");
    REQUIRE(stage.app.reviews.lines.size() == 2);
    const auto line = std::ranges::find_if(stage.app.reviews.lines,
                                           [&](const auto& each) { return each.row->summary.id == stage.second; });
    CHECK(line->answered_in_words);
    stage.app.open_assessment(stage.second, second_question_id);
    stage.driver.settle();
    const auto& reviews = stage.app.assessment.loaded->reviews;
    REQUIRE(reviews.size() == 3);
    CHECK(stage.driver.find("thread." + reviews.back().id.hex()).text == "Nobody was there; asked again by phone.");
}

TEST_CASE("an answer to be read stands in plain text with what was chosen marked") {
    ReviewStage stage;
    stage.unlock("marta");
    stage.app.open_assessment(stage.second, first_question_id);
    stage.driver.settle();
    CHECK(stage.driver.find("level.2").text.starts_with("* "));
    CHECK_FALSE(stage.driver.find("level.1").text.starts_with("* "));
    CHECK(stage.driver.find("basis.read").text == "Observed");
    CHECK(stage.driver.find("answer.note.read").text == "Журнал лежить у сейфі");
    CHECK_FALSE(stage.driver.shows("answer.note"));
    // Keys of answering do nothing here.
    stage.driver.press(Key::digit_0);
    CHECK(answer_of(stage.app.assessment, first_question_id)->value == record::AnswerValue::of_level(2));
    stage.driver.click("question.next");
    CHECK(stage.driver.find("answer.read").text == "Not answered");
}

TEST_CASE("a step says what was done to the record, by its kind") {
    const test::NullScreen screen;
    using record::Kind;
    const auto text = [](Kind kind, std::optional<std::int64_t> state) {
        session::HistoryStep step;
        step.kind = kind;
        step.parents = {Hash{}};
        step.paths = {"state"};
        step.state = state;
        return changed_text(step);
    };
    CHECK(text(Kind::assessment, 1) == "finalised");
    CHECK(text(Kind::assessment, std::nullopt) == "opened again");
    CHECK(text(Kind::finding, 1) == "closed");
    CHECK(text(Kind::finding, std::nullopt) == "opened again");
    CHECK(text(Kind::pledge, 1) == "pledged");
    CHECK(text(Kind::pledge, 2) == "handed over");
    CHECK(text(Kind::pledge, 3) == "fell through");
    session::HistoryStep review;
    review.kind = Kind::review;
    review.state = 2;
    CHECK(changed_text(review) == "returned");
    review.state = std::nullopt;
    CHECK(changed_text(review) == "comment");
    session::HistoryStep pledge;
    pledge.kind = Kind::pledge;
    CHECK(changed_text(pledge) == "proposed");
    // The same in what two versions of a field, or two steps, say.
    CHECK(value_text("state", codec::Value(std::int64_t{2}), nullptr, Kind::pledge) == "handed over");
    CHECK(value_text("state", std::nullopt, nullptr, Kind::finding) == "open");
}
