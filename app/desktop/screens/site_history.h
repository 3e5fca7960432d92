// The time line of a site: every step of its records, two of them to compare, and the seal of each on demand.
#pragma once

#include <string>
#include <vector>

#include "app/desktop/app.h"

namespace fieldseal::desktop {

void draw_time_line(App& app);

/// "Assessment  ·  visit of 20 November 2026  ·  3 answers": what a step is, and what it did.
std::string step_title(const session::HistoryStep& step);
/// Who, on which device, when written and when received.
std::string step_origin(const App& app, const session::HistoryStep& step);

// step_seal.cpp
/// What of a step's seal was looked at, in plain words: one line for each, with what came of it.
struct SealLine {
    ui::State state = ui::State::neutral;
    std::string text;
};
SealLine seal_verdict(const session::StepSeal& seal);
std::vector<SealLine> seal_lines(const session::StepSeal& seal);

}  // namespace fieldseal::desktop
