// Under pressure: the vault locks by itself, one comes back to the same place, and the chord leaves nothing that opens.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t minute = 60'000;

/// No file may grow while it lives: what a full disk does, without one.
struct FullDisk {
    rlimit before{};
    FullDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before);
        const rlimit none{0, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before); }
};

struct Times {
    ManualClock clock{1'800'000'000'000};
    crypto::SystemRandom random;
};

struct Laptop : Times, test::Stage {
    crypto::Secret recovery;

    Laptop() : test::Stage(Environment{clock, random}) {
        auto [session, code] = create("laptop");
        session->found("Test", "Олена");
        session->generate(2, 2, 5);
        recovery = std::move(code);
    }
    void unlock() {
        // Its clock stands still: no page turns by itself.
        app.preferences.go_on = false;
        test::Stage::unlock("laptop");
    }
    /// An assessment at a question that takes a level, open for editing.
    RecordId open_visit() {
        const RecordId site = app.snapshot->sites.front()->summary.id;
        RecordId visit;
        app.worker.post("start", [&](std::unique_ptr<session::Session>& session, const session::Progress&) {
            visit = session->start_assessment(site, "csb", "2026-11-20");
        });
        driver.settle();
        app.open_assessment(visit);
        driver.settle();
        return visit;
    }
    void press_chord(int times) {
        for (int i = 0; i < times; ++i) {
            driver.press_with_control_and_shift(Key::f12);
        }
    }
    /// The wrapped keys of all slots, of a vault that is not open.
    std::vector<std::string> wrapped_keys() const {
        sqlite3* database = nullptr;
        sqlite3_stmt* get = nullptr;
        REQUIRE(sqlite3_open(vault("laptop").c_str(), &database) == SQLITE_OK);
        REQUIRE(sqlite3_prepare_v2(database, "SELECT wrapped FROM slot", -1, &get, nullptr) == SQLITE_OK);
        std::vector<std::string> keys;
        while (sqlite3_step(get) == SQLITE_ROW) {
            keys.emplace_back(static_cast<const char*>(sqlite3_column_blob(get, 0)),
                              static_cast<std::size_t>(sqlite3_column_bytes(get, 0)));
        }
        sqlite3_finalize(get);
        sqlite3_close(database);
        return keys;
    }
    /// Whether a piece of 16 bytes lies in any file beside the vault, or in itself.
    bool lies_on_disk(const std::string& piece) const {
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (!entry.is_regular_file()) {
                continue;
            }
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string content(std::istreambuf_iterator<char>(file), {});
            if (content.find(piece) != std::string::npos) {
                return true;
            }
        }
        return false;
    }
    bool opens() {
        for (const bool by_code : {false, true}) {
            try {
                by_code ? session::Session::open_with_recovery(vault("laptop"), recovery, session::system_environment())
                        : open("laptop");
                return true;
            } catch (const Error&) {
                continue;
            }
        }
        return false;
    }
};

}  // namespace

TEST_CASE("a vault that nobody sits at locks itself, and opens again at the same place") {
    Laptop laptop;
    laptop.unlock();
    const RecordId visit = laptop.app.snapshot->assessments.front()->summary.id;
    laptop.app.open_assessment(visit);
    laptop.driver.settle();
    laptop.app.lock_if_due(0);
    laptop.clock.advance(5 * minute - 1);
    CHECK(laptop.app.lock_left_ms() == 1);
    laptop.app.lock_if_due(0);
    laptop.driver.frame();
    CHECK_FALSE(laptop.app.locked);
    // Somebody types: it starts anew.
    laptop.driver.press(Key::tab);
    CHECK(laptop.app.lock_left_ms() == 5 * minute);
    laptop.clock.advance(5 * minute);
    laptop.app.lock_if_due(0);
    laptop.driver.settle();
    REQUIRE(laptop.app.locked);
    CHECK(laptop.app.snapshot == nullptr);
    CHECK(laptop.app.lock_left_ms() == -1);
    laptop.unlock();
    CHECK(laptop.app.screen == Screen::assessment);
    CHECK(laptop.app.assessment.id == visit);
}

TEST_CASE("a machine that slept is locked when it wakes, however short the limit is away") {
    Laptop laptop;
    laptop.app.preferences.lock_minutes = 0;
    laptop.unlock();
    laptop.app.lock_if_due(10'000);
    laptop.clock.advance(600 * minute);
    laptop.app.lock_if_due(10'000);
    laptop.driver.frame();
    CHECK_FALSE(laptop.app.locked);
    CHECK(laptop.app.lock_left_ms() == -1);
    laptop.app.lock_if_due(10'000 + least_sleep_ms);
    laptop.driver.settle();
    CHECK(laptop.app.locked);
}

TEST_CASE("the chord destroys nothing unless it is switched on and complete") {
    Laptop laptop;
    laptop.unlock();
    laptop.press_chord(4);
    CHECK_FALSE(laptop.app.destroyed());
    laptop.app.go(Screen::settings);
    laptop.driver.settle();
    laptop.driver.click("settings.destroy_chord");
    laptop.driver.click("settings.destroy.yes");
    CHECK(laptop.app.preferences.destroy_chord);
    laptop.press_chord(2);
    laptop.clock.advance(2001);
    laptop.press_chord(2);
    CHECK_FALSE(laptop.app.destroyed());
    laptop.app.lock();
    laptop.driver.settle();
    CHECK(laptop.opens());
}

TEST_CASE("holding the chord is one press, three within two seconds count wherever they begin") {
    Laptop laptop;
    laptop.app.preferences.destroy_chord = true;
    laptop.unlock();
    laptop.driver.hold_with_control_and_shift(Key::f12, 300);
    CHECK_FALSE(laptop.app.destroyed());
    laptop.clock.advance(10'000);
    laptop.press_chord(1);
    laptop.clock.advance(1500);
    laptop.press_chord(1);
    laptop.clock.advance(1000);
    laptop.press_chord(1);
    CHECK_FALSE(laptop.app.destroyed());
    laptop.clock.advance(400);
    laptop.press_chord(1);
    CHECK(laptop.app.destroyed());
    laptop.app.lock();
    laptop.driver.settle();
}

TEST_CASE("answers that wait behind other work are saved before the vault is locked") {
    Laptop laptop;
    laptop.unlock();
    const RecordId visit = laptop.open_visit();
    const std::string question = laptop.app.assessment.question;
    std::atomic<bool> released = false;
    laptop.app.worker.post("import", [&](std::unique_ptr<session::Session>&, const session::Progress&) {
        while (!released) {
            ::usleep(1000);
        }
    });
    // The first waits behind the work, the second is not even on its way.
    laptop.driver.key(Key::digit_2);
    laptop.driver.key(Key::digit_3);
    laptop.app.lock();
    released = true;
    laptop.driver.settle();
    REQUIRE(laptop.app.locked);
    const auto session = laptop.open("laptop");
    const auto answers = session->assessment(visit).assessment.answers;
    REQUIRE(answers.contains(question));
    CHECK(answers.at(question).value == record::AnswerValue::of_level(3));
}

TEST_CASE("answers that could not be saved are tried again, not forgotten") {
    Laptop laptop;
    laptop.unlock();
    const RecordId visit = laptop.open_visit();
    const std::string question = laptop.app.assessment.question;
    {
        const FullDisk full;
        laptop.driver.press(Key::digit_1);
        REQUIRE(laptop.app.status.has_value());
        CHECK(laptop.app.status->state == ui::State::bad);
        CHECK(laptop.app.assessment.unsaved.contains(question));
    }
    laptop.app.lock();
    laptop.driver.settle();
    const auto session = laptop.open("laptop");
    CHECK(session->assessment(visit).assessment.answers.at(question).value == record::AnswerValue::of_level(1));
}

TEST_CASE("a site's form that was half filled in comes back after locking, until it is given up") {
    Laptop laptop;
    laptop.unlock();
    laptop.app.go(Screen::sites);
    laptop.driver.settle();
    laptop.driver.click("sites.add");
    laptop.driver.write("site.name", "Half a hosp");
    laptop.app.lock();
    laptop.driver.settle();
    REQUIRE(laptop.app.locked);
    CHECK(laptop.app.site_form.site.name.empty());
    laptop.unlock();
    laptop.driver.settle();
    CHECK(laptop.app.screen == Screen::site_form);
    CHECK(laptop.app.site_form.site.name == "Half a hosp");
    CHECK(laptop.app.snapshot->sites.size() == 2);
    laptop.driver.click("site.cancel");
    laptop.app.lock();
    laptop.driver.settle();
    laptop.unlock();
    laptop.driver.settle();
    CHECK(laptop.app.screen != Screen::site_form);
}

TEST_CASE("the chord leaves nothing that opens, and no byte of a key slot: unlocked, and locked") {
    for (const bool locked : {false, true}) {
        Laptop laptop;
        const std::vector<std::string> keys = laptop.wrapped_keys();
        REQUIRE(keys.size() == 2);
        laptop.app.preferences.destroy_chord = true;
        laptop.unlock();
        if (locked) {
            laptop.app.lock();
            laptop.driver.settle();
            REQUIRE(laptop.app.locked);
        }
        for (const std::string& key : keys) {
            REQUIRE(laptop.lies_on_disk(key));
        }
        laptop.press_chord(3);
        CHECK(laptop.app.destroyed());
        // Before the program tidies anything up, and after.
        for (const bool closed : {false, true}) {
            for (const std::string& key : keys) {
                for (std::size_t at = 0; at + 16 <= key.size(); at += 16) {
                    CHECK_FALSE(laptop.lies_on_disk(key.substr(at, 16)));
                }
            }
            if (!closed) {
                laptop.app.lock();
                laptop.driver.settle();
            }
        }
        CHECK_FALSE(laptop.opens());
    }
}
