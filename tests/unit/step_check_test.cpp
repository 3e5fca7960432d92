// One step of a log, checked on demand: what holds, and each way in which it does not.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include "model/error/error.h"
#include "vault_folder.h"

using namespace fieldseal;
using namespace fieldseal::vault;

namespace {

using Content = StepCheck::Content;
using Place = StepCheck::Place;
using Chain = StepCheck::Chain;
using Signature = StepCheck::Signature;

struct StepFixture : test::VaultFolder {
    std::filesystem::path file = folder / "source.fieldseal";
    std::unique_ptr<Vault> source = make_at(file);
    RecordId site = random.id<RecordId>();
    std::vector<Hash> names;

    /// Two runs of two under signatures, and one step that is not signed yet.
    StepFixture() {
        for (int i = 0; i < 5; ++i) {
            const std::vector<Hash> parents = names.empty() ? std::vector<Hash>{} : std::vector<Hash>{names.back()};
            names.push_back(source->append(site, record::Kind::site, {{"notes", std::to_string(i)}}, parents));
            if (i == 1 || i == 3) {
                source->close_segment(deployment, key);
            }
        }
    }

    StepCheck check(Vault& vault, std::uint64_t sequence, const std::optional<Hash>& name = std::nullopt) {
        return vault.check_step(
            {device(), sequence, name ? *name : names.at(sequence - 1)}, deployment,
            [this](const DeviceId& of) { return of == device() ? std::optional(key.verify_key()) : std::nullopt; });
    }
    std::unique_ptr<Vault> other() {
        return Vault::create(folder / "other.fieldseal", view_of("p"), crypto::test_cost, environment).vault;
    }
    /// Taken in as it is: whoever calls an Intake has looked at signatures and names, and here has not.
    static void take(Vault& into, const history::LogSegment& segment,
                     const std::vector<std::optional<history::Revision>>& bodies) {
        Transaction transaction(into);
        Vault::Intake intake(into);
        REQUIRE(intake.add(segment, bodies) == Accepted::added);
        intake.finish();
        transaction.commit();
    }
    std::vector<std::optional<history::Revision>> bodies_of(const history::LogSegment& segment) {
        std::vector<std::optional<history::Revision>> bodies;
        for (const Hash& name : segment.revisions) {
            bodies.push_back(source->revision(name));
        }
        return bodies;
    }
    /// As any program that can open the file, while the vault does not.
    void change_file(const std::string& sql) {
        source.reset();
        sqlite3* database = nullptr;
        REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
        REQUIRE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
        REQUIRE(sqlite3_changes(database) == 1);
        sqlite3_close(database);
        source = Vault::open(file, view_of("passphrase"), environment);
    }
};

}  // namespace

TEST_CASE_FIXTURE(StepFixture, "a step that was not touched holds, and the latest own one is not signed yet") {
    for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
        const StepCheck found = check(*source, sequence);
        CHECK(found.holds());
        CHECK_FALSE(found.is_broken());
        CHECK(found.first == (sequence <= 2 ? 1 : 3));
        CHECK(found.last == found.first + 1);
    }
    const StepCheck last = check(*source, 5);
    CHECK(last.content == Content::whole);
    CHECK(last.chain == Chain::continues);
    CHECK(last.signature == Signature::not_signed);
    CHECK_FALSE(last.is_broken());
    CHECK_FALSE(last.holds());
}

TEST_CASE_FIXTURE(
    StepFixture,
    "bytes of a step that were changed, moved or taken out in the file are noticed, and its neighbours hold") {
    SUBCASE("changed") {
        change_file(
            "UPDATE revision SET sealed = CAST(substr(sealed, 1, 99) || x'a5a5a5a5' || substr(sealed, 104) AS BLOB) "
            "WHERE row = 2");
    }
    SUBCASE("moved") {
        change_file("UPDATE revision SET sealed = (SELECT sealed FROM revision WHERE row = 3) WHERE row = 2");
    }
    SUBCASE("taken out") {
        change_file("DELETE FROM revision WHERE row = 2");
    }
    const StepCheck found = check(*source, 2);
    CHECK(found.content == Content::does_not_open);
    CHECK(found.is_broken());
    // The log itself has its name, and the signature covers that.
    CHECK(found.place == Place::named);
    CHECK(found.signature == Signature::holds);
    CHECK(check(*source, 1).holds());
    CHECK(check(*source, 3).holds());
}

TEST_CASE_FIXTURE(StepFixture, "a signature that does not hold is told") {
    auto target = other();
    history::LogSegment forged = source->segments(device()).front();
    forged.signature.bytes[5] ^= 1;
    take(*target, forged, bodies_of(forged));
    const StepCheck found = check(*target, 2);
    CHECK(found.signature == Signature::broken);
    CHECK(found.content == Content::whole);
    CHECK(found.is_broken());
}

TEST_CASE_FIXTURE(StepFixture, "what opens but is not what was written does not give its name") {
    auto target = other();
    const history::LogSegment segment = source->segments(device()).front();
    auto bodies = bodies_of(segment);
    bodies[1]->edits["notes"] = std::string("never written");
    take(*target, segment, bodies);
    CHECK(check(*target, 2).content == Content::altered);
    CHECK(check(*target, 2).is_broken());
    CHECK(check(*target, 1).holds());
}

TEST_CASE_FIXTURE(StepFixture, "what cannot be checked is told apart from what is wrong") {
    auto target = other();
    const auto segments = source->segments(device());
    SUBCASE("a body that was left out") {
        take(*target, segments[0], {std::nullopt, std::nullopt});
        const StepCheck found = check(*target, 2);
        CHECK(found.content == Content::not_here);
        CHECK(found.signature == Signature::holds);
        CHECK_FALSE(found.is_broken());
        CHECK_FALSE(found.holds());
    }
    SUBCASE("a log whose beginning is not here") {
        take(*target, segments[1], bodies_of(segments[1]));
        CHECK(check(*target, 3).chain == Chain::before_unknown);
        CHECK_FALSE(check(*target, 3).is_broken());
        CHECK(check(*target, 4).holds());
    }
    SUBCASE("a device that nobody knows") {
        take(*target, segments[0], bodies_of(segments[0]));
        const StepCheck found =
            target->check_step({device(), 1, names[0]}, deployment, [](const DeviceId&) { return std::nullopt; });
        CHECK(found.signature == Signature::unknown_device);
        CHECK_FALSE(found.is_broken());
        CHECK_FALSE(found.holds());
    }
    SUBCASE("another deployment's signature is nobody's here") {
        const StepCheck found = source->check_step({device(), 1, names[0]}, random.id<DeploymentId>(),
                                                   [this](const DeviceId&) { return std::optional(key.verify_key()); });
        CHECK(found.signature == Signature::broken);
    }
}

TEST_CASE_FIXTURE(StepFixture, "a name that the log does not have in its place is not the step's") {
    const StepCheck other_name = check(*source, 2, names[2]);
    CHECK(other_name.place == Place::other_name);
    CHECK(other_name.is_broken());
    const StepCheck nowhere = check(*source, 40, names[2]);
    CHECK(nowhere.place == Place::not_in_log);
    CHECK(nowhere.signature == Signature::none);
    CHECK(nowhere.is_broken());
    CHECK(
        source
            ->check_step({random.id<DeviceId>(), 1, names[0]}, deployment, [](const DeviceId&) { return std::nullopt; })
            .place == Place::not_in_log);
}
