// Answering by touch, or with the mouse: what is tapped leads on once an answer is whole, and nothing is answered by
// surprise.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/ui/answering_desk.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
using test::Answering;

TEST_CASE("a whole assessment by touch takes little more than one tap a question") {
    Answering desk;
    desk.begin();
    std::set<std::string> seen;
    int taps = 0;
    const auto tap = [&](const std::string& id) {
        ++taps;
        desk.driver.click(id);
    };
    while (seen.insert(desk.here()).second) {
        const std::string question = desk.here();
        if (desk.asked().is_numeric()) {
            // The keyboard on the screen.
            tap("answer.number");
            desk.driver.type("12");
            tap("question.next");
        } else {
            tap("level.2");
        }
        if (seen.size() == 1) {
            // How one knows is said once, and that it holds for what follows.
            CHECK(desk.here() == question);
            tap("basis.3");
            REQUIRE(desk.here() != question);
            tap("answered.back");
            REQUIRE(desk.here() == question);
            tap("basis.carry");
            tap("question.next");
        }
        INFO(question);
        REQUIRE(desk.here() != question);
        CHECK(desk.answer(question).basis == record::Basis::observed);
    }
    const auto questions = static_cast<int>(seen.size());
    MESSAGE(questions << " questions, " << taps << " taps");
    CHECK(questions > 60);
    CHECK(taps < questions * 3 / 2);
    CHECK(desk.kept().answers.size() == seen.size());
}

TEST_CASE("a tap leads on when level and how one knows are both said, in either order") {
    Answering desk;
    desk.begin();
    const std::string first = desk.here();
    desk.driver.click("level.1");
    CHECK(desk.here() == first);
    desk.driver.click("level.2");
    CHECK(desk.here() == first);
    desk.driver.click("basis.2");
    const std::string second = desk.here();
    REQUIRE(second != first);
    CHECK(desk.answer(first).value == record::AnswerValue::of_level(2));
    CHECK(desk.answer(first).basis == record::Basis::documented);
    CHECK(desk.driver.find("answered.back").text.find(first + ": level 2") != std::string::npos);
    desk.driver.click("basis.3");
    CHECK(desk.here() == second);
    desk.driver.click("level.0");
    CHECK(desk.here() != second);
    // What is mended stays, and the way on is under the finger.
    desk.driver.click("answered.back");
    REQUIRE(desk.here() == second);
    desk.driver.click("level.3");
    desk.driver.click("basis.4");
    CHECK(desk.here() == second);
    CHECK(desk.answer(second).value == record::AnswerValue::of_level(3));
    const ui::Drawn next = desk.driver.find("question.next");
    CHECK(next.most.y - next.least.y > em(2));
    CHECK(next.most.x - next.least.x > em(8));
    desk.driver.click("question.next");
    const std::string third = desk.here();
    CHECK(third != second);
    CHECK(desk.answer(third).value == record::AnswerValue());
    // What says no level stays for a word of why.
    desk.driver.click("answer.unknown");
    CHECK(desk.here() == third);
    // Undo leads back to what it takes back.
    desk.driver.press_with_control(Key::z);
    desk.driver.press_with_control(Key::z);
    CHECK(desk.here() == second);
    CHECK(desk.answer(second).basis == record::Basis::observed);
}

TEST_CASE("a finger that taps twice, or goes on to the note, answers nothing else") {
    Answering desk;
    desk.begin();
    const std::string first = desk.here();
    desk.driver.click("basis.3");
    desk.time.runs = false;
    desk.driver.tap("level.2");
    CHECK(desk.here() == first);
    CHECK(desk.app.wake_left_ms() > 0);
    desk.driver.tap("level.2");
    CHECK(desk.here() == first);
    desk.driver.tap("level.1");
    CHECK(desk.here() == first);
    desk.time.uptime += 1000;
    desk.driver.frame(3);
    const std::string second = desk.here();
    REQUIRE(second != first);
    CHECK(desk.answer(first).value == record::AnswerValue::of_level(1));
    CHECK(desk.answer(second).value == record::AnswerValue());
    // Whoever has something to add is not led away from it.
    desk.driver.tap("basis.1");
    desk.driver.tap("level.3");
    desk.driver.tap("answer.note");
    desk.time.uptime += 1000;
    desk.driver.frame(3);
    CHECK(desk.here() == second);
    desk.time.runs = true;
    desk.driver.settle();
}

TEST_CASE("a tap stays where going on is switched off, and where the check led to it") {
    Answering desk([](session::Session& field) {
        const RecordId visit = test::nearly_done(field);
        field.save_answer(visit, "CSB-GV-04", {});
        field.save_answer(visit, "CSB-GV-08", {});
    });
    desk.app.open_assessment(desk.app.snapshot->assessments.front()->summary.id, "CSB-GV-04");
    desk.driver.settle();
    desk.driver.click("assessment.go_on");
    REQUIRE_FALSE(desk.app.preferences.go_on);
    desk.driver.click("level.1");
    desk.driver.click("basis.1");
    CHECK(desk.here() == "CSB-GV-04");
    desk.driver.click("assessment.go_on");
    // From the check, by touch as well: there and back.
    desk.driver.click("assessment.finalise");
    REQUIRE(desk.here() == close_page);
    const auto remarks = session::check(desk.visit());
    const auto open = std::ranges::find(remarks, "CSB-GV-08", &questionnaire::Remark::question);
    REQUIRE(open != remarks.end());
    desk.driver.click("remark." + std::to_string(open - remarks.begin()));
    REQUIRE(desk.here() == "CSB-GV-08");
    desk.driver.click("level.1");
    desk.driver.click("basis.1");
    CHECK(desk.here() == "CSB-GV-08");
    desk.driver.click("close.back");
    CHECK(desk.here() == close_page);
}
