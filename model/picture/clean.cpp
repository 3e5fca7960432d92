#include "model/picture/clean.h"

#include <algorithm>
#include <charconv>

#include "model/error/error.h"

namespace fieldseal::picture {

namespace {

bool is_sound(const Box& box) {
    return box.width > 0 && box.height > 0 && box.x + std::uint32_t{box.width} <= box_unit && box.y + std::uint32_t{box.height} <= box_unit;
}

}  // namespace

Cleaned clean(ByteView file, const Cleaning& cleaning) {
    if (cleaning.boxes.size() > box_count_limit || !std::ranges::all_of(cleaning.boxes, is_sound)) {
        throw Error(ErrorCode::usage, "A part to black out must lie within the picture, and there can be at most " + std::to_string(box_count_limit) + ".");
    }
    Cleaned cleaned;
    cleaned.format = format_of(file);
    cleaned.removed = metadata_of(file);
    // With boxes it is read at full size: what is read smaller mixes a box's inside into its neighbours.
    Pixels pixels = decode(file, cleaning.boxes.empty() ? cleaning.longest_side : 0);
    pixels = turned(upright(std::move(pixels), cleaned.removed.orientation), cleaning.quarter_turns);
    for (const Box& box : cleaning.boxes) {
        blacken(pixels, box, cleaned.format == Format::jpeg ? jpeg_box_margin : 0);
    }
    pixels = fitted(std::move(pixels), cleaning.longest_side);
    cleaned.width = pixels.width;
    cleaned.height = pixels.height;
    cleaned.file = cleaned.format == Format::jpeg ? encode_jpeg(pixels, jpeg_quality) : encode_png(pixels);
    return cleaned;
}

std::string boxes_text(const std::vector<Box>& boxes) {
    std::string text;
    for (const Box& box : boxes) {
        text += (text.empty() ? "" : ";") + std::to_string(box.x) + " " + std::to_string(box.y) + " " + std::to_string(box.width) + " " +
                std::to_string(box.height);
    }
    return text;
}

std::optional<std::vector<Box>> boxes_from(std::string_view text) {
    std::vector<Box> boxes;
    while (!text.empty()) {
        Box box;
        const std::pair<std::uint16_t*, char> parts[] = {{&box.x, ' '}, {&box.y, ' '}, {&box.width, ' '}, {&box.height, ';'}};
        for (const auto& [value, behind] : parts) {
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
            if (error != std::errc{}) {
                return std::nullopt;
            }
            text.remove_prefix(static_cast<std::size_t>(end - text.data()));
            const bool last = behind == ';';
            if (text.empty() ? !last : text.front() != behind || text.size() == 1) {
                return std::nullopt;
            }
            if (!text.empty()) {
                text.remove_prefix(1);
            }
        }
        if (!is_sound(box) || boxes.size() == box_count_limit) {
            return std::nullopt;
        }
        boxes.push_back(box);
    }
    return boxes;
}

}  // namespace fieldseal::picture
