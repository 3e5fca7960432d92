// Turning and mirroring: every pixel moves, none changes.
#include <algorithm>

#include "model/picture/picture.h"

namespace fieldseal::picture {

namespace {

/// A picture of this size whose pixel (x, y) is the one that `from` names.
template <class From>
Pixels rearranged(const Pixels& pixels, std::uint32_t width, std::uint32_t height, From from) {
    Pixels result(width, height);
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            const auto [source_x, source_y] = from(x, y);
            std::copy_n(pixels.at(source_x, source_y), 3, result.at(x, y));
        }
    }
    return result;
}

Pixels mirrored(const Pixels& pixels) {
    return rearranged(pixels, pixels.width, pixels.height,
                      [&](std::uint32_t x, std::uint32_t y) { return std::pair(pixels.width - 1 - x, y); });
}

}  // namespace

Pixels turned(Pixels pixels, int quarters) {
    const std::uint32_t w = pixels.width;
    const std::uint32_t h = pixels.height;
    switch ((quarters % 4 + 4) % 4) {
        case 1: return rearranged(pixels, h, w, [&](std::uint32_t x, std::uint32_t y) { return std::pair(y, h - 1 - x); });
        case 2: return rearranged(pixels, w, h, [&](std::uint32_t x, std::uint32_t y) { return std::pair(w - 1 - x, h - 1 - y); });
        case 3: return rearranged(pixels, h, w, [&](std::uint32_t x, std::uint32_t y) { return std::pair(w - 1 - y, x); });
        default: return pixels;
    }
}

Pixels upright(Pixels pixels, int orientation) {
    // Exif 2.32, 4.6.5.1.1: where row 0 and column 0 of the file lie.
    switch (orientation) {
        case 2: return mirrored(pixels);
        case 3: return turned(std::move(pixels), 2);
        case 4: return turned(mirrored(pixels), 2);
        case 5: return turned(mirrored(pixels), 3);
        case 6: return turned(std::move(pixels), 1);
        case 7: return turned(mirrored(pixels), 1);
        case 8: return turned(std::move(pixels), 3);
        default: return pixels;
    }
}

}  // namespace fieldseal::picture
