// What became of needs, which come first, and what fits an offer: plain functions over records. docs/scoring.md gives the
// formulas with worked examples; docs/formats/record.md says how states follow.
#pragma once

#include <unordered_map>

#include "model/portfolio/summarise.h"
#include "model/record/help.h"

namespace fieldseal::portfolio {

enum class NeedState : std::uint8_t { wanted, matched, pledged, delivered, verified, withdrawn };
constexpr std::size_t need_state_count = 6;
/// "wanted", "matched", ...: the name in JSON.
std::string_view name_of(NeedState state);

/// What a visit saw, and when.
struct Seen {
    RecordId assessment;
    std::string visited_on;
    std::int64_t started_ms = 0;
    record::Check check;
};

struct SiteFacts {
    std::string name;
    std::string sector;
    std::string region;
    std::int64_t criticality = 0;
};

template <class Record>
using Listed = std::vector<std::pair<RecordId, Record>>;

/// Everything at hand. Removed records are left out by whoever fills it.
struct HelpSource {
    std::unordered_map<RecordId, SiteFacts> sites;
    /// Those that findings and needs name, and later ones of the same sites: their checks are looked at.
    Listed<record::Assessment> assessments;
    Listed<record::Finding> findings;
    Listed<record::Need> needs;
    Listed<record::Offer> offers;
    Listed<record::Pledge> pledges;
    Listed<record::Assignment> assignments;
    /// "2026-11-23": decides what is over.
    std::string today;
};

struct FindingLine {
    RecordId id;
    record::Finding finding;
    std::optional<Seen> seen;
    bool closed = false;
    /// Risk that closing it removes, 0 to 100; 0 where the assessment or its template is not here.
    double risk = 0;
    bool critical = false;
};

struct PledgeLine {
    RecordId id;
    record::Pledge pledge;
    std::string partner;
    /// The visit that saw it in place.
    std::optional<RecordId> verified_at;
    std::string verified_on;
};

struct NeedLine {
    RecordId id;
    record::Need need;
    SiteFacts site;
    NeedState state = NeedState::wanted;
    std::int64_t quantity = 1;
    /// Pledged or delivered.
    std::int64_t promised = 0;
    std::int64_t delivered = 0;
    std::int64_t verified = 0;
    std::optional<Seen> seen;
    /// The question of its weightiest finding; empty without.
    std::string question;
    /// Sum over its open findings.
    double risk = 0;
    /// Order of magnitude of its cost.
    double cost_factor = 1;
    /// What the list is ranked by: nothing left to promise, nothing to rank.
    double value = 0;
    /// Places in Help::pledges.
    std::vector<std::size_t> pledges;

    bool is_over() const { return state == NeedState::verified || state == NeedState::withdrawn; }
    /// Quantity that nobody has promised yet.
    std::int64_t open() const { return is_over() || promised >= quantity ? 0 : quantity - promised; }
};

struct OfferLine {
    RecordId id;
    record::Offer offer;
    /// Proposed, pledged or delivered.
    std::int64_t taken = 0;
    /// What is left; nothing where there is no limit.
    std::optional<std::int64_t> left;
    bool over = false;
};

struct AssignmentLine {
    RecordId id;
    record::Assignment assignment;
    SiteFacts site;
    /// The visit that did it.
    std::optional<RecordId> done_at;
    bool overdue = false;
    std::string last_visit;
};

struct Help {
    std::vector<FindingLine> findings;        // newest first
    std::vector<NeedLine> needs;              // most valuable first
    std::vector<OfferLine> offers;            // by partner
    std::vector<PledgeLine> pledges;          // newest first
    std::vector<AssignmentLine> assignments;  // what is due first

    const FindingLine* finding(const RecordId& id) const;
    const NeedLine* need(const RecordId& id) const;
    const OfferLine* offer(const RecordId& id) const;
    const PledgeLine* pledge(const RecordId& id) const;
};

Help make_help(const HelpSource& source, const TemplateShelf& templates);

/// Of counts, none negative: what bundles bring may be any number, and sums stay in range.
std::int64_t plus(std::int64_t a, std::int64_t b);

/// 1, 1.5 or 2.
double urgency_factor(record::Urgency urgency);
/// 1 + log10 of the cost in thousands of euros, at least 1. Without a cost, or in a currency that has no rate here,
/// `cost_class`, 1 to 3.
double cost_factor(std::int64_t cost, std::string_view currency, int cost_class);

/// Whether the offer may serve the need: category, sector, region, day, and something left on both sides.
bool fits(const OfferLine& offer, const NeedLine& need);
/// Places in Help::needs, most valuable first.
std::vector<std::size_t> needs_for(const Help& help, const OfferLine& offer);
/// Places in Help::offers: those that cover all that is open first, then those meant for fewer, then those that end sooner.
std::vector<std::size_t> offers_for(const Help& help, const NeedLine& need);

}  // namespace fieldseal::portfolio
