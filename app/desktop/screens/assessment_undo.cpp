#include "app/desktop/screens/assessment_undo.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/shell/keys.h"
#include "model/codec/flatten.h"

namespace fieldseal::desktop {

namespace {

/// Beyond, the oldest are forgotten: some hours of answering.
constexpr std::size_t step_limit = 2000;
constexpr std::int64_t typing_pause_ms = 3000;

/// Whether the step may be a part of what is being typed into `path`.
bool is_typing(const AnswerStep& step, const std::string& path) {
    if (!step.part.is_zero()) {
        return path == "text" || path == "unit" || path == "quantity" || path == "cost";
    }
    const auto edit = step.forward.find(path);
    const bool number = path == "value" && edit != step.forward.end() && edit->second && std::holds_alternative<std::string>(*edit->second) &&
                        std::get<std::string>(*edit->second).starts_with('=');
    return path == "note" || path == "reason" || path.starts_with("measures/") || number;
}

/// Of a step that changed one field alone: that field.
std::string only_path(const AnswerStep& step) {
    std::string only;
    for (const auto& [path, value] : step.forward) {
        // The first digit of a cost brings the usual currency with it.
        if (path == "answered_ms" || (path == "currency" && step.forward.contains("cost"))) {
            continue;
        }
        if (!only.empty()) {
            return {};
        }
        only = path;
    }
    return only;
}

void show_step(App& app, const AnswerStep& step, const codec::Edits& edits, const char* what) {
    const std::string path = main_path(edits);
    std::string text = field_text("answers/" + step.question + "/" + path);
    if (!step.part.is_zero()) {
        text = step.question + ": " + (step.kind == record::Kind::need ? tr("What would help") : tr("Finding")) + ": " + member_text(path);
    } else if (path == "value" || path == "basis" || path == "unsure") {
        text += ": " + value_text("answers/" + step.question + "/" + path, edits.at(path), app.assessment.loaded ? app.assessment.loaded->questions.get() : nullptr);
    }
    app.say(ui::State::good, fill(what, {text}));
    const bool in_sight = app.assessment.question == step.question || (!step.part.is_zero() && app.assessment.question == help_page);
    if (!in_sight) {
        choose_question(app, step.question);
        app.assessment.scroll_to_question = true;
    }
}

/// Of the finding or need on the screen, if it is still there.
template <class View, class Record>
void take_part(App& app, std::vector<View>& views, Record View::* record, const AnswerStep& step, const codec::Edits& edits) {
    const auto found = std::ranges::find(views, step.part, &View::id);
    if (found == views.end()) {
        return;
    }
    codec::FieldMap fields = codec::flatten((*found).*record);
    codec::apply(fields, edits);
    (*found).*record = codec::unflatten<Record>(fields);
    change_part(app, step.part, edits);
}

void take_step(App& app, const AnswerStep& step, const codec::Edits& edits) {
    if (step.kind == record::Kind::finding) {
        take_part(app, app.assessment.loaded->findings, &session::FindingView::finding, step, edits);
        return;
    }
    if (step.kind == record::Kind::need) {
        take_part(app, app.assessment.loaded->needs, &session::NeedView::need, step, edits);
        return;
    }
    const record::Answer* found = answer_of(app.assessment, step.question);
    codec::FieldMap fields = codec::flatten(found == nullptr ? record::Answer{} : *found);
    codec::apply(fields, edits);
    put_answer(app, step.question, codec::unflatten<record::Answer>(fields));
}

}  // namespace

void AnswerSteps::add(const std::string& question, const record::Answer& before, const record::Answer& after, std::int64_t now_ms) {
    const codec::FieldMap was = codec::flatten(before);
    const codec::FieldMap is = codec::flatten(after);
    add({question, codec::difference(is, was), codec::difference(was, is), now_ms, {}, record::Kind::assessment});
}

void AnswerSteps::add_part(const RecordId& part, record::Kind kind, const std::string& question, const codec::FieldMap& before,
                           const codec::FieldMap& after, std::int64_t now_ms) {
    add({question, codec::difference(after, before), codec::difference(before, after), now_ms, part, kind});
}

void AnswerSteps::add(AnswerStep step) {
    const bool nothing = std::ranges::all_of(step.forward, [](const auto& edit) { return edit.first == "answered_ms"; });
    if (nothing) {
        return;
    }
    const std::string path = only_path(step);
    AnswerStep* last = done_.empty() || !undone_.empty() ? nullptr : &done_.back();
    if (last != nullptr && !path.empty() && last->question == step.question && last->part == step.part && only_path(*last) == path && is_typing(step, path) &&
        is_typing(*last, path) && step.at_ms - last->at_ms < typing_pause_ms) {
        for (const auto& [at, value] : step.back) {
            last->back.emplace(at, value);
        }
        for (const auto& [at, value] : step.forward) {
            last->forward[at] = value;
        }
        last->at_ms = step.at_ms;
        return;
    }
    undone_.clear();
    done_.push_back(std::move(step));
    if (done_.size() > step_limit) {
        done_.erase(done_.begin());
    }
}

std::optional<AnswerStep> AnswerSteps::undo() {
    if (done_.empty()) {
        return std::nullopt;
    }
    undone_.push_back(std::move(done_.back()));
    done_.pop_back();
    return undone_.back();
}

std::optional<AnswerStep> AnswerSteps::redo() {
    if (undone_.empty()) {
        return std::nullopt;
    }
    done_.push_back(std::move(undone_.back()));
    undone_.pop_back();
    // What is typed next is a step of its own.
    done_.back().at_ms = 0;
    return done_.back();
}

std::string main_path(const codec::Edits& edits) {
    for (const char* path : {"value", "note", "reason", "basis", "unsure", "text", "cost"}) {
        if (edits.contains(path)) {
            return path;
        }
    }
    const auto measure = std::ranges::find_if(edits, [](const auto& edit) { return edit.first.starts_with("measures/"); });
    return measure != edits.end() ? measure->first : edits.empty() ? std::string() : edits.begin()->first;
}

void undo_answer(App& app) {
    if (!can_edit(app)) {
        return;
    }
    if (const std::optional<AnswerStep> step = app.assessment.steps.undo()) {
        take_step(app, *step, step->back);
        show_step(app, *step, step->back, tr("Undone: {}"));
    }
}

void redo_answer(App& app) {
    if (!can_edit(app)) {
        return;
    }
    if (const std::optional<AnswerStep> step = app.assessment.steps.redo()) {
        take_step(app, *step, step->forward);
        show_step(app, *step, step->forward, tr("Done again: {}"));
    }
}

void undo_keys(App& app) {
    if (ImGui::GetIO().WantTextInput || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        return;
    }
    if (chord(Key::z)) {
        undo_answer(app);
    }
    if (strong_chord(Key::z) || chord(Key::y)) {
        redo_answer(app);
    }
}

void draw_undo_buttons(App& app) {
    if (!can_edit(app)) {
        return;
    }
    // Beside smaller things: their middles in one line.
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() - ImGui::GetStyle().FramePadding.y);
    if (ui::button("assessment.undo", tr("Undo"), ui::Kind::quiet, icon::undo, app.assessment.steps.can_undo())) {
        undo_answer(app);
    }
    ImGui::SameLine(0, em(0.2f));
    if (ui::button("assessment.redo", tr("Redo"), ui::Kind::quiet, icon::redo, app.assessment.steps.can_redo())) {
        redo_answer(app);
    }
}

}  // namespace fieldseal::desktop
