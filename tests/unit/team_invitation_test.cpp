#include <doctest/doctest.h>

#include "sync/team/invitation_codec.h"
#include "sync/team/invitation_text.h"
#include "sync/team/sealed_share.h"
#include "team_fixture.h"

using namespace fieldseal;
using namespace fieldseal::team;

namespace {

const crypto::Secret code(view_of("01234567890123456789"));

ErrorCode open_failure(ByteView file, const crypto::Secret& with = code) {
    try {
        open_invitation(file, with);
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("an invitation was opened that should not be");
    return ErrorCode::failed;
}

}  // namespace

TEST_CASE("an invitation opens with its code to what was put in") {
    Fixture f;
    Invitation invitation = f.invite(Role::reviewer, f.random.id<PersonId>());
    invitation.store_url = "https://hub.example/dav";
    const Bytes file = seal_invitation(invitation, code, crypto::test_cost, f.random);
    const Invitation read = open_invitation(file, code);
    CHECK(read.invite == invitation.invite);
    CHECK(read.deployment == f.founding.deployment.id);
    CHECK(read.deployment_name == "Field programme");
    CHECK(read.root == f.founding.deployment.root);
    CHECK(read.person == invitation.person);
    CHECK(read.person_name == "Olena");
    CHECK(read.inviter_name == "Founder");
    CHECK(read.role == Role::reviewer);
    CHECK(read.expires_ms == f.clock.wall_ms() + invitation_lifetime_ms);
    CHECK(read.store_url == invitation.store_url);
    CHECK(read.roster == invitation.roster);
    CHECK(read.shared_key.equals(f.founding.deployment.shared_key.view()));
    CHECK(read.one_time_seed.equals(invitation.one_time_seed.view()));
    CHECK(encode_invitation(read).equals(encode_invitation(invitation).view()));
}

TEST_CASE("a wrong code, another file, a cut or changed file") {
    Fixture f;
    const Invitation invitation = f.invite(Role::assessor, f.random.id<PersonId>());
    const Bytes file = seal_invitation(invitation, code, crypto::test_cost, f.random);
    CHECK(open_failure(file, crypto::Secret(view_of("01234567890123456780"))) == ErrorCode::locked);
    CHECK(open_failure({}) == ErrorCode::damaged);
    CHECK(open_failure(view_of("FSBUNDLE and more")) == ErrorCode::damaged);
    for (const std::size_t size : std::initializer_list<std::size_t>{1, 8, 9, 33, 57, 2000}) {
        CHECK(open_failure(ByteView(file).first(size)) == ErrorCode::damaged);
    }
    const ErrorCode shorter = file.size() > 33 + 40 + 2048 ? ErrorCode::locked : ErrorCode::damaged;
    CHECK(open_failure(ByteView(file).first(file.size() - 1)) == shorter);
    for (const std::size_t byte : std::initializer_list<std::size_t>{17, 32, 33, 60, 2000}) {
        Bytes flipped = file;
        flipped[byte] ^= 1;
        CAPTURE(byte);
        CHECK(open_failure(flipped) == ErrorCode::locked);
    }
    Bytes longer = file;
    longer.push_back(0);
    CHECK(open_failure(longer) == ErrorCode::locked);
    Bytes version = file;
    version[8] = 2;
    CHECK(open_failure(version) == ErrorCode::newer_version);
    version[8] = 0;
    CHECK(open_failure(version) == ErrorCode::damaged);
    CHECK(open_failure(Bytes(invitation_limit + 1, 'F')) == ErrorCode::damaged);
}

TEST_CASE("a cost that would take the memory or the day is refused before it is paid") {
    Fixture f;
    const Bytes file =
        seal_invitation(f.invite(Role::assessor, f.random.id<PersonId>()), code, crypto::test_cost, f.random);
    for (const std::size_t byte : std::initializer_list<std::size_t>{9, 10, 13}) {
        Bytes costly = file;
        costly[byte] = 0xff;
        CHECK(open_failure(costly) == ErrorCode::damaged);
    }
    Bytes cheap = file;
    cheap[12] = 0;
    CHECK(open_failure(cheap) == ErrorCode::damaged);
}

TEST_CASE("an invitation whose roster is not the owner's is refused") {
    Fixture f;
    const auto refused = [&](auto change) {
        Invitation invitation = f.invite(Role::assessor, f.random.id<PersonId>());
        change(invitation);
        return open_failure(seal_invitation(invitation, code, crypto::test_cost, f.random)) == ErrorCode::refused;
    };
    CHECK(refused([](Invitation& i) { i.roster.issued_ms += 1; }));
    CHECK(refused([](Invitation& i) { i.deployment.bytes[0] ^= 1; }));
    CHECK(refused([](Invitation& i) { i.root.bytes[0] ^= 1; }));
    CHECK(refused([&](Invitation& i) { sign(i.roster, crypto::SigningKey::make(f.random)); }));
}

TEST_CASE("an invitation is noted in the roster, its person too") {
    Fixture f;
    const PersonId person = f.random.id<PersonId>();
    const Invitation invitation = f.invite(Role::reviewer, person);
    REQUIRE(f.roster.invite(invitation.invite));
    CHECK(f.roster.invite(invitation.invite)->role == Role::reviewer);
    REQUIRE(f.roster.person(person));
    CHECK(f.roster.person(person)->role == Role::reviewer);
    // A second device for the same person, not in another role.
    f.invite(Role::reviewer, person);
    CHECK(f.roster.people.size() == 2);
    CHECK(f.roster.invites.size() == 2);
    CHECK_THROWS_AS(f.invite(Role::assessor, person), Error);
    CHECK(decode_roster(encode(f.roster)) == f.roster);
}

TEST_CASE("an enrolment is valid once, by its own invitation, in time") {
    Fixture f;
    const Invitation invitation = f.invite(Role::reviewer, f.random.id<PersonId>());
    const DeviceKeys keys = DeviceKeys::make(f.random);
    const std::int64_t now = f.clock.wall_ms();
    const Enrolment enrolment = make_enrolment(invitation, keys, now);
    const Enrolment read = decode_enrolment(encode(enrolment));
    CHECK(read == enrolment);
    CHECK(check(read, f.roster, now) == EnrolmentVerdict::valid);

    SUBCASE("admitted, it may come again; another device may not") {
        admit(f.roster, enrolment, f.team_keys(), now);
        f.publish();
        CHECK(decode_roster(encode(f.roster)) == f.roster);
        CHECK(check(enrolment, f.roster, now) == EnrolmentVerdict::valid);
        const Roster once = f.roster;
        admit(f.roster, enrolment, f.team_keys(), now + 5);
        CHECK(f.roster == once);
        CHECK(f.roster.role_of(keys.id()) == Role::reviewer);
        const auto team_key = open_share(f.roster.current_epoch(), keys.id(), keys.box);
        REQUIRE(team_key);
        CHECK(team_key->public_key == f.founding.team_key.public_key);
        const Enrolment second = make_enrolment(invitation, DeviceKeys::make(f.random), now);
        CHECK(check(second, f.roster, now) == EnrolmentVerdict::already_used);
    }
    SUBCASE("unknown or cancelled") {
        Roster without = f.roster;
        without.invites.clear();
        CHECK(check(enrolment, without, now) == EnrolmentVerdict::unknown_invite);
        CHECK_THROWS_AS(admit(without, enrolment, f.team_keys(), now), Error);
        f.roster.invites[0].cancelled = true;
        CHECK(check(enrolment, f.roster, now) == EnrolmentVerdict::cancelled);
    }
    SUBCASE("late") {
        const std::int64_t expires = invitation.expires_ms;
        CHECK(check(enrolment, f.roster, expires) == EnrolmentVerdict::valid);
        CHECK(check(enrolment, f.roster, expires + enrolment_grace_ms) == EnrolmentVerdict::valid);
        CHECK(check(enrolment, f.roster, expires + enrolment_grace_ms + 1) == EnrolmentVerdict::expired);
        const Enrolment late = make_enrolment(invitation, keys, expires + 1);
        CHECK(check(late, f.roster, expires + 2) == EnrolmentVerdict::expired);
        // A device whose clock is ahead.
        CHECK(check(late, f.roster, expires) == EnrolmentVerdict::valid);
        f.roster.invites[0].expires_ms = INT64_MIN;
        CHECK(check(enrolment, f.roster, now) == EnrolmentVerdict::expired);
    }
    SUBCASE("any field changed") {
        const auto changed = [&](auto change) {
            Enrolment other = enrolment;
            change(other);
            return check(other, f.roster, now);
        };
        CHECK(changed([](Enrolment& e) { e.sign_key.bytes[0] ^= 1; }) == EnrolmentVerdict::bad_signature);
        CHECK(changed([](Enrolment& e) { e.box_key[0] ^= 1; }) == EnrolmentVerdict::bad_signature);
        CHECK(changed([](Enrolment& e) { e.joined_ms += 1; }) == EnrolmentVerdict::bad_signature);
        CHECK(changed([](Enrolment& e) { e.by_invite.bytes[0] ^= 1; }) == EnrolmentVerdict::bad_signature);
        CHECK(changed([](Enrolment& e) { e.by_device.bytes[0] ^= 1; }) == EnrolmentVerdict::bad_signature);
        CHECK(changed([](Enrolment& e) { std::swap(e.by_device, e.by_invite); }) == EnrolmentVerdict::bad_signature);
        Roster foreign = f.roster;
        foreign.deployment.bytes[0] ^= 1;
        CHECK(check(enrolment, foreign, now) == EnrolmentVerdict::bad_signature);
    }
    SUBCASE("with the keys of a device that is in the roster already") {
        const DeviceKeys& founder = f.founding.keys;
        CHECK(check(make_enrolment(invitation, founder, now), f.roster, now) == EnrolmentVerdict::already_used);
    }
}

TEST_CASE("an assessor is admitted without the team's key") {
    Fixture f;
    const DeviceKeys keys = f.join(Role::assessor);
    CHECK(f.roster.role_of(keys.id()) == Role::assessor);
    CHECK(!open_share(f.roster.current_epoch(), keys.id(), keys.box));
    CHECK(f.roster.team_devices().size() == 1);
}

TEST_CASE("an enrolment cut, longer or of another format is refused") {
    Fixture f;
    const Invitation invitation = f.invite(Role::assessor, f.random.id<PersonId>());
    Bytes bytes = encode(make_enrolment(invitation, DeviceKeys::make(f.random), f.clock.wall_ms()));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_THROWS_AS(decode_enrolment(ByteView(bytes).first(size)), Error);
    }
    bytes.push_back(0);
    CHECK_THROWS_AS(decode_enrolment(bytes), Error);
    bytes.pop_back();
    for (const std::uint8_t format : std::initializer_list<std::uint8_t>{0, 2}) {
        bytes[0] = format;
        CHECK_THROWS_AS(decode_enrolment(bytes), Error);
    }
}

TEST_CASE("no clear text lies in an invitation, and its size tells neither name nor role") {
    Fixture f;
    const Invitation assessor = f.invite(Role::assessor, f.random.id<PersonId>());
    Invitation reviewer = f.invite(Role::reviewer, f.random.id<PersonId>());
    reviewer.person_name = "A much longer name than the other one has";
    const Bytes one = seal_invitation(assessor, code, crypto::test_cost, f.random);
    const Bytes other = seal_invitation(reviewer, code, crypto::test_cost, f.random);
    CHECK(one.size() == other.size());
    const std::string text(text_of(other));
    CHECK(text.find("longer name") == std::string::npos);
    CHECK(text.find("Field programme") == std::string::npos);
}

TEST_CASE("an invitation as text: the same file again, however mail and chats broke it") {
    Fixture f;
    const Bytes file = seal_invitation(f.invite(Role::assessor, f.random.id<PersonId>()), code, crypto::test_cost, f.random);
    const std::string text = invitation_text(file);
    CHECK(text.starts_with("FSINVITE:"));
    CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:") == std::string::npos);
    CHECK(is_invitation_text(text));
    CHECK(invitation_from_text(text) == file);
    std::string broken = " \r\n";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        broken += c >= 'A' && c <= 'Z' && i % 3 == 0 ? static_cast<char>(c - 'A' + 'a') : c;
        broken += i % 60 == 59 ? "\r\n" : i % 17 == 16 ? " " : "";
    }
    CHECK(invitation_from_text(broken + "\n") == file);
    CHECK(open_invitation(invitation_in(Bytes(broken.begin(), broken.end())), code).person_name == "Olena");
    CHECK(invitation_in(file) == file);
    for (const char* other : {"", "FSINVITE", "/home/x/FSINVITE:a.fsinvite", "Hello"}) {
        CHECK_FALSE(is_invitation_text(other));
    }
}

TEST_CASE("an invitation's text that lacks something, or has something else in it, is told from a wrong code") {
    Fixture f;
    const Bytes file = seal_invitation(f.invite(Role::assessor, f.random.id<PersonId>()), code, crypto::test_cost, f.random);
    const std::string text = invitation_text(file);
    const auto refused = [](const std::string& given) {
        try {
            invitation_from_text(given);
        } catch (const Error& error) {
            return error.code() == ErrorCode::damaged;
        }
        return false;
    };
    for (std::size_t size = 0; size < text.size(); ++size) {
        CAPTURE(size);
        CHECK(refused(text.substr(0, size)));
    }
    CHECK(refused(text + "A"));
    CHECK(refused(text + text));
    CHECK(refused(text.substr(0, 500) + "!" + text.substr(501)));
    CHECK(refused(text.substr(0, 500) + "1" + text.substr(501)));
    CHECK(refused(text.substr(0, 500) + "\xd0\x90" + text.substr(502)));
    CHECK(refused(text.substr(9)));
    CHECK(refused("FSINVITE:" + std::string(2u << 20, 'A')));
    std::string last = text;
    last.back() = '7';  // bits behind the last byte, which are zero in what a writer makes
    CHECK((file.size() % 5 == 0 || refused(last)));
}
