// A complete set of answers for a template: what `template example` prints.
#include <cmath>

#include "model/interchange/json_form.h"
#include "model/interchange/record_json.h"

namespace fieldseal::interchange {

namespace {

// Decimal text with at most one decimal, as people type it.
std::string as_typed(double value) {
    const double tenths = std::round(value * 10);
    const auto whole = static_cast<std::int64_t>(tenths / 10);
    const auto rest = static_cast<std::int64_t>(tenths) - whole * 10;
    return std::to_string(whole) + (rest == 0 ? "" : "." + std::to_string(rest < 0 ? -rest : rest));
}

// Levels go through 2, 1, 3, 0, so that every level, "na" and "unknown" stand in an example of a dozen questions.
record::Answer example_answer(const questionnaire::Question& question, std::size_t place) {
    constexpr int levels[] = {2, 1, 3, 0};
    record::Answer answer;
    answer.basis = record::Basis::observed;
    if (question.is_numeric()) {
        answer.value = record::AnswerValue::of_number(as_typed(question.number->thresholds[1]));
    } else if (place % 12 == 5) {
        answer.value = record::AnswerValue::unknown();
        answer.basis = record::Basis::none;
        answer.note = "Nobody present could say; ask the head of IT.";
    } else if (place % 12 == 10) {
        answer.value = record::AnswerValue::not_applicable();
        answer.basis = record::Basis::none;
        answer.reason = "There is no such system at this site.";
    } else {
        answer.value = record::AnswerValue::of_level(levels[place % 4]);
        answer.unsure = place % 12 == 7;
    }
    if (answer.value.state == record::AnswerValue::State::level && answer.value.level == 3) {
        answer.basis = std::max(record::Basis::documented, question.min_evidence_for_full);
        answer.note = "Shown on site.";
    }
    for (const questionnaire::Measure& measure : question.measures) {
        answer.measures[measure.id] = std::to_string(1 + place % 9);
    }
    return answer;
}

}  // namespace

std::string example_answers_json(const questionnaire::Template& questions) {
    record::Assessment assessment;
    assessment.visited_on = "2026-11-20";
    for (std::size_t i = 0; i < questions.profile_questions.size(); ++i) {
        assessment.profile[questions.profile_questions[i].id] = i % 3 == 2 ? "no" : "yes";
    }
    std::size_t place = 0;
    for (const questionnaire::Question* question : questions.questions_in_order()) {
        assessment.answers[question->id] = example_answer(*question, place++);
    }
    assessment.summary = "Basics are in place; copies that an intruder cannot reach are not.";
    assessment.sign_off = {"Example Person", "deputy head", "Read and agreed."};
    return to_json(assessment);
}

}  // namespace fieldseal::interchange
