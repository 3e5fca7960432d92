// Going on by itself from what is answered, seen for a moment first; and what was just answered, with the way back.
#include <imgui.h>

#include <utility>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"

namespace fieldseal::desktop {

namespace {

/// The finger covers what it pressed.
constexpr std::int64_t tap_turn_ms = 500;

/// Nothing is left to say but a note.
bool is_whole(const AssessmentScreenView& view, const std::string& question) {
    const record::Answer* answer = answer_of(view, question);
    return answer != nullptr && answer->basis != record::Basis::none &&
           (answer->value.state == record::AnswerValue::State::level ||
            answer->value.state == record::AnswerValue::State::number);
}

}  // namespace

void turn_soon(App& app, const std::string& question, std::int64_t after_ms) {
    AssessmentScreenView& view = app.assessment;
    // Who mends what the check found goes back to the check.
    if (can_edit(app) && app.preferences.go_on && !view.close.from_here) {
        view.turning = {question, app.environment.clock.uptime_ms() + after_ms};
    } else {
        view.turning.reset();
    }
}

void hold_page(AssessmentScreenView& view) {
    view.held = view.turning ? view.turning->question : std::string();
    view.turning.reset();
}

void answer_by_tap(App& app, const std::string& question, const std::function<void()>& answer) {
    AssessmentScreenView& view = app.assessment;
    const bool was_whole = is_whole(view, question);
    // Tapped again before the page has turned: the same answer meant once more, or a better one.
    const bool held = std::exchange(view.held, {}) == question;
    answer();
    if ((!was_whole || held) && is_whole(view, question)) {
        turn_soon(app, question, tap_turn_ms);
    }
}

void turn_page(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (!view.turning || app.environment.clock.uptime_ms() < view.turning->due_ms) {
        return;
    }
    const std::string answered = view.turning->question;
    view.turning.reset();
    if (view.question != answered) {
        return;
    }
    if (go_on(app)) {
        view.just_answered = answered;
    } else {
        app.say(ui::State::good,
                tr("That was the last question. O: the next open one. Ctrl+Enter: check and finalise."));
    }
}

void draw_just_answered(App& app) {
    AssessmentScreenView& view = app.assessment;
    const record::Answer* answer = view.just_answered.empty() ? nullptr : answer_of(view, view.just_answered);
    if (answer == nullptr) {
        return;
    }
    const std::string question = view.just_answered;
    const std::string text = question + ": " + answer_text(answer->value, view.loaded->questions->find(question));
    // The answer is copied: what is pressed here may change it.
    const record::Basis basis = answer->basis;
    if (ui::button("answered.back", fill(tr("{}  (Backspace)"), {text}), ui::Kind::plain, icon::back)) {
        choose_question(app, question);
        view.scroll_to_question = true;
        return;
    }
    ImGui::SameLine();
    if (basis == record::Basis::none) {
        ui::badge(ui::State::caution, icon::question, tr("how do you know?"));
        ui::note("answered.unsaid", "caution");
    } else {
        ui::small(basis_text(basis));
    }
    if (can_edit(app) && is_proposed(view, question) && !is_proposed(view, view.question)) {
        const char* add = tr("Add a finding (F)");
        ImGui::SameLine();
        if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(add).x + em(3.6f)) {
            ImGui::NewLine();
        }
        if (ui::button("answered.finding", add, ui::Kind::quiet, icon::plus)) {
            add_finding_here(app, *view.loaded->questions->find(view.question));
        }
    }
    ui::gap(0.1f);
}

}  // namespace fieldseal::desktop
