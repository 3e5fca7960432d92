// Conflicts of what is no site and no answer: found from wherever the record shows, and settled there.
#include <algorithm>

#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

struct Apart : test::Stage {
    RecordId site, visit, finding, need, offer;

    Apart() {
        auto office = create("office").first;
        office->found("Test", "Олена");
        auto petro = join(*office, "petro", team::Role::coordinator, "Петро");
        auto ruth = join(*office, "ruth", team::Role::reviewer, "Ruth");
        const auto meet = [&] {
            for (int round = 0; round < 3; ++round) {
                for (session::Session* each : {petro.get(), ruth.get(), office.get()}) {
                    sync(*each);
                }
            }
        };
        meet();
        record::Site hospital;
        hospital.name = "Лікарня";
        hospital.sector = "health";
        site = office->add_site(hospital);
        visit = office->start_assessment(site, "csb", "2026-11-20");
        office->cut(visit);
        record::Finding weak;
        weak.assessment = visit;
        weak.question = "CSB-RC-01";
        weak.text = "Copies lie on the server";
        weak.urgency = record::Urgency::can_wait;
        finding = office->add_finding(weak);
        record::Need disks;
        disks.assessment = visit;
        disks.findings[finding.hex()] = true;
        disks.text = "Disks";
        disks.category = "equipment";
        need = office->add_need(disks);
        record::Offer estonia;
        estonia.partner = "Естонія";
        estonia.category = "equipment";
        offer = office->add_offer(estonia);
        meet();
        for (session::Session* each : {office.get(), petro.get()}) {
            const bool of_office = each == office.get();
            const std::string words = of_office ? "of the office" : "of Petro";
            each->save(visit, {{"summary", words}, {"answers/CSB-GV-01/note", words}});
            each->cut(visit);
            each->save_part(finding, {{"urgency", std::int64_t{of_office ? 2 : 3}}});
            each->cut(finding);
            each->save_part(need, {{"unit", words}});
            each->cut(need);
            each->save_part(offer, {{"text", words}});
            each->cut(offer);
        }
        meet();
        REQUIRE(office->conflicts(visit).size() == 2);
    }
    void open_site() {
        app.open_site(site);
        driver.settle();
    }
    static std::string choice(const RecordId& record, const std::string& path, int version) {
        return "conflict." + record.hex().substr(0, 8) + "." + path + "." + std::to_string(version);
    }
    std::uint32_t left(const RecordId& record) const { return app.snapshot->find(record)->summary.conflicts; }
};

}  // namespace

TEST_CASE(
    "a visit's conflicts open from its card: those of its summary are settled there, those of answers lead to the "
    "question too") {
    Apart stage;
    stage.unlock("office");
    stage.open_site();
    CHECK(stage.driver.find("visit." + stage.visit.hex() + ".conflicts").text == "2 conflicts");
    stage.driver.click("visit." + stage.visit.hex() + ".conflicts");
    REQUIRE(stage.app.screen == Screen::assessment);
    const session::Conflict summary = stage.app.assessment.loaded->conflicts[1];
    REQUIRE(summary.path == "summary");
    REQUIRE(stage.driver.shows("conflict.summary.before"));
    const std::string kept = std::get<std::string>(*summary.versions[1].value);
    CHECK(stage.driver.find("conflict.summary.1.version").text == kept);
    stage.driver.click("conflict.summary.1");
    CHECK(stage.app.assessment.loaded->assessment.summary == kept);
    REQUIRE(stage.app.assessment.loaded->conflicts.size() == 1);
    CHECK(stage.driver.find("assessment.conflicts").text == "1 conflict");
    stage.driver.click("conflict.question.answers/CSB-GV-01/note");
    CHECK(stage.app.assessment.question == "CSB-GV-01");
    // Back by the button above, then settled where all stand.
    stage.driver.click("assessment.conflicts");
    CHECK(stage.app.assessment.close.shown == "conflicts");
    // By the keys of the page, too.
    stage.driver.press(Key::digit_2);
    CHECK(stage.app.assessment.close.shown == "summary");
    stage.driver.press(Key::digit_4);
    CHECK(stage.app.assessment.close.shown == "conflicts");
    stage.driver.click("conflict.answers/CSB-GV-01/note.0");
    CHECK(stage.app.assessment.loaded->conflicts.empty());
    CHECK_FALSE(stage.driver.shows("assessment.conflicts"));
    CHECK(stage.app.assessment.close.shown != "conflicts");
}

TEST_CASE("conflicts of findings, needs and offers are settled beside them") {
    Apart stage;
    stage.unlock("office");
    stage.open_site();
    stage.driver.click("site.finding." + stage.finding.hex() + ".conflicts");
    REQUIRE(stage.driver.shows("conflicts.close"));
    const std::string words = stage.driver.find(stage.choice(stage.finding, "urgency", 0) + ".version").text;
    CHECK((words == "This year" || words == "Now"));
    stage.driver.click(stage.choice(stage.finding, "urgency", 0));
    CHECK(stage.left(stage.finding) == 0);
    stage.driver.press(Key::escape);
    CHECK_FALSE(stage.driver.shows("conflicts.close"));
    CHECK_FALSE(stage.driver.shows("site.finding." + stage.finding.hex() + ".conflicts"));
    CHECK(stage.driver.shows("site.need." + stage.need.hex() + ".conflicts"));

    stage.driver.click("nav.needs");
    stage.driver.click(stage.choice(stage.need, "unit", 1));
    CHECK(stage.left(stage.need) == 0);
    stage.driver.click("needs.tab.offers");
    stage.driver.click(stage.choice(stage.offer, "text", 0));
    CHECK(stage.left(stage.offer) == 0);
    CHECK(stage.app.needs.help->offers.at(0).offer.text.starts_with("of "));
}

TEST_CASE("a reviewer sees both versions and cannot settle them") {
    Apart stage;
    stage.unlock("ruth");
    stage.open_site();
    stage.driver.click("visit." + stage.visit.hex() + ".conflicts");
    REQUIRE(stage.driver.shows("conflict.summary.0"));
    CHECK_FALSE(stage.driver.find("conflict.summary.0").enabled);
    CHECK_FALSE(stage.driver.find("conflict.summary.1").enabled);
}
