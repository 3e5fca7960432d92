// Ukraine's regions as outlines, projected and cut into triangles: what a map draws. docs: assets/map/README.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fieldseal::portfolio {

/// On the map: x to the east, y to the north, in degrees of latitude at the map's middle.
struct MapPoint {
    double x = 0;
    double y = 0;
    bool operator==(const MapPoint&) const = default;
};

/// Albers equal-area conic on a sphere, standard parallels 46° and 51°, middle 31.5° east and 48.5° north: areas keep
/// their proportions, so no region looks more important than it is. For longitudes and latitudes in and around Ukraine.
MapPoint project(double longitude, double latitude);

using Ring = std::vector<MapPoint>;
/// Numbers of three corners of a ring.
using Triangle = std::array<std::uint32_t, 3>;

/// Positive where the corners go anticlockwise.
double area_of(const Ring& ring);
bool contains(const Ring& ring, const MapPoint& point);
/// Cuts a ring that goes anticlockwise and does not cross itself into triangles, ears first; concave ones too. As many
/// as corners less two; fewer only where corners lie in one line.
std::vector<Triangle> triangulate(const Ring& ring);

struct RegionOutline {
    /// ISO 3166-2.
    std::string code;
    std::vector<Ring> rings;
    /// Of each ring.
    std::vector<std::vector<Triangle>> triangles;
    /// Where a figure stands well: far inside the greatest ring, beside what lies on top of it.
    MapPoint middle;
    double area() const;
};

namespace outline_limits {
constexpr std::size_t bytes = 1u << 20;
constexpr std::size_t corners = 20'000;
constexpr std::size_t regions = 100;
}  // namespace outline_limits

/// Reads the form that assets/map/ukraine.txt describes. Error(damaged) with the line, Error(too_large); greatest
/// region first, so that what lies on another is drawn later.
std::vector<RegionOutline> read_outlines(std::string_view text);
/// Ukraine's, from the program itself; read once.
const std::vector<RegionOutline>& ukraine();

/// The region that lies at this point; the smallest of those that do. None outside.
std::optional<std::size_t> region_at(const std::vector<RegionOutline>& regions, const MapPoint& point);

/// To the neighbour in a direction, as arrow keys ask: the nearest whose middle lies that way; `from` where none does.
std::size_t region_towards(const std::vector<RegionOutline>& regions, std::size_t from, double east, double north);

}  // namespace fieldseal::portfolio
