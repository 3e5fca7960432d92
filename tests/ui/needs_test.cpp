// From a weak answer to help and back, without a window: the assessor by keyboard, the coordinator at the needs screen, the next visitor.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

struct Stage : test::Stage {
    /// To the question, as one who types its id.
    void choose(const std::string& question) {
        driver.press_with_control(Key::j);
        driver.type(question);
        driver.press(Key::enter);
        REQUIRE(app.assessment.question == question);
    }
    const session::AssessmentView& visit() const { return *app.assessment.loaded; }
};

}  // namespace

TEST_CASE("a gap becomes a finding, a need, a pledge, a delivery, and is seen in place by the next visitor") {
    Stage stage;
    RecordId site_id;
    {
        auto office = stage.create("office").first;
        office->found("Test", "Олена Коваль");
        auto ivan = stage.join(*office, "ivan", team::Role::assessor, "Іван");
        auto olha = stage.join(*office, "olha", team::Role::assessor, "Ольга");
        record::Site site;
        site.name = "Лікарня";
        site.sector = "health";
        site.criticality = 3;
        site_id = ivan->add_site(site);
        for (session::Session* each : {ivan.get(), olha.get(), office.get(), ivan.get(), olha.get()}) {
            stage.sync(*each);
        }
    }
    stage.unlock("ivan");
    stage.app.open_site(site_id);
    stage.driver.settle();
    stage.driver.click("site.start");
    stage.choose("CSB-PR-26");
    CHECK_FALSE(stage.driver.shows("finding.add"));
    // The level leads on; beside what was answered the next page offers the finding.
    stage.driver.press(Key::digit_0);
    CHECK(stage.app.assessment.question != "CSB-PR-26");
    REQUIRE(stage.driver.shows("answered.finding"));
    // One key accepts what is proposed and leads back to it; then the words, which go to disk while they are typed.
    stage.driver.press(Key::f);
    CHECK(stage.app.assessment.question == "CSB-PR-26");
    REQUIRE(stage.visit().findings.size() == 1);
    CHECK(stage.visit().findings[0].finding.text == stage.visit().questions->find("CSB-PR-26")->levels[0].in(language()));
    CHECK_FALSE(stage.driver.shows("finding.add"));
    stage.driver.write("finding.0.text", "Copies lie on the server");
    stage.driver.press(Key::escape);
    stage.driver.click("finding.0.urgency.2");
    stage.driver.press(Key::h);
    REQUIRE(stage.visit().needs.size() == 1);
    stage.driver.write("finding.0.need.0.quantity", "2");
    stage.driver.write("finding.0.need.0.unit", "disks");
    stage.driver.write("finding.0.need.0.cost", "10000");
    stage.driver.click("finding.0.need.0.currency.EUR");
    stage.driver.press(Key::escape);
    // All of the visit's on one page.
    stage.driver.click("list.@help");
    CHECK(stage.driver.shows("finding.0.text"));
    stage.driver.click("assessment.finalise");
    stage.driver.click("finalise.go");
    stage.sync_app();
    stage.reopen("ivan");
    stage.app.open_assessment(stage.app.snapshot->assessments.front()->summary.id, "CSB-PR-26");
    stage.driver.settle();
    CHECK(stage.visit().findings[0].finding.text == "Copies lie on the server");
    CHECK(stage.visit().findings[0].finding.urgency == record::Urgency::this_year);
    CHECK(stage.visit().needs[0].need.quantity == 2);
    CHECK(stage.visit().needs[0].need.cost == 10'000);
    CHECK(stage.visit().needs[0].need.currency == "EUR");
    CHECK_FALSE(stage.driver.shows("finding.0.text"));  // finalised: read, not written

    stage.reopen("office");
    stage.sync_app();
    stage.driver.click("nav.needs");
    REQUIRE(stage.app.needs.shown.size() == 1);
    stage.driver.write("needs.search", "nothing of the kind");
    CHECK(stage.app.needs.shown.empty());
    stage.driver.write("needs.search", "");
    stage.driver.click("needs.tab.offers");
    stage.driver.click("offer.add");
    stage.driver.write("offer.partner", "Естонія");
    stage.driver.write("offer.text", "Disks");
    stage.driver.click("offer.category");
    stage.driver.click("offer.category.equipment");
    stage.driver.write("offer.quantity", "5");
    stage.driver.click("offer.save");
    CHECK(stage.driver.shows("offer.need.0"));
    stage.driver.click("needs.tab.needs");
    stage.driver.write("need.quantity", "2");
    stage.driver.click("need.offer.0.pledge");
    REQUIRE(stage.app.needs.help->pledges.size() == 1);
    const std::string pledge = "pledge." + stage.app.needs.help->pledges[0].id.hex().substr(0, 8);
    CHECK(stage.app.needs.help->needs[0].state == portfolio::NeedState::pledged);
    stage.driver.write(pledge + ".on", "2020-01-01");
    stage.driver.click(pledge + ".deliver");
    CHECK(stage.app.needs.help->needs[0].state == portfolio::NeedState::delivered);
    CHECK_FALSE(stage.driver.shows(pledge + ".deliver"));
    CHECK(stage.app.needs.steps.size() >= 3);
    for (const char* tab : {"groups", "gaps", "assignments"}) {
        stage.driver.click(std::string("needs.tab.") + tab);
    }
    // From a total to what is behind it.
    stage.driver.click("needs.tab.groups");
    stage.driver.click("groups.table.0");
    CHECK(stage.app.needs.tab == "needs");
    CHECK(stage.app.needs.shown.size() == 1);
    CHECK(stage.driver.shows("chip.question"));
    stage.driver.click("needs.tab.groups");
    stage.driver.click("groups.by.partner");
    const portfolio::NeedGroup partner = stage.app.needs.groups.front();
    REQUIRE(partner.delivered == 2);
    stage.driver.click("groups.cell.0.3");
    CHECK(stage.app.needs.filter.partner == partner.key);
    CHECK(stage.app.needs.filter.part == portfolio::NeedPart::delivered);
    CHECK(stage.app.needs.shown.size() == 1);
    stage.driver.click("needs.tab.groups");
    stage.driver.click("groups.cell.0.0");
    REQUIRE(stage.app.screen == Screen::sites);
    REQUIRE(stage.app.sites.shown.size() == 1);
    CHECK(stage.app.sites.shown[0]->summary.id == site_id);
    stage.driver.click("chip.needs.partner");
    CHECK(stage.app.sites.filter.is_empty());
    stage.app.open_site(site_id);
    stage.driver.settle();
    stage.driver.click("site.assign");
    stage.app.site.assignee = [&] {
        for (const auto& [person, name] : stage.app.snapshot->people) {
            if (name == "Ольга") {
                return person.hex();
            }
        }
        return std::string();
    }();
    stage.driver.write("assign.due", "2020-02-01");
    stage.driver.click("assign.go");
    stage.sync_app();

    stage.reopen("olha");
    stage.sync_app();
    REQUIRE(stage.app.sites.assigned.size() == 1);
    stage.driver.click("nav.sites");
    stage.driver.click("assigned.0");
    CHECK(stage.app.site.id == site_id);
    stage.driver.click("site.start");
    CHECK(stage.visit().follow_ups.size() == 2);
    CHECK(stage.visit().findings.empty());
    stage.choose("CSB-PR-26");
    stage.driver.press_with_shift(Key::digit_3);
    // Beside the question stands what was found there; the answer suggests what to say of it.
    const auto found = std::ranges::find(stage.visit().follow_ups, record::Kind::finding, &session::FollowUp::kind);
    REQUIRE(found != stage.visit().follow_ups.end());
    CHECK(found->suggested == record::CheckResult::solved);
    const std::string look = "look." + std::to_string(found - stage.visit().follow_ups.begin());
    stage.driver.click(look + ".result.1");
    stage.driver.click("list.@help");
    const std::string other = look == "look.0" ? "look.1" : "look.0";
    stage.driver.click(other + ".result.1");
    stage.driver.write(other + ".seen", "2");
    stage.driver.press(Key::escape);
    stage.driver.click("assessment.finalise");
    stage.driver.click("finalise.go");
    CHECK(stage.app.snapshot->assessments.size() == 1);
    stage.sync_app();
    stage.driver.click("nav.sites");
    CHECK(stage.app.sites.assigned.empty());

    stage.reopen("office");
    stage.sync_app();
    stage.driver.click("nav.needs");
    CHECK(stage.app.needs.help->needs[0].state == portfolio::NeedState::verified);
    CHECK(stage.app.needs.help->findings[0].closed);
    CHECK(stage.app.needs.help->assignments[0].done_at.has_value());
    CHECK(stage.app.snapshot->quarantine.empty());
}

TEST_CASE("sites come from a table, column by column, and what is refused is said") {
    Stage stage;
    {
        auto office = stage.create("office").first;
        office->found("Test", "Олена Коваль");
    }
    stage.unlock("office");
    std::ofstream(stage.folder / "sites.csv") << "Назва;Що це;Широта;Довгота\nЛікарня;Охорона здоров’я;49.9;36.2\nШкола;education;far;36\n";
    stage.driver.click("sites.import");
    stage.driver.write("import.file", (stage.folder / "sites.csv").string());
    stage.driver.click("import.read");
    REQUIRE(stage.app.site_import.prepared);
    CHECK(stage.app.site_import.fields == std::vector<std::string>{"name", "", "latitude", "longitude"});
    CHECK(stage.app.site_import.would.added == 1);
    CHECK(stage.app.site_import.prepared->refused.size() == 1);
    stage.driver.click("import.column.1");
    stage.driver.click("import.column.1.sector");
    stage.driver.click("import.go");
    REQUIRE(stage.app.snapshot->sites.size() == 1);
    CHECK(stage.app.snapshot->sites[0]->summary.sector == "health");
    CHECK(stage.app.screen == Screen::sites);
    // What is no table is refused in words.
    std::ofstream(stage.folder / "broken.csv") << "name\n\"never closed\n";
    stage.driver.click("sites.import");
    stage.driver.write("import.file", (stage.folder / "broken.csv").string());
    stage.driver.click("import.read");
    REQUIRE(stage.app.status);
    CHECK(stage.app.status->state == ui::State::bad);
    CHECK_FALSE(stage.app.site_import.table);
}

TEST_CASE("Ctrl+Z takes back what was changed in a finding or a need, Ctrl+Y brings it again, and both hold on the disk") {
    Stage stage;
    {
        auto office = stage.create("office").first;
        office->found("Test", "Олена Коваль");
        record::Site site;
        site.name = "Лікарня";
        site.sector = "health";
        office->add_site(site);
    }
    stage.unlock("office");
    stage.app.open_site(stage.app.snapshot->sites.front()->summary.id);
    stage.driver.settle();
    stage.driver.click("site.start");
    stage.choose("CSB-PR-26");
    stage.driver.press(Key::digit_0);
    stage.driver.press(Key::f);
    REQUIRE(stage.visit().findings.size() == 1);
    stage.driver.press(Key::escape);
    const std::string proposed = stage.visit().findings[0].finding.text;
    stage.driver.write("finding.0.text", "Copies lie on the server");
    stage.driver.press(Key::escape);
    const record::Urgency before = stage.visit().findings[0].finding.urgency;
    REQUIRE(before != record::Urgency::can_wait);
    stage.driver.click("finding.0.urgency.1");
    REQUIRE(stage.visit().findings[0].finding.urgency == record::Urgency::can_wait);
    stage.driver.press(Key::h);
    REQUIRE(stage.visit().needs.size() == 1);
    stage.driver.write("finding.0.need.0.cost", "12000");
    stage.driver.press(Key::escape);
    CHECK(stage.visit().needs[0].need.currency == "UAH");

    const auto status = [&] { return stage.app.status ? stage.app.status->text : std::string(); };
    stage.driver.press_with_control(Key::z);
    CHECK(status() == "Undone: CSB-PR-26: What would help: Rough cost of all of it");
    CHECK(stage.visit().needs[0].need.cost == 0);
    CHECK(stage.visit().needs[0].need.currency.empty());
    stage.driver.press_with_control(Key::z);
    CHECK(status() == "Undone: CSB-PR-26: What would help");
    CHECK(stage.visit().needs.empty());
    stage.driver.press_with_control(Key::z);
    CHECK(status() == "Undone: CSB-PR-26: Finding: How urgent");
    CHECK(stage.visit().findings[0].finding.urgency == before);
    // From another question it leads back to where the words stand.
    stage.choose("CSB-GV-01");
    stage.driver.press_with_control(Key::z);
    CHECK(stage.app.assessment.question == "CSB-PR-26");
    CHECK(stage.visit().findings[0].finding.text == proposed);
    stage.driver.press_with_control(Key::y);
    CHECK(stage.visit().findings[0].finding.text == "Copies lie on the server");
    // The answer before it is of the same line of steps.
    for (int i = 0; i < 3; ++i) {
        stage.driver.press_with_control(Key::z);
    }
    CHECK(stage.visit().findings.empty());
    CHECK(stage.visit().assessment.answers.at("CSB-PR-26").value.state == record::AnswerValue::State::open);
    for (int i = 0; i < 3; ++i) {
        stage.driver.press_with_control(Key::y);
    }
    const RecordId visit = stage.app.assessment.id;
    stage.driver.press_with_control(Key::l);
    const session::AssessmentView kept = stage.open("office")->assessment(visit);
    REQUIRE(kept.findings.size() == 1);
    CHECK(kept.findings.at(0).finding.text == "Copies lie on the server");
    CHECK(kept.findings.at(0).finding.urgency == before);
    CHECK(kept.needs.empty());
}
