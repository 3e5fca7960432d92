// Pictures as pixels: reading and writing JPEG and PNG within limits, and what a person does to one before others see it. Pure functions; no files.
//
// libjpeg-turbo and libpng read, not stb_image: what a reader opens may come from a hostile device, and stb_image's authors say themselves that it is not
// meant for that (it also has open CVEs in Debian 12). Both are fuzzed upstream and get security updates; all that is more than pixels is kept from them.
#pragma once

#include <cstdint>
#include <vector>

#include "model/crypto/bytes.h"

namespace fieldseal::picture {

/// Of a file that is read at all: no camera's JPEG is near it.
constexpr std::size_t file_limit = 64u << 20;
/// Width times height. 50 megapixels are 150 MB of pixels.
constexpr std::uint64_t pixel_limit = 50'000'000;
/// Of width and height; below what JPEG can say (65,500).
constexpr std::uint32_t side_limit = 32'000;

enum class Format : std::uint8_t { none, jpeg, png };
/// By the first bytes; `none` for anything else.
Format format_of(ByteView file);
/// "image/jpeg", "image/png"; "" for none.
const char* media_type_of(Format format);

/// 8-bit RGB, row after row from the top left, without gaps. Wiped when freed: it shows what the vault keeps sealed.
struct Pixels {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    Bytes rgb;

    Pixels() = default;
    /// Black. REQUIRES sides within the limits above.
    Pixels(std::uint32_t width, std::uint32_t height);
    Pixels(Pixels&&) noexcept = default;
    Pixels& operator=(Pixels&& other) noexcept;
    ~Pixels();
    /// Three bytes.
    std::uint8_t* at(std::uint32_t x, std::uint32_t y) { return rgb.data() + (std::size_t{y} * width + x) * 3; }
    const std::uint8_t* at(std::uint32_t x, std::uint32_t y) const { return rgb.data() + (std::size_t{y} * width + x) * 3; }
};

/// The whole picture as it lies in the file, not turned; transparent parts are on white. JPEGs may be read smaller where `longest_side` is given (0: as it
/// is), never below it. Error(too_large) over a limit, before anything is allocated; Error(damaged) for anything that is no whole picture.
Pixels decode(ByteView file, std::uint32_t longest_side = 0, std::uint64_t most_pixels = pixel_limit);

/// Without any metadata. `quality` is libjpeg's, 1 to 100.
Bytes encode_jpeg(const Pixels& pixels, int quality);
/// Grey where every pixel is. Without any metadata.
Bytes encode_png(const Pixels& pixels);

/// As the Exif tag Orientation (1 to 8) says it is to be shown; other values change nothing.
Pixels upright(Pixels pixels, int orientation);
/// By quarter turns clockwise; negative ones the other way.
Pixels turned(Pixels pixels, int quarters);
/// Made smaller so that its longest side is `longest_side`, by averaging; never larger. 0 changes nothing.
Pixels fitted(Pixels pixels, std::uint32_t longest_side);

/// A part of the picture as it is shown, in ten-thousandths of its width and height.
struct Box {
    std::uint16_t x = 0;
    std::uint16_t y = 0;
    std::uint16_t width = 0;
    std::uint16_t height = 0;

    bool operator==(const Box&) const = default;
};
constexpr std::uint32_t box_unit = 10'000;
/// Black over every pixel that the box touches, and `margin` pixels more on each side.
void blacken(Pixels& pixels, const Box& box, std::uint32_t margin = 0);

}  // namespace fieldseal::picture
