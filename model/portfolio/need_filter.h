// Which needs a number stands for: what is counted and what is listed go by the same rule.
#pragma once

#include "model/portfolio/groups.h"

namespace fieldseal::portfolio {

/// What has become of a need, or of a pledge for it, so far.
enum class NeedPart : std::uint8_t { any, promised, delivered, verified };

/// Whether a partner's pledge is counted there: `any` are all that did not fall through.
bool is_part_of(const PledgeLine& pledge, NeedPart part);

/// Parts that are not set leave nothing out; those that are set must all hold.
struct NeedFilter {
    /// "" are needs without one.
    std::optional<std::string> question;
    std::optional<std::string> category;
    std::optional<std::string> sector;
    std::optional<std::string> region;
    /// With a pledge of this partner that did not fall through; `part` then asks what became of that partner's.
    std::optional<std::string> partner;
    NeedPart part = NeedPart::any;
    /// Something is left that nobody has promised.
    bool open_only = false;
    /// This one alone.
    std::optional<RecordId> need;

    /// Over sites: totals leave withdrawn needs out, so what is behind them does too.
    bool is_of_totals() const;
    bool operator==(const NeedFilter&) const = default;
};

/// Everything of the group: what its count of needs opens.
NeedFilter filter_of(GroupBy by, const std::string& key);

bool fits(const NeedFilter& filter, const Help& help, const NeedLine& line);
/// Places in Help::needs, most valuable first.
std::vector<std::size_t> needs_behind(const NeedFilter& filter, const Help& help);
/// Their sites, each once, ascending.
std::vector<RecordId> sites_of_needs(const NeedFilter& filter, const Help& help);

/// By name of the part, to be kept; only those that are set.
std::map<std::string, std::string> parts_of(const NeedFilter& filter);
/// Nothing where a part is unknown here: to leave it out would show too much.
std::optional<NeedFilter> need_filter_of(const std::map<std::string, std::string>& parts);

}  // namespace fieldseal::portfolio
