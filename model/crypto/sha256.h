// SHA-256, where somebody else's protocol asks for it (S3). Fieldseal's own names and formats use BLAKE2b: hash.h.
#pragma once

#include <array>

#include "model/crypto/bytes.h"

namespace fieldseal::crypto {

std::array<std::uint8_t, 32> sha256(ByteView bytes);

}  // namespace fieldseal::crypto
