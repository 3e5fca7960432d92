// Needs over many sites, totals of help, and the gaps that most sites have.
#pragma once

#include <array>

#include "model/portfolio/help.h"

namespace fieldseal::portfolio {

enum class GroupBy : std::uint8_t { question, category, sector, region, partner };
/// As screens and the command line name them, in order.
inline constexpr std::array<std::string_view, 5> group_by_names{"question", "category", "sector", "region", "partner"};
/// Of one of those names.
GroupBy group_by_of(std::string_view name);

/// Money by currency: sums of different ones would say nothing.
using Money = std::map<std::string, std::int64_t>;

struct NeedGroup {
    /// A question, category, sector, region or partner; empty where the need has none.
    std::string key;
    /// Distinct ones.
    std::size_t sites = 0;
    std::size_t needs = 0;
    /// Of the needs, by NeedState.
    std::array<std::size_t, need_state_count> by_state{};
    std::int64_t quantity = 0;
    /// Of the group's pledges, where it is a partner's; of its needs otherwise.
    std::int64_t promised = 0;
    std::int64_t delivered = 0;
    std::int64_t verified = 0;
    Money cost;
    double risk = 0;
    /// Places in Help::needs, most valuable first.
    std::vector<std::size_t> places;
};

/// Withdrawn needs are left out. By partner a need stands with everybody who has pledged a part of it. Groups with the
/// most sites first, then by key.
std::vector<NeedGroup> group_needs(const Help& help, GroupBy by);

/// A question that many sites answer badly.
struct FrequentGap {
    std::string question;
    std::size_t sites = 0;
    /// Sites at which the question is critical and its level 0 or 1.
    std::size_t critical = 0;
    double risk = 0;
    std::vector<RecordId> where;
    std::vector<RecordId> critical_where;
};

/// Counts one site after the other: its latest assessment is enough.
class GapCount {
  public:
    /// Serious: to be done now, or a priority of 20 and more; what is unknown is not counted.
    void add(const RecordId& site, const questionnaire::Template& questions, const record::Assessment& assessment,
             const SiteFacts& facts);
    std::size_t sites() const { return sites_; }
    /// Those that most sites have first, then the greater risk.
    std::vector<FrequentGap> result() const;

  private:
    std::size_t sites_ = 0;
    std::map<std::string, FrequentGap> gaps_;
};

}  // namespace fieldseal::portfolio
