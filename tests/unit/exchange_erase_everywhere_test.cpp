// Erased on request, on every device: docs/formats/roster.md, "Erased on request".
#include <doctest/doctest.h>

#include "model/error/error.h"
#include "model/record/help.h"
#include "tests/unit/exchange_forger.h"

using namespace fieldseal;
using namespace fieldseal::test;
using team::Role;

namespace {

struct Office {
    World world{23};
    std::unique_ptr<store::Store> store = store::make_memory_store();
    Machine& owner = world.found("Olena");
    Machine& second = world.join(owner, Role::coordinator, "Petro");
    Machine& reviewer = world.join(owner, Role::reviewer, "Marta");
    Machine& assessor = world.join(owner, Role::assessor, "Ihor");
    RecordId site = assessor.add_site("Лікарня");
    RecordId assessment = assessor.add_assessment(site);
    RecordId other = assessor.add_assessment(site);
    Bytes photo = assessor.random().bytes(300'000);
    RecordId evidence = assessor.add_evidence(assessment, photo, world.folder());
    RecordId review;

    Office() {
        assessor.answer(assessment, "q1", "a patient's name");
        settle();
        review = reviewer.review(assessment, record::Verdict::comment, "seen");
        settle();
    }
    std::vector<Machine*> all() { return {&owner, &second, &reviewer, &assessor}; }
    void settle() { sync_all(all(), *store, 5); }
    Hash content() const { return crypto::plain_hash(photo); }
    bool is_gone(Machine& machine) {
        return machine.vault().merged(assessment).empty() && machine.vault().merged(evidence).empty() &&
               machine.vault().merged(review).empty() && !machine.vault().blob(content());
    }
    std::vector<Hash> names_of(Machine& machine, const RecordId& record) {
        std::vector<Hash> names;
        for (const history::RevisionNote& note : machine.vault().merged(record).revisions) {
            names.push_back(note.name);
        }
        return names;
    }
};

ErrorCode failure_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode::failed;
}

}  // namespace

TEST_CASE("erased on request: gone on every device, with names, logs and deliveries as they should be") {
    Office o;
    const std::vector<Hash> names = o.names_of(o.owner, o.assessment);
    const exchange::EraseReport lost = o.owner.exchange().would_erase(o.assessment);
    CHECK(lost.records.size() == 3);
    CHECK(lost.blobs == 1);
    CHECK(lost.bytes == o.photo.size());
    const exchange::EraseReport report = o.owner.exchange().erase_everywhere(o.assessment, "asked by the patient");
    CHECK(report.revisions == lost.revisions);
    CHECK(o.is_gone(o.owner));
    o.settle();
    for (Machine* machine : o.all()) {
        CAPTURE(machine->device().hex());
        CHECK(o.is_gone(*machine));
        CHECK(machine->verify().findings.empty());
        CHECK(machine->exchange().missing().empty());
        CHECK(machine->exchange().quarantine().empty());
        CHECK_FALSE(machine->vault().merged(o.other).empty());
        for (const Hash& name : names) {
            CHECK_FALSE(machine->vault().revision(name));
        }
        const std::vector<exchange::Erased> erased = machine->exchange().erased_everywhere();
        REQUIRE(erased.size() == 1);
        CHECK(erased[0].record == o.assessment);
        CHECK(erased[0].whole);
        CHECK(erased[0].person == "Olena");
        CHECK(erased[0].reason == "asked by the patient");
        for (const exchange::RecordDelivery& delivery : machine->exchange().deliveries()) {
            CHECK(delivery.record != o.assessment);
            CHECK(delivery.delivery == exchange::Delivery::delivered);
        }
    }
    CHECK(o.second.states() == o.owner.states());
    CHECK(o.reviewer.states() == o.owner.states());
    // The logs go on.
    o.assessor.answer(o.other, "q1", "2");
    o.settle();
    CHECK(o.reviewer.read<record::Assessment>(o.other).answers.contains("q1"));
    CHECK(o.assessor.exchange().delivery(o.other) == exchange::Delivery::delivered);
    o.owner.reopen();
    CHECK(o.is_gone(o.owner));
    CHECK(o.owner.exchange().erased_everywhere().size() == 1);
}

TEST_CASE("erased on request: old bundles bring nothing back") {
    Office o;
    std::vector<bundle::Sealed> old = o.owner.exchange().outgoing(team_lane);
    o.assessor.answer(o.assessment, "q2", "one more");
    for (bundle::Sealed& sealed : o.assessor.exchange().outgoing(team_lane)) {
        old.push_back(std::move(sealed));
    }
    o.settle();
    o.owner.exchange().erase_everywhere(o.assessment, "request");
    o.settle();
    for (Machine* machine : {&o.owner, &o.second, &o.reviewer}) {
        for (const bundle::Sealed& sealed : old) {
            machine->exchange().import_bundle(sealed.bytes, "old");
        }
        CHECK(o.is_gone(*machine));
        CHECK(machine->exchange().quarantine().empty());
        CHECK(machine->verify().findings.empty());
    }
}

TEST_CASE("erased on request: a coordinator who joins afterwards holds whole logs all the same") {
    Office o;
    o.owner.exchange().erase_everywhere(o.assessment, "request");
    o.settle();
    Machine& third = o.world.join(o.owner, Role::coordinator, "Oksana");
    o.assessor.answer(o.other, "q1", "2");
    sync_all({&o.owner, &o.second, &o.reviewer, &o.assessor, &third}, *o.store, 6);
    CHECK(third.states() == o.owner.states());
    CHECK(o.is_gone(third));
    const exchange::SyncReport quiet = o.owner.exchange().sync(*o.store);
    CHECK(quiet.sent.bundles == 0);
    CHECK(third.verify().findings.empty());
}

TEST_CASE("erased on request: what was written of it in the field meanwhile goes too") {
    Office o;
    o.assessor.answer(o.assessment, "q3", "offline");
    const RecordId late = o.assessor.add_evidence(o.assessment, Bytes(2000, 9), o.world.folder());
    o.owner.exchange().erase_everywhere(o.assessment, "request");
    // It reaches a coordinator who may publish nothing, first.
    o.assessor.exchange().sync(*o.store);
    o.second.exchange().sync(*o.store);
    o.settle();
    for (Machine* machine : o.all()) {
        CHECK(o.is_gone(*machine));
        CHECK(machine->vault().merged(late).empty());
        CHECK_FALSE(machine->vault().blob(crypto::plain_hash(Bytes(2000, 9))));
        CHECK(machine->verify().findings.empty());
    }
    CHECK(o.second.states() == o.owner.states());
    const exchange::SyncReport quiet = o.second.exchange().sync(*o.store);
    CHECK(quiet.sent.bundles == 0);
}

TEST_CASE("one revision is erased on request: the record stays, made of what is left") {
    Office o;
    const std::vector<Hash> names = o.names_of(o.owner, o.assessment);
    const Hash said = names.back();
    REQUIRE(o.owner.vault().revision(said)->edits.contains("answers/q1/value"));
    o.owner.exchange().erase_everywhere(o.assessment, "a name was written down", said);
    o.assessor.answer(o.assessment, "q2", "3");
    o.settle();
    for (Machine* machine : o.all()) {
        CHECK_FALSE(machine->vault().revision(said));
        const auto read = machine->read<record::Assessment>(o.assessment);
        CHECK_FALSE(read.answers.contains("q1"));
        CHECK(read.answers.contains("q2"));
        CHECK(machine->vault().blob(o.content()));
        CHECK(machine->verify().findings.empty());
    }
    CHECK(o.second.states() == o.owner.states());
    CHECK(o.reviewer.states() == o.owner.states());
    CHECK_FALSE(o.owner.exchange().erased_everywhere()[0].whole);
}

TEST_CASE("an assessment whose beginning is erased on request goes on in its author's hands, and nobody else's") {
    Office o;
    const Hash beginning = o.names_of(o.owner, o.assessment).front();
    REQUIRE(o.owner.vault().revision(beginning)->parents.empty());
    o.owner.exchange().erase_everywhere(o.assessment, "a name was written down", beginning);
    o.settle();
    o.assessor.answer(o.assessment, "q2", "3");
    o.assessor.add_evidence(o.assessment, o.assessor.random().bytes(100), o.world.folder());
    o.settle();
    for (Machine* machine : {&o.owner, &o.second}) {
        CHECK(machine->exchange().quarantine().empty());
        CHECK(machine->vault().merged(o.assessment).values().contains("answers/q2/value"));
        CHECK(machine->verify().findings.empty());
    }
    CHECK(o.second.states() == o.owner.states());

    Machine& stranger = o.world.join(o.owner, Role::assessor, "Other");
    Forger forger(stranger);
    o.owner.exchange().import_bundle(
        forger.seal({Forger::item(forger.segment({forger.revision(
            o.assessment, record::Kind::assessment, {{"answers/q2/value", codec::Value(std::string("0"))}},
            o.owner.vault().merged(o.assessment).heads)}))}),
        "stick");
    CHECK(o.owner.vault().merged(o.assessment).values().at("answers/q2/value") == codec::Value(std::string("3")));
}

TEST_CASE("what a coordinator writes where a beginning was erased on request reaches those whom it is for") {
    Office o;
    const exchange::Invited invited =
        o.owner.exchange().invite(Role::reviewer, "Newcomer", crypto::test_cost, std::nullopt, team::History::none);
    Machine& newcomer = o.world.join(team::open_invitation(invited.file, invited.code));
    std::vector<Machine*> all = o.all();
    all.push_back(&newcomer);
    sync_all(all, *o.store, 5);
    const RecordId fresh = o.assessor.add_assessment(o.site);
    const RecordId photo = o.assessor.add_evidence(fresh, o.assessor.random().bytes(100), o.world.folder());
    o.assessor.exchange().sync(*o.store);
    o.owner.exchange().sync(*o.store);
    for (const RecordId& record : {fresh, photo}) {
        o.owner.exchange().erase_everywhere(record, "a name was written down", o.names_of(o.owner, record).front());
    }
    o.assessor.answer(fresh, "q2", "3");
    o.assessor.edit(photo, record::Kind::evidence, "caption", std::string("by the author"));
    sync_all(all, *o.store, 5);
    o.owner.edit(fresh, record::Kind::assessment, "summary", std::string("by the office"));
    o.owner.edit(photo, record::Kind::evidence, "caption", std::string("by the office"));
    sync_all(all, *o.store, 5);
    for (Machine* machine : {&o.second, &o.assessor, &newcomer}) {
        CAPTURE(machine->device().hex());
        CHECK(machine->vault().merged(fresh).values() == o.owner.vault().merged(fresh).values());
        CHECK(machine->vault().merged(fresh).values().contains("summary"));
        for (const exchange::QuarantineEntry& entry : machine->exchange().quarantine()) {
            FAIL_CHECK(entry.explanation);
        }
    }
    CHECK(o.assessor.vault().merged(photo).values().at("caption") == codec::Value(std::string("by the office")));
    // Of older ones, whose beginning the newcomer was not to have, nothing comes.
    o.owner.exchange().erase_everywhere(o.other, "a name was written down", o.names_of(o.owner, o.other).front());
    o.assessor.answer(o.other, "q2", "3");
    sync_all(all, *o.store, 5);
    CHECK(!o.reviewer.vault().merged(o.other).empty());
    CHECK(newcomer.vault().merged(o.other).empty());
}

TEST_CASE("a beginning and another's revision are erased on request: who joins later takes what the author writes") {
    Office o;
    const Hash beginning = o.names_of(o.owner, o.other).front();
    o.owner.edit(o.other, record::Kind::assessment, "summary", std::string("a patient's name"));
    const Hash said = o.owner.vault().merged(o.other).heads.front();
    o.settle();
    for (const Hash& name : {beginning, said}) {
        o.owner.exchange().erase_everywhere(o.other, "a name was written down", name);
    }
    o.assessor.answer(o.other, "q2", "3");
    o.settle();
    Machine& third = o.world.join(o.owner, Role::coordinator, "Oksana");
    sync_all({&o.owner, &o.second, &o.reviewer, &o.assessor, &third}, *o.store, 6);
    CHECK(third.exchange().quarantine().empty());
    CHECK(third.vault().merged(o.other).values().contains("answers/q2/value"));
    CHECK(third.states() == o.owner.states());
}

TEST_CASE("what a coordinator wrote on a visit is erased on request: who joins later takes the visit itself") {
    Office o;
    o.owner.edit(o.other, record::Kind::assessment, "summary", std::string("a patient's name"));
    o.owner.exchange().erase_everywhere(o.other, "a name was written down",
                                        o.owner.vault().merged(o.other).heads.front());
    o.settle();
    Machine& third = o.world.join(o.owner, Role::coordinator, "Oksana");
    sync_all({&o.owner, &o.second, &o.reviewer, &o.assessor, &third}, *o.store, 6);
    for (const exchange::QuarantineEntry& entry : third.exchange().quarantine()) {
        FAIL_CHECK(entry.explanation);
    }
    CHECK(third.states() == o.owner.states());
}

TEST_CASE("a beginning that the office made for an assessor is erased on request: who joins later takes what follows") {
    Office o;
    record::Assessment made;
    made.site = o.site;
    made.assessor = o.assessor.exchange().deployment().own_person;
    made.summary = "a patient's name";
    const RecordId visit = o.owner.write(record::Kind::assessment, made);
    o.settle();
    o.assessor.answer(visit, "q1", "2");
    record::Finding finding;
    finding.assessment = visit;
    finding.text = "No lock";
    const RecordId found = o.assessor.write(record::Kind::finding, finding);
    o.settle();
    REQUIRE(o.owner.vault().merged(found).values().contains("assessment"));
    o.owner.exchange().erase_everywhere(visit, "a name was written down", o.names_of(o.owner, visit).front());
    o.settle();
    o.assessor.answer(visit, "q2", "3");
    Machine& third = o.world.join(o.owner, Role::coordinator, "Oksana");
    sync_all({&o.owner, &o.second, &o.reviewer, &o.assessor, &third}, *o.store, 6);
    for (const exchange::QuarantineEntry& entry : third.exchange().quarantine()) {
        FAIL_CHECK(entry.explanation);
    }
    CHECK(third.vault().merged(visit).values().contains("answers/q2/value"));
    CHECK(third.states() == o.owner.states());
}

TEST_CASE("a site is erased with its assessments, a content that other evidence shows stays") {
    Office o;
    const RecordId elsewhere = o.assessor.add_assessment(o.assessor.add_site("Another"));
    o.assessor.add_evidence(elsewhere, o.photo, o.world.folder());
    o.settle();
    CHECK(o.owner.exchange().erase_everywhere(o.site, "request").records.size() == 5);
    o.settle();
    for (Machine* machine : o.all()) {
        CHECK(machine->vault().merged(o.site).empty());
        CHECK(machine->vault().merged(o.other).empty());
        CHECK_FALSE(machine->vault().merged(elsewhere).empty());
        CHECK(machine->vault().blob(o.content()));
        CHECK(machine->verify().findings.empty());
    }
}

TEST_CASE("who may ask, for what, and with which words") {
    Office o;
    const auto ask = [&](Machine& machine, const RecordId& record, const std::string& reason) {
        return failure_of([&] { machine.exchange().erase_everywhere(record, reason); });
    };
    CHECK(ask(o.assessor, o.assessment, "request") == ErrorCode::refused);
    CHECK(ask(o.second, o.assessment, "request") == ErrorCode::refused);
    CHECK(ask(o.owner, o.assessment, "") == ErrorCode::usage);
    CHECK(ask(o.owner, o.assessment, std::string(257, 'x')) == ErrorCode::usage);
    CHECK(ask(o.owner, RecordId{}, "request") == ErrorCode::not_found);
    CHECK(failure_of([&] { o.owner.exchange().would_erase(o.site, o.names_of(o.owner, o.assessment)[0]); }) ==
          ErrorCode::not_found);
    CHECK(o.owner.exchange().erased_everywhere().empty());
    CHECK_FALSE(o.is_gone(o.owner));
}

TEST_CASE("two ask at once: both are done, a copy in quarantine goes, and a stub no longer names the site") {
    Office o;
    o.owner.exchange().set_deputy(o.second.exchange().deployment().own_person, true);
    o.settle();
    o.assessor.edit(o.assessment, record::Kind::assessment, "state",
                    static_cast<std::int64_t>(record::AssessmentState::finalised));
    o.settle();
    o.assessor.exchange().erase_delivered({o.assessment});
    REQUIRE(o.assessor.exchange().stubs().size() == 1);
    o.owner.exchange().erase_everywhere(o.assessment, "first");
    o.second.exchange().erase_everywhere(o.other, "second");
    o.settle();
    for (Machine* machine : o.all()) {
        CHECK(o.is_gone(*machine));
        CHECK(machine->vault().merged(o.other).empty());
        CHECK(machine->exchange().erased_everywhere().size() == 2);
        CHECK(machine->exchange().stubs().empty());
        CHECK(machine->verify().findings.empty());
    }
}

TEST_CASE("a person's name is erased on request: everywhere, for good, while every log verifies") {
    Office o;
    const PersonId person = o.assessor.exchange().deployment().own_person;
    for (Machine* machine : o.all()) {
        REQUIRE(machine->exchange().name_of_person(person) == "Ihor");
        REQUIRE_FALSE(machine->exchange().is_name_erased(person));
    }
    CHECK(failure_of([&] { o.second.exchange().erase_everywhere(exchange::member_record(person), "request"); }) ==
          ErrorCode::refused);
    const exchange::EraseReport report =
        o.owner.exchange().erase_everywhere(exchange::member_record(person), "request");
    CHECK(report.records.size() == 1);
    o.settle();
    // The founder's own name went to others with their invitations.
    const PersonId founder = o.owner.exchange().deployment().own_person;
    o.owner.exchange().erase_everywhere(exchange::member_record(founder), "request");
    o.settle();
    for (Machine* machine : o.all()) {
        for (const PersonId& gone : {person, founder}) {
            CHECK(machine->exchange().name_of_person(gone).empty());
            CHECK(machine->exchange().is_name_erased(gone));
        }
        CHECK(machine->vault().merged(o.assessment).revisions.size() == 2);
        CHECK(machine->verify().findings.empty());
        for (const exchange::Peer& peer : machine->exchange().peers()) {
            CHECK(peer.name_erased == (peer.person == person || peer.person == founder));
            CHECK_FALSE(peer.fingerprint.empty());
        }
    }
    // Nobody writes it again, not even by a second device.
    CHECK(failure_of([&] { o.owner.exchange().invite(Role::assessor, "Ihor", crypto::test_cost, person); }) ==
          ErrorCode::refused);
    Machine& newcomer = o.world.join(o.owner, Role::coordinator, "Nadia");
    sync_all({&o.owner, &newcomer}, *o.store, 4);
    CHECK(newcomer.exchange().name_of_person(person).empty());
    CHECK(newcomer.exchange().missing().empty());
}

TEST_CASE("a list that can name no more erased revisions stops no import: what comes late goes to quarantine") {
    Office o;
    o.owner.exchange().erase_everywhere(o.assessment, "request");
    // Written in the field before that is heard of, with something else.
    o.assessor.answer(o.assessment, "q2", "late");
    const RecordId next = o.assessor.add_assessment(o.site);
    const std::vector<bundle::Sealed> late = o.assessor.exchange().outgoing(team_lane);
    // A list of a deployment's whole life: signed by the owner, with all the names that there is room for.
    team::Roster full = o.owner.exchange().roster();
    team::Erasure many{o.owner.random().id<RecordId>(), true, o.owner.device(), 1, "request", {}};
    for (std::size_t i = 0; team::has_room_for_erasures(full, i + 1); ++i) {
        many.names.push_back(o.owner.random().id<Hash>());
    }
    std::ranges::sort(many.names);
    team::add_erasure(full, many);
    team::publish(full, o.owner.exchange().roster(), o.owner.clock().wall_ms(), Forger(o.owner).key());
    o.owner.exchange().import_bundle(
        Forger(o.second).seal({Forger::item(bundle::ItemType::roster, team::encode(full))}), "list");
    REQUIRE_FALSE(team::has_room_for_erasures(o.owner.exchange().roster(), 1));
    for (const bundle::Sealed& sealed : late) {
        CHECK(o.owner.exchange().import_bundle(sealed.bytes, "late").outcome ==
              exchange::ImportReport::Outcome::imported);
    }
    CHECK(o.owner.vault().merged(o.assessment).empty());
    CHECK(o.owner.vault().summary(next));
    const auto entries = o.owner.exchange().quarantine();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].reason == exchange::QuarantineReason::erasures_full);
    CHECK_FALSE(entries[0].acceptable);
    CHECK(failure_of([&] { o.owner.exchange().erase_everywhere(next, "request"); }) == ErrorCode::too_large);
    // Work goes on; what is refused can be thrown away, and nobody sends it again.
    carry(o.owner, o.assessor, lane_to(o.assessor));
    CHECK(o.assessor.exchange().delivery(next) == exchange::Delivery::delivered);
    o.owner.exchange().drop_quarantine(entries[0].id);
    carry(o.assessor, o.owner, team_lane);
    CHECK(o.owner.exchange().quarantine().empty());
    CHECK(o.owner.verify().findings.empty());
}
