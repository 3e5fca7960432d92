// One hand on the keyboard: levels that lead on, numbers, how one knows, jumping by typing, and taking anything back.
#include <doctest/doctest.h>

#include <algorithm>

#include "app/desktop/text/read_input.h"
#include "tests/ui/answering_desk.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
using test::Answering;
using test::nearly_done;

namespace {

const record::AnswerValue nothing;

}  // namespace

TEST_CASE("a whole assessment by keys alone takes under two presses a question, with how one knows said") {
    Answering desk;
    desk.begin();
    std::set<std::string> seen;
    std::string section;
    while (seen.insert(desk.here()).second) {
        const std::string question = desk.here();
        // One talk, one look round, one folder: said once for each section.
        if (const std::string now = std::to_string(desk.asked().section); now != section) {
            section = now;
            ++desk.presses;
            desk.driver.press_with_shift(seen.size() % 2 == 0 ? Key::s : Key::d);
        }
        if (desk.asked().is_numeric()) {
            desk.type("12");
            desk.press(Key::enter);
            CHECK(desk.answer(question).value == record::AnswerValue::of_number("12"));
        } else {
            desk.press(Key::digit_2);
            CHECK(desk.answer(question).value == record::AnswerValue::of_level(2));
        }
        CHECK(desk.answer(question).basis != record::Basis::none);
    }
    const auto questions = static_cast<int>(seen.size());
    MESSAGE(questions << " questions, " << desk.presses << " presses");
    CHECK(questions > 60);
    CHECK(desk.presses < 2 * questions);
    CHECK(desk.visit().score->overall.coverage > 0.99);
    const auto remarks = session::check(desk.visit());
    CHECK(std::ranges::count(remarks, questionnaire::RemarkKind::without_basis, &questionnaire::Remark::kind) == 0);
    CHECK(desk.kept().answers.size() == seen.size());
}

TEST_CASE("a level is seen before the page turns, and a finger that slips answers nothing else") {
    Answering desk;
    desk.begin();
    const std::string first = desk.here();
    desk.time.runs = false;
    desk.driver.key(Key::digit_2);
    desk.driver.frame(5);
    CHECK(desk.here() == first);
    CHECK(desk.answer(first).value == record::AnswerValue::of_level(2));
    desk.driver.key(Key::digit_2);
    desk.driver.key(Key::digit_1);
    CHECK(desk.here() == first);
    CHECK(desk.answer(first).value == record::AnswerValue::of_level(1));
    CHECK(desk.app.wake_left_ms() > 0);
    desk.time.uptime += 1000;
    CHECK(desk.app.wake_left_ms() == 0);
    desk.driver.frame(3);
    const std::string second = desk.here();
    REQUIRE(second != first);
    CHECK(desk.answer(second).value == nothing);
    CHECK(desk.app.wake_left_ms() == -1);
    // What was answered stands above the next question.
    CHECK(desk.driver.find("answered.back").text.find(first + ": level 1") != std::string::npos);
    // Backspace before the page turns keeps it, after it goes back.
    desk.driver.key(Key::digit_3);
    desk.driver.key(Key::backspace);
    desk.time.uptime += 1000;
    desk.driver.frame(3);
    CHECK(desk.here() == second);
    desk.driver.key(Key::digit_3);
    desk.time.uptime += 1000;
    desk.driver.frame(3);
    REQUIRE(desk.here() != second);
    desk.driver.key(Key::backspace);
    CHECK(desk.here() == second);
    // What else is said of a question keeps its page; Enter turns it once.
    desk.driver.key(Key::digit_2);
    desk.driver.key(Key::b);
    desk.time.uptime += 1000;
    desk.driver.frame(3);
    CHECK(desk.here() == second);
    CHECK(desk.answer(second).basis == record::Basis::observed);
    desk.driver.key(Key::digit_2);
    desk.driver.key(Key::enter);
    desk.time.uptime += 1000;
    desk.driver.frame(3);
    CHECK(desk.here() == desk.visit().questions->questions_in_order()[2]->id);
    desk.time.runs = true;
    desk.driver.settle();
}

TEST_CASE("a level stays with Shift, where going on is switched off, and where the check led to it") {
    Answering desk([](session::Session& field) { nearly_done(field); });
    desk.app.open_assessment(desk.app.snapshot->assessments.front()->summary.id, "CSB-GV-01");
    desk.driver.settle();
    desk.driver.press_with_shift(Key::digit_1);
    CHECK(desk.here() == "CSB-GV-01");
    desk.driver.press(Key::g);
    CHECK_FALSE(desk.app.preferences.go_on);
    CHECK(desk.app.preferences_changed);
    desk.driver.press(Key::digit_2);
    CHECK(desk.here() == "CSB-GV-01");
    desk.driver.press(Key::g);
    desk.driver.press(Key::digit_2);
    CHECK(desk.here() == "CSB-GV-02");
    // Undo leads back to what it takes back.
    desk.driver.press_with_control(Key::z);
    CHECK(desk.here() == "CSB-GV-01");
    CHECK(desk.answer("CSB-GV-01").value == record::AnswerValue::of_level(1));
    desk.driver.press_with_control(Key::enter);
    desk.driver.press(Key::down);
    desk.driver.press(Key::enter);
    const std::string led_to = desk.here();
    CHECK(led_to == "CSB-PR-28");
    desk.driver.press(Key::digit_1);
    CHECK(desk.here() == led_to);
    // Behind the last question there is none: it says so instead of beginning again.
    const auto& all = desk.visit().questions->questions_in_order();
    const auto last = std::find_if(all.rbegin(), all.rend(), [&](const questionnaire::Question* each) {
        return desk.app.assessment.applicability->applies(each->id);
    });
    desk.driver.press_with_control(Key::enter);
    desk.driver.click("finalise.cancel");
    desk.jump((*last)->id);
    REQUIRE(desk.here() == (*last)->id);
    if ((*last)->is_numeric()) {
        desk.driver.type("7");
        desk.driver.press(Key::enter);
    } else {
        desk.driver.press(Key::digit_2);
    }
    CHECK(desk.here() == (*last)->id);
    CHECK(desk.status().starts_with("That was the last question."));
}

TEST_CASE("digits go into the field of a question for a number, Enter accepts, Escape restores") {
    Answering desk;
    desk.begin();
    desk.jump(desk.number_in_hours());
    const std::string question = desk.here();
    REQUIRE(desk.asked().is_numeric());
    desk.type("36,5");
    CHECK(desk.driver.find("answer.number").text == "36,5");
    CHECK(desk.answer(question).value == record::AnswerValue::of_number("36.5"));
    desk.press(Key::enter);
    REQUIRE(desk.here() != question);
    CHECK(desk.driver.find("answered.back").text.find("36.5") != std::string::npos);
    // Typed anew, and given up.
    desk.press(Key::backspace);
    REQUIRE(desk.here() == question);
    desk.type("48");
    CHECK(desk.answer(question).value == record::AnswerValue::of_number("48"));
    desk.press(Key::escape);
    CHECK(desk.here() == question);
    CHECK(desk.answer(question).value == record::AnswerValue::of_number("36.5"));
    CHECK(desk.driver.find("answer.number").text == "36.5");
    // As one step: what was there before all of it.
    desk.type("7");
    desk.press(Key::enter);
    desk.driver.press_with_control(Key::z);
    CHECK(desk.here() == question);
    CHECK(desk.answer(question).value == record::AnswerValue::of_number("36.5"));
    set_language(Language::ukrainian);
    CHECK(desk.driver.find("answer.number").text == "36,5");
    set_language(Language::english);
    CHECK(desk.kept().answers.at(question).value == record::AnswerValue::of_number("36.5"));
}

TEST_CASE("what cannot be read as a number stays, is said to be no answer, and outlives the lock") {
    Answering desk;
    desk.begin();
    desk.jump(desk.number_in_hours());
    const std::string question = desk.here();
    const RecordId id = desk.app.assessment.id;
    REQUIRE(desk.asked().number->unit == "h");
    desk.type("12 год");
    CHECK(desk.answer(question).value == record::AnswerValue::of_number("12"));
    CHECK_FALSE(desk.driver.shows("answer.number.unread"));
    desk.driver.type(" або 14");
    CHECK(desk.driver.shows("answer.number.unread"));
    // The number that was read before does not go on counting.
    CHECK(desk.answer(question).value == nothing);
    desk.press(Key::enter);
    CHECK(desk.here() == question);
    desk.press(Key::page_down);
    CHECK(desk.here() != question);
    CHECK(desk.driver.find("list." + question).text.starts_with(icon::warning));
    const auto there = [&] {
        desk.app.open_assessment(id, question);
        desk.driver.settle();
        return desk.driver.find("answer.number").text;
    };
    CHECK(there() == "12 год або 14");
    desk.driver.press_with_control(Key::l);
    desk.unlock("field");
    CHECK(there() == "12 год або 14");
    CHECK(desk.driver.shows("answer.number.unread"));
    // The check tells of it.
    const auto remarks = session::check(desk.visit());
    const auto remark = std::ranges::find(remarks, question, &questionnaire::Remark::question);
    REQUIRE(remark != remarks.end());
    CHECK(remark_text(desk.app, *remark).find("12 год або 14") != std::string::npos);
    // Put right, nothing is left of it.
    desk.driver.type("14");
    desk.press(Key::enter);
    CHECK(there() == "14");
    CHECK(desk.app.assessment.unread_numbers.empty());
    CHECK(desk.kept().answers.at(question).value == record::AnswerValue::of_number("14"));
    CHECK(desk.open("field")->setting("unread_numbers").empty());
}

TEST_CASE("Enter in the jump field takes the first that it finds, the arrows another, Escape none") {
    Answering desk;
    desk.begin();
    const std::string first = desk.here();
    desk.jump("pr26");
    CHECK(desk.here() == "CSB-PR-26");
    CHECK(desk.app.assessment.jump.empty());
    // The keys are the question's again.
    desk.driver.press_with_shift(Key::digit_2);
    CHECK(desk.answer("CSB-PR-26").value == record::AnswerValue::of_level(2));
    desk.driver.press_with_control(Key::j);
    desk.driver.type("CSB-RC");
    desk.driver.press(Key::down);
    desk.driver.press(Key::down);
    desk.driver.press(Key::up);
    desk.driver.press(Key::enter);
    const auto& all = desk.visit().questions->questions_in_order();
    const auto recover = std::ranges::find_if(all, [](const auto* each) { return each->id.starts_with("CSB-RC"); });
    REQUIRE(recover != all.end());
    CHECK(desk.here() == (*std::next(recover))->id);
    // By its words, as well as by its id.
    const std::string words = (*recover)->text.in(language());
    desk.jump(words.substr(0, 24));
    CHECK(portfolio::fold(desk.asked().text.in(language())).find(portfolio::fold(words.substr(0, 24))) !=
          std::string::npos);
    const std::string here = desk.here();
    desk.driver.press_with_control(Key::j);
    desk.driver.type("zzzz");
    desk.driver.press(Key::enter);
    CHECK(desk.here() == here);
    desk.driver.press_with_control(Key::j);
    desk.driver.press(Key::escape);
    CHECK(desk.app.assessment.jump.empty());
    CHECK(desk.here() == here);
    CHECK(first != here);
}

TEST_CASE("how one knows is never said by itself: it is carried on by a press, and asked for at the close") {
    Answering desk;
    desk.begin();
    const std::string first = desk.here();
    desk.press(Key::digit_2);
    CHECK(desk.answer(first).basis == record::Basis::none);
    CHECK(desk.driver.shows("answered.unsaid"));
    const std::string second = desk.here();
    desk.press(Key::d);
    desk.press(Key::digit_2);
    CHECK(desk.answer(second).basis == record::Basis::documented);
    // Of that question alone.
    const std::string third = desk.here();
    desk.press(Key::digit_2);
    CHECK(desk.answer(third).basis == record::Basis::none);
    const std::string fourth = desk.here();
    desk.driver.press_with_shift(Key::b);
    CHECK(desk.driver.find("basis.carry").text == "Also for what follows: Observed");
    desk.press(Key::digit_2);
    const std::string fifth = desk.here();
    desk.press(Key::digit_1);
    CHECK(desk.answer(fourth).basis == record::Basis::observed);
    CHECK(desk.answer(fifth).basis == record::Basis::observed);
    // Another for one question, and the carried one goes on; its own key with Shift takes it off.
    const std::string sixth = desk.here();
    desk.press(Key::t);
    desk.press(Key::digit_1);
    CHECK(desk.answer(sixth).basis == record::Basis::tested);
    const std::string seventh = desk.here();
    desk.press(Key::digit_1);
    CHECK(desk.answer(seventh).basis == record::Basis::observed);
    desk.press(Key::backspace);
    desk.driver.press_with_shift(Key::b);
    CHECK(desk.app.assessment.carried_basis == record::Basis::none);
    CHECK(desk.answer(seventh).basis == record::Basis::observed);
    // Unknown says nothing of how.
    desk.press(Key::u);
    CHECK(desk.answer(seventh).value == record::AnswerValue::unknown());
    // The close asks for what is open; one press says the least of all of it, and one takes that back.
    desk.driver.press_with_control(Key::enter);
    REQUIRE(desk.driver.shows("close.all_stated"));
    desk.press(Key::s);
    CHECK(desk.answer(first).basis == record::Basis::stated);
    CHECK(desk.answer(third).basis == record::Basis::stated);
    CHECK(desk.answer(second).basis == record::Basis::documented);
    CHECK_FALSE(desk.driver.shows("close.all_stated"));
    desk.driver.press_with_control(Key::z);
    CHECK(desk.answer(first).basis == record::Basis::none);
    CHECK(desk.answer(third).basis == record::Basis::none);
    CHECK(desk.status() == "Undone: 2 answers: How known");
    desk.driver.press_with_control(Key::y);
    CHECK(desk.answer(third).basis == record::Basis::stated);
    CHECK(desk.kept().answers.at(first).basis == record::Basis::stated);
}

TEST_CASE("adding a finding and asking for help are taken back and done again") {
    Answering desk;
    desk.begin();
    desk.jump("PR-26");
    const std::string question = desk.here();
    const RecordId visit = desk.app.assessment.id;
    desk.press(Key::digit_0);
    desk.press(Key::f);
    REQUIRE(desk.visit().findings.size() == 1);
    const RecordId finding = desk.visit().findings[0].id;
    desk.driver.write("finding.0.text", "Copies lie on the server");
    desk.driver.press(Key::escape);
    desk.press(Key::h);
    REQUIRE(desk.visit().needs.size() == 1);
    desk.driver.press_with_control(Key::z);
    CHECK(desk.visit().needs.empty());
    CHECK(desk.status() == "Undone: " + question + ": What would help");
    desk.driver.press_with_control(Key::z);
    REQUIRE(desk.visit().findings.size() == 1);
    desk.driver.press_with_control(Key::z);
    CHECK(desk.visit().findings.empty());
    CHECK(desk.status() == "Undone: " + question + ": Finding");
    CHECK(desk.driver.shows("finding.add"));
    for (int i = 0; i < 3; ++i) {
        desk.driver.press_with_control(Key::y);
    }
    REQUIRE(desk.visit().findings.size() == 1);
    CHECK(desk.visit().findings[0].id == finding);
    CHECK(desk.visit().findings[0].finding.text == "Copies lie on the server");
    CHECK(desk.visit().needs.size() == 1);
    desk.driver.press_with_control(Key::z);
    CHECK(desk.visit().needs.empty());
    // What was taken back is marked in the vault, not rewritten; nobody is told of a need that nobody has.
    desk.driver.press_with_control(Key::l);
    const auto field = desk.open("field");
    field->cut_all();
    CHECK(field->assessment(visit).needs.empty());
    CHECK(field->assessment(visit).findings.size() == 1);
    CHECK(field->help()->needs.empty());
    CHECK(field->verify().findings.empty());
}

TEST_CASE("the signature and what is seen of earlier findings are taken back as well") {
    RecordId now;
    Answering desk([&](session::Session& field) {
        const RecordId before = nearly_done(field);
        record::Answer excluded;
        excluded.value = record::AnswerValue::not_applicable();
        excluded.reason = "no suppliers";
        field.save_answer(before, "CSB-GV-06", excluded);
        record::Finding finding;
        finding.assessment = before;
        finding.question = "CSB-PR-26";
        finding.text = "Copies lie on the server";
        finding.urgency = record::Urgency::now;
        field.add_finding(finding);
        field.finalise(before);
        now = field.start_assessment(field.assessment(before).assessment.site, "csb", "2026-12-20");
    });
    desk.app.open_assessment(now, "CSB-PR-26");
    desk.driver.settle();
    REQUIRE(desk.visit().follow_ups.size() == 1);
    desk.driver.click("look.0.result.1");
    desk.driver.write("look.0.note", "moved away");
    desk.driver.press(Key::escape);
    const auto check = [&] { return desk.visit().follow_ups[0].check; };
    REQUIRE(check().note == "moved away");
    desk.driver.press_with_control(Key::enter);
    desk.driver.press(Key::digit_3);
    desk.driver.type("Марія");
    desk.driver.press(Key::escape);
    REQUIRE(desk.visit().assessment.sign_off.name == "Марія");
    desk.driver.press_with_control(Key::z);
    CHECK(desk.here() == close_page);
    CHECK(desk.visit().assessment.sign_off.name.empty());
    CHECK(desk.status() == "Undone: Signature: Who signs");
    desk.driver.press_with_control(Key::z);
    CHECK(desk.here() == "CSB-PR-26");
    CHECK(check().note.empty());
    CHECK(check().result == record::CheckResult::solved);
    desk.driver.press_with_control(Key::z);
    CHECK(check().result == record::CheckResult::none);
    for (int i = 0; i < 3; ++i) {
        desk.driver.press_with_control(Key::y);
    }
    CHECK(check().note == "moved away");
    CHECK(desk.visit().assessment.sign_off.name == "Марія");
    desk.driver.press_with_control(Key::z);
    const record::Assessment kept = desk.kept();
    CHECK(kept.sign_off.name.empty());
    REQUIRE(kept.checks.size() == 1);
    CHECK(kept.checks.begin()->second.note == "moved away");
}

TEST_CASE("numbers and days are read as people write them in either language") {
    const test::NullScreen screen;
    const auto number = [](const char* typed, const char* unit = "h") {
        return read_decimal(typed, unit).value_or("none");
    };
    CHECK(number("36,5") == "36.5");
    CHECK(number("36.5 h") == "36.5");
    CHECK(number(" 12 год. ") == "12");
    CHECK(number("12 годин") == "12");
    CHECK(number("1 200") == "1200");
    CHECK(number("1\u00a0200,5 л", "l") == "1200.5");
    CHECK(number("2 доби", "d") == "2");
    CHECK(number("12,") == "12");
    CHECK(number("-3") == "-3");
    CHECK(number("12 14") == "none");
    CHECK(number("12 днів") == "none");
    CHECK(number("близько 12") == "none");
    CHECK(number("1,2,3") == "none");
    CHECK(number("") == "none");
    CHECK(number("-") == "none");
    set_language(Language::english);
    CHECK(decimal_text("2.5") == "2.5");
    CHECK(day_example() == "2026-11-23");
    set_language(Language::ukrainian);
    CHECK(decimal_text("2.5") == "2,5");
    CHECK(figure_text(2, 1) == "2,0");
    CHECK(day_example() == "23.11.2026");
    CHECK(read_day("23.11.2026") == "2026-11-23");
    CHECK(read_day(" 3.1.27 ") == "2027-01-03");
    CHECK(read_day("2026-11-23") == "2026-11-23");
    // What is no day is given back: the vault refuses it in words.
    for (const char* wrong : {"31.02.2026", "23.11", "tomorrow", "1.2.3.4", ""}) {
        CHECK(read_day(wrong) == wrong);
    }
    set_language(Language::english);
}
