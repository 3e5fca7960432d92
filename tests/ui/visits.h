// Visits as tests of an assessment begin with them.
#pragma once

#include "tests/ui/stage.h"

namespace fieldseal::desktop::test {

inline record::Answer answered(int level, record::Basis basis, const std::string& note = {}) {
    record::Answer answer;
    answer.value = record::AnswerValue::of_level(level);
    answer.basis = basis;
    answer.note = note;
    return answer;
}

/// A hospital whose every question is answered, but for one that contradicts another and one without a reason.
inline RecordId nearly_done(session::Session& session) {
    record::Site site;
    site.name = "Міська лікарня № 5";
    site.sector = "health";
    site.criticality = 3;
    const RecordId id = session.start_assessment(session.add_site(site), "csb", "2026-11-20");
    const session::AssessmentView view = session.assessment(id);
    const auto shown = questionnaire::applicability(*view.questions, view.assessment, "health");
    for (const questionnaire::Question* question : view.questions->questions_in_order()) {
        if (!shown.applies(question->id)) {
            continue;
        }
        record::Answer answer = answered(question->function == "GV" ? 2 : 1, record::Basis::observed);
        if (question->is_numeric()) {
            answer.value = record::AnswerValue::of_number("4");
        }
        session.save_answer(id, question->id, answer);
    }
    session.save_answer(id, "CSB-PR-28", answered(2, record::Basis::tested, "Протокол від 3 травня"));
    session.save_answer(id, "CSB-PR-26", answered(0, record::Basis::observed));
    record::Answer excluded;
    excluded.value = record::AnswerValue::not_applicable();
    session.save_answer(id, "CSB-GV-06", excluded);
    return id;
}

/// An office, and an assessor's vault "field" that `prepare` is given.
inline void found(Stage& stage, const std::function<void(session::Session&)>& prepare = {}) {
    auto office = stage.create("office").first;
    office->found("Полтавщина 2026", "Олена Коваль");
    auto field = stage.join(*office, "field", team::Role::assessor, "Ігор Бондар");
    if (prepare) {
        prepare(*field);
    }
}

}  // namespace fieldseal::desktop::test
