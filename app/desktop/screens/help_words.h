// Findings, needs, offers and pledges in words, everywhere the same.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

const char* urgency_text(record::Urgency urgency);
/// (value, text) for ui::segments, "1" to "3".
std::vector<std::pair<std::string, std::string>> urgency_options();
const char* state_text(portfolio::NeedState state);
void state_badge(portfolio::NeedState state);
void pledge_badge(const portfolio::PledgeLine& line);
/// Of a finding or of a need, which are seen differently.
const char* result_text(record::CheckResult result, record::Kind kind);
std::vector<std::pair<std::string, std::string>> result_options(record::Kind kind);
std::string category_name(const App& app, const std::string& id);
std::vector<std::pair<std::string, std::string>> category_options(const App& app);
/// Of any questionnaire that is here; the id where none has it.
std::string question_text(const App& app, const std::string& id);
/// "2 of 3 delivered" and the like, for a need.
std::string amount_text(const portfolio::NeedLine& line);
/// "10 000 EUR"; empty without a cost.
std::string cost_text(std::int64_t cost, const std::string& currency);

/// A whole number from 0; empty shows 0. True when it changed.
bool number_field(const char* id, const std::string& label, std::int64_t& value);

}  // namespace fieldseal::desktop
