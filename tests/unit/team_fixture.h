// A deployment with its founder, and people who join it, the same in every run.
#pragma once

#include <array>

#include "model/error/error.h"

#include "sync/team/invitation.h"

namespace fieldseal::team {

struct Fixture {
    crypto::SeededRandom random{11};
    ManualClock clock{1'800'000'000'000};
    Environment environment{clock, random};
    Founding founding = found("Field programme", environment);
    /// What the next publish() makes the version after.
    Roster in_force = founding.roster;
    Roster roster = founding.roster;

    void publish(const crypto::SigningKey& key) {
        team::publish(roster, in_force, clock.wall_ms(), key);
        in_force = roster;
    }
    void publish() { publish(founding.keys.signing); }

    Invitation invite(Role role, const PersonId& person) {
        Invitation invitation =
            make_invitation(founding.deployment, roster, person, "Olena", role, "Founder", environment);
        publish();
        return invitation;
    }

    std::array<std::pair<std::uint64_t, const crypto::BoxKeyPair*>, 1> team_keys() const {
        return {std::pair{std::uint64_t{1}, &founding.team_key}};
    }

    /// Invites, enrols and admits a new device.
    DeviceKeys join(Role role) {
        const Invitation invitation = invite(role, random.id<PersonId>());
        DeviceKeys keys = DeviceKeys::make(random);
        admit(roster, make_enrolment(invitation, keys, clock.wall_ms()), team_keys(), clock.wall_ms());
        publish();
        return keys;
    }

    RosterPerson& person_of(const DeviceKeys& keys) {
        const PersonId person = roster.device(keys.id())->person;
        for (RosterPerson& candidate : roster.people) {
            if (candidate.person == person) {
                return candidate;
            }
        }
        throw Error(ErrorCode::failed, "The fixture's roster lacks a person.");
    }
};

}  // namespace fieldseal::team
