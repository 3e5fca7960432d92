// Texts as words, spaces and punctuation.
#pragma once

#include <string_view>
#include <vector>

namespace fieldseal::history {

/// The text in pieces that together are the text: words (letters, digits, and the apostrophes and hyphens inside of
/// words), runs of spaces, and single signs. No piece ends within a UTF-8 sequence; a byte that belongs to none is a
/// sign.
std::vector<std::string_view> words_of(std::string_view text);
/// The same in lines, each with its line end.
std::vector<std::string_view> lines_of(std::string_view text);
/// Whether a piece of words_of is a run of spaces.
bool is_space(std::string_view piece);

}  // namespace fieldseal::history
