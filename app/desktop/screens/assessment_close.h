// Closing an assessment: what is still open, what the site's staff are shown, their signature, and sealing it. One page in the place of a question.
#pragma once

#include <string>
#include <vector>

#include "app/desktop/widgets/registry.h"
#include "model/questionnaire/consistency.h"

namespace fieldseal::desktop {

class App;

/// Stands for a question where an assessment is closed.
inline constexpr const char* close_page = "@close";

struct CloseView {
    /// What the wide side shows: "open", "summary" or, where something was changed apart, "conflicts".
    std::string shown = "open";
    int selected = 0;
    /// A question was gone to from here; the way back is offered.
    bool from_here = false;
    bool name_focus = false;
    /// The keys are the list's, and what is selected comes into sight.
    bool list_focus = false;
    bool scroll = false;
    /// To be sealed away as it is finalised; what the settings say until somebody chooses.
    bool seal = false;
};

/// What the remark says, in words.
std::string remark_text(const App& app, const questionnaire::Remark& remark);

/// To the page, from anywhere in the assessment.
void open_close_page(App& app);
/// Ctrl+Enter: to the page, and back to it.
void close_keys(App& app);
void draw_close_page(App& app);
/// Above a question that was gone to from the page: the way back, and to the next remark.
void draw_way_back(App& app);

// assessment_summary.cpp
/// What the staff are shown: score, functions, what is weak and would help, what was asked for.
void draw_summary(App& app);

}  // namespace fieldseal::desktop
