// A deployment over its life: besides all that the field does to bundles, laptops are lost and found, coordinators
// appoint, shut out and hand over at the same time, programs die, old copies are put back, and some write what they may
// not.
#pragma once

#include "tests/property/exchange_simulation.h"

namespace fieldseal::test {

class TeamSimulation : public Simulation {
  public:
    /// In every second life assessors seal what they finalise, and travel. There no coordinator is shut out: what was
    /// erased on the word of one that goes before it hands it on is lost (docs/formats/exchange.md, "Known limits").
    explicit TeamSimulation(std::uint64_t seed, TeamSize size) : Simulation(seed, size), sealing_(seed % 2 == 0) {}

    void live() {
        if (sealing_ && chance(6)) {
            seal_or_travel();
            return;
        }
        if (!chance(12)) {
            step();
            return;
        }
        switch (below(10)) {
            case 9:
                if (chance(3)) {
                    erase_something();
                }
                break;
            case 8:
                if (chance(3)) {
                    take_in_newcomer();
                } else if (chance(3)) {
                    give_history();
                }
                break;
            case 0:
                revoke();
                break;
            case 1:
            case 2:
                appoint();
                break;
            case 3:
                with_authority([](exchange::Exchange& exchange) { exchange.renew_team_key(); });
                break;
            case 4:
                // The program dies between two of its transactions; what it had in memory is gone.
                people_[below(people_.size())].machine->reopen();
                break;
            case 5:
                forbid();
                break;
            case 6:
                remember_or_put_back();
                break;
            case 7:
                if (chance(3)) {
                    hand_over();
                }
                break;
        }
    }

    /// Everybody hears everything; then those who run the team take in what was refused only for being late, and all
    /// hear of that.
    bool settle_team() {
        if (!settle(true)) {
            return false;
        }
        for (Person& person : people_) {
            if (person.machine->exchange().authority() != team::Authority::owner) {
                continue;
            }
            // Each one accepted may let others in.
            for (bool again = true; again;) {
                again = false;
                for (const exchange::QuarantineEntry& entry : person.machine->exchange().quarantine()) {
                    if (entry.reason == exchange::QuarantineReason::revoked_device && entry.acceptable) {
                        person.machine->exchange().accept_quarantine(entry.id);
                        again = true;
                        break;
                    }
                }
            }
        }
        return settle(true);
    }

    void check_team() {
        Machine& owner = owner_machine();
        const Hash roster = team::hash_of(owner.exchange().roster());
        half_erased_.clear();
        const std::set<Hash> by_some = erased_by_some();
        for (Person& person : people_) {
            for (const Hash& name : by_some) {
                if (const auto revision = person.machine->vault().revision(name)) {
                    half_erased_.insert(revision->record);
                }
            }
        }
        const std::map<RecordId, Bytes> states = without_disputed(owner.states());
        std::size_t active = 0;
        for (Person& person : people_) {
            Machine& machine = *person.machine;
            const team::RosterDevice* entry = owner.exchange().roster().device(machine.device());
            REQUIRE(entry != nullptr);
            CHECK(entry->revoked == person.revoked);
            CHECK(machine.exchange().is_revoked() == person.revoked);
            CHECK(machine.verify().findings.empty());
            if (person.revoked || person.rolled_back) {
                continue;
            }
            ++active;
            CHECK(team::hash_of(machine.exchange().roster()) == roster);
            check_erased(machine);
            check_sealed(owner, person);
            std::map<RecordId, Bytes> own = without_disputed(machine.states());
            // What came of an erased record afterwards is no whole of it.
            std::erase_if(own, [&](const auto& item) { return machine.exchange().is_erased(item.first); });
            if (person.held_back &&
                machine.exchange().roster().holds_back(machine.exchange().deployment().own_invite)) {
                check_newcomer(person, own, states);
            } else if (person.role != team::Role::assessor) {
                CHECK(own == states);
            } else {
                for (const auto& [record, state] : own) {
                    if (only_with_assessors(record)) {
                        continue;
                    }
                    CHECK(states.contains(record));
                    CHECK((!states.contains(record) || states.at(record) == state));
                }
            }
            // Only another coordinator's receipt delivers what a coordinator writes.
            const bool acknowledged = std::ranges::any_of(people_, [&](const Person& other) {
                return &other != &person && other.role == team::Role::coordinator && !other.revoked;
            });
            for (const RecordId& record : forbidden_) {
                CHECK((machine.vault().merged(record).empty() || person.machine->device() == forbidden_by_.at(record)));
            }
            for (const exchange::RecordDelivery& delivery : machine.exchange().deliveries()) {
                if (acknowledged && !forbidden_by_.contains(delivery.record) && !disputed(delivery.record)) {
                    CHECK(delivery.delivery == exchange::Delivery::delivered);
                }
            }
        }
        CHECK(active >= 1);
        MESSAGE(sealed_.size(), " revisions sealed, ", erased_, " records erased in travel, ", returned_, " returned");
        CHECK_FALSE(team::current_epoch_reaches_revoked(owner.exchange().roster()));
        check_reports();
    }

  private:
    static std::set<RecordId> assessments_at(Machine& machine) {
        std::set<RecordId> assessments;
        for (const vault::Summary& summary : machine.vault().summaries()) {
            if (summary.kind == record::Kind::assessment) {
                assessments.insert(summary.id);
            }
        }
        return assessments;
    }

    /// An assessor finalises and seals, or is in travel mode from now on; a coordinator returns something.
    void seal_or_travel() {
        Person& person = people_[below(people_.size())];
        Machine& machine = *person.machine;
        exchange::Exchange& exchange = machine.exchange();
        if (person.revoked || person.rolled_back) {
            return;
        }
        std::vector<RecordId> assessments;
        for (const RecordId& assessment : assessments_at(machine)) {
            if (!exchange.is_erased(assessment)) {
                assessments.push_back(assessment);
            }
        }
        if (person.role == team::Role::coordinator) {
            std::erase_if(assessments, [&](const RecordId& assessment) {
                return machine.read<record::Assessment>(assessment).state != record::AssessmentState::finalised;
            });
            if (!assessments.empty()) {
                machine.review(assessments[below(assessments.size())], record::Verdict::give_back, "Look again.");
                ++returned_;
            }
            return;
        }
        if (person.role != team::Role::assessor || exchange.is_revoked()) {
            return;
        }
        if (chance(4)) {
            exchange.set_travel_mode(true);
        }
        std::erase_if(assessments, [&](const RecordId& assessment) {
            return std::ranges::find(person.assessments, assessment) == person.assessments.end();
        });
        if (!assessments.empty()) {
            const RecordId assessment = assessments[below(assessments.size())];
            // Two edits: what was returned is finalised anew.
            for (const auto state : {record::AssessmentState::open, record::AssessmentState::finalised}) {
                machine.edit(assessment, record::Kind::assessment, "state", static_cast<std::int64_t>(state));
            }
            if (chance(2)) {
                for (const history::Revision& each : machine.vault().revisions(assessment)) {
                    if (each.device == machine.device()) {
                        sealed_.emplace(history::name_of(each), machine.device());
                    }
                }
                exchange.seal_finalised(assessment);
                CHECK(machine.vault().merged(assessment).empty());
            }
        }
        erased_ += exchange.erase_for_travel().records.size();
        std::erase_if(person.assessments, [&](const RecordId& assessment) { return exchange.is_erased(assessment); });
    }

    /// Whatever was sealed and not erased on request is with the owner, whole.
    void check_sealed(Machine& owner, Person& person) {
        for (const auto& [name, device] : sealed_) {
            if (device != person.machine->device() || owner.vault().shelf("exchange-erased-names").get(name.view())) {
                continue;
            }
            CHECK(owner.vault().revision(name).has_value());
        }
        CHECK((!sealing_ || person.machine->vault().shelf("exchange-sealed").size() == 0));
    }

    /// A record or one revision of it, on every device.
    void erase_something() {
        with_authority([&](exchange::Exchange& exchange) {
            for (Person& person : people_) {
                if (&person.machine->exchange() != &exchange) {
                    continue;
                }
                std::vector<RecordId> records;
                for (const vault::Summary& summary : person.machine->vault().summaries()) {
                    if (summary.kind != record::Kind::member) {
                        records.push_back(summary.id);
                    }
                }
                if (records.empty()) {
                    return;
                }
                std::ranges::sort(records);
                const RecordId record = records[below(records.size())];
                std::optional<Hash> revision;
                if (chance(2)) {
                    const auto notes = person.machine->vault().merged(record).revisions;
                    revision = notes[below(notes.size())].name;
                }
                exchange.erase_everywhere(record, "request", revision);
                return;
            }
        });
    }

    /// Asked for by somebody whose right was taken before the owner heard of it: some devices have done it, for good.
    std::set<Hash> erased_by_some() {
        std::set<Hash> names;
        for (Person& person : people_) {
            for (const Bytes& key : person.machine->vault().shelf("exchange-erased-names").keys()) {
                names.insert(Hash::from(key));
            }
        }
        for (const team::Erasure& erasure : owner_machine().exchange().roster().erasures) {
            for (const Hash& name : erasure.names) {
                names.erase(name);
            }
        }
        return names;
    }

    /// What the owner's list names is nowhere; what is whole has nothing left of it.
    void check_erased(Machine& machine) {
        for (const team::Erasure& erasure : owner_machine().exchange().roster().erasures) {
            for (const Hash& name : erasure.names) {
                CHECK_FALSE(machine.vault().revision(name));
            }
            if (erasure.whole) {
                CHECK(machine.vault().merged(erasure.record).empty());
            }
        }
    }

    /// A reviewer joins without history, and is at work at once.
    void take_in_newcomer() {
        if (newcomers_ >= 3) {
            return;
        }
        std::optional<team::Invitation> invitation;
        std::set<RecordId> known;
        std::map<DeviceId, std::uint64_t> log_ends;
        with_authority([&](exchange::Exchange& exchange) {
            for (Person& person : people_) {
                // Whoever invites looks at the date: an invitation of years ago would have expired.
                if (&person.machine->exchange() == &exchange) {
                    person.machine->clock().set_wall(start_ms + day_ms);
                }
            }
            const exchange::Invited invited =
                exchange.invite(team::Role::reviewer, "Newcomer", crypto::test_cost, std::nullopt, team::History::none);
            invitation = team::open_invitation(invited.file, invited.code);
            for (Person& person : people_) {
                if (&person.machine->exchange() == &exchange) {
                    known = assessments_at(*person.machine);
                    for (const vault::LogExtent& log : person.machine->vault().logs()) {
                        log_ends[log.device] = log.highest;
                    }
                }
            }
        });
        if (!invitation) {
            return;
        }
        ++newcomers_;
        Person newcomer{&world_.join(*invitation), team::Role::reviewer, {}};
        newcomer.held_back = std::move(known);
        newcomer.log_ends = std::move(log_ends);
        for (Person& person : people_) {
            newcomer.there_before.merge(assessments_at(*person.machine));
        }
        people_.push_back(std::move(newcomer));
    }

    void give_history() {
        for (Person& person : people_) {
            if (person.held_back) {
                const PersonId newcomer = person.machine->exchange().deployment().own_person;
                with_authority([&](exchange::Exchange& exchange) { exchange.give_history(newcomer); });
                return;
            }
        }
    }

    /// Nothing that the inviter knew; all that nobody had begun; and what is there is what everybody has.
    void check_newcomer(Person& person, const std::map<RecordId, Bytes>& own, const std::map<RecordId, Bytes>& all) {
        for (const auto& [record, state] : own) {
            CHECK((all.contains(record) && all.at(record) == state));
        }
        for (const RecordId& assessment : *person.held_back) {
            CHECK(person.machine->vault().merged(assessment).empty());
        }
        for (const RecordId& assessment : assessments_at(owner_machine())) {
            // What was sealed away nobody could read, but its place in the log was known.
            const bool place_known = std::ranges::any_of(
                owner_machine().vault().merged(assessment).revisions, [&](const history::RevisionNote& note) {
                    const auto end = person.log_ends.find(note.device);
                    return end != person.log_ends.end() && note.sequence <= end->second;
                });
            if (all.contains(assessment) && !person.there_before.contains(assessment) && !place_known) {
                CHECK(own.contains(assessment));
            }
        }
    }

    int newcomers_ = 0;

    /// Somebody who may, by what their own machine knows. True if it was done.
    bool with_authority(const std::function<void(exchange::Exchange&)>& work, bool owner_only = false) {
        Person& person = people_[below(people_.size())];
        exchange::Exchange& exchange = person.machine->exchange();
        const team::Authority authority = exchange.authority();
        if (authority == team::Authority::none || (owner_only && authority != team::Authority::owner) ||
            person.rolled_back) {
            return false;
        }
        try {
            work(exchange);
            return true;
        } catch (const Error& error) {
            // What the rules do not allow is part of life.
            REQUIRE((error.code() == ErrorCode::refused || error.code() == ErrorCode::not_found));
            return false;
        }
    }

    void revoke() {
        const std::size_t gone = static_cast<std::size_t>(
            std::count_if(people_.begin(), people_.end(), [](const Person& person) { return person.revoked; }));
        Person& victim = people_[below(people_.size())];
        if (gone * 4 >= people_.size() || victim.revoked || is_owner_anywhere(victim) ||
            (sealing_ && victim.role == team::Role::coordinator)) {
            return;
        }
        const DeviceId device = victim.machine->device();
        const bool out_of_use = chance(3);
        if (with_authority([&](exchange::Exchange& exchange) { exchange.revoke_device(device, out_of_use); })) {
            victim.revoked = true;
        }
    }

    void appoint() {
        Person& other = people_[below(people_.size())];
        const PersonId person = other.machine->exchange().deployment().own_person;
        const bool on = !chance(3);
        if (!other.rolled_back) {
            with_authority([&](exchange::Exchange& exchange) { exchange.set_deputy(person, on); }, true);
        }
    }

    void hand_over() {
        Person& other = people_[below(people_.size())];
        if (other.revoked || other.rolled_back) {
            return;
        }
        const PersonId person = other.machine->exchange().deployment().own_person;
        with_authority([&](exchange::Exchange& exchange) { exchange.hand_over(person); }, true);
    }

    /// A reviewer writes a site.
    void forbid() {
        Person& person = people_[below(people_.size())];
        if (person.role == team::Role::reviewer && !person.rolled_back) {
            const RecordId record = person.machine->add_site("not theirs to write");
            forbidden_.push_back(record);
            forbidden_by_.emplace(record, person.machine->device());
        }
    }

    void remember_or_put_back() {
        if (!copied_any_) {
            Person& person = people_[below(people_.size())];
            // Not who runs the team: two lists of one number by one device are another story.
            if (person.role == team::Role::assessor) {
                person.machine->reopen();
                copy_ = world_.folder() / "old-copy";
                std::filesystem::copy_file(person.machine->file(), copy_,
                                           std::filesystem::copy_options::overwrite_existing);
                copied_any_ = true;
                copied_ = person.machine->device();
            }
            return;
        }
        for (Person& person : people_) {
            if (person.machine->device() == copied_ && !person.rolled_back && chance(2)) {
                person.machine->replace_file(copy_);
                person.rolled_back = true;
                person.assessments.clear();
            }
        }
    }

    /// A coordinator that was shut out had sent it to assessors and not yet to the team: docs/formats/exchange.md,
    /// "Known limits".
    bool only_with_assessors(const RecordId& record) {
        const team::Roster& roster = owner_machine().exchange().roster();
        for (Person& person : people_) {
            for (const history::RevisionNote& note : person.machine->vault().merged(record).revisions) {
                const team::RosterDevice* author = roster.device(note.device);
                if (!owner_machine().vault().log_entry(note.device, note.sequence) && author != nullptr &&
                    author->revoked && roster.role_of(note.device) == team::Role::coordinator) {
                    return true;
                }
            }
        }
        return false;
    }

    bool is_owner_anywhere(Person& person) {
        return std::any_of(people_.begin(), people_.end(), [&](Person& other) {
            const team::Roster& roster = other.machine->exchange().roster();
            return team::authority_of(roster, person.machine->device()) == team::Authority::owner;
        });
    }

    Machine& owner_machine() {
        for (Person& person : people_) {
            if (person.machine->exchange().authority() == team::Authority::owner) {
                return *person.machine;
            }
        }
        FAIL("nobody owns the deployment");
        return *people_[0].machine;
    }

    /// Written by a device of which an old copy was put back: coordinators may have met another branch first.
    bool disputed(const RecordId& record) {
        for (Person& person : people_) {
            if (!person.rolled_back) {
                continue;
            }
            const DeviceId device = person.machine->device();
            for (Person& other : people_) {
                for (const history::RevisionNote& note : other.machine->vault().merged(record).revisions) {
                    if (note.device == device) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    std::map<RecordId, Bytes> without_disputed(std::map<RecordId, Bytes> states) {
        const bool any =
            std::any_of(people_.begin(), people_.end(), [](const Person& person) { return person.rolled_back; });
        std::erase_if(states, [&](const auto& entry) {
            return forbidden_by_.contains(entry.first) || (any && disputed(entry.first)) ||
                   half_erased_.contains(entry.first);
        });
        return states;
    }

    /// A fork that a coordinator met is told, with both branches kept.
    void check_reports() {
        for (Person& person : people_) {
            for (const exchange::Fork& fork : person.machine->exchange().forks()) {
                const bool known = std::any_of(people_.begin(), people_.end(), [&](Person& other) {
                    return other.rolled_back && other.machine->device() == fork.device;
                });
                CHECK(known);
                // What it contradicts is known here: a revision at one of its places, or the one before them. Of one's
                // own log whatever one has not written does.
                bool contradicted = person.rolled_back && fork.device == person.machine->device();
                for (std::uint64_t place = fork.from - 1; place <= fork.to; ++place) {
                    contradicted = contradicted ||
                                   (place > 0 && person.machine->vault().log_entry(fork.device, place).has_value());
                }
                CHECK(contradicted);
            }
            if (!person.rolled_back) {
                CHECK_FALSE(person.machine->exchange().rollback().has_value());
            }
        }
    }

    bool sealing_ = false;
    std::map<Hash, DeviceId> sealed_;
    std::size_t erased_ = 0;
    int returned_ = 0;
    std::set<RecordId> half_erased_;
    std::vector<RecordId> forbidden_;
    std::map<RecordId, DeviceId> forbidden_by_;
    bool copied_any_ = false;
    DeviceId copied_;
    std::filesystem::path copy_;
};

}  // namespace fieldseal::test
