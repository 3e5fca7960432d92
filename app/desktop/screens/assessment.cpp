// Answering: the questionnaire with progress, a live score, and every change on disk at once. Also how a reviewer reads it.
#include "app/desktop/screens/assessment.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/photos.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

void refresh_assessment(App& app) {
    AssessmentScreenView& view = app.assessment;
    // While something typed is on its way to disk, what is on the screen is newer than the vault.
    if (view.loaded_generation == app.snapshot->generation || view.saving || has_unsaved(view) || app.running("assessment.load")) {
        return;
    }
    view.loaded_generation = app.snapshot->generation;
    using Loaded = std::pair<session::AssessmentView, std::map<std::string, std::string>>;
    app.load<Loaded>(
        "assessment.load", [id = view.id](session::Session& session) { return Loaded{session.assessment(id), session.kept_words(id)}; },
        [&app, id = view.id](Loaded loaded) {
            AssessmentScreenView& target = app.assessment;
            if (target.id != id || has_unsaved(target) || target.saving) {
                return;
            }
            if (!target.loaded) {
                target.words_kept = loaded.second;
                target.words.merge(loaded.second);
            }
            target.loaded = std::move(loaded.first);
            recompute(target);
            const bool page = target.question.starts_with('@');
            if (target.loaded->questions && !page && target.loaded->questions->find(target.question) == nullptr) {
                // Who answers goes on where an answer is missing; who reads begins at the beginning.
                target.question = can_edit(app) ? first_question(target) : target.loaded->questions->questions_in_order().front()->id;
            }
        });
}

std::string score_line(const App& app, const session::AssessmentView& assessment) {
    if (!assessment.score || !assessment.score->overall.score) {
        return tr("No score yet");
    }
    const questionnaire::Score& score = *assessment.score;
    const auto whole = [](double value) { return static_cast<int>(value * 1000 + 0.5); };
    std::string text = percent_text(whole(*score.overall.score)) + "  " +
                       (score.grade ? assessment.questions->grades[*score.grade].name.in(language()) : std::string()) + "   " +
                       fill(tr("between {} and {}"), {percent_text(whole(score.overall.low)), percent_text(whole(score.overall.high))});
    if (score.provisional) {
        text += std::string("   ") + tr("provisional");
    }
    static_cast<void>(app);
    return text;
}

void top(App& app) {
    AssessmentScreenView& view = app.assessment;
    const session::AssessmentView& loaded = *view.loaded;
    const bool editable = can_edit(app);
    ui::heading(loaded.site.name + "  ·  " + day_text(loaded.assessment.visited_on));
    if (loaded.score) {
        const auto& overall = loaded.score->overall;
        const auto whole = [](double value) { return static_cast<int>(value * 1000 + 0.5); };
        ui::score_bar(overall.score ? whole(*overall.score) : -1, whole(overall.low), whole(overall.high), em(18));
        ImGui::SameLine();
        ui::small(score_line(app, loaded));
        ui::note("assessment.score", score_line(app, loaded).c_str());
    }
    ImGui::SameLine();
    if (view.saving || has_unsaved(view)) {
        ui::badge(ui::State::caution, icon::clock, tr("Saving"));
    } else if (editable) {
        ui::badge(ui::State::good, icon::seal, tr("Saved and sealed"));
    } else {
        delivery_badge(loaded.delivery);
    }
    if (editable) {
        ImGui::SameLine();
        draw_undo_buttons(app);
    }
    if (!loaded.conflicts.empty()) {
        ImGui::SameLine();
        if (ui::button("assessment.conflicts", trn("%d conflict", "%d conflicts", static_cast<std::int64_t>(loaded.conflicts.size())), ui::Kind::danger, icon::warning)) {
            open_close_page(app);
            view.close.shown = "conflicts";
        }
    }
    if (app.snapshot->runs_team) {
        ImGui::SameLine();
        if (ui::button("assessment.erase", tr("Erase on every device"), ui::Kind::quiet, icon::cross, !app.running("would_erase"))) {
            open_erase_everywhere(app, view.id, loaded.site.name + "  ·  " + day_text(loaded.assessment.visited_on));
        }
    }
    if (loaded.score && !loaded.score->gates.empty()) {
        std::string names;
        for (const std::string& id : loaded.score->gates.back().questions) {
            names += (names.empty() ? "" : ", ") + id;
        }
        ui::small(fill(tr("Grade held down by critical questions: {}"), {names}));
    }
}

}  // namespace

void draw_assessment(App& app) {
    AssessmentScreenView& view = app.assessment;
    refresh_assessment(app);
    if (!view.loaded) {
        ui::muted(tr("Loading…"));
        return;
    }
    if (!view.loaded->questions) {
        ui::empty_state(icon::question, tr("This questionnaire is not here"), tr("The assessment was answered with a questionnaire that has not arrived yet. Sync, and it will show."));
        return;
    }
    load_unread_numbers(app);
    turn_page(app);
    if (const questionnaire::Question* asked = view.loaded->questions->find(view.question)) {
        question_keys(app, *asked);
    }
    top(app);
    undo_keys(app);
    close_keys(app);
    if (view.question == close_page) {
        draw_close_page(app);
        draw_erase_everywhere(app);
        return;
    }
    const questionnaire::Question* question = view.loaded->questions->find(view.question);
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float left = std::clamp(space.x * 0.22f, em(15), em(21));
    if (view.question == help_page) {
        const ImGuiIO& io = ImGui::GetIO();
        if (!io.WantTextInput && !io.KeyCtrl && (pressed(Key::page_down) || (io.KeyAlt && pressed(Key::down)))) {
            step_question(app, 1, false);
        }
        ui::begin_card("assessment.left", left, -1);
        draw_question_list(app);
        ui::end_card();
        ImGui::SameLine();
        ui::begin_card("assessment.middle", 0, -1);
        draw_way_back(app);
        ImGui::BeginChild("question.scroll", {0, ImGui::GetContentRegionAvail().y - question_buttons_height()}, false);
        draw_visit_help(app);
        ImGui::EndChild();
        draw_question_buttons(app);
        ui::end_card();
        return;
    }
    if (question == nullptr) {
        return;
    }
    const float right = std::min(em(21), space.x * 0.3f);
    ui::begin_card("assessment.left", left, -1);
    draw_question_list(app);
    ui::end_card();
    ImGui::SameLine();
    ui::begin_card("assessment.middle", space.x - left - right - 2 * ImGui::GetStyle().ItemSpacing.x, -1);
    draw_way_back(app);
    draw_just_answered(app);
    ImGui::BeginChild("question.scroll", {0, ImGui::GetContentRegionAvail().y - question_buttons_height()}, false);
    draw_question(app, *question);
    ImGui::EndChild();
    draw_question_buttons(app);
    ui::end_card();
    ImGui::SameLine();
    ui::begin_card("assessment.right", 0, -1);
    draw_beside(app, *question);
    ui::end_card();
    if (view.browsing && view.browser.draw("attach.browser", tr("Attach a file"))) {
        view.browsing = false;
        attach_files(app, {view.browser.chosen()});
    }
    attach_waiting(app);
    draw_photo_editor(app);
    draw_photo_viewer(app);
    draw_erase_everywhere(app);
}

}  // namespace fieldseal::desktop
