// A deployment of an owner, a deputy, an assessor and a reviewer, with one invitation still open.
#pragma once

#include "sync/team/invitation.h"

namespace fieldseal::vectors {

struct TeamWorld {
    static constexpr std::int64_t now = 1'800'000'000'000;

    explicit TeamWorld(crypto::Random& random);

    ManualClock clock{now};
    team::Founding founding;
    team::Roster roster;
    team::DeviceKeys deputy;
    team::DeviceKeys assessor;
    team::DeviceKeys reviewer;
    team::Invitation open_invitation;
};

}  // namespace fieldseal::vectors
