// Where words stand in a text, and a piece of it around those that were looked for.
#include "model/portfolio/text_index_words.h"

#include <utf8proc.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "model/portfolio/search.h"
#include "model/portfolio/text_index.h"

namespace fieldseal::portfolio {

namespace {

/// Characters of a snippet, and of those the ones before the first word that was found.
constexpr std::size_t snippet_length = 130;
constexpr std::size_t snippet_before = 40;

enum class Sign { word, apostrophe, parting };

/// What the character at `at` is, and how many bytes it takes.
std::pair<Sign, std::size_t> sign_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) {
        const bool letter =
            (lead >= 'a' && lead <= 'z') || (lead >= 'A' && lead <= 'Z') || (lead >= '0' && lead <= '9');
        return {letter ? Sign::word : lead == '\'' || lead == '`' ? Sign::apostrophe : Sign::parting, 1};
    }
    const auto tail = static_cast<unsigned char>(at + 1 < text.size() ? text[at + 1] : '\0');
    if ((lead == 0xd0 && tail >= 0x80 && tail < 0xc0) || (lead == 0xd1 && tail >= 0x80 && tail < 0xa0)) {
        return {Sign::word, 2};
    }
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t taken = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                                    static_cast<utf8proc_ssize_t>(text.size() - at), &character);
    if (taken <= 0) {
        // What is no UTF-8 is searched as it stands.
        return {Sign::word, 1};
    }
    const auto size = static_cast<std::size_t>(taken);
    switch (character) {
        case 0x2019:
        case 0x2018:
        case 0x02bc:
        case 0x00b4:
        case 0xff07:
            return {Sign::apostrophe, size};
        default:
            break;
    }
    switch (utf8proc_category(character)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
        // Soft hyphens and the like: folding takes them out.
        case UTF8PROC_CATEGORY_CF:
            return {Sign::word, size};
        default:
            return {Sign::parting, size};
    }
}

bool begins_with_any(const std::string& word, const std::vector<std::string>& beginnings,
                     std::uint32_t* which = nullptr) {
    bool any = false;
    for (std::size_t i = 0; i < beginnings.size(); ++i) {
        if (word.starts_with(beginnings[i])) {
            any = true;
            if (which != nullptr) {
                *which |= std::uint32_t{1} << i;
            }
        }
    }
    return any;
}

}  // namespace

int words_held(std::string_view text, const std::vector<std::string>& words) {
    std::uint32_t held = 0;
    for (const TextMark& word : words_in(text)) {
        begins_with_any(fold(text.substr(word.start, word.size)), words, &held);
    }
    return std::popcount(held);
}

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

std::vector<TextMark> words_in(std::string_view text) {
    std::vector<TextMark> words;
    std::size_t start = 0;
    std::size_t end = 0;  // of the word that began at `start`; equal where none did
    for (std::size_t at = 0; at < text.size();) {
        const auto [sign, size] = sign_at(text, at);
        if (sign == Sign::word) {
            if (end == start) {
                start = at;
            }
            end = at + size;
        } else {
            const bool inside = sign == Sign::apostrophe && end == at && end != start && at + size < text.size() &&
                                sign_at(text, at + size).first == Sign::word;
            if (inside) {
                end = at + size;
            } else {
                if (end != start) {
                    words.push_back({start, end - start});
                }
                start = end = at + size;
            }
        }
        at += size;
    }
    if (end != start) {
        words.push_back({start, end - start});
    }
    return words;
}

Snippet snippet_of(std::string_view text, const std::vector<std::string>& folded_words) {
    std::vector<TextMark> found;
    for (const TextMark& word : words_in(text)) {
        if (begins_with_any(fold(text.substr(word.start, word.size)), folded_words)) {
            found.push_back(word);
        }
    }
    // From a little before the first word found, at the beginning of a word.
    std::size_t start = found.empty() ? 0 : found.front().start;
    for (std::size_t steps = 0; start > 0 && steps < snippet_before; ++steps) {
        do {
            --start;
        } while (start > 0 && continues_character(text[start]));
    }
    if (start > 0) {
        const std::size_t space = text.find_first_of(" \n\t", start);
        if (space != std::string_view::npos && space < found.front().start) {
            start = space + 1;
        }
    }
    std::size_t end = start;
    for (std::size_t steps = 0; end < text.size() && steps < snippet_length; ++steps) {
        do {
            ++end;
        } while (end < text.size() && continues_character(text[end]));
    }
    Snippet snippet;
    const std::string_view cut = "…";
    if (start > 0) {
        snippet.text = cut;
    }
    const std::size_t shift = snippet.text.size();
    snippet.text += text.substr(start, end - start);
    std::ranges::replace_if(
        snippet.text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    if (end < text.size()) {
        snippet.text += cut;
    }
    for (const TextMark& mark : found) {
        if (mark.start >= start && mark.start < end) {
            snippet.marks.push_back({mark.start - start + shift, std::min(mark.size, end - mark.start)});
        }
    }
    return snippet;
}

}  // namespace fieldseal::portfolio
