#include "app/desktop/screens/regions.h"

#include "model/interchange/regions.h"

namespace fieldseal::desktop {

std::vector<std::pair<std::string, std::string>> region_options(Language language) {
    std::vector<std::pair<std::string, std::string>> options;
    for (const interchange::Region& region : interchange::regions()) {
        options.emplace_back(region.code, language == Language::ukrainian ? region.uk : region.en);
    }
    return options;
}

std::string region_name(const std::string& code, Language language) {
    for (const interchange::Region& region : interchange::regions()) {
        if (code == region.code) {
            return language == Language::ukrainian ? region.uk : region.en;
        }
    }
    return code;
}

}  // namespace fieldseal::desktop
