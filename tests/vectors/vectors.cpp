#include "vectors.h"

#include "model/crypto/hash.h"

namespace fieldseal::vectors {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(ByteView bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (at + i < bytes.size() ? bytes[at + i] : 0u);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += at + i <= bytes.size() ? alphabet[group >> (18 - 6 * i) & 63] : '=';
        }
    }
    return text;
}

Bytes from_base64(const std::string& text) {
    Bytes bytes;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char letter : text) {
        const std::size_t value = alphabet.find(letter);
        if (value == std::string_view::npos) {
            break;
        }
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> held & 0xff));
        }
    }
    return bytes;
}

std::uint64_t seed_of(const std::string& name) {
    const Hash hash = crypto::hash("fieldseal/vectors", view_of(name));
    std::uint64_t seed = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        seed = seed << 8 | hash.bytes[i];
    }
    return seed;
}

std::map<std::string, std::string> all_vectors() {
    return {{"bundle.json", bundle_vectors()},         {"parts.json", parts_vectors()},
            {"roster.json", roster_vectors()},         {"enrolment.json", enrolment_vectors()},
            {"invitation.json", invitation_vectors()}, {"kit.json", kit_vectors()},
            {"access.json", access_vectors()},         {"log.json", log_vectors()},
            {"receipt.json", receipt_vectors()},     {"original.json", original_vectors()}};
}

}  // namespace fieldseal::vectors
