#include "model/codec/text.h"

#include <cstring>

#include "model/codec/reader.h"

namespace fieldseal::codec {

namespace {

/// What may follow a lead byte of three or four: how many bytes, and the range of the first of them (RFC 3629, section
/// 4: this is where overlong forms, surrogates and what lies above U+10FFFF drop out).
struct Sequence {
    std::size_t follow;
    std::uint8_t low;
    std::uint8_t high;
};

Sequence sequence_of(std::uint8_t lead) {
    if (lead >= 0xe0 && lead <= 0xef) {
        return {2, static_cast<std::uint8_t>(lead == 0xe0 ? 0xa0 : 0x80),
                static_cast<std::uint8_t>(lead == 0xed ? 0x9f : 0xbf)};
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        return {3, static_cast<std::uint8_t>(lead == 0xf0 ? 0x90 : 0x80),
                static_cast<std::uint8_t>(lead == 0xf4 ? 0x8f : 0xbf)};
    }
    return {0, 0, 0};
}

}  // namespace

bool is_text(ByteView bytes) {
    std::size_t i = 0;
    while (i < bytes.size()) {
        // Eight at a time while all are ASCII and none is NUL, which is what borrows into its highest bit.
        constexpr std::uint64_t lows = 0x0101010101010101;
        constexpr std::uint64_t highs = 0x8080808080808080;
        std::uint64_t word = 0;
        while (bytes.size() - i >= sizeof word) {
            std::memcpy(&word, bytes.data() + i, sizeof word);
            if (((word | (word - lows)) & highs) != 0) {
                break;
            }
            i += sizeof word;
        }
        if (i == bytes.size()) {
            break;
        }
        const std::uint8_t lead = bytes[i++];
        if (lead >= 0x01 && lead <= 0x7f) {
            continue;
        }
        // Most letters of Ukrainian.
        if (lead >= 0xc2 && lead <= 0xdf) {
            if (i == bytes.size() || (bytes[i] & 0xc0) != 0x80) {
                return false;
            }
            ++i;
            continue;
        }
        const Sequence sequence = sequence_of(lead);
        if (sequence.follow == 0 || sequence.follow > bytes.size() - i || bytes[i] < sequence.low ||
            bytes[i] > sequence.high) {
            return false;
        }
        for (std::size_t next = 1; next < sequence.follow; ++next) {
            if ((bytes[i + next] & 0xc0) != 0x80) {
                return false;
            }
        }
        i += sequence.follow;
    }
    return true;
}

std::string_view whole_characters(std::string_view text, std::size_t most) {
    std::size_t end = most;
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
        --end;
    }
    return text.substr(0, end);
}

}  // namespace fieldseal::codec
