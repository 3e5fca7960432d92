// Exchange through stores that lose things, break off, or are not there.
#include <doctest/doctest.h>

#include "sync/bundle/parts.h"
#include "tests/unit/exchange_forger.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::Delivery;
using exchange::ImportReport;
using Outcome = ImportReport::Outcome;

namespace {

/// Fails for good after so many operations, as a stick that is pulled out; counts what was written.
class FailingStore final : public store::Store {
  public:
    FailingStore(store::Store& below, std::uint64_t operations) : below_(below), left_(operations) {}
    Put put_if_absent(const std::string& name, ByteView bytes) override {
        step();
        const Put put = below_.put_if_absent(name, bytes);
        created += put == Put::created ? 1 : 0;
        return put;
    }
    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        step();
        return below_.get(name, limit);
    }
    std::vector<store::StoredObject> list(const std::string& under) override {
        step();
        return below_.list(under);
    }
    void remove(const std::string& name) override {
        step();
        below_.remove(name);
    }
    std::string description() const override { return "failing"; }
    std::uint64_t created = 0;

  private:
    void step() {
        if (left_ == 0) {
            throw Error(ErrorCode::unreachable, "The stick was pulled out.");
        }
        --left_;
    }
    store::Store& below_;
    std::uint64_t left_;
};

/// Syncs until it comes through, each time one operation further; how often it broke off.
int sync_through_breaks(Machine& machine, store::Store& store, std::uint64_t& created) {
    for (std::uint64_t operations = 0; operations < 200; ++operations) {
        FailingStore failing(store, operations);
        try {
            machine.exchange().sync(failing);
            created += failing.created;
            return static_cast<int>(operations);
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::unreachable);
            created += failing.created;
        }
    }
    return -1;
}

/// Whether every revision of the other's device is here.
bool has_all_of(Machine& machine, Machine& other) {
    return std::ranges::all_of(other.vault().summaries(), [&](const vault::Summary& summary) {
        const history::MergedRecord theirs = other.vault().merged(summary.id);
        const history::MergedRecord ours = machine.vault().merged(summary.id);
        return std::ranges::all_of(theirs.revisions, [&](const history::RevisionNote& note) {
            return note.device != other.device() || ours.knows(note.name);
        });
    });
}

struct Pair {
    World world;
    std::unique_ptr<store::Store> store = store::make_memory_store();
    Machine& coordinator = world.found();
    Machine& assessor = world.join(coordinator, team::Role::assessor, "Andriy");
    RecordId site = assessor.add_site("A");
    RecordId assessment = assessor.add_assessment(site);

    std::vector<std::string> indexes() {
        std::vector<std::string> names;
        for (const auto& object : store->list("")) {
            if (object.name.find("/i-") != std::string::npos) {
                names.push_back(object.name);
            }
        }
        return names;
    }
};

struct Early : Pair {
    /// Reviews of something that is known by name only, written from a call: their names go ahead with the rest of the
    /// log, and their bodies wait.
    std::vector<RecordId> write_early(const std::vector<std::string>& texts) {
        assessor.exchange().sync(*store);
        coordinator.exchange().sync(*store);
        record::Review review;
        review.assessment = assessor.add_assessment(site);
        std::vector<RecordId> early;
        for (const std::string& text : texts) {
            review.text = text;
            early.push_back(coordinator.write(record::Kind::review, review));
        }
        coordinator.add_site("something else");
        coordinator.exchange().sync(*store);
        assessor.exchange().sync(*store);
        return early;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Pair, "A transfer that breaks off anywhere goes on where it broke") {
    assessor.add_evidence(assessment, assessor.random().bytes(3'500'000), world.folder());
    std::uint64_t created = 0;
    const int breaks = sync_through_breaks(assessor, *store, created);
    CHECK(breaks > 5);
    CHECK(created == store->list("").size());  // nothing travelled twice
    std::uint64_t receipts = 0;
    CHECK(sync_through_breaks(coordinator, *store, receipts) > 5);
    CHECK(has_all_of(coordinator, assessor));
    std::uint64_t last = 0;
    CHECK(sync_through_breaks(assessor, *store, last) > 2);
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    CHECK(coordinator.exchange().quarantine().empty());
    for (Machine* machine : {&assessor, &coordinator}) {
        CHECK(machine->verify().findings.empty());
    }
}

TEST_CASE_FIXTURE(Pair, "A bundle that broke off survives the end of the program") {
    assessor.add_evidence(assessment, assessor.random().bytes(2'500'000), world.folder());
    FailingStore failing(*store, 6);
    CHECK_THROWS_AS(assessor.exchange().sync(failing), Error);
    const std::size_t there = store->list("").size();
    CHECK(there > 0);
    assessor.reopen();
    assessor.exchange().sync(*store);
    coordinator.exchange().sync(*store);
    CHECK(has_all_of(coordinator, assessor));
}

TEST_CASE_FIXTURE(Pair, "A half upload is reported, not imported, and taken when it is whole") {
    const RecordId evidence = assessor.add_evidence(assessment, assessor.random().bytes(2'500'000), world.folder());
    assessor.exchange().sync(*store);
    std::string part;
    for (const auto& object : store->list("")) {
        if (object.size == bundle::part_size) {
            part = object.name;
        }
    }
    const Bytes bytes = store->get(part, bundle::part_size).value();
    store->remove(part);
    SUBCASE("a part is missing") {}
    SUBCASE("a part is damaged") {
        Bytes damaged = bytes;
        damaged[1000] ^= 1;
        store->put_if_absent(part, damaged);
    }
    SUBCASE("a part is cut short") {
        store->put_if_absent(part, ByteView(bytes).first(100));
    }
    for (int i = 0; i < 2; ++i) {
        const exchange::SyncReport report = coordinator.exchange().sync(*store);
        REQUIRE(!report.received.empty());
        CHECK(std::ranges::any_of(report.received, [](const ImportReport& received) {
            return received.outcome == Outcome::refused && received.reason.find("Part ") != std::string::npos;
        }));
    }
    store->remove(part);
    store->put_if_absent(part, bytes);
    coordinator.exchange().sync(*store);
    CHECK(!coordinator.vault().merged(evidence).empty());
    CHECK(coordinator.vault().blobs().at(0).complete());
}

TEST_CASE_FIXTURE(Pair, "What vanished from a store before it arrived is offered again") {
    assessor.exchange().sync(*store);
    SUBCASE("all of it") {
        for (const auto& object : store->list("")) {
            store->remove(object.name);
        }
    }
    SUBCASE("the index") {
        store->remove(indexes().at(0));
    }
    SUBCASE("a part") {
        store->remove(store->list("").back().name);
    }
    SUBCASE("another store is used from now on") {
        store = store::make_memory_store();
    }
    CHECK(assessor.exchange().sync(*store).sent.bundles == 1);
    coordinator.exchange().sync(*store);
    CHECK(has_all_of(coordinator, assessor));
    assessor.exchange().sync(*store);
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    // What a receipt covers is not.
    for (const auto& object : store->list("")) {
        store->remove(object.name);
    }
    CHECK(assessor.exchange().sync(*store).sent.revisions == 0);
}

TEST_CASE_FIXTURE(Early, "A body whose name went ahead is sent again when it vanished, and on every stick") {
    const RecordId early = write_early({"Call me"}).front();
    REQUIRE(assessor.vault().merged(early).empty());
    const std::vector<store::StoredObject> before = store->list("");
    CHECK(coordinator.exchange().sync(*store).sent.revisions == 1);
    const auto is_new = [&](const store::StoredObject& object) {
        return std::ranges::none_of(before, [&](const auto& old) { return old.name == object.name; });
    };
    const auto read = [&] {
        return assessor.vault().merged(early).empty() ? std::string() : assessor.read<record::Review>(early).text;
    };
    const auto vanish = [&] {
        for (const store::StoredObject& object : store->list("")) {
            if (is_new(object)) {
                store->remove(object.name);
            }
        }
    };
    SUBCASE("it stays on the store until it is read") {
        for (int round = 0; round < 40; ++round) {
            // Receipts and other things come and go.
            coordinator.add_site("site " + std::to_string(round));
            coordinator.exchange().sync(*store);
        }
        assessor.exchange().sync(*store);
        CHECK(read() == "Call me");
    }
    SUBCASE("it vanished from the store") {
        vanish();
        CHECK(coordinator.exchange().sync(*store).sent.revisions == 1);
        assessor.exchange().sync(*store);
        CHECK(read() == "Call me");
    }
    SUBCASE("on a stick") {
        vanish();
        carry(coordinator, assessor, lane_to(assessor));
        CHECK(read() == "Call me");
    }
    CHECK(assessor.verify().findings.empty());
}

TEST_CASE_FIXTURE(Early, "A sync comes to rest though a body that travelled alone was erased before it was read") {
    const RecordId named = write_early({"Call me", "A patient's name"}).back();
    // Both bodies travel in a bundle with other things, which nobody reads.
    coordinator.add_site("another thing");
    REQUIRE(coordinator.exchange().sync(*store).sent.revisions == 3);
    coordinator.exchange().erase_everywhere(named, "a name was written down");
    std::size_t bundles = 1;
    for (int round = 0; round < 4 && bundles > 0; ++round) {
        bundles = coordinator.exchange().sync(*store).sent.bundles;
    }
    CHECK(bundles == 0);
    assessor.exchange().sync(*store);
    CHECK(assessor.vault().merged(named).empty());
    CHECK(has_all_of(assessor, coordinator));
}

TEST_CASE_FIXTURE(Pair, "A lost stick loses nothing, on the next stick or through a store") {
    const auto stick = world.folder() / "stick";
    std::filesystem::create_directory(stick);
    const exchange::OutgoingReport first = assessor.exchange().export_bundles(stick);
    REQUIRE(first.files.size() == 1);
    CHECK(assessor.exchange().delivery(assessment) == Delivery::sent);
    std::filesystem::remove_all(stick);
    SUBCASE("the next stick") {
        std::filesystem::create_directory(stick);
        const exchange::OutgoingReport second = assessor.exchange().export_bundles(stick);
        REQUIRE(second.files.size() == 1);
        CHECK(second.revisions == first.revisions);
        CHECK(coordinator.exchange().import_file(second.files[0]).outcome == Outcome::imported);
    }
    SUBCASE("a store") {
        CHECK(assessor.exchange().sync(*store).sent.revisions == first.revisions);
        coordinator.exchange().sync(*store);
    }
    CHECK(has_all_of(coordinator, assessor));
    // The coordinator's stick gets lost too: the assessor, who has no receipt, sends again, and is answered again.
    coordinator.exchange().outgoing(lane_to(assessor));
    CHECK(carry(assessor, coordinator, team_lane).size() == 1);
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
}

TEST_CASE_FIXTURE(Pair, "Export needs its folder, and writes whole files with names that tell nothing") {
    try {
        assessor.exchange().export_bundles(world.folder() / "stick");
        FAIL("exported into nothing");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::unreachable);
    }
    CHECK(assessor.exchange().delivery(site) == Delivery::sealed);
    const exchange::OutgoingReport report = assessor.exchange().export_bundles(world.folder());
    REQUIRE(report.files.size() == 1);
    CHECK(report.files[0].filename().string().size() == std::string("01234567-001.fsbundle").size());
    CHECK(std::filesystem::file_size(report.files[0]) == report.bytes);
}

TEST_CASE_FIXTURE(Pair, "Small evidence goes first, large evidence in several bundles") {
    assessor.add_evidence(assessment, assessor.random().bytes(20'000'000), world.folder());
    const Bytes small = assessor.random().bytes(50'000);
    assessor.add_evidence(assessment, small, world.folder());
    const auto bundles = assessor.exchange().outgoing(team_lane);
    REQUIRE(bundles.size() >= 3);
    CHECK(bundles[0].bytes.size() < 200'000 + (1u << 20));
    for (const bundle::Sealed& sealed : bundles) {
        CHECK(sealed.bytes.size() <= 16u << 20);
    }
    coordinator.exchange().import_bundle(bundles[0].bytes, "1");
    CHECK(coordinator.vault().blob(crypto::plain_hash(small))->complete());
    // An assessment is delivered when the last of its evidence is.
    coordinator.exchange().import_bundle(bundles[1].bytes, "2");
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.exchange().delivery(assessment) == Delivery::sent);
    CHECK(assessor.exchange().delivery(site) == Delivery::delivered);
    for (std::size_t i = 2; i < bundles.size(); ++i) {
        coordinator.exchange().import_bundle(bundles[i].bytes, "rest");
    }
    carry(coordinator, assessor, lane_to(assessor));
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
}

TEST_CASE_FIXTURE(Pair, "Evidence that was taken out again is not sent, and delivery does not wait for it") {
    const RecordId evidence = assessor.add_evidence(assessment, assessor.random().bytes(300'000), world.folder());
    assessor.edit(evidence, record::Kind::evidence, "removed", true);
    assessor.exchange().sync(*store);
    coordinator.exchange().sync(*store);
    CHECK(coordinator.vault().blobs().empty());
    assessor.exchange().sync(*store);
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
}

TEST_CASE_FIXTURE(Pair, "An empty evidence file arrives as what it is") {
    assessor.add_evidence(assessment, {}, world.folder());
    assessor.exchange().sync(*store);
    coordinator.exchange().sync(*store);
    REQUIRE(coordinator.vault().blobs().size() == 1);
    CHECK(coordinator.vault().blobs()[0].complete());
    assessor.exchange().sync(*store);
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
}

TEST_CASE_FIXTURE(Pair, "Sync can be cancelled, and goes on later") {
    assessor.add_evidence(assessment, assessor.random().bytes(5'000'000), world.folder());
    int calls = 0;
    try {
        assessor.exchange().sync(*store, [&](std::uint64_t, std::uint64_t) { return ++calls < 4; });
        FAIL("not cancelled");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::cancelled);
    }
    assessor.exchange().sync(*store);
    coordinator.exchange().sync(*store);
    CHECK(has_all_of(coordinator, assessor));
}

TEST_CASE("Two coordinators take in the same mailboxes by themselves and end in the same state") {
    World world;
    const auto store = store::make_memory_store();
    Machine& first = world.found("Olena");
    Machine& second = world.join(first, team::Role::coordinator, "Petro");
    Machine& assessor = world.join(first, team::Role::assessor, "Andriy");
    carry(second, first, team_lane);
    carry(first, second, lane_to(second));
    const RecordId site = assessor.add_site("A");
    const RecordId assessment = assessor.add_assessment(site);
    assessor.add_evidence(assessment, assessor.random().bytes(400'000), world.folder());
    assessor.exchange().sync(*store);

    // The second meets the assessor first, on the strength of the invitation alone.
    const exchange::SyncReport report = second.exchange().sync(*store);
    REQUIRE(!report.received.empty());
    REQUIRE(report.received.back().enrolled.size() == 1);
    CHECK(second.exchange().roster().device(assessor.device()) == nullptr);
    CHECK(second.read<record::Site>(site).name == "A");
    CHECK(second.exchange().name_of_device(assessor.device()) == "Andriy");
    CHECK(second.exchange().key_of(assessor.device()).has_value());
    first.exchange().sync(*store);
    CHECK(has_all_of(first, assessor));
    CHECK(has_all_of(second, assessor));

    first.edit(site, record::Kind::site, "notes", std::string("by Olena"));
    second.edit(site, record::Kind::site, "notes", std::string("by Petro"));
    sync_all({&second, &first, &assessor}, *store);
    CHECK(first.states() == second.states());
    CHECK(second.exchange().roster().device(assessor.device()) != nullptr);
    CHECK(first.vault().merged(site).conflicts() == std::vector<std::string>{"notes"});
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    for (Machine* machine : {&first, &second, &assessor}) {
        CHECK(machine->exchange().quarantine().empty());
        CHECK(machine->exchange().sync(*store).sent.bundles == 0);
    }
}
