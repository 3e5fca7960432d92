// What sites need, ranked; found by typing; each with what became of it.
#include "app/desktop/screens/needs.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/help_words.h"
#include "app/desktop/screens/numbers.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "app/session/rows.h"

namespace fieldseal::desktop {

namespace {

void filter(App& app) {
    NeedsView& view = app.needs;
    std::string wanted = view.query + "\n" + view.sort;
    for (const auto& [part, value] : portfolio::parts_of(view.filter)) {
        wanted += "\n" + part + "=" + value;
    }
    if (view.shown_of == view.help && view.shown_for == wanted) {
        return;
    }
    view.shown_of = view.help;
    view.shown_for = wanted;
    view.shown.clear();
    const std::string folded = portfolio::fold(view.query);
    for (const std::size_t place : portfolio::needs_behind(view.filter, *view.help)) {
        const portfolio::NeedLine& line = view.help->needs[place];
        const std::string text = line.need.text + " " + line.site.name + " " + category_name(app, line.need.category) + " " + app.sector_name(line.site.sector) + " " + line.question;
        if (folded.empty() || portfolio::fold(text).find(folded) != std::string::npos) {
            view.shown.push_back(place);
        }
    }
    const auto& needs = view.help->needs;
    if (view.sort == "urgency") {
        std::ranges::stable_sort(view.shown, std::greater<>{}, [&](std::size_t place) { return needs[place].need.urgency; });
    } else if (view.sort == "site") {
        std::ranges::stable_sort(view.shown, {}, [&](std::size_t place) { return session::sort_key(needs[place].site.name); });
    }
    view.selected = std::clamp(view.selected, 0, std::max(0, static_cast<int>(view.shown.size()) - 1));
}

/// `whole`: with figures that the card beside the list says as well.
void cells(const portfolio::NeedLine& line, bool whole) {
    ui::cell_text(line.need.text.substr(0, line.need.text.find('\n')).c_str());
    ui::next_cell();
    ui::cell_text(line.site.name.c_str());
    ui::next_cell();
    if (whole) {
        ui::cell_text(amount_text(line).c_str());
        ui::next_cell();
    }
    ui::cell_text(urgency_text(line.need.urgency));
    ui::next_cell();
    if (whole) {
        char value[32];
        std::snprintf(value, sizeof value, "%.0f", line.value);
        ImGui::TextUnformatted(line.value > 0 ? value : "–");
        ui::next_cell();
    }
    state_badge(line.state);
}

void ranked(App& app) {
    NeedsView& view = app.needs;
    filter(app);
    if (chord(Key::j)) {
        view.focus_search = true;
    }
    ui::search_field("needs.search", tr("Find a need (Ctrl+J)"), view.query, em(22), view.focus_search);
    view.focus_search = false;
    ImGui::SameLine();
    // Its box is smaller than the fields beside it are high.
    const float row = ImGui::GetCursorPosY();
    ImGui::SetCursorPosY(row + ImGui::GetStyle().FramePadding.y - em(0.2f));
    ui::check_box("needs.open_only", tr("Only what nobody has promised"), view.filter.open_only);
    ImGui::SameLine();
    ImGui::SetCursorPosY(row);
    ImGui::BeginChild("needs.order", {em(13), ImGui::GetFrameHeight() + 2}, false, ImGuiWindowFlags_NoBackground);
    ui::choice("needs.sort", "", {{"", tr("Most valuable first")}, {"urgency", tr("Most urgent first")}, {"site", tr("By site")}}, view.sort, tr("Most valuable first"));
    ImGui::EndChild();
    ImGui::SameLine();
    saved_views_menu(app, "needs");
    draw_chips(chips_of(app, view.filter));
    filter(app);
    if (view.help->needs.empty()) {
        ui::empty_state(icon::list, tr("No needs yet"), tr("Assessors ask for what would help while they answer: a weak answer, a finding, a need. They arrive with the next sync."));
        return;
    }
    ui::small(trn("%d need", "%d needs", static_cast<std::int64_t>(view.shown.size())));
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float right = std::min(em(27), space.x * 0.4f);
    ImGui::BeginChild("needs.list", {space.x - right - ImGui::GetStyle().ItemSpacing.x, 0}, false, ImGuiWindowFlags_NoBackground);
    // On a narrow screen names need the room more than figures that stand beside the list as well.
    const bool whole = ImGui::GetContentRegionAvail().x > em(52);
    std::vector<ui::Column> columns{{tr("What would help"), 3}, {tr("Site"), 2}, {tr("How urgent"), -7}, {tr("State"), -8}};
    if (whole) {
        columns = {{tr("What would help"), 3}, {tr("Site"), 2}, {tr("How many"), -5}, {tr("How urgent"), -7}, {tr("Value"), -4}, {tr("State"), -8}};
    }
    if (std::exchange(view.focus_list, false)) {
        ui::focus_table();
    }
    const int opened = ui::table("needs.table", columns, static_cast<int>(view.shown.size()), view.selected,
                                 [&](int i) { cells(view.help->needs[view.shown[static_cast<std::size_t>(i)]], whole); });
    ImGui::EndChild();
    if (opened >= 0) {
        const portfolio::NeedLine& line = view.help->needs[view.shown[static_cast<std::size_t>(opened)]];
        if (line.need.assessment.is_zero()) {
            app.open_site(line.need.site);
        } else {
            app.open_assessment(line.need.assessment, line.question);
        }
        return;
    }
    ImGui::SameLine();
    ui::begin_card("needs.detail", 0, -1);
    if (view.selected < static_cast<int>(view.shown.size())) {
        draw_need(app, view.help->needs[view.shown[static_cast<std::size_t>(view.selected)]]);
    } else {
        ui::muted(tr("Nothing fits what you typed."));
    }
    ui::end_card();
}

}  // namespace

void draw_needs(App& app) {
    NeedsView& view = app.needs;
    keep_help(app);
    ui::title(tr("Needs"));
    const bool another = ui::segments("needs.tab",
                 {{"needs", tr("What first")}, {"groups", tr("Over sites")}, {"offers", tr("Offers")}, {"gaps", tr("Frequent gaps")}, {"assignments", tr("Assignments")}},
                 view.tab);
    if (another) {
        view.list_query.clear();
    }
    ui::gap(0.3f);
    if (!view.help) {
        ui::muted(tr("Loading…"));
        return;
    }
    if (view.tab == "groups") {
        draw_need_groups(app);
    } else if (view.tab == "offers") {
        draw_offers(app);
    } else if (view.tab == "gaps") {
        draw_frequent_gaps(app);
    } else if (view.tab == "assignments") {
        draw_assignments(app);
    } else {
        ranked(app);
    }
}

}  // namespace fieldseal::desktop
