#include "app/desktop/screens/site_history.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

using session::HistoryStep;

const HistoryStep* step_named(const SiteView& view, const std::optional<Hash>& name) {
    const auto found = name ? std::ranges::find(view.steps, *name, &HistoryStep::revision) : view.steps.end();
    return found == view.steps.end() ? nullptr : &*found;
}

/// Newest first.
const HistoryStep& nth_step(const SiteView& view, int number) {
    return view.steps[view.steps.size() - 1 - static_cast<std::size_t>(number)];
}

int number_of_step(const SiteView& view, const std::optional<Hash>& name) {
    const HistoryStep* step = step_named(view, name);
    return step == nullptr ? -1 : static_cast<int>(view.steps.size() - 1) - static_cast<int>(step - view.steps.data());
}

/// Chosen or not chosen any more; a step of another kind begins anew, a third one takes the second's place.
void choose_step(SiteView& view, const HistoryStep& step) {
    if (step.body != HistoryStep::Body::here) {
        return;
    }
    if (view.first == step.revision) {
        view.first = view.second;
        view.second.reset();
        return;
    }
    if (view.second == step.revision) {
        view.second.reset();
        return;
    }
    const HistoryStep* first = step_named(view, view.first);
    if (first == nullptr || first->kind != step.kind) {
        view.first = step.revision;
        view.second.reset();
    } else {
        view.second = step.revision;
    }
}

void compare_chosen_steps(App& app) {
    const SiteView& view = app.site;
    if (view.first && view.second) {
        // The older one stands at the left.
        const bool in_order = number_of_step(view, view.first) > number_of_step(view, view.second);
        app.open_diff(in_order ? *view.first : *view.second, in_order ? *view.second : *view.first);
    }
}

void check_chosen_step(App& app) {
    const HistoryStep* step = step_named(app.site, app.site.at);
    if (step == nullptr || app.running("step.check")) {
        return;
    }
    app.load<session::StepSeal>(
        "step.check", [step = *step](session::Session& session) { return session.check_step(step); },
        [&app, id = app.site.id](session::StepSeal seal) {
            if (app.site.id == id) {
                app.site.seal = std::move(seal);
            }
        });
}

const char* seal_icon(ui::State state) {
    switch (state) {
        case ui::State::good:
            return icon::check;
        case ui::State::bad:
            return icon::warning;
        case ui::State::caution:
            return icon::clock;
        default:
            return icon::question;
    }
}

void seal_card(App& app) {
    SiteView& view = app.site;
    if (!view.seal) {
        return;
    }
    const session::StepSeal& seal = *view.seal;
    const HistoryStep* step = step_named(view, seal.revision);
    ui::begin_card("step.seal");
    const SealLine verdict = seal_verdict(seal);
    ui::badge(verdict.state, verdict.state == ui::State::good ? icon::seal : seal_icon(verdict.state), verdict.text);
    ui::note("step.seal.verdict", verdict.text.c_str());
    if (step != nullptr) {
        ui::small(step_title(*step) + "  ·  " + step_origin(app, *step));
    }
    int number = 0;
    for (const SealLine& line : seal_lines(seal)) {
        const ImVec4 shade = line.state == ui::State::bad ? palette().bad : palette().text;
        ImGui::PushStyleColor(ImGuiCol_Text, shade);
        ImGui::TextUnformatted(line.state == ui::State::neutral ? icon::circle : seal_icon(line.state));
        ImGui::SameLine(0, em(0.6f));
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted(line.text.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
        ui::note(("step.seal." + std::to_string(number++)).c_str(), line.text.c_str());
    }
    if (ui::button("step.seal.close", tr("Close"), ui::Kind::quiet, icon::cross)) {
        view.seal.reset();
    }
    ui::end_card();
    ui::gap(0.2f);
}

/// The arrows move, Enter chooses, C compares, K checks.
void history_keys(App& app) {
    SiteView& view = app.site;
    const int count = static_cast<int>(view.steps.size());
    const int before = number_of_step(view, view.at);
    int to = before + (pressed(Key::down) ? 1 : 0) - (pressed(Key::up) ? 1 : 0) + (pressed(Key::page_down) ? 10 : 0) -
             (pressed(Key::page_up) ? 10 : 0);
    to = pressed(Key::home) ? 0 : pressed(Key::end) ? count - 1 : to;
    if (to != before) {
        to = std::clamp(to, 0, count - 1);
        view.at = nth_step(view, to).revision;
        view.history_scroll = true;
    }
    if (pressed(Key::enter)) {
        if (const HistoryStep* step = step_named(view, view.at)) {
            choose_step(view, *step);
        }
    }
    if (pressed(Key::k)) {
        check_chosen_step(app);
    }
    if (pressed(Key::c)) {
        compare_chosen_steps(app);
    }
}

ImU32 dot_color(const HistoryStep& step) {
    const Palette& p = palette();
    return color(step.body == HistoryStep::Body::damaged  ? p.bad
                 : step.body == HistoryStep::Body::erased ? p.muted
                 : step.sealed                            ? p.good
                                                          : p.caution);
}

void step_line(App& app, const HistoryStep& step, int number, float height) {
    SiteView& view = app.site;
    const Palette& p = palette();
    const std::string id = "step." + std::to_string(number);
    const bool chosen = view.first == step.revision || view.second == step.revision;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float x = at.x + em(0.7f);
    draw.AddLine({x, at.y - em(0.3f)}, {x, at.y + height + em(0.3f)}, color(p.border), em(0.12f));
    draw.AddCircleFilled({x, at.y + em(0.8f)}, em(0.38f), dot_color(step));
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + em(1.8f));
    if (ImGui::Selectable(("###" + id).c_str(), chosen, ImGuiSelectableFlags_AllowItemOverlap, {0, height})) {
        view.at = step.revision;
        choose_step(view, step);
    }
    const std::string title = step_title(step);
    const std::string origin = step_origin(app, step);
    ui::note(id.c_str(), (title + "\n" + origin).c_str());
    if (view.at == step.revision) {
        draw.AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), color(p.accent), em(0.3f), 0, em(0.1f));
    }
    ImGui::SetCursorScreenPos({at.x + em(2.1f), at.y + em(0.1f)});
    ImGui::PushFont(fonts().bold);
    ui::cell_text(chosen ? std::string(icon::check) + "  " + title : title);
    ImGui::PopFont();
    ImGui::SetCursorScreenPos({at.x + em(2.1f), at.y + em(1.55f)});
    ImGui::PushFont(fonts().small);
    ImGui::PushStyleColor(ImGuiCol_Text, step.body == HistoryStep::Body::damaged ? p.bad : p.muted);
    ui::cell_text(origin);
    ImGui::PopStyleColor();
    ImGui::PopFont();
    ImGui::SetCursorScreenPos({at.x, at.y + height + em(0.2f)});
    ImGui::Dummy({1, 1});
}

void step_list(App& app) {
    SiteView& view = app.site;
    if (view.history_focus) {
        ImGui::SetNextWindowFocus();
        view.history_focus = false;
    }
    ImGui::BeginChild("timeline.steps", {0, 0}, false, ImGuiWindowFlags_NoNavInputs);
    const int count = static_cast<int>(view.steps.size());
    if (count > 0 && ImGui::IsWindowFocused() && !ImGui::GetIO().WantTextInput && !ImGui::GetIO().KeyCtrl &&
        !ImGui::GetIO().KeyAlt && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        history_keys(app);
    }
    const float height = em(3.1f);
    const float pitch = em(3.3f) + ImGui::GetStyle().ItemSpacing.y + 1;
    if (view.history_scroll) {
        ImGui::SetScrollY(
            std::max(0.0f, static_cast<float>(number_of_step(view, view.at)) * pitch - ImGui::GetWindowHeight() / 2));
        view.history_scroll = false;
    }
    ImGuiListClipper clipper;
    clipper.Begin(count, pitch);
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            step_line(app, nth_step(view, i), i, height);
        }
    }
    ImGui::EndChild();
}

}  // namespace

std::string step_title(const HistoryStep& step) {
    std::string title = kind_text(step.kind);
    if (!step.visited_on.empty()) {
        title += "  ·  " + fill(tr("visit of {}"), {day_text(step.visited_on)});
    }
    for (const std::string& part : {step.question, step.title, changed_text(step)}) {
        title += part.empty() ? "" : "  ·  " + part;
    }
    return title;
}

std::string step_origin(const App& app, const HistoryStep& step) {
    std::string text = (step.person.empty() ? app.person_of(step.device) : step.person) + "  ·  " + tr("device") + " " +
                       step.device.hex().substr(0, 8);
    if (step.body != HistoryStep::Body::erased) {
        text += std::string("  ·  ") + tr("written") + " " + date_time_text(step.time.wall_ms);
    }
    if (step.clock_ahead) {
        text += std::string(" (") + tr("the clock was ahead") + ")";
    }
    if (step.received_ms > 0) {
        text += std::string("  ·  ") + tr("received") + " " + date_time_text(step.received_ms);
    }
    return text + "  ·  " + (step.sealed ? tr("signed") : tr("not signed yet"));
}

void draw_time_line(App& app) {
    SiteView& view = app.site;
    ui::heading(tr("History"));
    const bool comparable = view.first && view.second;
    ui::small(comparable ? tr("Two steps are chosen.")
                         : tr("Choose two steps of the same kind to compare them, or one to check its seal. H: to the "
                              "list, arrows: move, Enter: choose."));
    if (ui::button("site.compare", tr("Compare (C)"), ui::Kind::primary, icon::history, comparable)) {
        compare_chosen_steps(app);
    }
    ImGui::SameLine();
    const bool checkable = step_named(view, view.at) != nullptr && !app.running("step.check");
    if (ui::button("site.check_step", app.running("step.check") ? tr("Checking…") : tr("Check this step (K)"),
                   ui::Kind::plain, icon::seal, checkable)) {
        check_chosen_step(app);
    }
    const ImGuiIO& io = ImGui::GetIO();
    if (!io.WantTextInput && !io.KeyCtrl && !io.KeyAlt && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId) &&
        pressed(Key::h)) {
        view.history_focus = true;
        if (step_named(view, view.at) == nullptr && !view.steps.empty()) {
            view.at = view.steps.back().revision;
        }
    }
    seal_card(app);
    step_list(app);
}

}  // namespace fieldseal::desktop
