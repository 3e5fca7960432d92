#include "app/desktop/widgets/shown_text.h"

#include <imgui.h>
#include <imgui_internal.h>

#include "model/crypto/secret.h"

namespace fieldseal::desktop::ui {

namespace {

void wipe(void* place, std::size_t size) {
    crypto::wipe({static_cast<std::uint8_t*>(place), size});
}

template <class Vector>
void wipe_whole(Vector& vector) {
    if (vector.Data != nullptr) {
        wipe(vector.Data, static_cast<std::size_t>(vector.Capacity) * sizeof(*vector.Data));
    }
}

}  // namespace

void wipe_input_state() {
    ImGuiInputTextState& state = ImGui::GetCurrentContext()->InputTextState;
    wipe_whole(state.TextW);
    wipe_whole(state.TextA);
    wipe_whole(state.InitialTextA);
    wipe(&state.Stb.undostate, sizeof state.Stb.undostate);
    wipe_whole(ImGui::GetIO().InputQueueCharacters);
    state.CurLenW = 0;
    state.CurLenA = 0;
    state.ID = 0;
}

void forget_shown() {
    ImGuiContext& context = *ImGui::GetCurrentContext();
    wipe_input_state();
    ImGui::ClearActiveID();
    wipe(context.TempBuffer, sizeof context.TempBuffer);
    wipe_whole(context.ClipboardHandlerData);
    wipe_whole(context.LogBuffer.Buf);
    context.GcCompactAll = true;
}

}  // namespace fieldseal::desktop::ui
