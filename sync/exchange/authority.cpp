// What the owner and deputies do: revoke, cancel, appoint, hand over, accept.
#include "sync/team/authority.h"

#include <algorithm>

#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

void require_owner(const Exchange& exchange) {
    if (exchange.authority() != team::Authority::owner) {
        throw Error(ErrorCode::refused, "Only the owner of the deployment can do this. Ask them to.");
    }
}

}  // namespace

void Exchange::Implementation::start_epoch(team::Roster& next) {
    team::start_epoch(next, crypto::make_box_key_pair(vault.environment().random));
}

void Exchange::Implementation::require_authority() const {
    if (!may_publish()) {
        throw Error(ErrorCode::refused,
                    "Only the owner of the deployment and deputies can do this. Ask one of them to.");
    }
}

void Exchange::Implementation::change_team(const std::function<void(team::Roster&)>& change) {
    require_authority();
    atomically([&] {
        team::Roster next = roster;
        change(next);
        publish(std::move(next));
    });
    retry_quarantine();
}

void Exchange::Implementation::accept_word_of_revoked(const team::Roster& list) {
    require_authority();
    atomically([&] { publish_what_lacks(list); });
    retry_quarantine();
}

void Exchange::revoke_device(const DeviceId& device, bool out_of_use) {
    Implementation& self = *implementation_;
    if (device == self.own_device) {
        throw Error(ErrorCode::refused,
                    "This is the device you work at. Revoke it from another one of yours, or hand the "
                    "deployment over first.");
    }
    self.change_team([&](team::Roster& next) {
        const team::RosterDevice* entry = next.device(device);
        const team::RosterPerson* person = entry == nullptr ? nullptr : next.person(entry->person);
        if (person != nullptr && person->owner && authority() != team::Authority::owner) {
            throw Error(ErrorCode::refused, "A deputy cannot revoke the owner's device. Ask the owner to.");
        }
        team::revoke_device(next, device, out_of_use ? team::everything_accepted : self.known_up_to(device));
        self.start_epoch(next);
    });
}

void Exchange::revoke_person(const PersonId& person, bool out_of_use) {
    Implementation& self = *implementation_;
    self.change_team([&](team::Roster& next) {
        const team::RosterPerson* entry = next.person(person);
        if (entry == nullptr) {
            throw Error(ErrorCode::not_found, "This person is not in the deployment.");
        }
        if (entry->owner) {
            throw Error(ErrorCode::refused, "The owner cannot be revoked. Hand the deployment over first.");
        }
        bool any = false;
        for (const team::RosterDevice& device : self.roster.devices) {
            if (device.person == person && !device.revoked) {
                team::revoke_device(next, device.device,
                                    out_of_use ? team::everything_accepted : self.known_up_to(device.device));
                any = true;
            }
        }
        for (team::RosterInvite& invite : next.invites) {
            const bool open = invite.person == person && !invite.cancelled;
            invite.cancelled = invite.cancelled || open;
            any = any || open;
        }
        if (!any) {
            throw Error(ErrorCode::refused, "This person has neither a device nor an open invitation any more.");
        }
        // Who has no device any more runs nothing.
        if (entry->deputy && authority() == team::Authority::owner) {
            team::set_deputy(next, person, false);
        }
        self.start_epoch(next);
    });
}

void Exchange::cancel_invitation(const InviteId& invite) {
    implementation_->change_team([&](team::Roster& next) { team::cancel_invitation(next, invite); });
}

void Exchange::renew_team_key() {
    implementation_->change_team([&](team::Roster& next) { implementation_->start_epoch(next); });
}

void Exchange::give_history(const PersonId& person) {
    implementation_->change_team([&](team::Roster& next) {
        team::give_history(next, person);
        team::complete_shares(next, implementation_->held_team_keys());
    });
}

void Exchange::set_deputy(const PersonId& person, bool deputy) {
    require_owner(*this);
    implementation_->change_team([&](team::Roster& next) { team::set_deputy(next, person, deputy); });
}

void Exchange::hand_over(const PersonId& person) {
    require_owner(*this);
    implementation_->change_team([&](team::Roster& next) {
        team::hand_over(next, person);
        // A kit of the one before would go on being an owner's device in a drawer; it is made anew by the new owner.
        for (team::RosterDevice& device : next.devices) {
            if (device.kit && !device.revoked) {
                team::revoke_device(next, device.device, 0);
            }
        }
        if (team::current_epoch_reaches_revoked(next)) {
            implementation_->start_epoch(next);
        }
    });
}

MadeKit Exchange::make_kit(crypto::PassphraseCost cost, const std::string& store_url) {
    require_owner(*this);
    Implementation& self = *implementation_;
    crypto::Random& random = self.vault.environment().random;
    MadeKit made{{}, crypto::DigitCode::make(team::kit_code_digits, random), {}};
    team::DeviceKeys keys = team::DeviceKeys::make(random);
    const auto invite = random.id<InviteId>();
    self.change_team([&](team::Roster& next) {
        team::add_kit(next, keys, self.deployment.own_person, invite, self.held_team_keys());
    });
    made.device = keys.id();
    const team::Kit kit{self.deployment.id,
                        self.deployment.name,
                        self.keys.signing.verify_key(),
                        self.deployment.own_person,
                        self.name_of_person(self.deployment.own_person),
                        invite,
                        store_url,
                        self.roster,
                        self.deployment.shared_key.clone(),
                        std::move(keys)};
    made.file = team::seal_kit(kit, made.code, cost, random);
    return made;
}

}  // namespace fieldseal::exchange
