#include "model/questionnaire/applicability.h"

#include <algorithm>

#include "model/questionnaire/scoring.h"

namespace fieldseal::questionnaire {

namespace {

enum class Known { yes, no, not_known };

Known profile_answer(const record::Assessment& assessment, const std::string& id) {
    const auto found = assessment.profile.find(id);
    if (found == assessment.profile.end() || (found->second != "yes" && found->second != "no")) {
        return Known::not_known;
    }
    return found->second == "yes" ? Known::yes : Known::no;
}

/// The profile question that rules it out, or null.
const std::string* ruled_out_by_profile(const Condition& condition, const record::Assessment& assessment) {
    for (const std::string& id : condition.all) {
        if (profile_answer(assessment, id) == Known::no) {
            return &id;
        }
    }
    for (const std::string& id : condition.none) {
        if (profile_answer(assessment, id) == Known::yes) {
            return &id;
        }
    }
    const bool all_denied = std::ranges::all_of(condition.any, [&](const std::string& id) { return profile_answer(assessment, id) == Known::no; });
    return !condition.any.empty() && all_denied ? &condition.any.front() : nullptr;
}

/// The earlier question whose answer rules it out, or null. An earlier question that is open rules nothing out.
const std::string* ruled_out_by_answer(const Template& questions, const Condition& condition, const record::Assessment& assessment) {
    for (const auto& [id, least] : condition.answered_at_least) {
        const auto answer = assessment.answers.find(id);
        const Question* question = questions.find(id);
        if (answer == assessment.answers.end() || question == nullptr) {
            continue;
        }
        const std::optional<int> level = level_of(*question, answer->second);
        if ((level && *level < least) || answer->second.value.state == record::AnswerValue::State::not_applicable) {
            return &id;
        }
    }
    return nullptr;
}

Applies decide(const Template& questions, const Condition& condition, const record::Assessment& assessment) {
    if (ruled_out_by_profile(condition, assessment) != nullptr) {
        return Applies::no_profile;
    }
    return ruled_out_by_answer(questions, condition, assessment) != nullptr ? Applies::no_answer : Applies::yes;
}

bool for_sector(const Section& section, std::string_view sector) {
    return section.sectors.empty() || std::ranges::find(section.sectors, sector) != section.sectors.end();
}

}  // namespace

Applies Applicability::of(std::string_view question) const {
    const Question* found = questions_->find(question);
    return found == nullptr ? Applies::no_sector : states_[found->order];
}

Applicability applicability(const Template& questions, const record::Assessment& assessment, std::string_view sector) {
    Applicability result;
    result.questions_ = &questions;
    result.states_.reserve(questions.questions_in_order().size());
    for (const Section& section : questions.sections) {
        const Applies whole = for_sector(section, sector) ? decide(questions, section.applies_if, assessment) : Applies::no_sector;
        for (const Question& question : section.questions) {
            result.states_.push_back(whole == Applies::yes ? decide(questions, question.applies_if, assessment) : whole);
        }
    }
    return result;
}

LocalText reason(const Template& questions, const record::Assessment& assessment, std::string_view sector, std::string_view question) {
    const Question* found = questions.find(question);
    if (found == nullptr) {
        return {};
    }
    const Section& section = questions.sections[found->section];
    if (!for_sector(section, sector)) {
        return {"For other sectors.", "Для інших секторів."};
    }
    for (const Condition* condition : {&section.applies_if, &found->applies_if}) {
        if (const std::string* id = ruled_out_by_profile(*condition, assessment)) {
            const auto profile = std::ranges::find(questions.profile_questions, *id, &ProfileQuestion::id);
            const bool denied = profile_answer(assessment, *id) == Known::no;
            return {"Site profile: " + profile->text.en + (denied ? " No." : " Yes."), "Профіль об’єкта: " + profile->text.uk + (denied ? " Ні." : " Так.")};
        }
        if (const std::string* id = ruled_out_by_answer(questions, *condition, assessment)) {
            return {"Ruled out by the answer to " + *id + ".", "Виключено відповіддю на " + *id + "."};
        }
    }
    return {};
}

}  // namespace fieldseal::questionnaire
