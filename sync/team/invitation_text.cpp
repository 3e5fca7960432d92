#include "sync/team/invitation_text.h"

#include <algorithm>

#include "model/error/error.h"
#include "sync/team/sealed_file.h"

namespace fieldseal::team {

namespace {

constexpr std::string_view mark = "FSINVITE:";
/// Base32 of RFC 4648, without padding. Base45 would be a few bytes shorter, but has blanks, which chats swallow.
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr int letter_bits = 5;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char as_capital(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[noreturn]] void incomplete() {
    throw Error(ErrorCode::damaged,
                "This is not the whole text of an invitation. Scan or copy it again, from FSINVITE: to its end.");
}

}  // namespace

bool is_invitation_text(std::string_view text) {
    text.remove_prefix(
        std::min(text.size(), static_cast<std::size_t>(std::ranges::find_if_not(text, is_blank) - text.begin())));
    return text.size() >= mark.size() && std::ranges::equal(text.substr(0, mark.size()), mark, {}, as_capital);
}

std::string invitation_text(ByteView file) {
    std::string text(mark);
    std::uint32_t waiting = 0;
    int bits = 0;
    for (const std::uint8_t byte : file) {
        waiting = (waiting << 8) | byte;
        bits += 8;
        while (bits >= letter_bits) {
            bits -= letter_bits;
            text += letters[(waiting >> bits) & 31];
        }
        waiting &= (1u << bits) - 1;
    }
    if (bits > 0) {
        text += letters[(waiting << (letter_bits - bits)) & 31];
    }
    return text;
}

Bytes invitation_from_text(std::string_view text) {
    if (!is_invitation_text(text)) {
        incomplete();
    }
    text.remove_prefix(text.find(':') + 1);
    Bytes file;
    std::uint32_t waiting = 0;
    int bits = 0;
    for (const char c : text) {
        if (is_blank(c)) {
            continue;
        }
        const std::size_t value = letters.find(as_capital(c));
        if (value == std::string_view::npos || file.size() > sealed_file_limit) {
            incomplete();
        }
        waiting = (waiting << letter_bits) | static_cast<std::uint32_t>(value);
        bits += letter_bits;
        if (bits >= 8) {
            bits -= 8;
            file.push_back(static_cast<std::uint8_t>(waiting >> bits));
        }
        waiting &= (1u << bits) - 1;
    }
    // A text that was cut would only look like a wrong code once it is opened: its size tells before.
    if (bits >= letter_bits || waiting != 0 || !is_sealed_file_size(file.size())) {
        incomplete();
    }
    return file;
}

Bytes invitation_in(Bytes content) {
    const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
    return is_invitation_text(text) ? invitation_from_text(text) : std::move(content);
}

}  // namespace fieldseal::team
