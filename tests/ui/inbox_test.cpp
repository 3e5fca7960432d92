// The inbox at the coordinator's desk: what an import changed, by mouse and by keyboard, also after a restart; filtered
// by typing and saved as a view.
#include <algorithm>

#include "tests/ui/stage.h"
#include "tests/ui/visits.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

struct Office : test::Stage {
    RecordId site;
    RecordId visit;

    Office() {
        auto office = create("office").first;
        office->found("Полтавщина 2026", "Олена Коваль");
        auto field = join(*office, "field", team::Role::assessor, "Ігор Бондар");
        const auto meet = [&] {
            sync(*field);
            sync(*office);
            sync(*field);
        };
        meet();
        record::Site hospital;
        hospital.name = "Лікарня № 5";
        hospital.sector = "health";
        site = field->add_site(hospital);
        visit = field->start_assessment(site, "csb", "2026-11-20");
        field->cut(visit);
        meet();
        for (const char* question : {"CSB-GV-01", "CSB-GV-02", "CSB-GV-03"}) {
            field->save_answer(visit, question, test::answered(2, record::Basis::observed));
        }
        field->cut(visit);
        meet();
        office.reset();
        unlock("office");
        driver.click("nav.inbox");
    }
    const exchange::ImportLogEntry& chosen() const {
        return app.snapshot->imports[app.inbox.shown[static_cast<std::size_t>(app.inbox.selected)]];
    }
};

}  // namespace

TEST_CASE("each import names the records that it changed, and the keyboard goes from it to their pages and back") {
    Office stage;
    REQUIRE(stage.app.snapshot->imports.size() >= 3);
    CHECK(stage.driver.find("inbox.count").text == "1 record changed by it");
    REQUIRE(stage.app.inbox.arrived);
    REQUIRE(stage.app.inbox.arrived->size() == 1);
    CHECK(stage.app.inbox.arrived->front().record == stage.visit);
    // What was there before and has answers now.
    const auto& paths = stage.app.inbox.arrived->front().paths;
    CHECK(std::ranges::count_if(paths, [](const std::string& path) { return path.ends_with("/value"); }) == 3);
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::inbox);
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::assessment);
    CHECK(stage.app.assessment.id == stage.visit);
    stage.driver.press_with_alt(Key::left);
    REQUIRE(stage.app.screen == Screen::inbox);

    // The import before it brought both anew.
    stage.driver.press(Key::down);
    CHECK(stage.app.inbox.selected == 1);
    CHECK(stage.driver.find("inbox.count").text == "2 records changed by it, 2 of them new");
    // Enter and Escape lead to the records and back: the arrows move there, then here.
    stage.driver.press(Key::enter);
    stage.driver.press(Key::down);
    CHECK(stage.app.inbox.record_selected == 1);
    CHECK(stage.app.inbox.selected == 1);
    stage.driver.press(Key::escape);
    stage.driver.press(Key::down);
    CHECK(stage.app.inbox.selected == 2);
    stage.driver.press(Key::up);
    REQUIRE(stage.app.inbox.selected == 1);
    // And by mouse.
    const auto& records = stage.chosen().report.records;
    const auto place = std::ranges::find(records, stage.site) - records.begin();
    REQUIRE(place < 2);
    stage.driver.click("inbox.records." + std::to_string(place));
    CHECK(stage.app.screen == Screen::site);
    CHECK(stage.app.site.id == stage.site);
}

TEST_CASE("what an import changed is told after a restart, and of what was erased since only that it is gone") {
    Office stage;
    stage.reopen("office");
    stage.driver.click("nav.inbox");
    stage.driver.click("inbox.table.1");
    CHECK(stage.driver.find("inbox.count").text == "2 records changed by it, 2 of them new");
    REQUIRE(stage.app.inbox.arrived);
    CHECK(stage.app.inbox.arrived->front().revisions > 0);
    stage.app.run("erase", [site = stage.site](session::Session& open, const session::Progress&) {
        open.erase_everywhere(site, "asked");
    });
    stage.driver.settle();
    CHECK(stage.driver.find("inbox.count").text == "2 records changed by it, 2 of them new");
    REQUIRE(stage.app.inbox.arrived);
    CHECK(stage.app.inbox.arrived->front().revisions == 0);
    stage.driver.click("inbox.records.0");
    CHECK(stage.app.screen == Screen::inbox);
}

TEST_CASE("the lists of inbox, outbox, people and assignments are filtered by typing and saved as views") {
    Office stage;
    const std::size_t all = stage.app.inbox.shown.size();
    stage.driver.write("inbox.search", "2 нові редакції");
    CHECK(stage.app.inbox.shown.empty());  // the window speaks English
    stage.driver.write("inbox.search", "ігор");
    CHECK(stage.app.inbox.shown.size() == all);
    stage.driver.write("inbox.search", "2 new revisions");
    REQUIRE_FALSE(stage.app.inbox.shown.empty());
    CHECK(stage.app.inbox.shown.size() < all);
    const std::size_t found = stage.app.inbox.shown.size();
    stage.driver.click("views.menu");
    stage.driver.write("views.name", "Великі");
    stage.driver.click("views.save");
    stage.driver.press(Key::escape);
    stage.driver.press(Key::escape);

    stage.driver.click("nav.team");
    stage.driver.write("team.search", "бондар");
    CHECK(stage.driver.shows("team.table.0"));
    CHECK_FALSE(stage.driver.shows("team.table.1"));
    CHECK(stage.app.name_of(stage.app.snapshot->peers[static_cast<std::size_t>(stage.app.team_view.selected)]) ==
          "Ігор Бондар");
    stage.driver.write("team.search", "nobody of that name");
    CHECK_FALSE(stage.driver.shows("team.table.0"));

    stage.driver.click("nav.outbox");
    stage.app.run("write", [](session::Session& open, const session::Progress&) {
        for (const char* name : {"Водоканал", "Пожежна частина"}) {
            record::Site site;
            site.name = name;
            open.add_site(site);
        }
    });
    stage.driver.settle();
    REQUIRE(stage.driver.shows("outbox.table.1"));
    stage.driver.write("outbox.search", "ВОДОКАНАЛ");
    CHECK(stage.driver.shows("outbox.table.0"));
    CHECK_FALSE(stage.driver.shows("outbox.table.1"));

    stage.driver.click("nav.questionnaires");
    stage.driver.write("questionnaires.search", "CSB-GV-03");
    REQUIRE(stage.app.questionnaires.shown.size() == 2);
    CHECK(stage.app.questionnaires.rows[static_cast<std::size_t>(stage.app.questionnaires.row)].question->id ==
          "CSB-GV-03");

    stage.reopen("office");
    stage.driver.click("nav.sites");
    stage.driver.press_with_control(Key::k);
    stage.driver.type("великі");
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::inbox);
    CHECK(stage.app.inbox.query == "2 new revisions");
    CHECK(stage.app.inbox.shown.size() == found);
}
