// Two revisions side by side: changed answers under their questions, changed words in notes.
#include <imgui.h>

#include "app/desktop/app.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/screens.h"

namespace fieldseal::desktop {

namespace {

/// Words flow and wrap; removed ones are struck through, added ones underlined: not by colour alone.
void words(const std::vector<history::WordRun>& runs) {
    const float left = ImGui::GetCursorScreenPos().x;
    const float right = left + ImGui::GetContentRegionAvail().x;
    ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetTextLineHeightWithSpacing();
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    for (const history::WordRun& run : runs) {
        const bool removed = run.kind == history::WordRun::Kind::removed;
        const bool added = run.kind == history::WordRun::Kind::added;
        const ImU32 shade = color(removed ? palette().bad : added ? palette().good : palette().text);
        std::size_t start = 0;
        while (start < run.text.size()) {
            std::size_t end = run.text.find_first_of(" \n", start);
            end = end == std::string::npos ? run.text.size() : end + 1;
            const std::string word = run.text.substr(start, end - start);
            const float width = ImGui::CalcTextSize(word.c_str()).x;
            if (at.x + width > right && at.x > left) {
                at = {left, at.y + height};
            }
            draw.AddText(at, shade, word.c_str());
            if (removed || added) {
                const float y = removed ? at.y + height * 0.4f : at.y + height * 0.78f;
                draw.AddLine({at.x, y}, {at.x + width, y}, shade, em(0.07f));
            }
            at.x += width;
            if (word.back() == '\n') {
                at = {left, at.y + height};
            }
            start = end;
        }
    }
    ImGui::Dummy({right - left, at.y + height - ImGui::GetCursorScreenPos().y});
}

void change(App& app, const history::FieldChange& field) {
    ui::small(member_text(field.path));
    // In the words of the version that was answered.
    const questionnaire::Template* questions = app.diff.loaded->questions ? app.diff.loaded->questions.get() : app.any_template();
    const auto* before = field.before ? std::get_if<std::string>(&*field.before) : nullptr;
    const auto* after = field.after ? std::get_if<std::string>(&*field.after) : nullptr;
    const bool prose = field.path.ends_with("/note") || field.path.ends_with("/reason") || field.path == "notes" || field.path == "summary" || field.path == "text";
    if (prose && (before != nullptr || after != nullptr)) {
        auto& cached = app.diff.words[field.path];
        if (cached.empty()) {
            cached = history::diff_words(before == nullptr ? "" : *before, after == nullptr ? "" : *after);
        }
        words(cached);
        return;
    }
    ImGui::PushTextWrapPos(0);
    ImGui::PushStyleColor(ImGuiCol_Text, palette().muted);
    ImGui::TextUnformatted(value_text(field.path, field.before, questions).c_str());
    ImGui::PopStyleColor();
    ImGui::SameLine();
    ImGui::TextUnformatted(icon::forward);
    ImGui::SameLine();
    ImGui::TextUnformatted(value_text(field.path, field.after, questions).c_str());
    ui::note(("diff." + field.path).c_str(), value_text(field.path, field.after, questions).c_str());
    ImGui::PopTextWrapPos();
}

}  // namespace

void draw_diff(App& app) {
    ui::title(tr("What changed"));
    const auto& loaded = app.diff.loaded;
    if (!loaded) {
        ui::muted(tr("Loading…"));
        return;
    }
    ui::small(loaded->before.hex().substr(0, 12) + "  " + icon::forward + "  " + loaded->after.hex().substr(0, 12) + "   " +
              trn("%d field changed", "%d fields changed", static_cast<std::int64_t>(loaded->changes.size())));
    if (loaded->changes.empty()) {
        ui::empty_state(icon::check, tr("No difference"), tr("Both states are the same."));
        return;
    }
    const questionnaire::Template* questions = loaded->questions ? loaded->questions.get() : app.any_template();
    std::string group = "\n";
    bool open = false;
    for (const history::FieldChange& field : loaded->changes) {
        // When an answer was given is shown in the history; here it would stand under every change.
        if (field.path.ends_with("/answered_ms")) {
            continue;
        }
        const std::string question = question_of(field.path);
        if (question != group) {
            if (open) {
                ui::end_card();
                ui::gap(0.2f);
            }
            group = question;
            open = true;
            ui::begin_card(("diff." + (question.empty() ? std::string("record") : question)).c_str());
            const questionnaire::Question* known = questions == nullptr ? nullptr : questions->find(question);
            ui::bold(question.empty() ? std::string(tr("Record")) : question + (known == nullptr ? "" : "  ·  " + known->text.in(language())));
        }
        change(app, field);
    }
    if (open) {
        ui::end_card();
    }
    ui::gap(1);
}

}  // namespace fieldseal::desktop
