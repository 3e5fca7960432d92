#include "model/questionnaire/template.h"

#include <algorithm>

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

Hash content_hash(const Template& questions) {
    return crypto::plain_hash(questions.file);
}

}  // namespace fieldseal::questionnaire
