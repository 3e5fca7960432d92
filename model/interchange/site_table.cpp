#include "model/interchange/site_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <set>

#include "model/codec/reader.h"
#include "model/error/error.h"
#include "model/interchange/json_form.h"
#include "model/interchange/table_limit.h"

namespace fieldseal::interchange {

namespace {

struct TextColumn {
    const char* field;
    std::string record::Site::*member;
    std::size_t limit;
};

constexpr TextColumn text_columns[] = {
    {"name", &record::Site::name, line_limit},
    {"name_latin", &record::Site::name_latin, line_limit},
    {"sector", &record::Site::sector, line_limit},
    {"region", &record::Site::region, line_limit},
    {"settlement", &record::Site::settlement, line_limit},
    {"address", &record::Site::address, line_limit},
    {"latitude", &record::Site::latitude, line_limit},
    {"longitude", &record::Site::longitude, line_limit},
    {"owner", &record::Site::owner, line_limit},
    {"contact", &record::Site::contact, line_limit},
    {"external_id", &record::Site::external_id, line_limit},
    {"notes", &record::Site::notes, note_limit},
};

/// What people call the columns, folded.
constexpr std::pair<const char*, const char*> header_names[] = {
    {"name", "name"},
    {"site", "name"},
    {"site name", "name"},
    {"title", "name"},
    {"назва", "name"},
    {"найменування", "name"},
    {"об'єкт", "name"},
    {"назва об'єкта", "name"},
    {"установа", "name"},
    {"name latin", "name_latin"},
    {"name en", "name_latin"},
    {"english name", "name_latin"},
    {"назва латиницею", "name_latin"},
    {"назва англійською", "name_latin"},
    {"sector", "sector"},
    {"сектор", "sector"},
    {"галузь", "sector"},
    {"region", "region"},
    {"oblast", "region"},
    {"область", "region"},
    {"регіон", "region"},
    {"settlement", "settlement"},
    {"city", "settlement"},
    {"town", "settlement"},
    {"place", "settlement"},
    {"місто", "settlement"},
    {"населений пункт", "settlement"},
    {"громада", "settlement"},
    {"address", "address"},
    {"адреса", "address"},
    {"latitude", "latitude"},
    {"lat", "latitude"},
    {"широта", "latitude"},
    {"longitude", "longitude"},
    {"lon", "longitude"},
    {"lng", "longitude"},
    {"long", "longitude"},
    {"довгота", "longitude"},
    {"criticality", "criticality"},
    {"importance", "criticality"},
    {"критичність", "criticality"},
    {"важливість", "criticality"},
    {"owner", "owner"},
    {"operator", "owner"},
    {"власник", "owner"},
    {"contact", "contact"},
    {"контакт", "contact"},
    {"контакти", "contact"},
    {"external id", "external_id"},
    {"id", "external_id"},
    {"code", "external_id"},
    {"edrpou", "external_id"},
    {"код", "external_id"},
    {"єдрпоу", "external_id"},
    {"код єдрпоу", "external_id"},
    {"ідентифікатор", "external_id"},
    {"notes", "notes"},
    {"note", "notes"},
    {"comment", "notes"},
    {"примітки", "notes"},
    {"примітка", "notes"},
    {"коментар", "notes"},
};

constexpr std::pair<const char*, std::int64_t> criticality_words[] = {
    {"1", 1}, {"ordinary", 1}, {"звичайний", 1}, {"звичайна", 1}, {"2", 2}, {"important", 2}, {"важливий", 2}, {"важлива", 2},
    {"3", 3}, {"vital", 3}, {"critical", 3}, {"життєво важливий", 3}, {"життєво важлива", 3}, {"критичний", 3}};

constexpr std::pair<const char*, const char*> profile_words[] = {
    {"yes", "yes"}, {"true", "yes"}, {"1", "yes"}, {"так", "yes"}, {"no", "no"}, {"false", "no"}, {"0", "no"}, {"ні", "no"}};

template <class List>
auto find_word(const List& list, std::string_view word) {
    return std::ranges::find_if(list, [&](const auto& entry) { return entry.first == word; });
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// "Name_Latin" and "name  latin" are one.
std::string header_key(const SiteNames& names, const std::string& header) {
    std::string spaced = trimmed(header);
    std::ranges::replace(spaced, '_', ' ');
    return names.fold(spaced);
}

struct BadCell {
    std::string reason;
};

std::string degrees(std::string value, double most) {
    std::ranges::replace(value, ',', '.');
    if (!record::is_decimal(value) || std::abs(std::strtod(value.c_str(), nullptr)) > most) {
        const std::string bound = std::to_string(static_cast<int>(most));
        throw BadCell{"must be decimal degrees, like 48.457, from -" + bound + " to " + bound};
    }
    return value;
}

std::string looked_up(const std::map<std::string, std::string>& known, const SiteNames& names, const std::string& value,
                      const char* what) {
    const auto found = known.find(names.fold(value));
    if (found == known.end()) {
        throw BadCell{"'" + value.substr(0, 60) + "' is " + what};
    }
    return found->second;
}

void put(record::Site& site, const std::string& field, const std::string& value, const SiteNames& names) {
    if (field == "criticality") {
        const auto found = find_word(criticality_words, names.fold(value));
        if (found == std::end(criticality_words)) {
            throw BadCell{"must be 1, 2 or 3 (ordinary, important, vital)"};
        }
        site.criticality = found->second;
        return;
    }
    if (field.starts_with("profile/")) {
        const auto found = find_word(profile_words, names.fold(value));
        if (found == std::end(profile_words)) {
            throw BadCell{"must be yes or no"};
        }
        site.profile[field.substr(8)] = found->second;
        return;
    }
    const auto column = std::ranges::find(text_columns, field, &TextColumn::field);
    std::string text = value;
    if (field == "sector") {
        text = looked_up(names.sectors, names, value, "no sector of the questionnaires here");
    } else if (field == "region") {
        text = looked_up(names.regions, names, value, "no region; give its name or its ISO 3166-2 code, like UA-63");
    } else if (field == "latitude") {
        text = degrees(value, 90);
    } else if (field == "longitude") {
        text = degrees(value, 180);
    }
    if (text.size() > column->limit) {
        throw BadCell{"is longer than " + std::to_string(column->limit) + " bytes"};
    }
    site.*column->member = text;
}

/// Of a place that lies in Ukraine when its degrees are exchanged, and not as they are.
bool looks_exchanged(const record::Site& site) {
    const double latitude = std::strtod(site.latitude.c_str(), nullptr);
    const double longitude = std::strtod(site.longitude.c_str(), nullptr);
    const auto in_ukraine = [](double north, double east) { return north > 44 && north < 53 && east > 22 && east < 41; };
    return !in_ukraine(latitude, longitude) && in_ukraine(longitude, latitude);
}

std::string cell_text(const Json& value) {
    return value.is_string()    ? value.get<std::string>()
           : value.is_boolean() ? (value.get<bool>() ? "yes" : "no")
           : value.is_null()    ? std::string()
                                : value.dump();
}

/// As short as it can be without losing anything a map shows: 6 decimals are about 10 cm.
std::string degrees_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6f", value);
    std::string digits = text;
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) {
        digits.pop_back();
    }
    return digits;
}

}  // namespace

SiteTable read_site_csv(std::string_view bytes, std::optional<Encoding> encoding, std::optional<char> separator) {
    if (bytes.size() > site_table_limit) {
        throw Error(ErrorCode::too_large, "The file has more than 64 MiB. Split it into several files.");
    }
    SiteTable table;
    table.encoding = encoding.value_or(guess_encoding(bytes));
    const std::string text = to_utf8(bytes, table.encoding);
    table.separator = separator.value_or(guess_separator(text));
    table.rows = read_csv(text, table.separator);
    if (table.rows.size() < 2) {
        throw Error(ErrorCode::failed, "The table has no rows below its first, which names the columns.");
    }
    table.headers = std::move(table.rows.front().cells);
    table.rows.erase(table.rows.begin());
    std::ranges::transform(table.headers, table.headers.begin(), trimmed);
    return table;
}

SiteTable read_site_geojson(std::string_view bytes, std::string_view file) {
    if (bytes.size() > site_table_limit) {
        throw Error(ErrorCode::too_large, "The file has more than 64 MiB. Split it into several files.");
    }
    const Json json = questionnaire::parse_json(bytes, file);
    const auto features = json.find("features");
    if (!json.is_object() || json.value("type", Json()) != "FeatureCollection" || features == json.end() ||
        !features->is_array() || features->empty()) {
        throw Error(ErrorCode::failed, "The file is no GeoJSON FeatureCollection with features.");
    }
    if (features->size() > csv_row_limit) {
        throw Error(ErrorCode::too_large, "The table has more than " + std::to_string(csv_row_limit) +
                                              " rows. Split it into several files.");
    }
    SiteTable table;
    table.format = TableFormat::geojson;
    std::map<std::string, std::size_t> columns;
    const auto column = [&](const std::string& name) {
        const auto [place, fresh] = columns.emplace(name, table.headers.size());
        if (fresh) {
            if (table.headers.size() == csv_cell_limit) {
                throw Error(ErrorCode::too_large, "The features have more than " + std::to_string(csv_cell_limit) + " properties.");
            }
            table.headers.push_back(name);
        }
        return place->second;
    };
    std::size_t cells = 0;
    for (const Json& feature : *features) {
        CsvRow& row = table.rows.emplace_back(CsvRow{table.rows.size() + 1, {}});
        const auto set = [&](const std::string& name, std::string value) {
            const std::size_t place = column(name);
            const std::size_t size = std::max(row.cells.size(), place + 1);
            cells += size - row.cells.size();
            check_cells(cells);
            row.cells.resize(size);
            row.cells[place] = std::move(value);
        };
        if (!feature.is_object()) {
            continue;
        }
        if (const auto properties = feature.find("properties"); properties != feature.end() && properties->is_object()) {
            for (const auto& [name, value] : properties->items()) {
                set(name, cell_text(value));
            }
        }
        if (const auto id = feature.find("id"); id != feature.end() && (id->is_string() || id->is_number_integer())) {
            set("id", cell_text(*id));
        }
        const auto geometry = feature.find("geometry");
        if (geometry != feature.end() && geometry->is_object() && geometry->value("type", Json()) == "Point") {
            const auto point = geometry->find("coordinates");
            if (point != geometry->end() && point->is_array() && point->size() >= 2 && (*point)[0].is_number() &&
                (*point)[1].is_number()) {
                // RFC 7946: longitude first.
                set("longitude", degrees_text((*point)[0].get<double>()));
                set("latitude", degrees_text((*point)[1].get<double>()));
            }
        }
    }
    return table;
}

SiteTable read_site_table(std::string_view bytes, std::string_view file) {
    std::string_view start = bytes;
    if (start.starts_with("\xef\xbb\xbf")) {
        start.remove_prefix(3);
    }
    const std::size_t first = start.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && start[first] == '{' ? read_site_geojson(start, file)
                                                                 : read_site_csv(bytes, std::nullopt, std::nullopt);
}

std::vector<std::string> site_fields(const SiteNames& names) {
    std::vector<std::string> fields;
    for (const TextColumn& column : text_columns) {
        fields.emplace_back(column.field);
    }
    fields.emplace_back("criticality");
    for (const std::string& question : names.profile) {
        fields.push_back("profile/" + question);
    }
    return fields;
}

std::vector<std::string> guess_fields(const SiteTable& table, const SiteNames& names) {
    std::map<std::string, std::string> known;
    for (const auto& [header, field] : header_names) {
        known.emplace(names.fold(header), field);
    }
    for (const std::string& field : site_fields(names)) {
        const std::string name = field.starts_with("profile/") ? field.substr(8) : field;
        known.insert_or_assign(header_key(names, name), field);
        known.emplace(header_key(names, field), field);
    }
    std::set<std::string> taken;
    std::vector<std::string> fields;
    for (const std::string& header : table.headers) {
        const auto found = known.find(header_key(names, header));
        const bool fresh = found != known.end() && taken.insert(found->second).second;
        fields.push_back(fresh ? found->second : std::string());
    }
    return fields;
}

PreparedSites prepare_sites(const SiteTable& table, const std::vector<std::string>& fields, const SiteNames& names) {
    PreparedSites prepared;
    const std::vector<std::string> possible = site_fields(names);
    for (const std::string& field : fields) {
        if (field.empty()) {
            continue;
        }
        if (std::ranges::find(possible, field) == possible.end()) {
            throw Error(ErrorCode::usage, "'" + field + "' is no field of a site.");
        }
        if (std::ranges::find(prepared.fields, field) != prepared.fields.end()) {
            throw Error(ErrorCode::usage, "Two columns are both taken for '" + field + "'. Leave one of them out.");
        }
        prepared.fields.push_back(field);
    }
    if (std::ranges::find(prepared.fields, "name") == prepared.fields.end()) {
        throw Error(ErrorCode::usage, "Say which column holds the name of a site.");
    }
    std::map<std::string, std::size_t> seen;
    for (const CsvRow& row : table.rows) {
        PreparedSite made{row.line, {}};
        const std::size_t refused = prepared.refused.size();
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const std::string value = trimmed(row.cells[i]);
            if (i >= table.headers.size()) {
                if (!value.empty()) {
                    prepared.refused.push_back({row.line, "", "has more cells than there are columns"});
                    break;
                }
                continue;
            }
            if (i >= fields.size() || fields[i].empty() || value.empty()) {
                continue;
            }
            try {
                if (!codec::is_text(view_of(value))) {
                    throw BadCell{"holds signs that are no text"};
                }
                put(made.site, fields[i], value, names);
            } catch (const BadCell& bad) {
                prepared.refused.push_back({row.line, table.headers[i], bad.reason});
            }
        }
        // Of a row with an unreadable cell nothing more is said about how its cells go together.
        const bool degrees_read = refused == prepared.refused.size();
        const auto refuse = [&](const char* field, const std::string& reason) {
            const auto column = std::ranges::find(fields, field);
            prepared.refused.push_back({row.line, column == fields.end() ? std::string() : table.headers[static_cast<std::size_t>(column - fields.begin())], reason});
        };
        if (made.site.name.empty()) {
            refuse("name", "is empty; a site needs a name");
        }
        if (degrees_read && made.site.latitude.empty() != made.site.longitude.empty()) {
            refuse(made.site.latitude.empty() ? "latitude" : "longitude", "is empty while the other degrees are given");
        } else if (degrees_read && !made.site.latitude.empty() && looks_exchanged(made.site)) {
            refuse("latitude", "seems to be exchanged with the longitude");
        }
        if (!made.site.external_id.empty() && refused == prepared.refused.size()) {
            const auto [place, fresh] = seen.emplace(made.site.external_id, row.line);
            if (!fresh) {
                refuse("external_id", "stands in row " + std::to_string(place->second) + " already");
            }
        }
        if (refused == prepared.refused.size()) {
            prepared.sites.push_back(std::move(made));
        }
    }
    return prepared;
}

void take_fields(const record::Site& from, const std::vector<std::string>& fields, record::Site& into) {
    for (const std::string& field : fields) {
        if (field == "criticality") {
            into.criticality = from.criticality == 0 ? into.criticality : from.criticality;
        } else if (field.starts_with("profile/")) {
            const auto found = from.profile.find(field.substr(8));
            if (found != from.profile.end()) {
                into.profile[found->first] = found->second;
            }
        } else if (const auto column = std::ranges::find(text_columns, field, &TextColumn::field); column != std::end(text_columns)) {
            into.*column->member = (from.*column->member).empty() ? into.*column->member : from.*column->member;
        }
    }
}

}  // namespace fieldseal::interchange
