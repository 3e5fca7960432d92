// The heat map, the trend and who waits for a visit: means by hand.
#include <doctest/doctest.h>

#include "model/portfolio/overview.h"

using namespace fieldseal;
using namespace fieldseal::portfolio;

namespace {

RecordId id_of(std::uint8_t number) {
    RecordId id;
    id.bytes.fill(number);
    return id;
}

questionnaire::Score scored(std::optional<double> overall, std::vector<std::pair<std::string, std::optional<double>>> functions) {
    questionnaire::Score score;
    score.overall.score = overall;
    for (auto& [id, value] : functions) {
        questionnaire::SectionFigures figures;
        figures.id = id;
        figures.figures.score = value;
        score.functions.push_back(figures);
    }
    return score;
}

/// Two hospitals, a power station, and a town hall that nobody has visited.
Overview example() {
    Overview overview;
    overview.add(id_of(1), {"A", "health", "UA-63", 3}, "2025-03-01", scored(0.5, {{"GV", 0.25}, {"PR", 0.75}}));
    overview.add(id_of(2), {"B", "health", "UA-32", 1}, "2026-11-01", scored(0.25, {{"GV", 0.75}, {"PR", std::nullopt}}));
    overview.add(id_of(3), {"C", "energy", "UA-63", 2}, "2026-01-15", scored(std::nullopt, {{"GV", std::nullopt}, {"PR", 0.5}}));
    overview.unvisited.emplace_back(id_of(4), SiteFacts{"D", "local_government", "UA-63", 1});
    return overview;
}

}  // namespace

TEST_CASE("a heat map is means over sites that have a score, the weakest first") {
    const Overview overview = example();
    CHECK(overview.functions == std::vector<std::string>{"GV", "PR"});
    const std::vector<HeatRow> rows = heat_map(overview, OverviewBy::sector);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].key == "health");
    CHECK(rows[0].sites == 2);
    CHECK(rows[0].overall.mean == doctest::Approx(0.375));
    CHECK(rows[0].functions.at("GV").mean == doctest::Approx(0.5));
    // Only one of them has a score there: what is not known is left out, not counted as nothing.
    CHECK(rows[0].functions.at("PR").mean == doctest::Approx(0.75));
    CHECK(rows[0].functions.at("PR").sites == std::vector<RecordId>{id_of(1)});
    CHECK(rows[1].key == "energy");
    CHECK(rows[1].overall.sites.empty());
    CHECK(rows[1].functions.at("PR").mean == doctest::Approx(0.5));
    CHECK_FALSE(rows[1].functions.contains("GV"));
    CHECK(rows[2].key == "local_government");
    CHECK(rows[2].unvisited == 1);
}

TEST_CASE("the same sites by region") {
    const std::vector<HeatRow> rows = heat_map(example(), OverviewBy::region);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].key == "UA-32");
    CHECK(rows[1].key == "UA-63");
    CHECK(rows[1].sites == 3);
    CHECK(rows[1].unvisited == 1);
    CHECK(rows[1].functions.at("PR").mean == doctest::Approx(0.625));
}

TEST_CASE("the trend is by quarter of the visit") {
    Overview overview;
    overview.visits = {{"2026-01-01", 0.25}, {"2026-03-31", 0.75}, {"2025-12-31", 0.5}, {"2026-04-01", 1}, {"no day", 0}};
    const std::vector<TrendPoint> points = trend(overview);
    REQUIRE(points.size() == 3);
    CHECK(points[0].quarter == "2025-Q4");
    CHECK(points[1].quarter == "2026-Q1");
    CHECK(points[1].visits == 2);
    CHECK(points[1].mean == doctest::Approx(0.5));
    CHECK(points[2].quarter == "2026-Q2");
}

TEST_CASE("overdue is who was never visited, then who waits longest") {
    const Overview overview = example();
    CHECK(overdue(overview, "2026-11-25", 12) == std::vector<RecordId>{id_of(4), id_of(1)});
    CHECK(overdue(overview, "2027-01-15", 12) == std::vector<RecordId>{id_of(4), id_of(1)});
    CHECK(overdue(overview, "2027-01-16", 12) == std::vector<RecordId>{id_of(4), id_of(1), id_of(3)});
    CHECK(overdue(overview, "2026-01-31", 0).size() == 3);
    // A clock that is no use still tells who was never visited.
    CHECK(overdue(overview, "", 12) == std::vector<RecordId>{id_of(4)});
}
