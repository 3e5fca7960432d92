// Photos as cameras write them, made here: a pattern that shows which way is up, and Exif that names a camera and a place.
#pragma once

#include <algorithm>
#include <string>

#include "model/picture/picture.h"

namespace fieldseal::picture::samples {

constexpr std::string_view camera_name = "Kestrel Pocket 7";
constexpr std::string_view camera_serial = "SN-55081-93";
constexpr std::string_view place_name = "48.4567N 35.0462E";

/// Red grows to the right, green downwards; blue where `mark` lies, in the upper left quarter.
inline Pixels pattern(std::uint32_t width, std::uint32_t height) {
    Pixels pixels(width, height);
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            std::uint8_t* rgb = pixels.at(x, y);
            rgb[0] = static_cast<std::uint8_t>(x * 255 / width);
            rgb[1] = static_cast<std::uint8_t>(y * 255 / height);
            rgb[2] = x < width / 2 && y < height / 2 ? 255 : 40;
        }
    }
    return pixels;
}

namespace parts {

inline void put16(Bytes& out, unsigned value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}
inline void put32(Bytes& out, std::size_t value) {
    put16(out, static_cast<unsigned>(value >> 16));
    put16(out, static_cast<unsigned>(value & 0xffff));
}
inline void put(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

}  // namespace parts

/// TIFF, big-endian: Make, Orientation, the Exif directory with a serial number, the GPS directory with a latitude and a name of the place.
inline Bytes exif(unsigned orientation, bool with_place = true) {
    using namespace parts;
    constexpr unsigned ascii = 2, shorts = 3, longs = 4, rational = 5;
    const std::string make = std::string(camera_name) + '\0';
    const std::string serial = std::string(camera_serial) + '\0';
    const std::string place = std::string(place_name) + '\0';
    const unsigned entries = with_place ? 4 : 3;
    const std::size_t first_end = 8 + 2 + entries * 12 + 4;
    const std::size_t exif_at = first_end + make.size();
    const std::size_t serial_at = exif_at + 2 + 12 + 4;
    const std::size_t gps_at = serial_at + serial.size();
    const std::size_t latitude_at = gps_at + 2 + 2 * 12 + 4;
    const std::size_t place_at = latitude_at + 24;
    Bytes out;
    const auto entry = [&out](unsigned tag, unsigned type, std::size_t count, std::size_t value) {
        put16(out, tag);
        put16(out, type);
        put32(out, count);
        put32(out, value);
    };
    put(out, std::string_view("MM\0*\0\0\0\x08", 8));
    put16(out, entries);
    entry(0x010f, ascii, make.size(), first_end);
    entry(0x0112, shorts, 1, std::size_t{orientation} << 16);
    entry(0x8769, longs, 1, exif_at);
    if (with_place) {
        entry(0x8825, longs, 1, gps_at);
    }
    put32(out, 0);
    put(out, make);
    put16(out, 1);
    entry(0xa431, ascii, serial.size(), serial_at);
    put32(out, 0);
    put(out, serial);
    if (with_place) {
        put16(out, 2);
        entry(0x0002, rational, 3, latitude_at);
        entry(0x001d, ascii, place.size(), place_at);
        put32(out, 0);
        for (const std::size_t part : std::initializer_list<std::size_t>{48, 1, 27, 1, 24, 1}) {
            put32(out, part);
        }
        put(out, place);
    }
    return out;
}

/// `jpeg` with the Exif segment behind its first marker.
inline Bytes with_exif(const Bytes& jpeg, const Bytes& tiff) {
    using namespace parts;
    Bytes out(jpeg.begin(), jpeg.begin() + 2);
    put16(out, 0xffe1);
    put16(out, static_cast<unsigned>(tiff.size() + 8));
    put(out, std::string_view("Exif\0\0", 6));
    out.insert(out.end(), tiff.begin(), tiff.end());
    out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
    return out;
}

inline bool holds(ByteView bytes, std::string_view text) {
    return !std::ranges::search(bytes, view_of(text)).empty();
}

}  // namespace fieldseal::picture::samples
