// libjpeg-turbo reports by longjmp: everything with a destructor lives in a struct outside of the jump.
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <jpeglib.h>
#include <jerror.h>

#include "model/crypto/secret.h"
#include "model/picture/readers.h"

namespace fieldseal::picture {

namespace {

/// A progressive file may repeat its scans for ever at almost no bytes each (as libjpeg-turbo's own fuzzers, which stop at 500).
constexpr int scan_limit = 100;
/// What libjpeg may hold besides our pixels: the coefficients of a progressive picture of 50 megapixels in three full planes are 300 MB.
constexpr long memory_limit = 400l << 20;

struct JpegFailures {
    jpeg_error_mgr manager{};
    std::jmp_buf jump{};
    char reason[JMSG_LENGTH_MAX] = {};
    bool cut_off = false;
};

[[noreturn]] void stop(j_common_ptr common) {
    auto* failures = reinterpret_cast<JpegFailures*>(common->err);
    common->err->format_message(common, failures->reason);
    std::longjmp(failures->jump, 1);
}

void note(j_common_ptr common, int level) {
    // Warnings are for oddities that cameras write; a file that ends in the middle is no picture.
    if (level < 0 && common->err->msg_code == JWRN_JPEG_EOF) {
        reinterpret_cast<JpegFailures*>(common->err)->cut_off = true;
    }
}

void watch(j_common_ptr common) {
    if (reinterpret_cast<j_decompress_ptr>(common)->input_scan_number > scan_limit) {
        auto* failures = reinterpret_cast<JpegFailures*>(common->err);
        std::strcpy(failures->reason, "it has too many scans");
        std::longjmp(failures->jump, 1);
    }
}

void quiet(JpegFailures& failures) {
    jpeg_std_error(&failures.manager);
    failures.manager.error_exit = stop;
    failures.manager.emit_message = note;
    failures.manager.output_message = [](j_common_ptr) {};
}

struct JpegReading {
    jpeg_decompress_struct jpeg{};
    JpegFailures failures;
    jpeg_progress_mgr progress{};
    Pixels pixels;
    Bytes row;
    ~JpegReading() {
        jpeg_destroy_decompress(&jpeg);
        crypto::wipe(row);
    }
};

struct JpegWriting {
    jpeg_compress_struct jpeg{};
    JpegFailures failures;
    unsigned char* out = nullptr;
    unsigned long size = 0;
    ~JpegWriting() {
        jpeg_destroy_compress(&jpeg);
        std::free(out);
    }
};

/// Inks as Adobe's programs write them: all four inverted.
void rgb_of_inks(const std::uint8_t* inks, std::uint8_t* rgb, std::uint32_t count, bool inverted) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const unsigned black = inverted ? inks[i * 4 + 3] : 255u - inks[i * 4 + 3];
        for (int c = 0; c < 3; ++c) {
            const unsigned ink = inverted ? inks[i * 4 + static_cast<unsigned>(c)] : 255u - inks[i * 4 + static_cast<unsigned>(c)];
            rgb[i * 3 + static_cast<unsigned>(c)] = static_cast<std::uint8_t>(ink * black / 255);
        }
    }
}

/// Halves the size as long as the longest side stays at or above what is wanted; the inverse transform then does less.
unsigned halvings(std::uint32_t longest, std::uint32_t wanted) {
    unsigned denominator = 1;
    while (wanted != 0 && denominator < 8 && longest / (denominator * 2) >= wanted) {
        denominator *= 2;
    }
    return denominator;
}

/// False where it jumped. No object with a destructor in here.
bool read(JpegReading& reading, ByteView file, std::uint32_t longest_side, std::uint64_t most_pixels) {
    jpeg_decompress_struct& jpeg = reading.jpeg;
    if (setjmp(reading.failures.jump) != 0) {
        return false;
    }
    jpeg_create_decompress(&jpeg);
    jpeg.mem->max_memory_to_use = memory_limit;
    reading.progress.progress_monitor = watch;
    jpeg.progress = &reading.progress;
    jpeg_mem_src(&jpeg, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_read_header(&jpeg, TRUE);
    require_size(jpeg.image_width, jpeg.image_height, most_pixels);
    const bool inks = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
    jpeg.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    jpeg.scale_num = 1;
    jpeg.scale_denom = halvings(jpeg.image_width > jpeg.image_height ? jpeg.image_width : jpeg.image_height, longest_side);
    jpeg_start_decompress(&jpeg);
    reading.pixels = Pixels(jpeg.output_width, jpeg.output_height);
    if (inks) {
        reading.row.resize(std::size_t{jpeg.output_width} * 4);
    }
    while (jpeg.output_scanline < jpeg.output_height) {
        std::uint8_t* line = reading.pixels.at(0, jpeg.output_scanline);
        std::uint8_t* target = inks ? reading.row.data() : line;
        if (jpeg_read_scanlines(&jpeg, &target, 1) != 1) {
            return false;
        }
        if (inks) {
            rgb_of_inks(reading.row.data(), line, jpeg.output_width, jpeg.saw_Adobe_marker != FALSE);
        }
    }
    jpeg_finish_decompress(&jpeg);
    return true;
}

bool write(JpegWriting& writing, const Pixels& pixels, int quality) {
    jpeg_compress_struct& jpeg = writing.jpeg;
    if (setjmp(writing.failures.jump) != 0) {
        return false;
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &writing.out, &writing.size);
    jpeg.image_width = pixels.width;
    jpeg.image_height = pixels.height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg.optimize_coding = TRUE;
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        auto* line = const_cast<std::uint8_t*>(pixels.at(0, jpeg.next_scanline));
        jpeg_write_scanlines(&jpeg, &line, 1);
    }
    jpeg_finish_compress(&jpeg);
    return true;
}

}  // namespace

Pixels decode_jpeg(ByteView file, std::uint32_t longest_side, std::uint64_t most_pixels) {
    JpegReading reading;
    reading.jpeg.err = &reading.failures.manager;
    quiet(reading.failures);
    if (!read(reading, file, longest_side, most_pixels)) {
        refuse_damaged(reading.failures.reason);
    }
    if (reading.failures.cut_off) {
        refuse_damaged("it ends before its time");
    }
    return std::move(reading.pixels);
}

Bytes encode_jpeg(const Pixels& pixels, int quality) {
    JpegWriting writing;
    writing.jpeg.err = &writing.failures.manager;
    quiet(writing.failures);
    if (!write(writing, pixels, quality)) {
        throw Error(ErrorCode::failed, std::string("This picture cannot be written as JPEG: ") + writing.failures.reason + ".");
    }
    return Bytes(writing.out, writing.out + writing.size);
}

}  // namespace fieldseal::picture
