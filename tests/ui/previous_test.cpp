// What the last visit answered, as a starting point: one's own, and somebody else's that is told with an assignment.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/ui/visits.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
using test::answered;
using test::found;
using test::nearly_done;

TEST_CASE("the last visit's answers are shown with their date and taken over one by one, with a basis given anew") {
    test::Stage stage;
    set_language(Language::english);
    RecordId before;
    RecordId now;
    found(stage, [&](session::Session& field) {
        before = nearly_done(field);
        record::Answer excluded;
        excluded.value = record::AnswerValue::not_applicable();
        excluded.reason = "no suppliers";
        field.save_answer(before, "CSB-GV-06", excluded);
        field.save_answer(before, "CSB-GV-01", answered(2, record::Basis::documented, "наказ № 14"));
        field.save_answer(before, "CSB-GV-02", {});
        field.finalise(before);
        now = field.start_assessment(field.assessment(before).assessment.site, "csb", "2026-12-20");
    });
    stage.unlock("field");
    stage.app.open_assessment(now, "CSB-GV-01");
    stage.driver.settle();
    const auto answers = [&]() -> const std::map<std::string, record::Answer>& { return stage.app.assessment.loaded->assessment.answers; };
    // Nothing is copied by itself.
    CHECK(answers().empty());
    CHECK(stage.driver.find("previous.answer").text == "level 2");
    stage.driver.press(Key::l);
    CHECK(answers().at("CSB-GV-01").value == record::AnswerValue::of_level(2));
    CHECK(answers().at("CSB-GV-01").basis == record::Basis::none);
    CHECK(answers().at("CSB-GV-01").note.empty());
    const auto remarks = session::check(*stage.app.assessment.loaded);
    CHECK(std::ranges::count(remarks, questionnaire::RemarkKind::without_basis, &questionnaire::Remark::kind) == 1);
    stage.driver.press(Key::b);
    CHECK(answers().at("CSB-GV-01").basis == record::Basis::observed);
    // What was not answered then has nothing to take over.
    stage.driver.press(Key::enter);
    REQUIRE(stage.app.assessment.question == "CSB-GV-02");
    CHECK_FALSE(stage.driver.shows("answer.same"));
    stage.driver.press(Key::l);
    CHECK_FALSE(answers().contains("CSB-GV-02"));
    stage.app.open_assessment(now, "CSB-GV-06");
    stage.driver.settle();
    stage.driver.click("answer.same");
    CHECK(answers().at("CSB-GV-06").value == record::AnswerValue::not_applicable());
    CHECK(answers().at("CSB-GV-06").reason == "no suppliers");
    // It is taken back like anything else.
    stage.driver.press_with_control(Key::z);
    CHECK(stage.app.assessment.loaded->assessment.answers["CSB-GV-06"].value.state == record::AnswerValue::State::open);
}

TEST_CASE("whoever is assigned begins from what somebody else answered there, without their words") {
    test::Stage stage;
    set_language(Language::english);
    RecordId site;
    {
        auto office = stage.create("office").first;
        office->found("Полтавщина 2026", "Олена Коваль");
        auto colleague = stage.join(*office, "colleague", team::Role::assessor, "Іван Мельник");
        auto field = stage.join(*office, "field", team::Role::assessor, "Ольга Шевчук");
        const RecordId before = nearly_done(*colleague);
        site = colleague->assessment(before).assessment.site;
        colleague->save_answer(before, "CSB-GV-01", answered(2, record::Basis::documented, "наказ № 14"));
        record::Answer excluded;
        excluded.value = record::AnswerValue::not_applicable();
        excluded.reason = "no suppliers";
        colleague->save_answer(before, "CSB-GV-06", excluded);
        for (session::Session* one : {field.get(), colleague.get(), office.get()}) {
            stage.sync(*one);
        }
        const PersonId who = field->snapshot()->own_person;
        // What is not closed yet is no last visit.
        office->take_back(office->assign(site, who, "", "csb", ""));
        colleague->finalise(before);
        stage.sync(*colleague);
        stage.sync(*office);
        office->assign(site, who, "2099-01-01", "csb", "");
        stage.sync(*office);
        stage.sync(*field);
        CHECK(field->snapshot()->assessments.empty());
    }
    stage.unlock("field");
    stage.driver.click("assigned.0");
    stage.driver.settle();
    stage.driver.click("site.start");
    stage.driver.settle();
    REQUIRE(stage.app.assessment.loaded);
    stage.app.open_assessment(stage.app.assessment.id, "CSB-GV-01");
    stage.driver.settle();
    const auto& answers = [&]() -> const std::map<std::string, record::Answer>& { return stage.app.assessment.loaded->assessment.answers; };
    CHECK(answers().empty());
    CHECK(stage.driver.find("previous.answer").text == "level 2");
    const session::PreviousVisit previous = *stage.app.assessment.loaded->previous;
    CHECK(previous.then.answers.at("CSB-GV-01").basis == record::Basis::documented);
    for (const auto& [question, answer] : previous.then.answers) {
        CHECK_MESSAGE(answer.note.empty(), question);
        CHECK_MESSAGE(answer.reason.empty(), question);
    }
    stage.driver.press(Key::l);
    CHECK(answers().at("CSB-GV-01").value == record::AnswerValue::of_level(2));
    // Why something does not apply is said anew.
    stage.app.open_assessment(stage.app.assessment.id, "CSB-GV-06");
    stage.driver.settle();
    stage.driver.click("answer.same");
    CHECK(answers().at("CSB-GV-06").value == record::AnswerValue::not_applicable());
    CHECK(answers().at("CSB-GV-06").reason.empty());
    // The next visitor is told of this visit, which is later.
    const RecordId own = stage.app.assessment.id;
    stage.driver.press_with_control(Key::l);
    auto field = stage.open("field");
    const session::AssessmentView view = field->assessment(own);
    REQUIRE(view.previous);
    CHECK(view.previous->then.answers.size() > 10);
}
