// A deployment over its life: besides all that the field does to bundles, laptops are lost and found, machines burn and
// are replaced from the recovery kit, coordinators appoint, shut out and hand over at the same time, programs die, old
// copies are put back, and some write what they may not.
#pragma once

#include "tests/property/exchange_simulation.h"

namespace fieldseal::test {

/// How often each thing happened.
using Tally = std::map<std::string, std::size_t>;

class TeamLife : public Simulation {
  public:
    /// In every second life assessors seal what they finalise, and travel. There no coordinator is shut out, and none
    /// burns: what was erased on the word of one that goes before it hands it on is lost (docs/formats/exchange.md,
    /// "Known limits").
    explicit TeamLife(std::uint64_t seed, TeamSize size) : Simulation(seed, size), sealing_(seed % 2 == 0) {}

    void live() {
        if (sealing_ && chance(6)) {
            seal_or_travel();
        } else if (chance(12)) {
            change_the_team();
        } else {
            step();
        }
        tell_gaps(*people_[below(people_.size())].machine);
    }

    const Tally& tally() const { return tally_; }

  protected:
    void change_the_team() {
        switch (below(12)) {
            case 0:
            case 1:
                revoke();
                break;
            case 2:
                appoint();
                break;
            case 3:
                with_authority([&](exchange::Exchange& exchange) {
                    exchange.renew_team_key();
                    ++tally_["team keys renewed"];
                });
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
                hand_over();
                break;
            case 8:
                take_in_newcomer();
                break;
            case 9:
                give_history();
                break;
            case 10:
                erase_something();
                break;
            case 11:
                burn();
                break;
        }
    }

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
                ++tally_["assessments returned"];
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
                ++tally_["assessments sealed"];
                CHECK(machine.vault().merged(assessment).empty());
            }
        }
        for (const vault::Summary& summary : machine.vault().summaries()) {
            for (const history::Revision& each : machine.vault().revisions(summary.id)) {
                if (each.device == machine.device()) {
                    written_.emplace(history::name_of(each), machine.device());
                }
            }
        }
        tally_["records erased in travel"] += exchange.erase_for_travel().records.size();
        std::erase_if(person.assessments, [&](const RecordId& assessment) { return exchange.is_erased(assessment); });
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
                ++tally_["erased on request"];
                return;
            }
        });
    }

    /// A reviewer joins without history, and is at work at once.
    void take_in_newcomer() {
        if (newcomers_ >= 3 || !chance(2)) {
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
        ++tally_["reviewers without history"];
        Person newcomer{&world_.join(*invitation), team::Role::reviewer, {}};
        newcomer.invited_by = invitation->roster.signer;
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
                with_authority([&](exchange::Exchange& exchange) {
                    exchange.give_history(newcomer);
                    ++tally_["history given"];
                });
                return;
            }
        }
    }

    /// Somebody who may, by what their own machine knows. True if it was done.
    bool with_authority(const std::function<void(exchange::Exchange&)>& work, bool owner_only = false) {
        std::vector<exchange::Exchange*> able;
        for (Person& person : people_) {
            const team::Authority authority = person.machine->exchange().authority();
            if (!person.rolled_back &&
                (authority == team::Authority::owner || (authority == team::Authority::deputy && !owner_only))) {
                able.push_back(&person.machine->exchange());
            }
        }
        if (able.empty()) {
            return false;
        }
        try {
            work(*able[below(able.size())]);
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
        if (with_authority([&](exchange::Exchange& exchange) {
                exchange.revoke_device(device, out_of_use);
                victim.revoked_by = exchange.own_device();
            })) {
            victim.revoked = true;
            ++tally_["devices revoked"];
        }
    }

    /// The owner makes a recovery kit; later the machine is gone for good, and another comes from the kit.
    void burn() {
        if (sealing_ || burnt_) {
            return;
        }
        if (!kit_) {
            with_authority(
                [&](exchange::Exchange& exchange) {
                    kit_ = exchange.make_kit(crypto::test_cost, "");
                    kit_owner_ = exchange.deployment().own_person;
                    ++tally_["kits made"];
                },
                true);
            return;
        }
        const auto owner = std::ranges::find_if(people_, [&](const Person& person) {
            return person.machine->exchange().deployment().own_person == *kit_owner_;
        });
        // Not while the deployment is being handed on: docs/formats/kit.md, "Known limits".
        const bool undisputed = std::ranges::all_of(people_, [&](const Person& person) {
            return person.machine->exchange().roster().person(*kit_owner_)->owner;
        });
        if (owner == people_.end() || owner->rolled_back || !undisputed) {
            return;
        }
        burnt_ = owner->machine->device();
        people_.erase(owner);
        Machine& restored = world_.add();
        exchange::Exchange::restore(restored.vault(), team::open_kit(kit_->file, kit_->code));
        people_.push_back({&restored, team::Role::coordinator, {}});
        restored.exchange().revoke_device(*burnt_, !chance(3));
        ++tally_["machines burnt"];
    }

    /// A coordinator; anybody where there is none yet.
    Person& some_coordinator() {
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < people_.size(); ++i) {
            if (people_[i].role == team::Role::coordinator) {
                places.push_back(i);
            }
        }
        return people_[places.empty() ? below(people_.size()) : places[below(places.size())]];
    }

    void appoint() {
        Person& other = some_coordinator();
        const PersonId person = other.machine->exchange().deployment().own_person;
        const bool on = !chance(3);
        if (!other.rolled_back) {
            with_authority(
                [&](exchange::Exchange& exchange) {
                    exchange.set_deputy(person, on);
                    ++tally_[on ? "deputies appointed" : "deputies dismissed"];
                },
                true);
        }
    }

    void hand_over() {
        Person& other = people_[below(people_.size())];
        // Nor before everybody follows the machine that came from the kit: docs/formats/kit.md, "Known limits".
        const bool followed = std::ranges::all_of(people_, [&](const Person& each) {
            const team::RosterDevice* gone = burnt_ ? each.machine->exchange().roster().device(*burnt_) : nullptr;
            return gone == nullptr || gone->revoked;
        });
        if (other.revoked || other.rolled_back || !followed) {
            return;
        }
        const PersonId person = other.machine->exchange().deployment().own_person;
        with_authority(
            [&](exchange::Exchange& exchange) {
                exchange.hand_over(person);
                ++tally_["handed over"];
            },
            true);
    }

    /// A reviewer writes a site.
    void forbid() {
        Person& person = people_[below(people_.size())];
        if (person.role == team::Role::reviewer && !person.rolled_back) {
            const RecordId record = person.machine->add_site("not theirs to write");
            forbidden_.push_back(record);
            forbidden_by_.emplace(record, person.machine->device());
            ++tally_["written against the role"];
        }
    }

    void remember_or_put_back() {
        if (!copied_any_) {
            Person& person = people_[below(people_.size())];
            // Not who runs the team: two lists of one number by one device are another story.
            if (person.role == team::Role::assessor) {
                copy_ = world_.folder() / "old-copy";
                person.machine->copy_file(copy_);
                copied_any_ = true;
                copied_ = person.machine->device();
            }
            return;
        }
        for (Person& person : people_) {
            if (person.machine->device() == copied_ && !person.rolled_back && chance(2)) {
                person.machine->replace_file(copy_);
                person.rolled_back = true;
                ++tally_["old copies put back"];
                person.assessments.clear();
            }
        }
    }

    bool is_owner_anywhere(Person& person) {
        return std::any_of(people_.begin(), people_.end(), [&](Person& other) {
            const team::Roster& roster = other.machine->exchange().roster();
            return team::authority_of(roster, person.machine->device()) == team::Authority::owner;
        });
    }

    /// Whatever a log lacks is told.
    void tell_gaps(Machine& machine) {
        const std::vector<exchange::MissingRange> told = machine.exchange().missing();
        for (const vault::LogExtent& log : machine.vault().logs()) {
            for (std::uint64_t place = 1; place <= log.highest; ++place) {
                if (machine.vault().log_entry(log.device, place)) {
                    continue;
                }
                ++tally_["gaps met"];
                CHECK(std::ranges::any_of(told, [&](const exchange::MissingRange& range) {
                    return range.device == log.device && range.from <= place && place <= range.to;
                }));
            }
        }
    }

    bool sealing_ = false;
    Tally tally_;
    std::map<Hash, DeviceId> sealed_;
    /// What a device wrote before it erased in travel what was delivered.
    std::map<Hash, DeviceId> written_;
    int newcomers_ = 0;
    std::vector<RecordId> forbidden_;
    std::map<RecordId, DeviceId> forbidden_by_;
    bool copied_any_ = false;
    DeviceId copied_;
    std::filesystem::path copy_;
    std::optional<exchange::MadeKit> kit_;
    std::optional<PersonId> kit_owner_;
    std::optional<DeviceId> burnt_;
};

}  // namespace fieldseal::test
