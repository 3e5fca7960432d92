// A deployment over its life: besides all that the field does to bundles, laptops are lost and found, coordinators
// appoint, shut out and hand over at the same time, programs die, old copies are put back, and some write what they may
// not.
#pragma once

#include "tests/property/exchange_simulation.h"

namespace fieldseal::test {

class TeamSimulation : public Simulation {
  public:
    explicit TeamSimulation(std::uint64_t seed, TeamSize size) : Simulation(seed, size) {}

    void live() {
        if (!chance(12)) {
            step();
            return;
        }
        switch (below(8)) {
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
            const std::map<RecordId, Bytes> own = without_disputed(machine.states());
            if (person.role != team::Role::assessor) {
                CHECK(own == states);
            } else {
                for (const auto& [record, state] : own) {
                    CHECK(states.contains(record));
                    CHECK((!states.contains(record) || states.at(record) == state));
                }
            }
            for (const RecordId& record : forbidden_) {
                CHECK((machine.vault().merged(record).empty() || person.machine->device() == forbidden_by_.at(record)));
            }
            for (const exchange::RecordDelivery& delivery : machine.exchange().deliveries()) {
                if (!forbidden_by_.contains(delivery.record) && !disputed(delivery.record)) {
                    CHECK(delivery.delivery == exchange::Delivery::delivered);
                }
            }
        }
        CHECK(active >= 1);
        CHECK_FALSE(team::current_epoch_reaches_revoked(owner.exchange().roster()));
        check_reports();
    }

  private:
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
        if (gone * 4 >= people_.size() || victim.revoked || is_owner_anywhere(victim)) {
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
            return forbidden_by_.contains(entry.first) || (any && disputed(entry.first));
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
                CHECK(person.machine->vault().log_entry(fork.device, fork.from).has_value());
            }
            if (!person.rolled_back) {
                CHECK_FALSE(person.machine->exchange().rollback().has_value());
            }
        }
    }

    std::vector<RecordId> forbidden_;
    std::map<RecordId, DeviceId> forbidden_by_;
    bool copied_any_ = false;
    DeviceId copied_;
    std::filesystem::path copy_;
};

}  // namespace fieldseal::test
