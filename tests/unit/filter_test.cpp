// What opens behind a number has as many rows as the number says, for random portfolios; and how outlines become a map.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "model/portfolio/outline.h"
#include "model/portfolio/site_filter.h"

using namespace fieldseal;
using namespace fieldseal::portfolio;

namespace {

constexpr const char* today = "2026-11-30";

struct Dice {
    std::mt19937_64 engine;
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine() % count); }
    std::string of(std::initializer_list<const char*> texts) { return *(texts.begin() + below(texts.size())); }
    RecordId id() {
        RecordId made;
        std::ranges::generate(made.bytes, [&] { return static_cast<std::uint8_t>(engine()); });
        return made;
    }
};

struct Portfolio {
    Overview overview;
    std::vector<FrequentGap> gaps;
    Help help;
    FilterSource source() const { return {&overview, &gaps, &help, today}; }
    std::size_t behind(const SiteFilter& filter) const { return sites_behind(filter, source()).size(); }
};

std::string day(Dice& dice) {
    return dice.of({"2024-12-01", "2025-03-31", "2025-11-30", "2025-12-01", "2026-01-05", "2026-04-30", "2026-10-01", "no day"});
}

void add_needs(Portfolio& all, Dice& dice, const std::vector<std::pair<RecordId, SiteFacts>>& sites) {
    for (std::size_t left = sites.empty() ? 0 : dice.below(30); left > 0; --left) {
        NeedLine line;
        line.id = dice.id();
        const auto& [site, facts] = sites[dice.below(sites.size())];
        line.need.site = site;
        line.site = facts;
        line.need.category = dice.of({"", "equipment", "training"});
        line.question = dice.of({"", "Q-1", "Q-2"});
        line.quantity = static_cast<std::int64_t>(1 + dice.below(4));
        line.state = static_cast<NeedState>(dice.below(need_state_count));
        for (std::size_t pledges = dice.below(4); pledges > 0; --pledges) {
            PledgeLine pledge;
            pledge.id = dice.id();
            pledge.partner = dice.of({"Estonia", "Poland"});
            pledge.pledge.state = static_cast<record::PledgeState>(dice.below(4));
            pledge.pledge.quantity = static_cast<std::int64_t>(dice.below(3));
            if (dice.below(2) == 0) {
                pledge.verified_at = dice.id();
            }
            line.pledges.push_back(all.help.pledges.size());
            const std::int64_t quantity = std::max<std::int64_t>(1, pledge.pledge.quantity);
            line.promised += is_part_of(pledge, NeedPart::promised) ? quantity : 0;
            line.delivered += is_part_of(pledge, NeedPart::delivered) ? quantity : 0;
            all.help.pledges.push_back(pledge);
        }
        line.verified = static_cast<std::int64_t>(dice.below(3));
        all.help.needs.push_back(std::move(line));
    }
}

Portfolio portfolio_of(std::uint64_t seed) {
    Dice dice{std::mt19937_64(seed)};
    Portfolio all;
    all.overview.functions = {"GV", "PR"};
    std::vector<std::pair<RecordId, SiteFacts>> sites;
    std::map<std::string, FrequentGap> gaps;
    for (std::size_t left = dice.below(40); left > 0; --left) {
        const RecordId site = dice.id();
        const SiteFacts facts{"Site", dice.of({"", "health", "energy"}), dice.of({"", "UA-63", "UA-32", "UA-43"}), 1};
        sites.emplace_back(site, facts);
        for (const char* question : {"Q-1", "Q-2"}) {
            if (dice.below(3) == 0) {
                FrequentGap& gap = gaps[question];
                gap.question = question;
                ++gap.sites;
                gap.where.push_back(site);
                if (dice.below(2) == 0) {
                    ++gap.critical;
                    gap.critical_where.push_back(site);
                }
            }
        }
        for (std::size_t visits = dice.below(4); visits > 0; --visits) {
            all.overview.visits.push_back({day(dice), 0.5, site});
        }
        if (dice.below(3) == 0) {
            all.overview.unvisited.emplace_back(site, facts);
            continue;
        }
        SitePicture picture{site, facts, day(dice), std::nullopt, {}, false};
        if (dice.below(4) > 0) {
            picture.overall = static_cast<double>(dice.below(100)) / 100;
        }
        for (const std::string& function : all.overview.functions) {
            if (dice.below(2) == 0) {
                picture.functions[function] = 0.5;
            }
        }
        all.overview.sites.push_back(std::move(picture));
    }
    for (const auto& [question, gap] : gaps) {
        all.gaps.push_back(gap);
    }
    add_needs(all, dice, sites);
    return all;
}

SiteFilter of_row(OverviewBy by, const std::string& key) {
    SiteFilter filter;
    (by == OverviewBy::sector ? filter.sector : filter.region) = key;
    return filter;
}

SiteFilter with(SiteFilter filter, VisitState visit) {
    filter.visit = visit;
    return filter;
}

SiteFilter with_function(SiteFilter filter, const std::string& function) {
    filter.function = function;
    return filter;
}

}  // namespace

TEST_CASE("each number of the tables by sector and region is as large as the list behind it") {
    rc::check("rows and cells", [](std::uint64_t seed) {
        const Portfolio all = portfolio_of(seed);
        for (const OverviewBy by : {OverviewBy::sector, OverviewBy::region}) {
            for (const HeatRow& row : heat_map(all.overview, by, today)) {
                const SiteFilter filter = of_row(by, row.key);
                RC_ASSERT(filter.is_plain());
                RC_ASSERT(all.behind(filter) == row.sites);
                RC_ASSERT(all.behind(with(filter, VisitState::unvisited)) == row.unvisited);
                RC_ASSERT(all.behind(with(filter, VisitState::visited)) == row.sites - row.unvisited);
                RC_ASSERT(all.behind(with(filter, VisitState::overdue)) == row.overdue);
                std::vector<RecordId> scored = row.overall.sites;
                std::ranges::sort(scored);
                RC_ASSERT(sites_behind(with(filter, VisitState::scored), all.source()) == scored);
                for (const std::string& function : all.overview.functions) {
                    const auto cell = row.functions.find(function);
                    RC_ASSERT(all.behind(with_function(filter, function)) == (cell == row.functions.end() ? 0 : cell->second.sites.size()));
                }
            }
        }
    });
}

TEST_CASE("what is overdue, a quarter and a gap are as large as the lists behind them") {
    rc::check("totals", [](std::uint64_t seed) {
        const Portfolio all = portfolio_of(seed);
        SiteFilter filter;
        RC_ASSERT(all.behind(filter) == all.overview.sites.size() + all.overview.unvisited.size());
        RC_ASSERT(all.behind(with(filter, VisitState::overdue)) == overdue(all.overview, today, months_between_visits).size());
        for (const TrendPoint& point : trend(all.overview)) {
            filter.quarter = point.quarter;
            RC_ASSERT(all.behind(filter) == point.sites);
        }
        filter.quarter.clear();
        for (const FrequentGap& gap : all.gaps) {
            filter.gap = gap.question;
            filter.gap_critical = false;
            RC_ASSERT(all.behind(filter) == gap.sites);
            filter.gap_critical = true;
            RC_ASSERT(all.behind(filter) == gap.critical);
        }
        filter.gap = "nobody has it";
        RC_ASSERT(all.behind(filter) == 0u);
    });
}

TEST_CASE("totals of needs are as large as the needs and the sites behind them") {
    rc::check("groups", [](std::uint64_t seed) {
        const Portfolio all = portfolio_of(seed);
        for (const GroupBy by : {GroupBy::question, GroupBy::category, GroupBy::sector, GroupBy::region, GroupBy::partner}) {
            for (const NeedGroup& group : group_needs(all.help, by)) {
                NeedFilter filter = filter_of(by, group.key);
                RC_ASSERT(needs_behind(filter, all.help) == group.places);
                SiteFilter sites;
                sites.needs = filter;
                RC_ASSERT(all.behind(sites) == group.sites);
                for (const auto& [part, number] : {std::pair(NeedPart::promised, group.promised), std::pair(NeedPart::delivered, group.delivered), std::pair(NeedPart::verified, group.verified)}) {
                    filter.part = part;
                    const std::size_t behind = needs_behind(filter, all.help).size();
                    // These count pieces, not needs: nothing behind nothing, and no need without a piece.
                    RC_ASSERT((behind == 0) == (number == 0));
                    RC_ASSERT(static_cast<std::int64_t>(behind) <= number);
                }
            }
        }
    });
}

TEST_CASE("a filter comes back from what is kept of it") {
    rc::check("parts", [](std::uint64_t seed) {
        Dice dice{std::mt19937_64(seed)};
        SiteFilter filter;
        if (dice.below(2) == 0) {
            filter.sector = dice.of({"", "health"});
        }
        if (dice.below(2) == 0) {
            filter.region = dice.of({"", "UA-63"});
        }
        filter.visit = static_cast<VisitState>(dice.below(5));
        filter.function = dice.of({"", "GV"});
        filter.quarter = dice.of({"", "2026-Q1"});
        filter.gap = dice.of({"", "Q-1"});
        filter.gap_critical = !filter.gap.empty() && dice.below(2) == 0;
        if (dice.below(2) == 0) {
            NeedFilter needs;
            needs.part = static_cast<NeedPart>(dice.below(4));
            needs.open_only = dice.below(2) == 0;
            if (dice.below(2) == 0) {
                needs.partner = dice.of({"", "Estonia"});
                needs.question = "Q-1";
                needs.need = dice.id();
            }
            RC_ASSERT(need_filter_of(parts_of(needs)) == needs);
            filter.needs = needs;
        }
        RC_ASSERT(site_filter_of(parts_of(filter)) == filter);
    });
    CHECK_FALSE(site_filter_of({{"colour", "red"}}));
    CHECK_FALSE(site_filter_of({{"visit", "sometimes"}}));
    CHECK_FALSE(site_filter_of({{"needs.part", "promised"}}));
    CHECK_FALSE(need_filter_of({{"need", "no id"}}));
}

TEST_CASE("a filter of several parts asks for all of them") {
    const Portfolio all = portfolio_of(7);
    SiteFilter filter;
    filter.sector = "health";
    filter.visit = VisitState::scored;
    filter.function = "GV";
    std::size_t by_hand = 0;
    for (const SitePicture& site : all.overview.sites) {
        by_hand += site.facts.sector == "health" && site.overall && site.functions.contains("GV") ? 1u : 0u;
    }
    CHECK(by_hand > 0);
    CHECK(all.behind(filter) == by_hand);
    CHECK_FALSE(filter.is_plain());
}
