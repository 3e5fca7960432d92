// One assessment, or one site, with all that belongs to it: what their screens show, as immutable values.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/questionnaire/consistency.h"
#include "model/questionnaire/scoring.h"
#include "model/record/help.h"
#include "sync/exchange/exchange.h"

namespace fieldseal::session {

using exchange::Delivery;

struct EvidenceView {
    RecordId id;
    record::Evidence evidence;
    /// Bytes held of it here.
    std::uint64_t held = 0;
    Delivery delivery = Delivery::none;
    /// Of a photo: its sealed original is wholly here, and this device has its key.
    bool original_opens = false;
    /// Coordinators' devices that have the original's key, of all of them.
    std::uint32_t original_for = 0;
    std::uint32_t coordinators = 0;
};

struct ReviewView {
    RecordId id;
    record::Review review;
    std::string author;
    Delivery delivery = Delivery::none;
};

struct FindingView {
    RecordId id;
    record::Finding finding;
    Delivery delivery = Delivery::none;
};

struct NeedView {
    RecordId id;
    record::Need need;
    Delivery delivery = Delivery::none;
};

/// A weak answer that has no finding yet.
struct Proposal {
    std::string question;
    questionnaire::GapClass kind = questionnaire::GapClass::planned;
    double priority = 0;
    /// What the template says would close it.
    std::string category;
};

/// What an earlier visit found, or was delivered since, and this visit may say more of.
struct FollowUp {
    RecordId record;
    record::Kind kind = record::Kind::finding;
    std::string question;
    std::string text;
    /// Of a need: how many were delivered.
    std::int64_t quantity = 0;
    /// Day of the delivery, or of the visit that found it.
    std::string on;
    record::Check check;
    /// What this visit's answer to the question suggests of a finding.
    record::CheckResult suggested = record::CheckResult::none;
};

struct ConflictVersion {
    std::optional<codec::Value> value;
    std::string person;
    DeviceId device;
    history::Time time;
    Hash revision;
};
struct Conflict {
    std::string path;
    std::vector<ConflictVersion> versions;
};

/// One change of a field in conflict, by the side that made it.
struct ConflictStep {
    Hash revision;
    std::string person;
    DeviceId device;
    history::Time time;
    /// When this device received it; 0 for its own.
    std::int64_t received_ms = 0;
    std::optional<codec::Value> before;
    std::optional<codec::Value> after;
};

/// How a conflict came to be.
struct ConflictHistory {
    /// Where the versions parted: what the authors of all of them had seen.
    std::optional<codec::Value> before;
    /// As the conflict's versions; each oldest first, ending with the version itself.
    std::vector<std::vector<ConflictStep>> sides;
};

/// The last finalised visit to the same site, as far as it is on this device or was told with an assignment: where an assessor may begin from, answer by answer.
struct PreviousVisit {
    record::LastVisit then;
    std::shared_ptr<const questionnaire::Template> questions;
};

/// One assessment, wholly: merged state with the draft on top.
struct AssessmentView {
    RecordId id;
    record::Assessment assessment;
    record::Site site;
    std::shared_ptr<const questionnaire::Template> questions;  // null where the template is not here
    std::optional<questionnaire::Score> score;
    std::vector<EvidenceView> evidence;
    std::vector<ReviewView> reviews;  // oldest first
    std::vector<FindingView> findings;  // oldest first, as needs
    std::vector<NeedView> needs;
    std::vector<Proposal> proposals;    // most urgent first
    std::vector<FollowUp> follow_ups;   // oldest first
    std::vector<Conflict> conflicts;
    std::vector<Hash> heads;
    std::optional<PreviousVisit> previous;  // while it is open
    bool drafted = false;
    Delivery delivery = Delivery::none;
};

/// What the last visit answered; null where it did not, or the question means something else by now.
const record::Answer* previous_answer(const AssessmentView& view, std::string_view question);

/// Makes `proposals`, and what is suggested in `follow_ups`, anew from the answers.
void propose(AssessmentView& view);

struct SiteView {
    RecordId id;
    record::Site site;
    std::vector<Conflict> conflicts;
    bool drafted = false;
    Delivery delivery = Delivery::none;
};

/// Questions on which the last word is a reviewer's: neither the assessor's words nor another answer came after it.
std::set<std::string> asked_questions(const AssessmentView& view);

/// What to look at again before it is finalised; nothing where the questionnaire is not here.
std::vector<questionnaire::Remark> check(const AssessmentView& view);

}  // namespace fieldseal::session
