// Questionnaires: the versions that are known, who uses them, and what they ask.
#include "app/desktop/screens/questionnaires.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/help_words.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "model/portfolio/search.h"
#include "model/questionnaire/built_in.h"

namespace fieldseal::desktop {

namespace {

void gather_versions(App& app) {
    QuestionnairesView& view = app.questionnaires;
    if (view.versions_of == app.snapshot->templates.size()) {
        return;
    }
    view.versions_of = app.snapshot->templates.size();
    view.versions.clear();
    for (const auto& questions : app.snapshot->templates) {
        const Hash hash = questionnaire::content_hash(*questions);
        const std::string hex = hash.hex();
        const bool built_in =
            std::ranges::any_of(questionnaire::built_in_versions(), [&](const auto& item) { return item.hash == hex; });
        view.versions.push_back({questions, hash, built_in});
    }
    std::ranges::stable_sort(view.versions, [](const auto& a, const auto& b) {
        return a.questions->id != b.questions->id
                   ? a.questions->id < b.questions->id
                   : questionnaire::version_order(a.questions->version, b.questions->version) > 0;
    });
    view.selected = 0;
    // What is new is what one compares first.
    view.after = view.versions.front().hash.hex();
    view.before = view.versions[view.versions.size() > 1 ? 1 : 0].hash.hex();
}

/// Counted when the screen is opened and when something changed.
void count_uses(App& app) {
    QuestionnairesView& view = app.questionnaires;
    if (view.counting || view.counted == app.snapshot->generation) {
        return;
    }
    view.counting = true;
    view.counted = app.snapshot->generation;
    app.load<std::map<Hash, std::uint64_t>>(
        "questionnaires", [](session::Session& session) { return session.template_uses(); },
        [&app](std::map<Hash, std::uint64_t> uses) {
            app.questionnaires.uses = std::move(uses);
            app.questionnaires.counting = false;
        },
        [&app](const std::string& problem) {
            app.questionnaires.counting = false;
            app.say(ui::State::bad, problem);
        });
}

std::string use_text(const QuestionnairesView& view, const Hash& hash) {
    if (!view.uses) {
        return "…";
    }
    const auto found = view.uses->find(hash);
    return std::to_string(found == view.uses->end() ? 0 : found->second);
}

void labelled(const char* label, const std::string& text) {
    if (!text.empty()) {
        ui::small(label);
        ui::body(text);
    }
}

void section_detail(const questionnaire::Template& questions, const questionnaire::Section& section) {
    ui::heading(section.title.in(language()));
    ui::small(trn("%d question", "%d questions", static_cast<std::int64_t>(section.questions.size())));
    if (section.add_on) {
        std::string sectors;
        for (const std::string& id : section.sectors) {
            const questionnaire::Label* label = questions.sector(id);
            sectors += (sectors.empty() ? "" : ", ") + (label == nullptr ? id : label->text.in(language()));
        }
        labelled(tr("Asked of sectors"), sectors.empty() ? std::string(tr("all sectors")) : sectors);
    }
    labelled(tr("Asked where the profile says"),
             questionnaire::condition_text(questions, section.applies_if).in(language()));
}

void question_detail(const App& app, const questionnaire::Template& questions,
                     const questionnaire::Question& question) {
    ui::small(question.id);
    if (question.critical) {
        ImGui::SameLine();
        ui::badge(ui::State::bad, icon::warning, tr("critical"));
    }
    ui::heading(question.text.in(language()));
    if (question.number) {
        labelled(tr("Answered with a number"), with_unit(question.number->label.in(language()), question.number->unit));
        ui::small(fill(tr("Levels 1, 2 and 3 begin at: {}"),
                       {questionnaire::thresholds_text(*question.number) + " " + unit_text(question.number->unit)}));
    }
    for (int level = 3; level >= 0; --level) {
        ui::hung(std::to_string(level), question.levels[static_cast<std::size_t>(level)].in(language()), false);
    }
    ui::gap(0.3f);
    labelled(tr("How to check"), question.guidance.in(language()));
    for (const questionnaire::LocalText& item : question.evidence) {
        ui::hung(icon::check, item.in(language()), true);
    }
    labelled(tr("Asked where the profile says"),
             questionnaire::condition_text(questions, question.applies_if).in(language()));
    ui::gap(0.3f);
    ui::small(fill(tr("Weight {}  ·  the top level needs: {}"),
                   {std::to_string(question.weight), basis_text(question.min_evidence_for_full)}));
    ui::small(trn("counts as fresh for %d day", "counts as fresh for %d days", question.validity_days));
    std::string measures;
    for (const questionnaire::Measure& measure : question.measures) {
        measures += (measures.empty() ? "" : "\n") + with_unit(measure.label.in(language()), measure.unit);
    }
    labelled(tr("Noted beside it"), measures);
    labelled(tr("What would help"),
             category_name(app, question.remedy.category) + ": " + question.remedy.text.in(language()));
    std::string mappings;
    for (const questionnaire::Framework& framework : questions.frameworks) {
        const auto found = question.mappings.find(framework.id);
        if (found == question.mappings.end() || found->second.empty()) {
            continue;
        }
        mappings += (mappings.empty() ? "" : "\n") + framework.name + " " + framework.version + ": ";
        for (std::size_t i = 0; i < found->second.size(); ++i) {
            mappings += (i == 0 ? "" : ", ") + found->second[i];
        }
    }
    labelled(tr("Where the frameworks ask for it"), mappings);
}

/// Questions with what was typed, each below its section.
void find_rows(QuestionnairesView& view, const questionnaire::Template& questions) {
    const std::string wanted = questions.id + " " + questions.version + (language() == Language::english ? " en " : " uk ") + view.query;
    if (view.shown_for == wanted) {
        return;
    }
    view.shown_for = wanted;
    view.shown.clear();
    const std::string folded = portfolio::fold(view.query);
    int section = -1;
    for (int i = 0; i < static_cast<int>(view.rows.size()); ++i) {
        const QuestionnairesView::Row& row = view.rows[static_cast<std::size_t>(i)];
        if (row.question == nullptr) {
            section = i;
            if (folded.empty()) {
                view.shown.push_back(i);
            }
        } else if (folded.empty() || portfolio::fold(row.question->id + " " + row.question->text.in(language())).find(folded) != std::string::npos) {
            if (!folded.empty() && section >= 0) {
                view.shown.push_back(std::exchange(section, -1));
            }
            view.shown.push_back(i);
        }
    }
    // Whoever types looks for a question.
    if (!folded.empty() && view.shown.size() > 1 && view.rows[static_cast<std::size_t>(view.row)].question == nullptr) {
        view.row = view.shown[1];
    }
}

void contents(App& app, const questionnaire::Template& questions) {
    QuestionnairesView& view = app.questionnaires;
    if (view.rows_of != &questions) {
        view.rows_of = &questions;
        view.rows.clear();
        for (const questionnaire::Section& section : questions.sections) {
            view.rows.push_back({&section, nullptr});
            for (const questionnaire::Question& question : section.questions) {
                view.rows.push_back({&section, &question});
            }
        }
        view.row = 0;
        view.shown_for.clear();
    }
    view.row = std::clamp(view.row, 0, static_cast<int>(view.rows.size()) - 1);
    ui::search_field("questionnaires.search", tr("Find a question (Ctrl+J)"), view.query, em(18), chord(Key::j));
    ImGui::SameLine();
    saved_views_menu(app, "questionnaires");
    find_rows(view, questions);
    if (view.shown.empty()) {
        ui::muted(tr("Nothing fits what you typed."));
        return;
    }
    const auto chosen = std::ranges::find(view.shown, view.row);
    // The section stands above its question; where what was chosen is filtered away, the first question is.
    int place = chosen != view.shown.end() ? static_cast<int>(chosen - view.shown.begin()) : std::min<int>(1, static_cast<int>(view.shown.size()) - 1);
    ui::table("questionnaires.contents", {{tr("Question"), -6.5f}, {"", 1}}, static_cast<int>(view.shown.size()), place, [&](int i) {
        const QuestionnairesView::Row& row = view.rows[static_cast<std::size_t>(view.shown[static_cast<std::size_t>(i)])];
        if (row.question == nullptr) {
            ImGui::TextUnformatted(row.section->add_on ? icon::plus : icon::list);
            ui::next_cell();
            ui::bold(row.section->title.in(language()));
            return;
        }
        ImGui::TextUnformatted(row.question->id.c_str());
        ui::next_cell();
        ui::cell_text(row.question->text.in(language()).c_str());
    });
    view.row = view.shown[static_cast<std::size_t>(place)];
}

void versions_tab(App& app) {
    QuestionnairesView& view = app.questionnaires;
    const float left = std::max(em(20), ImGui::GetContentRegionAvail().x * 0.52f);
    ImGui::BeginChild("questionnaires.left", {left, 0}, false, ImGuiWindowFlags_NoBackground);
    const std::vector<std::string> names{tr("Questionnaire"), tr("Comes from"), tr("Questions"), tr("Assessments")};
    const std::vector<ui::Column> columns{
        {names[0].c_str(), 1}, {names[1].c_str(), -7.4f}, {names[2].c_str(), -4}, {names[3].c_str(), -5.5f}};
    const float height = std::min(
        em(11), em(3.2f) + ImGui::GetTextLineHeightWithSpacing() * 1.4f * static_cast<float>(view.versions.size()));
    ui::table(
        "questionnaires.versions", columns, static_cast<int>(view.versions.size()), view.selected,
        [&](int i) {
            const QuestionnairesView::Version& version = view.versions[static_cast<std::size_t>(i)];
            ImGui::TextUnformatted(
                (version.questions->version + "  ·  " + version.questions->title.in(language())).c_str());
            ui::next_cell();
            ui::cell_text(version.built_in ? tr("the program") : tr("a coordinator"));
            ui::next_cell();
            ImGui::TextUnformatted(std::to_string(version.questions->questions_in_order().size()).c_str());
            ui::next_cell();
            const std::string used = use_text(view, version.hash);
            ImGui::TextUnformatted(used.c_str());
            ui::note(("questionnaires.uses." + version.questions->version).c_str(), used.c_str());
        },
        height);
    const questionnaire::Template& chosen = *view.versions[static_cast<std::size_t>(view.selected)].questions;
    ui::small(tr("An assessment keeps the version it was answered with; a new one takes the newest."));
    contents(app, chosen);
    ImGui::EndChild();
    ImGui::SameLine();
    ui::begin_card("questionnaires.detail", 0, -1);
    const QuestionnairesView::Row& row = view.rows[static_cast<std::size_t>(view.row)];
    if (row.question != nullptr) {
        question_detail(app, chosen, *row.question);
    } else {
        if (view.row == 0) {
            ui::title(chosen.title.in(language()) + " " + chosen.version);
            ui::body(chosen.description.in(language()));
            ui::small(fill(tr("Contents {}: two versions are the same only where this is."),
                           {view.versions[static_cast<std::size_t>(view.selected)].hash.hex().substr(0, 16)}));
            ui::gap(0.4f);
        }
        section_detail(chosen, *row.section);
    }
    ui::end_card();
}

}  // namespace

std::string version_name(const questionnaire::Template& questions) {
    return questions.title.in(language()) + " " + questions.version;
}

void draw_questionnaires(App& app) {
    QuestionnairesView& view = app.questionnaires;
    gather_versions(app);
    count_uses(app);
    ui::title(tr("Questionnaires"));
    ui::segments("questionnaires.tab",
                 {{"versions", tr("Versions")}, {"compare", tr("Compare two")}, {"check", tr("Check a file")}},
                 view.tab);
    ui::gap(0.3f);
    if (view.tab == "compare") {
        draw_questionnaire_comparison(app);
    } else if (view.tab == "check") {
        draw_questionnaire_check(app);
    } else {
        versions_tab(app);
    }
}

}  // namespace fieldseal::desktop
