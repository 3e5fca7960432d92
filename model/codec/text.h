// Texts as bytes of UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace fieldseal::codec {

/// The beginning of a text, at most so many bytes of it, never cut within a character.
std::string_view whole_characters(std::string_view text, std::size_t most);

}  // namespace fieldseal::codec
