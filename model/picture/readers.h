// One reader a format; decode() chooses. Errors as decode().
#pragma once

#include "model/error/error.h"
#include "model/picture/picture.h"

namespace fieldseal::picture {

Pixels decode_jpeg(ByteView file, std::uint32_t longest_side, std::uint64_t most_pixels);
Pixels decode_png(ByteView file, std::uint64_t most_pixels);

/// Error(too_large) with a way out, or nothing.
void require_size(std::uint64_t width, std::uint64_t height, std::uint64_t most_pixels);
[[noreturn]] void refuse_damaged(const char* reason);

}  // namespace fieldseal::picture
