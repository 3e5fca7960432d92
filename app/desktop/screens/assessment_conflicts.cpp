// All that was changed apart in the visit that is open, on its closing page: its summary and signature as well as its
// answers.
#include <imgui.h>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/conflicts.h"
#include "app/desktop/screens/field_names.h"

namespace fieldseal::desktop {

void draw_assessment_conflicts(App& app) {
    AssessmentScreenView& view = app.assessment;
    // Copied: settling one loads the visit anew.
    const std::vector<session::Conflict> conflicts = view.loaded->conflicts;
    ui::small(
        tr("Settle each for one of its versions. What the visit says of findings and needs is settled beside them."));
    ImGui::BeginChild("close.conflicts", {0, 0}, false, ImGuiWindowFlags_NoBackground);
    for (const bool of_answers : {false, true}) {
        for (const session::Conflict& conflict : conflicts) {
            const std::string question = question_of(conflict.path);
            if (question.empty() == of_answers) {
                continue;
            }
            conflict_choice(app, view.id, conflict);
            if (of_answers && ui::button(("conflict.question." + conflict.path).c_str(),
                                         fill(tr("To the question {}"), {question}), ui::Kind::quiet, icon::forward)) {
                view.close.from_here = true;
                choose_question(app, question);
                view.scroll_to_question = true;
            }
            ui::gap(0.3f);
        }
    }
    ImGui::EndChild();
}

}  // namespace fieldseal::desktop
