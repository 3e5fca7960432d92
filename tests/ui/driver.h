// Drives the app as a person does: finds widgets by their ids, clicks, types, presses keys; with a null backend or in the real window.
#pragma once

#include <imgui.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

#include "app/desktop/app.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop::test {

class Driver {
  public:
    Driver(App& app, std::function<void()> draw) : app_(app), draw_(std::move(draw)) {}

    /// Puts what this driver does into Dear ImGui's input; called before each frame.
    void feed() {
        ImGuiIO& io = ImGui::GetIO();
        io.MousePos = mouse_;
        io.MouseDown[0] = down_;
        for (int key = 0; key < 512; ++key) {
            io.KeysDown[key] = key == held_;
        }
        io.KeyCtrl = control_;
        io.KeyAlt = alt_;
        io.KeyShift = shift_;
        for (const unsigned character : typed_) {
            io.AddInputCharacter(character);
        }
        typed_.clear();
        drawn.clear();
        ui::listen(&drawn);
    }

    void frame(int count = 1) {
        for (int i = 0; i < count; ++i) {
            draw_();
        }
    }

    /// Draws until nothing runs any more.
    void settle() {
        const auto start = std::chrono::steady_clock::now();
        frame(2);
        while (!app_.idle()) {
            frame();
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            if (std::chrono::steady_clock::now() - start > std::chrono::seconds(120)) {
                throw std::runtime_error("the app does not come to rest");
            }
        }
        frame(3);
    }

    bool shows(const std::string& id) {
        frame();
        return drawn.contains(id);
    }
    const ui::Drawn& find(const std::string& id) {
        for (int tries = 0; tries < 20; ++tries) {
            frame();
            const auto found = drawn.find(id);
            if (found != drawn.end() && (found->second.reachable || tries == 19)) {
                return found->second;
            }
            if (found != drawn.end()) {
                // As a person would who looks for it.
                ui::scroll_to(id);
            }
        }
        std::string names;
        for (const auto& [name, item] : drawn) {
            names += " " + name;
        }
        throw std::runtime_error("no widget " + id + " on the screen; there are:" + names);
    }

    void click(const std::string& id) {
        tap(id);
        settle();
    }
    /// As click(), without waiting for what follows.
    void tap(const std::string& id) {
        const ui::Drawn item = find(id);
        if (!item.enabled) {
            throw std::runtime_error(id + " is disabled");
        }
        mouse_ = item.middle();
        frame(2);
        down_ = true;
        frame();
        down_ = false;
        frame(2);
        mouse_ = {-1000, -1000};
    }

    /// Presses the mouse at one place, lets it go at another.
    void drag(ImVec2 from, ImVec2 to) {
        mouse_ = from;
        frame(2);
        down_ = true;
        frame(2);
        mouse_ = {(from.x + to.x) / 2, (from.y + to.y) / 2};
        frame();
        mouse_ = to;
        frame(2);
        down_ = false;
        frame(2);
        mouse_ = {-1000, -1000};
        settle();
    }

    /// Clicks into a field, takes out what it holds, types.
    void write(const std::string& id, const std::string& text) {
        const ui::Drawn item = find(id);
        mouse_ = item.middle();
        frame(2);
        down_ = true;
        frame();
        down_ = false;
        frame();
        control_ = true;
        key(Key::a);
        control_ = false;
        key(Key::backspace);
        type(text);
        mouse_ = {-1000, -1000};
    }

    void type(const std::string& text) {
        const char* at = text.c_str();
        while (*at != '\0') {
            // UTF-8, as the libraries that made the text wrote it.
            unsigned character = static_cast<unsigned char>(*at);
            const int follow = character >= 0xf0 ? 3 : character >= 0xe0 ? 2 : character >= 0xc0 ? 1 : 0;
            character &= follow == 0 ? 0x7fu : 0x3fu >> follow;
            for (int i = 1; i <= follow; ++i) {
                character = character << 6 | (static_cast<unsigned char>(at[i]) & 0x3fu);
            }
            at += follow + 1;
            typed_.push_back(character);
            frame();
        }
        settle();
    }

    void key(Key which) {
        held_ = native(which);
        frame();
        held_ = -1;
        frame();
    }
    void press(Key which) {
        key(which);
        settle();
    }
    void press_with_control(Key which) {
        control_ = true;
        key(which);
        control_ = false;
        settle();
    }
    void press_with_shift(Key which) {
        shift_ = true;
        key(which);
        shift_ = false;
        settle();
    }
    void press_with_control_and_shift(Key which) {
        control_ = shift_ = true;
        frame();
        key(which);
        control_ = shift_ = false;
        frame();
    }
    /// Keeps Ctrl, Shift and the key down for so many frames.
    void hold_with_control_and_shift(Key which, int frames) {
        control_ = shift_ = true;
        frame();
        held_ = native(which);
        frame(frames);
        held_ = -1;
        control_ = shift_ = false;
        frame();
    }
    void press_with_alt(Key which) {
        alt_ = true;
        key(which);
        alt_ = false;
        settle();
    }

    ui::Registry drawn;

  private:
    App& app_;
    std::function<void()> draw_;
    ImVec2 mouse_{-1000, -1000};
    bool down_ = false;
    bool control_ = false;
    bool alt_ = false;
    bool shift_ = false;
    int held_ = -1;
    std::vector<unsigned> typed_;
};

}  // namespace fieldseal::desktop::test
