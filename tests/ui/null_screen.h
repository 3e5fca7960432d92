// Dear ImGui with the app's fonts, theme and translations, and no window: what is drawn goes nowhere.
#pragma once

#include <doctest/doctest.h>
#include <imgui.h>

#include <algorithm>

#include "app/desktop/shell/keys.h"
#include "app/desktop/shell/window.h"

namespace fieldseal::desktop::test {

/// Dear ImGui with fonts and no backend.
struct NullScreen {
    NullScreen() {
        crypto::start();
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {1366, 768};
        io.DeltaTime = 1.0f / 60;
        io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
        // The keys as the window's backend names them: GLFW's numbers.
        const int keys[] = {native(Key::tab),
                            native(Key::left),
                            native(Key::right),
                            native(Key::up),
                            native(Key::down),
                            native(Key::page_up),
                            native(Key::page_down),
                            native(Key::home),
                            native(Key::end),
                            260,
                            261,
                            native(Key::backspace),
                            32,
                            native(Key::enter),
                            native(Key::escape),
                            335,
                            native(Key::a),
                            native(Key::c),
                            native(Key::v),
                            native(Key::x),
                            native(Key::y),
                            native(Key::z)};
        std::ranges::copy(keys, io.KeyMap);
        load_fonts(share_folder().c_str(), 1);
        apply_theme(ThemeName::light, 1);
        REQUIRE(load_translations(share_folder() / "uk.mo"));
        set_language(Language::english);
    }
    ~NullScreen() {
        ui::listen(nullptr);
        ImGui::DestroyContext();
    }
};

}  // namespace fieldseal::desktop::test
