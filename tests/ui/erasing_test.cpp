// Erasing and sealing by hand: what goes is told before it goes, and what cannot be undone is typed.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;

namespace {

/// The owner's vault and an assessor's with one answered assessment; both have met through a store.
struct Trip : test::Stage {
    std::string store = "folder:" + (folder / "store").string();
    RecordId site;
    RecordId assessment;

    Trip() {
        auto office = create("office").first;
        office->found("Test", "Олена Коваль");
        auto laptop = join(*office, "laptop", team::Role::assessor, "Ігор");
        record::Site made;
        made.name = "Лікарня";
        made.sector = "health";
        site = laptop->add_site(made);
        assessment = laptop->start_assessment(site, "csb", "2026-11-20");
        record::Answer answer;
        answer.value = record::AnswerValue::of_level(2);
        laptop->save_answer(assessment, "CSB-GV-01", answer);
        meet(*office, *laptop);
    }
    void meet(session::Session& office, session::Session& laptop) {
        for (int round = 0; round < 3; ++round) {
            laptop.sync(store);
            office.sync(store);
        }
    }
    void meet() {
        auto office = open("office");
        auto laptop = open("laptop");
        meet(*office, *laptop);
    }
    void finalise(bool seal) {
        app.open_assessment(assessment);
        driver.settle();
        driver.click("assessment.finalise");
        if (seal) {
            driver.click("finalise.seal");
        }
        driver.click("finalise.go");
    }
    bool is_erased(const RecordId& record) {
        return std::ranges::any_of(app.snapshot->erased, [&](const auto& row) { return row.stub.record == record; });
    }
    void lock() {
        app.lock();
        driver.settle();
    }
};

}  // namespace

TEST_CASE("an assessment is sealed away as it is finalised, and shows with its way to the coordinator") {
    Trip trip;
    trip.unlock("laptop");
    trip.finalise(true);
    CHECK(trip.app.screen == Screen::site);
    REQUIRE(trip.is_erased(trip.assessment));
    CHECK(trip.app.snapshot->erased[0].stub.sealed);
    CHECK(trip.app.snapshot->erased[0].stub.delivery == session::Delivery::sealed);
    // Nothing leads back to it.
    trip.app.back();
    trip.driver.settle();
    CHECK(trip.app.screen != Screen::assessment);
    trip.app.go(Screen::outbox);
    trip.driver.settle();
    CHECK(trip.driver.shows("outbox.table.0"));
    trip.lock();
    trip.meet();
    trip.unlock("laptop");
    CHECK(trip.app.snapshot->erased[0].stub.delivery == session::Delivery::delivered);
    trip.lock();
    const auto office = trip.open("office");
    CHECK(office->assessment(trip.assessment).assessment.answers.at("CSB-GV-01").value ==
          record::AnswerValue::of_level(2));
}

TEST_CASE("by the settings everything is sealed away, and travel mode says what goes before it goes") {
    Trip trip;
    trip.unlock("laptop");
    trip.app.go(Screen::settings);
    trip.driver.settle();
    trip.driver.click("settings.seal_on_finalise");
    CHECK(trip.app.snapshot->seal_on_finalise);
    trip.finalise(false);
    CHECK(trip.is_erased(trip.assessment));
    trip.lock();
    trip.meet();
    trip.unlock("laptop");
    trip.app.go(Screen::settings);
    trip.driver.settle();
    trip.driver.click("settings.travel");
    CHECK(std::ranges::any_of(trip.app.erasing.choices, [&](const exchange::EraseChoice& choice) {
        return choice.record == trip.site && choice.reason.empty();
    }));
    trip.driver.click("travel.no");
    CHECK_FALSE(trip.app.snapshot->travel_mode);
    CHECK(trip.app.snapshot->find(trip.site));
    trip.driver.click("settings.travel");
    trip.driver.click("travel.yes");
    CHECK(trip.app.snapshot->travel_mode);
    CHECK(trip.is_erased(trip.site));
    CHECK(trip.app.snapshot->sites.empty());
    trip.driver.click("settings.travel");
    CHECK_FALSE(trip.app.snapshot->travel_mode);
}

TEST_CASE("the outbox erases what was delivered, and says why the rest stays") {
    Trip trip;
    trip.unlock("laptop");
    trip.app.go(Screen::outbox);
    trip.driver.settle();
    trip.driver.click("outbox.erase");
    REQUIRE(trip.app.erasing.choices.size() == 1);
    CHECK(trip.app.erasing.choices[0].reason.find("finalised") != std::string::npos);
    trip.driver.click("erase.delivered.no");
    trip.finalise(false);
    trip.lock();
    trip.meet();
    trip.unlock("laptop");
    trip.app.go(Screen::outbox);
    trip.driver.settle();
    trip.driver.click("outbox.erase");
    CHECK(trip.app.erasing.choices[0].reason.empty());
    trip.driver.click("erase.delivered.yes");
    CHECK(trip.is_erased(trip.assessment));
    CHECK(trip.app.snapshot->erased[0].stub.delivery == session::Delivery::delivered);
    CHECK_FALSE(trip.app.snapshot->erased[0].stub.sealed);
}

TEST_CASE("the owner erases on every device: with a reason, and only after typing the word") {
    Trip trip;
    trip.unlock("laptop");
    trip.app.open_site(trip.site);
    trip.driver.settle();
    CHECK_FALSE(trip.driver.shows("site.erase"));
    trip.lock();
    trip.unlock("office");
    trip.app.open_assessment(trip.assessment);
    trip.driver.settle();
    trip.driver.click("assessment.erase");
    CHECK(trip.app.erasing.lost.revisions >= 1);
    trip.driver.write("erase.reason", "asked by the site");
    trip.driver.write("erase.typed", "erase");
    CHECK_FALSE(trip.driver.find("erase.everywhere.yes").enabled);
    trip.driver.write("erase.typed", "ERASE");
    trip.driver.click("erase.everywhere.yes");
    CHECK_FALSE(trip.app.snapshot->find(trip.assessment));
    CHECK(trip.app.screen == Screen::sites);
    // A person's name, from the list of people.
    trip.app.go(Screen::team);
    const auto& peers = trip.app.snapshot->peers;
    const auto assessor = std::ranges::find(peers, team::Role::assessor, &exchange::Peer::role);
    trip.app.team_view.selected = static_cast<int>(assessor - peers.begin());
    const PersonId person = assessor->person;
    trip.driver.settle();
    trip.driver.click("team.erase_name");
    trip.driver.write("erase.reason", "asked by the person");
    trip.driver.write("erase.typed", "ERASE");
    trip.driver.click("erase.everywhere.yes");
    CHECK(trip.app.name_of(person).find("erased") != std::string::npos);
    CHECK_FALSE(trip.driver.shows("team.erase_name"));
    trip.lock();
    trip.meet();
    const auto laptop = trip.open("laptop");
    CHECK(laptop->name_of_person(person).empty());
    CHECK(laptop->erased_everywhere().size() == 2);
}
