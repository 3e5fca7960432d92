// A deployment in the field: people write, sticks get lost, bundles come twice, late and in any order.
#pragma once

#include <random>

#include "model/record/help.h"
#include "model/record/owners.h"
#include "sync/bundle/bundle.h"
#include "tests/unit/exchange_world.h"

namespace fieldseal::test {

/// How many devices take part besides the founder's.
struct TeamSize {
    int coordinators = 1;
    int reviewers = 2;
    int assessors = 6;
};

class Simulation {
  public:
    explicit Simulation(std::uint64_t seed, TeamSize size = {})
        : dice_(seed), world_(seed * 1000), store_(store::make_memory_store()) {
        people_.push_back({&world_.found("Olena"), team::Role::coordinator, {}});
        for (int i = 1; i <= size.coordinators; ++i) {
            invite(team::Role::coordinator, "Coordinator " + std::to_string(i));
        }
        for (int i = 1; i <= size.reviewers; ++i) {
            invite(team::Role::reviewer, "Reviewer " + std::to_string(i));
        }
        for (int i = 1; i <= size.assessors; ++i) {
            invite(team::Role::assessor, "Assessor " + std::to_string(i));
        }
    }

    struct Person {
        Machine* machine = nullptr;
        team::Role role = team::Role::assessor;
        std::vector<RecordId> assessments;
        /// Shut out at some time, by whomever: it may not have heard of it.
        bool revoked = false;
        /// Who shut it out, and who let it in, where that was not the founder.
        DeviceId revoked_by = {};
        DeviceId invited_by = {};
        /// An old copy of its vault was put back.
        bool rolled_back = false;
        /// Joined without history: assessments that its inviter knew, and all that anybody had.
        std::optional<std::set<RecordId>> held_back = std::nullopt;
        std::set<RecordId> there_before = {};
        /// Ends of the logs that whoever invited knew of.
        std::map<DeviceId, std::uint64_t> log_ends = {};
    };

    void step() {
        if (!waiting_.empty() && chance(4)) {
            // Somebody opens the invitation, perhaps days later.
            people_.push_back({&world_.join(waiting_.back().first), waiting_.back().second, {}});
            waiting_.pop_back();
        }
        Person& person = people_[below(people_.size())];
        person.machine->clock().advance(static_cast<std::int64_t>(below(3'600'000)));
        if (chance(60)) {
            // A battery ran out: the clock starts years off.
            person.machine->clock().set_wall(start_ms +
                                             (chance(2) ? 1 : -1) * static_cast<std::int64_t>(below(3000)) * day_ms);
        }
        switch (below(8)) {
            case 0:
            case 1:
            case 2:
                edit(person);
                break;
            case 3:
                post(person);
                break;
            case 4:
            case 5:
                receive();
                break;
            case 6:
                person.machine->exchange().sync(*store_);
                break;
            case 7:
                tamper_with_store();
                break;
        }
    }

    /// Everybody joins and hears everything, with nothing lost, until nothing moves. False if that does not end.
    bool settle(bool through_store) {
        while (!waiting_.empty()) {
            people_.push_back({&world_.join(waiting_.back().first), waiting_.back().second, {}});
            waiting_.pop_back();
        }
        for (Person& person : people_) {
            person.machine->clock().set_wall(start_ms + 20 * day_ms);
        }
        for (int round = 0; round < 24; ++round) {
            if (!(through_store ? sync_round() : carry_round())) {
                return true;
            }
        }
        return false;
    }

    /// What must hold at any moment: nothing that was said to be delivered is missing at both coordinators' together.
    void check_delivered() {
        for (Person& person : people_) {
            for (const exchange::RecordDelivery& delivery : person.machine->exchange().deliveries()) {
                if (delivery.delivery == exchange::Delivery::delivered) {
                    REQUIRE(held_by_a_coordinator(*person.machine, delivery.record));
                }
            }
        }
    }

    void check_settled() {
        const std::map<RecordId, Bytes> states = people_[0].machine->states();
        CHECK(states.size() >= people_.size());
        for (Person& person : people_) {
            Machine& machine = *person.machine;
            INFO("a ", std::string(team::name_of(person.role)));
            for (const exchange::QuarantineEntry& entry : machine.exchange().quarantine()) {
                FAIL_CHECK("in quarantine: " << entry.explanation);
            }
            CHECK(machine.exchange().missing().empty());
            const std::map<RecordId, Bytes> own = machine.states();
            if (person.role != team::Role::assessor) {
                CHECK(own == states);
            } else {
                check_assessor(person, own, states);
            }
            for (const exchange::RecordDelivery& delivery : machine.exchange().deliveries()) {
                CHECK(delivery.delivery == exchange::Delivery::delivered);
            }
            const vault::VerifyReport report = machine.verify();
            for (const vault::Finding& finding : report.findings) {
                FAIL_CHECK(finding.place << ": " << finding.reason);
            }
        }
    }

  protected:
    struct Letter {
        Bytes sealed;
    };

    std::uint64_t below(std::uint64_t bound) { return dice_() % bound; }
    bool chance(std::uint64_t one_in) { return below(one_in) == 0; }

    void invite(team::Role role, const std::string& name) {
        waiting_.emplace_back(world_.invite(*people_[0].machine, role, name), role);
        std::swap(waiting_.back(), waiting_[below(waiting_.size())]);
    }

    void edit(Person& person) {
        Machine& machine = *person.machine;
        std::vector<vault::Summary> records = machine.vault().summaries();
        std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
        std::vector<RecordId> sites;
        std::vector<RecordId> assessments;
        for (const vault::Summary& record : records) {
            if (record.kind == record::Kind::site) {
                sites.push_back(record.id);
            } else if (record.kind == record::Kind::assessment) {
                assessments.push_back(record.id);
            }
        }
        const std::string word = std::to_string(below(1000));
        if (person.role == team::Role::reviewer) {
            if (!assessments.empty()) {
                machine.review(assessments[below(assessments.size())], record::Verdict::comment, word);
            }
            return;
        }
        if (sites.empty() || chance(6)) {
            machine.add_site("Site " + word);
            return;
        }
        const RecordId site = sites[below(sites.size())];
        if (chance(3)) {
            machine.edit(site, record::Kind::site, "notes", word);
            return;
        }
        if (person.role == team::Role::coordinator) {
            if (chance(2)) {
                help(machine, records, site, word);
            } else if (!assessments.empty()) {
                machine.edit(assessments[below(assessments.size())], record::Kind::assessment, "summary", word);
            }
            return;
        }
        if (person.assessments.empty() || chance(4)) {
            person.assessments.push_back(machine.add_assessment(site));
            return;
        }
        const RecordId assessment = person.assessments[below(person.assessments.size())];
        if (chance(6)) {
            machine.add_evidence(assessment, machine.random().bytes(1 + below(600'000)), world_.folder());
        } else if (chance(3)) {
            find(machine, records, assessment, word);
        } else {
            machine.answer(assessment, "q" + std::to_string(below(5)), std::to_string(below(4)));
        }
    }

    static std::vector<RecordId> of_kind(const std::vector<vault::Summary>& records, record::Kind kind) {
        std::vector<RecordId> ids;
        for (const vault::Summary& record : records) {
            if (record.kind == kind) {
                ids.push_back(record.id);
            }
        }
        return ids;
    }

    /// An assessor writes findings and needs of an own visit, or changes one.
    void find(Machine& machine, const std::vector<vault::Summary>& records, const RecordId& assessment,
              const std::string& word) {
        const bool finding = chance(2);
        const record::Kind kind = finding ? record::Kind::finding : record::Kind::need;
        std::vector<RecordId> own;
        for (const RecordId& id : of_kind(records, kind)) {
            if (machine.vault().summary(id)->parent == assessment) {
                own.push_back(id);
            }
        }
        if (!own.empty() && chance(2)) {
            machine.edit(own[below(own.size())], kind, "text", word);
            return;
        }
        record::Finding found;
        found.site = machine.read<record::Assessment>(assessment).site;
        found.assessment = assessment;
        found.text = word;
        record::Need need;
        need.site = found.site;
        need.assessment = assessment;
        need.text = word;
        finding ? machine.write(kind, found) : machine.write(kind, need);
    }

    /// A coordinator writes offers, needs of no visit, pledges and assignments, and changes findings.
    void help(Machine& machine, const std::vector<vault::Summary>& records, const RecordId& site,
              const std::string& word) {
        const std::vector<RecordId> needs = of_kind(records, record::Kind::need);
        const std::vector<RecordId> offers = of_kind(records, record::Kind::offer);
        const std::vector<RecordId> findings = of_kind(records, record::Kind::finding);
        const std::vector<RecordId> pledges = of_kind(records, record::Kind::pledge);
        switch (below(6)) {
            case 0: {
                record::Offer offer;
                offer.partner = word;
                machine.write(record::Kind::offer, offer);
                break;
            }
            case 1: {
                record::Need need;
                need.site = site;
                need.text = word;
                machine.write(record::Kind::need, need);
                break;
            }
            case 2:
                if (!needs.empty() && !offers.empty()) {
                    const RecordId need = needs[below(needs.size())];
                    const auto asked = machine.read<record::Need>(need);
                    record::Pledge pledge;
                    pledge.need = need;
                    pledge.offer = offers[below(offers.size())];
                    pledge.site = asked.site;
                    pledge.assessment = asked.assessment;
                    machine.write(record::Kind::pledge, pledge);
                }
                break;
            case 3:
                if (!pledges.empty()) {
                    machine.edit(pledges[below(pledges.size())], record::Kind::pledge, "state", std::int64_t{2});
                }
                break;
            case 4:
                if (!findings.empty()) {
                    machine.edit(findings[below(findings.size())], record::Kind::finding, "closed_why", word);
                }
                break;
            default: {
                record::Assignment assignment;
                assignment.site = site;
                assignment.assignee = people_[below(people_.size())].machine->exchange().deployment().own_person;
                assignment.why = word;
                machine.write(record::Kind::assignment, assignment);
            }
        }
    }

    /// Writes a stick; each file may get lost, or be copied.
    void post(Person& person) {
        for (const bundle::Lane& lane : lanes_of(person)) {
            for (bundle::Sealed& sealed : person.machine->exchange().outgoing(lane)) {
                if (chance(4)) {
                    continue;
                }
                if (chance(4)) {
                    mail_.push_back({sealed.bytes});
                }
                mail_.push_back({std::move(sealed.bytes)});
            }
        }
    }

    /// Any letter arrives at anybody; it may stay in the post besides.
    void receive() {
        if (mail_.empty()) {
            return;
        }
        std::swap(mail_.back(), mail_[below(mail_.size())]);
        for (Person& person : people_) {
            if (!chance(3)) {
                person.machine->exchange().import_bundle(mail_.back().sealed, "letter");
            }
        }
        if (!chance(4)) {
            mail_.pop_back();
        }
    }

    void tamper_with_store() {
        const std::vector<store::StoredObject> objects = store_->list("");
        if (!objects.empty() && chance(4)) {
            store_->remove(objects[below(objects.size())].name);
        }
    }

    std::vector<bundle::Lane> lanes_of(Person& person) {
        std::vector<bundle::Lane> lanes{team_lane};
        if (person.role == team::Role::coordinator) {
            for (Person& other : people_) {
                lanes.push_back(lane_to(*other.machine));
            }
        }
        return lanes;
    }

    bool carry_round() {
        bool moved = false;
        for (Person& from : people_) {
            for (const bundle::Lane& lane : lanes_of(from)) {
                for (const bundle::Sealed& sealed : from.machine->exchange().outgoing(lane)) {
                    moved = true;
                    for (Person& to : people_) {
                        if (lane.to_team ? to.role != team::Role::assessor : lane.device == to.machine->device()) {
                            to.machine->exchange().import_bundle(sealed.bytes, "carried");
                        }
                    }
                }
            }
        }
        return moved;
    }

    bool sync_round() {
        bool moved = false;
        for (Person& person : people_) {
            const exchange::SyncReport report = person.machine->exchange().sync(*store_);
            moved = moved || report.sent.bundles > 0;
            for (const exchange::ImportReport& received : report.received) {
                moved = moved || received.outcome == exchange::ImportReport::Outcome::imported;
            }
        }
        return moved;
    }

    bool held_by_a_coordinator(Machine& machine, const RecordId& record) {
        const DeviceId device = machine.device();
        for (const history::RevisionNote& note : machine.vault().merged(record).revisions) {
            if (note.device != device) {
                continue;
            }
            const bool held = std::any_of(people_.begin(), people_.end(), [&](Person& person) {
                return person.role == team::Role::coordinator && person.machine != &machine &&
                       person.machine->vault().merged(record).knows(note.name);
            });
            if (!held) {
                return false;
            }
        }
        return true;
    }

    void check_assessor(Person& person, const std::map<RecordId, Bytes>& own, const std::map<RecordId, Bytes>& all) {
        // What they hold is what everybody holds; nothing of it is half there.
        for (const auto& [record, state] : own) {
            CHECK(all.contains(record));
            CHECK(all.at(record) == state);
        }
        const PersonId self = person.machine->exchange().deployment().own_person;
        for (const vault::Summary& summary : people_[0].machine->vault().summaries()) {
            const codec::FieldMap fields = people_[0].machine->vault().merged(summary.id).values();
            bool mine = summary.kind == record::Kind::site;
            if (summary.kind == record::Kind::assessment) {
                mine = codec::unflatten<record::Assessment>(fields).assessor == self;
            } else if (summary.kind == record::Kind::assignment) {
                mine = codec::unflatten<record::Assignment>(fields).assignee == self;
            } else if (record::is_part(summary.kind)) {
                const std::vector<RecordId> owners = record::owners_of(summary.kind, fields);
                mine = std::find(person.assessments.begin(), person.assessments.end(), owners.front()) !=
                       person.assessments.end();
            } else if (summary.kind == record::Kind::member) {
                const PersonId member = PersonId::from(std::get<Bytes>(fields.at("person")));
                const team::RosterPerson* entry = people_[0].machine->exchange().roster().person(member);
                mine = member == self || team::in_team(entry->role);
            }
            // No less, and nothing of others.
            CHECK(own.contains(summary.id) == mine);
        }
    }

    std::mt19937_64 dice_;
    World world_;
    std::unique_ptr<store::Store> store_;
    std::vector<Person> people_;
    std::vector<std::pair<team::Invitation, team::Role>> waiting_;
    std::vector<Letter> mail_;
};

}  // namespace fieldseal::test
