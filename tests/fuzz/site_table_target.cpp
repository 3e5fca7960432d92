// Sites from a file that somebody was sent: CSV in one of two encodings, or GeoJSON.
#include <algorithm>
#include <cmath>
#include <set>

#include "model/codec/reader.h"
#include "model/error/error.h"
#include "model/interchange/site_table.h"
#include "model/portfolio/search.h"
#include "targets.h"

namespace fieldseal::fuzz {

using namespace interchange;

namespace {

const SiteNames& site_names() {
    static const SiteNames one = [] {
        SiteNames names;
        names.fold = [](std::string_view text) { return portfolio::fold(text); };
        names.sectors = {{"health", "health"}, {portfolio::fold("Охорона здоров'я"), "health"}};
        names.regions = {{"ua-63", "UA-63"}, {portfolio::fold("Харківська"), "UA-63"}};
        names.profile = {"has_ot"};
        return names;
    }();
    return one;
}

bool is_text(const std::string& text) {
    return codec::is_text(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

void check_site(const record::Site& site) {
    insist(!site.name.empty(), "a site has a name");
    for (const std::string* text : {&site.name, &site.name_latin, &site.settlement, &site.address, &site.owner,
                                    &site.contact, &site.notes, &site.external_id}) {
        insist(is_text(*text), "what is taken is text");
    }
    insist(site.sector.empty() || site.sector == "health", "a sector is one that is known");
    insist(site.region.empty() || site.region == "UA-63", "so is a region");
    insist(site.criticality >= 0 && site.criticality <= 3, "an importance is one of three");
    insist(site.latitude.empty() == site.longitude.empty(), "a place has both degrees");
    for (const auto& [text, most] : {std::pair(site.latitude, 90.0), std::pair(site.longitude, 180.0)}) {
        insist(text.empty() || (record::is_decimal(text) && std::abs(std::stod(text)) <= most),
               "and lies on the globe");
    }
    for (const auto& [question, answer] : site.profile) {
        insist(question == "has_ot" && (answer == "yes" || answer == "no"), "a profile's answer is yes or no");
    }
}

void check_table(const SiteTable& table) {
    insist(table.rows.size() <= csv_row_limit && table.headers.size() <= csv_cell_limit, "within limits");
    const std::vector<std::string> fields = guess_fields(table, site_names());
    insist(fields.size() == table.headers.size(), "each column is guessed");
    if (std::ranges::find(fields, "name") == fields.end()) {
        return;
    }
    const PreparedSites prepared = prepare_sites(table, fields, site_names());
    std::set<std::size_t> lines;
    std::set<std::size_t> refused;
    std::ranges::for_each(prepared.sites, [&](const PreparedSite& made) {
        check_site(made.site);
        lines.insert(made.line);
        record::Site into;
        take_fields(made.site, prepared.fields, into);
        insist(into.name == made.site.name, "a fresh site takes the name");
    });
    insist(lines.size() == prepared.sites.size(), "no row makes two sites");
    std::ranges::for_each(prepared.refused, [&](const RefusedCell& cell) {
        insist(!lines.contains(cell.line), "a row is taken whole or not at all");
        insist(!cell.reason.empty(), "and where not, it is said why");
        refused.insert(cell.line);
    });
    insist(lines.size() + refused.size() == table.rows.size(), "each row is taken or refused");
}

}  // namespace

void run_site_table(ByteView input) {
    const std::string_view bytes(reinterpret_cast<const char*>(input.data()), input.size());
    const auto read = [](const std::function<SiteTable()>& reader) {
        try {
            check_table(reader());
        } catch (const Error& error) {
            insist(error.code() == ErrorCode::failed || error.code() == ErrorCode::too_large,
                   "what is no table is refused in words");
        }
    };
    read([&] { return read_site_table(bytes, "file"); });
    read([&] { return read_site_csv(bytes, Encoding::windows_1251, ';'); });
    // What is written for spreadsheets reads back as it was, but for the apostrophe before what looks like a formula.
    const std::string text(bytes);
    if (is_text(text)) {
        const std::vector<CsvRow> rows = read_csv(csv_line({"a" + text, "b"}), ',');
        insist(rows.size() == 1 && rows[0].cells == std::vector<std::string>{"a" + text, "b"},
               "a written row reads back");
    }
}

std::vector<Bytes> site_table_seeds() {
    const auto bytes = [](std::string_view text) { return Bytes(text.begin(), text.end()); };
    return {bytes("\xef\xbb\xbf"
                  "name,Широта,longitude,criticality,sector,region,has_ot\r\n"
                  "\"Лікарня \"\"1\"\"\",\"49,9\",36.2,vital,health,UA-63,так\r\n\r\n,91,,4,mining,,\n"),
            // windows-1251: the header "Назва;Код".
            bytes("\xcd\xe0\xe7\xe2\xe0;\xca\xee\xe4\n\xcb\xb3\xea\xe0\xf0\xed\xff;7\nB;7\n"),
            bytes(R"({"type":"FeatureCollection","features":[{"type":"Feature","id":7,"properties":{"name":"A",)"
                  R"("sector":"health","has_ot":true},"geometry":{"type":"Point","coordinates":[36.23,49.99]}},)"
                  R"({"properties":{"name":null,"notes":[1,{"a":2}]},"geometry":{"type":"Polygon"}}]})")};
}

}  // namespace fieldseal::fuzz
