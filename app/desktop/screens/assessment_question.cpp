// One question: levels in words, or a number; how it is known; note; evidence. Beside it guidance and the reviewers' words.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/photos.h"
#include "app/desktop/screens/screens.h"

namespace fieldseal::desktop {

namespace {

/// A large target: key, level's words, wrapped.
bool level_card(const std::string& id, const std::string& key, const std::string& text, bool chosen, bool enabled) {
    const Palette& p = palette();
    const float width = ImGui::GetContentRegionAvail().x;
    const float inset = em(0.5f);
    const float key_width = em(1.8f);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str(), nullptr, false, width - key_width - 2 * inset);
    const float height = std::max(size.y + 2 * inset, em(2.2f));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::BeginDisabled(!enabled);
    const bool clicked = ImGui::InvisibleButton(id.c_str(), {width, height});
    ImGui::EndDisabled();
    ui::note(id.c_str(), text.c_str(), enabled);
    const bool hovered = ImGui::IsItemHovered() && enabled;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + width, at.y + height};
    draw.AddRectFilled(at, end, color(chosen ? p.accent_soft : hovered ? p.raised : p.card), em(0.4f));
    draw.AddRect(at, end, color(chosen ? p.accent : p.border), em(0.4f), 0, chosen ? em(0.13f) : 1.0f);
    if (ImGui::IsItemFocused()) {
        draw.AddRect({at.x - 2, at.y - 2}, {end.x + 2, end.y + 2}, color(p.accent), em(0.45f));
    }
    draw.AddText(fonts().bold, fonts().bold->FontSize, {at.x + inset, at.y + inset}, color(chosen ? p.accent : p.muted), (chosen ? icon::check : key.c_str()));
    draw.AddText(fonts().body, fonts().body->FontSize, {at.x + inset + key_width, at.y + inset}, color(enabled ? p.text : p.muted), text.c_str(), nullptr, width - key_width - 2 * inset);
    return clicked && enabled;
}

void levels(App& app, const questionnaire::Question& question, const record::Answer& answer, bool editable) {
    for (int level = 3; level >= 0; --level) {
        const bool chosen = answer.value.state == record::AnswerValue::State::level && answer.value.level == level;
        const std::string id = "level." + std::to_string(level);
        if (level_card(id, std::to_string(level), question.levels[static_cast<std::size_t>(level)].in(language()), chosen, editable || chosen) && editable) {
            answer_by_tap(app, question.id, [&] { set_value(app, question.id, record::AnswerValue::of_level(level)); });
        }
    }
}

void basis(App& app, const questionnaire::Question& question, const record::Answer& answer, bool editable) {
    std::string chosen = std::to_string(static_cast<int>(answer.basis));
    ImGui::BeginDisabled(!editable);
    const bool changed = ui::segments("basis", {{"1", tr("Stated")}, {"2", tr("Document seen")}, {"3", tr("Observed")}, {"4", tr("Tested")}}, chosen);
    bool unsure = answer.unsure;
    const bool doubted = ui::check_box("answer.unsure", tr("Unsure (C)"), unsure);
    const record::Basis carried = app.assessment.carried_basis;
    const std::string on = carried == record::Basis::none ? std::string(tr("Also for what follows (Shift and the key)"))
                                                          : fill(tr("Also for what follows: {}"), {basis_text(carried)});
    bool carries = carried != record::Basis::none;
    const float box = ImGui::GetTextLineHeight() + em(0.4f) + ImGui::GetStyle().ItemInnerSpacing.x;
    bool carrying = false;
    if (editable) {
        ImGui::SameLine(0, em(1));
        if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(on.c_str()).x + box) {
            ImGui::NewLine();
        }
        // Without a basis here there is none to carry on.
        ImGui::BeginDisabled(!carries && answer.basis == record::Basis::none);
        carrying = ui::check_box("basis.carry", on, carries);
        ImGui::EndDisabled();
    }
    ImGui::EndDisabled();
    if (carrying) {
        app.assessment.carried_basis = carries ? answer.basis : record::Basis::none;
    }
    if (changed) {
        answer_by_tap(app, question.id, [&] {
            change_answer(app, question.id,
                          [&](record::Answer& each) { each.basis = static_cast<record::Basis>(chosen[0] - '0'); });
        });
    }
    if (doubted) {
        change_answer(app, question.id, [&](record::Answer& each) { each.unsure = unsure; });
    }
    const bool top = questionnaire::level_of(question, answer) == 3;
    if (top && answer.basis < question.min_evidence_for_full) {
        ui::badge(ui::State::caution, icon::warning, fill(tr("Counts as level 2 until it is: {}"), {basis_text(question.min_evidence_for_full)}));
    }
}

void texts(App& app, const questionnaire::Question& question, const record::Answer& answer, bool editable) {
    AssessmentScreenView& view = app.assessment;
    ImGui::PushID(question.id.c_str());
    ImGui::BeginDisabled(!editable);
    if (answer.value.state == record::AnswerValue::State::not_applicable) {
        std::string reason = answer.reason;
        if (ui::text_field("answer.reason", tr("Why does it not apply?"), reason, tr("needed to finalise"), view.reason_focus)) {
            change_answer(app, question.id, [&](record::Answer& each) { each.reason = reason; });
        }
        view.reason_focus = false;
    }
    if (view.note_focus) {
        ImGui::SetKeyboardFocusHere(1);
    }
    std::string words = answer.note;
    if (ui::note_field("answer.note", tr("Note (M)"), words, 3, tr("What you saw, where, who showed it"))) {
        change_answer(app, question.id, [&](record::Answer& each) { each.note = words; });
    }
    view.note_focus = false;
    draw_measures(app, question, answer);
    ImGui::EndDisabled();
    ImGui::PopID();
}

void evidence(App& app, const questionnaire::Question& question, bool editable) {
    draw_evidence_list(app, question.id);
    if (!editable) {
        return;
    }
    if (ui::button("answer.attach", tr("Attach a file (A)"), ui::Kind::plain, icon::file)) {
        app.assessment.browser.open(ui::FileBrowser::Wanted::file, {});
        app.assessment.browsing = true;
    }
    ImGui::SameLine();
    if (ui::button("answer.paste", tr("Paste a picture (Ctrl+V)"), ui::Kind::plain, icon::file)) {
        paste_photo(app);
    }
    ui::small(fill(tr("Or drop files on the window. Photos up to {}, other files up to {}."), {size_text(picture::file_limit), size_text(vault::blob_limit)}));
}

}  // namespace

void draw_question(App& app, const questionnaire::Question& question) {
    AssessmentScreenView& view = app.assessment;
    const record::Answer* found = answer_of(view, question.id);
    const record::Answer answer = found == nullptr ? record::Answer{} : *found;
    const questionnaire::Section& section = view.loaded->questions->sections[question.section];
    ui::small(section.title.in(language()) + "  ·  " + question.id);
    if (question.critical) {
        ImGui::SameLine();
        ui::badge(ui::State::bad, icon::warning, tr("critical"));
    }
    ui::heading(question.text.in(language()));
    const bool applies = view.applicability->at(question.order) == questionnaire::Applies::yes;
    const bool editable = can_edit(app) && applies;
    if (!applies) {
        ui::badge(ui::State::neutral, icon::question,
                  tr("Does not apply") + std::string(": ") + questionnaire::reason(*view.loaded->questions, view.loaded->assessment, view.loaded->site.sector, question.id).in(language()));
    }
    for (const session::Conflict& conflict : view.loaded->conflicts) {
        if (question_of(conflict.path) == question.id) {
            conflict_choice(app, view.id, conflict);
        }
    }
    if (!editable) {
        view.reason_focus = view.note_focus = false;
        draw_answer_to_read(question, answer);
        evidence(app, question, false);
        return;
    }
    if (question.is_numeric()) {
        draw_number(app, question, answer, editable);
    } else {
        levels(app, question, answer, editable);
    }
    const bool unknown = answer.value.state == record::AnswerValue::State::unknown;
    const bool excluded = answer.value.state == record::AnswerValue::State::not_applicable;
    if (ui::button("answer.unknown", tr("Unknown (U)"), unknown ? ui::Kind::primary : ui::Kind::plain, icon::question, editable)) {
        set_value(app, question.id, record::AnswerValue::unknown());
    }
    ImGui::SameLine();
    if (ui::button("answer.na", tr("Not applicable (N)"), excluded ? ui::Kind::primary : ui::Kind::plain, icon::cross, editable)) {
        set_value(app, question.id, record::AnswerValue::not_applicable());
        view.reason_focus = true;
    }
    const bool answered = answer.value.state == record::AnswerValue::State::level || answer.value.state == record::AnswerValue::State::number;
    ui::small(tr("How do you know? S stated, D document, B observed, T tested"));
    if (editable && answered && answer.basis == record::Basis::none) {
        ImGui::SameLine();
        if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(tr("not said yet")).x + em(2.5f)) {
            ImGui::NewLine();
        }
        ui::badge(ui::State::caution, icon::question, tr("not said yet"));
        ui::note("basis.unsaid", "caution");
    }
    basis(app, question, answer, editable);
    texts(app, question, answer, editable);
    evidence(app, question, editable);
}

namespace {

float question_button_padding() {
    return em(0.65f);
}

}  // namespace

float question_buttons_height() {
    const float button = fonts().body->FontSize + 2 * question_button_padding();
    return button + 2 * ImGui::GetStyle().ItemSpacing.y + 1;
}

void draw_question_buttons(App& app) {
    const bool editable = can_edit(app);
    AssessmentScreenView& view = app.assessment;
    const bool finalised = view.loaded->assessment.state == record::AssessmentState::finalised;
    const bool returned = std::ranges::any_of(view.loaded->reviews, [](const auto& item) { return item.review.verdict == record::Verdict::give_back; });
    const bool reopens = !editable && finalised && returned && !app.is_reviewer();
    const bool seals = !editable && finalised && !returned && app.is_assessor();
    // Stands at the right; what comes before it gives way where both have no room.
    const char* main = editable ? tr("Check and finalise") : reopens ? tr("Work on it again") : seals ? tr("Seal it away") : "";
    const auto width_of = [](const char* text) { return *text == '\0' ? 0 : ImGui::CalcTextSize(text).x + em(3.6f); };
    ui::line();
    // One button stands out: to go on from what is answered, and to finish where nothing is open any more.
    const bool all_answered = view.loaded->score && view.loaded->score->overall.open == 0;
    const record::Answer* answer = answer_of(view, view.question);
    const bool goes_on =
        editable && !all_answered && answer != nullptr && answer->value.state != record::AnswerValue::State::open;
    // Pressed once a question, also by a tired finger: larger than other buttons are.
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ImGui::GetStyle().FramePadding.x, question_button_padding()});
    if (ui::button("question.previous", "", ui::Kind::plain, icon::back, true, em(3))) {
        step_question(app, -1, false);
    }
    ImGui::SameLine();
    if (ui::button("question.next", tr("Next"), goes_on ? ui::Kind::primary : ui::Kind::plain, icon::forward, true,
                   em(9))) {
        step_question(app, 1, false);
    }
    if (!editable) {
        ImGui::SameLine();
        if (ui::button("assessment.summary", tr("Summary"), ui::Kind::plain, icon::list)) {
            open_close_page(app);
        }
    }
    ImGui::SameLine();
    const float next_open = ImGui::CalcTextSize(tr("Next open one (O)")).x + 2 * ImGui::GetStyle().FramePadding.x + ImGui::GetStyle().ItemSpacing.x;
    if (ImGui::GetContentRegionAvail().x > next_open + width_of(main)) {
        if (ui::button("question.next_open", tr("Next open one (O)"), ui::Kind::quiet)) {
            step_question(app, 1, true);
        }
        ImGui::SameLine();
    }
    ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX(), ImGui::GetContentRegionMax().x - width_of(main)));
    if (editable &&
        ui::button("assessment.finalise", main, goes_on ? ui::Kind::plain : ui::Kind::primary, icon::seal)) {
        open_close_page(app);
    }
    if (reopens && ui::button("assessment.reopen", main, ui::Kind::primary, icon::pencil)) {
        app.run(
            "reopen", [id = view.id](session::Session& session, const session::Progress&) { session.reopen(id); },
            [&app, id = view.id] {
                const std::set<std::string> asked = app.assessment.id == id && app.assessment.loaded ? session::asked_questions(*app.assessment.loaded) : std::set<std::string>{};
                if (!asked.empty()) {
                    choose_question(app, *asked.begin());
                    app.assessment.scroll_to_question = app.assessment.close.from_here = true;
                }
            });
    }
    if (seals && ui::button("assessment.seal", main, ui::Kind::plain, icon::seal, !app.running("finalise"))) {
        ui::open_confirm("seal.confirm");
    }
    ImGui::PopStyleVar();
    if (seals) {
        if (ui::confirm("seal.confirm", tr("Seal this assessment away?"), sealing_text(), tr("Seal it away"), tr("Cancel"), true)) {
            seal_assessment(app, false);
        }
    }
}

void draw_beside(App& app, const questionnaire::Question& question) {
    const bool reads = !can_edit(app);
    if (reads || has_thread(app.assessment, question.id)) {
        draw_thread(app, question);
        ui::gap(0.5f);
    }
    draw_previous(app, question);
    if (has_help(app.assessment, question.id)) {
        draw_question_help(app, question);
        ui::gap(0.4f);
    }
    ui::heading(tr("How to check"));
    ui::body(question.guidance.in(language()));
    for (const questionnaire::LocalText& item : question.evidence) {
        ui::hung(icon::check, item.in(language()), true);
    }
    ui::gap(0.3f);
    ui::small(fill(tr("Weight {}  ·  the top level needs: {}"), {std::to_string(question.weight), basis_text(question.min_evidence_for_full)}));
    if (!question.remedy.text.empty()) {
        ui::gap(0.3f);
        ui::bold(tr("What would help"));
        ui::body(question.remedy.text.in(language()));
    }
    draw_proposal(app, question);
    if (!reads && !has_thread(app.assessment, question.id)) {
        draw_thread(app, question);
    }
}

}  // namespace fieldseal::desktop
