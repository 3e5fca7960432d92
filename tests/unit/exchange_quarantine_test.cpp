// What lies in quarantine, opened for whoever decides; and when something of a device came last.
#include <doctest/doctest.h>

#include "model/error/error.h"
#include "sync/exchange/quarantine_content.h"
#include "tests/unit/exchange_world.h"

using namespace fieldseal;
using namespace fieldseal::test;
using exchange::QuarantineContent;
using exchange::QuarantinedField;
using exchange::QuarantineReason;

namespace {

struct Desks {
    World world;
    Machine& office = world.found();
    Machine& laptop = world.join(office, team::Role::assessor, "Andriy");
    Machine& desk = world.join(office, team::Role::reviewer, "Marta");

    Desks() {
        for (Machine* machine : {&laptop, &desk}) {
            carry(*machine, office, team_lane);
            carry(office, *machine, lane_to(*machine));
        }
        carry(office, desk, team_lane);
    }
    QuarantineContent only_entry() {
        const auto entries = office.exchange().quarantine();
        REQUIRE(entries.size() == 1);
        return office.exchange().quarantine_content(entries[0].id);
    }
};

const QuarantinedField& field(const exchange::QuarantinedRevision& revision, const std::string& path) {
    const auto found = std::ranges::find(revision.fields, path, &QuarantinedField::path);
    REQUIRE(found != revision.fields.end());
    return *found;
}

}  // namespace

TEST_CASE(
    "what a role does not allow is opened field by field, beside what stands here, and is taken by nobody for that") {
    Desks desks;
    const RecordId hospital = desks.laptop.add_site("Hospital");
    carry(desks.laptop, desks.office, team_lane);
    carry(desks.office, desks.desk, team_lane);
    desks.desk.edit(hospital, record::Kind::site, "name", std::string("Renamed"));
    desks.desk.edit(hospital, record::Kind::site, "notes", std::string("too"));
    const RecordId fresh = desks.desk.add_site("Not hers to write");
    carry(desks.desk, desks.office, team_lane);

    // Each refused revision lies there by itself, with the names of the run that it was in.
    std::map<std::uint64_t, QuarantineContent> contents;
    for (const exchange::QuarantineEntry& entry : desks.office.exchange().quarantine()) {
        QuarantineContent content = desks.office.exchange().quarantine_content(entry.id);
        CHECK(content.entry.reason == QuarantineReason::role_not_allowed);
        CHECK_FALSE(content.is_bundle);
        CHECK(content.problem.empty());
        REQUIRE(content.items.size() == 1);
        CHECK(content.items[0].type == bundle::ItemType::segment);
        CHECK(content.items[0].device == desks.desk.device());
        CHECK(content.items[0].more_revisions == 0);
        REQUIRE(content.items[0].revisions.size() == 1);
        const std::uint64_t sequence = content.items[0].revisions[0].sequence;
        CHECK(sequence >= content.items[0].first);
        CHECK(sequence <= content.items[0].last);
        contents.emplace(sequence, std::move(content));
    }
    REQUIRE(contents.size() == 3);
    const exchange::QuarantinedRevision& renamed = contents.begin()->second.items[0].revisions[0];
    CHECK(renamed.record == hospital);
    CHECK_FALSE(renamed.begins);
    CHECK(field(renamed, "name").value == codec::Value(std::string("Renamed")));
    CHECK(field(renamed, "name").here == codec::Value(std::string("Hospital")));
    const exchange::QuarantinedRevision& added = contents.rbegin()->second.items[0].revisions[0];
    CHECK(added.record == fresh);
    CHECK(added.begins);
    CHECK(added.kind == record::Kind::site);
    CHECK(field(added, "name").value == codec::Value(std::string("Not hers to write")));
    CHECK_FALSE(field(added, "name").here);
    CHECK_FALSE(added.taken);
    // Looking has changed nothing.
    CHECK(desks.office.read<record::Site>(hospital).name == "Hospital");
    CHECK_FALSE(desks.office.vault().summary(fresh));
    CHECK(desks.office.exchange().quarantine().size() == 3);

    const Hash first = contents.begin()->second.entry.id;
    desks.office.exchange().accept_quarantine(first);
    CHECK(desks.office.read<record::Site>(hospital).name == "Renamed");
    CHECK(desks.office.exchange().quarantine().size() == 2);
    CHECK_THROWS_AS(desks.office.exchange().quarantine_content(first), Error);
}

TEST_CASE("a whole bundle of somebody who may not join is opened with the keys that are here") {
    Desks desks;
    const team::Invitation invitation = desks.world.invite(desks.office, team::Role::assessor, "Late");
    Machine& late = desks.world.join(invitation);
    desks.office.exchange().cancel_invitation(invitation.invite);
    const RecordId site = late.add_site("Bakery");
    carry(late, desks.office, team_lane);

    const QuarantineContent content = desks.only_entry();
    CHECK(content.entry.reason == QuarantineReason::enrolment_refused);
    CHECK(content.is_bundle);
    CHECK(content.problem.empty());
    CHECK(content.counter == 1);
    CHECK(content.created_ms == start_ms);
    CHECK(content.files == 0);
    REQUIRE(content.items.size() >= 2);
    const auto log = std::ranges::find(content.items, bundle::ItemType::segment, &exchange::QuarantinedItem::type);
    const auto joining =
        std::ranges::find(content.items, bundle::ItemType::enrolment, &exchange::QuarantinedItem::type);
    REQUIRE(log != content.items.end());
    REQUIRE(joining != content.items.end());
    CHECK(joining->device == late.device());
    const auto peers = late.exchange().peers();
    const auto own = std::ranges::find_if(peers, &exchange::Peer::own);
    REQUIRE(own != peers.end());
    CHECK(joining->fingerprint == own->fingerprint);
    CHECK(std::ranges::any_of(log->revisions, [&](const auto& revision) { return revision.record == site; }));
    CHECK_FALSE(desks.office.vault().summary(site));
}

TEST_CASE("the last contact of a device is when something of it came, by the clock here") {
    Desks desks;
    const auto contact = [&](Machine& of) {
        for (const exchange::Peer& peer : desks.office.exchange().peers()) {
            if (peer.device == of.device()) {
                return peer.last_contact_ms;
            }
        }
        return std::int64_t{-1};
    };
    CHECK(contact(desks.laptop) == start_ms);
    CHECK(contact(desks.desk) == start_ms);
    desks.office.clock().advance(day_ms);
    desks.laptop.clock().advance(400 * day_ms);  // its own clock does not matter
    desks.laptop.add_site("Hospital");
    const auto bundles = desks.laptop.exchange().outgoing(team_lane);
    REQUIRE(bundles.size() == 1);
    desks.office.exchange().import_bundle(bundles[0].bytes, "carried");
    CHECK(contact(desks.laptop) == start_ms + day_ms);
    CHECK(contact(desks.desk) == start_ms);
    // The same bundle again, days later, is no contact; nor is what others hand on of a device's log.
    desks.office.clock().advance(day_ms);
    desks.office.exchange().import_bundle(bundles[0].bytes, "carried");
    CHECK(contact(desks.laptop) == start_ms + day_ms);
    // Somebody who was invited and has not come yet is in no list of devices.
    Machine& quiet = desks.world.join(desks.office, team::Role::assessor, "Quiet");
    CHECK(contact(quiet) == -1);
}
