// Scores, ranges, gates, gaps and comparison: docs/scoring.md gives every formula with a worked example.
#pragma once

#include "model/questionnaire/applicability.h"

namespace fieldseal::questionnaire {

/// One section's, one function's or the overall figures. All in 0..1.
struct Figures {
    /// Nothing where no question is answered: shown as a dash, never as 0.
    std::optional<double> score;
    double low = 0;
    double high = 0;
    double coverage = 0;
    std::optional<double> confidence;
    /// Weights: of what is answered, unknown, open.
    double answered_weight = 0;
    double unknown_weight = 0;
    double open_weight = 0;
    int answered = 0;
    int unknown = 0;
    int open = 0;
    int not_applicable = 0;
};

struct SectionFigures {
    std::string id;
    Figures figures;
};

/// What held the overall grade down.
struct Gate {
    enum class Rule { critical_absent, three_critical_absent, critical_below_two };
    Rule rule = Rule::critical_absent;
    std::vector<std::string> questions;
};

struct Score {
    Figures overall;
    std::vector<SectionFigures> sections;
    std::vector<SectionFigures> functions;
    /// Functions without a score; the other weights were scaled up.
    std::vector<std::string> functions_left_out;
    /// Index into Template::grades; nothing without a score.
    std::optional<std::size_t> grade;
    /// What the score alone would give.
    std::optional<std::size_t> grade_before_gates;
    std::vector<Gate> gates;
    bool provisional = false;
    /// More than a quarter of the answered weight is stale.
    bool dated = false;
    std::vector<std::string> stale;
    /// Top levels that count 2/3 for want of evidence.
    std::vector<std::string> capped_for_evidence;
};

/// Level 0..3 of an answer that has one (a level, or a number by the question's thresholds).
std::optional<int> level_of(const Question& question, const record::Answer& answer);

/// `sector` is the site's; `now_ms` decides what is stale.
Score score(const Template& questions, const record::Assessment& assessment, std::string_view sector, std::int64_t now_ms);

enum class GapClass : std::uint8_t { find_out, do_now, quick_win, project, planned };

struct Gap {
    std::string question;
    double priority = 0;
    /// The same without ease, 0 to 100: what closing it is worth.
    double risk = 0;
    GapClass kind = GapClass::planned;
    bool unknown = false;
};

/// Most urgent first. `criticality` 1 to 3 of the site; 0 counts as 1.
std::vector<Gap> rank_gaps(const Template& questions, const record::Assessment& assessment, std::string_view sector, int criticality);

struct Comparison {
    /// Overall score over the comparable questions, before and after; nothing where none is answered in both.
    std::optional<double> before;
    std::optional<double> after;
    double coverage_before = 0;
    double coverage_after = 0;
    std::vector<std::string> improved;
    std::vector<std::string> worsened;
    std::vector<std::string> same;
    std::vector<std::string> not_comparable;
};

/// Two visits of one site: on questions with the same id and meaning version.
Comparison compare(const Template& questions_before, const record::Assessment& before, const Template& questions_after, const record::Assessment& after,
                   std::string_view sector);

}  // namespace fieldseal::questionnaire
