// The overview: every number leads to the sites behind it, and back.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

struct Office : test::Stage {
    Office() {
        auto office = create("office").first;
        office->found("Test", "Олена");
        office->generate(24, 2, 7);
        office.reset();
        unlock("office");
    }
};

std::vector<RecordId> sorted(std::vector<RecordId> ids) {
    std::ranges::sort(ids);
    return ids;
}

std::vector<RecordId> shown_ids(const App& app) {
    std::vector<RecordId> ids;
    for (const session::Row* row : app.sites.shown) {
        ids.push_back(row->summary.id);
    }
    return sorted(ids);
}

}  // namespace

TEST_CASE("the overview counts all sites, and each number opens those behind it") {
    Office stage;
    stage.driver.click("nav.overview");
    const OverviewView& view = stage.app.overview;
    REQUIRE(view.overview);
    REQUIRE(view.rows.size() > 1);
    std::size_t sites = 0;
    for (const portfolio::HeatRow& row : view.rows) {
        sites += row.sites;
    }
    CHECK(sites == stage.app.snapshot->sites.size());
    CHECK(std::ranges::is_sorted(view.rows, {}, [](const auto& row) { return row.overall.sites.empty() ? 2.0 : row.overall.mean; }));

    // A number of the row, then one of the card beside it.
    const portfolio::HeatRow row = view.rows[1];
    REQUIRE_FALSE(row.overall.sites.empty());
    stage.driver.click("overview.cell.1.2");
    CHECK(stage.app.screen == Screen::sites);
    CHECK(shown_ids(stage.app) == sorted(row.overall.sites));
    CHECK(stage.driver.shows("chip.sector"));
    stage.driver.click("chip.visit");
    CHECK(stage.app.sites.shown.size() == row.sites);
    stage.driver.click("chip.sector");
    CHECK(stage.app.sites.shown.size() == stage.app.snapshot->sites.size());
    CHECK_FALSE(stage.driver.shows("chip.sector"));

    stage.driver.click("nav.overview");
    stage.driver.click("overview.by.region");
    std::size_t of_regions = 0;
    for (const portfolio::HeatRow& each : view.rows) {
        of_regions += each.sites;
    }
    CHECK(of_regions == sites);
    const std::string function = view.overview->functions.front();
    const auto cell = view.rows[static_cast<std::size_t>(view.selected)].functions.find(function);
    REQUIRE(cell != view.rows[static_cast<std::size_t>(view.selected)].functions.end());
    const std::vector<RecordId> behind = cell->second.sites;
    stage.driver.click("overview.function." + function);
    CHECK(shown_ids(stage.app) == sorted(behind));
}

TEST_CASE("every number of the overview opens as many sites as it says") {
    Office stage;
    stage.driver.click("nav.overview");
    const OverviewView& view = stage.app.overview;
    REQUIRE(view.overview);
    const auto opens = [&](const std::string& id, std::size_t number) {
        INFO(id);
        stage.driver.click(id);
        REQUIRE(stage.app.screen == Screen::sites);
        CHECK(stage.app.sites.shown.size() == number);
        stage.driver.click("back");
        REQUIRE(stage.app.screen == Screen::overview);
    };
    opens("overview.total", view.overview->sites.size() + view.overview->unvisited.size());
    opens("overview.visited", view.overview->sites.size());
    if (!view.waiting.empty()) {
        opens("overview.waiting", view.waiting.size());
    }
    REQUIRE_FALSE(view.trend.empty());
    opens("overview.quarter." + view.trend.back().quarter, view.trend.back().sites);
    for (const char* by : {"sector", "region"}) {
        stage.driver.click(std::string("overview.by.") + by);
        const std::vector<portfolio::HeatRow> rows = view.rows;
        for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 3); ++i) {
            const std::string cell = "overview.cell." + std::to_string(i) + ".";
            opens(cell + "0", rows[i].sites);
            if (rows[i].overdue > 0) {
                opens(cell + "1", rows[i].overdue);
            }
            int column = 3;
            for (const std::string& function : view.overview->functions) {
                if (const auto found = rows[i].functions.find(function); found != rows[i].functions.end()) {
                    opens(cell + std::to_string(column), found->second.sites.size());
                }
                ++column;
            }
        }
    }
    // The most frequent gaps.
    stage.driver.click("nav.needs");
    stage.driver.click("needs.tab.gaps");
    REQUIRE(stage.app.needs.gaps);
    REQUIRE_FALSE(stage.app.needs.gaps->empty());
    REQUIRE(stage.app.needs.gaps->size() > 3);
    const portfolio::FrequentGap gap = stage.app.needs.gaps->at(3);
    stage.driver.write("list.search", gap.question);
    stage.driver.click("gaps.cell.0.0");
    CHECK(shown_ids(stage.app) == sorted(gap.where));
    CHECK(stage.driver.shows("chip.gap"));
}

TEST_CASE("by keyboard alone: a number, its sites, and the filter off again") {
    Office stage;
    stage.driver.press_with_alt(Key::digit_1);
    REQUIRE(stage.app.screen == Screen::overview);
    const OverviewView& view = stage.app.overview;
    stage.driver.press(Key::down);
    stage.driver.press(Key::right);
    stage.driver.press(Key::right);
    REQUIRE(view.selected == 1);
    REQUIRE(view.cells.chosen == 2);
    const std::vector<RecordId> behind = view.rows[1].overall.sites;
    REQUIRE_FALSE(behind.empty());
    stage.driver.press(Key::enter);
    REQUIRE(stage.app.screen == Screen::sites);
    CHECK(shown_ids(stage.app) == sorted(behind));
    // The list has the keyboard at once.
    stage.driver.press(Key::end);
    CHECK(stage.app.sites.selected == static_cast<int>(behind.size()) - 1);
    stage.driver.press(Key::backspace);
    CHECK(stage.app.sites.filter.visit == portfolio::VisitState::any);
    stage.driver.press(Key::backspace);
    CHECK(stage.app.sites.filter.is_empty());
    CHECK(stage.app.sites.shown.size() == stage.app.snapshot->sites.size());
    // With nothing left to take off it does nothing, nor does it while somebody types.
    stage.driver.press(Key::backspace);
    stage.app.sites.filter.sector = "health";
    stage.driver.write("sites.search", "x");
    stage.driver.press(Key::backspace);
    CHECK(stage.app.sites.query.empty());
    CHECK(stage.app.sites.filter.sector == "health");
}

TEST_CASE("the map by keyboard: arrows move between regions, Tab to the table and back, Enter opens the sites") {
    Office stage;
    auto office = [&] {
        stage.app.lock();
        stage.driver.settle();
        return stage.open("office");
    }();
    record::Site placed;
    placed.name = "Здолбунів";
    placed.sector = "health";
    placed.region = "UA-56";
    placed.latitude = "50.51";
    placed.longitude = "26.24";
    office->add_site(placed);
    placed.name = "Без місця";
    placed.latitude = "somewhere";
    office->add_site(placed);
    office.reset();
    stage.unlock("office");
    stage.driver.click("nav.overview");
    stage.driver.click("overview.by.map");
    const OverviewView& view = stage.app.overview;
    const auto& regions = portfolio::ukraine();
    REQUIRE(view.map.points);
    const std::size_t with_place = static_cast<std::size_t>(std::ranges::count_if(*view.map.points, [](const portfolio::MapPoint& point) {
        return point == portfolio::project(26.24, 50.51);
    }));
    CHECK(with_place == 1);
    // Every region of the map is there, and says what the table says.
    for (const portfolio::RegionOutline& region : regions) {
        const auto row = std::ranges::find(view.rows, region.code, &portfolio::HeatRow::key);
        const std::string text = stage.driver.find("map." + region.code).text;
        if (row == view.rows.end()) {
            CHECK(text.empty());
        } else {
            CHECK(text == (row->overall.sites.empty() ? "–" : percent_text(static_cast<int>(std::lround(row->overall.mean * 1000)))));
        }
    }
    std::set<std::size_t> seen{view.map.region};
    for (const Key key : {Key::left, Key::left, Key::up, Key::right, Key::right, Key::down, Key::down, Key::left}) {
        const std::size_t from = view.map.region;
        stage.driver.press(key);
        seen.insert(view.map.region);
        if (view.map.region != from) {
            const portfolio::MapPoint a = regions[from].middle;
            const portfolio::MapPoint b = regions[view.map.region].middle;
            CHECK((key == Key::left ? b.x < a.x : key == Key::right ? b.x > a.x : key == Key::up ? b.y > a.y : b.y < a.y));
        }
    }
    CHECK(seen.size() >= 4);
    CHECK(stage.app.screen == Screen::overview);
    // The table's row goes along, and the map goes along with the table.
    stage.driver.press(Key::tab);
    stage.driver.press(Key::end);
    CHECK(view.selected == static_cast<int>(view.rows.size()) - 1);
    CHECK(regions[view.map.region].code == view.rows.back().key);
    stage.driver.press(Key::home);
    CHECK(regions[view.map.region].code == view.rows.front().key);
    stage.driver.click("map.shade.sites");
    const portfolio::HeatRow row = view.rows[static_cast<std::size_t>(view.selected)];
    stage.driver.press(Key::enter);
    REQUIRE(stage.app.screen == Screen::sites);
    CHECK(stage.app.sites.filter.region == row.key);
    CHECK(stage.app.sites.shown.size() == row.sites);
}

TEST_CASE("assessors have no overview, and locking leaves nothing of it") {
    Office stage;
    stage.driver.click("nav.overview");
    REQUIRE(stage.app.overview.overview);
    stage.app.lock();
    stage.driver.settle();
    CHECK(stage.app.overview.overview == nullptr);
    CHECK(stage.app.overview.map.points == nullptr);
    CHECK(stage.app.sites.behind == nullptr);
    CHECK(stage.app.sites.filter.is_empty());
    auto office = stage.open("office");
    stage.join(*office, "field", team::Role::assessor, "Ігор");
    office.reset();
    stage.unlock("field");
    CHECK_FALSE(stage.driver.shows("nav.overview"));
}
