// Making smaller, and blacking out.
#include <algorithm>

#include "model/picture/picture.h"

namespace fieldseal::picture {

namespace {

/// Which source places one place of the result covers, and with what weights.
struct Span {
    std::uint32_t first = 0;
    std::vector<float> weights;
};

std::vector<Span> spans(std::uint32_t from, std::uint32_t to) {
    std::vector<Span> result(to);
    const double step = static_cast<double>(from) / to;
    for (std::uint32_t i = 0; i < to; ++i) {
        const double begin = i * step;
        const double end = std::min<double>((i + 1) * step, from);
        Span& span = result[i];
        span.first = std::min(static_cast<std::uint32_t>(begin), from - 1);
        for (std::uint32_t at = span.first; at < from && at < end; ++at) {
            const double covered = std::min<double>(at + 1, end) - std::max<double>(at, begin);
            span.weights.push_back(static_cast<float>(covered / (end - begin)));
        }
    }
    return result;
}

}  // namespace

Pixels fitted(Pixels pixels, std::uint32_t longest_side) {
    const std::uint32_t longest = std::max(pixels.width, pixels.height);
    if (longest_side == 0 || longest <= longest_side) {
        return pixels;
    }
    const auto scaled = [&](std::uint32_t side) {
        return std::max<std::uint32_t>(1, static_cast<std::uint32_t>((std::uint64_t{side} * longest_side + longest / 2) / longest));
    };
    Pixels result(scaled(pixels.width), scaled(pixels.height));
    const std::vector<Span> columns = spans(pixels.width, result.width);
    const std::vector<Span> rows = spans(pixels.height, result.height);
    std::vector<float> sums(std::size_t{result.width} * 3);
    for (std::uint32_t y = 0; y < result.height; ++y) {
        std::ranges::fill(sums, 0.5f);
        for (std::size_t j = 0; j < rows[y].weights.size(); ++j) {
            const float row_weight = rows[y].weights[j];
            const std::uint8_t* line = pixels.at(0, rows[y].first + static_cast<std::uint32_t>(j));
            for (std::uint32_t x = 0; x < result.width; ++x) {
                const std::uint8_t* source = line + std::size_t{columns[x].first} * 3;
                for (const float column_weight : columns[x].weights) {
                    const float weight = row_weight * column_weight;
                    for (std::size_t c = 0; c < 3; ++c) {
                        sums[std::size_t{x} * 3 + c] += weight * static_cast<float>(source[c]);
                    }
                    source += 3;
                }
            }
        }
        std::ranges::transform(sums, result.at(0, y), [](float sum) { return static_cast<std::uint8_t>(std::clamp(sum, 0.0f, 255.0f)); });
    }
    return result;
}

void blacken(Pixels& pixels, const Box& box, std::uint32_t margin) {
    const auto range = [margin](std::uint32_t first, std::uint32_t size, std::uint32_t side) {
        const std::uint64_t begin = std::uint64_t{first} * side / box_unit;
        const std::uint64_t end = (std::uint64_t{first + size} * side + box_unit - 1) / box_unit;
        return std::pair(static_cast<std::uint32_t>(begin > margin ? begin - margin : 0),
                         static_cast<std::uint32_t>(std::min<std::uint64_t>(end + margin, side)));
    };
    const auto [left, right] = range(box.x, box.width, pixels.width);
    const auto [top, bottom] = range(box.y, box.height, pixels.height);
    for (std::uint32_t y = top; y < bottom && left < right; ++y) {
        std::fill(pixels.at(left, y), pixels.at(left, y) + std::size_t{right - left} * 3, std::uint8_t{0});
    }
}

}  // namespace fieldseal::picture
