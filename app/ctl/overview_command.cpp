// overview: all sites at a glance.
#include <cmath>
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

struct OverviewOptions {
    VaultOptions vault;
    std::string by = "sector";
    int months = 12;
};

/// Thousandths, as everywhere in the JSON forms of scores.
double three_decimals(double value) {
    return std::round(value * 1000) / 1000;
}

std::string whole_percent(double value) {
    return std::to_string(std::lround(value * 100)) + " %";
}

Json cell_json(const portfolio::HeatCell& cell) {
    return cell.sites.empty() ? Json(nullptr) : Json{{"mean", three_decimals(cell.mean)}, {"sites", cell.sites.size()}};
}

Json row_json(const portfolio::HeatRow& row, const std::vector<std::string>& functions) {
    Json json = {{"key", row.key},
                 {"sites", row.sites},
                 {"unvisited", row.unvisited},
                 {"overall", cell_json(row.overall)},
                 {"functions", Json::object()}};
    for (const std::string& function : functions) {
        const auto cell = row.functions.find(function);
        json["functions"][function] = cell == row.functions.end() ? Json(nullptr) : cell_json(cell->second);
    }
    return json;
}

void print_heat_map(const portfolio::Overview& overview, const std::vector<portfolio::HeatRow>& rows) {
    Columns table;
    std::vector<std::string> head{"", "sites", "all"};
    head.insert(head.end(), overview.functions.begin(), overview.functions.end());
    table.add(head);
    for (const portfolio::HeatRow& row : rows) {
        std::vector<std::string> cells{row.key.empty() ? "(none)" : one_line(row.key, 30), std::to_string(row.sites),
                                       row.overall.sites.empty() ? "-" : whole_percent(row.overall.mean)};
        for (const std::string& function : overview.functions) {
            const auto cell = row.functions.find(function);
            cells.push_back(cell == row.functions.end() ? "-" : whole_percent(cell->second.mean));
        }
        table.add(std::move(cells));
    }
    table.print(std::cout);
}

int show_overview(const Context& context, const OverviewOptions& options) {
    const auto session = options.vault.open();
    const Cancellable cancellable;
    const portfolio::Overview overview = session->overview(cancellable.progress("Looking at sites"));
    const auto by = options.by == "region" ? portfolio::OverviewBy::region : portfolio::OverviewBy::sector;
    const std::vector<portfolio::HeatRow> rows = portfolio::heat_map(overview, by);
    const std::vector<portfolio::TrendPoint> trend = portfolio::trend(overview);
    const std::string today = iso_time(environment().clock.wall_ms()).substr(0, 10);
    const std::vector<RecordId> waiting = portfolio::overdue(overview, today, options.months);
    if (context.json) {
        Json json = {{"by", options.by},
                     {"sites", overview.sites.size() + overview.unvisited.size()},
                     {"unvisited", overview.unvisited.size()},
                     {"rows", Json::array()},
                     {"trend", Json::array()},
                     {"overdue", Json::array()}};
        for (const portfolio::HeatRow& row : rows) {
            json["rows"].push_back(row_json(row, overview.functions));
        }
        for (const portfolio::TrendPoint& point : trend) {
            json["trend"].push_back(
                {{"quarter", point.quarter}, {"visits", point.visits}, {"mean", three_decimals(point.mean)}});
        }
        for (const RecordId& site : waiting) {
            json["overdue"].push_back(site.hex());
        }
        print(json);
        return exit_done;
    }
    if (rows.empty()) {
        std::cout << "There are no sites.\n";
        return exit_done;
    }
    print_heat_map(overview, rows);
    if (!trend.empty()) {
        std::cout << "\nBy quarter of the visit:\n";
        Columns table;
        for (const portfolio::TrendPoint& point : trend) {
            table.add({point.quarter, whole_percent(point.mean), std::to_string(point.visits) + " visits"});
        }
        table.print(std::cout, "  ");
    }
    std::cout << '\n' << waiting.size() << " of " << overview.sites.size() + overview.unvisited.size()
              << " sites were not visited in the last " << options.months << " months, " << overview.unvisited.size()
              << " of them never.\n";
    return exit_done;
}

}  // namespace

void add_overview_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<OverviewOptions>();
    CLI::App& command = add_command(app, context, "overview",
                                    "Print mean scores by function over sectors or regions, the trend, and who waits for a visit",
                                    [&context, options] { return show_overview(context, *options); });
    options->vault.add_to(command);
    command.add_option("--by", options->by, "One row for each sector or region (sector)")
        ->check(CLI::IsMember({"sector", "region"}))
        ->type_name("WORD");
    command.add_option("--months", options->months, "A site waits when its last visit is older (12)")
        ->check(CLI::Range(1, 1200))
        ->type_name("N");
}

}  // namespace fieldseal::ctl
