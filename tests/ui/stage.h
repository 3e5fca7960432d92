// The whole app without a window, in a folder of its own, and a driver that uses it as a person does.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "model/environment/durable_file.h"
#include "tests/ui/driver.h"
#include "tests/ui/null_screen.h"

namespace fieldseal::desktop::test {

struct Stage : NullScreen {
    static constexpr const char* passphrase_text = "correct horse battery";

    std::filesystem::path folder;
    crypto::Secret passphrase{view_of(passphrase_text)};
    App app;
    Driver driver{app, [this] {
                      driver.feed();
                      ImGui::NewFrame();
                      app.draw();
                      ImGui::Render();
                  }};

    explicit Stage(Environment environment = session::system_environment(crypto::test_cost))
        : app([] {}, environment) {
        static int count = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("fieldseal-stage-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(folder);
    }
    ~Stage() { std::filesystem::remove_all(folder); }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    std::filesystem::path vault(const std::string& name) const { return folder / (name + ".fieldseal"); }
    /// A vault of this name, not open in the app.
    std::pair<std::unique_ptr<session::Session>, crypto::Secret> create(const std::string& name) {
        return session::Session::create(vault(name), passphrase, session::system_environment(crypto::test_cost));
    }
    std::unique_ptr<session::Session> open(const std::string& name) {
        return session::Session::open(vault(name), passphrase, session::system_environment(crypto::test_cost));
    }
    /// A vault of this name that joined by `owner`'s invitation.
    std::unique_ptr<session::Session> join(session::Session& owner, const std::string& name, team::Role role,
                                           const std::string& person) {
        const exchange::Invited invited = owner.invite(role, person);
        const std::filesystem::path file = folder / (name + ".fsinvite");
        write_durably(file, invited.file, true);
        std::unique_ptr<session::Session> joined = create(name).first;
        joined->join(file, invited.code);
        return joined;
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
};

}  // namespace fieldseal::desktop::test
