// The look: colours by purpose, a type scale, spacing in ems. Screens name purposes, never colours.
#pragma once

#include <imgui.h>

#include <string_view>

namespace fieldseal::desktop {

enum class ThemeName { light, dark, contrast };

struct Palette {
    ImVec4 background, card, raised, border, text, muted, accent, on_accent, accent_soft;
    ImVec4 good, caution, bad, good_soft, caution_soft, bad_soft;
};

const Palette& palette();
/// Sets ImGui's style for the theme and scale.
void apply_theme(ThemeName theme, float scale);
ThemeName theme();

struct Fonts {
    ImFont* body = nullptr;
    ImFont* bold = nullptr;
    ImFont* heading = nullptr;
    ImFont* title = nullptr;
    ImFont* small = nullptr;
};
const Fonts& fonts();
/// Loads the fonts at the pixel sizes of this scale into the current context's atlas. Throws Error(not_found) if the files are not in `share`.
void load_fonts(const char* share, float scale);

/// `count` times the body font's size in pixels.
float em(float count);
ImU32 color(const ImVec4& value);

/// Font Awesome 4.7 code points, as UTF-8.
namespace icon {
inline constexpr const char* lock = "\xef\x80\xa3";
inline constexpr const char* key = "\xef\x82\x84";
inline constexpr const char* unlock = "\xef\x82\x9c";
inline constexpr const char* chart = "\xef\x82\x80";
inline constexpr const char* home = "\xef\x86\xad";
inline constexpr const char* list = "\xef\x80\xba";
inline constexpr const char* outbox = "\xef\x87\x98";
inline constexpr const char* inbox = "\xef\x80\x9c";
inline constexpr const char* people = "\xef\x83\x80";
inline constexpr const char* review = "\xef\x81\x86";
inline constexpr const char* settings = "\xef\x80\x93";
inline constexpr const char* help = "\xef\x81\x99";
inline constexpr const char* check = "\xef\x80\x8c";
inline constexpr const char* cross = "\xef\x80\x8d";
inline constexpr const char* pencil = "\xef\x81\x80";
inline constexpr const char* seal = "\xef\x84\xb2";
inline constexpr const char* clock = "\xef\x80\x97";
inline constexpr const char* warning = "\xef\x81\xb1";
inline constexpr const char* question = "\xef\x84\xa8";
inline constexpr const char* plus = "\xef\x81\xa7";
inline constexpr const char* search = "\xef\x80\x82";
inline constexpr const char* file = "\xef\x83\xb6";
inline constexpr const char* history = "\xef\x87\x9a";
inline constexpr const char* back = "\xef\x81\xa0";
inline constexpr const char* forward = "\xef\x81\xa1";
inline constexpr const char* comment = "\xef\x81\xb5";
inline constexpr const char* refresh = "\xef\x80\xa1";
inline constexpr const char* usb = "\xef\x8a\x87";
inline constexpr const char* undo = "\xef\x83\xa2";
inline constexpr const char* redo = "\xef\x80\x9e";
inline constexpr const char* circle = "\xef\x84\x8c";
inline constexpr const char* server = "\xef\x88\xb3";
}  // namespace icon

}  // namespace fieldseal::desktop
