// Two versions of a questionnaire side by side: what came, what went, and both texts of what changed.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/questionnaires.h"
#include "app/desktop/screens/side_words.h"

namespace fieldseal::desktop {

namespace {

using questionnaire::ChangeKind;
using questionnaire::Part;

std::string part_text(const questionnaire::PartChange& change) {
    switch (change.part) {
        case Part::section:
            return tr("Moved to another section");
        case Part::meaning:
            return tr("Means something else: not compared between visits");
        case Part::text:
            return tr("Text");
        case Part::guidance:
            return tr("How to check");
        case Part::level:
            return fill(tr("level {}"), {std::to_string(change.level)});
        case Part::number:
            return tr("Answered with a number");
        case Part::evidence:
            return tr("What shows it");
        case Part::weight:
            return tr("Weight");
        case Part::critical:
            return tr("critical");
        case Part::cost:
            return tr("Cost, 1 to 3");
        case Part::effort:
            return tr("Effort, 1 to 3");
        case Part::least_evidence:
            return tr("What the top level needs");
        case Part::validity:
            return tr("Days that an answer counts as fresh");
        case Part::condition:
            return tr("Asked where the profile says");
        case Part::function:
            return tr("Function");
        case Part::mappings:
            return tr("Where the frameworks ask for it");
        case Part::remedy:
            return tr("What would help");
        case Part::measures:
            return tr("Noted beside it");
        case Part::incidents:
            return tr("Incidents");
        case Part::references:
            return tr("Rules");
        case Part::sectors:
            return tr("Asked of sectors");
        case Part::when:
            return tr("Where these levels");
        case Part::expects:
            return tr("These are expected");
        case Part::order:
            return tr("Order");
        case Part::version:
            return tr("Version");
        case Part::licence:
            return tr("Licence");
        case Part::lesson:
            return tr("What it taught");
    }
    return {};
}

void both_sides(const char* id, const std::string& before, const std::string& after) {
    const std::vector<history::WordRun> runs = history::diff_words(before, after);
    if (!ImGui::BeginTable(id, 2, ImGuiTableFlags_BordersInnerV | ImGuiTableFlags_SizingStretchSame)) {
        return;
    }
    ImGui::TableNextRow();
    for (const bool older : {true, false}) {
        ImGui::TableNextColumn();
        if ((older ? before : after).empty()) {
            ui::muted("–");
        } else {
            side_words(runs, older);
        }
    }
    ImGui::EndTable();
}

void compare_chosen(App& app, const questionnaire::Template& before, const questionnaire::Template& after) {
    QuestionnairesView& view = app.questionnaires;
    const std::string wanted = view.before + view.after;
    if (view.compared == wanted) {
        return;
    }
    view.compared = wanted;
    view.changes = questionnaire::compare_templates(before, after);
    view.differences = rows_of_changes(view.changes);
    view.difference = 0;
}

std::string list_text(std::string_view list) {
    return list == "question"    ? tr("Question")
           : list == "section"   ? tr("Section")
           : list == "check"     ? tr("Consistency")
           : list == "profile"   ? tr("Profile")
           : list == "scoring"   ? tr("Scoring")
           : list == "sector"    ? tr("Sector")
           : list == "category"  ? tr("Kind of help")
           : list == "framework" ? tr("Framework")
           : list == "incident"  ? tr("Incident")
                                 : tr("The whole");
}

void kind_badge(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::added:
            ui::badge(ui::State::good, icon::plus, tr("new"));
            break;
        case ChangeKind::removed:
            ui::badge(ui::State::bad, icon::cross, tr("gone"));
            break;
        case ChangeKind::changed:
            ui::badge(ui::State::accent, icon::pencil, tr("changed"));
            break;
    }
}

void difference_detail(const QuestionnairesView::Difference& difference, const questionnaire::Template& before,
                       const questionnaire::Template& after) {
    const questionnaire::ItemChange& item = *difference.item;
    ui::small(list_text(difference.list) + "  ·  " + item.id +
              (item.where.empty() ? "" : "  ·  " + item.where.in(language())));
    ui::heading(item.text.in(language()));
    kind_badge(item.kind);
    if (item.kind != ChangeKind::changed && std::string_view(difference.list) == "question") {
        const questionnaire::Question* question = (item.kind == ChangeKind::added ? after : before).find(item.id);
        for (int level = 3; level >= 0; --level) {
            ui::hung(std::to_string(level), question->levels[static_cast<std::size_t>(level)].in(language()), false);
        }
        ui::small(tr("How to check"));
        ui::body(question->guidance.in(language()));
    }
    if (!item.parts.empty() && ImGui::BeginTable("questionnaires.names", 2, ImGuiTableFlags_SizingStretchSame)) {
        ImGui::TableNextColumn();
        ui::bold(before.version);
        ImGui::TableNextColumn();
        ui::bold(after.version);
        ImGui::EndTable();
    }
    for (std::size_t i = 0; i < item.parts.size(); ++i) {
        const questionnaire::PartChange& part = item.parts[i];
        ui::gap(0.2f);
        ui::small(part_text(part));
        both_sides(("questionnaires.part." + std::to_string(i)).c_str(), part.before.in(language()),
                   part.after.in(language()));
        ui::note(("questionnaires.part." + std::string(questionnaire::name_of(part.part))).c_str(),
                 part.after.in(language()).c_str());
    }
}

}  // namespace

std::vector<QuestionnairesView::Difference> rows_of_changes(const questionnaire::TemplateChanges& changes) {
    const std::pair<const char*, const std::vector<questionnaire::ItemChange>*> lists[] = {
        {"about", &changes.about},       {"section", &changes.sections},          {"question", &changes.questions},
        {"check", &changes.checks},      {"profile", &changes.profile_questions}, {"scoring", &changes.scoring},
        {"sector", &changes.sectors},    {"category", &changes.need_categories},  {"framework", &changes.frameworks},
        {"incident", &changes.incidents}};
    std::vector<QuestionnairesView::Difference> rows;
    for (const auto& [name, list] : lists) {
        for (const questionnaire::ItemChange& item : *list) {
            rows.push_back({name, &item});
        }
    }
    return rows;
}

void draw_differences(const std::string& id, const std::vector<QuestionnairesView::Difference>& differences,
                      int& selected, const questionnaire::Template& before, const questionnaire::Template& after) {
    const int count = static_cast<int>(differences.size());
    selected = std::clamp(selected, 0, count - 1);
    const float left = ImGui::GetContentRegionAvail().x * 0.42f;
    // Below other things on a small screen the page scrolls, rather than that the list has no room.
    const float height = std::max(ImGui::GetContentRegionAvail().y, em(18));
    ImGui::BeginChild((id + ".changes").c_str(), {left, height}, false, ImGuiWindowFlags_NoBackground);
    const std::vector<std::string> names{tr("What changed"), tr("Where"), tr("Text")};
    ui::table((id + ".differences").c_str(), {{names[0].c_str(), -6}, {names[1].c_str(), -6.5f}, {names[2].c_str(), 1}},
              count, selected, [&](int i) {
                  const QuestionnairesView::Difference& difference = differences[static_cast<std::size_t>(i)];
                  kind_badge(difference.item->kind);
                  ui::next_cell();
                  ImGui::TextUnformatted(std::string_view(difference.list) == "question"
                                             ? difference.item->id.c_str()
                                             : list_text(difference.list).c_str());
                  ui::next_cell();
                  ui::cell_text(difference.item->text.in(language()).c_str());
              });
    ImGui::EndChild();
    ImGui::SameLine();
    ui::begin_card((id + ".difference").c_str(), 0, height);
    difference_detail(differences[static_cast<std::size_t>(selected)], before, after);
    ui::end_card();
}

void draw_questionnaire_comparison(App& app) {
    QuestionnairesView& view = app.questionnaires;
    std::vector<std::pair<std::string, std::string>> options;
    const questionnaire::Template* before = nullptr;
    const questionnaire::Template* after = nullptr;
    for (const QuestionnairesView::Version& version : view.versions) {
        const std::string hash = version.hash.hex();
        options.emplace_back(
            hash, version_name(*version.questions) + (version.built_in ? "" : " (" + hash.substr(0, 8) + ")"));
        before = hash == view.before ? version.questions.get() : before;
        after = hash == view.after ? version.questions.get() : after;
    }
    if (ImGui::BeginTable("questionnaires.choose", 2, ImGuiTableFlags_SizingStretchSame)) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ui::choice("questionnaires.before", tr("From version"), options, view.before, tr("Choose"));
        ui::next_form_cell();
        ui::choice("questionnaires.after", tr("To version"), options, view.after, tr("Choose"));
        ImGui::EndTable();
    }
    ui::gap(0.3f);
    if (before == nullptr || after == nullptr) {
        ui::empty_state(icon::list, tr("Nothing to compare yet"), tr("Choose two versions."));
        return;
    }
    compare_chosen(app, *before, *after);
    if (view.differences.empty()) {
        ui::empty_state(icon::check, tr("No difference"), tr("Both versions ask the same."));
        return;
    }
    draw_differences("questionnaires", view.differences, view.difference, *before, *after);
}

}  // namespace fieldseal::desktop
