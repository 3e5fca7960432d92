#include "app/desktop/shell/keys.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>

namespace fieldseal::desktop {

namespace {

bool is_digit_key(Key key) {
    return key >= Key::digit_0 && key <= Key::digit_9;
}

int digit_of(Key key) {
    return static_cast<int>(key) - static_cast<int>(Key::digit_0);
}

}  // namespace

int native(Key key) {
    constexpr int named[] = {GLFW_KEY_UP, GLFW_KEY_DOWN, GLFW_KEY_LEFT, GLFW_KEY_RIGHT, GLFW_KEY_PAGE_UP, GLFW_KEY_PAGE_DOWN, GLFW_KEY_HOME,
                             GLFW_KEY_END, GLFW_KEY_ENTER, GLFW_KEY_ESCAPE, GLFW_KEY_TAB, GLFW_KEY_BACKSPACE, GLFW_KEY_F1, GLFW_KEY_F12};
    const int number = static_cast<int>(key);
    if (key < Key::digit_0) {
        return named[number];
    }
    if (key <= Key::digit_9) {
        return GLFW_KEY_0 + number - static_cast<int>(Key::digit_0);
    }
    return key == Key::slash ? GLFW_KEY_SLASH : GLFW_KEY_A + number - static_cast<int>(Key::a);
}

#if IMGUI_VERSION_NUM >= 18700
namespace {
ImGuiKey key_of(Key key) {
    constexpr ImGuiKey named[] = {ImGuiKey_UpArrow, ImGuiKey_DownArrow, ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_PageUp, ImGuiKey_PageDown,
                                  ImGuiKey_Home, ImGuiKey_End, ImGuiKey_Enter, ImGuiKey_Escape, ImGuiKey_Tab, ImGuiKey_Backspace, ImGuiKey_F1, ImGuiKey_F12};
    const int number = static_cast<int>(key);
    if (key < Key::digit_0) {
        return named[number];
    }
    if (key <= Key::digit_9) {
        return static_cast<ImGuiKey>(ImGuiKey_0 + number - static_cast<int>(Key::digit_0));
    }
    return key == Key::slash ? ImGuiKey_Slash : static_cast<ImGuiKey>(ImGuiKey_A + number - static_cast<int>(Key::a));
}
}  // namespace
bool pressed(Key key) {
    return ImGui::IsKeyPressed(key_of(key)) || (key == Key::enter && ImGui::IsKeyPressed(ImGuiKey_KeypadEnter)) ||
           (is_digit_key(key) && ImGui::IsKeyPressed(static_cast<ImGuiKey>(ImGuiKey_Keypad0 + digit_of(key))));
}
bool any_key_down() {
    for (int key = ImGuiKey_NamedKey_BEGIN; key < ImGuiKey_NamedKey_END; ++key) {
        if (ImGui::IsKeyDown(static_cast<ImGuiKey>(key))) {
            return true;
        }
    }
    return false;
}
bool pressed_anew(Key key) {
    return ImGui::IsKeyPressed(key_of(key), false) ||
           (is_digit_key(key) && ImGui::IsKeyPressed(static_cast<ImGuiKey>(ImGuiKey_Keypad0 + digit_of(key)), false));
}
#else
bool pressed_anew(Key key) {
    return ImGui::IsKeyPressed(native(key), false) ||
           (is_digit_key(key) && ImGui::IsKeyPressed(GLFW_KEY_KP_0 + digit_of(key), false));
}
bool any_key_down() {
    return std::ranges::any_of(ImGui::GetIO().KeysDown, [](bool down) { return down; });
}
bool pressed(Key key) {
    return ImGui::IsKeyPressed(native(key)) || (key == Key::enter && ImGui::IsKeyPressed(GLFW_KEY_KP_ENTER)) ||
           (is_digit_key(key) && ImGui::IsKeyPressed(GLFW_KEY_KP_0 + digit_of(key)));
}
#endif

bool chord(Key key) {
    const ImGuiIO& io = ImGui::GetIO();
    return io.KeyCtrl && !io.KeyAlt && !io.KeyShift && pressed(key);
}

bool strong_chord(Key key) {
    const ImGuiIO& io = ImGui::GetIO();
    return io.KeyCtrl && io.KeyShift && !io.KeyAlt && pressed_anew(key);
}

void ignore_lone_alt() {
    ImGui::GetCurrentContext()->NavWindowingToggleLayer = false;
}

}  // namespace fieldseal::desktop
