#include "model/history/words.h"

#include <algorithm>
#include <cstdint>

namespace fieldseal::history {

namespace {

enum class Sort { space, word, joint, sign };

struct Character {
    char32_t code = 0;
    std::size_t size = 1;
};

/// The character at `offset`; a byte that starts no whole UTF-8 sequence is a character of its own, U+FFFD.
Character character_at(std::string_view text, std::size_t offset) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[offset + i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t size = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc0 || first >= 0xf8 || offset + size > text.size()) {
        return {0xfffd, 1};
    }
    char32_t code = first & (0x7fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return {0xfffd, 1};
        }
        code = (code << 6) | (byte(i) & 0x3fu);
    }
    return {code, size};
}

bool is_letter_or_digit(char32_t code) {
    return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code == '_';
}

/// Letters of all scripts and their marks count as parts of words, without tables: what is neither ASCII, a space nor
/// in a block of signs.
Sort sort_of(char32_t code) {
    if (code < 0x80) {
        if (code == ' ' || (code >= '\t' && code <= '\r')) {
            return Sort::space;
        }
        if (is_letter_or_digit(code)) {
            return Sort::word;
        }
        return code == '\'' || code == '-' ? Sort::joint : Sort::sign;
    }
    if (code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
        code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000) {
        return Sort::space;
    }
    if (code == 0x2bc || code == 0x2019 || code == 0x2010 || code == 0x2011) {
        return Sort::joint;
    }
    const bool latin_sign = code < 0xc0 && code != 0xaa && code != 0xb5 && code != 0xba;
    const bool sign = latin_sign || code == 0xd7 || code == 0xf7 || (code >= 0x2010 && code <= 0x2bff) ||
                      (code >= 0x3001 && code <= 0x3020) || code == 0xfffd || code >= 0x1f000;
    return sign ? Sort::sign : Sort::word;
}

Sort sort_at(std::string_view text, std::size_t offset) {
    return offset < text.size() ? sort_of(character_at(text, offset).code) : Sort::space;
}

/// Past the word that starts at `offset`.
std::size_t word_end(std::string_view text, std::size_t offset) {
    for (;;) {
        const Character character = character_at(text, offset);
        const Sort sort = sort_of(character.code);
        // A joint holds a word together only where the word goes on behind it.
        if (sort != Sort::word && !(sort == Sort::joint && sort_at(text, offset + character.size) == Sort::word)) {
            return offset;
        }
        offset += character.size;
        if (offset == text.size()) {
            return offset;
        }
    }
}

std::size_t space_end(std::string_view text, std::size_t offset) {
    while (offset < text.size() && sort_at(text, offset) == Sort::space) {
        offset += character_at(text, offset).size;
    }
    return offset;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> pieces;
    for (std::size_t start = 0; start < text.size();) {
        const Character character = character_at(text, start);
        const Sort sort = sort_of(character.code);
        const std::size_t end = sort == Sort::word    ? word_end(text, start)
                                : sort == Sort::space ? space_end(text, start)
                                                      : start + character.size;
        pieces.push_back(text.substr(start, end - start));
        start = end;
    }
    return pieces;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> pieces;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
        pieces.push_back(text.substr(start, end - start));
        start = end;
    }
    return pieces;
}

bool is_space(std::string_view piece) {
    return !piece.empty() && sort_of(character_at(piece, 0).code) == Sort::space;
}

}  // namespace fieldseal::history
