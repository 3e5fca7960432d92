#include "app/desktop/widgets/secret_field.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <cstring>

#include "app/desktop/look/theme.h"
#include "app/desktop/widgets/shown_text.h"
#include "app/desktop/widgets/widgets.h"

namespace fieldseal::desktop::ui {

namespace {

constexpr std::size_t longest = 1024;

template <class Vector>
void wipe_from(Vector& vector, int first) {
    if (vector.Data != nullptr && first < vector.Capacity) {
        crypto::wipe({reinterpret_cast<std::uint8_t*>(vector.Data + first),
                      static_cast<std::size_t>(vector.Capacity - first) * sizeof(*vector.Data)});
    }
}

/// After the field was left. The next field may have taken the state over in this frame: then its text stays, and what
/// it did not write over goes. It has no undo records yet, so those that lie there are ours.
void wipe_what_is_left(ImGuiID own) {
    ImGuiInputTextState& state = ImGui::GetCurrentContext()->InputTextState;
    if (state.ID == own || state.ID == 0) {
        wipe_input_state();
        return;
    }
    wipe_from(state.TextW, state.CurLenW + 1);
    wipe_from(state.TextA, state.TextAIsValid ? state.CurLenA + 1 : 0);
    wipe_from(state.InitialTextA,
              static_cast<int>(strnlen(state.InitialTextA.Data == nullptr ? "" : state.InitialTextA.Data,
                                       static_cast<std::size_t>(state.InitialTextA.Size))));
    crypto::wipe(
        {reinterpret_cast<std::uint8_t*>(state.Stb.undostate.undo_char), sizeof state.Stb.undostate.undo_char});
}

}  // namespace

SecretField::SecretField() : buffer_(longest) {
    clear();
}

bool SecretField::draw(const char* id, const std::string& label, bool focus, bool readable) {
    small(label);
    if (focus) {
        ImGui::SetKeyboardFocusHere();
    }
    ImGui::SetNextItemWidth(-1);
    const ImGuiInputTextFlags flags = ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_NoUndoRedo |
                                      (readable ? 0 : ImGuiInputTextFlags_Password);
    const bool entered = ImGui::InputText((std::string("###") + id).c_str(),
                                          reinterpret_cast<char*>(buffer_.writable().data()), longest, flags);
    if (ImGui::IsItemDeactivated()) {
        wipe_what_is_left(ImGui::GetItemID());
    }
    // The registry gets the length as stars, never the text.
    note(id, std::string(length(), '*').c_str());
    return entered;
}

std::size_t SecretField::length() const {
    return strnlen(reinterpret_cast<const char*>(buffer_.view().data()), longest);
}

bool SecretField::empty() const {
    return length() == 0;
}

bool SecretField::equals(const SecretField& other) const {
    return length() == other.length() && std::memcmp(buffer_.view().data(), other.buffer_.view().data(), length()) == 0;
}

crypto::Secret SecretField::take() {
    crypto::Secret taken(buffer_.view().first(length()));
    clear();
    return taken;
}

crypto::Secret SecretField::copy() const {
    return crypto::Secret(buffer_.view().first(length()));
}

void SecretField::clear() {
    crypto::wipe(buffer_.writable());
    if (ImGui::GetCurrentContext() != nullptr) {
        wipe_input_state();
        ImGui::ClearActiveID();
    }
}

}  // namespace fieldseal::desktop::ui
