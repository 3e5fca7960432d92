// The inbox's quarantine: looked at, taken in, thrown away.
#include <doctest/doctest.h>

#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

/// The owner's app, and a reviewer who writes sites although that is not a reviewer's to do.
struct Refused : test::Stage {
    Refused() {
        const auto office = create("office").first;
        office->found("Test", "Олена Коваль");
        const auto desk = join(*office, "desk", team::Role::reviewer, "Marta");
        for (int round = 0; round < 2; ++round) {
            sync(*desk);
            sync(*office);
        }
        sync(*desk);
    }
    void write_site(const std::string& name) {
        const auto desk = open("desk");
        record::Site site;
        site.name = name;
        site.sector = "health";
        desk->add_site(site);
        sync(*desk);
    }
    /// The only entry, by which its buttons are named.
    std::string arrived() {
        app.go(Screen::outbox);
        sync_app();
        app.go(Screen::inbox);
        driver.settle();
        REQUIRE(app.snapshot->quarantine.size() == 1);
        return app.snapshot->quarantine[0].id.hex().substr(0, 16);
    }
    /// Texts of what begins and ends so.
    std::vector<std::string> shown(const std::string& begin, const std::string& end) {
        driver.frame();
        std::vector<std::string> texts;
        for (const auto& [id, item] : driver.drawn) {
            if (id.starts_with(begin) && id.ends_with(end)) {
                texts.push_back(item.text);
            }
        }
        return texts;
    }
};

}  // namespace

TEST_CASE("what was refused is looked at, thrown away when it is not wanted, and taken in when it is") {
    Refused refused;
    test::Driver& driver = refused.driver;
    refused.write_site("Bakery");
    refused.unlock("office");
    std::string entry = refused.arrived();
    CHECK(refused.shown("inbox.field.", ".name").empty());
    driver.click("inbox.look." + entry);
    CHECK(refused.shown("inbox.field.", ".name") == std::vector<std::string>{"Bakery"});
    CHECK(refused.shown("inbox.refused.", "").size() == 1);
    driver.click("inbox.look." + entry);
    CHECK(refused.shown("inbox.field.", ".name").empty());

    driver.click("inbox.drop." + entry);
    driver.click("inbox.drop.no");
    CHECK(refused.app.snapshot->quarantine.size() == 1);
    driver.click("inbox.drop." + entry);
    driver.click("inbox.drop.yes");
    CHECK(refused.app.snapshot->quarantine.empty());
    CHECK_FALSE(driver.shows("inbox.drop." + entry));
    CHECK(refused.app.snapshot->sites.empty());

    refused.write_site("Waterworks");
    entry = refused.arrived();
    driver.click("inbox.look." + entry);
    CHECK(refused.shown("inbox.field.", ".name") == std::vector<std::string>{"Waterworks"});
    driver.click("inbox.accept." + entry);
    CHECK(refused.app.snapshot->quarantine.empty());
    REQUIRE(refused.app.snapshot->sites.size() == 1);
    CHECK(refused.app.snapshot->sites[0]->summary.title == "Waterworks");

    // What was opened does not outlive the lock.
    refused.write_site("Depot");
    entry = refused.arrived();
    driver.click("inbox.look." + entry);
    CHECK(refused.app.inbox.looked.has_value());
    refused.app.lock();
    driver.settle();
    CHECK_FALSE(refused.app.inbox.looked.has_value());
}
