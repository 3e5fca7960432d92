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
    app.load<session::AssessmentView>(
        "assessment.load", [id = view.id](session::Session& session) { return session.assessment(id); },
        [&app, id = view.id](session::AssessmentView loaded) {
            AssessmentScreenView& target = app.assessment;
            if (target.id != id || has_unsaved(target) || target.saving) {
                return;
            }
            target.loaded = std::move(loaded);
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

void question_list(App& app) {
    AssessmentScreenView& view = app.assessment;
    const questionnaire::Template& questions = *view.loaded->questions;
    ui::search_field("assessment.jump", tr("Jump to (Ctrl+J)"), view.jump, -1, chord(Key::j));
    ui::check_box("assessment.open_only", tr("Only open ones"), view.show_open_only);
    const std::string wanted = portfolio::fold(view.jump);
    const std::string findings = visit_help_text(view);
    if (ImGui::Selectable((std::string(icon::list) + "   " + findings + "###list.@help").c_str(), view.question == help_page)) {
        choose_question(app, help_page);
    }
    ui::note("list.@help", findings.c_str());
    ImGui::BeginChild("question.list", {0, 0}, false);
    for (const questionnaire::Section& section : questions.sections) {
        if (section.add_on && std::ranges::none_of(section.questions, [&](const auto& question) { return view.applicability->at(question.order) == questionnaire::Applies::yes; })) {
            continue;
        }
        const auto figures = std::ranges::find(view.loaded->score->sections, section.id, &questionnaire::SectionFigures::id);
        ui::gap(0.2f);
        ui::bold(section.title.in(language()));
        if (figures != view.loaded->score->sections.end()) {
            const questionnaire::Figures& f = figures->figures;
            const int all = f.answered + f.unknown + f.open + f.not_applicable;
            ui::progress_bar(all == 0 ? 0 : static_cast<float>(all - f.open) / static_cast<float>(all), 0);
        }
        for (const questionnaire::Question& question : section.questions) {
            const bool applies = view.applicability->at(question.order) == questionnaire::Applies::yes;
            const record::Answer* answer = answer_of(view, question.id);
            const bool open = answer == nullptr || answer->value.state == record::AnswerValue::State::open;
            const bool matches = wanted.empty() || portfolio::fold(question.id + " " + question.text.in(language())).find(wanted) != std::string::npos;
            if (!matches || (view.show_open_only && (!open || !applies))) {
                continue;
            }
            const std::string mark = !applies ? "–" : open ? icon::circle : answer->value.state == record::AnswerValue::State::level ? std::to_string(answer->value.level)
                                     : answer->value.state == record::AnswerValue::State::number                                      ? "#"
                                     : answer->value.state == record::AnswerValue::State::unknown                                     ? "?"
                                                                                                                                       : "n/a";
            ImGui::PushStyleColor(ImGuiCol_Text, applies ? palette().text : palette().muted);
            const std::string text = mark + "   " + question.id + (question.critical ? "  !" : "");
            if (ImGui::Selectable((text + "###list." + question.id).c_str(), question.id == view.question)) {
                choose_question(app, question.id);
            }
            ui::note(("list." + question.id).c_str(), text.c_str());
            ImGui::PopStyleColor();
            if (question.id == view.question && view.scroll_to_question) {
                ImGui::SetScrollHereY(0.4f);
                view.scroll_to_question = false;
            }
        }
    }
    ImGui::EndChild();
}

void keys(App& app, const questionnaire::Question& question) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.KeyAlt && (pressed(Key::down) || pressed(Key::right))) {
        step_question(app, 1, false);
    }
    if (io.KeyAlt && pressed(Key::up)) {
        step_question(app, -1, false);
    }
    if (!io.WantTextInput && chord(Key::v) && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        paste_photo(app);
    }
    if (io.WantTextInput || io.KeyCtrl || io.KeyAlt || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        return;
    }
    if (pressed(Key::enter) || pressed(Key::page_down)) {
        step_question(app, 1, false);
    }
    if (pressed(Key::page_up)) {
        step_question(app, -1, false);
    }
    if (pressed(Key::o)) {
        step_question(app, 1, true);
    }
    if (!can_edit(app)) {
        return;
    }
    if (!question.is_numeric()) {
        for (int level = 0; level <= 3; ++level) {
            if (pressed(static_cast<Key>(static_cast<int>(Key::digit_0) + level))) {
                set_value(app, question.id, record::AnswerValue::of_level(level));
            }
        }
    }
    if (pressed(Key::u)) {
        set_value(app, question.id, record::AnswerValue::unknown());
    }
    if (pressed(Key::n)) {
        set_value(app, question.id, record::AnswerValue::not_applicable());
        app.assessment.reason_focus = true;
    }
    if (pressed(Key::m)) {
        app.assessment.note_focus = true;
    }
    const std::pair<Key, record::Basis> bases[] = {{Key::s, record::Basis::stated}, {Key::d, record::Basis::documented}, {Key::b, record::Basis::observed}, {Key::t, record::Basis::tested}};
    for (const auto& [key, basis] : bases) {
        if (pressed(key)) {
            change_answer(app, question.id, [basis = basis](record::Answer& answer) { answer.basis = basis; });
        }
    }
    if (pressed(Key::c)) {
        change_answer(app, question.id, [](record::Answer& answer) { answer.unsure = !answer.unsure; });
    }
    if (pressed(Key::l)) {
        take_previous(app, question);
    }
    if (pressed(Key::f)) {
        add_finding(app, question);
    }
    if (pressed(Key::h)) {
        const auto& findings = app.assessment.loaded->findings;
        const auto found = std::ranges::find_if(findings, [&](const session::FindingView& item) { return item.finding.question == question.id; });
        const bool asked = found != findings.end() && std::ranges::any_of(app.assessment.loaded->needs, [&](const session::NeedView& item) {
                               return item.need.findings.contains(found->id.hex());
                           });
        if (found != findings.end() && !asked) {
            ask_for_help(app, found->id);
        }
    }
    if (pressed(Key::a)) {
        app.assessment.browser.open(ui::FileBrowser::Wanted::file, {});
        app.assessment.browsing = true;
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
    const float left = em(15);
    if (view.question == help_page) {
        const ImGuiIO& io = ImGui::GetIO();
        if (!io.WantTextInput && !io.KeyCtrl && (pressed(Key::page_down) || (io.KeyAlt && pressed(Key::down)))) {
            step_question(app, 1, false);
        }
        ui::begin_card("assessment.left", left, -1);
        question_list(app);
        ui::end_card();
        ImGui::SameLine();
        ui::begin_card("assessment.middle", 0, -1);
        draw_way_back(app);
        ImGui::BeginChild("question.scroll", {0, ImGui::GetContentRegionAvail().y - em(3.2f)}, false);
        draw_visit_help(app);
        ImGui::EndChild();
        draw_question_buttons(app);
        ui::end_card();
        return;
    }
    if (question == nullptr) {
        return;
    }
    keys(app, *question);
    const float right = std::min(em(21), space.x * 0.3f);
    ui::begin_card("assessment.left", left, -1);
    question_list(app);
    ui::end_card();
    ImGui::SameLine();
    ui::begin_card("assessment.middle", space.x - left - right - 2 * ImGui::GetStyle().ItemSpacing.x, -1);
    draw_way_back(app);
    ImGui::BeginChild("question.scroll", {0, ImGui::GetContentRegionAvail().y - em(3.2f)}, false);
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
