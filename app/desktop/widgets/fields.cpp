// Fields to write and choose in.
#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "app/desktop/shell/keys.h"
#include "app/desktop/widgets/widgets.h"

namespace fieldseal::desktop::ui {

namespace {

/// A note grows with what it holds up to here; beyond, it scrolls.
constexpr float most_note_lines = 9;

void label_above(const std::string& label) {
    if (!label.empty()) {
        small(label);
    }
}

/// Dear ImGui takes back what was typed when Escape is pressed. A person who leaves a note with Escape means to keep
/// it.
bool kept_on_escape(bool changed, const std::string& before, std::string& value) {
    if (changed && pressed(Key::escape)) {
        value = before;
        return false;
    }
    return changed;
}

}  // namespace

bool text_field(const char* id, const std::string& label, std::string& value, const std::string& hint, bool focus) {
    label_above(label);
    if (focus) {
        ImGui::SetKeyboardFocusHere();
    }
    ImGui::SetNextItemWidth(-1);
    const std::string before = value;
    const bool changed = ImGui::InputTextWithHint((std::string("###") + id).c_str(), hint.c_str(), &value);
    note(id, value.c_str());
    return kept_on_escape(changed, before, value);
}

bool number_text_field(const char* id, const std::string& label, std::string& value, const std::string& hint,
                       bool focus) {
    label_above(label);
    if (focus) {
        ImGui::SetKeyboardFocusHere();
    }
    ImGui::SetNextItemWidth(-1);
    // Given the keyboard, a field selects what it holds, and the next digit would take its place.
    const auto to_the_end = [](ImGuiInputTextCallbackData* data) {
        if (*static_cast<const bool*>(data->UserData)) {
            data->ClearSelection();
            data->CursorPos = data->BufTextLen;
        }
        return 0;
    };
    const std::string before = value;
    const bool changed = ImGui::InputTextWithHint((std::string("###") + id).c_str(), hint.c_str(), &value,
                                                  ImGuiInputTextFlags_CallbackAlways, to_the_end, &focus);
    note(id, value.c_str());
    return kept_on_escape(changed, before, value);
}

bool note_field(const char* id, const std::string& label, std::string& value, float lines, const std::string& hint) {
    label_above(label);
    const std::string name = std::string("###") + id;
    const ImVec2 padding = ImGui::GetStyle().FramePadding;
    const float row = ImGui::GetTextLineHeight();
    const float room = ImGui::GetContentRegionAvail().x - 1 - 2 * padding.x;
    const float wanted = ImGui::CalcTextSize(value.c_str(), nullptr, false, room).y;
    const float height = std::clamp(wanted, lines * row, std::max(lines, most_note_lines) * row) + 2 * padding.y;
    // Dear ImGui wraps nothing in a field. Nobody types in it: it is read, and its words are drawn here, wrapped.
    const bool reading = ImGui::GetActiveID() != ImGui::GetID(name.c_str());
    const ImU32 shade = ImGui::GetColorU32(ImGuiCol_Text);
    const std::string before = value;
    if (reading) {
        ImGui::PushStyleColor(ImGuiCol_Text, ImVec4(0, 0, 0, 0));
    }
    const bool changed = ImGui::InputTextMultiline(name.c_str(), &value, {-1, height});
    if (reading) {
        ImGui::PopStyleColor();
    }
    note(id, value.c_str());
    const bool hinting = value.empty() && !hint.empty() && !ImGui::IsItemActive();
    if (reading || hinting) {
        const ImVec2 at = ImGui::GetItemRectMin();
        ImDrawList& draw = *ImGui::GetWindowDrawList();
        draw.PushClipRect(at, ImGui::GetItemRectMax(), true);
        draw.AddText(ImGui::GetFont(), ImGui::GetFontSize(), {at.x + padding.x, at.y + padding.y},
                     hinting ? color(palette().muted) : shade, hinting ? hint.c_str() : value.c_str(), nullptr, room);
        draw.PopClipRect();
    }
    return kept_on_escape(changed, before, value);
}

bool choice(const char* id, const std::string& label, const std::vector<std::pair<std::string, std::string>>& options,
            std::string& value, const std::string& none) {
    label_above(label);
    const auto chosen = std::ranges::find(options, value, &std::pair<std::string, std::string>::first);
    const std::string shown = chosen == options.end() ? (value.empty() ? none : value) : chosen->second;
    bool changed = false;
    ImGui::SetNextItemWidth(-1);
    const bool open = ImGui::BeginCombo((std::string("###") + id).c_str(), shown.c_str(), ImGuiComboFlags_HeightLarge);
    note(id, shown.c_str());
    if (open) {
        for (const auto& [option, text] : options) {
            if (ImGui::Selectable((text + "###" + id + option).c_str(), option == value)) {
                value = option;
                changed = true;
            }
            note((std::string(id) + "." + option).c_str(), text.c_str());
        }
        ImGui::EndCombo();
    }
    return changed;
}

bool segments(const char* id, const std::vector<std::pair<std::string, std::string>>& options, std::string& value) {
    bool changed = false;
    bool first = true;
    for (const auto& [option, text] : options) {
        if (!first) {
            ImGui::SameLine(0, em(0.25f));
        }
        first = false;
        const bool chosen = option == value;
        const float width = ImGui::CalcTextSize(text.c_str()).x + 2 * ImGui::GetStyle().FramePadding.x;
        if (ImGui::GetContentRegionAvail().x < width && ImGui::GetCursorPosX() > em(2)) {
            ImGui::NewLine();
        }
        if (button((std::string(id) + "." + option).c_str(), text, chosen ? Kind::primary : Kind::plain)) {
            changed = !chosen;
            value = option;
        }
    }
    return changed;
}

bool search_field(const char* id, const std::string& hint, std::string& value, float width, bool focus, bool arrows) {
    if (focus) {
        ImGui::SetKeyboardFocusHere();
    }
    ImGui::SetNextItemWidth(width);
    const std::string shown = std::string(icon::search) + "  " + hint;
    // A field with a history of its own keeps the arrows; this one's is empty.
    const ImGuiInputTextCallback none = [](ImGuiInputTextCallbackData*) { return 0; };
    const bool changed = ImGui::InputTextWithHint(
        (std::string("###") + id).c_str(), shown.c_str(), &value,
        arrows ? ImGuiInputTextFlags_CallbackHistory : ImGuiInputTextFlags_None, arrows ? none : nullptr);
    note(id, value.c_str());
    return changed;
}

}  // namespace fieldseal::desktop::ui
