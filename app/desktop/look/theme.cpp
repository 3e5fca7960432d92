#include "app/desktop/look/theme.h"

#include <filesystem>
#include <string>

#include "model/error/error.h"

namespace fieldseal::desktop {

namespace {

/// Pixels of body text at 100 %.
constexpr float body_pixels = 16.0f;

ImVec4 rgb(unsigned value, float alpha = 1.0f) {
    return {static_cast<float>(value >> 16 & 0xff) / 255.0f, static_cast<float>(value >> 8 & 0xff) / 255.0f, static_cast<float>(value & 0xff) / 255.0f, alpha};
}

const Palette light{rgb(0xf3f5f7), rgb(0xffffff), rgb(0xe9eef2), rgb(0xd3dbe2), rgb(0x18242f), rgb(0x51606e), rgb(0x176b87), rgb(0xffffff), rgb(0xdcedf3),
                    rgb(0x1e6e42), rgb(0x8a5a00), rgb(0xa3271e), rgb(0xdff1e6), rgb(0xfbefd2), rgb(0xf9e0dd)};
const Palette dark{rgb(0x11171d), rgb(0x1a232c), rgb(0x24303b), rgb(0x34424f), rgb(0xe7edf2), rgb(0xa3b2bf), rgb(0x58b8d6), rgb(0x08161c), rgb(0x1d3a47),
                   rgb(0x6fce97), rgb(0xe9b85a), rgb(0xf28b82), rgb(0x1b3a2a), rgb(0x40341a), rgb(0x472321)};
const Palette contrast{rgb(0x000000), rgb(0x000000), rgb(0x1a1a1a), rgb(0xffffff), rgb(0xffffff), rgb(0xe0e0e0), rgb(0xffe600), rgb(0x000000), rgb(0x333000),
                       rgb(0x7dff9b), rgb(0xffd24d), rgb(0xff9b94), rgb(0x00330f), rgb(0x332600), rgb(0x330500)};

ThemeName current = ThemeName::light;
Fonts loaded_fonts;

ImFont* add_font(ImFontAtlas& atlas, const std::filesystem::path& text, const std::filesystem::path& icons, float pixels, const ImWchar* ranges) {
    ImFont* font = atlas.AddFontFromFileTTF(text.c_str(), pixels, nullptr, ranges);
    ImFontConfig merge;
    merge.MergeMode = true;
    merge.GlyphMinAdvanceX = pixels * 1.1f;
    merge.GlyphOffset.y = pixels * 0.06f;
    static const ImWchar icon_range[] = {0xf000, 0xf2e0, 0};
    atlas.AddFontFromFileTTF(icons.c_str(), pixels * 0.9f, &merge, icon_range);
    return font;
}

}  // namespace

const Palette& palette() {
    return current == ThemeName::light ? light : current == ThemeName::dark ? dark : contrast;
}

ThemeName theme() {
    return current;
}

const Fonts& fonts() {
    return loaded_fonts;
}

float em(float count) {
    return count * (loaded_fonts.body != nullptr ? loaded_fonts.body->FontSize : body_pixels);
}

ImU32 color(const ImVec4& value) {
    return ImGui::ColorConvertFloat4ToU32(value);
}

void apply_theme(ThemeName name, float scale) {
    current = name;
    const Palette& p = palette();
    ImGuiStyle style;
    style.WindowRounding = 0;
    style.ChildRounding = 8;
    style.FrameRounding = 6;
    style.PopupRounding = 8;
    style.GrabRounding = 6;
    style.ScrollbarRounding = 6;
    style.ScrollbarSize = 12;
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 1;
    style.FrameBorderSize = 1;
    style.WindowPadding = {16, 14};
    style.FramePadding = {12, 8};
    style.ItemSpacing = {10, 9};
    style.ItemInnerSpacing = {8, 6};
    style.CellPadding = {10, 7};
    style.ScaleAllSizes(scale);
    ImVec4* c = style.Colors;
    c[ImGuiCol_Text] = p.text;
    c[ImGuiCol_TextDisabled] = p.muted;
    c[ImGuiCol_WindowBg] = p.background;
    c[ImGuiCol_ChildBg] = p.card;
    c[ImGuiCol_PopupBg] = p.card;
    c[ImGuiCol_Border] = p.border;
    c[ImGuiCol_FrameBg] = p.card;
    c[ImGuiCol_FrameBgHovered] = p.raised;
    c[ImGuiCol_FrameBgActive] = p.raised;
    c[ImGuiCol_ScrollbarBg] = ImVec4(0, 0, 0, 0);
    c[ImGuiCol_ScrollbarGrab] = p.border;
    c[ImGuiCol_ScrollbarGrabHovered] = p.muted;
    c[ImGuiCol_ScrollbarGrabActive] = p.muted;
    c[ImGuiCol_CheckMark] = p.accent;
    c[ImGuiCol_Button] = p.card;
    c[ImGuiCol_ButtonHovered] = p.raised;
    c[ImGuiCol_ButtonActive] = p.accent_soft;
    c[ImGuiCol_Header] = p.accent_soft;
    c[ImGuiCol_HeaderHovered] = p.raised;
    c[ImGuiCol_HeaderActive] = p.accent_soft;
    c[ImGuiCol_Separator] = p.border;
    c[ImGuiCol_TableHeaderBg] = p.raised;
    c[ImGuiCol_TableBorderStrong] = p.border;
    c[ImGuiCol_TableBorderLight] = p.border;
    c[ImGuiCol_TableRowBgAlt] = ImVec4(0, 0, 0, 0);
    c[ImGuiCol_TextSelectedBg] = p.accent_soft;
    c[ImGuiCol_NavHighlight] = p.accent;
    c[ImGuiCol_PlotHistogram] = p.accent;
    c[ImGuiCol_ModalWindowDimBg] = ImVec4(0, 0, 0, 0.45f);
    ImGui::GetStyle() = style;
}

void load_fonts(const char* share, float scale) {
    const std::filesystem::path folder = share;
    const std::filesystem::path regular = folder / "NotoSans-Regular.ttf";
    const std::filesystem::path bold = folder / "NotoSans-Bold.ttf";
    const std::filesystem::path icons = folder / "icons.ttf";
    for (const auto& file : {regular, bold, icons}) {
        if (!std::filesystem::exists(file)) {
            throw Error(ErrorCode::not_found, "The font " + file.string() + " is missing; build or install Fieldseal again.");
        }
    }
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    static ImVector<ImWchar> ranges;
    if (ranges.empty()) {
        ImFontGlyphRangesBuilder builder;
        builder.AddRanges(atlas.GetGlyphRangesDefault());
        builder.AddRanges(atlas.GetGlyphRangesCyrillic());
        // Names come in all European languages; the ready-made Cyrillic range lacks these signs.
        static const ImWchar more[] = {0x0100, 0x024f, 0x0400, 0x04ff, 0x2010, 0x2027, 0x2030, 0x205e, 0x20a0, 0x20bf, 0x2116, 0x2122, 0x2190, 0x2193, 0x2212, 0x2265, 0x02bc, 0x02bd, 0};
        builder.AddRanges(more);
        builder.BuildRanges(&ranges);
    }
    loaded_fonts.body = add_font(atlas, regular, icons, body_pixels * scale, ranges.Data);
    loaded_fonts.bold = add_font(atlas, bold, icons, body_pixels * scale, ranges.Data);
    loaded_fonts.heading = add_font(atlas, bold, icons, 20.0f * scale, ranges.Data);
    loaded_fonts.title = add_font(atlas, bold, icons, 28.0f * scale, ranges.Data);
    loaded_fonts.small = add_font(atlas, regular, icons, 13.5f * scale, ranges.Data);
    atlas.TexDesiredWidth = 2048;
    atlas.Build();
}

}  // namespace fieldseal::desktop
