// Outlines: read within bounds, projected, cut into triangles that cover them exactly; and Ukraine's own.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <numbers>
#include <set>

#include "model/error/error.h"
#include "model/interchange/regions.h"
#include "model/portfolio/outline.h"

using namespace fieldseal;
using namespace fieldseal::portfolio;

namespace {

double area_of(const Ring& ring, const std::vector<Triangle>& triangles) {
    double sum = 0;
    for (const Triangle& triangle : triangles) {
        const double area = portfolio::area_of({ring[triangle[0]], ring[triangle[1]], ring[triangle[2]]});
        CHECK(area > 0);
        sum += area;
    }
    return sum;
}

ErrorCode refusal(const std::string& text) {
    try {
        read_outlines(text);
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("was read");
    return ErrorCode::failed;
}

}  // namespace

TEST_CASE("triangles cover a ring exactly, concave ones too") {
    const Ring square{{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    CHECK(triangulate(square).size() == 2);
    // A comb: its teeth are ears, its gaps are not.
    Ring comb{{0, 0}, {9, 0}};
    for (int tooth = 9; tooth > 0; tooth -= 2) {
        comb.push_back({static_cast<double>(tooth), 4});
        comb.push_back({tooth - 1.0, 1});
    }
    CHECK(triangulate(comb).size() == comb.size() - 2);
    CHECK(area_of(comb, triangulate(comb)) == doctest::Approx(portfolio::area_of(comb)));
    const Ring in_line{{0, 0}, {1, 0}, {2, 0}, {2, 2}, {0, 2}};
    CHECK(area_of(in_line, triangulate(in_line)) == doctest::Approx(4));
}

TEST_CASE("triangles cover random stars exactly") {
    rc::check("stars", [](std::uint32_t seed) {
        // Around a middle at random distances: as jagged as it likes, never crossing itself.
        Ring star;
        const std::size_t corners = 3 + seed % 60;
        for (std::size_t i = 0; i < corners; ++i) {
            seed = seed * 1664525u + 1013904223u;
            const double out = 0.2 + static_cast<double>(seed >> 16) / 65536;
            const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(corners);
            star.push_back({out * std::cos(angle), out * std::sin(angle)});
        }
        const double whole = portfolio::area_of(star);
        RC_ASSERT(std::abs(area_of(star, triangulate(star)) - whole) < 1e-9 * (1 + whole));
    });
}

TEST_CASE("the projection keeps areas and the north up") {
    // A spherical square of a tenth of a degree anywhere on the map, against its true area.
    for (const double longitude : {22.5, 31.5, 39.5}) {
        for (const double latitude : {44.5, 48.5, 52.0}) {
            const double step = 0.1;
            Ring ring;
            for (const auto& [x, y] : {std::pair(0.0, 0.0), std::pair(step, 0.0), std::pair(step, step), std::pair(0.0, step)}) {
                ring.push_back(project(longitude + x, latitude + y));
            }
            constexpr double radians = std::numbers::pi / 180;
            const double true_area = step * (std::sin((latitude + step) * radians) - std::sin(latitude * radians)) / radians;
            CHECK(portfolio::area_of(ring) == doctest::Approx(true_area).epsilon(0.001));
        }
    }
    CHECK(project(31.5, 48.5).x == doctest::Approx(0));
    CHECK(project(31.5, 48.5).y == doctest::Approx(0));
    CHECK(project(31.5, 50).y > project(31.5, 49).y);
    CHECK(project(33, 48.5).x > project(32, 48.5).x);
}

TEST_CASE("outlines are read within bounds, and what is wrong is named with its line") {
    const std::string square = "# a square\nUA-63\n36000,49000 37000,49000\n37000,50000 36000,50000\n";
    const auto regions = read_outlines(square);
    REQUIRE(regions.size() == 1);
    CHECK(regions[0].code == "UA-63");
    CHECK(regions[0].rings.at(0).size() == 4);
    CHECK(region_at(regions, project(36.5, 49.5)) == 0u);
    CHECK_FALSE(region_at(regions, project(35.5, 49.5)));
    CHECK(read_outlines("").empty());

    CHECK(refusal("36000,49000\n") == ErrorCode::damaged);
    CHECK(refusal("UA-63\n36000,49000 37000,49000\n") == ErrorCode::damaged);
    CHECK(refusal("UA-63\n36000,50000 37000,50000 37000,49000 36000,49000\n") == ErrorCode::damaged);
    CHECK(refusal("UA-63\n36000;49000 37000,49000 37000,50000\n") == ErrorCode::damaged);
    CHECK(refusal("UA-63\n36000,49000x 37000,49000 37000,50000\n") == ErrorCode::damaged);
    CHECK(refusal("UA-63\n36000, 37000,49000 37000,50000\n") == ErrorCode::damaged);
    CHECK(refusal("UA-63\n99999999999,49000 37000,49000 37000,50000\n") == ErrorCode::damaged);
    CHECK(refusal("UA-63\n0,0 37000,49000 37000,50000\n") == ErrorCode::damaged);
    CHECK(refusal(std::string(outline_limits::bytes + 1, '#')) == ErrorCode::too_large);
    std::string many = "UA-63\n";
    for (std::size_t i = 0; i <= outline_limits::corners; ++i) {
        many += "36000,49000 ";
    }
    CHECK(refusal(many) == ErrorCode::damaged);
    try {
        read_outlines(square + "UA-32\nnonsense\n");
        FAIL("was read");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("line 6") != std::string::npos);
    }
}

TEST_CASE("the map has every region of the product, Crimea and Sevastopol among them, and no other") {
    std::set<std::string> drawn;
    std::size_t corners = 0;
    for (const RegionOutline& region : ukraine()) {
        CHECK(drawn.insert(region.code).second);
        double triangles = 0;
        for (std::size_t i = 0; i < region.rings.size(); ++i) {
            CHECK(region.rings[i].size() < 400);
            corners += region.rings[i].size();
            triangles += area_of(region.rings[i], region.triangles[i]);
        }
        CHECK_MESSAGE(triangles == doctest::Approx(region.area()), region.code);
        INFO(region.code);
        const std::optional<std::size_t> at = region_at(ukraine(), region.middle);
        REQUIRE(at);
        CHECK(ukraine()[*at].code == region.code);
    }
    CHECK(corners < 5000);
    std::set<std::string> known;
    for (const interchange::Region& region : interchange::regions()) {
        known.insert(region.code);
    }
    CHECK(drawn == known);
}

TEST_CASE("places lie in the regions that they belong to") {
    const auto code_at = [](double longitude, double latitude) {
        const std::optional<std::size_t> region = region_at(ukraine(), project(longitude, latitude));
        return region ? ukraine()[*region].code : std::string();
    };
    CHECK(code_at(30.52, 50.45) == "UA-30");  // Kyiv, inside its oblast
    CHECK(code_at(30.11, 49.80) == "UA-32");  // Bila Tserkva
    CHECK(code_at(24.03, 49.84) == "UA-46");  // Lviv
    CHECK(code_at(36.23, 49.99) == "UA-63");  // Kharkiv
    CHECK(code_at(34.10, 44.95) == "UA-43");  // Simferopol
    CHECK(code_at(33.55, 44.60) == "UA-40");  // Sevastopol
    CHECK(code_at(37.80, 48.00) == "UA-14");  // Donetsk
    CHECK(code_at(39.31, 48.57) == "UA-09");  // Luhansk
    CHECK(code_at(21.00, 52.23).empty());     // Warsaw
}

TEST_CASE("arrow keys reach every region") {
    const auto& regions = ukraine();
    std::set<std::size_t> reached{0};
    std::vector<std::size_t> open{0};
    while (!open.empty()) {
        const std::size_t from = open.back();
        open.pop_back();
        for (const auto& [east, north] : {std::pair(1, 0), std::pair(-1, 0), std::pair(0, 1), std::pair(0, -1)}) {
            const std::size_t to = region_towards(regions, from, east, north);
            if (to != from) {
                CHECK((regions[to].middle.x - regions[from].middle.x) * east + (regions[to].middle.y - regions[from].middle.y) * north > 0);
            }
            if (reached.insert(to).second) {
                open.push_back(to);
            }
        }
    }
    CHECK(reached.size() == regions.size());
}
