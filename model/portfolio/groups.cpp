#include "model/portfolio/groups.h"

#include <algorithm>
#include <set>

#include "model/portfolio/need_filter.h"
#include "model/questionnaire/scoring.h"

namespace fieldseal::portfolio {

namespace {

constexpr double serious_priority = 20;

std::string key_of(const NeedLine& line, GroupBy by) {
    switch (by) {
        case GroupBy::question:
            return line.question;
        case GroupBy::category:
            return line.need.category;
        case GroupBy::sector:
            return line.site.sector;
        case GroupBy::region:
            return line.site.region;
        case GroupBy::partner:
            break;
    }
    return {};
}

std::int64_t count_of(const record::Pledge& pledge) {
    return pledge.quantity <= 0 ? 1 : pledge.quantity;
}

void count(NeedGroup& group, std::set<RecordId>& sites, const NeedLine& line, std::size_t place) {
    sites.insert(line.need.site);
    group.sites = sites.size();
    ++group.needs;
    ++group.by_state[static_cast<std::size_t>(line.state)];
    group.quantity = plus(group.quantity, line.quantity);
    group.risk += line.risk;
    if (line.need.cost > 0) {
        std::int64_t& cost = group.cost[line.need.currency];
        cost = plus(cost, line.need.cost);
    }
    group.places.push_back(place);
}

}  // namespace

GroupBy group_by_of(std::string_view name) {
    return static_cast<GroupBy>(std::ranges::find(group_by_names, name) - group_by_names.begin());
}

std::vector<NeedGroup> group_needs(const Help& help, GroupBy by) {
    std::map<std::string, NeedGroup> groups;
    std::map<std::string, std::set<RecordId>> sites;
    for (std::size_t place = 0; place < help.needs.size(); ++place) {
        const NeedLine& line = help.needs[place];
        if (line.state == NeedState::withdrawn) {
            continue;
        }
        if (by != GroupBy::partner) {
            const std::string key = key_of(line, by);
            NeedGroup& group = groups[key];
            count(group, sites[key], line, place);
            group.promised = plus(group.promised, line.promised);
            group.delivered = plus(group.delivered, line.delivered);
            group.verified = plus(group.verified, std::min(line.verified, line.quantity));
            continue;
        }
        std::set<std::string> partners;
        for (const std::size_t number : line.pledges) {
            const PledgeLine& pledge = help.pledges[number];
            if (!is_part_of(pledge, NeedPart::any)) {
                continue;
            }
            NeedGroup& group = groups[pledge.partner];
            if (partners.insert(pledge.partner).second) {
                count(group, sites[pledge.partner], line, place);
            }
            const std::int64_t quantity = count_of(pledge.pledge);
            const auto counted = [&](NeedPart part) { return is_part_of(pledge, part) ? quantity : 0; };
            group.promised = plus(group.promised, counted(NeedPart::promised));
            group.delivered = plus(group.delivered, counted(NeedPart::delivered));
            group.verified = plus(group.verified, counted(NeedPart::verified));
        }
    }
    std::vector<NeedGroup> result;
    for (auto& [key, group] : groups) {
        group.key = key;
        result.push_back(std::move(group));
    }
    std::ranges::stable_sort(result, std::greater<>{}, &NeedGroup::sites);
    return result;
}

void GapCount::add(const RecordId& site, const questionnaire::Template& questions,
                   const record::Assessment& assessment, const SiteFacts& facts) {
    ++sites_;
    const int criticality = static_cast<int>(std::clamp<std::int64_t>(facts.criticality, 0, 3));
    for (const questionnaire::Gap& gap : questionnaire::rank_gaps(questions, assessment, facts.sector, criticality)) {
        const bool now = gap.kind == questionnaire::GapClass::do_now;
        if (gap.unknown || (!now && gap.priority < serious_priority)) {
            continue;
        }
        FrequentGap& frequent = gaps_[gap.question];
        frequent.question = gap.question;
        ++frequent.sites;
        if (now) {
            ++frequent.critical;
            frequent.critical_where.push_back(site);
        }
        frequent.risk += gap.risk;
        frequent.where.push_back(site);
    }
}

std::vector<FrequentGap> GapCount::result() const {
    std::vector<FrequentGap> gaps;
    for (const auto& [question, gap] : gaps_) {
        gaps.push_back(gap);
    }
    std::ranges::stable_sort(gaps, [](const FrequentGap& a, const FrequentGap& b) {
        return std::pair(b.sites, b.risk) < std::pair(a.sites, a.risk);
    });
    return gaps;
}

}  // namespace fieldseal::portfolio
