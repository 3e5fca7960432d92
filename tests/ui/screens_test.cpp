// Every screen without a window: drawn for every role, empty and full, in both languages and all themes; the keyboard;
// widgets that must not lose anything.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;

namespace {

struct Stage : test::Stage {
    /// A vault of this role, open in the app.
    void open(team::Role role, std::uint64_t sites = 0, std::uint64_t assessments = 0) {
        auto worked_in = create("office").first;
        worked_in->found("Test", "Олена Коваль");
        std::string name = "office";
        if (role != team::Role::coordinator) {
            name = "member";
            worked_in = join(*worked_in, name, role, "Гість");
        }
        if (sites > 0) {
            worked_in->generate(sites, assessments, 5);
        }
        worked_in.reset();
        unlock(name);
    }
};

}  // namespace

TEST_CASE("every screen draws for every role, empty and full, in both languages and all themes") {
    for (const team::Role role : {team::Role::assessor, team::Role::reviewer, team::Role::coordinator}) {
        for (const std::uint64_t sites : {0u, 30u}) {
            Stage stage;
            stage.open(role, sites, sites / 2);
            for (const Language chosen : {Language::english, Language::ukrainian}) {
                for (const ThemeName name : {ThemeName::light, ThemeName::dark, ThemeName::contrast}) {
                    set_language(chosen);
                    apply_theme(name, 1);
                    for (const Screen screen : {Screen::sites, Screen::site_form, Screen::outbox, Screen::inbox,
                                                Screen::team, Screen::reviews, Screen::overview, Screen::needs, Screen::site_import, Screen::diff, Screen::settings}) {
                        stage.app.go(screen);
                        stage.driver.frame(2);
                        CHECK(stage.driver.drawn.contains("lock"));
                    }
                    for (const char* tab : {"needs", "groups", "offers", "gaps", "assignments"}) {
                        stage.app.go(Screen::needs);
                        stage.app.needs.tab = tab;
                        stage.driver.settle();
                        CHECK(stage.driver.drawn.contains("lock"));
                    }
                    if (sites > 0) {
                        stage.app.open_site(stage.app.snapshot->sites.front()->summary.id);
                        stage.driver.settle();
                        CHECK(stage.app.site.site.has_value());
                        stage.app.open_assessment(stage.app.snapshot->assessments.front()->summary.id);
                        stage.driver.settle();
                        CHECK(stage.app.assessment.loaded.has_value());
                    }
                }
            }
        }
    }
}

TEST_CASE("what is typed is in the vault, survives Escape, and is there after locking and unlocking") {
    Stage stage;
    stage.open(team::Role::assessor, 1, 0);
    stage.app.open_site(stage.app.snapshot->sites.front()->summary.id);
    stage.driver.settle();
    stage.driver.click("site.start");
    const RecordId id = stage.app.assessment.id;
    const std::string question = stage.app.assessment.question;
    stage.driver.press(Key::u);
    stage.driver.write("answer.note", "Ключі в сейфі, сейф");
    stage.driver.press(Key::escape);
    stage.driver.press_with_control(Key::l);
    CHECK(stage.app.locked);
    CHECK(stage.app.snapshot == nullptr);
    CHECK_FALSE(stage.app.assessment.loaded.has_value());
    stage.driver.write("welcome.passphrase", "wrong");
    stage.driver.click("welcome.unlock.go");
    CHECK(stage.app.locked);
    CHECK(stage.app.welcome.problem.find("passphrase") != std::string::npos);
    stage.driver.write("welcome.passphrase", "correct horse battery");
    stage.driver.click("welcome.unlock.go");
    REQUIRE_FALSE(stage.app.locked);
    stage.app.open_assessment(id, question);
    stage.driver.settle();
    CHECK(stage.app.assessment.loaded->assessment.answers.at(question).note == "Ключі в сейфі, сейф");
}

TEST_CASE("search finds sites as one types, in Ukrainian, whatever the case and the apostrophe") {
    Stage stage;
    stage.open(team::Role::coordinator, 200, 0);
    stage.driver.write("sites.search", "ЛІКАРНЯ");
    CHECK(!stage.app.sites.shown.empty());
    CHECK(stage.app.sites.shown.size() < 200);
    for (const auto& row : stage.app.sites.shown) {
        CHECK(portfolio::fold(row->summary.title).find("лікарня") != std::string::npos);
    }
    stage.driver.write("sites.search", "зв'язку");
    for (const auto& row : stage.app.sites.shown) {
        CHECK(row->summary.title.find("зв’язку") != std::string::npos);
    }
    // What was written since the index was made is found as well.
    record::Site site;
    site.name = "Зразкова амбулаторія";
    stage.app.run(
        "add", [site](session::Session& open, const session::Progress&) { open.add_site(site); }, [] {});
    stage.driver.settle();
    stage.driver.write("sites.search", "зразкова");
    REQUIRE(stage.app.sites.shown.size() == 1);
    CHECK(stage.app.sites.shown.front()->summary.title == site.name);
}

TEST_CASE("a broken file dropped on the window is refused in words, and nothing changes") {
    Stage stage;
    stage.open(team::Role::coordinator);
    std::ofstream(stage.folder / "broken.fsbundle") << "not a bundle";
    stage.app.drop({stage.folder / "broken.fsbundle"});
    stage.driver.settle();
    REQUIRE(stage.app.status);
    CHECK(stage.app.status->state == ui::State::bad);
    CHECK(stage.app.snapshot->sites.empty());
}

TEST_CASE("the question mark lists the shortcuts wherever it lies on the keyboard, but not while somebody types") {
    Stage stage;
    stage.open(team::Role::coordinator, 5, 0);
    stage.driver.click("nav.settings");
    stage.driver.type("?");
    CHECK(stage.driver.shows("help.close"));
    stage.driver.click("help.close");
    CHECK_FALSE(stage.driver.shows("help.close"));
    stage.driver.click("nav.sites");
    stage.driver.write("sites.search", "?");
    CHECK(stage.app.sites.query == "?");
    CHECK_FALSE(stage.driver.shows("help.close"));
}

TEST_CASE("F1 says what each screen is for, and takes it away again") {
    Stage stage;
    stage.open(team::Role::coordinator, 5, 3);
    stage.app.open_site(stage.app.snapshot->sites.front()->summary.id);
    stage.app.open_assessment(stage.app.snapshot->assessments.front()->summary.id);
    stage.driver.settle();
    std::set<std::string> texts;
    const Screen screens[] = {Screen::overview, Screen::sites,   Screen::site,  Screen::site_form,      Screen::site_import, Screen::assessment, Screen::outbox,  Screen::inbox,
                              Screen::team,     Screen::reviews, Screen::needs, Screen::questionnaires, Screen::search,      Screen::diff,       Screen::settings};
    for (const Screen screen : screens) {
        stage.app.go(screen);
        stage.driver.settle();
        stage.driver.press(Key::f1);
        REQUIRE(stage.driver.shows("help.text"));
        const std::string english = stage.driver.find("help.text").text;
        CHECK(english.size() > 40);
        CHECK(texts.insert(english).second);
        set_language(Language::ukrainian);
        CHECK(stage.driver.find("help.text").text != english);
        set_language(Language::english);
        stage.driver.press(Key::f1);
        CHECK_FALSE(stage.driver.shows("help.text"));
    }
    stage.driver.press_with_control(Key::l);
    stage.driver.press(Key::f1);
    REQUIRE(stage.driver.shows("help.text"));
    CHECK(texts.insert(stage.driver.find("help.text").text).second);
    stage.driver.press(Key::escape);
    CHECK_FALSE(stage.driver.shows("help.text"));
}

TEST_CASE("plural forms, dates and sizes by language") {
    const test::NullScreen screen;
    CHECK(trn("%d site", "%d sites", 1) == "1 site");
    CHECK(trn("%d site", "%d sites", 5) == "5 sites");
    set_language(Language::ukrainian);
    CHECK(trn("%d site", "%d sites", 1) == "1 об’єкт");
    CHECK(trn("%d site", "%d sites", 3) == "3 об’єкти");
    CHECK(trn("%d site", "%d sites", 11) == "11 об’єктів");
    CHECK(trn("%d site", "%d sites", 22) == "22 об’єкти");
    CHECK(size_text(1'500'000) == "1,5 МБ");
    CHECK(percent_text(-1) == "–");
}
