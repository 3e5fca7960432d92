// Every screen: draws itself from the app's snapshot and its own view state, and asks the app for what the user wants.
#pragma once

#include <filesystem>
#include <vector>

namespace fieldseal::desktop {

class App;

/// To the question that is open: photos are shown and cleaned first, other files go in as they are.
void attach_files(App& app, const std::vector<std::filesystem::path>& files);
/// The picture in the clipboard.
void paste_photo(App& app);

void draw_welcome(App& app);
void draw_overview(App& app);
void draw_sites(App& app);
void draw_site(App& app);
void draw_site_form(App& app);
void draw_site_import(App& app);
/// Puts what was typed into the form on the disk, if it changed.
void keep_site_form(App& app);
/// Puts answers that are not on their way to the disk there.
void save_answers(App& app);
void draw_assessment(App& app);
void draw_outbox(App& app);
void draw_inbox(App& app);
void draw_team(App& app);
void draw_reviews(App& app);
void draw_needs(App& app);
void draw_search(App& app);
void draw_diff(App& app);
void draw_settings(App& app);
/// What must not be overlooked on any screen: shut out, or an old copy of the vault.
void draw_standing(App& app);
/// How the background sync stands, in the header.
void draw_sync_state(App& app);
void draw_palette(App& app);
void draw_help(App& app);

}  // namespace fieldseal::desktop
