// Pieces of the Team screen.
#pragma once

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
/// Whether this person may run a hub, or one runs that they may switch off.
bool offers_hub(const App& app);
void draw_hub(App& app);

}  // namespace fieldseal::desktop
