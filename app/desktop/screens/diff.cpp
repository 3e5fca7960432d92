// Two steps, or two visits, side by side: whose they are and when, changed answers first, words in notes, evidence then and now.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/screens/side_words.h"
#include "app/desktop/screens/site_history.h"

namespace fieldseal::desktop {

namespace {

using Group = DiffScreenView::Group;

/// Of two visits everything that makes them two: it stands in the heads, or says nothing to anybody.
bool tells_visits_apart(const std::string& path) {
    for (const char* own : {"site", "template_hash", "assessor", "visited_on", "started_ms", "finalised_ms"}) {
        if (path == own) {
            return true;
        }
    }
    return false;
}

bool is_shown(const session::DiffView& view, const std::string& path) {
    // When an answer was given is shown in the history; here it would stand under every change.
    const bool two_records = view.then.step.record != view.now.step.record;
    return !path.ends_with("/answered_ms") && !(two_records && tells_visits_apart(path));
}

/// Answers that changed, then what else changed about an answer, then evidence alone, then the record; each as the questionnaire has them.
void group_changes(DiffScreenView& screen, const questionnaire::Template* questions) {
    const session::DiffView& view = *screen.loaded;
    std::map<std::string, Group> groups;
    screen.fields = screen.same_evidence = 0;
    for (std::size_t i = 0; i < view.changes.size(); ++i) {
        const std::string& path = view.changes[i].path;
        if (!is_shown(view, path)) {
            continue;
        }
        ++screen.fields;
        const std::string question = question_of(path);
        Group& group = groups[question];
        group.question = question;
        group.answer_changed = group.answer_changed || (!question.empty() && path.ends_with("/value"));
        group.changes.push_back(i);
    }
    for (const session::EvidenceChange& piece : view.evidence) {
        if (!piece.stayed()) {
            groups[piece.question].question = piece.question;
        } else {
            ++screen.same_evidence;
        }
    }
    // What stayed is shown where something else about the question did not.
    for (std::size_t i = 0; i < view.evidence.size(); ++i) {
        if (const auto found = groups.find(view.evidence[i].question); found != groups.end()) {
            found->second.evidence.push_back(i);
        }
    }
    std::vector<Group> ordered;
    for (auto& [question, group] : groups) {
        // The answer itself before what is said of it.
        std::ranges::stable_partition(group.changes, [&](std::size_t place) {
            return !group.question.empty() && view.changes[place].path.ends_with("/value");
        });
        ordered.push_back(std::move(group));
    }
    const auto rank = [&](const Group& group) {
        const int kind = group.question.empty() ? 3 : group.answer_changed ? 0 : !group.changes.empty() ? 1 : 2;
        const questionnaire::Question* known = questions == nullptr ? nullptr : questions->find(group.question);
        return std::pair(kind, known == nullptr ? ~std::size_t{0} : std::size_t{known->order});
    };
    std::ranges::stable_sort(ordered, {}, rank);
    screen.groups = std::move(ordered);
}

bool begin_sides(const char* id) {
    const bool open = ImGui::BeginTable(id, 2, ImGuiTableFlags_BordersInnerV | ImGuiTableFlags_SizingStretchSame);
    if (open) {
        ImGui::TableNextRow();
    }
    return open;
}

void head(const App& app, const session::DiffSide& side, const char* which, const char* id) {
    const session::HistoryStep& step = side.step;
    ui::small(which);
    std::string title = step.visited_on.empty() ? std::string(kind_text(step.kind)) : fill(tr("Visit of {}"), {day_text(step.visited_on)});
    if (step.kind == record::Kind::assessment) {
        title += std::string("  ·  ") + (side.finalised ? tr("finalised") : tr("open"));
    } else if (!step.title.empty()) {
        title += "  ·  " + step.title;
    }
    ui::heading(title);
    const std::string origin = step_origin(app, step);
    ui::small(origin);
    ui::note(id, (title + "\n" + origin).c_str());
}

/// A level with its words, a person by name.
std::string side_text(const App& app, const history::FieldChange& field, const std::optional<codec::Value>& value, const questionnaire::Template* questions) {
    const Bytes* bytes = value ? std::get_if<Bytes>(&*value) : nullptr;
    const bool person = field.path == "assessor" || field.path == "author" || field.path == "assignee" || field.path == "person";
    if (person && bytes != nullptr && bytes->size() == PersonId::size) {
        return app.name_of(PersonId::from(*bytes));
    }
    std::string text = value_text(field.path, value, questions, app.diff.loaded->kind);
    const questionnaire::Question* question = questions == nullptr ? nullptr : questions->find(question_of(field.path));
    record::AnswerValue answer;
    const bool level = question != nullptr && field.path.ends_with("/value") && value && record::from_flat_form(codec::to_display(*value), answer) &&
                       answer.state == record::AnswerValue::State::level;
    if (level && static_cast<std::size_t>(answer.level) < question->levels.size()) {
        text += ": " + question->levels[static_cast<std::size_t>(answer.level)].in(language());
    }
    return text;
}

bool is_prose(const history::FieldChange& field) {
    const bool text = (field.before && std::holds_alternative<std::string>(*field.before)) || (field.after && std::holds_alternative<std::string>(*field.after));
    const std::string& path = field.path;
    return text && (path.ends_with("/note") || path.ends_with("/reason") || path.ends_with("/remark") || path == "notes" || path == "note" || path == "summary" || path == "text" ||
                    path == "why" || path == "conditions");
}

void change(App& app, const history::FieldChange& field, const questionnaire::Template* questions) {
    ui::small(member_text(field.path));
    const std::string id = "diff." + field.path;
    if (!begin_sides(id.c_str())) {
        return;
    }
    const bool prose = is_prose(field);
    auto& runs = app.diff.words[field.path];
    if (prose && runs.empty()) {
        const auto text_of = [](const std::optional<codec::Value>& value) {
            const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
            return text == nullptr ? std::string() : *text;
        };
        runs = history::diff_words(text_of(field.before), text_of(field.after));
    }
    for (const bool before : {true, false}) {
        ImGui::TableNextColumn();
        const std::optional<codec::Value>& value = before ? field.before : field.after;
        if (prose && value) {
            side_words(runs, before);
            ui::note((id + (before ? ".before" : "")).c_str(), codec::to_display(*value).c_str());
            continue;
        }
        const std::string text = side_text(app, field, value, questions);
        before ? ui::muted(text) : ui::body(text);
        ui::note((id + (before ? ".before" : "")).c_str(), text.c_str());
    }
    ImGui::EndTable();
}

/// Which pieces stood behind the question then, and which now.
void evidence_sides(const session::DiffView& view, const Group& group) {
    if (group.evidence.empty()) {
        return;
    }
    ui::small(tr("Evidence"));
    const std::string id = "diff.evidence." + group.question;
    if (!begin_sides(id.c_str())) {
        return;
    }
    for (const bool before : {true, false}) {
        ImGui::TableNextColumn();
        std::string all;
        for (const std::size_t place : group.evidence) {
            const session::EvidenceChange& piece = view.evidence[place];
            const auto& here = before ? piece.before : piece.after;
            if (!here) {
                continue;
            }
            const bool same = piece.stayed();
            const std::string name = here->file_name + (here->caption.empty() ? std::string() : ", " + here->caption);
            const std::string text = name + "  (" + (same ? tr("in both") : before ? tr("taken out") : tr("added")) + ")";
            ImGui::PushStyleColor(ImGuiCol_Text, same ? palette().text : before ? palette().bad : palette().good);
            ImGui::PushTextWrapPos(0);
            ImGui::TextUnformatted((std::string(same ? icon::file : before ? icon::cross : icon::plus) + "  " + text).c_str());
            ImGui::PopTextWrapPos();
            ImGui::PopStyleColor();
            all += (all.empty() ? "" : "\n") + text;
        }
        if (all.empty()) {
            ui::muted("–");
        }
        ui::note((id + (before ? ".before" : ".after")).c_str(), all.c_str());
    }
    ImGui::EndTable();
}

void draw_group(App& app, const Group& group, const questionnaire::Template* questions) {
    ui::begin_card(("diff." + (group.question.empty() ? std::string("record") : group.question)).c_str());
    const questionnaire::Question* known = questions == nullptr ? nullptr : questions->find(group.question);
    ui::bold(group.question.empty() ? std::string(tr("Record")) : group.question + (known == nullptr ? "" : "  ·  " + known->text.in(language())));
    for (const std::size_t place : group.changes) {
        change(app, app.diff.loaded->changes[place], questions);
    }
    evidence_sides(*app.diff.loaded, group);
    ui::end_card();
    ui::gap(0.2f);
}

}  // namespace

void draw_diff(App& app) {
    DiffScreenView& screen = app.diff;
    ui::title(tr("What changed"));
    if (!screen.loaded) {
        ui::muted(tr("Loading…"));
        return;
    }
    const session::DiffView& view = *screen.loaded;
    // In the words of the version that was answered.
    const questionnaire::Template* questions = view.questions ? view.questions.get() : app.any_template();
    if (!screen.groups) {
        group_changes(screen, questions);
    }
    ui::begin_card("diff.heads");
    if (begin_sides("diff.heads.sides")) {
        ImGui::TableNextColumn();
        head(app, view.then, tr("Before"), "diff.before");
        ImGui::TableNextColumn();
        head(app, view.now, tr("After"), "diff.after");
        ImGui::EndTable();
    }
    ui::end_card();
    std::string count = trn("%d field changed", "%d fields changed", static_cast<std::int64_t>(screen.fields));
    if (screen.same_evidence > 0) {
        count += "  ·  " + trn("%d piece of evidence is in both", "%d pieces of evidence are in both", static_cast<std::int64_t>(screen.same_evidence));
    }
    ui::small(count);
    if (screen.groups->empty()) {
        ui::empty_state(icon::check, tr("No difference"), tr("Both states are the same."));
        return;
    }
    for (const Group& group : *screen.groups) {
        draw_group(app, group, questions);
    }
    ui::gap(1);
}

}  // namespace fieldseal::desktop
