// Filters of lists that were saved under a name: the menu beside a list's filter.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// Reads them once after unlocking.
void keep_saved_views(App& app);
/// A button with the menu: open one, save what the list shows now, give another name, remove. `list` as SavedView::list.
void saved_views_menu(App& app, const std::string& list);
/// Puts its filter into its list and goes there.
void open_view(App& app, const session::SavedView& view);
/// What a list is called, also one that this version does not know.
const char* list_text(App& app, const std::string& list);
/// Whether this person has such a list.
bool may_open_list(const App& app, const std::string& list);
/// The list on the screen that can be saved as a view; "" where none can.
std::string list_on_screen(const App& app);

}  // namespace fieldseal::desktop
