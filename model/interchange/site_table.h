// Sites from a table (CSV) or a map layer (GeoJSON): read, columns guessed by their names, every row checked by itself,
// so that one bad row stops nothing else.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "model/interchange/csv.h"
#include "model/record/record.h"

namespace fieldseal::interchange {

enum class TableFormat : std::uint8_t { csv, geojson };

/// Of a whole file.
constexpr std::size_t site_table_limit = 64u << 20;

/// What a file holds, before anything is made of it.
struct SiteTable {
    TableFormat format = TableFormat::csv;
    Encoding encoding = Encoding::utf8;
    char separator = ',';
    std::vector<std::string> headers;
    /// CSV: by line. GeoJSON: by number of the feature, from 1.
    std::vector<CsvRow> rows;
};

/// Error(failed) naming what is wrong, Error(too_large). Nothing given is guessed.
SiteTable read_site_csv(std::string_view bytes, std::optional<Encoding> encoding, std::optional<char> separator);
/// A FeatureCollection; points give coordinates, other shapes none. RFC 7946.
SiteTable read_site_geojson(std::string_view bytes, std::string_view file);
/// By the first sign that is no space: `{` is GeoJSON.
SiteTable read_site_table(std::string_view bytes, std::string_view file);

/// What words of a table mean. All keys are folded.
struct SiteNames {
    std::function<std::string(std::string_view)> fold;
    /// Ids and names in every language to ids.
    std::map<std::string, std::string> sectors;
    std::map<std::string, std::string> regions;
    /// Ids of profile questions.
    std::vector<std::string> profile;
};

/// Fields that a column may be: those of a site's form, and "profile/<question>".
std::vector<std::string> site_fields(const SiteNames& names);
/// For each column the field that its header names in English or Ukrainian; "" where none does. No field twice.
std::vector<std::string> guess_fields(const SiteTable& table, const SiteNames& names);

struct PreparedSite {
    std::size_t line = 0;
    record::Site site;
};

struct RefusedCell {
    std::size_t line = 0;
    /// The header; empty where the whole row is meant.
    std::string column;
    std::string reason;
};

struct PreparedSites {
    std::vector<PreparedSite> sites;
    std::vector<RefusedCell> refused;
    /// Fields that the table has, so that others are left as they are where a site is known.
    std::vector<std::string> fields;
};

/// `fields` by column, "" for columns that are left out. Error(usage) if none is the name, or one stands there twice.
PreparedSites prepare_sites(const SiteTable& table, const std::vector<std::string>& fields, const SiteNames& names);

/// `from`'s value of each of these fields, put into `into`; what is empty there leaves `into` as it is.
void take_fields(const record::Site& from, const std::vector<std::string>& fields, record::Site& into);

}  // namespace fieldseal::interchange
