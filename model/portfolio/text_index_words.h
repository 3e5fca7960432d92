// Words of a text, as the index and its snippets compare them. Seen by the index's own files only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fieldseal::portfolio {

/// How many of the words, folded, begin one that stands in the text.
int words_held(std::string_view text, const std::vector<std::string>& words);
/// Of a character of several bytes, any but the first.
bool continues_character(char byte);

}  // namespace fieldseal::portfolio
