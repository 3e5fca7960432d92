// The whole app without a window, in a folder of its own, and a driver that uses it as a person does.
#pragma once

#include <unistd.h>

#include <string>

#include "tests/ui/driver.h"
#include "tests/ui/null_screen.h"
#include "tests/ui/vaults.h"

namespace fieldseal::desktop::test {

struct Stage : NullScreen, Vaults {
    App app;
    Driver driver{app, [this] {
                      driver.feed();
                      ImGui::NewFrame();
                      app.draw();
                      ImGui::Render();
                  }};

    explicit Stage(Environment environment = session::system_environment(crypto::test_cost))
        : Vaults(fresh_folder()), app([] {}, environment) {}

    static std::filesystem::path fresh_folder() {
        static int count = 0;
        return std::filesystem::temp_directory_path() /
               ("fieldseal-stage-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    }
    /// In the app, by hand.
    void unlock(const std::string& name) {
        app.preferences.last_vault = vault(name).string();
        if (driver.shows("welcome.unlock")) {
            driver.click("welcome.unlock");
        }
        app.welcome.path = app.preferences.last_vault;
        driver.write("welcome.passphrase", passphrase_text);
        driver.click("welcome.unlock.go");
        REQUIRE_FALSE(app.locked);
        driver.settle();
    }
    /// Locks what is open first.
    void reopen(const std::string& name) {
        if (!app.locked) {
            driver.press_with_control(Key::l);
        }
        unlock(name);
    }
    /// What is open in the app, with the store that all vaults share.
    void sync_app() {
        app.run("sync", [this](session::Session& open, const session::Progress&) { sync(open); });
        driver.settle();
    }
};

}  // namespace fieldseal::desktop::test
