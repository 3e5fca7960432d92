#include "model/crypto/base64.h"

#include <sodium.h>

namespace fieldseal::crypto {

namespace {

std::string encode(ByteView bytes, int variant) {
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back();  // the terminator
    return text;
}

std::optional<Bytes> decode(std::string_view text, std::size_t limit, int variant) {
    if (text.size() > (limit + 2) / 3 * 4) {
        return std::nullopt;
    }
    Bytes bytes(limit);
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, &end, variant) != 0 ||
        end != text.data() + text.size()) {
        return std::nullopt;
    }
    bytes.resize(size);
    return bytes;
}

}  // namespace

std::string to_base64(ByteView bytes) {
    return encode(bytes, sodium_base64_VARIANT_ORIGINAL);
}

std::string to_base64url(ByteView bytes) {
    return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<Bytes> from_base64(std::string_view text, std::size_t limit) {
    return decode(text, limit, sodium_base64_VARIANT_ORIGINAL);
}

std::optional<Bytes> from_base64url(std::string_view text, std::size_t limit) {
    return decode(text, limit, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

}  // namespace fieldseal::crypto
