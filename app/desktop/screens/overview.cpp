// All sites at a glance: scores by function over sectors or regions, how they moved, who waits for a visit. Every number
// opens the sites behind it.
#include "app/desktop/screens/overview.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/desktop/app.h"
#include "app/desktop/screens/regions.h"
#include "app/desktop/screens/screens.h"

namespace fieldseal::desktop {

namespace {

/// A site that nobody has visited for a year waits.
constexpr int months_between_visits = 12;
/// Bounds of the questionnaire's two weakest and two best grades, roughly: what is red, and what is green.
constexpr double weak = 0.4;
constexpr double sound = 0.7;

void count_sites(App& app) {
    OverviewView& view = app.overview;
    if (view.generation != app.snapshot->generation && !app.running("overview")) {
        view.generation = app.snapshot->generation;
        auto made = std::make_shared<portfolio::Overview>();
        app.run(
            "overview", [made](session::Session& session, const session::Progress& progress) { *made = session.overview(progress); },
            [&app, made] {
                app.overview.overview = made;
                app.overview.trend = portfolio::trend(*made);
                app.overview.waiting = portfolio::overdue(*made, iso_day(app.environment.clock.wall_ms()), months_between_visits);
                app.overview.rows_by.clear();
            });
    }
    if (view.overview && view.rows_by != view.by) {
        view.rows_by = view.by;
        view.rows = portfolio::heat_map(*view.overview, view.by == "region" ? portfolio::OverviewBy::region : portfolio::OverviewBy::sector);
        view.selected = std::clamp(view.selected, 0, std::max(0, static_cast<int>(view.rows.size()) - 1));
    }
}

std::string place_text(const App& app, const std::string& by, const std::string& key) {
    if (key.empty()) {
        return by == "region" ? tr("no region given") : tr("no sector given");
    }
    return by == "region" ? region_name(key, language()) : app.sector_name(key);
}

std::string function_text(const App& app, const std::string& function) {
    const questionnaire::Template* questions = app.any_template();
    const auto name = questions == nullptr ? decltype(questions->function_names.end())() : questions->function_names.find(function);
    return questions != nullptr && name != questions->function_names.end() ? name->second.in(language()) : function;
}

void heat_cell(const portfolio::HeatCell* cell) {
    if (cell == nullptr || cell->sites.empty()) {
        ImGui::TextUnformatted("–");
        return;
    }
    const ImVec4& shade = cell->mean < weak ? palette().bad_soft : cell->mean < sound ? palette().caution_soft : palette().good_soft;
    ImGui::TableSetBgColor(ImGuiTableBgTarget_CellBg, color(shade));
    ImGui::TextUnformatted(percent_text(static_cast<int>(std::lround(cell->mean * 1000))).c_str());
}

void open_sites(App& app, std::vector<RecordId> sites, std::string which) {
    std::ranges::sort(sites);
    app.sites.only = std::make_shared<const std::vector<RecordId>>(std::move(sites));
    app.sites.only_text = std::move(which);
    app.sites.query.clear();
    app.sites.sector.clear();
    app.sites.selected = 0;
    app.go(Screen::sites);
}

void numbers(App& app) {
    const OverviewView& view = app.overview;
    const portfolio::Overview& overview = *view.overview;
    const std::size_t all = overview.sites.size() + overview.unvisited.size();
    ui::begin_card("overview.numbers");
    ui::bold(trn("%d site", "%d sites", static_cast<std::int64_t>(all)) + std::string("   ·   ") +
             fill(tr("{} visited"), {std::to_string(overview.sites.size())}));
    if (!view.trend.empty()) {
        std::string text = tr("Mean score by quarter of the visit");
        const std::size_t first = view.trend.size() > 8 ? view.trend.size() - 8 : 0;
        for (std::size_t i = first; i < view.trend.size(); ++i) {
            const portfolio::TrendPoint& point = view.trend[i];
            text += std::string(i == first ? ":   " : "   ") + icon::forward + " " + point.quarter + "  " + percent_text(static_cast<int>(std::lround(point.mean * 1000))) +
                    " (" + std::to_string(point.visits) + ")";
        }
        ui::small(text);
    }
    const std::string late = trn("%d site waits for a visit for more than a year", "%d sites wait for a visit for more than a year", static_cast<std::int64_t>(view.waiting.size()));
    if (ui::button("overview.waiting", late, ui::Kind::plain, icon::clock, !view.waiting.empty())) {
        open_sites(app, view.waiting, tr("not visited for more than a year"));
    }
    ui::end_card();
}

void behind(App& app, const portfolio::HeatRow& row) {
    const OverviewView& view = app.overview;
    const std::string name = place_text(app, view.by, row.key);
    ui::heading(name);
    ui::small(trn("%d site", "%d sites", static_cast<std::int64_t>(row.sites)) + std::string("  ·  ") +
              fill(tr("{} not visited yet"), {std::to_string(row.unvisited)}));
    const auto line = [&](const char* id, const std::string& what, const portfolio::HeatCell* cell) {
        ui::gap(0.3f);
        ui::bold(what);
        if (cell == nullptr || cell->sites.empty()) {
            ui::muted(tr("No score yet"));
            return;
        }
        const int mean = static_cast<int>(std::lround(cell->mean * 1000));
        ui::score_bar(mean, mean, mean, em(10));
        if (ui::button(id, percent_text(mean) + "  ·  " + trn("%d site", "%d sites", static_cast<std::int64_t>(cell->sites.size())), ui::Kind::plain, icon::forward)) {
            open_sites(app, cell->sites, name + "  ·  " + what);
        }
    };
    line("overview.all", tr("All functions"), &row.overall);
    for (const std::string& function : view.overview->functions) {
        const auto cell = row.functions.find(function);
        line(("overview.function." + function).c_str(), function_text(app, function), cell == row.functions.end() ? nullptr : &cell->second);
    }
}

}  // namespace

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
    numbers(app);
    ui::gap(0.3f);
    ui::segments("overview.by", {{"sector", tr("by sector")}, {"region", tr("by region")}}, view.by);
    ui::small(tr("Means over the latest finalised visits; what is not known is left out. The weakest stand first; Enter opens the sites of a row."));
    const float detail = em(17);
    std::vector<std::string> names{tr("Where"), tr("Sites"), tr("All")};
    std::vector<ui::Column> columns{{names[0].c_str(), 1}, {names[1].c_str(), -4}, {names[2].c_str(), -4}};
    for (const std::string& function : view.overview->functions) {
        columns.push_back({function.c_str(), -4});
    }
    ImGui::BeginChild("overview.left", {ImGui::GetContentRegionAvail().x - detail - em(0.8f), 0}, false, ImGuiWindowFlags_NoBackground);
    const int opened = ui::table("overview.table", columns, static_cast<int>(view.rows.size()), view.selected, [&](int i) {
        const portfolio::HeatRow& row = view.rows[static_cast<std::size_t>(i)];
        ImGui::TextUnformatted(place_text(app, view.by, row.key).c_str());
        ui::next_cell();
        ImGui::TextUnformatted(std::to_string(row.sites).c_str());
        ui::next_cell();
        heat_cell(&row.overall);
        for (const std::string& function : view.overview->functions) {
            ui::next_cell();
            const auto cell = row.functions.find(function);
            heat_cell(cell == row.functions.end() ? nullptr : &cell->second);
        }
    });
    ImGui::EndChild();
    ImGui::SameLine(0, em(0.8f));
    ui::begin_card("overview.behind", detail, ImGui::GetContentRegionAvail().y);
    behind(app, view.rows[static_cast<std::size_t>(view.selected)]);
    ui::end_card();
    // A click chooses a row, which shows what is behind it; Enter on the chosen one goes there.
    if (opened >= 0 && opened == view.opened && !view.rows[static_cast<std::size_t>(opened)].overall.sites.empty()) {
        const portfolio::HeatRow& row = view.rows[static_cast<std::size_t>(opened)];
        open_sites(app, row.overall.sites, place_text(app, view.by, row.key));
    }
    view.opened = view.selected;
}

}  // namespace fieldseal::desktop
