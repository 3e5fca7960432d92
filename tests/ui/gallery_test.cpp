// Every screen as each role sees it, in a real window, in both languages, light and dark, at 1366x768 and at 3840x2160 with 200 %: pictures to look
// at in $FIELDSEAL_SCREENSHOTS/gallery, and a contact sheet of each of the eight sets. No two pictures of a set are the same: each shows something of its own.
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "model/crypto/hash.h"
#include "tests/ui/gallery_views.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
using test::View;
using test::views;
namespace fs = std::filesystem;

namespace {

/// Thumbnails of a set, row after row, each `width` pixels wide.
void contact_sheet(const fs::path& folder, const fs::path& sheet) {
    constexpr std::uint32_t width = 640;
    constexpr std::uint32_t height = 360;
    constexpr std::uint32_t columns = 4;
    constexpr std::uint32_t gap = 8;
    const auto count = static_cast<std::uint32_t>(views().size());
    picture::Pixels all(columns * (width + gap) + gap, (count + columns - 1) / columns * (height + gap) + gap);
    std::fill(all.rgb.begin(), all.rgb.end(), std::uint8_t{0x80});
    for (std::uint32_t i = 0; i < count; ++i) {
        const picture::Pixels small =
            picture::fitted(picture::decode(read_file(folder / (std::string(views()[i].name) + ".png"), picture::file_limit)), width);
        REQUIRE(small.height <= height);
        for (std::uint32_t y = 0; y < small.height; ++y) {
            std::copy_n(small.at(0, y), std::size_t{small.width} * 3, all.at(gap + i % columns * (width + gap), gap + i / columns * (height + gap) + y));
        }
    }
    write_durably(sheet, picture::encode_png(all), true);
}

std::string name_of_set(Language language, ThemeName theme, float scale) {
    return std::string(language == Language::english ? "en" : "uk") + (theme == ThemeName::light ? "-light" : "-dark") + (scale > 1 ? "-200" : "-100");
}

/// The pictures of one vault for one set; `seen` are those that the set has.
void take_pictures(test::Desk& desk, const std::string& vault, const std::string& set, std::map<Hash, std::string>& seen) {
    for (const View& view : views()) {
        if (view.vault != vault) {
            continue;
        }
        INFO(set << " " << view.name);
        view.show(desk);
        CHECK((vault.empty() || desk.driver.drawn.contains("lock")));
        const std::string name = "gallery/" + set + "/" + view.name;
        desk.shot(name);
        const auto [same, fresh] = seen.emplace(crypto::plain_hash(read_file(desk.stage_.shots / (name + ".png"), picture::file_limit)), view.name);
        INFO("the same picture as " << same->second);
        CHECK(fresh);
        if (view.leave) {
            view.leave(desk);
            desk.driver.settle();
        }
    }
}

}  // namespace

TEST_CASE("a picture of every screen, and a contact sheet of each set") {
    test::GalleryTeam team;
    team.people();
    const bool all = std::getenv("FIELDSEAL_GALLERY") != nullptr;
    for (const float scale : {1.0f, 2.0f}) {
        team.options.width = scale > 1 ? 1920 : 1366;
        team.options.height = scale > 1 ? 1080 : 768;
        std::map<std::string, std::map<Hash, std::string>> sets;
        for (const char* vault : {"", "field", "copied", "office", "reader"}) {
            test::Desk desk(team, Language::english, ThemeName::light, scale);
            if (*vault != '\0') {
                desk.unlock(vault);
            }
            for (const Language language : {Language::english, Language::ukrainian}) {
                for (const ThemeName theme : {ThemeName::light, ThemeName::dark}) {
                    // Six million pixels more take a software renderer a while: at 200 % each language and each theme
                    // once, all of them with FIELDSEAL_GALLERY=all.
                    if (scale > 1 && !all && (language == Language::ukrainian) != (theme == ThemeName::light)) {
                        continue;
                    }
                    set_language(language);
                    desk.app.preferences.language = language;
                    desk.app.preferences.theme = theme;
                    const std::string set = name_of_set(language, theme, scale);
                    take_pictures(desk, vault, set, sets[set]);
                }
            }
        }
        CHECK(sets.size() == (scale > 1 && !all ? 2 : 4));
        for (const auto& [set, pictures] : sets) {
            CHECK(pictures.size() == views().size());
            contact_sheet(team.shots / "gallery" / set, team.shots / "gallery" / (set + ".png"));
        }
    }
}
