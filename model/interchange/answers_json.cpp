// The JSON form of an assessment's visit, profile and answers.
#include <algorithm>
#include <array>

#include "model/interchange/json_form.h"
#include "model/interchange/record_json.h"

namespace fieldseal::interchange {

namespace {

using record::AnswerValue;
using record::Basis;

constexpr std::array<std::string_view, 5> basis_names = {"", "stated", "documented", "observed", "tested"};
constexpr std::array<std::string_view, 4> result_names = {"", "solved", "in_part", "not_solved"};

AnswerValue read_value(const Form& form, const questionnaire::Question& question) {
    if (form.has("value") && form.has("number")) {
        form.complain("number", "stands beside \"value\"; give one of them");
        return {};
    }
    if (form.has("number")) {
        const std::string number = form.text("number", 32);
        if (!question.is_numeric()) {
            form.complain("number", "this question is answered with a level: \"value\" 0, 1, 2 or 3");
            return {};
        }
        if (!record::is_decimal(number)) {
            form.complain("number", "must be a decimal number as text, like \"36.5\"");
            return {};
        }
        return AnswerValue::of_number(number);
    }
    const Json& value = form.at("value");
    if (value.is_null()) {
        return {};
    }
    if (value == "na") {
        return AnswerValue::not_applicable();
    }
    if (value == "unknown") {
        return AnswerValue::unknown();
    }
    if (value.is_number_integer() && value >= 0 && value <= 3) {
        if (question.is_numeric()) {
            form.complain("value", "this question is answered with a number: \"number\": \"36.5\" (" +
                                       question.number->unit + ")");
            return {};
        }
        return AnswerValue::of_level(value.get<int>());
    }
    form.complain("value", "must be 0, 1, 2, 3, \"na\" or \"unknown\"");
    return {};
}

Basis read_basis(const Form& form) {
    const std::string name = form.text("basis", 64);
    const auto found = std::ranges::find(basis_names, name);
    if (found == basis_names.end()) {
        form.complain("basis", "must be \"stated\", \"documented\", \"observed\" or \"tested\"");
        return Basis::none;
    }
    return static_cast<Basis>(found - basis_names.begin());
}

std::map<std::string, std::string> read_measures(const Form& form, const questionnaire::Question& question) {
    std::map<std::string, std::string> measures;
    const Form members = form.object("measures");
    members.each([&](const std::string& id) {
        const auto known = std::ranges::find(question.measures, id, &questionnaire::Measure::id);
        if (known == question.measures.end()) {
            members.complain(id, "is not a measure of question " + question.id);
            return;
        }
        const std::string value = members.text(id, 32);
        if (!value.empty() && !record::is_decimal(value)) {
            members.complain(id, "must be a decimal number as text, like \"4\" (" + known->unit + ")");
        } else if (!value.empty()) {
            measures[id] = value;
        }
    });
    return measures;
}

record::Answer read_answer(const Form& form, const questionnaire::Question& question) {
    form.only({"value", "number", "basis", "unsure", "note", "reason", "measures", "answered_ms"});
    record::Answer answer;
    answer.value = read_value(form, question);
    answer.basis = read_basis(form);
    answer.unsure = form.boolean("unsure");
    answer.note = form.text("note", note_limit);
    answer.reason = form.text("reason", note_limit);
    answer.measures = read_measures(form, question);
    answer.answered_ms = form.has("answered_ms") ? form.integer("answered_ms", 0, INT64_MAX) : 0;
    if (answer.value.state == AnswerValue::State::not_applicable &&
        answer.reason.find_first_not_of(" \t\r\n") == std::string::npos) {
        form.complain("reason", "is missing; \"na\" needs the reason why the question does not apply");
    }
    return answer;
}

void read_answers(const Form& form, const questionnaire::Template& questions,
                  std::map<std::string, record::Answer>& answers) {
    form.each([&](const std::string& id) {
        const questionnaire::Question* question = questions.find(id);
        if (question == nullptr) {
            form.complain(id, "is not a question of " + questions.id + " " + questions.version);
        } else {
            answers[id] = read_answer(form.object(id), *question);
        }
    });
}

void read_checks(const Form& form, std::map<std::string, record::Check>& checks) {
    form.each([&](const std::string& id) {
        const std::optional<RecordId> record = RecordId::parse(id);
        if (!record || record->hex() != id) {
            form.complain(id, "must be the id of an earlier finding or need, 32 hexadecimal digits");
            return;
        }
        const Form member = form.object(id);
        member.only({"result", "seen", "note"});
        const std::string name = member.text("result", 64);
        const auto found = std::ranges::find(result_names, name);
        if (found == result_names.begin() || found == result_names.end()) {
            member.complain("result", "must be \"solved\", \"in_part\" or \"not_solved\"");
            return;
        }
        checks[id] = {static_cast<record::CheckResult>(found - result_names.begin()),
                      member.has("seen") ? member.integer("seen", 0, quantity_limit) : 0,
                      member.text("note", note_limit)};
    });
}

void check_profile(const Form& form, const questionnaire::Template& questions,
                   const std::map<std::string, std::string>& profile) {
    for (const auto& [id, answer] : profile) {
        const bool known = std::ranges::any_of(questions.profile_questions,
                                               [&wanted = id](const auto& question) { return question.id == wanted; });
        if (!known) {
            form.object("profile").complain(id,
                                            "is not a profile question of " + questions.id + " " + questions.version);
        }
    }
}

}  // namespace

nlohmann::ordered_json answer_json(const record::Answer& answer) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    switch (answer.value.state) {
        case AnswerValue::State::open:
            break;
        case AnswerValue::State::level:
            json["value"] = answer.value.level;
            break;
        case AnswerValue::State::number:
            json["number"] = answer.value.number;
            break;
        case AnswerValue::State::not_applicable:
            json["value"] = "na";
            break;
        case AnswerValue::State::unknown:
            json["value"] = "unknown";
            break;
    }
    if (answer.basis != Basis::none) {
        json["basis"] = basis_names[static_cast<std::size_t>(answer.basis)];
    }
    if (answer.unsure) {
        json["unsure"] = true;
    }
    if (!answer.reason.empty()) {
        json["reason"] = answer.reason;
    }
    if (!answer.note.empty()) {
        json["note"] = answer.note;
    }
    if (!answer.measures.empty()) {
        json["measures"] = answer.measures;
    }
    if (answer.answered_ms != 0) {
        json["answered_ms"] = answer.answered_ms;
    }
    return json;
}

void answers_from_json(std::string_view json, std::string_view file, const questionnaire::Template& questions,
                       record::Assessment& assessment) {
    // Filled apart, so that a form with a mistake leaves `assessment` as it was.
    record::Assessment read = assessment;
    read_form(json, file, [&](const Form& form) {
        form.only({"visited_on", "profile", "answers", "summary", "sign_off", "checks"});
        if (form.has("visited_on")) {
            read.visited_on = form.text("visited_on", 32);
            if (!record::is_day(read.visited_on)) {
                form.complain("visited_on", "must be a day, like \"2026-11-23\"");
            }
        }
        for (const auto& [id, answer] : read_profile(form)) {
            read.profile[id] = answer;
        }
        check_profile(form, questions, read_profile(form));
        read_answers(form.object("answers"), questions, read.answers);
        if (form.has("summary")) {
            read.summary = form.text("summary", note_limit);
        }
        if (form.has("sign_off")) {
            const Form sign_off = form.object("sign_off");
            sign_off.only({"name", "role", "remark"});
            read.sign_off = {sign_off.text("name", line_limit), sign_off.text("role", line_limit),
                             sign_off.text("remark", note_limit)};
        }
        read_checks(form.object("checks"), read.checks);
    });
    assessment = std::move(read);
}

std::string to_json(const record::Assessment& assessment) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    if (!assessment.visited_on.empty()) {
        json["visited_on"] = assessment.visited_on;
    }
    if (!assessment.profile.empty()) {
        json["profile"] = assessment.profile;
    }
    json["answers"] = nlohmann::ordered_json::object();
    for (const auto& [id, answer] : assessment.answers) {
        json["answers"][id] = answer_json(answer);
    }
    if (!assessment.summary.empty()) {
        json["summary"] = assessment.summary;
    }
    const record::SignOff& sign_off = assessment.sign_off;
    if (!sign_off.name.empty() || !sign_off.role.empty() || !sign_off.remark.empty()) {
        json["sign_off"] = {{"name", sign_off.name}, {"role", sign_off.role}, {"remark", sign_off.remark}};
    }
    for (const auto& [id, check] : assessment.checks) {
        nlohmann::ordered_json& member = json["checks"][id];
        member["result"] = result_names.at(static_cast<std::size_t>(check.result));
        if (check.seen != 0) {
            member["seen"] = check.seen;
        }
        if (!check.note.empty()) {
            member["note"] = check.note;
        }
    }
    return print(json);
}

}  // namespace fieldseal::interchange
