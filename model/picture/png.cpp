// libpng reports by longjmp: everything with a destructor lives in a struct outside of the jump.
#include <csetjmp>
#include <cstring>

#include <png.h>

#include "model/crypto/secret.h"
#include "model/picture/readers.h"

namespace fieldseal::picture {

namespace {

struct PngFailures {
    std::jmp_buf jump{};
    char reason[256] = {};
};

[[noreturn]] void stop(png_structp png, png_const_charp reason) {
    auto* failures = static_cast<PngFailures*>(png_get_error_ptr(png));
    std::strncpy(failures->reason, reason, sizeof failures->reason - 1);
    std::longjmp(failures->jump, 1);
}

void ignore(png_structp, png_const_charp) {}

struct PngReading {
    png_structp png = nullptr;
    png_infop info = nullptr;
    PngFailures failures;
    ByteView left;
    Pixels pixels;
    std::vector<std::uint8_t*> rows;
    ~PngReading() { png_destroy_read_struct(&png, &info, nullptr); }
};

struct PngWriting {
    png_structp png = nullptr;
    png_infop info = nullptr;
    PngFailures failures;
    Bytes out;
    Bytes grey;
    ~PngWriting() {
        png_destroy_write_struct(&png, &info);
        crypto::wipe(grey);
    }
};

void give(png_structp png, png_bytep out, std::size_t size) {
    auto* reading = static_cast<PngReading*>(png_get_io_ptr(png));
    if (size > reading->left.size()) {
        png_error(png, "it ends before its time");
    }
    std::memcpy(out, reading->left.data(), size);
    reading->left = reading->left.subspan(size);
}

void take(png_structp png, png_bytep bytes, std::size_t size) {
    auto* writing = static_cast<PngWriting*>(png_get_io_ptr(png));
    writing->out.insert(writing->out.end(), bytes, bytes + size);
}

bool read(PngReading& reading, std::uint64_t most_pixels) {
    png_structp png = reading.png;
    if (setjmp(reading.failures.jump) != 0) {
        return false;
    }
    png_set_read_fn(png, &reading, give);
    png_set_user_limits(png, side_limit, side_limit);
    // All that is not needed for the pixels is passed over unread: profiles, texts, times, Exif.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_read_info(png, reading.info);
    require_size(png_get_image_width(png, reading.info), png_get_image_height(png, reading.info), most_pixels);
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    if ((png_get_color_type(png, reading.info) & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, reading.info, PNG_INFO_tRNS) != 0) {
        png_color_16 white{};
        white.red = white.green = white.blue = white.gray = 255;
        png_set_background_fixed(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 0);
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, reading.info);
    reading.pixels = Pixels(png_get_image_width(png, reading.info), png_get_image_height(png, reading.info));
    if (png_get_rowbytes(png, reading.info) != std::size_t{reading.pixels.width} * 3) {
        png_error(png, "its pixels have an unusual form");
    }
    reading.rows.resize(reading.pixels.height);
    for (std::uint32_t y = 0; y < reading.pixels.height; ++y) {
        reading.rows[y] = reading.pixels.at(0, y);
    }
    png_read_image(png, reading.rows.data());
    png_read_end(png, nullptr);
    return true;
}

bool write(PngWriting& writing, const Pixels& pixels) {
    png_structp png = writing.png;
    if (setjmp(writing.failures.jump) != 0) {
        return false;
    }
    const bool grey = !writing.grey.empty();
    png_set_write_fn(png, &writing, take, nullptr);
    png_set_IHDR(png, writing.info, pixels.width, pixels.height, 8, grey ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, writing.info);
    for (std::uint32_t y = 0; y < pixels.height; ++y) {
        png_write_row(png, grey ? writing.grey.data() + std::size_t{y} * pixels.width : pixels.at(0, y));
    }
    png_write_end(png, nullptr);
    return true;
}

/// One byte a pixel where all are grey, nothing otherwise.
Bytes grey_of(const Pixels& pixels) {
    Bytes grey(pixels.rgb.size() / 3);
    for (std::size_t i = 0; i < grey.size(); ++i) {
        const std::uint8_t* rgb = pixels.rgb.data() + i * 3;
        if (rgb[0] != rgb[1] || rgb[1] != rgb[2]) {
            crypto::wipe(grey);
            return {};
        }
        grey[i] = rgb[0];
    }
    return grey;
}

}  // namespace

Pixels decode_png(ByteView file, std::uint64_t most_pixels) {
    PngReading reading;
    reading.left = file;
    reading.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading.failures, stop, ignore);
    reading.info = reading.png == nullptr ? nullptr : png_create_info_struct(reading.png);
    if (reading.info == nullptr || !read(reading, most_pixels)) {
        refuse_damaged(reading.failures.reason);
    }
    return std::move(reading.pixels);
}

Bytes encode_png(const Pixels& pixels) {
    PngWriting writing;
    writing.grey = grey_of(pixels);
    writing.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writing.failures, stop, ignore);
    writing.info = writing.png == nullptr ? nullptr : png_create_info_struct(writing.png);
    if (writing.info == nullptr || !write(writing, pixels)) {
        throw Error(ErrorCode::failed, std::string("This picture cannot be written as PNG: ") + writing.failures.reason + ".");
    }
    return std::move(writing.out);
}

}  // namespace fieldseal::picture
