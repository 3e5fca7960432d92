#include "model/picture/picture.h"

#include <string>
#include <utility>

#include "model/crypto/secret.h"
#include "model/picture/readers.h"

namespace fieldseal::picture {

Pixels::Pixels(std::uint32_t w, std::uint32_t h) : width(w), height(h), rgb(std::size_t{w} * h * 3) {}

Pixels& Pixels::operator=(Pixels&& other) noexcept {
    crypto::wipe(rgb);
    width = other.width;
    height = other.height;
    rgb = std::exchange(other.rgb, {});
    return *this;
}

Pixels::~Pixels() { crypto::wipe(rgb); }

Format format_of(ByteView file) {
    const std::string_view start = text_of(file);
    return start.starts_with("\xff\xd8\xff")             ? Format::jpeg
           : start.starts_with("\x89PNG\r\n\x1a\n") ? Format::png
                                                          : Format::none;
}

const char* media_type_of(Format format) {
    return format == Format::jpeg ? "image/jpeg" : format == Format::png ? "image/png" : "";
}

void require_size(std::uint64_t width, std::uint64_t height, std::uint64_t most_pixels) {
    if (width == 0 || height == 0) {
        refuse_damaged("it has no pixels");
    }
    if (width > side_limit || height > side_limit || width * height > most_pixels) {
        throw Error(ErrorCode::too_large, "This picture has " + std::to_string(width) + " x " + std::to_string(height) + " pixels; at most " +
                                              std::to_string(most_pixels / 1'000'000) + " megapixels are shown or cleaned here. Make it smaller and try again.");
    }
}

void refuse_damaged(const char* reason) {
    throw Error(ErrorCode::damaged, std::string("This is no whole picture: ") + (*reason == '\0' ? "it cannot be read" : reason) + ".");
}

Pixels decode(ByteView file, std::uint32_t longest_side, std::uint64_t most_pixels) {
    if (file.size() > file_limit) {
        throw Error(ErrorCode::too_large, "A picture of " + std::to_string(file.size() >> 20) + " MiB is too large to be shown or cleaned; at most " +
                                              std::to_string(file_limit >> 20) + " MiB.");
    }
    switch (format_of(file)) {
        case Format::jpeg: return decode_jpeg(file, longest_side, most_pixels);
        case Format::png: return decode_png(file, most_pixels);
        case Format::none: break;
    }
    refuse_damaged("it is neither JPEG nor PNG");
}

}  // namespace fieldseal::picture
