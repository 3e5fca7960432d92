#include "app/desktop/screens/help_words.h"

#include <algorithm>

namespace fieldseal::desktop {

namespace {

constexpr std::size_t digits_limit = 12;

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, "\xc2\xa0");
    }
    return digits;
}

}  // namespace

const char* urgency_text(record::Urgency urgency) {
    switch (urgency) {
        case record::Urgency::none: return "–";
        case record::Urgency::can_wait: return tr("Can wait");
        case record::Urgency::this_year: return tr("This year");
        case record::Urgency::now: return tr("Now");
    }
    return "";
}

std::vector<std::pair<std::string, std::string>> urgency_options() {
    return {{"1", tr("Can wait")}, {"2", tr("This year")}, {"3", tr("Now")}};
}

const char* state_text(portfolio::NeedState state) {
    switch (state) {
        case portfolio::NeedState::wanted: return tr("Wanted");
        case portfolio::NeedState::matched: return tr("Matched");
        case portfolio::NeedState::pledged: return tr("Pledged");
        case portfolio::NeedState::delivered: return tr("Handed over");
        case portfolio::NeedState::verified: return tr("Seen in place");
        case portfolio::NeedState::withdrawn: return tr("Withdrawn");
    }
    return "";
}

void state_badge(portfolio::NeedState state) {
    switch (state) {
        case portfolio::NeedState::wanted: ui::badge(ui::State::caution, icon::circle, state_text(state)); break;
        case portfolio::NeedState::matched: ui::badge(ui::State::caution, icon::clock, state_text(state)); break;
        case portfolio::NeedState::pledged: ui::badge(ui::State::accent, icon::people, state_text(state)); break;
        case portfolio::NeedState::delivered: ui::badge(ui::State::accent, icon::inbox, state_text(state)); break;
        case portfolio::NeedState::verified: ui::badge(ui::State::good, icon::check, state_text(state)); break;
        case portfolio::NeedState::withdrawn: ui::badge(ui::State::neutral, icon::cross, state_text(state)); break;
    }
}

void pledge_badge(const portfolio::PledgeLine& line) {
    if (line.verified_at) {
        ui::badge(ui::State::good, icon::check, tr("Seen in place"));
        return;
    }
    switch (line.pledge.state) {
        case record::PledgeState::proposed: ui::badge(ui::State::caution, icon::clock, tr("Proposed")); break;
        case record::PledgeState::pledged: ui::badge(ui::State::accent, icon::people, tr("Pledged")); break;
        case record::PledgeState::delivered: ui::badge(ui::State::accent, icon::inbox, tr("Handed over")); break;
        case record::PledgeState::fell_through: ui::badge(ui::State::neutral, icon::cross, tr("Fell through")); break;
    }
}

const char* result_text(record::CheckResult result, record::Kind kind) {
    const bool need = kind == record::Kind::need;
    switch (result) {
        case record::CheckResult::none: return tr("Not looked at yet");
        case record::CheckResult::solved: return need ? tr("In place and working") : tr("Solved");
        case record::CheckResult::in_part: return tr("In part");
        case record::CheckResult::not_solved: return need ? tr("Not there") : tr("As before");
    }
    return "";
}

std::vector<std::pair<std::string, std::string>> result_options(record::Kind kind) {
    return {{"1", result_text(record::CheckResult::solved, kind)},
            {"2", result_text(record::CheckResult::in_part, kind)},
            {"3", result_text(record::CheckResult::not_solved, kind)}};
}

std::string category_name(const App& app, const std::string& id) {
    // Another version may have one that the newest has no more.
    for (const auto* list : {&app.snapshot->newest_templates, &app.snapshot->templates}) {
        for (const auto& questions : *list) {
            const auto found = std::ranges::find(questions->need_categories, id, &questionnaire::Label::id);
            if (found != questions->need_categories.end()) {
                return found->text.in(language());
            }
        }
    }
    return id;
}

std::vector<std::pair<std::string, std::string>> category_options(const App& app) {
    std::vector<std::pair<std::string, std::string>> options;
    if (const questionnaire::Template* questions = app.any_template()) {
        for (const questionnaire::Label& category : questions->need_categories) {
            options.emplace_back(category.id, category.text.in(language()));
        }
    }
    return options;
}

std::string question_text(const App& app, const std::string& id) {
    for (const auto* list : {&app.snapshot->newest_templates, &app.snapshot->templates}) {
        for (const auto& questions : *list) {
            if (const questionnaire::Question* question = questions->find(id)) {
                return question->text.in(language());
            }
        }
    }
    return id;
}

std::string amount_text(const portfolio::NeedLine& line) {
    const std::string all = grouped(line.quantity);
    const std::string unit = line.need.unit.empty() ? std::string() : " " + line.need.unit;
    const auto part = [&](const char* text, std::int64_t number) { return fill(text, {grouped(number), all}) + unit; };
    if (line.verified > 0) {
        return part(tr("{} of {} seen in place"), std::min(line.verified, line.quantity));
    }
    if (line.delivered > 0) {
        return part(tr("{} of {} handed over"), line.delivered);
    }
    if (line.promised > 0) {
        return part(tr("{} of {} promised"), line.promised);
    }
    return all + unit;
}

std::string cost_text(std::int64_t cost, const std::string& currency) {
    return cost <= 0 ? std::string() : grouped(cost) + "\xc2\xa0" + currency;
}

bool number_field(const char* id, const std::string& label, std::int64_t& value) {
    std::string text = value <= 0 ? std::string() : std::to_string(value);
    if (!ui::text_field(id, label, text)) {
        return false;
    }
    std::int64_t number = 0;
    std::size_t digits = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9' && digits < digits_limit) {
            number = number * 10 + (c - '0');
            ++digits;
        }
    }
    const bool changed = number != value;
    value = number;
    return changed;
}

}  // namespace fieldseal::desktop
