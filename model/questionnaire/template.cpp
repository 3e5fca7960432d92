#include "model/questionnaire/template.h"

#include <algorithm>
#include <charconv>

#include "model/crypto/hash.h"

namespace fieldseal::questionnaire {

const Question* Template::find(std::string_view wanted) const {
    const auto found = by_id_.find(wanted);
    return found == by_id_.end() ? nullptr : found->second;
}

const Label* Template::sector(std::string_view wanted) const {
    const auto found = std::ranges::find(sectors, wanted, &Label::id);
    return found == sectors.end() ? nullptr : &*found;
}

const ConsistencyRule* Template::check(std::string_view wanted) const {
    const auto found = std::ranges::find(checks, wanted, &ConsistencyRule::id);
    return found == checks.end() ? nullptr : &*found;
}

void Template::index() {
    order_.clear();
    by_id_.clear();
    for (std::size_t s = 0; s < sections.size(); ++s) {
        for (Question& question : sections[s].questions) {
            question.section = static_cast<std::uint32_t>(s);
            question.order = static_cast<std::uint32_t>(order_.size());
            order_.push_back(&question);
            by_id_.emplace(question.id, &question);
        }
    }
}

int version_order(std::string_view a, std::string_view b) {
    const auto next = [](std::string_view& rest) {
        const std::string_view part = rest.substr(0, rest.find('.'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        return part;
    };
    const auto number = [](std::string_view part) -> std::optional<std::uint64_t> {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        return error == std::errc() && end == part.data() + part.size() ? std::optional(value) : std::nullopt;
    };
    while (!a.empty() || !b.empty()) {
        // A part that is missing counts as 0: "1.2" is "1.2.0".
        const std::string_view of_a = a.empty() ? "0" : next(a);
        const std::string_view of_b = b.empty() ? "0" : next(b);
        const auto number_a = number(of_a);
        const auto number_b = number(of_b);
        if (number_a && number_b) {
            if (*number_a != *number_b) {
                return *number_a < *number_b ? -1 : 1;
            }
        } else if (number_a || number_b) {
            // "rc1" comes before "0": a version that is named is not yet the release.
            return number_b ? -1 : 1;
        } else if (const int order = of_a.compare(of_b); order != 0) {
            return order < 0 ? -1 : 1;
        }
    }
    return 0;
}

Hash content_hash(const Template& questions) {
    return crypto::plain_hash(questions.file);
}

}  // namespace fieldseal::questionnaire
