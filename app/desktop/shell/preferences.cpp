#include "app/desktop/shell/preferences.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "model/environment/durable_file.h"

namespace fieldseal::desktop {

namespace {

std::filesystem::path file() {
    const char* config = std::getenv("XDG_CONFIG_HOME");
    const char* home = std::getenv("HOME");
    const std::filesystem::path folder = config != nullptr && *config != '\0' ? std::filesystem::path(config)
                                         : home != nullptr                    ? std::filesystem::path(home) / ".config"
                                                                              : std::filesystem::path(".");
    return folder / "fieldseal" / "window";
}

/// Ukrainian where the system speaks it.
Language system_language() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            return std::string_view(value).starts_with("uk") ? Language::ukrainian : Language::english;
        }
    }
    return Language::english;
}

}  // namespace

Preferences load_preferences() {
    Preferences result;
    result.language = system_language();
    std::ifstream in(file());
    std::string line;
    while (std::getline(in, line)) {
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos) {
            continue;
        }
        const std::string name = line.substr(0, equals);
        const std::string value = line.substr(equals + 1);
        if (name == "vault") {
            result.last_vault = value;
        } else if (name == "language") {
            result.language = value == "uk" ? Language::ukrainian : Language::english;
        } else if (name == "theme") {
            result.theme = value == "dark" ? ThemeName::dark : value == "contrast" ? ThemeName::contrast : ThemeName::light;
        } else if (name == "lock_minutes") {
            result.lock_minutes = std::clamp(std::atoi(value.c_str()), 0, 24 * 60);
        } else if (name == "destroy_chord") {
            result.destroy_chord = value == "on";
        } else if (name == "go_on") {
            result.go_on = value != "off";
        } else if (name == "scale") {
            result.scale = static_cast<float>(std::atoi(value.c_str())) / 100;
        }
    }
    return result;
}

void save_preferences(const Preferences& preferences) {
    const char* themes[] = {"light", "dark", "contrast"};
    const std::string text = "vault=" + preferences.last_vault + "\nlanguage=" + (preferences.language == Language::ukrainian ? "uk" : "en") +
                             "\ntheme=" + themes[static_cast<int>(preferences.theme)] + "\nscale=" + std::to_string(static_cast<int>(preferences.scale * 100 + 0.5f)) +
                             "\nlock_minutes=" + std::to_string(preferences.lock_minutes) + "\ndestroy_chord=" + (preferences.destroy_chord ? "on" : "off") +
                             "\ngo_on=" + (preferences.go_on ? "on" : "off") + "\n";
    try {
        std::filesystem::create_directories(file().parent_path());
        write_durably(file(), view_of(text), true);
    } catch (const std::exception&) {
        return;
    }
}

}  // namespace fieldseal::desktop
