// Tables as text: separators, quotes, encodings, and whatever else may come.
#include "model/interchange/site_table.h"
#include "model/interchange/table_limit.h"

#include <doctest/doctest.h>

#include <random>

#include "model/codec/reader.h"
#include "model/error/error.h"

using namespace fieldseal;
using namespace fieldseal::interchange;

namespace {

using Cells = std::vector<std::string>;

Cells cells_of(const std::string& text, char separator = ',') {
    const auto rows = read_csv(text, separator);
    REQUIRE(rows.size() == 1);
    return rows[0].cells;
}

}  // namespace

TEST_CASE("quotes hold separators, line ends and quotes") {
    CHECK(cells_of("a,b,c") == Cells{"a", "b", "c"});
    CHECK(cells_of("a,,c,") == Cells{"a", "", "c", ""});
    CHECK(cells_of("\"a,b\",\"c\"\"d\",\"e\r\nf\"\r\n") == Cells{"a,b", "c\"d", "e\r\nf"});
    CHECK(cells_of("a\tb;c\n", '\t') == Cells{"a", "b;c"});
    CHECK(cells_of("4\" pipe,x") == Cells{"4\" pipe", "x"});
    CHECK(cells_of("\"a\"b,c") == Cells{"ab", "c"});
}

TEST_CASE("rows know their line, and rows without text are none") {
    const auto rows = read_csv("name\n\n\"two\nlines\"\r\n ,\t\nlast", ',');
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].line == 1);
    CHECK(rows[1].line == 3);
    CHECK(rows[2].line == 6);
    CHECK(read_csv("", ',').empty());
}

TEST_CASE("what cannot be a table is refused with its line") {
    CHECK_THROWS_WITH_AS(read_csv("a\nb,\"c\nd", ','),
                         "Line 2 of the table has a quotation mark that is never closed. Mend it there.", Error);
    CHECK_THROWS_AS(read_csv(std::string(300, ','), ','), Error);
    std::string many;
    for (std::size_t i = 0; i <= csv_row_limit; ++i) {
        many += "x\n";
    }
    CHECK_THROWS_AS(read_csv(many, ','), Error);
}

TEST_CASE("the separator is what the first line has most of") {
    CHECK(guess_separator("a;b;c\n1,2,3,4,5") == ';');
    CHECK(guess_separator("\"a;b;c;d\",e") == ',');
    CHECK(guess_separator("a\tb") == '\t');
    CHECK(guess_separator("alone") == ',');
}

TEST_CASE("windows-1251 is told from UTF-8, and every letter of it is read") {
    const std::string name = "\xd0\xcb\xb2\xef\xbf\xb4 \xb9 2";  // "РЛІпїґ № 2"
    CHECK(guess_encoding(name) == Encoding::windows_1251);
    CHECK(to_utf8(name, Encoding::windows_1251) == "РЛІпїґ № 2");
    CHECK(to_utf8("\xa5\xb3\xbf\xba\xaf\xaa", Encoding::windows_1251) == "ҐіїєЇЄ");
    CHECK(guess_encoding("Лікарня") == Encoding::utf8);
    CHECK(guess_encoding("plain") == Encoding::utf8);
    CHECK(to_utf8("\xef\xbb\xbfЛікарня", guess_encoding("\xef\xbb\xbfЛікарня")) == "Лікарня");
    CHECK_THROWS_AS(to_utf8("a\x98", Encoding::windows_1251), Error);
    CHECK_THROWS_AS(to_utf8("\xd0", Encoding::utf8), Error);
}

TEST_CASE("what is written is read back, and is no formula") {
    const Cells cells{"a,b", "\"q\"", "line\nend", "", "a;b", "ї"};
    CHECK(cells_of(csv_line(cells)) == cells);
    CHECK(csv_line({"=1+1", "@x", "-5", "+7"}) == "'=1+1,'@x,'-5,'+7\r\n");
}

TEST_CASE("any bytes are read or refused, never more than there are") {
    std::mt19937 dice(7);
    const std::string alphabet = "ab\"\",;\t\r\n\xd0\x98 ";
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::size_t i = dice() % 60; i > 0; --i) {
            text.push_back(alphabet[dice() % alphabet.size()]);
        }
        std::size_t most = 0;
        try {
            for (const CsvRow& row : read_csv(text, guess_separator(text))) {
                CHECK(row.line >= 1);
                for (const std::string& cell : row.cells) {
                    most += cell.size();
                }
                // Reading what was written gives the same.
                CHECK(cells_of(csv_line(row.cells)).size() == row.cells.size());
            }
            CHECK(most <= text.size());
            const std::string converted = to_utf8(text, guess_encoding(text));
            CHECK(codec::is_text(ByteView(reinterpret_cast<const std::uint8_t*>(converted.data()), converted.size())));
        } catch (const Error& error) {
            CHECK((error.code() == ErrorCode::failed || error.code() == ErrorCode::too_large));
        }
    }
}

namespace {

SiteNames names() {
    SiteNames made;
    made.fold = [](std::string_view text) { return std::string(text); };
    made.sectors = {{"health", "health"}};
    made.regions = {{"UA-63", "UA-63"}};
    made.profile = {"has_ot"};
    return made;
}

PreparedSites prepared(const std::string& text) {
    const SiteTable table = read_site_table(text, "t");
    return prepare_sites(table, guess_fields(table, names()), names());
}

std::string refusal(const std::string& cells) {
    const PreparedSites made = prepared("name,latitude,longitude,criticality,sector,has_ot\n" + cells);
    REQUIRE(made.refused.size() == 1);
    CHECK(made.sites.empty());
    return made.refused[0].column + ": " + made.refused[0].reason;
}

}  // namespace

TEST_CASE("a row is taken whole or refused with its column and reason") {
    const PreparedSites good = prepared("name,latitude,longitude,criticality,sector,has_ot\n A ,\"49,9\",36.2,2,health,yes\n");
    REQUIRE(good.sites.size() == 1);
    CHECK(good.sites[0].line == 2);
    CHECK(good.sites[0].site.name == "A");
    CHECK(good.sites[0].site.latitude == "49.9");
    CHECK(good.sites[0].site.criticality == 2);
    CHECK(good.sites[0].site.profile.at("has_ot") == "yes");
    CHECK(refusal(",,,,,yes") == "name: is empty; a site needs a name");
    CHECK(refusal("A,91,0") == "latitude: must be decimal degrees, like 48.457, from -90 to 90");
    CHECK(refusal("A,1,181") == "longitude: must be decimal degrees, like 48.457, from -180 to 180");
    CHECK(refusal("A,49.9,") == "longitude: is empty while the other degrees are given");
    CHECK(refusal("A,36.2,49.9") == "latitude: seems to be exchanged with the longitude");
    CHECK(refusal("A,,,4") == "criticality: must be 1, 2 or 3 (ordinary, important, vital)");
    CHECK(refusal("A,,,,mining") == "sector: 'mining' is no sector of the questionnaires here");
    CHECK(refusal("A,,,,,perhaps") == "has_ot: must be yes or no");
    CHECK(refusal("A,,,,,,more") == ": has more cells than there are columns");
    CHECK(refusal("A," + std::string(5000, '1') + ",1") == "latitude: must be decimal degrees, like 48.457, from -90 to 90");
}

TEST_CASE("a small file with a great many empty cells is refused") {
    // One byte a cell in a table; in a map layer one property that no other feature has costs a whole row.
    std::string table = "name\n";
    for (std::size_t i = 0; i <= table_cell_limit / 200; ++i) {
        table += "A" + std::string(200, ',') + "\n";
    }
    CHECK_THROWS_WITH_AS(read_site_table(table, "t"), "The table has more than 4000000 cells. Split it into several files.", Error);
    std::string layer = R"({"type":"FeatureCollection","features":[{"properties":{"name":"A")";
    for (int i = 0; i < 200; ++i) {
        layer += ",\"p" + std::to_string(i) + "\":1";
    }
    layer += "}}";
    for (std::size_t i = 0; i <= table_cell_limit / 200; ++i) {
        layer += R"(,{"properties":{"p99":1,"p199":1}})";
    }
    CHECK_THROWS_WITH_AS(read_site_table(layer + "]}", "t"), "The table has more than 4000000 cells. Split it into several files.", Error);
}

TEST_CASE("columns are taken once, and the name must be among them") {
    const SiteTable table = read_site_table("name,site,\xd1\x88\xd0\xb8\xd1\x80\xd0\xbe\xd1\x82\xd0\xb0\nA,B,1\n", "t");
    CHECK(guess_fields(table, names()) == Cells{"name", "", "latitude"});
    CHECK_THROWS_WITH_AS(prepare_sites(table, {"", "", "latitude"}, names()), "Say which column holds the name of a site.", Error);
    CHECK_THROWS_AS(prepare_sites(table, {"name", "name", ""}, names()), Error);
    CHECK_THROWS_AS(prepare_sites(table, {"name", "altitude", ""}, names()), Error);
}

TEST_CASE("a known site keeps what the row leaves empty") {
    record::Site site;
    site.name = "A";
    site.notes = "old";
    site.criticality = 3;
    record::Site row;
    row.name = "B";
    row.profile["has_ot"] = "no";
    take_fields(row, {"name", "notes", "criticality", "profile/has_ot"}, site);
    CHECK(site.name == "B");
    CHECK(site.notes == "old");
    CHECK(site.criticality == 3);
    CHECK(site.profile.at("has_ot") == "no");
}

TEST_CASE("map layers: points give coordinates, whatever else is there gives none") {
    const PreparedSites made = prepared(
        R"({"type":"FeatureCollection","features":[
            {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[36.25,49.99,100]},"properties":{"name":"A","x":{"y":[1]}}},
            {"type":"Feature","geometry":null,"properties":{"name":"B","criticality":2}},
            {"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2]]},"properties":{"name":"C"}},
            {"type":"Feature","geometry":{"type":"Point","coordinates":["x"]},"properties":null}, 5]})");
    REQUIRE(made.sites.size() == 3);
    CHECK(made.sites[0].site.longitude == "36.25");
    CHECK(made.sites[0].site.latitude == "49.99");
    CHECK(made.sites[0].site.external_id == "7");
    CHECK(made.sites[1].site.criticality == 2);
    CHECK(made.sites[2].site.latitude.empty());
    CHECK(made.refused.size() == 2);
    for (const char* text : {"{}", R"({"type":"FeatureCollection"})", R"({"type":"FeatureCollection","features":[]})", "{\"type\":", "{[1]}"}) {
        CHECK_THROWS_AS(read_site_table(text, "t"), Error);
    }
}

TEST_CASE("any table is read or refused") {
    std::mt19937 dice(11);
    const std::string layer = R"({"type":"FeatureCollection","features":[{"id":1,"geometry":{"type":"Point","coordinates":[36,49]},"properties":{"name":"A"}}]})";
    const std::string table = "name;latitude;longitude;id\n\"A;\";49,1;36;1\nB;;;\n";
    for (int round = 0; round < 4000; ++round) {
        std::string text = round % 2 == 0 ? layer : table;
        for (std::size_t i = dice() % 4; i > 0; --i) {
            text[dice() % text.size()] = static_cast<char>(dice() % 256);
        }
        text.resize(text.size() - dice() % 3);
        try {
            const PreparedSites made = prepared(text);
            for (const PreparedSite& site : made.sites) {
                CHECK_FALSE(site.site.name.empty());
            }
        } catch (const Error& error) {
            CHECK((error.code() == ErrorCode::failed || error.code() == ErrorCode::usage || error.code() == ErrorCode::too_large));
        }
    }
}
