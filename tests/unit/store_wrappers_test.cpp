// What is put round a store: trying again, keeping to a rate, telling a log. And the order that groups ask for.
#include <deque>

#include "store_contract.h"
#include "sync/store/implementations.h"
#include "sync/store/upload_order.h"

using namespace fieldseal;
using namespace fieldseal::test;
using Put = store::Store::Put;

namespace {

/// Fails as it is told: so many calls, or objects, before each of which it throws.
class Moody final : public store::Store {
  public:
    explicit Moody(unsigned& failures) : failures_(failures), below_(store::make_memory_store()) {}

    Put put_if_absent(const std::string& name, ByteView bytes) override {
        fail();
        return below_->put_if_absent(name, bytes);
    }
    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        fail();
        return below_->get(name, limit);
    }
    std::vector<store::StoredObject> list(const std::string& under) override {
        fail();
        return below_->list(under);
    }
    void remove(const std::string& name) override {
        fail();
        below_->remove(name);
    }
    std::string description() const override { return "moody"; }

  private:
    void fail() {
        if (failures_ > 0) {
            --failures_;
            throw store::TransientError(
                store::StoreError(ErrorCode::unreachable, store::Obstacle::away, "The line broke."), asked_ms_);
        }
    }

    unsigned& failures_;
    std::unique_ptr<store::Store> below_;

  public:
    std::int64_t asked_ms_ = 0;
};

/// Time passes only while somebody waits.
struct Waiting {
    ManualClock clock{0};
    std::int64_t waited_ms = 0;

    store::StoreOptions options() {
        store::StoreOptions options;
        options.clock = &clock;
        options.pause = [this](std::int64_t ms) {
            CHECK(ms <= 500);
            waited_ms += ms;
            clock.advance(ms);
        };
        return options;
    }
};

store::SharedOptions shared(store::StoreOptions options) {
    return std::make_shared<const store::StoreOptions>(std::move(options));
}

}  // namespace

TEST_CASE("Wrappers keep the contract") {
    Waiting waiting;
    store::StoreOptions options = waiting.options();
    options.bytes_per_second = 1'000'000;
    options.log = [](const store::StoreEvent&) {};
    const auto all = shared(std::move(options));
    unsigned failures = 0;
    check_store_contract(*store::make_retrying_store(
        store::make_paced_store(store::make_logging_store(std::make_unique<Moody>(failures), all), all), all));
}

TEST_CASE("What failed for a moment is tried again, with longer and longer waits") {
    Waiting waiting;
    store::StoreOptions options = waiting.options();
    options.retries = 3;
    unsigned failures = 3;
    const auto retrying = store::make_retrying_store(std::make_unique<Moody>(failures), shared(std::move(options)));
    CHECK(retrying->put_if_absent("a/b", bytes_of("x")) == Put::created);
    // 500, 1,000 and 2,000, each by chance half as long to half as long again.
    CHECK(waiting.waited_ms >= 1'750);
    CHECK(waiting.waited_ms <= 5'250);
    failures = 4;
    CHECK(code_of([&] { retrying->get("a/b", 9); }) == ErrorCode::unreachable);
    CHECK(failures == 0);
    CHECK(retrying->get("a/b", 9) == bytes_of("x"));
}

TEST_CASE("A server that asks to be left alone is, but not for ever") {
    Waiting waiting;
    unsigned failures = 1;
    auto moody = std::make_unique<Moody>(failures);
    moody->asked_ms_ = 30'000;
    Moody& asked = *moody;
    const auto retrying = store::make_retrying_store(std::move(moody), shared(waiting.options()));
    CHECK(retrying->list("").empty());
    CHECK(waiting.waited_ms == 30'000);
    asked.asked_ms_ = 100'000'000;
    failures = 1;
    retrying->list("");
    CHECK(waiting.waited_ms == 90'000);
}

TEST_CASE("Cancelling ends waiting") {
    Waiting waiting;
    store::StoreOptions options = waiting.options();
    options.cancelled = [&] { return waiting.waited_ms >= 200; };
    unsigned failures = 5;
    const auto retrying = store::make_retrying_store(std::make_unique<Moody>(failures), shared(std::move(options)));
    CHECK(code_of([&] { retrying->remove("a"); }) == ErrorCode::cancelled);
    CHECK(waiting.waited_ms == 200);
}

TEST_CASE("Of many objects only those that are not there go again, and each success starts the count anew") {
    Waiting waiting;
    store::StoreOptions options = waiting.options();
    options.retries = 1;
    unsigned failures = 0;
    const auto retrying = store::make_retrying_store(std::make_unique<Moody>(failures), shared(std::move(options)));
    constexpr unsigned count = 9;
    const Bytes content = bytes_of("x");
    std::vector<std::string> names;
    std::vector<std::string> put;
    for (unsigned i = 0; i < count; ++i) {
        names.push_back("a/" + std::to_string(i));
    }
    unsigned next = 0;
    retrying->put_all(
        [&]() -> std::optional<store::Outgoing> {
            failures = 1;  // once for each
            return next == count ? std::nullopt : std::optional(store::Outgoing{names[next++], content});
        },
        [&](const store::Outgoing& object, Put outcome) {
            CHECK(outcome == Put::created);
            put.push_back(object.name);
        });
    CHECK(put == names);
    failures = 0;
    std::vector<unsigned> got(count);
    retrying->get_all(names, 9, [&](std::size_t index, store::Fetched object) {
        CHECK(object.bytes == content);
        ++got[index];
        failures = index % 2;
    });
    CHECK(got == std::vector<unsigned>(count, 1));
    std::vector<unsigned> listed(count);
    failures = 1;
    retrying->list_all(std::vector<std::string>(count, "a"),
                       [&](std::size_t index, const std::vector<store::StoredObject>& objects) {
                           CHECK(objects.size() == count);
                           ++listed[index];
                           failures = index % 2;
                       });
    CHECK(listed == std::vector<unsigned>(count, 1));
    failures = 1;
    retrying->remove_all(names);
    CHECK(retrying->list("").empty());
}

TEST_CASE("A rate is kept over many objects, both ways") {
    Waiting waiting;
    store::StoreOptions options = waiting.options();
    options.bytes_per_second = 1'000;
    const auto paced = store::make_paced_store(store::make_memory_store(), shared(std::move(options)));
    const Bytes content(500);
    for (unsigned i = 0; i < 11; ++i) {
        paced->put_if_absent("a/" + std::to_string(i), content);
    }
    // The first goes at once, ten more at half a second each.
    CHECK(waiting.waited_ms == 5'000);
    for (unsigned i = 0; i < 10; ++i) {
        CHECK(paced->get("a/" + std::to_string(i), 500));
    }
    CHECK(waiting.waited_ms == 10'000);
    // Time that passes anyhow counts, but is not saved up.
    waiting.clock.advance(60'000);
    paced->get("a/0", 500);
    CHECK(waiting.waited_ms == 10'000);
    paced->get("a/0", 500);
    CHECK(waiting.waited_ms == 10'500);
}

TEST_CASE("A log hears of every call and of every error") {
    std::vector<std::string> lines;
    store::StoreOptions options;
    options.log = [&](const store::StoreEvent& event) {
        lines.push_back(std::string(event.call) + " " + event.name + " " + std::to_string(event.bytes) + " " +
                        event.outcome);
    };
    unsigned failures = 0;
    const auto logging = store::make_logging_store(std::make_unique<Moody>(failures), shared(std::move(options)));
    logging->put_if_absent("a/b", bytes_of("xyz"));
    logging->get("a/b", 9);
    logging->get("a/c", 9);
    logging->list("a");
    failures = 1;
    CHECK(code_of([&] { logging->remove("a/b"); }) == ErrorCode::unreachable);
    logging->remove("a/b");
    CHECK(lines == std::vector<std::string>{"put a/b 3 created", "get a/b 3 here", "get a/c 0 absent",
                                            "list a 0 1 objects", "remove a/b 0 The line broke.", "remove a/b 0 done"});
}

TEST_CASE("What closes a group waits for the group alone") {
    std::deque<store::Outgoing> given{{"p-1", {}, 1, false}, {"p-2", {}, 1, false}, {"i-1", {}, 1, true},
                                      {"p-3", {}, 2, false}, {"i-2", {}, 2, true},  {"i-3", {}, 3, true}};
    const store::Store::Source source = [&]() -> std::optional<store::Outgoing> {
        if (given.empty()) {
            return std::nullopt;
        }
        const store::Outgoing next = given.front();
        given.pop_front();
        return next;
    };
    store::UploadOrder order(source);
    const auto expect = [&](const char* name) {
        const auto object = order.next();
        REQUIRE(object);
        CHECK(object->name == name);
        return *object;
    };
    const auto first = expect("p-1");
    const auto second = expect("p-2");
    const auto third = expect("p-3");
    const auto alone = expect("i-3");
    CHECK_FALSE(order.next());
    CHECK_FALSE(order.finished());
    order.done(alone);
    order.done(first);
    CHECK_FALSE(order.next());
    order.done(third);
    order.done(expect("i-2"));
    CHECK_FALSE(order.next());
    order.done(second);
    order.done(expect("i-1"));
    CHECK_FALSE(order.next());
    CHECK(order.finished());
}
