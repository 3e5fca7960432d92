// What must hold after a team's life, whatever happened in it.
#pragma once

#include "tests/property/team_life.h"

namespace fieldseal::test {

class TeamSimulation : public TeamLife {
  public:
    using TeamLife::TeamLife;

    /// Everybody hears everything; then those who run the team take in what was refused only for being late, and all
    /// hear of that.
    bool settle_team() {
        // What is accepted lets others speak, of whom more was refused.
        for (int round = 0; round < 6; ++round) {
            if (!settle(true)) {
                return false;
            }
            if (!accept_what_was_late()) {
                return true;
            }
        }
        return false;
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
            if (entry == nullptr && burnt_ &&
                (person.invited_by == *burnt_ || machine.exchange().roster().signer == *burnt_)) {
                // Let in by a machine that burnt before anybody else heard of it.
                continue;
            }
            REQUIRE(entry != nullptr);
            if (burnt_ && person.revoked_by == *burnt_) {
                person.revoked = entry->revoked;
            }
            CHECK(entry->revoked == person.revoked);
            CHECK(machine.exchange().is_revoked() == person.revoked);
            for (const vault::Finding& finding : machine.verify().findings) {
                FAIL_CHECK(finding.place << ": " << finding.reason);
            }
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
        CHECK((!burnt_ || owner.exchange().roster().device(*burnt_) == nullptr ||
               owner.exchange().roster().device(*burnt_)->revoked));
        CHECK_FALSE(team::current_epoch_reaches_revoked(owner.exchange().roster()));
        check_reports();
    }

    /// How everybody stands, for whoever looks into a seed.
    std::string standing() {
        std::string told;
        for (Person& person : people_) {
            exchange::Exchange& exchange = person.machine->exchange();
            const team::Roster& roster = exchange.roster();
            told += "\n" + person.machine->device().hex().substr(0, 6) + " " + std::string(team::name_of(person.role)) +
                    " list " + std::to_string(roster.version) + " " + team::hash_of(roster).hex().substr(0, 6) +
                    " by " + roster.signer.hex().substr(0, 6) +
                    (exchange.authority() == team::Authority::owner    ? " owner"
                     : exchange.authority() == team::Authority::deputy ? " deputy"
                                                                       : "") +
                    (person.revoked ? " shut out" : "") + (exchange.is_revoked() ? " knows it" : "") +
                    (person.rolled_back ? " old copy" : "") + (person.held_back ? " newcomer" : "") + ":";
            for (const exchange::QuarantineEntry& entry : exchange.quarantine()) {
                told += "\n    " + entry.explanation;
            }
        }
        return told + (burnt_ ? "\nburnt: " + burnt_->hex().substr(0, 6) : std::string());
    }

  private:
    bool accept_what_was_late() {
        bool any = false;
        for (Person& person : people_) {
            exchange::Exchange& exchange = person.machine->exchange();
            // Each one accepted may let others in.
            for (bool again = exchange.authority() == team::Authority::owner; again;) {
                again = false;
                for (const exchange::QuarantineEntry& entry : exchange.quarantine()) {
                    if (entry.reason == exchange::QuarantineReason::revoked_device && entry.acceptable) {
                        exchange.accept_quarantine(entry.id);
                        any = again = true;
                        break;
                    }
                }
            }
        }
        return any;
    }

    /// Whatever was sealed or erased in travel, and not erased on request, is with the owner, whole.
    void check_sealed(Machine& owner, Person& person) {
        std::map<Hash, DeviceId> gone = sealed_;
        gone.insert(written_.begin(), written_.end());
        for (const auto& [name, device] : gone) {
            if (device != person.machine->device() || owner.vault().shelf("exchange-erased-names").get(name.view())) {
                continue;
            }
            CHECK(owner.vault().revision(name).has_value());
        }
        CHECK((!sealing_ || person.machine->vault().shelf("exchange-sealed").size() == 0));
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

    Machine& owner_machine() {
        std::vector<Machine*> owners;
        for (Person& person : people_) {
            if (!person.rolled_back && person.machine->exchange().authority() == team::Authority::owner) {
                owners.push_back(person.machine);
            }
        }
        REQUIRE(owners.size() == 1);
        return *owners.front();
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
            tell_gaps(*person.machine);
            for (const exchange::Fork& fork : person.machine->exchange().forks()) {
                ++tally_["forks told"];
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

    std::set<RecordId> half_erased_;
};

}  // namespace fieldseal::test
