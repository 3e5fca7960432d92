// The state of all sites at a glance: scores by function over sectors or regions, how they moved, and who waits for a visit.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/portfolio/help.h"
#include "model/questionnaire/scoring.h"

namespace fieldseal::portfolio {

/// One site by its latest finalised visit.
struct SitePicture {
    RecordId site;
    SiteFacts facts;
    std::string visited_on;
    std::optional<double> overall;
    /// By function; those without a score are absent. 0..1.
    std::map<std::string, double> functions;
    bool provisional = false;
};

struct ScoredVisit {
    std::string day;
    double score = 0;
    RecordId site = {};
};

/// All sites together. Sites without a finalised visit are in `unvisited`.
struct Overview {
    std::vector<SitePicture> sites;
    std::vector<std::pair<RecordId, SiteFacts>> unvisited;
    /// Each finalised visit that has a score, latest or not.
    std::vector<ScoredVisit> visits;
    /// Functions in the questionnaire's order.
    std::vector<std::string> functions;

    /// Takes a site's latest finalised visit in.
    void add(const RecordId& site, const SiteFacts& facts, const std::string& visited_on, const questionnaire::Score& score);
};

enum class OverviewBy : std::uint8_t { sector, region };

/// The mean over the sites that have a score, and which these are.
struct HeatCell {
    double mean = 0;
    std::vector<RecordId> sites;
};

struct HeatRow {
    /// A sector's or region's id; "" where a site has none.
    std::string key;
    /// All of its sites, visited or not.
    std::size_t sites = 0;
    std::size_t unvisited = 0;
    /// See overdue().
    std::size_t overdue = 0;
    HeatCell overall;
    std::map<std::string, HeatCell> functions;
};

/// A site that nobody has visited for so long waits.
constexpr int months_between_visits = 12;

/// One row per sector or region that has sites; those with the lowest overall mean first, those without any score last.
/// `today` decides what is overdue; without it only what was never visited is.
std::vector<HeatRow> heat_map(const Overview& overview, OverviewBy by, const std::string& today = {});

struct TrendPoint {
    /// "2026-Q4".
    std::string quarter;
    std::size_t visits = 0;
    /// Those that were visited, each once.
    std::size_t sites = 0;
    double mean = 0;
};

/// Where a site says that it lies, in degrees.
struct SitePlace {
    RecordId site;
    double longitude = 0;
    double latitude = 0;
};
/// Of decimal degrees as a site's record has them; nothing where they are no such numbers, or outside the globe.
std::optional<SitePlace> place_of(const RecordId& site, const std::string& latitude, const std::string& longitude);

/// "2026-Q4" of "2026-11-23"; nothing where it is no day.
std::optional<std::string> quarter_of(const std::string& day);

/// By the quarter of the visit, oldest first; quarters without visits are left out.
std::vector<TrendPoint> trend(const Overview& overview);

/// Sites that were never visited, and those whose latest visit is older than `months` before `today` ("2026-11-23"); the
/// longest waiting first, those never visited before them.
std::vector<RecordId> overdue(const Overview& overview, const std::string& today, int months);

}  // namespace fieldseal::portfolio
