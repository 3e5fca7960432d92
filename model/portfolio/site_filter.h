// Which sites a number of the overview stands for: what opens behind it is found by the rule that it was counted by.
#pragma once

#include "model/portfolio/need_filter.h"
#include "model/portfolio/overview.h"

namespace fieldseal::portfolio {

/// What is asked of a site's latest finalised visit. `overdue` as of overdue(), never visited among it.
enum class VisitState : std::uint8_t { any, visited, unvisited, overdue, scored };

/// Parts that are not set leave nothing out; those that are set must all hold.
struct SiteFilter {
    /// "" are sites without one.
    std::optional<std::string> sector;
    std::optional<std::string> region;
    VisitState visit = VisitState::any;
    /// The latest finalised visit has a score in this function.
    std::string function;
    /// A finalised visit with a score was in this quarter, "2026-Q4".
    std::string quarter;
    /// A serious gap there, and only where the question is critical.
    std::string gap;
    bool gap_critical = false;
    /// With a need such as these.
    std::optional<NeedFilter> needs;

    bool is_empty() const { return *this == SiteFilter(); }
    /// Sector and region alone: no visit has to be read for it.
    bool is_plain() const;
    bool operator==(const SiteFilter&) const = default;
};

/// What a filter is looked up in. Those that it does not ask for may be null.
struct FilterSource {
    const Overview* overview = nullptr;
    const std::vector<FrequentGap>* gaps = nullptr;
    const Help* help = nullptr;
    std::string today;
};

/// Whether a plain filter lets a site of this sector and region through.
bool fits(const SiteFilter& filter, const std::string& sector, const std::string& region);
/// Ascending. REQUIRES what the filter asks for to be in the source.
std::vector<RecordId> sites_behind(const SiteFilter& filter, const FilterSource& source);

/// By name of the part, to be kept; only those that are set.
std::map<std::string, std::string> parts_of(const SiteFilter& filter);
/// Nothing where a part is unknown here: to leave it out would show too much.
std::optional<SiteFilter> site_filter_of(const std::map<std::string, std::string>& parts);

}  // namespace fieldseal::portfolio
