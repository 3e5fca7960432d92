#include "model/questionnaire/consistency.h"

#include <algorithm>
#include <array>

#include "model/questionnaire/scoring.h"

namespace fieldseal::questionnaire {

namespace {

constexpr std::array<std::string_view, 14> remark_names{"not_applicable_without_reason",
                                                        "reviewer_asks",
                                                        "in_conflict",
                                                        "above_related",
                                                        "contradiction",
                                                        "not_applicable_against_profile",
                                                        "critical_unanswered",
                                                        "top_level_without_evidence",
                                                        "top_level_shown_by_nothing",
                                                        "unknown_without_note",
                                                        "without_basis",
                                                        "earlier_not_followed_up",
                                                        "unanswered",
                                                        "not_signed"};

bool blank(const std::string& text) {
    return text.find_first_not_of(" \t\n\r") == std::string::npos;
}

class Check {
  public:
    Check(const Template& questions, const record::Assessment& assessment, std::string_view sector,
          const Surroundings& surroundings)
        : questions_(questions),
          assessment_(assessment),
          around_(surroundings),
          shown_(applicability(questions, assessment, sector)) {}

    std::vector<Remark> run() {
        for (const Question* question : questions_.questions_in_order()) {
            if (shown_.at(question->order) == Applies::yes) {
                look_at(*question);
            }
        }
        for (const ConsistencyRule& rule : questions_.checks) {
            look_at(rule);
        }
        for (const std::string& question : around_.not_followed_up) {
            remark(RemarkKind::earlier_not_followed_up, question);
        }
        for (const std::string& question : around_.asked) {
            remark(RemarkKind::reviewer_asks, question);
        }
        if (blank(assessment_.sign_off.name)) {
            remark(RemarkKind::not_signed, {});
        }
        std::ranges::stable_sort(found_, {}, [this](const Remark& each) {
            const Question* question = questions_.find(each.question);
            return std::pair(each.kind, question == nullptr ? ~0u : question->order);
        });
        return std::move(found_);
    }

  private:
    void remark(RemarkKind kind, const std::string& question, const std::string& related = {},
                const std::string& rule = {}) {
        found_.push_back({kind, question, related, rule});
    }

    const record::Answer& answer_to(const std::string& question) const {
        static const record::Answer none;
        const auto found = assessment_.answers.find(question);
        return found == assessment_.answers.end() ? none : found->second;
    }

    void look_at(const Question& question) {
        const record::Answer& answer = answer_to(question.id);
        if (around_.in_conflict.contains(question.id)) {
            remark(RemarkKind::in_conflict, question.id);
        }
        switch (answer.value.state) {
            case record::AnswerValue::State::open:
                remark(question.critical ? RemarkKind::critical_unanswered : RemarkKind::unanswered, question.id);
                break;
            case record::AnswerValue::State::unknown:
                if (blank(answer.note)) {
                    remark(RemarkKind::unknown_without_note, question.id);
                }
                break;
            case record::AnswerValue::State::not_applicable:
                look_at_exclusion(question, answer);
                break;
            case record::AnswerValue::State::level:
            case record::AnswerValue::State::number:
                look_at_level(question, answer);
                break;
        }
    }

    void look_at_exclusion(const Question& question, const record::Answer& answer) {
        if (blank(answer.reason)) {
            remark(RemarkKind::not_applicable_without_reason, question.id);
        }
        for (const Condition* condition : {&question.applies_if, &questions_.sections[question.section].applies_if}) {
            for (const auto* list : {&condition->all, &condition->any}) {
                const auto said = std::ranges::find_if(*list, [this](const std::string& id) {
                    const auto found = assessment_.profile.find(id);
                    return found != assessment_.profile.end() && found->second == "yes";
                });
                if (said != list->end()) {
                    remark(RemarkKind::not_applicable_against_profile, question.id, *said);
                    return;
                }
            }
        }
    }

    void look_at_level(const Question& question, const record::Answer& answer) {
        const std::optional<int> level = level_of(question, answer);
        if (level == 3 && answer.basis < question.min_evidence_for_full) {
            remark(RemarkKind::top_level_without_evidence, question.id);
        } else if (level == 3 && blank(answer.note) && !around_.with_evidence.contains(question.id)) {
            remark(RemarkKind::top_level_shown_by_nothing, question.id);
        } else if (answer.basis == record::Basis::none) {
            remark(RemarkKind::without_basis, question.id);
        }
    }

    /// The level as far as a rule may use it: "not applicable" means that there is no such thing here, which is level
    /// 0. Nothing where it is open or unknown.
    std::optional<int> level_for_rule(const std::string& id) const {
        const Question* question = questions_.find(id);
        if (question == nullptr || shown_.at(question->order) != Applies::yes) {
            return std::nullopt;
        }
        const record::Answer& answer = answer_to(id);
        return answer.value.state == record::AnswerValue::State::not_applicable ? std::optional(0)
                                                                                : level_of(*question, answer);
    }

    void look_at(const ConsistencyRule& rule) {
        const bool met = std::ranges::all_of(rule.when, [this](const LevelBound& bound) {
            const std::optional<int> level = level_for_rule(bound.question);
            return level && bound.holds(*level) &&
                   answer_to(bound.question).value.state != record::AnswerValue::State::not_applicable;
        });
        if (!met) {
            return;
        }
        for (const LevelBound& bound : rule.expects) {
            const std::optional<int> level = level_for_rule(bound.question);
            if (level && !bound.holds(*level)) {
                const bool above = bound.is_least && rule.when.front().is_least;
                remark(above ? RemarkKind::above_related : RemarkKind::contradiction, rule.when.front().question,
                       bound.question, rule.id);
                return;
            }
        }
    }

    const Template& questions_;
    const record::Assessment& assessment_;
    const Surroundings& around_;
    Applicability shown_;
    std::vector<Remark> found_;
};

}  // namespace

std::string_view name_of(RemarkKind kind) {
    return remark_names.at(static_cast<std::size_t>(kind));
}

std::vector<Remark> check_consistency(const Template& questions, const record::Assessment& assessment,
                                      std::string_view sector, const Surroundings& surroundings) {
    return Check(questions, assessment, sector, surroundings).run();
}

}  // namespace fieldseal::questionnaire
