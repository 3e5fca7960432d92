// Needs over all sites, the gaps that most of them have, and who is to go where.
#include <imgui.h>

#include <algorithm>
#include <array>

#include "app/desktop/screens/help_words.h"
#include "app/desktop/screens/needs.h"
#include "app/desktop/screens/numbers.h"
#include "app/desktop/screens/regions.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

std::string key_text(const App& app, const std::string& by, const std::string& key) {
    if (key.empty()) {
        return tr("not said");
    }
    return by == "question"   ? question_text(app, key)
           : by == "category" ? category_name(app, key)
           : by == "sector"   ? app.sector_name(key)
           : by == "region"   ? region_name(key, language())
                              : key;
}

std::string money_text(const portfolio::Money& money) {
    std::string text;
    for (const auto& [currency, sum] : money) {
        text += (text.empty() ? "" : ", ") + cost_text(sum, currency);
    }
    return text.empty() ? "–" : text;
}

/// The first number is of sites, the second of needs, the others of what has become of them.
void open_group(App& app, const portfolio::NeedGroup& group, int cell) {
    portfolio::NeedFilter needs = portfolio::filter_of(portfolio::group_by_of(app.needs.by), group.key);
    if (cell == 0) {
        portfolio::SiteFilter sites;
        sites.needs = needs;
        open_sites(app, sites);
        return;
    }
    needs.part = static_cast<portfolio::NeedPart>(cell - 1);
    open_needs(app, needs);
}

}  // namespace

std::vector<std::size_t> lines_with(const std::string& query, std::size_t count, const std::function<std::string(std::size_t)>& text) {
    std::vector<std::size_t> places;
    const std::string folded = portfolio::fold(query);
    for (std::size_t i = 0; i < count; ++i) {
        if (folded.empty() || portfolio::fold(text(i)).find(folded) != std::string::npos) {
            places.push_back(i);
        }
    }
    return places;
}

void find_in_list(App& app) {
    NeedsView& view = app.needs;
    ui::search_field("list.search", tr("Find in the list (Ctrl+J)"), view.list_query, em(22), chord(Key::j));
    ImGui::SameLine();
    saved_views_menu(app, view.tab);
}

void draw_need_groups(App& app) {
    NeedsView& view = app.needs;
    ui::segments("groups.by",
                 {{"question", tr("by gap")}, {"category", tr("by kind of help")}, {"sector", tr("by sector")}, {"region", tr("by region")}, {"partner", tr("by partner")}}, view.by);
    if (view.groups_of != view.help || view.groups_by != view.by) {
        view.groups = portfolio::group_needs(*view.help, portfolio::group_by_of(view.by));
        view.groups_of = view.help;
        view.groups_by = view.by;
    }
    if (view.groups.empty()) {
        ui::empty_state(icon::list, tr("Nothing to add up yet"), view.by == "partner" ? tr("Totals by partner show once something was promised.") : tr("Totals show once sites have needs."));
        return;
    }
    const std::vector<ui::Column> columns{{tr("What"), 4}, {tr("Sites"), -5}, {tr("Needs"), -5}, {tr("Promised"), -6}, {tr("Handed over"), -7}, {tr("Seen in place"), -8}, {tr("Rough cost"), 1.5f}};
    find_in_list(app);
    const std::vector<std::size_t> shown = lines_with(view.list_query, view.groups.size(), [&](std::size_t i) { return key_text(app, view.by, view.groups[i].key); });
    view.group_selected = std::clamp(view.group_selected, 0, std::max(0, static_cast<int>(shown.size()) - 1));
    view.group_cells.count = 5;
    std::optional<std::pair<int, int>> clicked;
    const int opened = ui::table(
        "groups.table", columns, static_cast<int>(shown.size()), view.group_selected,
        [&](int i) {
            const portfolio::NeedGroup& group = view.groups[shown[static_cast<std::size_t>(i)]];
            ui::cell_text(key_text(app, view.by, group.key).c_str());
            int cell = 0;
            for (const std::int64_t number : {static_cast<std::int64_t>(group.sites), static_cast<std::int64_t>(group.needs), group.promised, group.delivered, group.verified}) {
                ui::next_cell();
                const std::string id = "groups.cell." + std::to_string(i) + "." + std::to_string(cell);
                if (number == 0) {
                    ImGui::TextUnformatted("0");
                } else if (ui::link(id.c_str(), std::to_string(number), view.group_cells.is(i, view.group_selected, cell))) {
                    clicked = {i, cell};
                }
                ++cell;
            }
            ui::next_cell();
            ui::cell_text(money_text(group.cost).c_str());
        },
        0, &view.group_cells);
    if (opened >= 0 && !clicked) {
        // A click beside the numbers opens the needs, as the second number does; Enter what is chosen.
        clicked = {opened, pressed(Key::enter) ? view.group_cells.chosen : 1};
    }
    if (clicked) {
        open_group(app, view.groups[shown[static_cast<std::size_t>(clicked->first)]], clicked->second);
    }
}

void draw_frequent_gaps(App& app) {
    NeedsView& view = app.needs;
    keep_gaps(app);
    if (!view.gaps) {
        ui::muted(tr("Loading…"));
        return;
    }
    const std::vector<portfolio::FrequentGap>& gaps = *view.gaps;
    if (gaps.empty()) {
        ui::empty_state(icon::check, tr("No serious gaps"), tr("They are counted over each site's latest finalised visit."));
        return;
    }
    ui::small(fill(tr("Serious gaps over the latest finalised visits of {} sites"), {std::to_string(view.gap_sites)}));
    const std::vector<ui::Column> columns{{tr("Question"), 5}, {tr("Sites"), -5}, {tr("Critical"), -6}, {tr("Needs"), -5}};
    find_in_list(app);
    const std::vector<std::size_t> shown = lines_with(view.list_query, gaps.size(), [&](std::size_t i) { return gaps[i].question + " " + question_text(app, gaps[i].question); });
    if (view.gap_needs_of != std::pair(view.gaps, view.help)) {
        view.gap_needs.clear();
        for (const portfolio::FrequentGap& gap : gaps) {
            view.gap_needs[gap.question] = portfolio::needs_behind(portfolio::filter_of(portfolio::GroupBy::question, gap.question), *view.help).size();
        }
        view.gap_needs_of = {view.gaps, view.help};
    }
    view.gap_selected = std::clamp(view.gap_selected, 0, std::max(0, static_cast<int>(shown.size()) - 1));
    view.gap_cells.count = 3;
    std::optional<std::pair<int, int>> clicked;
    const int opened = ui::table(
        "gaps.table", columns, static_cast<int>(shown.size()), view.gap_selected,
        [&](int i) {
            const portfolio::FrequentGap& gap = gaps[shown[static_cast<std::size_t>(i)]];
            ui::cell_text((gap.question + "   " + question_text(app, gap.question)).c_str());
            const std::size_t asked = view.gap_needs.at(gap.question);
            int cell = 0;
            for (const std::size_t number : {gap.sites, gap.critical, asked}) {
                ui::next_cell();
                const std::string id = "gaps.cell." + std::to_string(i) + "." + std::to_string(cell);
                if (number == 0) {
                    ImGui::TextUnformatted("–");
                } else if (ui::link(id.c_str(), std::to_string(number), view.gap_cells.is(i, view.gap_selected, cell))) {
                    clicked = {i, cell};
                }
                ++cell;
            }
        },
        0, &view.gap_cells);
    if (opened >= 0 && !clicked) {
        clicked = {opened, pressed(Key::enter) ? view.gap_cells.chosen : 0};
    }
    if (!clicked) {
        return;
    }
    const std::string& question = gaps[shown[static_cast<std::size_t>(clicked->first)]].question;
    if (clicked->second == 2) {
        open_needs(app, portfolio::filter_of(portfolio::GroupBy::question, question));
        return;
    }
    portfolio::SiteFilter sites;
    sites.gap = question;
    sites.gap_critical = clicked->second == 1;
    open_sites(app, sites);
}

void draw_assignments(App& app) {
    NeedsView& view = app.needs;
    const auto& lines = view.help->assignments;
    if (lines.empty()) {
        ui::empty_state(icon::people, tr("Nobody is sent anywhere"), tr("Open a site and choose who is to visit it, and by when."));
        return;
    }
    const std::vector<ui::Column> columns{{tr("Site"), 3}, {tr("Who"), 1.5f}, {tr("By when"), -7}, {tr("Last visit"), -7}, {tr("Why"), 2}, {tr("State"), -8}};
    find_in_list(app);
    const std::vector<std::size_t> shown = lines_with(view.list_query, lines.size(), [&](std::size_t i) {
        return lines[i].site.name + " " + app.snapshot->person_name(lines[i].assignment.assignee) + " " + lines[i].assignment.why;
    });
    view.assignment_selected = std::clamp(view.assignment_selected, 0, std::max(0, static_cast<int>(shown.size()) - 1));
    const int opened = ui::table("assignments.table", columns, static_cast<int>(shown.size()), view.assignment_selected, [&](int i) {
        const portfolio::AssignmentLine& line = lines[shown[static_cast<std::size_t>(i)]];
        ui::cell_text(line.site.name.c_str());
        ui::next_cell();
        ui::cell_text(app.snapshot->person_name(line.assignment.assignee).c_str());
        ui::next_cell();
        ImGui::TextUnformatted(line.assignment.due.empty() ? "–" : day_text(line.assignment.due).c_str());
        ui::next_cell();
        ImGui::TextUnformatted(line.last_visit.empty() ? "–" : day_text(line.last_visit).c_str());
        ui::next_cell();
        ui::cell_text(line.assignment.why.c_str());
        ui::next_cell();
        if (line.done_at) {
            ui::badge(ui::State::good, icon::check, tr("Done"));
        } else if (line.overdue) {
            ui::badge(ui::State::bad, icon::warning, tr("Overdue"));
        } else {
            ui::badge(ui::State::accent, icon::clock, tr("Not done yet"));
        }
    });
    if (opened >= 0) {
        app.open_site(lines[shown[static_cast<std::size_t>(opened)]].assignment.site);
    }
}

}  // namespace fieldseal::desktop
