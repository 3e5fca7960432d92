// An answer to be read: by reviewers, and by everybody once it is finalised. Nothing is greyed out; what was chosen is
// marked.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"

namespace fieldseal::desktop {

namespace {

/// One of several: the one that holds in a frame of its own with a check mark, the others as plain text.
void option_line(const std::string& id, const std::string& key, const std::string& text, bool chosen) {
    const Palette& p = palette();
    const float inset = em(0.5f);
    // The key, and a check mark beside it.
    const float key_width = em(2.4f);
    const float width = ImGui::GetContentRegionAvail().x;
    ImFont* const font = chosen ? fonts().bold : fonts().body;
    const float wrap = width - key_width - 2 * inset;
    const float height = font->CalcTextSizeA(font->FontSize, 1e9f, wrap, text.c_str()).y + (chosen ? 2 * inset : inset);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({width, height});
    ui::note(id.c_str(), (chosen ? "* " + text : text).c_str(), false);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    if (chosen) {
        draw.AddRectFilled(at, {at.x + width, at.y + height}, color(p.accent_soft), em(0.4f));
        draw.AddRect(at, {at.x + width, at.y + height}, color(p.accent), em(0.4f), 0, em(0.13f));
    }
    const float y = at.y + (chosen ? inset : inset / 2);
    draw.AddText(fonts().bold, fonts().bold->FontSize, {at.x + inset, y}, color(chosen ? p.accent : p.text),
                 key.c_str());
    if (chosen) {
        draw.AddText(fonts().bold, fonts().bold->FontSize, {at.x + inset + em(0.9f), y}, color(p.accent), icon::check);
    }
    draw.AddText(font, font->FontSize, {at.x + inset + key_width, y}, color(p.text), text.c_str(), nullptr, wrap);
}

void labelled(const char* id, const std::string& label, const std::string& text) {
    ui::small(label);
    ui::body(text);
    ui::note(id, text.c_str(), false);
}

void basis_to_read(const questionnaire::Question& question, const record::Answer& answer) {
    ui::small(tr("How known"));
    if (answer.basis == record::Basis::none) {
        ui::body(tr("Not said"));
    } else {
        ui::bold(std::string(icon::check) + "  " + basis_text(answer.basis));
    }
    ui::note("basis.read", basis_text(answer.basis).c_str(), false);
    if (answer.unsure) {
        ImGui::SameLine(0, em(0.8f));
        ui::badge(ui::State::caution, icon::question, tr("The assessor is unsure"));
    }
    if (questionnaire::level_of(question, answer) == 3 && answer.basis < question.min_evidence_for_full) {
        ui::badge(ui::State::caution, icon::warning,
                  fill(tr("Counts as level 2 until it is: {}"), {basis_text(question.min_evidence_for_full)}));
    }
}

}  // namespace

void draw_answer_to_read(const questionnaire::Question& question, const record::Answer& answer) {
    using State = record::AnswerValue::State;
    const State state = answer.value.state;
    if (state == State::open || state == State::unknown || state == State::not_applicable) {
        const bool excluded = state == State::not_applicable;
        const std::string text = state == State::open ? tr("Not answered")
                                 : excluded           ? tr("Not applicable")
                                                      : tr("Unknown");
        ui::badge(state == State::open ? ui::State::neutral : ui::State::accent,
                  excluded ? icon::cross : icon::question, text);
        ui::note("answer.read", text.c_str(), false);
        if (excluded) {
            labelled("answer.reason.read", tr("Reason"), answer.reason.empty() ? "–" : answer.reason);
        }
    } else if (state == State::number) {
        const std::string text = answer_text(answer.value, &question);
        ui::small(question.number ? question.number->label.in(language()) : std::string());
        ui::heading(text);
        ui::note("answer.read", text.c_str(), false);
    }
    ui::gap(0.1f);
    const std::optional<int> reached = questionnaire::level_of(question, answer);
    for (int level = 3; level >= 0; --level) {
        option_line("level." + std::to_string(level), std::to_string(level),
                    question.levels[static_cast<std::size_t>(level)].in(language()), reached == level);
    }
    if (state != State::open) {
        ui::gap(0.2f);
        basis_to_read(question, answer);
    }
    if (!answer.note.empty()) {
        ui::gap(0.2f);
        labelled("answer.note.read", tr("Note"), answer.note);
    }
    for (const questionnaire::Measure& measure : question.measures) {
        if (const auto found = answer.measures.find(measure.id); found != answer.measures.end()) {
            labelled(("measure." + measure.id).c_str(), with_unit(measure.label.in(language()), measure.unit),
                     found->second);
        }
    }
    ui::gap(0.3f);
}

}  // namespace fieldseal::desktop
