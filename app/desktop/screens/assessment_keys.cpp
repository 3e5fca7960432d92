// One hand on the keyboard: levels that lead on to the next question, how one knows, and what else a question is given.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

constexpr std::array<std::pair<Key, record::Basis>, 4> basis_keys{{{Key::s, record::Basis::stated},
                                                                   {Key::d, record::Basis::documented},
                                                                   {Key::b, record::Basis::observed},
                                                                   {Key::t, record::Basis::tested}}};

void level_key(App& app, const questionnaire::Question& question, int level, bool stay) {
    AssessmentScreenView& view = app.assessment;
    const record::AnswerValue value = record::AnswerValue::of_level(level);
    if (view.turning && answer_of(view, question.id) != nullptr && answer_of(view, question.id)->value == value) {
        // The same key once more before the page has turned: a cold finger, not a wish.
        return;
    }
    set_value(app, question.id, value);
    if (stay) {
        view.turning.reset();
    } else {
        turn_soon(app, question.id, key_turn_ms);
    }
}

/// What moves between questions; true where one was left, or was to be left and is not.
bool moving_keys(App& app) {
    AssessmentScreenView& view = app.assessment;
    if (pressed(Key::enter) || pressed(Key::page_down)) {
        step_question(app, 1, false);
        return true;
    }
    if (pressed(Key::page_up) || pressed(Key::backspace)) {
        if (view.turning) {
            view.turning.reset();
        } else if (pressed(Key::backspace) && !view.just_answered.empty()) {
            choose_question(app, std::string(view.just_answered));
            view.scroll_to_question = true;
        } else {
            step_question(app, -1, false);
        }
        return true;
    }
    if (pressed(Key::o)) {
        step_question(app, 1, true);
        return true;
    }
    return false;
}

}  // namespace

void add_finding_here(App& app, const questionnaire::Question& question) {
    AssessmentScreenView& view = app.assessment;
    if (is_proposed(view, question.id)) {
        add_finding(app, question);
    } else if (!view.just_answered.empty() && is_proposed(view, view.just_answered)) {
        const questionnaire::Question& weak = *view.loaded->questions->find(view.just_answered);
        choose_question(app, weak.id);
        view.scroll_to_question = true;
        add_finding(app, weak);
    }
}

namespace {

void ask_for_help_here(App& app, const questionnaire::Question& question) {
    const auto& findings = app.assessment.loaded->findings;
    const auto found = std::ranges::find_if(
        findings, [&](const session::FindingView& item) { return item.finding.question == question.id; });
    const bool asked = found != findings.end() &&
                       std::ranges::any_of(app.assessment.loaded->needs, [&](const session::NeedView& item) {
                           return item.need.findings.contains(found->id.hex());
                       });
    if (found != findings.end() && !asked) {
        ask_for_help(app, found->id);
    }
}

/// Everything but levels; true where something was done, so that the question is not left.
bool other_keys(App& app, const questionnaire::Question& question) {
    const bool shift = ImGui::GetIO().KeyShift;
    for (const auto& [key, basis] : basis_keys) {
        if (!pressed_anew(key)) {
            continue;
        }
        if (shift) {
            carry_on_basis(app, question.id, basis);
        } else {
            change_answer(app, question.id, [basis = basis](record::Answer& answer) { answer.basis = basis; });
        }
        return true;
    }
    const std::pair<Key, std::function<void()>> rest[] = {
        {Key::u, [&] { set_value(app, question.id, record::AnswerValue::unknown()); }},
        {Key::n,
         [&] {
             set_value(app, question.id, record::AnswerValue::not_applicable());
             app.assessment.reason_focus = true;
         }},
        {Key::m, [&] { app.assessment.note_focus = true; }},
        {Key::c,
         [&] { change_answer(app, question.id, [](record::Answer& answer) { answer.unsure = !answer.unsure; }); }},
        {Key::l, [&] { take_previous(app, question); }},
        {Key::f, [&] { add_finding_here(app, question); }},
        {Key::h, [&] { ask_for_help_here(app, question); }},
        {Key::a,
         [&] {
             app.assessment.browser.open(ui::FileBrowser::Wanted::file, {});
             app.assessment.browsing = true;
         }},
    };
    bool done = false;
    for (const auto& [key, act] : rest) {
        if (pressed_anew(key)) {
            act();
            done = true;
        }
    }
    return done;
}

}  // namespace

void carry_on_basis(App& app, const std::string& question, record::Basis basis) {
    AssessmentScreenView& view = app.assessment;
    const record::Answer* answer = answer_of(view, question);
    if (view.carried_basis == basis && answer != nullptr && answer->basis == basis) {
        view.carried_basis = record::Basis::none;
        return;
    }
    view.carried_basis = basis;
    change_answer(app, question, [basis](record::Answer& each) { each.basis = basis; });
}

void question_keys(App& app, const questionnaire::Question& question) {
    const ImGuiIO& io = ImGui::GetIO();
    AssessmentScreenView& view = app.assessment;
    if (io.KeyAlt && (pressed(Key::down) || pressed(Key::right))) {
        step_question(app, 1, false);
    }
    if (io.KeyAlt && pressed(Key::up)) {
        step_question(app, -1, false);
    }
    if (!io.WantTextInput && chord(Key::v) && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        view.turning.reset();
        paste_photo(app);
    }
    if (io.MouseClicked[0]) {
        hold_page(view);
    }
    if (io.WantTextInput || io.KeyCtrl || io.KeyAlt || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        return;
    }
    // Whatever question the keys have led to is asked with the next frame: they mean the one that is seen.
    if (moving_keys(app) || !can_edit(app) || view.applicability->at(question.order) != questionnaire::Applies::yes) {
        return;
    }
    if (question.is_numeric()) {
        number_keys(app, question);
    } else {
        for (int level = 0; level <= 3; ++level) {
            // Held down it is one press.
            if (pressed_anew(static_cast<Key>(static_cast<int>(Key::digit_0) + level))) {
                level_key(app, question, level, io.KeyShift);
            }
        }
    }
    if (other_keys(app, question)) {
        view.turning.reset();
    }
    if (pressed_anew(Key::g)) {
        app.preferences.go_on = !app.preferences.go_on;
        app.preferences_changed = true;
    }
}

}  // namespace fieldseal::desktop
