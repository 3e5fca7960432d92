// Pieces of the Team screen.
#pragma once

#include <functional>
#include <string>

#include "app/session/session.h"

namespace fieldseal::desktop {

class App;

const char* role_text(team::Role role);
/// Where a device stands, in a word.
const char* standing_text(const exchange::Peer& peer);
/// The same with its sign.
void standing_badge(const exchange::Peer& peer);
/// When something of a device came last.
void contact_cell(const exchange::Peer& peer);
/// How much of a device's log is here, and how much is missing in between.
void revisions_cell(const App& app, const exchange::Peer& peer);
/// The chosen device: fingerprint to compare, what is missing of it, and what can be done about it.
void draw_team_device(App& app, const exchange::Peer& peer);
void draw_open_invitations(App& app);
void draw_recovery_kit(App& app);
/// Owner and deputies.
bool may_renew_team_key(const App& app);
void draw_team_key(App& app);
/// Changes the list of the team, one change at a time; `done` is said when it is in force here.
void change_team(App& app, std::function<void(session::Session&)> work, std::string done);
/// Whether this person may run a hub, or one runs that they may switch off.
bool offers_hub(const App& app);
void draw_hub(App& app);

}  // namespace fieldseal::desktop
