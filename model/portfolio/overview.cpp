#include "model/portfolio/overview.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <unordered_set>

namespace fieldseal::portfolio {

namespace {

const std::string& key_of(const SiteFacts& facts, OverviewBy by) {
    return by == OverviewBy::sector ? facts.sector : facts.region;
}

void count(HeatCell& cell, const RecordId& site, double score) {
    cell.sites.push_back(site);
    // A running mean: no sum to divide at the end, and none that a caller could forget to.
    cell.mean += (score - cell.mean) / static_cast<double>(cell.sites.size());
}

/// The day so many months earlier. A day that the month lacks stays as it is written: only the order of days is asked.
std::string months_before(const std::string& today, int months) {
    const int year = std::stoi(today.substr(0, 4));
    const int month = std::stoi(today.substr(5, 2));
    const int since = year * 12 + month - 1 - months;
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02d", std::clamp(since / 12, 0, 9999), std::clamp(since % 12, 0, 11) + 1);
    return text + today.substr(7);
}

std::optional<double> degrees_of(const std::string& text, double most) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && std::abs(value) <= most ? std::optional(value)
                                                                                                 : std::nullopt;
}

}  // namespace

std::optional<SitePlace> place_of(const RecordId& site, const std::string& latitude, const std::string& longitude) {
    const std::optional<double> north = degrees_of(latitude, 90);
    const std::optional<double> east = degrees_of(longitude, 180);
    return north && east ? std::optional(SitePlace{site, *east, *north}) : std::nullopt;
}

std::optional<std::string> quarter_of(const std::string& day) {
    if (!record::is_day(day)) {
        return std::nullopt;
    }
    const int month = (day[5] - '0') * 10 + (day[6] - '0');
    return day.substr(0, 4) + "-Q" + std::to_string((month + 2) / 3);
}

void Overview::add(const RecordId& site, const SiteFacts& facts, const std::string& visited_on,
                   const questionnaire::Score& score) {
    SitePicture picture{site, facts, visited_on, score.overall.score, {}, score.provisional};
    for (const questionnaire::SectionFigures& function : score.functions) {
        if (std::ranges::find(functions, function.id) == functions.end()) {
            functions.push_back(function.id);
        }
        if (function.figures.score) {
            picture.functions[function.id] = *function.figures.score;
        }
    }
    sites.push_back(std::move(picture));
}

std::vector<HeatRow> heat_map(const Overview& overview, OverviewBy by, const std::string& today) {
    const std::vector<RecordId> late = overdue(overview, today, months_between_visits);
    const std::unordered_set<RecordId> waiting(late.begin(), late.end());
    std::map<std::string, HeatRow> rows;
    for (const SitePicture& site : overview.sites) {
        HeatRow& row = rows[key_of(site.facts, by)];
        ++row.sites;
        row.overdue += waiting.contains(site.site) ? 1u : 0u;
        if (site.overall) {
            count(row.overall, site.site, *site.overall);
        }
        for (const auto& [function, score] : site.functions) {
            count(row.functions[function], site.site, score);
        }
    }
    for (const auto& [site, facts] : overview.unvisited) {
        HeatRow& row = rows[key_of(facts, by)];
        ++row.sites;
        ++row.unvisited;
        ++row.overdue;
    }
    std::vector<HeatRow> result;
    for (auto& [key, row] : rows) {
        row.key = key;
        result.push_back(std::move(row));
    }
    std::ranges::stable_sort(result, {}, [](const HeatRow& row) {
        return row.overall.sites.empty() ? std::numeric_limits<double>::max() : row.overall.mean;
    });
    return result;
}

std::vector<TrendPoint> trend(const Overview& overview) {
    std::map<std::string, TrendPoint> points;
    std::map<std::string, std::unordered_set<RecordId>> sites;
    for (const auto& [day, score, site] : overview.visits) {
        if (const std::optional<std::string> quarter = quarter_of(day)) {
            sites[*quarter].insert(site);
            TrendPoint& point = points[*quarter];
            ++point.visits;
            point.mean += (score - point.mean) / static_cast<double>(point.visits);
        }
    }
    std::vector<TrendPoint> result;
    for (auto& [quarter, point] : points) {
        point.quarter = quarter;
        point.sites = sites[quarter].size();
        result.push_back(point);
    }
    return result;
}

std::vector<RecordId> overdue(const Overview& overview, const std::string& today, int months) {
    std::vector<std::pair<std::string, RecordId>> waiting;
    for (const auto& [site, facts] : overview.unvisited) {
        waiting.emplace_back("", site);
    }
    if (record::is_day(today)) {
        const std::string limit = months_before(today, months);
        for (const SitePicture& site : overview.sites) {
            if (site.visited_on < limit) {
                waiting.emplace_back(site.visited_on, site.site);
            }
        }
    }
    std::ranges::stable_sort(waiting, {}, &std::pair<std::string, RecordId>::first);
    std::vector<RecordId> result;
    for (const auto& [day, site] : waiting) {
        result.push_back(site);
    }
    return result;
}

}  // namespace fieldseal::portfolio
