// A questionnaire template: data, not code. docs/formats/template.md describes the file; load_template() checks it.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/crypto/bytes.h"
#include "model/record/answer.h"

namespace fieldseal::questionnaire {

enum class Language : std::uint8_t { english, ukrainian };

struct LocalText {
    std::string en;
    std::string uk;
    const std::string& in(Language language) const { return language == Language::ukrainian ? uk : en; }
    bool empty() const { return en.empty() && uk.empty(); }
};

/// When something applies: any of `any` and all of `all` and none of `none`; each is a profile question answered "yes".
/// Empty lists do not restrict. `answered_at_least` additionally asks for a level of an earlier question.
struct Condition {
    std::vector<std::string> any;
    std::vector<std::string> all;
    std::vector<std::string> none;
    /// Question id to least level.
    std::vector<std::pair<std::string, int>> answered_at_least;
    bool always() const { return any.empty() && all.empty() && none.empty() && answered_at_least.empty(); }
};

/// One thing of the site that conditions look at; answered yes or no.
struct ProfileQuestion {
    std::string id;
    LocalText text;
};

/// A number noted beside the answer.
struct Measure {
    std::string id;
    std::string unit;
    LocalText label;
};

/// What would close the gap.
struct Remedy {
    std::string category;
    std::vector<std::string> also;
    LocalText text;
};

/// For questions answered with a number: at least thresholds[i] is level i + 1 (or at most, where `lower_is_better`).
struct NumberScale {
    std::string unit;
    LocalText label;
    std::array<double, 3> thresholds{};
    bool lower_is_better = false;
    int level_of(double value) const;
};

struct Question {
    std::string id;
    /// Raised when the question's meaning changes; visits are compared only where it is the same.
    int meaning_version = 1;
    /// NIST CSF 2.0 function: GV, ID, PR, DE, RS, RC.
    std::string function;
    LocalText text;
    LocalText guidance;
    /// What each level 0..3 looks like on site.
    std::array<LocalText, 4> levels;
    std::vector<LocalText> evidence;
    std::optional<NumberScale> number;
    int weight = 1;
    bool critical = false;
    int cost = 1;
    int effort = 1;
    record::Basis min_evidence_for_full = record::Basis::documented;
    int validity_days = 365;
    Condition applies_if;
    std::map<std::string, std::vector<std::string>> mappings;
    Remedy remedy;
    std::vector<Measure> measures;
    std::vector<std::string> incidents;
    std::vector<std::string> ua_refs;
    /// Place in Template::sections and within the section.
    std::uint32_t section = 0;
    std::uint32_t order = 0;

    bool is_numeric() const { return number.has_value(); }
};

/// A section of the baseline, or an add-on for some sectors.
struct Section {
    std::string id;
    LocalText title;
    bool add_on = false;
    /// Add-on: the sectors it is for; empty for all.
    std::vector<std::string> sectors;
    Condition applies_if;
    std::vector<Question> questions;
};

struct Label {
    std::string id;
    LocalText text;
};

struct Framework {
    std::string id;
    std::string name;
    std::string version;
    std::string licence;
};

struct Incident {
    std::string id;
    std::string date;
    std::string title;
    LocalText lesson;
};

/// From `from` on (0..1) a score has this grade; ascending.
struct Grade {
    std::string id;
    LocalText name;
    double from = 0;
};

/// A question's level, from below or from above.
struct LevelBound {
    std::string question;
    bool is_least = true;
    int level = 0;
    bool holds(int answered) const { return is_least ? answered >= level : answered <= level; }
};

/// Answers that do not go together: where all of `when` hold, all of `expects` should.
struct ConsistencyRule {
    std::string id;
    std::vector<LevelBound> when;
    std::vector<LevelBound> expects;
    /// What does not go together, for the assessor.
    LocalText text;
};

struct Template {
    std::string id;
    std::string version;
    LocalText title;
    LocalText description;
    std::vector<Framework> frameworks;
    std::vector<Label> sectors;
    std::vector<Label> need_categories;
    std::vector<ProfileQuestion> profile_questions;
    std::vector<Incident> incidents;
    std::vector<Section> sections;
    /// Function to weight, for the overall score; in the order they are shown.
    std::vector<std::pair<std::string, double>> function_weights;
    std::map<std::string, LocalText> function_names;
    std::vector<Grade> grades;
    std::vector<ConsistencyRule> checks;
    /// The file's bytes as they were loaded: what travels in bundles and what content_hash names.
    Bytes file;

    const Question* find(std::string_view id) const;
    /// All, in the template's order: sections, then add-ons.
    const std::vector<const Question*>& questions_in_order() const { return order_; }
    const Label* sector(std::string_view id) const;
    /// A rule of `checks`, or null.
    const ConsistencyRule* check(std::string_view id) const;

    Template() = default;
    Template(Template&&) = default;
    Template& operator=(Template&&) = default;
    Template(const Template&) = delete;
    Template& operator=(const Template&) = delete;
    /// Builds the indexes; called by the loader once the sections are complete.
    void index();

  private:
    std::vector<const Question*> order_;
    std::unordered_map<std::string_view, const Question*> by_id_;
};

constexpr std::size_t template_size_limit = 4u << 20;

/// Reads and checks a template. Throws Error(failed) naming `file_name`, JSON pointer (line and column for syntax
/// errors) and reason, up to 20 problems at once.
Template load_template(ByteView json, std::string_view file_name);
struct TemplateProblem {
    /// JSON pointer, with the question's id where there is one; line and column for syntax errors; empty for the whole
    /// file.
    std::string place;
    std::string reason;
};

/// What load_template would complain about; empty for a good one.
std::vector<TemplateProblem> check_template(ByteView json);

/// Of two versions, as "1.10.0" and "1.9": below 0 where `a` is the older one, 0 where neither is. Parts between dots are
/// compared as numbers where both are numbers, otherwise as texts.
int version_order(std::string_view a, std::string_view b);
/// crypto::plain_hash of the file's bytes.
Hash content_hash(const Template& questions);

}  // namespace fieldseal::questionnaire
