// Running the team: every call publishes a new roster, which the next sync or export carries.
// What is accepted or shut out may touch any record, so the lists are read anew.
#include <algorithm>

#include "app/session/implementation.h"

namespace fieldseal::session {

exchange::Invited Session::invite_device(const PersonId& person) {
    exchange::Exchange& exchange = implementation_->joined();
    const team::RosterPerson* known = exchange.roster().person(person);
    if (known == nullptr) {
        throw Error(ErrorCode::not_found, "This person is not in the deployment. Invite them by name.");
    }
    const team::Roster& roster = exchange.roster();
    const bool held_back = std::ranges::any_of(roster.invites, [&](const team::RosterInvite& invite) {
        return invite.person == person && roster.holds_back(invite.invite);
    });
    exchange::Invited invited = exchange.invite(known->role, {}, implementation_->vault->environment().passphrase_cost, person,
                                                held_back ? team::History::none : team::History::all, 
                                                implementation_->store_for_others());
    implementation_->touch_everything();
    return invited;
}

void Session::revoke_device(const DeviceId& device, bool out_of_use) {
    implementation_->joined().revoke_device(device, out_of_use);
    implementation_->touch_everything();
}

void Session::revoke_person(const PersonId& person, bool out_of_use) {
    implementation_->joined().revoke_person(person, out_of_use);
    implementation_->touch_everything();
}

void Session::cancel_invitation(const InviteId& invite) {
    implementation_->joined().cancel_invitation(invite);
    implementation_->touch_everything();
}

void Session::renew_team_key() {
    implementation_->joined().renew_team_key();
    implementation_->touch_everything();
}

void Session::give_history(const PersonId& person) {
    implementation_->joined().give_history(person);
    implementation_->touch_everything();
}

void Session::set_deputy(const PersonId& person, bool deputy) {
    implementation_->joined().set_deputy(person, deputy);
    implementation_->touch_everything();
}

void Session::hand_over(const PersonId& person) {
    implementation_->joined().hand_over(person);
    implementation_->touch_everything();
}

exchange::MadeKit Session::make_kit() {
    exchange::MadeKit made = implementation_->joined().make_kit(implementation_->vault->environment().passphrase_cost, store_url());
    implementation_->touch_everything();
    return made;
}

exchange::QuarantineContent Session::quarantine_content(const Hash& entry) {
    return implementation_->joined().quarantine_content(entry);
}

void Session::accept_quarantine(const Hash& entry) {
    implementation_->joined().accept_quarantine(entry);
    implementation_->touch_everything();
}

void Session::drop_quarantine(const Hash& entry) {
    implementation_->joined().drop_quarantine(entry);
    implementation_->touch_everything();
}

}  // namespace fieldseal::session
