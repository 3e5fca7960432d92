// When it is tried again, replayed with times and chance from outside.
#include <doctest/doctest.h>

#include "app/session/sync_schedule.h"
#include "sync/store/store.h"

using namespace fieldseal;
using session::SyncSchedule;
using session::SyncTrouble;

namespace {

struct Replay {
    crypto::SeededRandom random{7};
    SyncSchedule schedule{random};
    std::int64_t now = 1000;

    std::int64_t left() { return schedule.next().value() - now; }
    void go_to_next() { now = schedule.next().value(); }
    void try_and(SyncTrouble trouble) {
        REQUIRE(schedule.due(now));
        schedule.begun(now);
        CHECK(!schedule.next());
        now += 500;
        schedule.failed(now, trouble);
    }
    void come_through() {
        REQUIRE(schedule.due(now));
        schedule.begun(now);
        now += 500;
        schedule.succeeded(now, false);
    }
};

bool about(std::int64_t ms, std::int64_t wanted) {
    return ms >= wanted - wanted / 4 && ms <= wanted + wanted / 4 + 1;
}

}  // namespace

TEST_CASE_FIXTURE(Replay, "A vault that is opened is tried at once, then now and then") {
    CHECK(!schedule.next());
    schedule.open(now);
    CHECK(schedule.due(now));
    come_through();
    CHECK(about(left(), SyncSchedule::check_ms));
    go_to_next();
    come_through();
    CHECK(about(left(), SyncSchedule::check_ms));
    schedule.close();
    CHECK(!schedule.next());
    CHECK(!schedule.due(now + 1'000'000'000));
}

TEST_CASE_FIXTURE(Replay, "Failures are tried again after twice as long, up to half an hour, never in step") {
    schedule.open(now);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 20; ++i) {
        try_and(SyncTrouble::away);
        waits.push_back(left());
        CHECK(about(left(), std::min(SyncSchedule::first_wait_ms << std::min(i, 16), SyncSchedule::longest_wait_ms)));
        go_to_next();
    }
    CHECK(waits[18] != waits[19]);
    come_through();
    CHECK(about(left(), SyncSchedule::check_ms));
    go_to_next();
    try_and(SyncTrouble::busy);
    CHECK(about(left(), SyncSchedule::first_wait_ms));
}

TEST_CASE_FIXTURE(Replay, "A network that comes back is noticed soon, also after long failure") {
    schedule.open(now);
    for (int i = 0; i < 8; ++i) {
        try_and(SyncTrouble::away);
        go_to_next();
    }
    try_and(SyncTrouble::away);
    now += 60'000;
    schedule.connected(now);
    CHECK(about(left(), SyncSchedule::after_connection_ms));
    // However often it says so.
    for (int i = 0; i < 100; ++i) {
        schedule.connected(now);
    }
    CHECK(left() > 0);
    go_to_next();
    try_and(SyncTrouble::away);
    schedule.connected(now);
    CHECK(*schedule.next() - now > SyncSchedule::least_gap_ms / 2);
    go_to_next();
    come_through();
    // All is well: nothing to hurry for.
    const auto next = schedule.next();
    schedule.connected(now + 1000);
    CHECK(schedule.next() == next);
}

TEST_CASE_FIXTURE(Replay, "What only a person can mend is not tried again and again") {
    schedule.open(now);
    for (const SyncTrouble trouble : {SyncTrouble::credentials, SyncTrouble::forbidden, SyncTrouble::no_folder,
                                      SyncTrouble::clock, SyncTrouble::address, SyncTrouble::failed}) {
        try_and(trouble);
        CHECK(needs_person(trouble));
        CHECK(!schedule.next());
        schedule.connected(now);
        schedule.changed(now);
        CHECK(!schedule.next());
        schedule.settings_changed(now);
        CHECK(schedule.due(now));
    }
    for (const SyncTrouble trouble : {SyncTrouble::certificate, SyncTrouble::sign_in, SyncTrouble::full}) {
        try_and(trouble);
        CHECK(needs_person(trouble));
        CHECK(schedule.next());
        go_to_next();
    }
}

TEST_CASE_FIXTURE(Replay, "What was written goes out soon, together") {
    schedule.open(now);
    come_through();
    now += 60'000;
    schedule.changed(now);
    CHECK(left() == SyncSchedule::after_change_ms);
    schedule.changed(now + 3000);
    CHECK(left() == SyncSchedule::after_change_ms);
    go_to_next();
    try_and(SyncTrouble::away);
    const auto next = schedule.next();
    schedule.changed(now);
    CHECK(schedule.next() == next);
}

TEST_CASE_FIXTURE(Replay, "Staying offline holds whatever happens, and ends with a try") {
    schedule.open(now);
    come_through();
    schedule.stay_offline(true, now);
    schedule.connected(now);
    schedule.changed(now);
    schedule.settings_changed(now);
    CHECK(!schedule.next());
    now += 100'000'000;
    CHECK(!schedule.due(now));
    schedule.stay_offline(false, now);
    CHECK(schedule.due(now));
}

TEST_CASE_FIXTURE(Replay, "What a person cancelled does not start again at once, what is left goes on at once") {
    schedule.open(now);
    try_and(SyncTrouble::cancelled);
    CHECK(about(left(), SyncSchedule::check_ms));
    CHECK(schedule.trouble() == SyncTrouble::none);
    go_to_next();
    schedule.begun(now);
    schedule.succeeded(now, true);
    CHECK(schedule.due(now));
}

TEST_CASE("Errors tell what trouble it is") {
    const auto trouble = [](const auto& error) { return session::trouble_of(std::make_exception_ptr(error)); };
    CHECK(trouble(store::StoreError(ErrorCode::refused, store::Obstacle::credentials, "")) == SyncTrouble::credentials);
    CHECK(trouble(store::StoreError(ErrorCode::unreachable, store::Obstacle::sign_in, "")) == SyncTrouble::sign_in);
    CHECK(trouble(Error(ErrorCode::unreachable, "")) == SyncTrouble::away);
    CHECK(trouble(Error(ErrorCode::cancelled, "")) == SyncTrouble::cancelled);
    CHECK(trouble(Error(ErrorCode::usage, "")) == SyncTrouble::address);
    CHECK(trouble(Error(ErrorCode::disk, "")) == SyncTrouble::failed);
    CHECK(trouble(std::runtime_error("")) == SyncTrouble::failed);
}
