// Old copies of vaults that run the team. docs/formats/roster.md, "Old copies".
#include <doctest/doctest.h>

#include <filesystem>

#include "exchange_forger.h"
#include "exchange_world.h"

using namespace fieldseal;
using namespace fieldseal::test;
using team::Role;

namespace {

/// An owner whose vault is copied and put back, and whom else there is. Time goes on with each round.
struct OldCopy {
    World world{11};
    std::unique_ptr<store::Store> store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    Machine& reviewer = world.join(owner, Role::reviewer, "Marta");
    Machine& stolen = world.join(owner, Role::assessor, "Ihor");
    Machine& assessor = world.join(owner, Role::assessor, "Oksana");
    std::vector<Machine*> team{&owner, &reviewer, &stolen, &assessor};
    std::filesystem::path copy = world.folder() / "copy";

    OldCopy() { settle(); }

    void wait() {
        for (Machine* machine : team) {
            machine->clock().advance(1000);
        }
    }
    void settle(int rounds = 6) {
        for (int round = 0; round < rounds; ++round) {
            wait();
            sync_all(team, *store, 1);
        }
    }
    void keep_copy() {
        owner.copy_file(copy);
    }
    void put_back() {
        wait();
        owner.replace_file(copy);
    }
    static bool is_revoked_at(Machine& machine, Machine& device) {
        const team::RosterDevice* entry = machine.exchange().roster().device(device.device());
        return entry != nullptr && entry->revoked;
    }
    static bool is_seen_as_old_copy(Machine& by, Machine& device) {
        return std::ranges::any_of(by.exchange().peers(), [&](const exchange::Peer& peer) {
            return peer.device == device.device() && peer.rolled_back;
        });
    }
    /// The stolen device writes; nobody takes it, now or later.
    void check_shut_out() {
        const RecordId site = stolen.add_site("by the thief");
        settle();
        for (Machine* machine : team) {
            if (machine != &stolen) {
                CHECK(is_revoked_at(*machine, stolen));
                CHECK(machine->vault().merged(site).empty());
            }
        }
        CHECK(is_revoked_at(stolen, stolen));
    }
    void check_one_list() {
        for (Machine* machine : team) {
            // Whoever is shut out is told that, and of later lists nothing.
            if (!machine->exchange().is_revoked()) {
                CHECK(team::hash_of(machine->exchange().roster()) == team::hash_of(owner.exchange().roster()));
            }
        }
    }
};

}  // namespace

TEST_CASE_FIXTURE(OldCopy,
                  "An old copy of the owner's vault brings no revoked device back, and gets back what it forgot") {
    keep_copy();
    owner.exchange().revoke_device(stolen.device(), false);
    settle();
    REQUIRE(is_revoked_at(reviewer, stolen));
    REQUIRE(is_revoked_at(assessor, stolen));
    CHECK(!owner.exchange().list_rollback());

    put_back();
    REQUIRE(!is_revoked_at(owner, stolen));
    // So many lists that they have higher versions than the one that was forgotten.
    std::vector<team::Invitation> invitations;
    for (const char* name : {"Andrii", "Bohdan", "Vira"}) {
        invitations.push_back(world.invite(owner, Role::assessor, name));
    }
    REQUIRE(owner.exchange().roster().version > reviewer.exchange().roster().version);
    wait();
    owner.exchange().sync(*store);
    wait();
    for (Machine* machine : {&reviewer, &assessor}) {
        machine->exchange().sync(*store);
        CHECK(is_revoked_at(*machine, stolen));
        CHECK(is_seen_as_old_copy(*machine, owner));
    }
    settle();
    CHECK(owner.exchange().list_rollback());
    CHECK(is_revoked_at(owner, stolen));
    check_shut_out();
    // What the old copy said holds as well.
    for (const team::Invitation& invitation : invitations) {
        CHECK(owner.exchange().roster().invite(invitation.invite) != nullptr);
    }
    team.push_back(&world.join(invitations.back()));
    settle();
    CHECK(owner.exchange().roster().device(team.back()->device()) != nullptr);
    check_one_list();
    for (Machine* machine : team) {
        if (machine != &stolen) {
            CHECK(std::ranges::none_of(machine->exchange().quarantine(), [](const exchange::QuarantineEntry& entry) {
                return entry.reason == exchange::QuarantineReason::bad_roster;
            }));
            CHECK(machine->verify().findings.empty());
        }
    }
}

TEST_CASE_FIXTURE(OldCopy,
                  "An old copy that publishes nothing gets the list of the team back, though it lacks the team's key") {
    keep_copy();
    owner.exchange().revoke_device(stolen.device(), false);
    settle();
    put_back();
    const RecordId site = assessor.add_site("written meanwhile");
    settle();
    CHECK(owner.exchange().list_rollback());
    CHECK(!owner.vault().merged(site).empty());
    check_shut_out();
    check_one_list();
}

TEST_CASE_FIXTURE(
    OldCopy, "With another coordinator, with a deputy: an old copy of the owner's vault changes nothing for good") {
    bool deputy = false;
    SUBCASE("a coordinator") {}
    SUBCASE("a deputy") {
        deputy = true;
    }
    Machine& second = world.join(owner, Role::coordinator, "Petro");
    team.push_back(&second);
    settle();
    if (deputy) {
        owner.exchange().set_deputy(second.exchange().deployment().own_person, true);
        settle();
    }
    keep_copy();
    owner.exchange().revoke_device(stolen.device(), false);
    settle();
    put_back();
    for (const char* name : {"Andrii", "Bohdan", "Vira"}) {
        world.invite(owner, Role::assessor, name);
    }
    settle();
    CHECK(owner.exchange().list_rollback());
    CHECK(is_seen_as_old_copy(second, owner));
    check_shut_out();
    check_one_list();
}

TEST_CASE_FIXTURE(OldCopy, "Who joined after the copy was made stays, with all that they wrote") {
    keep_copy();
    Machine& late = world.join(owner, Role::assessor, "Danylo");
    team.push_back(&late);
    const RecordId early = late.add_site("before it was put back");
    settle();
    REQUIRE(!reviewer.vault().merged(early).empty());
    put_back();
    for (const char* name : {"Andrii", "Bohdan", "Vira"}) {
        world.invite(owner, Role::assessor, name);
    }
    const RecordId after = late.add_site("after it was put back");
    settle();
    for (Machine* machine : {&owner, &reviewer}) {
        CHECK(machine->exchange().roster().device(late.device()) != nullptr);
        CHECK(!machine->vault().merged(early).empty());
        CHECK(!machine->vault().merged(after).empty());
    }
    CHECK(!late.exchange().is_revoked());
    check_one_list();
}

TEST_CASE_FIXTURE(OldCopy, "An assessor's old copy that has written nothing new is seen on both sides") {
    assessor.add_site("one");
    settle();
    assessor.copy_file(copy);
    assessor.add_site("two, lost with the copy");
    settle();
    CHECK(!is_seen_as_old_copy(owner, assessor));
    wait();
    assessor.replace_file(copy);
    owner.add_site("so that the office has something to say");
    owner.exchange().outgoing(lane_to(assessor));
    settle();
    CHECK(assessor.exchange().rollback());
    CHECK(is_seen_as_old_copy(owner, assessor));
}
