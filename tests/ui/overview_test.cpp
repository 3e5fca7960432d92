// The overview: every number leads to the sites behind it, and back.
#include <doctest/doctest.h>

#include <algorithm>

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

    stage.driver.click("overview.table.1");
    CHECK(stage.app.screen == Screen::overview);
    const portfolio::HeatRow row = view.rows[1];
    REQUIRE_FALSE(row.overall.sites.empty());
    stage.driver.click("overview.all");
    CHECK(stage.app.screen == Screen::sites);
    REQUIRE(stage.app.sites.shown.size() == row.overall.sites.size());
    for (const session::Row* shown : stage.app.sites.shown) {
        CHECK(std::ranges::find(row.overall.sites, shown->summary.id) != row.overall.sites.end());
    }
    stage.driver.click("sites.only");
    CHECK(stage.app.sites.shown.size() == stage.app.snapshot->sites.size());

    stage.driver.click("nav.overview");
    stage.driver.click("overview.by.region");
    std::size_t of_regions = 0;
    for (const portfolio::HeatRow& each : view.rows) {
        of_regions += each.sites;
    }
    CHECK(of_regions == sites);
    const std::string function = view.overview->functions.front();
    const auto cell = view.rows.front().functions.find(function);
    REQUIRE(cell != view.rows.front().functions.end());
    const std::size_t behind = cell->second.sites.size();
    if (view.selected != 0) {
        // The weakest: a row further down may have nothing that was visited.
        stage.driver.click("overview.table.0");
    }
    stage.driver.click("overview.function." + function);
    CHECK(stage.app.sites.shown.size() == behind);
}

TEST_CASE("assessors have no overview, and locking leaves nothing of it") {
    Office stage;
    stage.driver.click("nav.overview");
    REQUIRE(stage.app.overview.overview);
    stage.app.lock();
    stage.driver.settle();
    CHECK(stage.app.overview.overview == nullptr);
    CHECK(stage.app.sites.only == nullptr);
    auto office = stage.open("office");
    stage.join(*office, "field", team::Role::assessor, "Ігор");
    office.reset();
    stage.unlock("field");
    CHECK_FALSE(stage.driver.shows("nav.overview"));
}
