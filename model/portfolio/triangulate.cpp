// Ear clipping: Debian has no small library for it whose headers are packaged, and rings here have some hundred
// corners.
#include <cmath>
#include <numeric>

#include "model/portfolio/outline.h"

namespace fieldseal::portfolio {

namespace {

/// Twice the area of the triangle; positive where it goes anticlockwise.
double turn(const MapPoint& a, const MapPoint& b, const MapPoint& c) {
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool in_triangle(const MapPoint& point, const MapPoint& a, const MapPoint& b, const MapPoint& c) {
    return turn(a, b, point) >= 0 && turn(b, c, point) >= 0 && turn(c, a, point) >= 0;
}

class Clipper {
  public:
    explicit Clipper(const Ring& ring) : ring_(ring), left_(ring.size()) { std::iota(left_.begin(), left_.end(), 0u); }

    std::vector<Triangle> clip() {
        std::vector<Triangle> triangles;
        std::size_t at = 0;
        std::size_t tried = 0;
        while (left_.size() > 3 && tried < left_.size()) {
            const std::size_t before = (at + left_.size() - 1) % left_.size();
            const std::size_t after = (at + 1) % left_.size();
            const Triangle ear{left_[before], left_[at], left_[after]};
            const double size = turn(ring_[ear[0]], ring_[ear[1]], ring_[ear[2]]);
            // A corner in one line with its neighbours goes without a triangle.
            if (size == 0 || (size > 0 && is_empty(ear))) {
                if (size > 0) {
                    triangles.push_back(ear);
                }
                left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(at));
                at = (at + left_.size() - 1) % left_.size();
                tried = 0;
            } else {
                at = after;
                ++tried;
            }
        }
        if (left_.size() == 3 && turn(ring_[left_[0]], ring_[left_[1]], ring_[left_[2]]) > 0) {
            triangles.push_back({left_[0], left_[1], left_[2]});
        }
        return triangles;
    }

  private:
    bool is_empty(const Triangle& ear) const {
        for (const std::uint32_t corner : left_) {
            const MapPoint& point = ring_[corner];
            if (corner != ear[0] && corner != ear[1] && corner != ear[2] && point != ring_[ear[0]] &&
                point != ring_[ear[1]] && point != ring_[ear[2]] &&
                in_triangle(point, ring_[ear[0]], ring_[ear[1]], ring_[ear[2]])) {
                return false;
            }
        }
        return true;
    }

    const Ring& ring_;
    std::vector<std::uint32_t> left_;
};

}  // namespace

double area_of(const Ring& ring) {
    double sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const MapPoint& a = ring[i];
        const MapPoint& b = ring[(i + 1) % ring.size()];
        sum += a.x * b.y - b.x * a.y;
    }
    return sum / 2;
}

bool contains(const Ring& ring, const MapPoint& point) {
    bool inside = false;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const MapPoint& a = ring[i];
        const MapPoint& b = ring[(i + 1) % ring.size()];
        if ((a.y > point.y) != (b.y > point.y) && point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) {
            inside = !inside;
        }
    }
    return inside;
}

std::vector<Triangle> triangulate(const Ring& ring) {
    return Clipper(ring).clip();
}

}  // namespace fieldseal::portfolio
