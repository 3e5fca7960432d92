// What Dear ImGui keeps of texts that were typed or shown, and how it is made to let go.
#pragma once

namespace fieldseal::desktop::ui {

/// The text being edited and its undo records; the field that is being edited is left.
void wipe_input_state();
/// Everything of it that can be reached, when the vault is locked: the above, texts being put together, and, with the
/// next frame, the letters' places in windows that are no longer shown. Between NewFrame() and Render().
void forget_shown();

}  // namespace fieldseal::desktop::ui
