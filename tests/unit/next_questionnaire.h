// The newest questionnaire of the program as a coordinator would change it: under another version, with another text.
#pragma once

#include <string>

#include "model/questionnaire/built_in.h"

namespace fieldseal::samples {

/// The file, with this version; `weight` is that of its first question (3 in the program's own).
inline Bytes next_questionnaire(const std::string& version, const std::string& weight = "3") {
    const questionnaire::Template& newest = *questionnaire::built_in_templates().front();
    std::string text(text_of(newest.file));
    const auto replace = [&text](const std::string& what, const std::string& with) {
        text.replace(text.find(what), what.size(), with);
    };
    replace("\"version\": \"" + newest.version + "\"", "\"version\": \"" + version + "\"");
    const std::size_t sections = text.find("\"sections\"");
    const std::string key = "\"weight\": ";
    const std::size_t at = text.find(key, sections) + key.size();
    text.replace(at, 1, weight);
    return {text.begin(), text.end()};
}

}  // namespace fieldseal::samples
