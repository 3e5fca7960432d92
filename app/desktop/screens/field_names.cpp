#include "app/desktop/screens/field_names.h"

#include <imgui.h>

#include <algorithm>
#include <set>

#include "app/desktop/app.h"
#include "app/desktop/text/read_input.h"

namespace fieldseal::desktop {

namespace {

std::string last_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::string question_of(const std::string& path) {
    if (!path.starts_with("answers/")) {
        return {};
    }
    return path.substr(8, path.find('/', 8) - 8);
}

std::string member_text(const std::string& path) {
    const std::string last = last_of(path);
    if (path.starts_with("profile/")) {
        return std::string(tr("Profile")) + ": " + last;
    }
    if (path.find("/measures/") != std::string::npos) {
        return std::string(tr("Measure")) + ": " + last;
    }
    if (path == "sign_off/name") {
        return tr("Who signs");
    }
    if (path == "sign_off/role") {
        return tr("Position");
    }
    const std::pair<const char*, const char*> names[] = {
        {"value", tr("Answer")}, {"basis", tr("How known")}, {"unsure", tr("Unsure")}, {"note", tr("Note")}, {"reason", tr("Reason")},
        {"answered_ms", tr("Answered at")}, {"name", tr("Name")}, {"name_latin", tr("Name in Latin letters (for partners)")}, {"sector", tr("Sector")},
        {"region", tr("Region")}, {"settlement", tr("Town or village")}, {"address", tr("Address")}, {"criticality", tr("How much depends on the site")},
        {"contact", tr("Contact at the site")}, {"notes", tr("Notes")}, {"state", tr("State")}, {"summary", tr("Summary")}, {"visited_on", tr("Day of the visit")},
        {"finalised_ms", tr("Finalised at")}, {"started_ms", tr("Started at")}, {"owner", tr("Owner")}, {"text", tr("Text")}, {"removed", tr("Removed")},
        {"role", tr("Role")}, {"remark", tr("Remark")}, {"verdict", tr("Verdict")}, {"latitude", tr("Latitude")}, {"longitude", tr("Longitude")}, {"external_id", tr("Outside id")},
        {"urgency", tr("How urgent")}, {"category", tr("Kind of help")}, {"quantity", tr("How many")}, {"unit", tr("Of what")}, {"cost", tr("Rough cost of all of it")},
        {"currency", tr("Currency")}, {"partner", tr("Partner")}, {"conditions", tr("Conditions")}, {"until", tr("Until")}, {"due", tr("By when")}, {"why", tr("Why")},
        {"pledged_on", tr("Pledged on")}, {"delivered_on", tr("Handed over on")}, {"closed_why", tr("What closed it")}, {"withdrawn", tr("Withdrawn")},
        {"withdrawn_why", tr("Why")}, {"result", tr("What the visit saw")}, {"seen", tr("How many are in place and working")},
    };
    for (const auto& [name, text] : names) {
        if (last == name) {
            return text;
        }
    }
    return path;
}

std::string field_text(const std::string& path) {
    const std::string question = question_of(path);
    return question.empty() ? member_text(path) : question + ": " + member_text(path);
}

std::string basis_text(record::Basis basis) {
    switch (basis) {
        case record::Basis::none: return "–";
        case record::Basis::stated: return tr("Stated");
        case record::Basis::documented: return tr("Document seen");
        case record::Basis::observed: return tr("Observed");
        case record::Basis::tested: return tr("Tested");
    }
    return {};
}

std::string unit_text(const std::string& unit) {
    const std::pair<const char*, const char*> names[] = {{"h", tr("h")}, {"d", tr("days")}, {"years", tr("years")}, {"l", tr("litres")}, {"l/h", tr("litres per hour")}, {"fte", tr("full posts")}, {"count", ""}};
    for (const auto& [id, text] : names) {
        if (unit == id) {
            return text;
        }
    }
    return unit;
}

std::string with_unit(const std::string& label, const std::string& unit) {
    const std::string text = unit_text(unit);
    return text.empty() ? label : label + ", " + text;
}

std::string answer_text(const record::AnswerValue& value, const questionnaire::Question* question) {
    switch (value.state) {
        case record::AnswerValue::State::open: return tr("open");
        case record::AnswerValue::State::level: return fill(tr("level {}"), {std::to_string(value.level)});
        case record::AnswerValue::State::number: {
            const std::string unit = question != nullptr && question->number ? unit_text(question->number->unit) : std::string();
            return decimal_text(value.number) + (unit.empty() ? "" : "\u00a0" + unit);
        }
        case record::AnswerValue::State::not_applicable: return tr("not applicable");
        case record::AnswerValue::State::unknown: return tr("unknown");
    }
    return {};
}

std::string state_text(record::Kind kind, std::int64_t state) {
    const auto nth = [state](std::initializer_list<const char*> names) {
        return state >= 0 && state < static_cast<std::int64_t>(names.size()) ? std::string(names.begin()[state]) : std::to_string(state);
    };
    switch (kind) {
        case record::Kind::assessment: return nth({tr("open"), tr("finalised")});
        case record::Kind::finding: return nth({tr("open"), tr("closed")});
        case record::Kind::pledge: return nth({tr("proposed"), tr("pledged"), tr("handed over"), tr("fell through")});
        case record::Kind::review: return nth({tr("comment"), tr("approved"), tr("returned")});
        default: return std::to_string(state);
    }
}

std::string value_text(const std::string& path, const std::optional<codec::Value>& value, const questionnaire::Template* questions, record::Kind kind) {
    const std::string last = last_of(path);
    if (path.starts_with("answers/") && last == "value") {
        record::AnswerValue answer;
        const std::string text = value ? codec::to_display(*value) : std::string();
        return record::from_flat_form(text, answer) ? answer_text(answer, questions == nullptr ? nullptr : questions->find(question_of(path))) : text;
    }
    if (path == "state" || (path == "verdict" && kind == record::Kind::review)) {
        const auto* const state = value ? std::get_if<std::int64_t>(&*value) : nullptr;
        return value && state == nullptr ? codec::to_display(*value) : state_text(kind, state == nullptr ? 0 : *state);
    }
    if (!value) {
        return "–";
    }
    if (const auto* number = std::get_if<std::int64_t>(&*value)) {
        if (last == "basis") {
            return basis_text(static_cast<record::Basis>(*number));
        }
        if (last.ends_with("_ms")) {
            return date_time_text(*number);
        }
    }
    if (const auto* flag = std::get_if<bool>(&*value)) {
        return *flag ? tr("Yes") : tr("No");
    }
    return codec::to_display(*value);
}

namespace {

/// What a step did to the record's state; "" where nothing.
std::string state_change_text(const session::HistoryStep& step) {
    if (!std::ranges::binary_search(step.paths, std::string("state"))) {
        return {};
    }
    const std::int64_t state = step.state.value_or(0);
    const bool back_to_open = state == 0 && (step.kind == record::Kind::assessment || step.kind == record::Kind::finding);
    return back_to_open ? tr("opened again") : state_text(step.kind, state);
}

/// Questions and fields in words, with what is said of the state between them.
std::string described(const std::vector<std::string>& paths, const std::string& state) {
    std::set<std::string> questions;
    std::string other;
    for (const std::string& path : paths) {
        const std::string question = question_of(path);
        if (!question.empty()) {
            questions.insert(question);
        } else if (path != "state" && other.empty() && !path.ends_with("_ms")) {
            other = member_text(path);
        }
    }
    std::string text;
    if (questions.size() == 1) {
        text = *questions.begin();
    } else if (!questions.empty()) {
        text = trn("%d answer", "%d answers", static_cast<std::int64_t>(questions.size()));
    }
    for (const std::string& part : {state, other}) {
        text += part.empty() || text.empty() ? part : ", " + part;
    }
    return text.empty() ? tr("changed") : text;
}

}  // namespace

std::string changed_text(const session::HistoryStep& step) {
    if (step.body == session::HistoryStep::Body::erased) {
        return tr("erased on request");
    }
    if (step.body == session::HistoryStep::Body::damaged) {
        return tr("cannot be read");
    }
    if (step.parents.empty()) {
        const bool says_state = step.kind == record::Kind::review || step.kind == record::Kind::pledge;
        return says_state ? state_text(step.kind, step.state.value_or(0)) : step.kind == record::Kind::assessment ? tr("visit started") : tr("added");
    }
    return described(step.paths, state_change_text(step));
}

std::string paths_text(const std::vector<std::string>& paths, record::Kind kind) {
    const bool state = kind == record::Kind::assessment && std::ranges::binary_search(paths, std::string("state"));
    return described(paths, state ? tr("finalised or opened again") : "");
}

}  // namespace fieldseal::desktop
