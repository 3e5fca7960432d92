// The window's small memory between starts: $XDG_CONFIG_HOME/fieldseal/window.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// What is there; defaults where it is not, or is not understood.
Preferences load_preferences();
/// Errors are ignored: a read-only home must not keep anyone from working.
void save_preferences(const Preferences& preferences);

}  // namespace fieldseal::desktop
