// The window syncs by itself, tells how it stands, and stays offline when it is told to.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
using session::SyncStatus;
namespace fs = std::filesystem;

namespace {

struct Times {
    ManualClock clock{1'800'000'000'000};
    crypto::SystemRandom random;
};

/// An assessor's laptop in the window, and the office somewhere else.
struct Laptop : Times, test::Stage {
    std::unique_ptr<session::Session> office;
    fs::path shared = folder / "shared";
    RecordId visit;

    Laptop() : test::Stage(Environment{clock, random}) {
        set_language(Language::english);
        office = create("office").first;
        office->found("Test", "Олена");
        const auto laptop = join(*office, "laptop", team::Role::assessor, "Ihor");
        record::Site site;
        site.name = "Hospital";
        site.sector = "health";
        visit = laptop->start_assessment(laptop->add_site(site), "csb", "2026-11-20");
        laptop->set_store(shared.string(), {});
        app.sync_by_itself = true;
    }
    template <class Condition>
    void wait(Condition met) {
        const auto start = std::chrono::steady_clock::now();
        while (!met()) {
            driver.frame();
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            REQUIRE(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
        }
        driver.frame(3);
    }
    /// The store appears: the kernel tells.
    void mount() {
        fs::create_directory(shared);
        clock.advance(20'000);
        app.background.connection_changed();
        clock.advance(5'000);
        app.background.connection_changed();
        wait([this] { return state() == SyncStatus::State::up_to_date; });
    }
    SyncStatus::State state() { return app.background.status().state; }
    /// So much later; the thread that sleeps until then looks at the clock.
    void later(std::int64_t ms) {
        clock.advance(ms);
        app.background.own_change(app.snapshot->own_log);
    }
    session::Delivery delivery() { return app.snapshot->find(visit)->delivery; }
    std::string said() { return driver.find("sync.state.text").text; }
};

}  // namespace

TEST_CASE_FIXTURE(Laptop, "A store that appears is used, and the record turns to delivered, by itself") {
    unlock("laptop");
    wait([this] { return state() == SyncStatus::State::waiting; });
    CHECK(said().find("Not reachable. Next try at ") == 0);
    driver.click("sync.state");
    CHECK(app.screen == Screen::outbox);
    CHECK(delivery() == session::Delivery::sealed);
    mount();
    wait([this] { return delivery() == session::Delivery::sent; });
    CHECK(said().find("Up to date, ") == 0);
    office->sync(shared.string());
    later(2 * session::SyncSchedule::check_ms);
    wait([this] { return delivery() == session::Delivery::delivered; });
    // What it did can be looked at.
    driver.click("outbox.show.syncs");
    wait([this] { return app.snapshot->syncs.size() >= 3; });
    CHECK(app.snapshot->syncs.back().trouble == session::SyncTrouble::away);
    CHECK(app.snapshot->syncs.front().received_bundles >= 1);
    driver.click("outbox.show.records");
}

TEST_CASE_FIXTURE(Laptop, "A try to sync is found by typing, and such a list is saved as a view") {
    unlock("laptop");
    wait([this] { return state() == SyncStatus::State::waiting; });
    mount();
    app.sync_by_itself = false;
    driver.click("nav.outbox");
    driver.click("outbox.show.syncs");
    wait([this] { return app.snapshot->syncs.size() >= 2; });
    const auto fits = [this](session::SyncTrouble trouble) {
        return !app.outbox.syncs.empty() && std::ranges::all_of(app.outbox.syncs, [&](std::size_t place) {
            return app.snapshot->syncs.at(place).trouble == trouble;
        });
    };
    CHECK(app.outbox.syncs.size() == app.snapshot->syncs.size());
    // The keyboard leads there; case does not matter.
    driver.press_with_control(Key::j);
    driver.type("NOT REACH");
    CHECK(fits(session::SyncTrouble::away));
    CHECK(app.outbox.syncs.size() < app.snapshot->syncs.size());
    CHECK(driver.shows("outbox.syncs.0"));
    driver.click("views.menu");
    driver.write("views.name", "Without a network");
    driver.click("views.save");
    driver.press(Key::escape);
    driver.write("outbox.syncs.search", "came through");
    CHECK(fits(session::SyncTrouble::none));
    driver.write("outbox.syncs.search", shared.filename().string());
    CHECK(app.outbox.syncs.size() == app.snapshot->syncs.size());
    driver.write("outbox.syncs.search", "nothing like this");
    CHECK_FALSE(driver.shows("outbox.syncs.0"));
    // In the language of the screen, from whichever list is shown.
    set_language(Language::ukrainian);
    driver.write("outbox.syncs.search", "недосяжн");
    set_language(Language::english);
    driver.frame(2);
    driver.click("outbox.show.records");
    driver.press_with_control(Key::k);
    driver.type("Without a network");
    driver.press(Key::enter);
    CHECK(app.outbox.shown == "syncs");
    CHECK(app.outbox.sync_query == "NOT REACH");
    CHECK(fits(session::SyncTrouble::away));
}

TEST_CASE_FIXTURE(Laptop, "What is written goes out by itself a few seconds later") {
    fs::create_directory(shared);
    unlock("laptop");
    wait([this] { return state() == SyncStatus::State::up_to_date; });
    const std::uint64_t before = app.snapshot->own_log;
    app.run("edit", [this](session::Session& session, const session::Progress&) {
        record::Answer answer;
        answer.value = record::AnswerValue::of_level(1);
        session.save_answer(visit, "CSB-GV-01", answer);
        session.cut(visit);
    });
    driver.settle();
    REQUIRE(app.snapshot->own_log > before);
    wait([this] { return delivery() == session::Delivery::sealed; });
    later(20'000);
    wait([this] { return delivery() == session::Delivery::sent; });
}

TEST_CASE_FIXTURE(Laptop, "Stay offline holds, is remembered, and ends at once") {
    fs::create_directory(shared);
    {
        const auto laptop = open("laptop");
        laptop->set_stay_offline(true);
    }
    unlock("laptop");
    wait([this] { return state() == SyncStatus::State::offline; });
    CHECK(said() == "Offline, as you chose");
    driver.click("nav.outbox");
    CHECK_FALSE(driver.find("outbox.now").enabled);
    CHECK_FALSE(driver.find("outbox.sync").enabled);
    driver.press_with_control(Key::s);
    REQUIRE(app.status);
    CHECK(app.status->text.find("stay offline") != std::string::npos);
    later(100'000'000);
    app.background.connection_changed();
    driver.frame(5);
    CHECK(state() == SyncStatus::State::offline);
    CHECK(fs::is_empty(shared));
    driver.click("outbox.offline");
    wait([this] { return state() == SyncStatus::State::up_to_date; });
    CHECK_FALSE(fs::is_empty(shared));
    driver.click("outbox.offline");
    wait([this] { return state() == SyncStatus::State::offline; });
    driver.press_with_control(Key::l);
    CHECK(app.locked);
    CHECK(state() == SyncStatus::State::closed);
    unlock("laptop");
    wait([this] { return state() == SyncStatus::State::offline; });
}

TEST_CASE_FIXTURE(Laptop, "A store is tested and kept in the outbox, what was typed for it is not shown again") {
    app.sync_by_itself = false;
    fs::create_directory(shared);
    unlock("laptop");
    driver.click("nav.outbox");
    driver.click("outbox.test");
    REQUIRE(app.status);
    INFO(app.status->text);
    CHECK(app.status->state == ui::State::good);
    CHECK(fs::is_empty(shared / "outbox") == false);
    driver.write("outbox.folder", "webdav://127.0.0.1:1/survey");
    driver.write("outbox.user", "anna");
    driver.write("outbox.secret", "opensesame");
    driver.click("outbox.test");
    CHECK(app.status->state == ui::State::bad);
    CHECK(app.status->text.find("cannot be reached") != std::string::npos);
    driver.click("outbox.sync");
    CHECK(app.status->state == ui::State::bad);
    driver.settle();
    CHECK(app.outbox.kept.has_credentials);
    CHECK(app.outbox.kept.credentials.secret.empty());
    CHECK(app.outbox.user.empty());
    CHECK(app.outbox.secret.empty());
    CHECK(said().find("Not reachable") == 0);
}
