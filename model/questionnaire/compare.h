// What changed from one version of a questionnaire to another, for people: with both texts, in both languages.
#pragma once

#include "model/questionnaire/template.h"

namespace fieldseal::questionnaire {

/// What of a question, section or check differs. The order is the one in which it is read.
enum class Part : std::uint8_t {
    section,  // moved
    meaning,  // the meaning version: visits are not compared on this question
    text,
    guidance,
    level,  // `level` says which
    number,
    evidence,
    weight,
    critical,
    cost,
    effort,
    least_evidence,
    validity,
    condition,
    function,
    mappings,
    remedy,
    measures,
    incidents,
    references,
    sectors,
    when,
    expects,
    order,  // of the questions that a section keeps, or of the sections that stay: ids, one after the other
    version,
    licence,
    lesson,
};

/// "section", "meaning" and so on: the names in JSON.
std::string_view name_of(Part part);

struct PartChange {
    Part part = Part::text;
    /// Of Part::level: 0 to 3.
    int level = 0;
    /// In words, or numbers that are the same in both languages; empty where there is nothing.
    LocalText before;
    LocalText after;
};

enum class ChangeKind : std::uint8_t { added, removed, changed };

struct ItemChange {
    std::string id;
    ChangeKind kind = ChangeKind::changed;
    /// What it says now, or said at last.
    LocalText text;
    /// Where it stands: a question's section.
    LocalText where;
    /// Of what was changed.
    std::vector<PartChange> parts;
};

/// Items as the newer one has them, then those that it has no more.
struct TemplateChanges {
    std::vector<ItemChange> questions;
    std::vector<ItemChange> sections;
    std::vector<ItemChange> checks;
    std::vector<ItemChange> profile_questions;
    /// Functions' weights and names, grades' names and where they begin.
    std::vector<ItemChange> scoring;
    std::vector<ItemChange> sectors;
    std::vector<ItemChange> need_categories;
    std::vector<ItemChange> frameworks;
    std::vector<ItemChange> incidents;
    /// Of the whole: "title", "description", and "sections" where their order changed.
    std::vector<ItemChange> about;

    bool empty() const;
};

TemplateChanges compare_templates(const Template& before, const Template& after);

/// In words, as comparisons show it: "any of: …"; empty where it always applies.
LocalText condition_text(const Template& questions, const Condition& condition);
/// "≥ 2 / 8 / 72": from where on the levels 1 to 3 are.
std::string thresholds_text(const NumberScale& scale);

}  // namespace fieldseal::questionnaire
