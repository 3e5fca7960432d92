// What the search over all texts found.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/portfolio/text_index.h"
#include "model/questionnaire/template.h"

namespace fieldseal::session {

/// How far the search has read: records, of all that it can find something in.
struct TextReading {
    std::uint64_t read = 0;
    std::uint64_t of = 0;
    bool done() const { return read == of; }
};

/// Where words of a search stand.
struct FoundText {
    RecordId record;
    record::Kind kind = record::Kind::site;
    /// Zero where it belongs to none.
    RecordId site;
    RecordId assessment;
    RecordId need;
    /// Site's name, or partner of an offer.
    std::string title;
    std::string visited_on;
    /// Id of the question it is about, and the template that has its words; or none.
    std::string question;
    std::shared_ptr<const questionnaire::Template> questions;
    /// Of the field.
    std::string path;
    portfolio::Snippet snippet;
};
struct FoundGroup {
    record::Kind kind = record::Kind::site;
    /// Places in all; `found` holds the first.
    std::uint64_t total = 0;
    std::vector<FoundText> found;
};
struct TextResults {
    std::string query;
    std::vector<FoundGroup> groups;
    /// What is not read yet is not found yet.
    TextReading reading;
};

}  // namespace fieldseal::session
