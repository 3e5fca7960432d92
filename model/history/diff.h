// What changed between two states of a record, field by field, and between two texts, word by word.
#pragma once

#include "model/codec/value.h"

namespace fieldseal::history {

struct FieldChange {
    std::string path;
    std::optional<codec::Value> before;
    std::optional<codec::Value> after;
};

/// In ascending order of paths.
std::vector<FieldChange> diff(const codec::FieldMap& before, const codec::FieldMap& after);

struct WordRun {
    enum class Kind { same, removed, added };
    Kind kind = Kind::same;
    std::string text;
};

/// Words and the spaces between them (Myers 1986, O(ND)); texts of more than 20,000 words are compared by lines.
std::vector<WordRun> diff_words(std::string_view before, std::string_view after);

}  // namespace fieldseal::history
