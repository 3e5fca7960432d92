// Syncing in steps: what is asked of a store, in which order, and what people do between two steps.
#include <doctest/doctest.h>

#include "sync/exchange/sync_steps.h"
#include "tests/unit/exchange_world.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::Delivery;
using exchange::StoreStep;
using exchange::SyncOptions;

namespace {

/// Counts what is asked of it, by kind.
class CountingStore final : public store::Store {
  public:
    explicit CountingStore(store::Store& below) : below_(below) {}
    Put put_if_absent(const std::string& name, ByteView bytes) override {
        ++puts;
        sent += bytes.size();
        return below_.put_if_absent(name, bytes);
    }
    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        ++gets;
        return below_.get(name, limit);
    }
    std::vector<store::StoredObject> list(const std::string& under) override {
        ++lists;
        return below_.list(under);
    }
    void remove(const std::string& name) override {
        ++removals;
        below_.remove(name);
    }
    std::string description() const override { return "counting"; }
    std::uint64_t calls() const { return puts + gets + lists + removals; }
    std::uint64_t puts = 0, gets = 0, lists = 0, removals = 0, sent = 0;

  private:
    store::Store& below_;
};

struct Team {
    World world;
    std::unique_ptr<store::Store> store = store::make_memory_store();
    Machine& coordinator = world.found();
    Machine& assessor = world.join(coordinator, team::Role::assessor, "Andriy");
    RecordId site = assessor.add_site("A");
    RecordId assessment = assessor.add_assessment(site);

    void settle() { sync_all({&assessor, &coordinator}, *store, 3); }
};

/// Runs the steps; `between` is called after each.
exchange::SyncReport run(Machine& machine, store::Store& store, SyncOptions options,
                         const std::function<void(const StoreStep&)>& between) {
    exchange::SyncSteps steps(machine.exchange(), options);
    while (const std::optional<StoreStep> step = steps.next()) {
        const exchange::StoreAnswer answer =
            exchange::carry_out(store, *step, [&](const exchange::FetchedBundle& bundle) { steps.take(bundle); }, {});
        between(*step);
        steps.finish(answer);
    }
    return steps.report();
}

}  // namespace

TEST_CASE_FIXTURE(Team, "A check with nothing new is one listing of what others write to") {
    settle();
    for (int i = 0; i < 3; ++i) {
        CountingStore counted(*store);
        SyncOptions options;
        options.check_sent = false;
        assessor.exchange().sync(counted, {}, options);
        CHECK(counted.lists == 1);
        CHECK(counted.calls() == 1);
        // A coordinator has a mailbox and one outbox for each invitation.
        CountingStore office(*store);
        coordinator.exchange().sync(office, {}, options);
        CHECK(office.lists == 2);
        CHECK(office.calls() == 2);
    }
    // With a look at what was sent, one more.
    CountingStore counted(*store);
    assessor.exchange().sync(counted);
    CHECK(counted.lists == 2);
    CHECK(counted.calls() == 2);
}

TEST_CASE_FIXTURE(Team, "One changed answer is one listing, one part and one index") {
    settle();
    assessor.answer(assessment, "q1", "2");
    CountingStore counted(*store);
    SyncOptions options;
    options.check_sent = false;
    assessor.exchange().sync(counted, {}, options);
    CHECK(counted.lists == 1);
    CHECK(counted.puts == 2);
    CHECK(counted.calls() == 3);
    CHECK(counted.sent < 1024);
}

TEST_CASE_FIXTURE(Team, "A bundle that is sent is told of with the number of its records, where that is known") {
    settle();
    const RecordId second = assessor.add_assessment(site);
    assessor.answer(assessment, "q1", "2");
    assessor.answer(assessment, "q2", "1");
    assessor.answer(second, "q1", "0");
    assessor.add_evidence(assessment, assessor.random().bytes(3'000'000), world.folder());
    std::vector<std::uint64_t> told;
    exchange::SyncSteps steps(assessor.exchange());
    while (const std::optional<StoreStep> step = steps.next()) {
        const exchange::StepNote note = [&](const exchange::StepProgress& at) {
            const bool sending = at.kind == exchange::StepProgress::Kind::sending;
            CHECK((sending || at.records == 0));
            if (sending && at.bytes == 0) {
                told.push_back(at.records);
            }
            return true;
        };
        steps.finish(exchange::carry_out(*store, *step, {}, note));
    }
    // Two assessments and the record of the evidence; then the evidence itself.
    REQUIRE(told.size() >= 2);
    CHECK(told.front() == 3);
    CHECK(told.back() == 0);
}

TEST_CASE_FIXTURE(Team, "An answer that is written while evidence goes out overtakes it") {
    assessor.add_evidence(assessment, assessor.random().bytes(12'000'000), world.folder());
    std::vector<std::string> sent;
    bool answered = false;
    std::size_t evidence_parts = 0;
    bool overtook = false;
    const exchange::SyncReport report = run(assessor, *store, {}, [&](const StoreStep& step) {
        const auto* send = std::get_if<exchange::SendBundle>(&step);
        if (send == nullptr) {
            return;
        }
        const bool evidence = send->sealed->size() > 5'000'000;
        if (evidence) {
            ++evidence_parts;
            if (!std::exchange(answered, true)) {
                assessor.answer(assessment, "q1", "3");
            }
        } else if (answered && !overtook) {
            overtook = true;
            CHECK(evidence_parts == 1);
        }
    });
    CHECK(overtook);
    CHECK(evidence_parts >= 3);
    CHECK(report.own_log == assessor.exchange().own_revisions());
    settle();
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    CHECK(coordinator.states() == assessor.states());
    CHECK(coordinator.vault().blobs().at(0).complete());
    CHECK(coordinator.exchange().quarantine().empty());
}

TEST_CASE_FIXTURE(Team, "Evidence that broke off does not hold answers up, and goes on with the same bytes") {
    const Bytes photo = assessor.random().bytes(9'000'000);
    assessor.add_evidence(assessment, photo, world.folder());
    std::uint64_t first = 0;
    {
        // The program ends after the first piece of evidence.
        exchange::SyncSteps steps(assessor.exchange());
        CountingStore counted(*store);
        while (const std::optional<StoreStep> step = steps.next()) {
            const auto* send = std::get_if<exchange::SendBundle>(&*step);
            const bool evidence = send != nullptr && send->sealed->size() > 5'000'000;
            steps.finish(exchange::carry_out(counted, *step, {}, {}));
            if (evidence) {
                break;
            }
        }
        first = counted.sent;
    }
    assessor.reopen();
    assessor.answer(assessment, "q1", "3");
    CountingStore counted(*store);
    std::vector<std::size_t> order;
    run(assessor, counted, {}, [&](const StoreStep& step) {
        if (const auto* send = std::get_if<exchange::SendBundle>(&step)) {
            order.push_back(send->sealed->size());
        }
    });
    REQUIRE(order.size() >= 2);
    CHECK(order.front() < 100'000);
    CHECK(first + counted.sent < photo.size() + 300'000);
    settle();
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
}

TEST_CASE_FIXTURE(Team, "A limit for evidence holds back evidence, not answers") {
    assessor.add_evidence(assessment, assessor.random().bytes(3'000'000), world.folder());
    SyncOptions options;
    options.evidence_limit = 600'000;
    const exchange::SyncReport first = assessor.exchange().sync(*store, {}, options);
    CHECK(first.evidence_waits);
    CHECK(first.evidence_bytes <= 600'000);
    CHECK(first.evidence_bytes > 256 * 1024);
    CHECK(first.sent.revisions == 4);
    CHECK(first.own_log == assessor.exchange().own_revisions());
    options.evidence_limit = 0;
    const exchange::SyncReport second = assessor.exchange().sync(*store, {}, options);
    CHECK(second.evidence_waits);
    CHECK(second.evidence_bytes == 0);
    const exchange::SyncReport rest = assessor.exchange().sync(*store);
    CHECK(!rest.evidence_waits);
    CHECK(first.evidence_bytes + rest.evidence_bytes == 3'000'000);
    settle();
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    CHECK(!assessor.exchange().sync(*store, {}, options).evidence_waits);
}

TEST_CASE_FIXTURE(Team, "A long run hands over after a piece of evidence, and the next one goes on") {
    for (int i = 0; i < 3; ++i) {
        assessor.add_evidence(assessment, assessor.random().bytes(12'000'000), world.folder());
    }
    SyncOptions options;
    options.long_run_ms = 60'000;
    int runs = 0;
    bool more = true;
    while (more) {
        REQUIRE(++runs < 10);
        more = run(assessor, *store, options, [&](const StoreStep&) { assessor.clock().advance(30'000); }).more;
    }
    CHECK(runs > 1);
    settle();
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
}

TEST_CASE_FIXTURE(Team, "Between two steps people export, import and go on writing") {
    assessor.add_evidence(assessment, assessor.random().bytes(6'000'000), world.folder());
    int edits = 0;
    const auto stick = world.folder() / "stick";
    std::filesystem::create_directory(stick);
    run(assessor, *store, {}, [&](const StoreStep&) {
        if (edits < 6) {
            assessor.answer(assessment, "q" + std::to_string(edits++), "1");
            assessor.exchange().export_bundles(stick);
        }
    });
    run(coordinator, *store, {}, [&](const StoreStep&) {
        for (const auto& file : std::filesystem::directory_iterator(stick)) {
            coordinator.exchange().import_file(file.path());
        }
        std::filesystem::remove_all(stick);
        std::filesystem::create_directory(stick);
    });
    settle();
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    CHECK(coordinator.states() == assessor.states());
    for (Machine* machine : {&assessor, &coordinator}) {
        CHECK(machine->verify().findings.empty());
        CHECK(machine->exchange().quarantine().empty());
        for (const exchange::Peer& peer : machine->exchange().peers()) {
            CHECK(!peer.rolled_back);
        }
    }
}
