// Pictures: what survives cleaning and what must not.
#include <doctest/doctest.h>

#include <cstdlib>

#include "model/error/error.h"
#include "model/picture/clean.h"
#include "tests/unit/picture_samples.h"

using namespace fieldseal;
using namespace fieldseal::picture;
using namespace fieldseal::picture::samples;

namespace {

ErrorCode failure(ByteView file) {
    try {
        decode(file);
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("was taken for a picture");
    return ErrorCode::failed;
}

int difference(const std::uint8_t* a, const std::uint8_t* b) {
    int worst = 0;
    for (int c = 0; c < 3; ++c) {
        worst = std::max(worst, std::abs(a[c] - b[c]));
    }
    return worst;
}

bool blue_at(const Pixels& pixels, bool right, bool bottom) {
    return pixels.at(right ? pixels.width - 8 : 7, bottom ? pixels.height - 8 : 7)[2] > 150;
}

/// A chunk of PNG with a check sum that is not looked at, since readers pass over it.
void insert_chunk(Bytes& png, std::string_view type, ByteView body) {
    Bytes chunk;
    parts::put32(chunk, body.size());
    parts::put(chunk, type);
    chunk.insert(chunk.end(), body.begin(), body.end());
    parts::put32(chunk, 0);
    png.insert(png.begin() + 33, chunk.begin(), chunk.end());  // behind the header
}

}  // namespace

TEST_CASE("what was written is read: PNG to the bit, JPEG nearly") {
    const Pixels made = pattern(61, 37);
    CHECK(decode(encode_png(made)).rgb == made.rgb);
    const Pixels jpeg = decode(encode_jpeg(made, 95));
    REQUIRE(jpeg.width == 61);
    REQUIRE(jpeg.height == 37);
    CHECK(difference(jpeg.at(3, 30), made.at(3, 30)) < 25);
    Pixels grey(5, 4);
    std::ranges::fill(grey.rgb, std::uint8_t{77});
    CHECK(decode(encode_png(grey)).rgb == grey.rgb);
    CHECK(encode_png(grey)[25] == 0);  // colour type: grey
}

TEST_CASE("a camera's photo loses the place, the camera and everything else but its pixels") {
    const Bytes photo = with_exif(encode_jpeg(pattern(64, 48), 90), exif(1));
    const Metadata found = metadata_of(photo);
    CHECK(found.location);
    CHECK(found.camera);
    const Cleaned cleaned = clean(photo, {});
    CHECK(cleaned.format == Format::jpeg);
    CHECK(cleaned.removed.location);
    CHECK(cleaned.removed.camera);
    for (const std::string_view text : {camera_name, camera_serial, place_name, std::string_view("Exif")}) {
        CAPTURE(text);
        CHECK(holds(photo, text));
        CHECK_FALSE(holds(cleaned.file, text));
    }
    const Metadata left = metadata_of(cleaned.file);
    CHECK_FALSE(left.location);
    CHECK_FALSE(left.camera);
    CHECK_FALSE(left.other);
    CHECK(cleaned.file == clean(photo, {}).file);
}

TEST_CASE("without a place there is none, and a bare picture has nothing to lose") {
    const Metadata found = metadata_of(with_exif(encode_jpeg(pattern(16, 16), 90), exif(3, false)));
    CHECK_FALSE(found.location);
    CHECK(found.camera);
    CHECK(found.orientation == 3);
    for (const Bytes& bare : {encode_jpeg(pattern(16, 16), 90), encode_png(pattern(16, 16))}) {
        const Metadata nothing = metadata_of(bare);
        CHECK_FALSE(nothing.location);
        CHECK_FALSE(nothing.camera);
        CHECK_FALSE(nothing.other);
        CHECK(nothing.orientation == 1);
    }
}

TEST_CASE("places hide elsewhere too: XMP, PNG's texts, what lies behind the picture") {
    Bytes jpeg = encode_jpeg(pattern(16, 16), 90);
    const std::string xmp = std::string("http://ns.adobe.com/xap/1.0/\0", 29) + "<exif:GPSLatitude>48,27.4N</exif:GPSLatitude>";
    Bytes segment;
    parts::put16(segment, 0xffe1);
    parts::put16(segment, static_cast<unsigned>(xmp.size() + 2));
    parts::put(segment, xmp);
    jpeg.insert(jpeg.begin() + 2, segment.begin(), segment.end());
    CHECK(metadata_of(jpeg).location);
    CHECK(metadata_of(jpeg).other);
    CHECK_FALSE(holds(clean(jpeg, {}).file, "GPSLatitude"));

    Bytes png = encode_png(pattern(16, 16));
    insert_chunk(png, "tEXt", view_of("Comment written by Kestrel Pocket 7"));
    insert_chunk(png, "eXIf", exif(6));
    const Metadata found = metadata_of(png);
    CHECK(found.location);
    CHECK(found.other);
    CHECK(found.orientation == 6);
    const Cleaned cleaned = clean(png, {});
    CHECK(cleaned.format == Format::png);
    CHECK_FALSE(holds(cleaned.file, camera_name));
    CHECK_FALSE(holds(cleaned.file, place_name));

    Bytes film = encode_jpeg(pattern(16, 16), 90);
    parts::put(film, "ftypmp42 a film of three seconds");
    CHECK(metadata_of(film).other);
    CHECK_FALSE(holds(clean(film, {}).file, "ftypmp42"));
}

TEST_CASE("all eight orientations end upright") {
    // Where the picture's upper left corner lies in the file, by Exif's table.
    struct Case {
        int orientation;
        bool right;
        bool bottom;
        bool sideways;
    };
    const Case cases[] = {{1, false, false, false}, {2, true, false, false}, {3, true, true, false}, {4, false, true, false},
                          {5, false, false, true},  {6, false, true, true},  {7, true, true, true},  {8, true, false, true}};
    for (const Case& one : cases) {
        CAPTURE(one.orientation);
        // A file whose blue corner lies where the orientation says that the upper left is.
        Pixels file = pattern(one.sideways ? 40 : 64, one.sideways ? 64 : 40);
        for (std::uint32_t y = 0; y < file.height; ++y) {
            for (std::uint32_t x = 0; x < file.width; ++x) {
                const bool right = x >= file.width / 2;
                const bool bottom = y >= file.height / 2;
                file.at(x, y)[2] = right == one.right && bottom == one.bottom ? 255 : 0;
            }
        }
        const Cleaned cleaned = clean(with_exif(encode_jpeg(file, 90), exif(static_cast<unsigned>(one.orientation))), {});
        CHECK(cleaned.width == 64);
        CHECK(cleaned.height == 40);
        const Pixels shown = decode(cleaned.file);
        CHECK(blue_at(shown, false, false));
        CHECK_FALSE(blue_at(shown, true, false));
        CHECK_FALSE(blue_at(shown, false, true));
        CHECK_FALSE(blue_at(shown, true, true));
    }
    // Corners alone do not tell mirrored from turned: four numbers do.
    Pixels quad(2, 2);
    for (std::uint8_t i = 0; i < 4; ++i) {
        quad.at(i % 2u, i / 2u)[0] = i;
    }
    const auto reds = [](const Pixels& pixels) {
        return std::vector<int>{pixels.rgb[0], pixels.rgb[3], pixels.rgb[6], pixels.rgb[9]};
    };
    const auto shown = [&](int orientation) {
        Pixels copy(2, 2);
        copy.rgb = quad.rgb;
        return reds(upright(std::move(copy), orientation));
    };
    CHECK(shown(1) == std::vector<int>{0, 1, 2, 3});
    CHECK(shown(2) == std::vector<int>{1, 0, 3, 2});
    CHECK(shown(3) == std::vector<int>{3, 2, 1, 0});
    CHECK(shown(4) == std::vector<int>{2, 3, 0, 1});
    CHECK(shown(5) == std::vector<int>{0, 2, 1, 3});
    CHECK(shown(6) == std::vector<int>{2, 0, 3, 1});
    CHECK(shown(7) == std::vector<int>{3, 1, 2, 0});
    CHECK(shown(8) == std::vector<int>{1, 3, 0, 2});
}

TEST_CASE("turned by hand: clockwise, and back") {
    const Pixels made = pattern(30, 20);
    const auto copy = [&] {
        Pixels result(made.width, made.height);
        result.rgb = made.rgb;
        return result;
    };
    const Pixels once = turned(copy(), 1);
    CHECK(once.width == 20);
    CHECK(difference(once.at(19, 0), made.at(0, 0)) == 0);
    CHECK(difference(once.at(0, 0), made.at(0, 19)) == 0);
    CHECK(turned(turned(copy(), 1), -1).rgb == made.rgb);
    CHECK(turned(turned(copy(), 2), 2).rgb == made.rgb);
    CHECK(turned(copy(), 3).rgb == turned(copy(), -1).rgb);
}

TEST_CASE("what is blacked out is gone from the file") {
    // Writing in the box: stripes of white and black that no shadow of may be left.
    Pixels made(320, 240);
    std::ranges::fill(made.rgb, std::uint8_t{128});
    for (std::uint32_t y = 80; y < 160; ++y) {
        for (std::uint32_t x = 100; x < 220; ++x) {
            std::fill_n(made.at(x, y), 3, static_cast<std::uint8_t>(x / 4 % 2 == 0 ? 255 : 0));
        }
    }
    const Cleaning cleaning{0, {{3125, 3334, 3750, 3333}}, 0};  // x 100 to 220, y 80 to 160
    for (const bool jpeg : {true, false}) {
        const Bytes file = jpeg ? encode_jpeg(made, 90) : encode_png(made);
        const Cleaned cleaned = clean(file, cleaning);
        const Pixels shown = decode(cleaned.file);
        int brightest = 0;
        int outside = 0;
        for (std::uint32_t y = 0; y < shown.height; ++y) {
            for (std::uint32_t x = 0; x < shown.width; ++x) {
                const int value = *shown.at(x, y);
                if (x >= 100 && x < 220 && y >= 80 && y < 160) {
                    brightest = std::max(brightest, value);
                } else if (x < 76 || x >= 244 || y < 56 || y >= 184) {
                    outside = std::max(outside, std::abs(value - 128));
                }
            }
        }
        CHECK(brightest <= (jpeg ? 20 : 0));
        CHECK(outside <= 6);
        // The same picture with something else under the box gives the same file: nothing of it is left anywhere.
        Pixels other(320, 240);
        other.rgb = made.rgb;
        for (std::uint32_t y = 80; y < 160; ++y) {
            for (std::uint32_t x = 100; x < 220; ++x) {
                std::fill_n(other.at(x, y), 3, static_cast<std::uint8_t>(y / 3 % 2 == 0 ? 200 : 30));
            }
        }
        CHECK(clean(jpeg ? encode_jpeg(other, 90) : encode_png(other), cleaning).file == cleaned.file);
        // Also where it is made smaller afterwards.
        const Cleaning small{0, cleaning.boxes, 80};
        CHECK(clean(jpeg ? encode_jpeg(other, 90) : encode_png(other), small).file == clean(file, small).file);
    }
}

TEST_CASE("boxes lie on the picture as it is shown, after turning") {
    const Bytes file = with_exif(encode_jpeg(pattern(200, 100), 95), exif(6));
    const Cleaned cleaned = clean(file, {1, {{0, 0, 2000, 2000}}, 0});
    CHECK(cleaned.width == 200);
    CHECK(cleaned.height == 100);
    const Pixels shown = decode(cleaned.file);
    CHECK(*std::max_element(shown.at(2, 2), shown.at(2, 2) + 3) < 20);
    CHECK(*std::max_element(shown.at(190, 90), shown.at(190, 90) + 3) > 30);
}

TEST_CASE("made smaller by averaging, never larger") {
    const Cleaned cleaned = clean(encode_jpeg(pattern(640, 480), 95), {0, {}, 100});
    CHECK(cleaned.width == 100);
    CHECK(cleaned.height == 75);
    const Pixels shown = decode(cleaned.file);
    CHECK(std::abs(shown.at(90, 40)[0] - 90 * 255 / 100) < 12);
    CHECK(clean(encode_jpeg(pattern(64, 48), 95), {0, {}, 100}).width == 64);
    Pixels checks(64, 2);
    for (std::uint32_t x = 0; x < 64; ++x) {
        std::fill_n(checks.at(x, 0), 3, static_cast<std::uint8_t>(x % 2 == 0 ? 0 : 255));
        std::fill_n(checks.at(x, 1), 3, static_cast<std::uint8_t>(x % 2 == 0 ? 255 : 0));
    }
    for (const std::uint8_t value : fitted(std::move(checks), 32).rgb) {
        CHECK(value >= 127);
        CHECK(value <= 128);
    }
    CHECK(fitted(Pixels(30'000, 3), 10).height == 1);
}

TEST_CASE("a transparent part hides nothing: it is white in the copy") {
    // 1 x 1, RGBA, colour 12 34 56, alpha 0.
    const auto png = from_hex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c631032096300000195009d4d4108df0000000049454e44ae426082");
    REQUIRE(png);
    const Pixels shown = decode(*png);
    CHECK(shown.rgb == Bytes{255, 255, 255});
}

TEST_CASE("what is too large or no whole picture is refused before memory is taken") {
    Bytes png = encode_png(pattern(8, 8));
    // 20,000 x 20,000, by the header alone (whose check sum must hold).
    Bytes large = png;
    const auto header = from_hex("00004e2000004e200802000000");
    std::ranges::copy(*header, large.begin() + 16);
    std::uint32_t crc = 0xffffffff;
    for (std::size_t i = 12; i < 29; ++i) {
        crc ^= large[i];
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
    }
    crc = ~crc;
    for (int i = 0; i < 4; ++i) {
        large[29 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
    }
    CHECK(failure(large) == ErrorCode::too_large);
    Bytes jpeg = encode_jpeg(pattern(8, 8), 90);
    const auto frame = std::ranges::search(jpeg, *from_hex("ffc0")).begin();
    std::ranges::copy(*from_hex("ea60ea60"), frame + 5);  // 60,000 x 60,000
    CHECK(failure(jpeg) == ErrorCode::too_large);
    CHECK(failure(Bytes(file_limit + 1)) == ErrorCode::too_large);

    jpeg = encode_jpeg(pattern(200, 200), 90);
    CHECK(failure(ByteView(jpeg).first(jpeg.size() / 2)) == ErrorCode::damaged);
    CHECK(failure(ByteView(jpeg).first(3)) == ErrorCode::damaged);
    CHECK(failure(ByteView(png).first(png.size() - 20)) == ErrorCode::damaged);
    CHECK(failure(view_of("GIF89a")) == ErrorCode::damaged);
    CHECK(failure({}) == ErrorCode::damaged);
    png[50] ^= 1;
    CHECK(failure(png) == ErrorCode::damaged);
}

TEST_CASE("a progressive picture that repeats its scans is given up") {
    // Start and scan of a real progressive file would need an encoder of its own: the same scan header, over and over, in a frame that says progressive.
    Bytes jpeg = encode_jpeg(pattern(64, 64), 90);
    const auto frame = std::ranges::search(jpeg, *from_hex("ffc0")).begin();
    *(frame + 1) = 0xc2;
    const auto scan = std::ranges::search(jpeg, *from_hex("ffda")).begin();
    Bytes head(jpeg.begin(), scan);
    const Bytes dc = *from_hex("ffda000c03010002110311000001");
    for (int i = 0; i < 500; ++i) {
        head.insert(head.end(), dc.begin(), dc.end());
    }
    parts::put16(head, 0xffd9);
    CHECK_THROWS_WITH(decode(head), doctest::Contains("it has too many scans"));
}

TEST_CASE("boxes as text") {
    const std::vector<Box> boxes{{0, 0, 10'000, 10'000}, {1, 22, 333, 4444}};
    CHECK(boxes_text(boxes) == "0 0 10000 10000;1 22 333 4444");
    CHECK(boxes_from(boxes_text(boxes)) == boxes);
    CHECK(boxes_from("")->empty());
    for (const char* wrong : {"1", "1 2 3", "1 2 3 4;", "1 2 3 4 5", "1 2 0 4", "9000 0 1001 5", "-1 0 5 5", "70000 0 5 5", "1  2 3 4", ";", "1 2 3 4;;1 2 3 4"}) {
        CAPTURE(wrong);
        CHECK_FALSE(boxes_from(wrong));
    }
    CHECK_THROWS_AS(clean(encode_png(pattern(8, 8)), {0, {{9000, 0, 2000, 10}}, 0}), Error);
}
