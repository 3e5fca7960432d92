// What a template's file is refused for, as a list.
#include <algorithm>

#include "model/error/error.h"
#include "model/questionnaire/template.h"

namespace fieldseal::questionnaire {

std::vector<TemplateProblem> check_template(ByteView json) {
    constexpr std::string_view name = "questionnaire";
    std::vector<TemplateProblem> problems;
    try {
        load_template(json, name);
    } catch (const Error& error) {
        // A line for each: "questionnaire: PLACE: REASON", or without a place where it is about the whole file.
        std::string_view rest = error.what();
        while (!rest.empty()) {
            std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            line.remove_prefix(line.starts_with(name) ? name.size() + 2 : 0);
            const std::size_t end =
                line.starts_with('/') || line.starts_with("line ") ? line.find(": ") : std::string_view::npos;
            const bool placed = end != std::string_view::npos;
            problems.push_back(
                {std::string(placed ? line.substr(0, end) : ""), std::string(placed ? line.substr(end + 2) : line)});
        }
    }
    return problems;
}

}  // namespace fieldseal::questionnaire
