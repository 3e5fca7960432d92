// The Team screen: what the owner does to people and devices, told before it is done.
#include <doctest/doctest.h>
#include <algorithm>
#include <filesystem>
#include <set>

#include "app/desktop/screens/invitation_qr.h"
#include "sync/team/invitation_text.h"
#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;

namespace {

/// The owner's app, and an assessor and a second coordinator who have joined through the folder "store".
struct Office : test::Stage {
    std::string store = "folder:" + (folder / "store").string();

    Office() {
        auto office = create("office").first;
        office->found("Test", "Олена Коваль");
        auto laptop = join(*office, "laptop", team::Role::assessor, "Ігор");
        auto second = join(*office, "second", team::Role::coordinator, "Petro");
        for (int round = 0; round < 3; ++round) {
            for (session::Session* session : {laptop.get(), second.get(), office.get()}) {
                session->sync(store);
            }
        }
    }
    void unlock(const std::string& name) {
        test::Stage::unlock(name);
        app.go(Screen::team);
        driver.settle();
    }
    /// Chooses the device of this person in the table.
    exchange::Peer choose(const std::string& person) {
        const auto& peers = app.snapshot->peers;
        for (std::size_t i = 0; i < peers.size(); ++i) {
            if (peers[i].name == person) {
                app.team_view.selected = static_cast<int>(i);
                driver.settle();
                return peers[i];
            }
        }
        FAIL("no device of " << person);
        return {};
    }
    exchange::Peer peer(const DeviceId& device) {
        for (const exchange::Peer& peer : app.snapshot->peers) {
            if (peer.device == device) {
                return peer;
            }
        }
        FAIL("the device is not in the list");
        return {};
    }
};

}  // namespace

TEST_CASE("the owner shuts out a lost laptop: asked first, done then, told to the laptop at its next contact") {
    Office office;
    office.unlock("office");
    const exchange::Peer laptop = office.choose("Ігор");
    CHECK(office.driver.find("team.fingerprint").text == laptop.fingerprint);
    office.driver.click("team.revoke.device");
    REQUIRE(office.driver.shows("team.revoke.no"));
    office.driver.click("team.revoke.no");
    CHECK_FALSE(office.peer(laptop.device).revoked);
    office.driver.click("team.revoke.device");
    office.driver.click("team.revoke.yes");
    CHECK(office.peer(laptop.device).revoked);
    CHECK(office.peer(laptop.device).accepted_up_to != team::everything_accepted);
    office.app.worker.post("sync", [&](std::unique_ptr<session::Session>& session, const session::Progress&) {
        session->sync(office.store);
    });
    office.driver.settle();
    office.app.lock();
    office.driver.settle();
    {
        const auto stolen = office.open("laptop");
        CHECK(stolen->sync(office.store).revoked);
    }
    office.unlock("laptop");
    CHECK(office.driver.shows("standing.revoked"));
    CHECK_FALSE(office.driver.shows("team.revoke.device"));
}

TEST_CASE("a deputy is appointed, the deployment handed over, and the one before can do no more than a deputy") {
    Office office;
    office.unlock("office");
    const exchange::Peer second = office.choose("Petro");
    office.driver.click("team.deputy");
    CHECK(office.peer(second.device).deputy);
    office.driver.click("team.hand_over");
    office.driver.click("team.hand_over.yes");
    CHECK(office.peer(second.device).owner);
    CHECK(office.app.snapshot->authority == team::Authority::deputy);
    CHECK_FALSE(office.driver.shows("team.kit.open"));
    office.choose("Petro");
    CHECK_FALSE(office.driver.shows("team.revoke.device"));
    office.choose("Ігор");
    CHECK(office.driver.shows("team.revoke.device"));
}

TEST_CASE("the owner renews the team key: told what for, asked first, and what is sealed after that arrives") {
    Office office;
    office.unlock("office");
    REQUIRE(office.app.snapshot->team_key_number == 1);
    CHECK_FALSE(office.driver.shows("team.key.go"));
    office.driver.click("team.key.open");
    CHECK_FALSE(office.driver.shows("team.key.open"));
    CHECK(office.driver.find("team.key.number").text == "1");
    office.driver.click("team.key.go");
    office.driver.click("team.key.no");
    CHECK(office.app.snapshot->team_key_number == 1);
    office.driver.click("team.key.go");
    office.driver.click("team.key.yes");
    CHECK(office.app.snapshot->team_key_number == 2);
    REQUIRE(office.app.status);
    CHECK(office.app.status->state == ui::State::good);
    CHECK_FALSE(office.driver.shows("team.key.go"));
    office.sync_app();
    office.app.lock();
    office.driver.settle();
    {
        const auto laptop = office.open("laptop");
        laptop->sync(office.store);
        CHECK(laptop->snapshot()->team_key_number == 2);
        record::Site site;
        site.name = "Підстанція";
        laptop->add_site(site);
        laptop->sync(office.store);
    }
    office.unlock("office");
    office.sync_app();
    CHECK(std::ranges::any_of(office.app.snapshot->sites,
                              [](const auto& row) { return row->summary.title == "Підстанція"; }));
}

TEST_CASE("a deputy renews the team key too, a coordinator who is none is not offered it") {
    Office office;
    office.unlock("office");
    office.choose("Petro");
    office.driver.click("team.deputy");
    office.sync_app();
    office.app.lock();
    office.driver.settle();
    {
        // Heard of nothing yet.
        office.unlock("second");
        CHECK_FALSE(office.driver.shows("team.key.open"));
        office.sync_app();
        REQUIRE(office.app.snapshot->authority == team::Authority::deputy);
        office.driver.click("team.key.open");
        office.driver.click("team.key.go");
        office.driver.click("team.key.yes");
        CHECK(office.app.snapshot->team_key_number == 2);
        office.driver.click("team.key.open");
        CHECK(office.driver.find("team.key.number").text == "2");
        office.driver.click("team.key.close");
        CHECK_FALSE(office.driver.shows("team.key.go"));
        office.app.lock();
        office.driver.settle();
    }
    office.unlock("laptop");
    CHECK_FALSE(office.driver.shows("team.key.open"));
}

TEST_CASE("a kit is made, and a new machine goes on from it") {
    Office office;
    office.unlock("office");
    office.driver.click("team.kit.open");
    office.driver.write("kit.folder", office.folder.string());
    office.driver.click("kit.go");
    const std::string code = office.driver.find("kit.code").text;
    CHECK(code.size() > 40);
    CHECK(fs::exists(office.folder / "recovery.fskit"));
    office.driver.click("kit.noted");
    CHECK_FALSE(office.driver.shows("kit.code"));
    office.app.lock();
    office.driver.settle();

    office.app.drop({office.folder / "recovery.fskit"});
    office.driver.write("welcome.code", code);
    office.driver.write("welcome.path", (office.folder / "restored").string());
    office.driver.write("welcome.passphrase", "another horse battery");
    office.driver.write("welcome.again", "another horse battery");
    office.driver.click("welcome.join.go");
    office.driver.click("welcome.noted");
    office.driver.click("welcome.continue");
    REQUIRE_FALSE(office.app.locked);
    CHECK(office.app.snapshot->authority == team::Authority::owner);
    CHECK(office.app.snapshot->own_name == "Олена Коваль");
}

TEST_CASE("an open invitation is cancelled, and another device invited for somebody") {
    Office office;
    office.unlock("office");
    office.choose("Ігор");
    office.driver.click("team.another");
    office.driver.write("invite.folder", office.folder.string());
    office.driver.click("invite.go");
    CHECK(office.driver.find("invite.code").text.size() >= 20);
    REQUIRE(office.app.snapshot->invitations.size() == 1);
    CHECK(office.app.snapshot->invitations[0].name == "Ігор");
    office.driver.click("invite.close");
    const std::string cancel = "team.cancel." + office.app.snapshot->invitations[0].invite.hex().substr(0, 8);
    office.driver.click(cancel);
    CHECK_FALSE(office.app.snapshot->invitations[0].cancelled);
    office.driver.click("team.cancel.no");
    CHECK_FALSE(office.app.snapshot->invitations[0].cancelled);
    office.driver.click(cancel);
    office.driver.click("team.cancel.yes");
    CHECK(office.app.snapshot->invitations[0].cancelled);
    CHECK_FALSE(office.driver.shows(cancel));
}

TEST_CASE("the list says when something of each device came last, and what is missing of it, whichever is chosen") {
    Office office;
    office.unlock("office");
    const exchange::Peer laptop = office.choose("Ігор");
    const exchange::Peer second = office.choose("Petro");
    const auto short_id = [](const exchange::Peer& peer) { return peer.device.hex().substr(0, 8); };
    CHECK(laptop.last_contact_ms > 0);
    CHECK(office.driver.find("team.contact." + short_id(laptop)).text == date_time_text(laptop.last_contact_ms));
    CHECK(office.driver.find("team.contact." + short_id(second)).text == date_time_text(second.last_contact_ms));
    for (const exchange::Peer& peer : office.app.snapshot->peers) {
        CHECK_FALSE(office.driver.shows("team.missing." + short_id(peer)));
        if (peer.own) {
            CHECK(office.driver.find("team.contact." + short_id(peer)).text == "–");
        }
    }
    office.app.lock();
    office.driver.settle();

    // What the laptop sent first vanishes on the way: only what it sent after that arrives.
    const auto objects = [&office] {
        std::set<fs::path> found;
        for (const auto& entry : fs::recursive_directory_iterator(office.folder / "store")) {
            if (entry.is_regular_file()) {
                found.insert(entry.path());
            }
        }
        return found;
    };
    {
        const auto there = office.open("laptop");
        record::Site site;
        site.name = "A";
        const RecordId a = there->add_site(site);
        const std::set<fs::path> before = objects();
        there->sync(office.store);
        std::set<fs::path> first = objects();
        std::erase_if(first, [&before](const fs::path& path) { return before.contains(path); });
        REQUIRE_FALSE(first.empty());
        site.name = "B";
        there->edit_site(a, site, there->heads(a));
        there->sync(office.store);
        for (const fs::path& path : first) {
            fs::remove(path);
        }
    }
    office.unlock("office");
    office.sync_app();
    REQUIRE(office.app.snapshot->missing.size() == 1);
    CHECK(office.app.snapshot->missing[0].device == laptop.device);
    office.choose("Petro");
    CHECK(office.driver.find("team.missing." + short_id(laptop)).text == "1 missing");
    CHECK_FALSE(office.driver.shows("team.missing." + short_id(second)));
    CHECK(office.peer(laptop.device).last_contact_ms >= laptop.last_contact_ms);
}

TEST_CASE("an invitation is a QR code while it fits into one, and says so when it does not, and its text joins") {
    Office office;
    office.unlock("office");
    const auto invite = [&office](const std::string& name) {
        office.driver.click("team.invite.open");
        office.driver.write("invite.name", name);
        office.driver.write("invite.folder", office.folder.string());
        office.driver.click("invite.go");
        return office.driver.find("invite.code").text;
    };
    const std::string code = invite("Nadia");
    const std::string text = office.driver.find("invite.qr").text;
    CHECK(qr_code_of(text).width > 100);
    CHECK_FALSE(office.driver.shows("invite.qr.too_large"));
    CHECK(read_file(office.folder / "Nadia.fsinvite", 1u << 20) == team::invitation_from_text(text));
    office.driver.click("invite.close");
    CHECK_FALSE(office.driver.shows("invite.qr"));
    // A team of some size: the list in each invitation grows.
    office.app.run("invite", [](session::Session& session, const session::Progress&) {
        for (int i = 0; i < 20; ++i) {
            session.invite(team::Role::assessor, "Person " + std::to_string(i));
        }
    });
    office.driver.settle();
    invite("Late");
    CHECK(office.driver.shows("invite.qr.too_large"));
    CHECK_FALSE(office.driver.shows("invite.qr"));
    CHECK(fs::exists(office.folder / "Late.fsinvite"));
    office.app.lock();
    office.driver.settle();

    // The text is pasted in the place of the file; what was cut says so, and leaves no vault behind.
    office.driver.click("welcome.back");
    office.driver.click("welcome.join");
    const auto join = [&office, &code](const std::string& pasted) {
        office.driver.write("welcome.invitation", pasted);
        office.driver.write("welcome.code", code);
        office.driver.write("welcome.path", (office.folder / "nadia").string());
        office.driver.write("welcome.passphrase", "another horse battery");
        office.driver.write("welcome.again", "another horse battery");
        office.driver.click("welcome.join.go");
    };
    join(text.substr(0, 1000));
    CHECK(office.driver.find("welcome.problem").text.find("FSINVITE:") != std::string::npos);
    CHECK_FALSE(fs::exists(office.folder / "nadia.fieldseal"));
    join(text);
    office.driver.click("welcome.noted");
    office.driver.click("welcome.continue");
    REQUIRE_FALSE(office.app.locked);
    CHECK(office.app.snapshot->own_name == "Nadia");
    CHECK(office.app.snapshot->role == team::Role::assessor);
}
