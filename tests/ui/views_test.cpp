// Saved views and the map on the user's way: with a null screen in detail, then at a real window in both languages and two scales, with screenshots.
#include <algorithm>

#include "tests/ui/desk.h"
#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

void fill_office(session::Session& office) {
    office.found("Test", "Олена");
    office.generate(40, 60, 7);
}

struct Office : test::Stage {
    Office() {
        fill_office(*create("office").first);
        unlock("office");
    }
    void restart() {
        app.lock();
        driver.settle();
        unlock("office");
    }
    void save_as(const std::string& name) {
        driver.click("views.menu");
        driver.write("views.name", name);
        driver.click("views.save");
        driver.press(Key::escape);
        driver.press(Key::escape);
    }
};

}  // namespace

TEST_CASE("a view of the sites is saved, survives, opens, is renamed and removed") {
    Office stage;
    stage.driver.click("nav.overview");
    stage.driver.click("overview.cell.0.0");
    REQUIRE(stage.app.screen == Screen::sites);
    const portfolio::SiteFilter filter = stage.app.sites.filter;
    REQUIRE(filter.sector);
    stage.driver.click("sites.sort");
    stage.driver.click("sites.sort.score");
    stage.driver.write("sites.search", "а");
    const std::vector<const session::Row*> shown = stage.app.sites.shown;
    std::vector<RecordId> ids;
    for (const session::Row* row : shown) {
        ids.push_back(row->summary.id);
    }
    stage.save_as("Перші");
    REQUIRE(stage.app.saved_views.views.size() == 1);

    stage.restart();
    CHECK(stage.app.sites.filter.is_empty());
    stage.driver.click("nav.sites");
    stage.driver.click("views.menu");
    stage.driver.click("views.open.0");
    CHECK(stage.app.sites.filter == filter);
    CHECK(stage.app.sites.sort == "score");
    CHECK(stage.app.sites.query == "а");
    std::vector<RecordId> again;
    for (const session::Row* row : stage.app.sites.shown) {
        again.push_back(row->summary.id);
    }
    CHECK(again == ids);
    int before = -2;
    for (const session::Row* row : stage.app.sites.shown) {
        const auto latest = row->latest ? stage.app.snapshot->find(*row->latest) : nullptr;
        const int score = latest && latest->summary.score >= 0 ? latest->summary.score : 9999;
        CHECK(score >= before);
        before = score;
    }

    // The same name again is refused, whatever its case.
    stage.driver.click("views.menu");
    stage.driver.write("views.name", "ПЕРШІ");
    CHECK_FALSE(stage.driver.find("views.save").enabled);
    stage.driver.write("views.name", "");
    stage.driver.click("views.rename.0");
    stage.driver.write("views.new_name", "Найслабші");
    stage.driver.click("views.rename.go");
    CHECK(stage.app.saved_views.views[0].name == "Найслабші");
    stage.restart();
    REQUIRE(stage.app.saved_views.views.size() == 1);
    CHECK(stage.app.saved_views.views[0].name == "Найслабші");
    stage.driver.click("nav.sites");
    stage.driver.click("views.menu");
    stage.driver.click("views.remove.0");
    CHECK(stage.app.saved_views.views.empty());
    stage.restart();
    CHECK(stage.app.saved_views.views.empty());
}

TEST_CASE("views open from the command palette, each in its list, and Enter saves one") {
    Office stage;
    stage.driver.click("nav.reviews");
    stage.driver.click("reviews.order.risk");
    stage.driver.write("reviews.search", "нічого");
    stage.driver.press_with_control(Key::k);
    stage.driver.type("views of");
    stage.driver.press(Key::enter);
    stage.driver.write("views.name", "Ризик");
    stage.driver.press(Key::enter);
    REQUIRE(stage.app.saved_views.views.size() == 1);
    CHECK(stage.app.saved_views.views[0].list == "reviews");
    stage.driver.press(Key::escape);
    stage.driver.press(Key::escape);
    stage.app.reviews.query.clear();
    stage.app.reviews.order = "age";
    stage.driver.click("nav.sites");
    stage.driver.press_with_control(Key::k);
    stage.driver.type("ризик");
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::reviews);
    CHECK(stage.app.reviews.query == "нічого");
    CHECK(stage.app.reviews.order == "risk");
    // A view of a part that is unknown here is not opened with less than it asked for.
    session::SavedView odd{"odd", "sites", "", "", {{"colour", "red"}}};
    stage.app.saved_views.views.push_back(odd);
    stage.driver.press_with_control(Key::k);
    stage.driver.type("odd");
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::reviews);
    REQUIRE(stage.app.status);
    CHECK(stage.app.status->state == ui::State::bad);
}

TEST_CASE("views of a newer version are kept, and nothing is saved over them") {
    set_language(Language::english);
    Office stage;
    stage.save_as("First");
    REQUIRE(stage.app.saved_views.views.size() == 1);
    stage.driver.press_with_control(Key::l);
    const std::string newer("\x02 of a later time", 16);
    std::string kept;
    {
        auto office = stage.open("office");
        kept = office->setting("saved_views");
        office->set_setting("saved_views", newer);
    }
    stage.unlock("office");
    stage.driver.click("nav.sites");
    stage.driver.click("views.menu");
    CHECK(stage.driver.find("views.problem").text == "The saved views were written by a newer version of Fieldseal.");
    CHECK_FALSE(stage.driver.shows("views.save"));
    CHECK_FALSE(stage.driver.shows("views.name"));
    stage.driver.press(Key::escape);
    stage.driver.press_with_control(Key::l);
    {
        auto office = stage.open("office");
        CHECK(office->setting("saved_views") == newer);
        office->set_setting("saved_views", kept);
    }
    stage.unlock("office");
    stage.driver.click("nav.sites");
    stage.driver.click("views.menu");
    stage.driver.click("views.open.0");
}

TEST_CASE("the coordinator's picture at a real window") {
    test::WindowStage stage;
    fill_office(*session::Session::create(stage.folder / "office.fieldseal", crypto::Secret(view_of("correct horse battery")), session::system_environment(crypto::test_cost)).first);
    {
        auto office = session::Session::open(stage.folder / "office.fieldseal", crypto::Secret(view_of("correct horse battery")), session::system_environment(crypto::test_cost));
        // As a coordinator has them: some sites with a place, most without.
        for (const auto& [name, region, latitude, longitude] : {std::tuple("Лікарня, Львів", "UA-46", "49.84", "24.03"), std::tuple("Лікарня, Харків", "UA-63", "49.99", "36.23"),
                                                                std::tuple("Водоканал, Одеса", "UA-51", "46.48", "30.73"), std::tuple("Лікарня, Сімферополь", "UA-43", "44.95", "34.10")}) {
            record::Site site;
            site.name = name;
            site.sector = "health";
            site.region = region;
            site.latitude = latitude;
            site.longitude = longitude;
            office->add_site(site);
        }
    }
    for (const float scale : {1.0f, 2.0f}) {
        stage.options.width = scale > 1 ? 1920 : 1366;
        stage.options.height = scale > 1 ? 1080 : 768;
        for (const Language language : {Language::english, Language::ukrainian}) {
            if (scale > 1 && language == Language::english) {
                continue;  // drawing so many pixels without a graphics card takes long; Ukrainian words are the longer ones
            }
            test::Desk desk(stage, language, ThemeName::light, scale);
            const std::string end = std::string(language == Language::english ? "-en" : "-uk") + (scale > 1 ? "-200" : "-100");
            desk.unlock("office");
            desk.driver.press_with_alt(Key::digit_1);
            desk.driver.press(Key::down);
            desk.driver.press(Key::right);
            desk.shot("picture-overview" + end);
            const std::string row = desk.app.overview.rows[1].key;
            desk.driver.press(Key::left);
            desk.driver.press(Key::enter);
            REQUIRE(desk.app.screen == Screen::sites);
            CHECK(desk.app.sites.filter.sector == row);
            desk.driver.click("views.menu");
            const std::string name = language == Language::english ? "Weak first" : "Спершу слабкі";
            if (scale > 1) {
                // From the run before: it survived the window.
                CHECK(std::ranges::count(desk.app.saved_views.views, name, &session::SavedView::name) == 1);
            } else {
                desk.driver.write("views.name", name);
                desk.driver.click("views.save");
            }
            desk.shot("picture-views" + end);
            desk.driver.press(Key::escape);
            desk.driver.press(Key::escape);
            desk.shot("picture-sites" + end);
            desk.driver.press_with_alt(Key::digit_1);
            desk.driver.click("overview.by.map");
            desk.driver.press(Key::left);
            desk.shot("picture-map" + end);
            desk.driver.click("map.shade.overdue");
            desk.driver.press(Key::down);
            desk.shot("picture-map-overdue" + end);
            const std::string code = portfolio::ukraine()[desk.app.overview.map.region].code;
            const bool any = std::ranges::count(desk.app.overview.rows, code, &portfolio::HeatRow::key) > 0;
            desk.driver.press(Key::enter);
            CHECK((desk.app.screen == Screen::sites) == any);
            desk.driver.click("nav.needs");
            desk.driver.click("needs.tab.gaps");
            desk.shot("picture-gaps" + end);
        }
    }
}
