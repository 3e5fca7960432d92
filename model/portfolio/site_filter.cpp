#include "model/portfolio/site_filter.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace fieldseal::portfolio {

namespace {

constexpr std::array<std::string_view, 5> visit_names{"any", "visited", "unvisited", "overdue", "scored"};
constexpr std::string_view needs_prefix = "needs.";

using Ids = std::unordered_set<RecordId>;

Ids set_of(const std::vector<RecordId>& ids) {
    return {ids.begin(), ids.end()};
}

/// Sites that must be among those of another table, where the filter asks for one; nothing where it does not.
struct Others {
    std::optional<Ids> overdue;
    std::optional<Ids> in_quarter;
    std::optional<Ids> with_gap;
    std::optional<Ids> with_needs;

    bool hold(const RecordId& site) const {
        const auto among = [&](const std::optional<Ids>& ids) { return !ids || ids->contains(site); };
        return among(overdue) && among(in_quarter) && among(with_gap) && among(with_needs);
    }
};

Others look_up(const SiteFilter& filter, const FilterSource& source) {
    Others others;
    if (filter.visit == VisitState::overdue) {
        others.overdue = set_of(overdue(*source.overview, source.today, months_between_visits));
    }
    if (!filter.quarter.empty()) {
        others.in_quarter.emplace();
        for (const ScoredVisit& visit : source.overview->visits) {
            if (quarter_of(visit.day) == filter.quarter) {
                others.in_quarter->insert(visit.site);
            }
        }
    }
    if (!filter.gap.empty()) {
        const auto gap = std::ranges::find(*source.gaps, filter.gap, &FrequentGap::question);
        others.with_gap.emplace();
        if (gap != source.gaps->end()) {
            others.with_gap = set_of(filter.gap_critical ? gap->critical_where : gap->where);
        }
    }
    if (filter.needs) {
        others.with_needs = set_of(sites_of_needs(*filter.needs, *source.help));
    }
    return others;
}

bool visit_fits(const SiteFilter& filter, const SitePicture* latest) {
    if (!filter.function.empty() && (latest == nullptr || !latest->functions.contains(filter.function))) {
        return false;
    }
    switch (filter.visit) {
        case VisitState::any:
        case VisitState::overdue:
            return true;
        case VisitState::visited:
            return latest != nullptr;
        case VisitState::unvisited:
            return latest == nullptr;
        case VisitState::scored:
            break;
    }
    return latest != nullptr && latest->overall.has_value();
}

}  // namespace

bool SiteFilter::is_plain() const {
    SiteFilter rest = *this;
    rest.sector.reset();
    rest.region.reset();
    return rest.is_empty();
}

bool fits(const SiteFilter& filter, const std::string& sector, const std::string& region) {
    return (!filter.sector || *filter.sector == sector) && (!filter.region || *filter.region == region);
}

std::vector<RecordId> sites_behind(const SiteFilter& filter, const FilterSource& source) {
    const Others others = look_up(filter, source);
    std::vector<RecordId> sites;
    const auto look_at = [&](const RecordId& site, const SiteFacts& facts, const SitePicture* latest) {
        if (fits(filter, facts.sector, facts.region) && visit_fits(filter, latest) && others.hold(site)) {
            sites.push_back(site);
        }
    };
    for (const SitePicture& picture : source.overview->sites) {
        look_at(picture.site, picture.facts, &picture);
    }
    for (const auto& [site, facts] : source.overview->unvisited) {
        look_at(site, facts, nullptr);
    }
    std::ranges::sort(sites);
    return sites;
}

std::map<std::string, std::string> parts_of(const SiteFilter& filter) {
    std::map<std::string, std::string> parts;
    if (filter.sector) {
        parts["sector"] = *filter.sector;
    }
    if (filter.region) {
        parts["region"] = *filter.region;
    }
    if (filter.visit != VisitState::any) {
        parts["visit"] = visit_names[static_cast<std::size_t>(filter.visit)];
    }
    const auto put = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            parts[name] = value;
        }
    };
    put("function", filter.function);
    put("quarter", filter.quarter);
    put(filter.gap_critical ? "critical_gap" : "gap", filter.gap);
    if (filter.needs) {
        parts[std::string(needs_prefix)] = "yes";
        for (const auto& [name, value] : parts_of(*filter.needs)) {
            parts[std::string(needs_prefix) + name] = value;
        }
    }
    return parts;
}

std::optional<SiteFilter> site_filter_of(const std::map<std::string, std::string>& parts) {
    SiteFilter filter;
    std::map<std::string, std::string> of_needs;
    for (const auto& [name, value] : parts) {
        if (name == "sector") {
            filter.sector = value;
        } else if (name == "region") {
            filter.region = value;
        } else if (name == "visit") {
            const auto found = std::ranges::find(visit_names, value);
            if (found == visit_names.end()) {
                return std::nullopt;
            }
            filter.visit = static_cast<VisitState>(found - visit_names.begin());
        } else if (name == "function") {
            filter.function = value;
        } else if (name == "quarter") {
            filter.quarter = value;
        } else if (name == "gap" || name == "critical_gap") {
            filter.gap = value;
            filter.gap_critical = name == "critical_gap";
        } else if (name == needs_prefix) {
            filter.needs.emplace();
        } else if (name.starts_with(needs_prefix)) {
            of_needs[name.substr(needs_prefix.size())] = value;
        } else {
            return std::nullopt;
        }
    }
    if (filter.needs) {
        filter.needs = need_filter_of(of_needs);
        return filter.needs ? std::optional(filter) : std::nullopt;
    }
    return of_needs.empty() ? std::optional(filter) : std::nullopt;
}

}  // namespace fieldseal::portfolio
