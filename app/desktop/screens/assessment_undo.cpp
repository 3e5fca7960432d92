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
    switch (step.of) {
        case AnswerStep::Of::part: return path == "text" || path == "unit" || path == "quantity" || path == "cost";
        case AnswerStep::Of::check: return path == "note" || path == "seen";
        case AnswerStep::Of::text: return true;
        case AnswerStep::Of::evidence:
            return false;
        case AnswerStep::Of::answer: break;
    }
    // A number that is taken out again, or cannot be read for a while, leaves the answer open.
    const auto edit = step.forward.find(path);
    const bool number = path == "value" && edit != step.forward.end() &&
                        (!edit->second || (std::holds_alternative<std::string>(*edit->second) && std::get<std::string>(*edit->second).starts_with('=')));
    return path == "note" || path == "reason" || path.starts_with("measures/") || number;
}

/// Of a step that changed one field alone: that field.
std::string only_path(const AnswerStep& step) {
    std::string only;
    for (const auto& [path, value] : step.forward) {
        // The first digit of a cost brings the usual currency with it, an answer the basis that holds from here on.
        const bool brought = (path == "currency" && step.forward.contains("cost")) || (path == "basis" && step.forward.contains("value"));
        if (path == "answered_ms" || brought) {
            continue;
        }
        if (!only.empty()) {
            return {};
        }
        only = path;
    }
    return only;
}

std::string step_text(const App& app, const AnswerStep& step, const codec::Edits& edits) {
    const std::string path = main_path(edits);
    const std::string at = step.question.empty() ? std::string() : step.question + ": ";
    const char* kind = step.kind == record::Kind::need ? tr("What would help") : tr("Finding");
    switch (step.of) {
        case AnswerStep::Of::part: return at + kind + (path == "removed" ? std::string() : ": " + member_text(path));
        case AnswerStep::Of::check: return at + tr("Left from earlier visits");
        case AnswerStep::Of::text: return (path.starts_with("sign_off/") ? tr("Signature") + std::string(": ") : std::string()) + member_text(path);
        case AnswerStep::Of::evidence: {
            const bool attached = step.back.at("removed").has_value();
            return at + fill(attached ? tr("{} attached") : tr("{} taken out"), {step.name});
        }
        case AnswerStep::Of::answer: break;
    }
    std::string text = field_text("answers/" + step.question + "/" + path);
    if (path == "value" || path == "basis" || path == "unsure") {
        text += ": " + value_text("answers/" + step.question + "/" + path, edits.at(path), app.assessment.loaded ? app.assessment.loaded->questions.get() : nullptr);
    }
    return text;
}

void show_step(App& app, const AnswerStep& step, const codec::Edits& edits, const char* what, std::int64_t together) {
    AssessmentScreenView& view = app.assessment;
    std::string text = step_text(app, step, edits);
    if (together > 1) {
        text = trn("%d answer", "%d answers", together) + ": " + member_text(main_path(edits));
    }
    app.say(ui::State::good, fill(what, {text}));
    if (step.of == AnswerStep::Of::text || (together > 1 && view.question == close_page)) {
        if (view.question != close_page) {
            open_close_page(app);
        }
        return;
    }
    const bool in_sight = view.question == step.question || (step.of != AnswerStep::Of::answer && view.question == help_page);
    if (!in_sight) {
        choose_question(app, step.question.empty() ? help_page : step.question);
        view.scroll_to_question = true;
    }
}

/// Of the finding or need on the screen, if it is still there.
template <class View, class Record>
void take_part(App& app, std::vector<View>& views, Record View::* record, const AnswerStep& step, const codec::Edits& edits) {
    const auto found = std::ranges::find(views, step.part, &View::id);
    if (edits.contains("removed")) {
        // Comes or goes: what there is of it is read again when that is on disk.
        if (found != views.end()) {
            views.erase(found);
        }
        app.assessment.reload = true;
        change_part(app, step.part, edits);
        recompute(app.assessment);
        return;
    }
    if (found == views.end()) {
        return;
    }
    codec::FieldMap fields = codec::flatten((*found).*record);
    codec::apply(fields, edits);
    (*found).*record = codec::unflatten<Record>(fields);
    change_part(app, step.part, edits);
}

void take_check(App& app, const AnswerStep& step, const codec::Edits& edits) {
    const auto& checks = app.assessment.loaded->assessment.checks;
    const auto found = checks.find(step.part.hex());
    codec::FieldMap fields = codec::flatten(found == checks.end() ? record::Check{} : found->second);
    codec::apply(fields, edits);
    put_check(app, step.part, codec::unflatten<record::Check>(fields));
}

void take_step(App& app, const AnswerStep& step, const codec::Edits& edits) {
    switch (step.of) {
        case AnswerStep::Of::text: put_fields(app, edits); return;
        case AnswerStep::Of::check: take_check(app, step, edits); return;
        case AnswerStep::Of::part:
            if (step.kind == record::Kind::finding) {
                take_part(app, app.assessment.loaded->findings, &session::FindingView::finding, step, edits);
            } else {
                take_part(app, app.assessment.loaded->needs, &session::NeedView::need, step, edits);
            }
            return;
        case AnswerStep::Of::evidence:
            mark_evidence(app, step.part, edits.at("removed").has_value());
            return;
        case AnswerStep::Of::answer: break;
    }
    const record::Answer* found = answer_of(app.assessment, step.question);
    codec::FieldMap fields = codec::flatten(found == nullptr ? record::Answer{} : *found);
    codec::apply(fields, edits);
    put_answer(app, step.question, codec::unflatten<record::Answer>(fields));
}

/// Whether all edits say what holds already.
bool does_nothing(const codec::Edits& back, const codec::Edits& forward) {
    return std::ranges::all_of(forward, [&](const auto& edit) {
        const auto was = back.find(edit.first);
        return edit.first == "answered_ms" || (was != back.end() && was->second == edit.second);
    });
}

}  // namespace

void AnswerSteps::add(const std::string& question, const record::Answer& before, const record::Answer& after, std::int64_t now_ms) {
    const codec::FieldMap was = codec::flatten(before);
    const codec::FieldMap is = codec::flatten(after);
    add({AnswerStep::Of::answer, question, codec::difference(is, was), codec::difference(was, is), now_ms});
}

void AnswerSteps::add_part(const RecordId& part, record::Kind kind, const std::string& question, const codec::FieldMap& before,
                           const codec::FieldMap& after, std::int64_t now_ms) {
    add({AnswerStep::Of::part, question, codec::difference(after, before), codec::difference(before, after), now_ms, part, kind});
}

void AnswerSteps::add_new_part(const RecordId& part, record::Kind kind, const std::string& question, std::int64_t now_ms) {
    add({AnswerStep::Of::part, question, {{"removed", true}}, {{"removed", std::nullopt}}, now_ms, part, kind});
}

void AnswerSteps::add_evidence(const RecordId& evidence, const std::string& question, const std::string& name,
                               bool attached, std::int64_t now_ms) {
    const codec::Edits gone{{"removed", true}};
    const codec::Edits here{{"removed", std::nullopt}};
    AnswerStep step{AnswerStep::Of::evidence, question, attached ? gone : here,
                    attached ? here : gone,   now_ms,   evidence,
                    record::Kind::evidence};
    step.name = name;
    add(std::move(step));
}

void AnswerSteps::add_check(const RecordId& part, const std::string& question, const record::Check& before, const record::Check& after, std::int64_t now_ms) {
    const codec::FieldMap was = codec::flatten(before);
    const codec::FieldMap is = codec::flatten(after);
    add({AnswerStep::Of::check, question, codec::difference(is, was), codec::difference(was, is), now_ms, part});
}

void AnswerSteps::add_text(const codec::FieldMap& before, const codec::FieldMap& after, std::int64_t now_ms) {
    add({AnswerStep::Of::text, {}, codec::difference(after, before), codec::difference(before, after), now_ms});
}

void AnswerSteps::add(AnswerStep step) {
    if (does_nothing(step.back, step.forward)) {
        return;
    }
    step.group = group_;
    const std::string path = only_path(step);
    AnswerStep* last = done_.empty() || !undone_.empty() ? nullptr : &done_.back();
    if (last != nullptr && !path.empty() && last->of == step.of && last->question == step.question && last->part == step.part && last->group == step.group &&
        only_path(*last) == path && is_typing(step, path) &&
        is_typing(*last, path) && step.at_ms - last->at_ms < typing_pause_ms) {
        for (const auto& [at, value] : step.back) {
            last->back.emplace(at, value);
        }
        for (const auto& [at, value] : step.forward) {
            last->forward[at] = value;
        }
        last->at_ms = step.at_ms;
        if (does_nothing(last->back, last->forward)) {
            done_.pop_back();
        }
        return;
    }
    undone_.clear();
    done_.push_back(std::move(step));
    if (done_.size() > step_limit) {
        done_.erase(done_.begin());
    }
}

void AnswerSteps::pause() {
    if (!done_.empty()) {
        done_.back().at_ms = -typing_pause_ms;
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
    pause();
    return done_.back();
}

std::string main_path(const codec::Edits& edits) {
    for (const char* path : {"value", "note", "reason", "basis", "unsure", "removed", "text", "cost", "result"}) {
        if (edits.contains(path)) {
            return path;
        }
    }
    const auto measure = std::ranges::find_if(edits, [](const auto& edit) { return edit.first.starts_with("measures/"); });
    return measure != edits.end() ? measure->first : edits.empty() ? std::string() : edits.begin()->first;
}

void undo_answer(App& app) {
    AnswerSteps& steps = app.assessment.steps;
    std::optional<AnswerStep> step = can_edit(app) ? steps.undo() : std::nullopt;
    if (!step) {
        return;
    }
    app.assessment.turning.reset();
    take_step(app, *step, step->back);
    std::int64_t together = 1;
    while (steps.undo_goes_on(*step)) {
        step = steps.undo();
        take_step(app, *step, step->back);
        ++together;
    }
    show_step(app, *step, step->back, tr("Undone: {}"), together);
}

void redo_answer(App& app) {
    AnswerSteps& steps = app.assessment.steps;
    std::optional<AnswerStep> step = can_edit(app) ? steps.redo() : std::nullopt;
    if (!step) {
        return;
    }
    app.assessment.turning.reset();
    take_step(app, *step, step->forward);
    std::int64_t together = 1;
    while (steps.redo_goes_on(*step)) {
        step = steps.redo();
        take_step(app, *step, step->forward);
        ++together;
    }
    show_step(app, *step, step->forward, tr("Done again: {}"), together);
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
