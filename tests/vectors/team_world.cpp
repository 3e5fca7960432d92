#include "team_world.h"

#include <algorithm>

namespace fieldseal::vectors {

using namespace team;

TeamWorld::TeamWorld(crypto::Random& random)
    : founding(found("Field programme", {clock, random})),
      roster(founding.roster),
      deputy(DeviceKeys::make(random)),
      assessor(DeviceKeys::make(random)),
      reviewer(DeviceKeys::make(random)) {
    const Environment environment{clock, random};
    const std::pair<std::uint64_t, const crypto::BoxKeyPair*> team_keys[] = {{1, &founding.team_key}};
    const auto publish_after = [&](const Roster& before) { publish(roster, before, now, founding.keys.signing); };
    const auto join = [&](const DeviceKeys& keys, Role role) {
        const Roster before = roster;
        const auto invitation = make_invitation(founding.deployment, roster, random.id<PersonId>(), "Somebody", role,
                                                "Founder", environment);
        admit(roster, make_enrolment(invitation, keys, now), team_keys, now);
        publish_after(before);
    };
    join(deputy, Role::coordinator);
    join(assessor, Role::assessor);
    join(reviewer, Role::reviewer);
    const Roster before = roster;
    const PersonId deputy_person = roster.device(deputy.id())->person;
    std::ranges::find(roster.people, deputy_person, &RosterPerson::person)->deputy = true;
    open_invitation = make_invitation(founding.deployment, roster, random.id<PersonId>(), "Olena", Role::reviewer,
                                      "Founder", environment);
    publish_after(before);
    open_invitation.roster = roster;
}

}  // namespace fieldseal::vectors
