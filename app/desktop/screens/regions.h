// Regions of Ukraine by ISO 3166-2 code, in both languages.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/desktop/text/translate.h"

namespace fieldseal::desktop {

/// (code, name) in the order of the language's alphabet as published.
std::vector<std::pair<std::string, std::string>> region_options(Language language);
std::string region_name(const std::string& code, Language language);

}  // namespace fieldseal::desktop
