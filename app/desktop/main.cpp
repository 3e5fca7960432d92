// fieldseal: the window.
#include <cstdio>
#include <cstring>
#include <iostream>

#include "app/desktop/shell/preferences.h"
#include "app/desktop/shell/window.h"
#include "app/session/connection_watch.h"

namespace {

constexpr const char* usage =
    "fieldseal [VAULT] [--scale 1.0..4.0] [--language en|uk] [--theme light|dark|contrast] [--frames-log FILE] [--version]\n"
    "Opens the window. Without a screen use fieldsealctl.\n";

}  // namespace

int main(int argc, char** argv) {
    using namespace fieldseal;
    using namespace fieldseal::desktop;
    crypto::start();
    crypto::forbid_core_dumps();
    WindowOptions options;
    Preferences preferences = load_preferences();
    std::string frames_log;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const std::string value = i + 1 < argc ? argv[i + 1] : "";
        if (argument == "--version") {
            std::cout << "fieldseal " << FIELDSEAL_VERSION << "\n";
            return 0;
        }
        if (argument == "--scale") {
            options.scale = static_cast<float>(std::atof(value.c_str()));
            ++i;
        } else if (argument == "--language") {
            preferences.language = value == "uk" ? Language::ukrainian : Language::english;
            ++i;
        } else if (argument == "--theme") {
            preferences.theme = value == "dark" ? ThemeName::dark : value == "contrast" ? ThemeName::contrast : ThemeName::light;
            ++i;
        } else if (argument == "--frames-log") {
            frames_log = value;
            ++i;
        } else if (argument.starts_with("-")) {
            std::cerr << usage;
            return argument == "--help" ? 0 : 2;
        } else {
            preferences.last_vault = argument;
        }
    }
    try {
        options.share = share_folder();
        load_translations(options.share / "uk.mo");
        set_language(preferences.language);
        Window window(options);
        App app(&Window::wake, session::system_environment());
        app.preferences = preferences;
        app.sync_by_itself = true;
        const session::ConnectionWatch connections([&app] { app.background.connection_changed(); });
        if (!preferences.last_vault.empty()) {
            app.welcome.mode = WelcomeView::Mode::unlock;
            app.welcome.path = preferences.last_vault;
        }
        window.before_frame = [&] {
            if (app.preferences_changed) {
                app.preferences_changed = false;
                save_preferences(app.preferences);
            }
            if (!frames_log.empty()) {
                // One byte a frame: its size is the count, for whoever measures idleness.
                if (std::FILE* log = std::fopen(frames_log.c_str(), "a")) {
                    std::fputc('.', log);
                    std::fclose(log);
                }
            }
        };
        window.run(app);
        if (app.destroyed()) {
            // At once: nothing may write the vault again, and nothing is to be tidied up.
            std::_Exit(0);
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "fieldseal: " << error.what() << "\n";
        return 1;
    }
}
