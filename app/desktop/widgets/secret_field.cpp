#include "app/desktop/widgets/secret_field.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <cstring>

#include "app/desktop/look/theme.h"
#include "app/desktop/widgets/widgets.h"

namespace fieldseal::desktop::ui {

namespace {

constexpr std::size_t longest = 1024;

/// Dear ImGui copies the text being edited into state of its own (text, undo records): wiped as soon as the field is left.
void wipe_input_state() {
    ImGuiInputTextState& state = ImGui::GetCurrentContext()->InputTextState;
    const auto wipe = [](auto& vector) {
        if (vector.Data != nullptr) {
            crypto::wipe({reinterpret_cast<std::uint8_t*>(vector.Data), static_cast<std::size_t>(vector.Capacity) * sizeof(*vector.Data)});
        }
    };
    wipe(state.TextW);
    wipe(state.TextA);
    wipe(state.InitialTextA);
    crypto::wipe({reinterpret_cast<std::uint8_t*>(&state.Stb.undostate), sizeof state.Stb.undostate});
    state.CurLenW = 0;
    state.CurLenA = 0;
    state.ID = 0;
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
    const ImGuiInputTextFlags flags = ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_NoUndoRedo | (readable ? 0 : ImGuiInputTextFlags_Password);
    const bool entered = ImGui::InputText((std::string("###") + id).c_str(), reinterpret_cast<char*>(buffer_.writable().data()), longest, flags);
    // The registry gets the length as dots, never the text.
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

void SecretField::clear() {
    crypto::wipe(buffer_.writable());
    if (ImGui::GetCurrentContext() != nullptr) {
        wipe_input_state();
        ImGui::ClearActiveID();
    }
}

}  // namespace fieldseal::desktop::ui
