// The owner's machine burns: from the recovery kit comes another that everybody follows.
#include <doctest/doctest.h>

#include "exchange_world.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::Delivery;
using team::Role;

namespace {

PersonId person_of(Machine& machine) {
    return machine.exchange().deployment().own_person;
}

}  // namespace

TEST_CASE("a burnt machine is replaced from the recovery kit, and everything comes back") {
    World world(5);
    const auto store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    const exchange::MadeKit made = owner.exchange().make_kit(crypto::test_cost, "folder:/somewhere");
    Machine& reviewer = world.join(owner, Role::reviewer, "Marta");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    const RecordId site = owner.add_site("the owner's own");
    const RecordId assessment = assessor.add_assessment(site);
    assessor.add_evidence(assessment, Bytes(1000, 7), world.folder());
    sync_all({&owner, &reviewer, &assessor}, *store, 6);
    // A new team key that the kit's file cannot know.
    owner.exchange().renew_team_key();
    const RecordId last = owner.add_site("under the new key");
    sync_all({&owner, &reviewer, &assessor}, *store, 6);
    REQUIRE(assessor.exchange().delivery(assessment) == Delivery::delivered);
    const std::map<RecordId, Bytes> states = reviewer.states();

    // The machine burns. The store has been cleared of what had arrived.
    CHECK_THROWS_AS(team::open_kit(made.file, crypto::Secret(view_of("0000000000000000000000000000000000000000"))),
                    Error);
    Machine& restored = world.add();
    exchange::Exchange::restore(restored.vault(), team::open_kit(made.file, made.code));
    CHECK(restored.exchange().authority() == team::Authority::owner);
    CHECK(restored.device() == made.device);
    restored.exchange().sync(*store);
    restored.exchange().revoke_device(owner.device(), true);
    sync_all({&restored, &reviewer, &assessor}, *store, 6);
    CHECK(restored.states() == states);
    CHECK(restored.exchange().name_of_person(person_of(restored)) == "Olena");
    CHECK(!restored.vault().merged(last).empty());
    CHECK(restored.exchange().missing().empty());
    CHECK(restored.exchange().quarantine().empty());
    CHECK(restored.verify().findings.empty());
    CHECK(assessor.exchange().delivery(assessment) == Delivery::delivered);
    // And work goes on.
    Machine& fresh = world.join(restored, Role::assessor, "Iryna");
    const RecordId next = fresh.add_site("next");
    sync_all({&fresh, &restored, &reviewer, &assessor}, *store, 6);
    CHECK(!reviewer.vault().merged(next).empty());
    CHECK(fresh.exchange().delivery(next) == Delivery::delivered);
    for (const store::StoredObject& object : store->list("")) {
        CHECK(object.size < 100'000);
    }
}

TEST_CASE("a kit keeps nothing waiting: the store is cleared as without it") {
    World world(6);
    const auto store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    owner.exchange().make_kit(crypto::test_cost, "");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    assessor.add_site("x");
    sync_all({&owner, &assessor}, *store, 6);
    for (int i = 0; i < 3; ++i) {
        owner.exchange().renew_team_key();
        owner.exchange().sync(*store);
    }
    sync_all({&owner, &assessor}, *store, 6);
    // The kit's mailbox holds the newest roster alone: one index, one part.
    const std::string mailbox = "mailbox/" + team::mailbox_token(owner.exchange().deployment(), [&] {
                                    for (const auto& d : owner.exchange().roster().devices) {
                                        if (d.kit) {
                                            return d.invite;
                                        }
                                    }
                                    return InviteId();
                                }());
    CHECK(store->list(mailbox).size() == 2);
    CHECK(owner.exchange().export_bundles(world.folder()).bundles == 0);
}

TEST_CASE("a machine that dies while a kit is restored has nothing or all of it") {
    World world(8);
    Machine& owner = world.found("Olena");
    const exchange::MadeKit made = owner.exchange().make_kit(crypto::test_cost, "");
    const team::Kit kit = team::open_kit(made.file, made.code);
    Machine& restored = world.add();
    {
        // As a power cut leaves it: the outer transaction is never committed.
        vault::Transaction cut(restored.vault());
        exchange::Exchange::restore(restored.vault(), kit);
    }
    restored.reopen();
    CHECK_FALSE(exchange::Exchange::has_deployment(restored.vault()));
    exchange::Exchange::restore(restored.vault(), kit);
    CHECK_FALSE(restored.exchange().roster().device(made.device)->kit);
}

TEST_CASE("who never heard of the kit follows the machine that was restored from it") {
    World world(9);
    Machine& owner = world.found("Olena");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    carry(assessor, owner, team_lane);
    carry(owner, assessor, lane_to(assessor));
    // Made after the last contact; the only machine that could have told of it burns.
    const exchange::MadeKit made = owner.exchange().make_kit(crypto::test_cost, "");
    const RecordId site = assessor.add_site("written meanwhile");

    Machine& restored = world.add();
    exchange::Exchange::restore(restored.vault(), team::open_kit(made.file, made.code));
    restored.exchange().revoke_device(owner.device(), false);
    for (int round = 0; round < 2; ++round) {
        carry(restored, assessor, lane_to(assessor));
        carry(assessor, restored, team_lane);
    }
    CHECK(assessor.exchange().quarantine().empty());
    CHECK(team::hash_of(assessor.exchange().roster()) == team::hash_of(restored.exchange().roster()));
    CHECK(restored.read<record::Site>(site).name == "written meanwhile");
    carry(restored, assessor, lane_to(assessor));
    CHECK(assessor.exchange().delivery(site) == Delivery::delivered);
}

TEST_CASE("what a burnt machine said last is taken in by the restored owner's word, and holds nobody up until then") {
    World world(10);
    const auto store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    Machine& second = world.join(owner, Role::coordinator, "Petro");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    sync_all({&owner, &second, &assessor}, *store);
    const exchange::MadeKit made = owner.exchange().make_kit(crypto::test_cost, "");
    sync_all({&owner, &second, &assessor}, *store);
    // Of this only the second coordinator hears, before the machine burns.
    for (int i = 0; i < 5; ++i) {
        owner.exchange().renew_team_key();
    }
    const team::Invitation invitation = world.invite(owner, Role::assessor, "Iryna");
    owner.exchange().revoke_device(assessor.device(), false);
    carry(owner, second, lane_to(second));
    REQUIRE(second.exchange().roster().version == owner.exchange().roster().version);
    Machine& invited = world.join(invitation);
    const RecordId site = invited.add_site("of whom the kit knows nothing");
    invited.exchange().sync(*store);
    second.exchange().sync(*store);
    REQUIRE(!second.vault().merged(site).empty());

    Machine& restored = world.add();
    exchange::Exchange::restore(restored.vault(), team::open_kit(made.file, made.code));
    SUBCASE("out of use") {
        restored.exchange().revoke_device(owner.device(), true);
    }
    SUBCASE("perhaps in wrong hands") {
        restored.exchange().revoke_device(owner.device(), false);
    }
    sync_all({&restored, &second, &assessor, &invited}, *store);
    // Everybody who is in the list follows it; what it does not know is told, and nothing of it is done unasked.
    CHECK(team::hash_of(second.exchange().roster()) == team::hash_of(restored.exchange().roster()));
    CHECK(restored.exchange().roster().device(invited.device()) == nullptr);
    CHECK(second.verify().findings.empty());
    const auto lists = [&] {
        std::vector<exchange::QuarantineEntry> kept = restored.exchange().quarantine();
        std::erase_if(kept, [](const exchange::QuarantineEntry& entry) {
            return entry.item_type != static_cast<std::uint64_t>(bundle::ItemType::roster);
        });
        return kept;
    };
    REQUIRE(!lists().empty());
    CHECK(lists()[0].reason == exchange::QuarantineReason::revoked_device);
    // Whoever is to accept it is told what cannot be undone.
    CHECK(std::ranges::any_of(lists(), [](const exchange::QuarantineEntry& entry) {
        return entry.explanation.ends_with("devices shut out 1, records erased on every device 0.");
    }));
    CHECK_THROWS_AS(second.exchange().accept_quarantine(lists()[0].id), Error);

    while (!lists().empty()) {
        REQUIRE(lists()[0].acceptable);
        restored.exchange().accept_quarantine(lists()[0].id);
    }
    CHECK(restored.exchange().roster().device(owner.device())->revoked);
    sync_all({&restored, &second, &assessor, &invited}, *store);
    CHECK(restored.exchange().quarantine().empty());
    CHECK(second.exchange().quarantine().empty());
    CHECK(assessor.exchange().is_revoked());
    CHECK(invited.exchange().delivery(site) == Delivery::delivered);
    CHECK(restored.states() == second.states());
    CHECK_FALSE(team::current_epoch_reaches_revoked(restored.exchange().roster()));
}
