// Dialogues for what is erased or sealed: each says what goes, what stays and why, before anything is done.
#pragma once

#include <string>

#include "app/desktop/app.h"

namespace fieldseal::desktop {

/// What the outbox offers besides handing over: erasing here what coordinators have.
void draw_erase_delivered(App& app);
/// What the settings say of what stays readable on this laptop.
void draw_kept_here(App& app);

/// Asks for a record, or a person's name, to be erased on every device; `title` names it for people.
void open_erase_everywhere(App& app, const RecordId& record, const std::string& title);
/// The dialogue of it; in every frame of a screen that opens it.
void draw_erase_everywhere(App& app);

/// Words on what sealing on finalise takes away.
const char* sealing_text();
/// Finalises where it is not finalised yet, seals, and leaves the assessment's screen.
void seal_assessment(App& app, bool finalise);

/// What a stub is: "Sealed" or "Erased here".
void stub_badge(const exchange::Stub& stub);

}  // namespace fieldseal::desktop
