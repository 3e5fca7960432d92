// What to look at again before an assessment is finalised: what is open, what nothing shows, and answers that
// contradict each other. No words: whoever shows a remark has them, and the rules of the template theirs.
#pragma once

#include <set>

#include "model/questionnaire/applicability.h"

namespace fieldseal::questionnaire {

/// In the order in which they are worth looking at.
enum class RemarkKind : std::uint8_t {
    not_applicable_without_reason,   // the only one that finalising is refused for
    reviewer_asks,                   // a reviewer's words on it, and neither an answer to them nor another answer since
    in_conflict,                     // two edits of the answer differ, and nobody has settled it
    above_related,                   // a higher level than the answer to `related` allows: `rule`
    contradiction,                   // any other rule of the template that is broken
    not_applicable_against_profile,  // the site's profile says of `related` that there is such a thing here
    critical_unanswered,
    top_level_without_evidence,  // known less well than the top level needs: counts as level 2
    top_level_shown_by_nothing,  // known well enough, but neither a note nor a file shows it
    unknown_without_note,
    without_basis,            // answered, but not how it is known
    earlier_not_followed_up,  // found or delivered before, and this visit says nothing of it
    unanswered,
    not_signed,  // nobody signed for the site; of no question
};

/// "not_applicable_without_reason" and so on: the names in JSON.
std::string_view name_of(RemarkKind kind);
/// Whether finalising is refused until it is put right.
constexpr bool blocks(RemarkKind kind) {
    return kind == RemarkKind::not_applicable_without_reason;
}

struct Remark {
    RemarkKind kind = RemarkKind::unanswered;
    /// Where it is put right; empty where it is about the whole assessment.
    std::string question;
    /// The other question, or the profile question.
    std::string related;
    /// Of a broken rule: its id in Template::checks.
    std::string rule;

    bool operator==(const Remark&) const = default;
};

/// What the answers themselves do not say.
struct Surroundings {
    /// Questions with evidence.
    std::set<std::string> with_evidence;
    /// Questions whose answers are in conflict.
    std::set<std::string> in_conflict;
    /// Questions of what earlier visits found, or was delivered, of which this one says nothing; "" for no question.
    std::set<std::string> not_followed_up;
    /// Questions that a reviewer commented on, and nobody answered.
    std::set<std::string> asked;
};

/// By kind, then in the template's order. `sector` is the site's.
std::vector<Remark> check_consistency(const Template& questions, const record::Assessment& assessment,
                                      std::string_view sector, const Surroundings& surroundings);

}  // namespace fieldseal::questionnaire
