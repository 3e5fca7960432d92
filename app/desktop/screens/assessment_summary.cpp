// What the site's staff are shown before they sign: one page in plain words, on the same screen.
#include <imgui.h>

#include <algorithm>
#include <cstdlib>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/help_words.h"

namespace fieldseal::desktop {

namespace {

constexpr std::size_t weaknesses_shown = 5;
constexpr std::size_t needs_shown = 5;

int thousandths(double value) { return static_cast<int>(value * 1000 + 0.5); }

void summary_head(App& app) {
    const session::AssessmentView& loaded = *app.assessment.loaded;
    ui::title(loaded.site.name);
    ui::small(fill(tr("Visit of {}"), {day_text(loaded.assessment.visited_on)}) + "  ·  " + app.name_of(loaded.assessment.assessor) + "  ·  " +
              loaded.questions->title.in(language()) + " " + loaded.questions->version);
    ui::gap(0.3f);
    const questionnaire::Score& score = *loaded.score;
    const questionnaire::Figures& overall = score.overall;
    if (!overall.score) {
        ui::muted(tr("No score yet"));
        return;
    }
    ImGui::PushFont(fonts().title);
    ImGui::TextUnformatted(percent_text(thousandths(*overall.score)).c_str());
    ImGui::PopFont();
    ImGui::SameLine();
    ImGui::BeginGroup();
    ui::bold(score.grade ? loaded.questions->grades[*score.grade].name.in(language()) : std::string());
    ui::small(fill(tr("between {} and {}, as what is still open turns out"), {percent_text(thousandths(overall.low)), percent_text(thousandths(overall.high))}));
    ImGui::EndGroup();
    ui::score_bar(thousandths(*overall.score), thousandths(overall.low), thousandths(overall.high), 0);
    ui::small(trn("%d answered", "%d answered", overall.answered) + "  ·  " + trn("%d unknown", "%d unknown", overall.unknown) + "  ·  " +
              trn("%d not applicable", "%d not applicable", overall.not_applicable) + "  ·  " + trn("%d open", "%d open", overall.open));
}

void summary_functions(const session::AssessmentView& loaded) {
    ui::gap(0.4f);
    ui::heading(tr("By function"));
    const float left = em(11);
    for (const questionnaire::SectionFigures& function : loaded.score->functions) {
        const questionnaire::Figures& figures = function.figures;
        const float start = ImGui::GetCursorPosX();
        ImGui::TextUnformatted(loaded.questions->function_names.at(function.id).in(language()).c_str());
        ImGui::SameLine(start + left);
        const float bar = std::max(em(8), ImGui::GetContentRegionAvail().x - em(4));
        const float y = ImGui::GetCursorPosY();
        ImGui::SetCursorPosY(y + em(0.3f));
        ui::score_bar(figures.score ? thousandths(*figures.score) : -1, thousandths(figures.low), thousandths(figures.high), bar);
        ImGui::SameLine();
        ImGui::SetCursorPosY(y);
        ImGui::TextUnformatted(percent_text(figures.score ? thousandths(*figures.score) : -1).c_str());
    }
}

/// In the assessor's words where a finding was written, otherwise in the level's.
std::string weakness_text(const session::AssessmentView& loaded, const questionnaire::Question& question) {
    const auto finding = std::ranges::find_if(loaded.findings, [&](const session::FindingView& item) { return item.finding.question == question.id; });
    if (finding != loaded.findings.end() && !finding->finding.text.empty()) {
        return finding->finding.text;
    }
    const auto answer = loaded.assessment.answers.find(question.id);
    const std::optional<int> level = answer == loaded.assessment.answers.end() ? std::nullopt : questionnaire::level_of(question, answer->second);
    if (!level) {
        return question.text.in(language());
    }
    const std::string words = question.levels[static_cast<std::size_t>(*level)].in(language());
    return question.is_numeric() ? words + " (" + answer_text(answer->second.value, &question) + ")" : words;
}

void summary_weaknesses(const session::AssessmentView& loaded) {
    const int criticality = static_cast<int>(std::clamp<std::int64_t>(loaded.site.criticality, 0, 3));
    std::size_t shown = 0;
    for (const questionnaire::Gap& gap : questionnaire::rank_gaps(*loaded.questions, loaded.assessment, loaded.site.sector, criticality)) {
        const questionnaire::Question* question = loaded.questions->find(gap.question);
        if (gap.unknown || question == nullptr || shown == weaknesses_shown) {
            continue;
        }
        if (shown == 0) {
            ui::gap(0.4f);
            ui::heading(tr("What matters most now"));
        }
        ui::gap(0.1f);
        ui::bold(std::to_string(++shown) + ".  " + weakness_text(loaded, *question));
        ui::small(question->text.in(language()));
        if (!question->remedy.text.empty()) {
            ui::body(std::string(tr("What would help")) + ": " + question->remedy.text.in(language()));
        }
    }
}

double hours_of(const questionnaire::NumberScale& scale, const std::string& number) {
    return std::strtod(number.c_str(), nullptr) * (scale.unit == "d" ? 24 : 1);
}

/// What was answered in hours and days, the least first: what gives way first in a long blackout.
void summary_endurance(const session::AssessmentView& loaded) {
    std::vector<std::pair<double, const questionnaire::Question*>> held;
    for (const questionnaire::Question* question : loaded.questions->questions_in_order()) {
        const auto answer = loaded.assessment.answers.find(question->id);
        const bool time = question->number && !question->number->lower_is_better && (question->number->unit == "h" || question->number->unit == "d");
        if (time && answer != loaded.assessment.answers.end() && answer->second.value.state == record::AnswerValue::State::number) {
            held.emplace_back(hours_of(*question->number, answer->second.value.number), question);
        }
    }
    if (held.empty()) {
        return;
    }
    std::ranges::stable_sort(held, {}, &std::pair<double, const questionnaire::Question*>::first);
    ui::gap(0.4f);
    ui::heading(tr("How long it holds out, the least first"));
    for (const auto& [hours, question] : held) {
        const std::string text = question->number->label.in(language()) + ": " + answer_text(loaded.assessment.answers.at(question->id).value, question);
        if (question == held.front().second) {
            ui::bold(text);
            ui::note("summary.endurance", text.c_str());
        } else {
            ui::body(text);
        }
    }
}

void summary_needs(const session::AssessmentView& loaded) {
    if (loaded.needs.empty()) {
        return;
    }
    ui::gap(0.4f);
    ui::heading(tr("What was asked for"));
    for (std::size_t i = 0; i < std::min(needs_shown, loaded.needs.size()); ++i) {
        const record::Need& need = loaded.needs[i].need;
        ui::body(std::to_string(std::max<std::int64_t>(1, need.quantity)) + " " + need.unit + (need.unit.empty() ? "" : "  ·  ") + need.text);
    }
    if (loaded.needs.size() > needs_shown) {
        ui::small(trn("and %d more", "and %d more", static_cast<std::int64_t>(loaded.needs.size() - needs_shown)));
    }
}

}  // namespace

void draw_summary(App& app) {
    const session::AssessmentView& loaded = *app.assessment.loaded;
    summary_head(app);
    summary_functions(loaded);
    summary_endurance(loaded);
    summary_weaknesses(loaded);
    summary_needs(loaded);
    ui::gap(0.4f);
    if (can_edit(app)) {
        std::string words = loaded.assessment.summary;
        if (ui::note_field("close.words", tr("In the assessor's words"), words, 3, tr("What went well, what surprised, what comes next"))) {
            change_text(app, "summary", words);
        }
    } else if (!loaded.assessment.summary.empty()) {
        ui::heading(tr("In the assessor's words"));
        ui::body(loaded.assessment.summary);
    }
    ui::gap(0.3f);
    ui::small(fill(tr("This record is sealed for those who run \"{}\". Nobody else can read it, on whatever way it travels."), {app.snapshot->deployment_name}));
}

}  // namespace fieldseal::desktop
