// The copy of a photo that others get to see: upright, without metadata, with what must not be seen burnt out.
#pragma once

#include "model/picture/metadata.h"

namespace fieldseal::picture {

/// What is done to a picture, in this order, after it was turned as its metadata says. docs/formats/record.md keeps it, so that it can be done again.
struct Cleaning {
    /// By hand, clockwise, 0 to 3.
    int quarter_turns = 0;
    /// On the turned picture; at most `box_count_limit`.
    std::vector<Box> boxes;
    /// 0 keeps the size.
    std::uint32_t longest_side = 0;

    bool operator==(const Cleaning&) const = default;
};
constexpr std::size_t box_count_limit = 100;

/// A box grows by so many pixels where the picture was a JPEG: its blocks (8 x 8, colours 16 x 16) smear what is in the box over their neighbours.
constexpr std::uint32_t jpeg_box_margin = 16;
constexpr int jpeg_quality = 88;

struct Cleaned {
    Bytes file;
    Format format = Format::none;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    /// What the original said and the copy does not.
    Metadata removed;
};

/// Same bytes for the same file, cleaning and library versions. Errors as decode(); Error(usage) for a cleaning that makes no sense.
Cleaned clean(ByteView file, const Cleaning& cleaning);

/// Boxes as text and back: "x y w h" in ten-thousandths, several joined by ";". Nothing for what is no such text.
std::string boxes_text(const std::vector<Box>& boxes);
std::optional<std::vector<Box>> boxes_from(std::string_view text);

}  // namespace fieldseal::picture
