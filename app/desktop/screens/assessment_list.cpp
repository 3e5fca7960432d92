// The questions of an assessment by section: what each was answered, and finding one by typing.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

struct Hit {
    const questionnaire::Question* question = nullptr;
    const questionnaire::Section* section = nullptr;
};

std::string without_hyphens(std::string text) {
    std::erase_if(text, [](char c) { return c == '-' || c == ' '; });
    return text;
}

/// By its words, or by its id, for which hyphens need not be typed.
bool is_wanted(const questionnaire::Question& question, const std::string& wanted) {
    if (wanted.empty()) {
        return true;
    }
    const std::string bare = without_hyphens(wanted);
    return portfolio::fold(question.id + " " + question.text.in(language())).find(wanted) != std::string::npos ||
           (!bare.empty() && without_hyphens(portfolio::fold(question.id)).find(bare) != std::string::npos);
}

std::vector<Hit> hits_of(const AssessmentScreenView& view) {
    const std::string wanted = portfolio::fold(view.jump);
    std::vector<Hit> hits;
    for (const questionnaire::Section& section : view.loaded->questions->sections) {
        const bool shown = !section.add_on || std::ranges::any_of(section.questions, [&](const auto& question) {
            return view.applicability->at(question.order) == questionnaire::Applies::yes;
        });
        for (const questionnaire::Question& question : section.questions) {
            const bool applies = view.applicability->at(question.order) == questionnaire::Applies::yes;
            const record::Answer* answer = answer_of(view, question.id);
            const bool open = answer == nullptr || answer->value.state == record::AnswerValue::State::open;
            if (shown && is_wanted(question, wanted) && (!view.show_open_only || (open && applies))) {
                hits.push_back({&question, &section});
            }
        }
    }
    return hits;
}

/// What stands before a question: its level, or a sign for what else it was answered.
std::string mark_of(const AssessmentScreenView& view, const questionnaire::Question& question) {
    if (view.applicability->at(question.order) != questionnaire::Applies::yes) {
        return "–";
    }
    if (view.unread_numbers.contains(question.id)) {
        return icon::warning;
    }
    const record::Answer* answer = answer_of(view, question.id);
    switch (answer == nullptr ? record::AnswerValue::State::open : answer->value.state) {
        case record::AnswerValue::State::level:
            return std::to_string(answer->value.level);
        case record::AnswerValue::State::number:
            return "#";
        case record::AnswerValue::State::unknown:
            return "?";
        case record::AnswerValue::State::not_applicable:
            return tr("n/a");
        case record::AnswerValue::State::open:
            break;
    }
    return icon::circle;
}

/// As much of it as there is room for.
std::string shortened(const std::string& text, float width) {
    if (ImGui::CalcTextSize(text.c_str()).x <= width) {
        return text;
    }
    const char* end = nullptr;
    const float dots = ImGui::CalcTextSize("…").x;
    ImGui::GetFont()->CalcTextSizeA(ImGui::GetFontSize(), std::max(0.0f, width - dots), 0, text.c_str(), nullptr, &end);
    std::string cut = text.substr(0, end == nullptr ? 0 : static_cast<std::size_t>(end - text.c_str()));
    cut.erase(cut.find_last_not_of(' ') + 1);
    return cut.empty() ? cut : cut + "…";
}

/// Mark, id and what there is room for of the words; while somebody looks for one, all of the words below.
bool question_row(const AssessmentScreenView& view, const questionnaire::Question& question, bool selected) {
    const Palette& p = palette();
    const bool applies = view.applicability->at(question.order) == questionnaire::Applies::yes;
    const bool whole = !view.jump.empty();
    const std::string mark = mark_of(view, question);
    const std::string words = question.text.in(language());
    const float mark_width = std::max(em(2.1f), ImGui::CalcTextSize(tr("n/a")).x + em(0.4f));
    const float width = ImGui::GetContentRegionAvail().x;
    const float line = ImGui::GetTextLineHeight();
    const ImFont* small = fonts().small;
    const float room = std::max(em(4), width - mark_width);
    const float below = whole ? small->CalcTextSizeA(small->FontSize, FLT_MAX, room, words.c_str()).y : 0;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool chosen = ImGui::Selectable(("###list." + question.id).c_str(), selected, 0, {width, line + below});
    const bool asked = has_thread(view, question.id);
    ui::note(("list." + question.id).c_str(),
             (mark + "   " + question.id + (question.critical ? "  !" : "") + (asked ? std::string("  ") + icon::comment : "")).c_str());
    if (!whole && ImGui::IsItemHovered()) {
        ImGui::SetNextWindowSize({em(24), 0});
        ImGui::BeginTooltip();
        ui::body(words);
        ImGui::EndTooltip();
    }
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const ImVec2 mark_size = ImGui::CalcTextSize(mark.c_str());
    draw.AddText({at.x + (mark_width - em(0.4f) - mark_size.x) / 2, at.y}, color(applies ? p.text : p.muted),
                 mark.c_str());
    float x = at.x + mark_width;
    draw.AddText({x, at.y}, color(applies ? p.text : p.muted), question.id.c_str());
    x += ImGui::CalcTextSize(question.id.c_str()).x + em(0.4f);
    if (question.critical) {
        draw.AddText(fonts().bold, fonts().bold->FontSize, {x, at.y}, color(p.bad), "!");
        x += em(0.6f);
    }
    if (asked) {
        draw.AddText({x, at.y}, color(p.accent), icon::comment);
        x += ImGui::CalcTextSize(icon::comment).x + em(0.4f);
    }
    if (whole) {
        draw.AddText(small, small->FontSize, {at.x + mark_width, at.y + line}, color(p.muted), words.c_str(), nullptr,
                     room);
    } else {
        draw.AddText({x, at.y}, color(p.muted), shortened(words, at.x + width - x).c_str());
    }
    return chosen;
}

/// Ctrl+J, type, the arrows choose, Enter goes there; Escape gives it up.
void jump_field(App& app, const std::vector<Hit>& hits) {
    AssessmentScreenView& view = app.assessment;
    if (ui::search_field("assessment.jump", tr("Jump to (Ctrl+J)"), view.jump, -1, chord(Key::j), true)) {
        view.jump_selected = 0;
    }
    const int last = std::max(0, static_cast<int>(hits.size()) - 1);
    if (ImGui::IsItemActive() && !view.jump.empty()) {
        const int before = view.jump_selected;
        view.jump_selected += (pressed(Key::down) ? 1 : 0) - (pressed(Key::up) ? 1 : 0);
        view.jump_selected = std::clamp(view.jump_selected, 0, last);
        view.scroll_to_question = view.scroll_to_question || before != view.jump_selected;
    }
    view.jump_selected = std::clamp(view.jump_selected, 0, last);
    if (!ImGui::IsItemDeactivated()) {
        return;
    }
    if (pressed(Key::enter) && !view.jump.empty() && !hits.empty()) {
        choose_question(app, hits[static_cast<std::size_t>(view.jump_selected)].question->id);
        view.scroll_to_question = true;
        view.jump.clear();
    } else if (pressed(Key::escape)) {
        view.jump.clear();
    }
}

/// In two lines where one is too short: Ukrainian is.
void help_row(App& app) {
    AssessmentScreenView& view = app.assessment;
    const std::string text = visit_help_text(view);
    const float indent = em(2.1f);
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = ImGui::CalcTextSize(text.c_str(), nullptr, false, width - indent).y;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::Selectable("###list.@help", view.question == help_page, 0, {width, height})) {
        choose_question(app, help_page);
    }
    ui::note("list.@help", text.c_str());
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddText({at.x + em(0.3f), at.y}, color(palette().text), icon::list);
    draw.AddText(fonts().body, fonts().body->FontSize, {at.x + indent, at.y}, color(palette().text), text.c_str(),
                 nullptr, width - indent);
}

void section_head(const AssessmentScreenView& view, const questionnaire::Section& section) {
    const auto figures =
        std::ranges::find(view.loaded->score->sections, section.id, &questionnaire::SectionFigures::id);
    ui::gap(0.2f);
    ui::bold(section.title.in(language()));
    if (figures != view.loaded->score->sections.end()) {
        const questionnaire::Figures& f = figures->figures;
        const int all = f.answered + f.unknown + f.open + f.not_applicable;
        ui::progress_bar(all == 0 ? 0 : static_cast<float>(all - f.open) / static_cast<float>(all), 0);
    }
}

}  // namespace

void draw_question_list(App& app) {
    AssessmentScreenView& view = app.assessment;
    const bool editable = can_edit(app);
    jump_field(app, hits_of(view));
    ui::check_box("assessment.open_only", tr("Only open ones"), view.show_open_only);
    if (editable && ui::check_box("assessment.go_on", tr("Go on by itself (G)"), app.preferences.go_on)) {
        app.preferences_changed = true;
    }
    help_row(app);
    ImGui::BeginChild("question.list", {0, 0}, false);
    const std::vector<Hit> hits = hits_of(view);
    const questionnaire::Section* section = nullptr;
    for (std::size_t i = 0; i < hits.size(); ++i) {
        const Hit& hit = hits[i];
        if (hit.section != section) {
            section = hit.section;
            section_head(view, *section);
        }
        const bool selected =
            view.jump.empty() ? hit.question->id == view.question : static_cast<int>(i) == view.jump_selected;
        if (question_row(view, *hit.question, selected)) {
            choose_question(app, hit.question->id);
            view.jump.clear();
        }
        if (selected && view.scroll_to_question) {
            ImGui::SetScrollHereY(0.4f);
            view.scroll_to_question = false;
        }
    }
    if (hits.empty()) {
        ui::muted(view.jump.empty() ? tr("Nothing is open.") : tr("No question says this."));
    }
    ImGui::EndChild();
}

}  // namespace fieldseal::desktop
