// Closing an assessment: the check leads to each gap and back, the site signs, it is sealed. Undo over all answers. A program that is killed loses nothing.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "tests/ui/desk.h"
#include "tests/ui/stage.h"
#include "tests/ui/visits.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
using test::answered;
using test::found;
using test::nearly_done;

namespace {

struct Closing : test::Stage {
    RecordId assessment;

    Closing() {
        set_language(Language::english);
        found(*this, [this](session::Session& field) { assessment = nearly_done(field); });
        unlock("field");
        app.open_assessment(assessment);
        driver.settle();
    }
    std::string remark(int place) { return driver.find("remark." + std::to_string(place)).text; }
    bool starts(int place, const std::string& question) { return remark(place).starts_with(question); }
    const record::Assessment& shown() const { return app.assessment.loaded->assessment; }
};

/// On a new assessment's first question.
struct Answering : test::Stage {
    Answering() {
        set_language(Language::english);
        found(*this, [](session::Session& field) { field.generate(1, 0, 5); });
        unlock("field");
        app.open_site(app.snapshot->sites.front()->summary.id);
        driver.settle();
        driver.click("site.start");
    }
    const record::Answer& answer(const std::string& question) { return app.assessment.loaded->assessment.answers[question]; }
    std::string status() const { return app.status ? app.status->text : std::string(); }
};

}  // namespace

TEST_CASE("the check leads to each gap by one press, and back by another") {
    Closing desk;
    desk.driver.press_with_control(Key::enter);
    CHECK(desk.app.assessment.question == close_page);
    REQUIRE(desk.starts(0, "CSB-GV-06"));
    REQUIRE(desk.starts(1, "CSB-PR-28"));
    CHECK(desk.remark(1).find("no copies to restore it from") != std::string::npos);
    CHECK(desk.remark(1).find("CSB-PR-26: level 0") != std::string::npos);
    CHECK_FALSE(desk.driver.find("finalise.go").enabled);
    // To the gap: what is missing can be typed at once.
    desk.driver.press(Key::enter);
    CHECK(desk.app.assessment.question == "CSB-GV-06");
    CHECK(desk.driver.shows("close.back"));
    desk.driver.type("no suppliers");
    desk.driver.press_with_control(Key::enter);
    CHECK(desk.app.assessment.question == close_page);
    CHECK(desk.shown().answers.at("CSB-GV-06").reason == "no suppliers");
    CHECK(desk.driver.find("finalise.go").enabled);
    // What was put right is gone; the next stands in its place.
    REQUIRE(desk.starts(0, "CSB-PR-28"));
    desk.driver.press(Key::enter);
    CHECK(desk.app.assessment.question == "CSB-PR-28");
    desk.driver.press(Key::digit_1);
    desk.driver.click("close.back");
    CHECK_FALSE(desk.starts(0, "CSB-PR-28"));
    // Down, and by mouse.
    REQUIRE(desk.driver.shows("remark.1"));
    desk.driver.press(Key::down);
    CHECK(desk.app.assessment.close.selected == 1);
    desk.driver.press(Key::home);
    CHECK(desk.app.assessment.close.selected == 0);
    desk.driver.click("finalise.cancel");
    CHECK(desk.app.assessment.question != close_page);
    CHECK_FALSE(desk.driver.shows("close.back"));
}

TEST_CASE("the staff see a summary, sign by name and role, and it is finalised by keyboard") {
    Closing desk;
    desk.driver.click("assessment.finalise");
    desk.driver.press(Key::enter);
    desk.driver.type("немає постачальників");
    desk.driver.press_with_control(Key::enter);
    desk.driver.press(Key::digit_2);
    CHECK(desk.app.assessment.close.shown == "summary");
    CHECK(desk.driver.shows("close.words"));
    desk.driver.write("close.words", "Приязно зустріли.");
    desk.driver.press(Key::escape);
    desk.driver.press(Key::digit_3);
    desk.driver.type("Марія Лис");
    desk.driver.write("sign.role", "заступниця керівника");
    desk.driver.write("sign.remark", "Копії буде в грудні.");
    desk.driver.press(Key::escape);
    const auto remarks = session::check(*desk.app.assessment.loaded);
    CHECK(std::ranges::none_of(remarks, [](const auto& each) { return each.kind == questionnaire::RemarkKind::not_signed; }));
    desk.driver.press_with_control_and_shift(Key::enter);
    desk.driver.settle();
    CHECK(desk.shown().state == record::AssessmentState::finalised);
    // Who reads it later sees the signature, and can change nothing.
    CHECK(desk.app.assessment.question == close_page);
    CHECK_FALSE(desk.driver.shows("sign.name"));
    CHECK_FALSE(desk.driver.shows("finalise.go"));
    desk.driver.click("close.questions");
    desk.driver.click("assessment.summary");
    CHECK(desk.app.assessment.question == close_page);
    desk.driver.press_with_control(Key::l);
    const record::Assessment kept = desk.open("field")->assessment(desk.assessment).assessment;
    CHECK(kept.sign_off.name == "Марія Лис");
    CHECK(kept.sign_off.role == "заступниця керівника");
    CHECK(kept.sign_off.remark == "Копії буде в грудні.");
    CHECK(kept.summary == "Приязно зустріли.");
}

TEST_CASE("a file that is dropped on the check goes to no question") {
    Closing desk;
    desk.driver.press_with_control(Key::enter);
    desk.app.drop({desk.vault("field")});
    desk.driver.settle();
    CHECK(desk.app.assessment.waiting.empty());
    REQUIRE(desk.app.status);
    CHECK(desk.app.status->state == ui::State::bad);
}

TEST_CASE("undo takes back answers, notes, basis, doubt and exclusion over several questions, and redo does them again") {
    Answering desk;
    const std::string first = desk.app.assessment.question;
    CHECK_FALSE(desk.driver.find("assessment.undo").enabled);
    desk.driver.press_with_shift(Key::digit_2);
    desk.driver.press(Key::b);
    desk.driver.press(Key::c);
    desk.driver.write("answer.note", "Показав наказ");
    desk.driver.press(Key::escape);
    desk.driver.press(Key::enter);
    const std::string second = desk.app.assessment.question;
    REQUIRE(second != first);
    desk.driver.press(Key::n);
    desk.driver.type("немає");
    desk.driver.press(Key::escape);
    CHECK(desk.answer(second).reason == "немає");
    desk.driver.press(Key::enter);

    // Each step says what it took back, and shows its question.
    desk.driver.press_with_control(Key::z);
    CHECK(desk.app.assessment.question == second);
    CHECK(desk.status() == "Undone: " + second + ": Reason");
    CHECK(desk.answer(second).reason.empty());
    desk.driver.press_with_control(Key::z);
    CHECK(desk.answer(second).value.state == record::AnswerValue::State::open);
    CHECK(desk.status() == "Undone: " + second + ": Answer: open");
    desk.driver.press_with_control(Key::z);
    CHECK(desk.app.assessment.question == first);
    CHECK(desk.answer(first).note.empty());
    desk.driver.press_with_control(Key::z);
    CHECK_FALSE(desk.answer(first).unsure);
    desk.driver.press_with_control(Key::z);
    CHECK(desk.answer(first).basis == record::Basis::none);
    CHECK(desk.status() == "Undone: " + first + ": How known: –");
    desk.driver.click("assessment.undo");
    CHECK(desk.answer(first).value.state == record::AnswerValue::State::open);
    CHECK(desk.answer(first).answered_ms == 0);
    CHECK_FALSE(desk.driver.find("assessment.undo").enabled);
    desk.driver.press_with_control(Key::z);
    CHECK(desk.app.assessment.question == first);

    desk.driver.press_with_control_and_shift(Key::z);
    desk.driver.settle();
    CHECK(desk.answer(first).value == record::AnswerValue::of_level(2));
    CHECK(desk.status() == "Done again: " + first + ": Answer: level 2");
    for (int i = 0; i < 4; ++i) {
        desk.driver.press_with_control(Key::y);
    }
    CHECK(desk.answer(first).note == "Показав наказ");
    CHECK(desk.answer(second).value == record::AnswerValue::not_applicable());
    CHECK(desk.driver.find("assessment.redo").enabled);
    // What is done anew leaves nothing to do again.
    desk.driver.press(Key::digit_1);
    CHECK_FALSE(desk.driver.find("assessment.redo").enabled);
    desk.driver.click("assessment.undo");
    CHECK(desk.answer(second).value == record::AnswerValue::not_applicable());
}

TEST_CASE("what was taken back is an edit in the history, and holds in the vault") {
    Answering desk;
    const std::string question = desk.app.assessment.question;
    const RecordId id = desk.app.assessment.id;
    const auto cut = [&] {
        desk.app.run("cut", [id](session::Session& session, const session::Progress&) { session.cut(id); });
        desk.driver.settle();
    };
    desk.driver.press(Key::digit_3);
    cut();
    desk.driver.press_with_control(Key::z);
    cut();
    desk.driver.press_with_control(Key::l);
    const auto session = desk.open("field");
    CHECK(session->assessment(id).assessment.answers[question].value.state == record::AnswerValue::State::open);
    const auto steps = session->history(id, false);
    REQUIRE(steps.size() == 3);
    CHECK(std::ranges::count_if(steps, [&](const session::HistoryStep& step) { return std::ranges::count(step.paths, "answers/" + question + "/value") == 1; }) == 2);
    CHECK(session->verify().findings.empty());
}

TEST_CASE("in a field Ctrl+Z is the field's own") {
    Answering desk;
    const std::string question = desk.app.assessment.question;
    desk.driver.press_with_shift(Key::digit_2);
    desk.driver.write("answer.note", "abc");
    desk.driver.press_with_control(Key::z);
    CHECK(desk.answer(question).value == record::AnswerValue::of_level(2));
    CHECK(desk.status().empty());
}

TEST_CASE("what is typed into one field without a pause is one step") {
    AnswerSteps steps;
    record::Answer answer;
    const auto change = [&](std::int64_t now, auto&& edit) {
        const record::Answer before = answer;
        edit(answer);
        steps.add("Q", before, answer, now);
    };
    const auto type = [&](std::int64_t now, const std::string& text) {
        change(now, [&](record::Answer& each) { each.note += text; });
    };
    type(1000, "a");
    type(1100, "b");
    type(9000, "c");
    change(9100, [](record::Answer& each) { each.reason = "r"; });
    change(9200, [](record::Answer& each) { each.measures["hours"] = "4"; });
    change(9300, [](record::Answer& each) { each.measures["hours"] = "48"; });
    change(9400, [](record::Answer& each) { each.value = record::AnswerValue::of_level(1); });
    change(9500, [](record::Answer& each) { each.value = record::AnswerValue::of_level(2); });
    change(9600, [](record::Answer& each) { each.answered_ms = 7; });
    std::vector<std::string> told;
    while (const auto step = steps.undo()) {
        told.push_back(main_path(step->back));
    }
    CHECK(told == std::vector<std::string>{"value", "value", "measures/hours", "reason", "note", "note"});
    CHECK_FALSE(steps.can_undo());
    CHECK(std::get<std::string>(*steps.redo()->forward.at("note")) == "ab");
    // Typed after that: a step of its own, and nothing is left to do again.
    answer.note = "ab";
    type(9700, "x");
    CHECK_FALSE(steps.can_redo());
    CHECK(std::get<std::string>(*steps.undo()->back.at("note")) == "ab");
}

TEST_CASE("a program that is killed in the middle of a note opens at the same question with the same words") {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("fieldseal-killed-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto in_folder = [&](test::Stage& stage) {
        std::filesystem::remove_all(stage.folder);
        stage.folder = folder;
    };
    // Forked before there are threads; what is checked is checked by the one who waits.
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        try {
            test::Stage stage;
            in_folder(stage);
            found(stage, [](session::Session& field) { field.generate(1, 0, 5); });
            stage.unlock("field");
            stage.app.open_site(stage.app.snapshot->sites.front()->summary.id);
            stage.driver.settle();
            stage.driver.click("site.start");
            for (int i = 0; i < 3; ++i) {
                stage.driver.press(Key::enter);
            }
            stage.driver.press_with_shift(Key::digit_2);
            stage.driver.press(Key::m);
            stage.driver.type("Адміністратор показав лише пол");
            ::kill(::getpid(), SIGKILL);
        } catch (const std::exception&) {
        }
        ::_exit(1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
    std::string next;
    {
        test::Stage stage;
        in_folder(stage);
        stage.unlock("field");
        REQUIRE(stage.app.screen == Screen::assessment);
        REQUIRE(stage.app.assessment.loaded);
        const auto& view = stage.app.assessment;
        CHECK(view.question == view.loaded->questions->questions_in_order()[3]->id);
        const record::Answer& answer = view.loaded->assessment.answers.at(view.question);
        CHECK(answer.note == "Адміністратор показав лише пол");
        CHECK(answer.value == record::AnswerValue::of_level(2));
        REQUIRE(stage.app.status);
        CHECK(stage.app.status->state == ui::State::good);
        // Only gone on to, nothing changed: that place is kept as well, and the app is dropped without a word.
        stage.driver.press(Key::enter);
        next = view.question;
        CHECK(next == view.loaded->questions->questions_in_order()[4]->id);
        stage.folder = folder / "none";
    }
    {
        test::Stage stage;
        in_folder(stage);
        stage.unlock("field");
        REQUIRE(stage.app.screen == Screen::assessment);
        CHECK(stage.app.assessment.question == next);
    }
    std::filesystem::remove_all(folder);
}

TEST_CASE("who left the assessment is not led back to it, who locked it is") {
    Answering desk;
    const RecordId id = desk.app.assessment.id;
    desk.driver.press(Key::enter);
    const std::string question = desk.app.assessment.question;
    desk.driver.press_with_control(Key::l);
    CHECK(desk.open("field")->setting("assessment_place") == id.hex() + " " + question);
    desk.unlock("field");
    CHECK(desk.app.assessment.question == question);
    desk.driver.click("nav.sites");
    desk.driver.press_with_control(Key::l);
    CHECK(desk.open("field")->setting("assessment_place").empty());
}

TEST_CASE("the signature of the site is not lost either") {
    Closing desk;
    desk.driver.press_with_control(Key::enter);
    desk.driver.press(Key::digit_3);
    desk.driver.type("Марія");
    desk.driver.press_with_control(Key::l);
    CHECK(desk.open("field")->assessment(desk.assessment).assessment.sign_off.name == "Марія");
    desk.unlock("field");
    CHECK(desk.app.assessment.question == close_page);
    CHECK(desk.driver.find("sign.name").text == "Марія");
}

TEST_CASE("through a real window, in both languages and two sizes") {
    test::WindowStage stage;
    RecordId id;
    {
        const crypto::Secret passphrase(view_of("correct horse battery"));
        const auto environment = session::system_environment(crypto::test_cost);
        auto office = session::Session::create(stage.folder / "office.fieldseal", passphrase, environment).first;
        office->found("Полтавщина 2026", "Олена Коваль");
        const exchange::Invited invited = office->invite(team::Role::assessor, "Ігор Бондар");
        write_durably(stage.folder / "field.fsinvite", invited.file, true);
        auto field = session::Session::create(stage.folder / "field.fieldseal", passphrase, environment).first;
        field->join(stage.folder / "field.fsinvite", invited.code);
        id = nearly_done(*field);
        record::Answer top = answered(3, record::Basis::documented);
        field->save_answer(id, "CSB-GV-02", top);
        field->save_answer(id, "CSB-GV-04", answered(3, record::Basis::stated));
        top.value = record::AnswerValue::unknown();
        field->save_answer(id, "CSB-GV-08", top);
        field->save_answer(id, "CSB-DE-01", {});
        field->save_answer(id, "CSB-RS-02", {});
    }
    const auto show = [&](Language language, ThemeName theme, float scale, const std::string& name) {
        test::Desk desk(stage, language, theme, scale);
        desk.unlock("field");
        desk.app.open_assessment(id);
        desk.driver.settle();
        desk.driver.press_with_control(Key::enter);
        CHECK(desk.app.assessment.question == close_page);
        desk.shot("close-open-" + name);
        desk.driver.press(Key::down);
        desk.driver.press(Key::enter);
        desk.shot("close-gap-" + name);
        desk.driver.press(Key::digit_1);
        desk.driver.press_with_control(Key::z);
        desk.shot("close-undone-" + name);
        desk.driver.press_with_control(Key::enter);
        desk.driver.press(Key::digit_2);
        desk.driver.press(Key::digit_3);
        desk.driver.type("Марія Лис");
        desk.driver.press(Key::escape);
        desk.shot("close-summary-" + name);
    };
    show(Language::english, ThemeName::light, 1, "en");
    show(Language::ukrainian, ThemeName::light, 1, "uk");
    stage.options.width = 1920;
    stage.options.height = 1080;
    show(Language::english, ThemeName::dark, 2, "en-4k");
    show(Language::ukrainian, ThemeName::light, 2, "uk-4k");
    set_language(Language::english);
}
