#include "model/crypto/sha256.h"

#include <sodium.h>

namespace fieldseal::crypto {

std::array<std::uint8_t, 32> sha256(ByteView bytes) {
    std::array<std::uint8_t, 32> result;
    crypto_hash_sha256(result.data(), bytes.data(), bytes.size());
    return result;
}

}  // namespace fieldseal::crypto
