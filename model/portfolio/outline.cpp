#include "model/portfolio/outline.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "model/error/error.h"

// See outline_file.S.
extern "C" const char fieldseal_outlines_start[];
extern "C" const char fieldseal_outlines_end[];

namespace fieldseal::portfolio {

namespace {

constexpr double radians = std::numbers::pi / 180;

[[noreturn]] void fail_at(std::size_t line, const std::string& why) {
    throw Error(ErrorCode::damaged, "Map outlines, line " + std::to_string(line) + ": " + why);
}

/// "30123,49500" into a corner. Ukraine and what is around it only: anything else is a slip.
MapPoint corner_of(std::string_view word, std::size_t line) {
    const std::size_t comma = word.find(',');
    int east = 0;
    int north = 0;
    const char* middle = word.data() + std::min(comma, word.size());
    const auto first = std::from_chars(word.data(), middle, east);
    if (comma == std::string_view::npos || first.ec != std::errc() || first.ptr != middle) {
        fail_at(line, "a corner is no longitude,latitude");
    }
    const auto second = std::from_chars(middle + 1, word.data() + word.size(), north);
    if (second.ec != std::errc() || second.ptr != word.data() + word.size()) {
        fail_at(line, "a corner is no longitude,latitude");
    }
    if (east < 20'000 || east > 42'000 || north < 43'000 || north > 54'000) {
        fail_at(line, "a corner lies outside the map");
    }
    return project(east / 1000.0, north / 1000.0);
}

bool is_code(std::string_view line) {
    return line.size() == 5 && line.starts_with("UA-") && line[3] >= '0' && line[3] <= '9' && line[4] >= '0' &&
           line[4] <= '9';
}

double distance(const MapPoint& point, const MapPoint& a, const MapPoint& b) {
    const double x = b.x - a.x;
    const double y = b.y - a.y;
    const double along =
        std::clamp(((point.x - a.x) * x + (point.y - a.y) * y) / std::max(x * x + y * y, 1e-12), 0.0, 1.0);
    return std::hypot(point.x - a.x - along * x, point.y - a.y - along * y);
}

double to_edge(const Ring& ring, const MapPoint& point) {
    double least = std::numeric_limits<double>::max();
    for (std::size_t corner = 0; corner < ring.size(); ++corner) {
        least = std::min(least, distance(point, ring[corner], ring[(corner + 1) % ring.size()]));
    }
    return least;
}

/// The point of a grid that lies farthest inside: a centre of mass may lie outside a bent region, as Odesa's does.
MapPoint middle_of(const Ring& ring, const std::vector<const Ring*>& holes) {
    constexpr int steps = 24;
    const auto [west, east] = std::ranges::minmax(ring, {}, &MapPoint::x);
    const auto [south, north] = std::ranges::minmax(ring, {}, &MapPoint::y);
    MapPoint best = ring.front();
    double farthest = -1;
    for (int i = 0; i < steps * steps; ++i) {
        const MapPoint point{west.x + (east.x - west.x) * (i % steps + 0.5) / steps,
                             south.y + (north.y - south.y) * (i / steps + 0.5) / steps};
        if (!contains(ring, point) ||
            std::ranges::any_of(holes, [&](const Ring* hole) { return contains(*hole, point); })) {
            continue;
        }
        double inside = to_edge(ring, point);
        for (const Ring* hole : holes) {
            inside = std::min(inside, to_edge(*hole, point));
        }
        if (inside > farthest) {
            farthest = inside;
            best = point;
        }
    }
    return best;
}

}  // namespace

MapPoint project(double longitude, double latitude) {
    static const double south = std::sin(46 * radians);
    static const double n = (south + std::sin(51 * radians)) / 2;
    static const double c = std::pow(std::cos(46 * radians), 2) + 2 * n * south;
    const auto rho = [](double degrees) { return std::sqrt(c - 2 * n * std::sin(degrees * radians)) / n; };
    const double theta = n * (longitude - 31.5) * radians;
    const double out = rho(latitude);
    return {out * std::sin(theta) / radians, (rho(48.5) - out * std::cos(theta)) / radians};
}

double RegionOutline::area() const {
    double sum = 0;
    for (const Ring& ring : rings) {
        sum += area_of(ring);
    }
    return sum;
}

std::vector<RegionOutline> read_outlines(std::string_view text) {
    if (text.size() > outline_limits::bytes) {
        throw Error(ErrorCode::too_large,
                    "Map outlines are over the limit of " + std::to_string(outline_limits::bytes) + " bytes.");
    }
    std::map<std::string, RegionOutline> regions;
    std::string code;
    Ring ring;
    std::size_t corners = 0;
    std::size_t number = 0;
    const auto close = [&] {
        if (code.empty()) {
            return;
        }
        if (ring.size() < 3 || area_of(ring) <= 0) {
            fail_at(number, "a ring has less than three corners, or goes clockwise");
        }
        RegionOutline& region = regions[code];
        region.code = code;
        region.triangles.push_back(triangulate(ring));
        region.rings.push_back(std::move(ring));
        ring.clear();
    };
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (is_code(line)) {
            close();
            code = line;
            if (regions.size() >= outline_limits::regions && !regions.contains(code)) {
                fail_at(number, "too many regions");
            }
            continue;
        }
        if (code.empty()) {
            fail_at(number, "a corner comes before the first code");
        }
        while (!line.empty()) {
            const std::size_t blank = std::min(line.find(' '), line.size());
            if (++corners > outline_limits::corners) {
                fail_at(number, "too many corners");
            }
            ring.push_back(corner_of(line.substr(0, blank), number));
            line.remove_prefix(std::min(blank + 1, line.size()));
        }
    }
    close();
    std::vector<RegionOutline> result;
    for (auto& [name, region] : regions) {
        result.push_back(std::move(region));
    }
    std::ranges::stable_sort(result, std::greater<>{}, &RegionOutline::area);
    for (RegionOutline& region : result) {
        const Ring& greatest = *std::ranges::max_element(region.rings, {}, area_of);
        std::vector<const Ring*> holes;
        for (const RegionOutline& other : result) {
            if (&other != &region && contains(greatest, other.rings.front().front())) {
                holes.push_back(&other.rings.front());
            }
        }
        region.middle = middle_of(greatest, holes);
    }
    return result;
}

const std::vector<RegionOutline>& ukraine() {
    static const std::vector<RegionOutline> regions = read_outlines(
        {fieldseal_outlines_start, static_cast<std::size_t>(fieldseal_outlines_end - fieldseal_outlines_start)});
    return regions;
}

std::optional<std::size_t> region_at(const std::vector<RegionOutline>& regions, const MapPoint& point) {
    for (std::size_t i = regions.size(); i-- > 0;) {
        if (std::ranges::any_of(regions[i].rings, [&](const Ring& ring) { return contains(ring, point); })) {
            return i;
        }
    }
    return std::nullopt;
}

std::size_t region_towards(const std::vector<RegionOutline>& regions, std::size_t from, double east, double north) {
    std::size_t best = from;
    double least = std::numeric_limits<double>::max();
    for (std::size_t i = 0; i < regions.size(); ++i) {
        const double x = regions[i].middle.x - regions[from].middle.x;
        const double y = regions[i].middle.y - regions[from].middle.y;
        const double along = x * east + y * north;
        const double aside = std::abs(x * north - y * east);
        // What lies more aside than ahead belongs to another key.
        if (i == from || along <= 0 || aside > along) {
            continue;
        }
        const double weight = along + 2 * aside;
        if (weight < least) {
            least = weight;
            best = i;
        }
    }
    return best;
}

}  // namespace fieldseal::portfolio
