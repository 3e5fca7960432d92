// All sites at a glance: scores by function over sectors or regions, as tables or on the map, how they moved, who waits for a visit.
// Every number opens the sites behind it.
#include "app/desktop/screens/overview.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "app/desktop/screens/numbers.h"
#include "app/desktop/screens/overview_map.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

/// Numbers of a row that open something; those of the functions follow.
enum Cell { cell_sites, cell_overdue, cell_overall, cell_functions };

void count_sites(App& app) {
    OverviewView& view = app.overview;
    keep_overview(app);
    if (view.overview && view.rows_by != view.by) {
        view.rows_by = view.by;
        const auto by = view.by == "sector" ? portfolio::OverviewBy::sector : portfolio::OverviewBy::region;
        view.rows = portfolio::heat_map(*view.overview, by, iso_day(app.environment.clock.wall_ms()));
        view.selected = std::clamp(view.selected, 0, std::max(0, static_cast<int>(view.rows.size()) - 1));
        view.map.together.reset();
    }
}

portfolio::SiteFilter of_visits(portfolio::VisitState visit) {
    portfolio::SiteFilter filter;
    filter.visit = visit;
    return filter;
}

void numbers(App& app) {
    const OverviewView& view = app.overview;
    const portfolio::Overview& overview = *view.overview;
    const auto count = [](std::size_t number) { return static_cast<std::int64_t>(number); };
    ui::begin_card("overview.numbers");
    const auto number = [&](const char* id, const std::string& text, const char* icon, bool any, portfolio::VisitState visit) {
        if (ui::button(id, text, ui::Kind::plain, icon, any)) {
            open_sites(app, of_visits(visit));
        }
    };
    number("overview.total", trn("%d site", "%d sites", count(overview.sites.size() + overview.unvisited.size())), icon::home, true, portfolio::VisitState::any);
    ImGui::SameLine();
    number("overview.visited", fill(tr("{} visited"), {std::to_string(overview.sites.size())}), icon::check, !overview.sites.empty(), portfolio::VisitState::visited);
    ImGui::SameLine();
    number("overview.unvisited", fill(tr("{} not visited yet"), {std::to_string(overview.unvisited.size())}), icon::circle, !overview.unvisited.empty(), portfolio::VisitState::unvisited);
    ImGui::SameLine();
    number("overview.waiting", trn("%d site waits for a visit for more than a year", "%d sites wait for a visit for more than a year", count(view.waiting.size())), icon::clock,
           !view.waiting.empty(), portfolio::VisitState::overdue);
    draw_trend(app);
    ui::end_card();
}

void behind(App& app, const portfolio::HeatRow& row) {
    const OverviewView& view = app.overview;
    ui::heading(row_name(app, view.by, row.key));
    draw_counts(app, row, false);
    const auto line = [&](const char* id, const std::string& what, const portfolio::HeatCell* cell, const portfolio::SiteFilter& filter) {
        ui::gap(0.3f);
        ui::bold(what);
        if (cell == nullptr || cell->sites.empty()) {
            ui::muted(tr("No score yet"));
            return;
        }
        const int mean = static_cast<int>(std::lround(cell->mean * 1000));
        ui::score_bar(mean, mean, mean, em(10));
        if (ui::button(id, percent_text(mean) + "  ·  " + trn("%d site", "%d sites", static_cast<std::int64_t>(cell->sites.size())), ui::Kind::plain, icon::forward)) {
            open_sites(app, filter);
        }
    };
    portfolio::SiteFilter filter = filter_of_row(view.by, row.key);
    filter.visit = portfolio::VisitState::scored;
    line("overview.all", tr("All functions"), &row.overall, filter);
    filter.visit = portfolio::VisitState::any;
    for (const std::string& function : view.overview->functions) {
        const auto cell = row.functions.find(function);
        filter.function = function;
        line(("overview.function." + function).c_str(), function + "   " + function_text(app, function), cell == row.functions.end() ? nullptr : &cell->second, filter);
    }
}

/// What the number in this cell of a row opens; nothing where there is none.
std::optional<portfolio::SiteFilter> filter_of_cell(const OverviewView& view, const portfolio::HeatRow& row, int cell) {
    portfolio::SiteFilter filter = filter_of_row(view.by, row.key);
    switch (cell) {
        case cell_sites: return filter;
        case cell_overdue: filter.visit = portfolio::VisitState::overdue; return row.overdue > 0 ? std::optional(filter) : std::nullopt;
        case cell_overall: filter.visit = portfolio::VisitState::scored; return row.overall.sites.empty() ? std::nullopt : std::optional(filter);
        default: break;
    }
    filter.function = view.overview->functions[static_cast<std::size_t>(cell - cell_functions)];
    const auto found = row.functions.find(filter.function);
    return found == row.functions.end() || found->second.sites.empty() ? std::nullopt : std::optional(filter);
}

std::string text_of_cell(const OverviewView& view, const portfolio::HeatRow& row, int cell) {
    switch (cell) {
        case cell_sites: return std::to_string(row.sites);
        case cell_overdue: return std::to_string(row.overdue);
        case cell_overall: return mean_text(row.overall.mean);
        default: break;
    }
    return mean_text(row.functions.at(view.overview->functions[static_cast<std::size_t>(cell - cell_functions)]).mean);
}

/// Of a column with this name, in ems.
float head_width(const std::string& name) {
    return std::max(2.7f, fonts().small->CalcTextSizeA(fonts().small->FontSize, 1e9f, 0, name.c_str()).x / em(1) + 0.2f);
}

/// Whether functions can stand with their names instead of their codes, and places still with theirs.
bool names_fit(const std::vector<std::string>& names) {
    constexpr float others = 3.2f + 5 + 2.7f;
    constexpr float where = 16;
    float wanted = others + where;
    for (const std::string& name : names) {
        wanted += head_width(name);
    }
    const float padding = 2 * ImGui::GetStyle().CellPadding.x * static_cast<float>(names.size() + 4);
    return ImGui::GetContentRegionAvail().x > em(wanted) + padding;
}

/// The mean behind a cell that is coloured by it.
const portfolio::HeatCell* shaded(const OverviewView& view, const portfolio::HeatRow& row, int cell) {
    if (cell < cell_overall) {
        return nullptr;
    }
    if (cell == cell_overall) {
        return &row.overall;
    }
    const auto found = row.functions.find(view.overview->functions[static_cast<std::size_t>(cell - cell_functions)]);
    return found == row.functions.end() ? nullptr : &found->second;
}

}  // namespace

portfolio::SiteFilter filter_of_row(const std::string& by, const std::string& key) {
    portfolio::SiteFilter filter;
    (by == "sector" ? filter.sector : filter.region) = key;
    return filter;
}

std::string row_name(const App& app, const std::string& by, const std::string& key) {
    return by == "sector" ? sector_text(app, key) : region_text(key);
}

std::string mean_text(double mean) {
    return percent_text(static_cast<int>(std::lround(mean * 1000)));
}

const ImVec4& score_shade(double mean) {
    // The bounds of the questionnaire's two weakest and two best grades, roughly.
    return mean < weak_mean ? palette().bad_soft : mean < sound_mean ? palette().caution_soft : palette().good_soft;
}

void draw_counts(App& app, const portfolio::HeatRow& row, bool in_line) {
    const portfolio::SiteFilter filter = filter_of_row(app.overview.by, row.key);
    bool first = true;
    const auto count = [&](const char* id, const std::string& text, portfolio::VisitState visit, std::size_t number) {
        if (!first && in_line) {
            ImGui::SameLine(0, em(1.2f));
        }
        first = false;
        if (ui::link(id, text, false, number > 0)) {
            portfolio::SiteFilter wanted = filter;
            wanted.visit = visit;
            open_sites(app, wanted);
        }
    };
    count("counts.sites", trn("%d site", "%d sites", static_cast<std::int64_t>(row.sites)), portfolio::VisitState::any, row.sites);
    count("counts.unvisited", fill(tr("{} not visited yet"), {std::to_string(row.unvisited)}), portfolio::VisitState::unvisited, row.unvisited);
    count("counts.overdue", fill(tr("{} overdue"), {std::to_string(row.overdue)}), portfolio::VisitState::overdue, row.overdue);
    if (in_line && !row.overall.sites.empty()) {
        count("counts.scored", fill(tr("mean score {}"), {mean_text(row.overall.mean)}), portfolio::VisitState::scored, row.overall.sites.size());
    }
}

void draw_rows(App& app, bool functions) {
    OverviewView& view = app.overview;
    std::vector<ui::Column> columns{{tr("Where"), 1}, {tr("Sites"), -3.2f}, {tr("Overdue"), -5}, {tr("All"), -2.7f}};
    // Kept alive for the columns, which point at them.
    std::vector<std::string> names;
    if (functions) {
        std::ranges::transform(view.overview->functions, std::back_inserter(names), [&](const std::string& function) { return function_text(app, function); });
        const bool whole = names_fit(names);
        for (std::size_t i = 0; i < names.size(); ++i) {
            columns.push_back({whole ? names[i].c_str() : view.overview->functions[i].c_str(), whole ? -head_width(names[i]) : -2.7f, names[i].c_str()});
        }
    }
    view.cells.count = static_cast<int>(columns.size()) - 1;
    view.cells.chosen = std::min(view.cells.chosen, view.cells.count - 1);
    std::optional<portfolio::SiteFilter> open;
    const int activated = ui::table(
        "overview.table", columns, static_cast<int>(view.rows.size()), view.selected,
        [&](int i) {
            const portfolio::HeatRow& row = view.rows[static_cast<std::size_t>(i)];
            ui::cell_text(row_name(app, view.by, row.key).c_str());
            for (int cell = 0; cell < view.cells.count; ++cell) {
                ui::next_cell();
                const auto filter = filter_of_cell(view, row, cell);
                const portfolio::HeatCell* mean = shaded(view, row, cell);
                if (mean != nullptr && !mean->sites.empty()) {
                    ImGui::TableSetBgColor(ImGuiTableBgTarget_CellBg, color(score_shade(mean->mean)));
                }
                const bool chosen = view.cells.is(i, view.selected, cell);
                const std::string id = "overview.cell." + std::to_string(i) + "." + std::to_string(cell);
                if (ui::link(id.c_str(), filter ? text_of_cell(view, row, cell) : "–", chosen, filter.has_value())) {
                    open = filter;
                }
            }
        },
        0, &view.cells);
    // A click beside the numbers chooses a row; Enter opens the number that is chosen.
    if (activated >= 0 && !open && pressed(Key::enter)) {
        open = filter_of_cell(view, view.rows[static_cast<std::size_t>(activated)], view.cells.chosen);
    }
    if (open) {
        open_sites(app, *open);
    }
}

void draw_overview(App& app) {
    OverviewView& view = app.overview;
    count_sites(app);
    ui::title(tr("Overview"));
    if (!view.overview) {
        ui::muted(tr("Loading…"));
        return;
    }
    if (view.rows.empty()) {
        ui::empty_state(icon::home, tr("No sites yet"), tr("Scores show here by sector and region once sites were visited."));
        return;
    }
    const bool came = view.frame != ImGui::GetFrameCount() - 1;
    view.frame = ImGui::GetFrameCount();
    numbers(app);
    ui::gap(0.3f);
    if (ui::segments("overview.by", {{"sector", tr("by sector")}, {"region", tr("by region")}, {"map", tr("map")}}, view.by) || came) {
        view.map.focus_map = view.by == "map";
        view.map.focus_table = !view.map.focus_map;
        count_sites(app);
    }
    if (view.by == "map") {
        draw_overview_map(app);
        return;
    }
    ui::small(tr("Means over the latest finalised visits; what is not known is left out. The weakest stand first; the arrows choose a number, Enter opens its sites."));
    if (std::exchange(view.map.focus_table, false)) {
        ui::focus_table();
    }
    const float detail = em(15);
    ImGui::BeginChild("overview.left", {ImGui::GetContentRegionAvail().x - detail - em(0.8f), 0}, false, ImGuiWindowFlags_NoBackground);
    draw_rows(app, true);
    ImGui::EndChild();
    ImGui::SameLine(0, em(0.8f));
    ui::begin_card("overview.behind", detail, ImGui::GetContentRegionAvail().y);
    behind(app, view.rows[static_cast<std::size_t>(view.selected)]);
    ui::end_card();
}

}  // namespace fieldseal::desktop
