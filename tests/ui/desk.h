// A person at a real window on a display, with screenshots left in $FIELDSEAL_SCREENSHOTS.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "app/desktop/shell/window.h"
#include "tests/ui/driver.h"
#include "tests/ui/vaults.h"

namespace fieldseal::desktop::test {

/// A folder for a journey, and one for its screenshots.
struct WindowStage : Vaults {
    std::filesystem::path shots;
    WindowOptions options;

    WindowStage() : Vaults(std::filesystem::temp_directory_path() / ("fieldseal-journey-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder / "stick");
        const char* wanted = std::getenv("FIELDSEAL_SCREENSHOTS");
        shots = wanted != nullptr ? std::filesystem::path(wanted) : folder / "screenshots";
        options.share = share_folder();
        options.width = 1366;
        options.height = 768;
        options.scale = 1;
        REQUIRE(load_translations(options.share / "uk.mo"));
    }
};

/// One person at one machine: a window, an app, a driver.
struct Desk {
    Desk(WindowStage& stage, Language chosen, ThemeName theme = ThemeName::light, float scale = 1)
        : stage_(stage),
          window(with_scale(stage.options, scale)),
          app(&Window::wake, session::system_environment(crypto::test_cost)),
          driver(app, [this] { window.frame(app); }) {
        set_language(chosen);
        app.preferences.language = chosen;
        app.preferences.theme = theme;
        window.before_frame = [this] { driver.feed(); };
        window.rasterises = false;
        driver.settle();
    }
    ~Desk() { ui::listen(nullptr); }
    static WindowOptions with_scale(WindowOptions options, float scale) {
        options.scale = scale;
        options.width = static_cast<int>(static_cast<float>(options.width) * scale);
        options.height = static_cast<int>(static_cast<float>(options.height) * scale);
        return options;
    }

    void shot(const std::string& name) {
        driver.frame(3);
        window.screenshot(app, stage_.shots / (name + ".png"));
        CHECK(std::filesystem::file_size(stage_.shots / (name + ".png")) > 5000);
    }
    void unlock(const std::string& vault) {
        driver.click("welcome.unlock");
        driver.write("welcome.path", (stage_.folder / (vault + ".fieldseal")).string());
        driver.write("welcome.passphrase", "correct horse battery");
        driver.click("welcome.unlock.go");
        REQUIRE_FALSE(app.locked);
    }
    void sync() {
        driver.click("nav.outbox");
        driver.write("outbox.folder", (stage_.folder / "stick").string());
        driver.click("outbox.sync");
        REQUIRE(app.status);
        INFO(app.status->text);
        CHECK(app.status->state == ui::State::good);
    }

    WindowStage& stage_;
    Window window;
    App app;
    Driver driver;
};

}  // namespace fieldseal::desktop::test
