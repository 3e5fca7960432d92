// How the background sync stands, in words and as cards of the outbox.
#pragma once

#include "app/session/background_sync.h"

namespace fieldseal::desktop {

class App;

/// "Up to date, 10:32", "Not reachable. Next try at 10:40".
std::string sync_text(const session::SyncStatus& status);
std::string trouble_text(session::SyncTrouble trouble);
/// State, what to do, and the switches.
void draw_sync_card(App& app);
/// Every try, newest first.
void draw_sync_log(App& app);

}  // namespace fieldseal::desktop
