// Photos in the assessment screen: before they are attached, and afterwards.
#pragma once

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// The picture as large as fits into `space`, in the middle of it, turned clockwise by quarters; grey where there is no window. Returns where it lies.
struct PlacedPicture {
    ImVec2 least;
    ImVec2 most;
};
PlacedPicture place_picture(const Texture& texture, ImVec2 at, ImVec2 space, int quarter_turns = 0);
void paint_picture(const Texture& texture, const PlacedPicture& place, int quarter_turns = 0);

/// "where it was taken, camera and time": what an original says and its copy does not; "" for nothing.
std::string removed_text(bool location, bool camera, bool other);

/// Starts on the next file that waits, where none is being looked at. Each frame.
void attach_waiting(App& app);
/// The editor while it is open, as a modal window.
void draw_photo_editor(App& app);

/// The evidence of a question (or, with "", of the whole assessment): names, thumbnails, what was removed.
void draw_evidence_list(App& app, const std::string& question);
void look_at_photo(App& app, const RecordId& evidence);
/// A photo in large while one is looked at, as a modal window.
void draw_photo_viewer(App& app);

}  // namespace fieldseal::desktop
