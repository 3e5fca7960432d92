#include "model/questionnaire/scoring.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace fieldseal::questionnaire {

namespace {

constexpr std::int64_t day_ms = 24ll * 3600 * 1000;
constexpr double provisional_coverage = 0.9;
constexpr double provisional_unknown = 0.15;
constexpr double dated_share = 0.25;
constexpr double critical_factor = 1.5;
constexpr double unknown_factor = 0.75;

/// Trust in how an answer is known.
double basis_weight(record::Basis basis) {
    switch (basis) {
        case record::Basis::tested: return 1.0;
        case record::Basis::observed: return 0.9;
        case record::Basis::documented: return 0.7;
        case record::Basis::stated:
        case record::Basis::none: return 0.4;
    }
    return 0.4;
}

enum class State { answered, unknown, open, not_applicable };

struct Standing {
    State state = State::open;
    int level = 0;
    double score = 0;
    bool capped = false;
};

Standing standing_of(const Question& question, const record::Answer* answer) {
    if (answer == nullptr) {
        return {};
    }
    switch (answer->value.state) {
        case record::AnswerValue::State::not_applicable: return {State::not_applicable};
        case record::AnswerValue::State::unknown: return {State::unknown};
        case record::AnswerValue::State::open: return {};
        case record::AnswerValue::State::level:
        case record::AnswerValue::State::number: break;
    }
    const std::optional<int> level = level_of(question, *answer);
    if (!level) {
        return {};
    }
    Standing result{State::answered, *level, *level / 3.0, false};
    if (*level == 3 && answer->basis < question.min_evidence_for_full) {
        result.score = 2.0 / 3.0;
        result.capped = true;
    }
    return result;
}

/// Sums of a section, a function or the whole.
struct Sums {
    double answered = 0;
    double weighted = 0;
    double trusted = 0;
    Figures figures;

    void take(const Question& question, const Standing& standing, const record::Answer* answer) {
        const double weight = question.weight;
        switch (standing.state) {
            case State::not_applicable: ++figures.not_applicable; break;
            case State::unknown:
                ++figures.unknown;
                figures.unknown_weight += weight;
                break;
            case State::open:
                ++figures.open;
                figures.open_weight += weight;
                break;
            case State::answered:
                ++figures.answered;
                answered += weight;
                weighted += weight * standing.score;
                trusted += weight * (answer->unsure ? 0.5 : 1.0) * basis_weight(answer->basis);
                break;
        }
    }

    Figures finish() {
        const double missing = figures.unknown_weight + figures.open_weight;
        const double all = answered + missing;
        figures.answered_weight = answered;
        if (answered > 0) {
            figures.score = weighted / answered;
            figures.confidence = trusted / answered;
        }
        if (all > 0) {
            figures.low = weighted / all;
            figures.high = (weighted + missing) / all;
            figures.coverage = answered / all;
        }
        return figures;
    }
};

const record::Answer* answer_to(const record::Assessment& assessment, const Question& question) {
    const auto found = assessment.answers.find(question.id);
    return found == assessment.answers.end() ? nullptr : &found->second;
}

/// The overall figures: weighted means over functions that have them, the other weights scaled up.
Figures overall_of(const Template& questions, Score& score, Figures counted) {
    double weights = 0;
    double mean = 0;
    double confidence = 0;
    double asked_weights = 0;
    double low = 0;
    double high = 0;
    double coverage = 0;
    for (const auto& [function, weight] : questions.function_weights) {
        const auto found = std::ranges::find(score.functions, function, &SectionFigures::id);
        const Figures* figures = found == score.functions.end() ? nullptr : &found->figures;
        const bool asked = figures != nullptr && figures->answered_weight + figures->unknown_weight + figures->open_weight > 0;
        if (asked) {
            asked_weights += weight;
            low += weight * figures->low;
            high += weight * figures->high;
            coverage += weight * figures->coverage;
        }
        if (figures != nullptr && figures->score) {
            weights += weight;
            mean += weight * *figures->score;
            confidence += weight * *figures->confidence;
        } else {
            score.functions_left_out.push_back(function);
        }
    }
    counted.score.reset();
    counted.confidence.reset();
    if (weights > 0) {
        counted.score = mean / weights;
        counted.confidence = confidence / weights;
    }
    if (asked_weights > 0) {
        counted.low = low / asked_weights;
        counted.high = high / asked_weights;
        counted.coverage = coverage / asked_weights;
    }
    return counted;
}

std::size_t grade_for(const Template& questions, double score) {
    std::size_t grade = 0;
    for (std::size_t i = 0; i < questions.grades.size(); ++i) {
        // A score that should lie on a threshold must not fall below it by rounding.
        if (score >= questions.grades[i].from - 1e-9) {
            grade = i;
        }
    }
    return grade;
}

struct Criticals {
    std::vector<std::string> absent;
    std::vector<std::string> below_two;
};

void apply_gates(const Template& questions, const Criticals& criticals, Score& score) {
    if (!score.grade) {
        return;
    }
    // Counted from the top, so that a template may have fewer grades: the last is "resilient", then "managed", "basic", "weak".
    const std::size_t top = questions.grades.size() - 1;
    const auto cap = [&](std::size_t below_top, Gate::Rule rule, const std::vector<std::string>& because) {
        const std::size_t most = top >= below_top ? top - below_top : 0;
        if (*score.grade > most) {
            score.grade = most;
            score.gates.push_back({rule, because});
        }
    };
    if (criticals.absent.size() >= 3) {
        cap(3, Gate::Rule::three_critical_absent, criticals.absent);
    } else if (!criticals.absent.empty()) {
        cap(2, Gate::Rule::critical_absent, criticals.absent);
    }
    if (!criticals.below_two.empty()) {
        cap(1, Gate::Rule::critical_below_two, criticals.below_two);
    }
}

}  // namespace

int NumberScale::level_of(double value) const {
    int level = 0;
    for (const double threshold : thresholds) {
        level += lower_is_better ? value <= threshold : value >= threshold;
    }
    return level;
}

std::optional<int> level_of(const Question& question, const record::Answer& answer) {
    if (answer.value.state == record::AnswerValue::State::level) {
        return answer.value.level;
    }
    if (answer.value.state == record::AnswerValue::State::number && question.number) {
        double value = 0;
        const std::string& text = answer.value.number;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size()) {
            return question.number->level_of(value);
        }
    }
    return std::nullopt;
}

Score score(const Template& questions, const record::Assessment& assessment, std::string_view sector, std::int64_t now_ms) {
    Score result;
    const Applicability shown = applicability(questions, assessment, sector);
    std::map<std::string_view, Sums> functions;
    Sums all;
    Criticals criticals;
    double stale_weight = 0;
    for (const Section& section : questions.sections) {
        Sums sums;
        bool any = false;
        for (const Question& question : section.questions) {
            if (shown.at(question.order) != Applies::yes) {
                continue;
            }
            any = true;
            const record::Answer* answer = answer_to(assessment, question);
            const Standing standing = standing_of(question, answer);
            for (Sums* each : {&sums, &functions[question.function], &all}) {
                each->take(question, standing, answer);
            }
            if (standing.capped) {
                result.capped_for_evidence.push_back(question.id);
            }
            if (standing.state == State::answered && answer->answered_ms > 0 && now_ms - answer->answered_ms > question.validity_days * day_ms) {
                result.stale.push_back(question.id);
                stale_weight += question.weight;
            }
            if (question.critical && standing.state == State::answered && standing.level == 0) {
                criticals.absent.push_back(question.id);
            }
            // "Resilient" needs every critical question at 2 or more: one that is not answered does not show it.
            const bool shows_two = standing.state == State::not_applicable || (standing.state == State::answered && standing.level >= 2);
            if (question.critical && !shows_two) {
                criticals.below_two.push_back(question.id);
            }
        }
        if (any) {
            result.sections.push_back({section.id, sums.finish()});
        }
    }
    for (const auto& [function, weight] : questions.function_weights) {
        const auto found = functions.find(function);
        if (found != functions.end()) {
            result.functions.push_back({function, found->second.finish()});
        }
    }
    result.overall = overall_of(questions, result, all.finish());
    if (result.overall.score && !questions.grades.empty()) {
        result.grade = grade_for(questions, *result.overall.score);
        result.grade_before_gates = result.grade;
        apply_gates(questions, criticals, result);
    }
    const double asked = all.figures.answered_weight + all.figures.unknown_weight + all.figures.open_weight;
    const double coverage = asked > 0 ? all.figures.answered_weight / asked : 0;
    result.provisional = asked > 0 && (coverage < provisional_coverage - 1e-9 || all.figures.unknown_weight > provisional_unknown * asked + 1e-9);
    result.dated = all.figures.answered_weight > 0 && stale_weight > dated_share * all.figures.answered_weight + 1e-9;
    return result;
}

std::vector<Gap> rank_gaps(const Template& questions, const record::Assessment& assessment, std::string_view sector, int criticality) {
    const double k = criticality >= 3 ? 1.5 : criticality == 2 ? 1.25 : 1.0;
    const Applicability shown = applicability(questions, assessment, sector);
    std::vector<std::pair<Gap, const Question*>> found;
    for (const Question* question : questions.questions_in_order()) {
        if (shown.at(question->order) != Applies::yes) {
            continue;
        }
        const Standing standing = standing_of(*question, answer_to(assessment, *question));
        Gap gap{question->id, 0, 0, GapClass::planned, standing.state == State::unknown};
        double reduction = 0;
        if (standing.state == State::unknown) {
            reduction = unknown_factor * question->weight;
        } else if (standing.state == State::answered && standing.score < 1) {
            reduction = (1 - standing.score) * question->weight;
        } else {
            continue;
        }
        reduction *= question->critical ? critical_factor : 1.0;
        const double ease = 1 - 0.1 * (question->cost - 1) - 0.1 * (question->effort - 1);
        gap.risk = 100 * k * reduction / 6.75;
        gap.priority = gap.risk * ease;
        if (gap.unknown) {
            gap.kind = GapClass::find_out;
        } else if (question->critical && standing.level <= 1) {
            gap.kind = GapClass::do_now;
        } else if (gap.priority >= 20 && question->cost == 1 && question->effort == 1) {
            gap.kind = GapClass::quick_win;
        } else if (question->cost == 3 || question->effort == 3) {
            gap.kind = GapClass::project;
        }
        found.emplace_back(std::move(gap), question);
    }
    std::ranges::stable_sort(found, [](const auto& a, const auto& b) {
        if (std::abs(a.first.priority - b.first.priority) > 1e-9) {
            return a.first.priority > b.first.priority;
        }
        return a.second->weight > b.second->weight;
    });
    std::vector<Gap> gaps;
    gaps.reserve(found.size());
    for (auto& [gap, question] : found) {
        gaps.push_back(std::move(gap));
    }
    return gaps;
}

Comparison compare(const Template& questions_before, const record::Assessment& before, const Template& questions_after, const record::Assessment& after,
                   std::string_view sector) {
    Comparison result;
    const Applicability shown_before = applicability(questions_before, before, sector);
    const Applicability shown_after = applicability(questions_after, after, sector);
    std::map<std::string_view, std::pair<Sums, Sums>> functions;
    Sums all_before;
    Sums all_after;
    for (const Question* question : questions_after.questions_in_order()) {
        const Question* old = questions_before.find(question->id);
        const bool asked_after = shown_after.at(question->order) == Applies::yes;
        const bool asked_before = old != nullptr && shown_before.at(old->order) == Applies::yes;
        if (!asked_after && !asked_before) {
            continue;
        }
        if (!asked_after || !asked_before || old->meaning_version != question->meaning_version) {
            result.not_comparable.push_back(question->id);
            continue;
        }
        const record::Answer* answer_before = answer_to(before, *old);
        const record::Answer* answer_after = answer_to(after, *question);
        const Standing was = standing_of(*old, answer_before);
        const Standing is = standing_of(*question, answer_after);
        all_before.take(*question, was, answer_before);
        all_after.take(*question, is, answer_after);
        if (was.state != State::answered || is.state != State::answered) {
            continue;
        }
        auto& sums = functions[question->function];
        sums.first.take(*question, was, answer_before);
        sums.second.take(*question, is, answer_after);
        auto& list = is.score > was.score + 1e-9 ? result.improved : is.score < was.score - 1e-9 ? result.worsened : result.same;
        list.push_back(question->id);
    }
    for (const Question* old : questions_before.questions_in_order()) {
        if (shown_before.at(old->order) == Applies::yes && questions_after.find(old->id) == nullptr) {
            result.not_comparable.push_back(old->id);
        }
    }
    double weights = 0;
    double mean_before = 0;
    double mean_after = 0;
    for (const auto& [function, weight] : questions_after.function_weights) {
        const auto found = functions.find(function);
        if (found != functions.end()) {
            weights += weight;
            mean_before += weight * *found->second.first.finish().score;
            mean_after += weight * *found->second.second.finish().score;
        }
    }
    if (weights > 0) {
        result.before = mean_before / weights;
        result.after = mean_after / weights;
    }
    result.coverage_before = all_before.finish().coverage;
    result.coverage_after = all_after.finish().coverage;
    return result;
}

}  // namespace fieldseal::questionnaire
