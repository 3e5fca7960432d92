#include "app/desktop/widgets/table.h"

#include <imgui_internal.h>

#include <algorithm>
#include <utility>

#include "app/desktop/look/theme.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/widgets/registry.h"
#include "app/desktop/widgets/widgets.h"

namespace fieldseal::desktop::ui {

namespace {

bool focus_next_table = false;

}  // namespace

void focus_table() {
    focus_next_table = true;
}

float table_row_height() {
    // The highest thing that stands in a row: a row that grew would push the last one out of what can be scrolled to.
    return std::max(ImGui::GetTextLineHeight(), badge_height()) + 2 * ImGui::GetStyle().CellPadding.y;
}

float table_height(int rows) {
    ImGui::PushFont(fonts().small);
    const float head = ImGui::GetTextLineHeight() + 2 * ImGui::GetStyle().CellPadding.y;
    ImGui::PopFont();
    return head + static_cast<float>(rows) * table_row_height() + 2;
}

bool link(const char* id, const std::string& text, bool chosen, bool enabled) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    // The table's own keys choose it: Dear ImGui's would move to the next row.
    ImGui::PushItemFlag(ImGuiItemFlags_NoNav, true);
    const bool clicked = ImGui::InvisibleButton(id, {std::max(size.x, em(1.6f)), size.y});
    ImGui::PopItemFlag();
    const bool lit = enabled && (chosen || ImGui::IsItemHovered());
    note(id, text.c_str(), enabled);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddText(at, color(lit ? palette().accent : enabled ? palette().text : palette().muted), text.c_str());
    if (enabled) {
        draw.AddLine({at.x, at.y + size.y}, {at.x + size.x, at.y + size.y},
                     color(lit ? palette().accent : palette().border));
    }
    if (chosen) {
        draw.AddRect({at.x - em(0.3f), at.y - em(0.1f)}, {at.x + size.x + em(0.3f), at.y + size.y + em(0.1f)},
                     color(palette().accent), em(0.2f), 0, em(0.1f));
    }
    return clicked && enabled;
}

int table(const char* id, const std::vector<Column>& columns, int count, int& selected,
          const std::function<void(int)>& row, float height, CellChoice* cells) {
    int activated = -1;
    const ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerH |
                                  ImGuiTableFlags_PadOuterX | ImGuiTableFlags_SizingStretchProp;
    // Below a full page a list still shows some rows; the page scrolls then.
    if (height == 0 && ImGui::GetContentRegionAvail().y < em(10)) {
        height = em(14);
    }
    const bool focus = std::exchange(focus_next_table, false);
    if (focus) {
        ImGui::SetNextWindowFocus();
    }
    if (!ImGui::BeginTable(id, static_cast<int>(columns.size()), flags, {0, height})) {
        return activated;
    }
    ImGui::TableSetupScrollFreeze(0, 1);
    for (const Column& column : columns) {
        const bool fixed = column.width < 0;
        ImGui::TableSetupColumn(column.name,
                                fixed ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch,
                                fixed ? em(-column.width) : column.width);
    }
    ImGui::PushStyleColor(ImGuiCol_Text, palette().muted);
    ImGui::PushFont(fonts().small);
    // The arrows move through rows and their numbers, not through names of columns.
    ImGui::PushItemFlag(ImGuiItemFlags_NoNav, true);
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
        const Column& column = columns[static_cast<std::size_t>(i)];
        ImGui::TableSetColumnIndex(i);
        ImGui::PushID(i);
        ImGui::TableHeader(column.name);
        ImGui::PopID();
        if (column.hint != nullptr) {
            note((std::string(id) + ".head." + std::to_string(i)).c_str(), column.hint);
            if (ImGui::IsItemHovered()) {
                ImGui::SetTooltip("%s", column.hint);
            }
        }
    }
    ImGui::PopItemFlag();
    ImGui::PopFont();
    ImGui::PopStyleColor();
    const bool focused = ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows) && !ImGui::GetIO().WantTextInput;
    bool scroll = false;
    if (cells != nullptr) {
        cells->focused = focused;
    }
    if (focused && count > 0) {
        const int before = selected;
        selected += (pressed(Key::down) ? 1 : 0) - (pressed(Key::up) ? 1 : 0) + (pressed(Key::page_down) ? 15 : 0) -
                    (pressed(Key::page_up) ? 15 : 0);
        if (pressed(Key::home)) {
            selected = 0;
        }
        if (pressed(Key::end)) {
            selected = count - 1;
        }
        selected = std::clamp(selected, 0, count - 1);
        scroll = selected != before;
        if (cells != nullptr && !ImGui::GetIO().KeyAlt) {
            cells->chosen = std::clamp(cells->chosen + (pressed(Key::right) ? 1 : 0) - (pressed(Key::left) ? 1 : 0), 0,
                                       std::max(0, cells->count - 1));
        }
        if (pressed(Key::enter)) {
            activated = selected;
        }
    }
    const float row_height = table_row_height();
    ImGuiListClipper clipper;
    clipper.Begin(count, row_height);
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            ImGui::TableNextRow(ImGuiTableRowFlags_None, row_height);
            ImGui::TableNextColumn();
            const std::string name = std::string("###") + id + "." + std::to_string(i);
            const ImVec2 start = ImGui::GetCursorPos();
            if (ImGui::Selectable(name.c_str(), i == selected,
                                  ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap,
                                  {0, row_height - 2 * ImGui::GetStyle().CellPadding.y})) {
                selected = i;
                activated = i;
            }
            note(name.c_str() + 3, "");
            if (i == selected && (scroll || focus)) {
                // Dear ImGui's own mark goes along, so that there are not two.
                ImGui::SetFocusID(ImGui::GetItemID(), ImGui::GetCurrentWindow());
            }
            ImGui::SetCursorPos(start);
            row(i);
        }
    }
    if (scroll) {
        ImGui::SetScrollY(std::max(0.0f, static_cast<float>(selected) * row_height - ImGui::GetWindowHeight() / 2));
    }
    ImGui::EndTable();
    return activated;
}

void next_cell() {
    ImGui::TableNextColumn();
}

void cell_text(std::string_view text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    // A row is one line high.
    const std::string_view first = text.substr(0, text.find('\n'));
    const char* const line_end = begin + first.size();
    const float room = ImGui::GetContentRegionAvail().x;
    if (first.size() == text.size() && ImGui::CalcTextSize(begin, end).x <= room) {
        ImGui::TextUnformatted(begin, end);
        return;
    }
    constexpr std::string_view cut = "…";
    const char* fits = begin;
    ImGui::GetFont()->CalcTextSizeA(ImGui::GetFontSize(), std::max(1.0f, room - ImGui::CalcTextSize(cut.data()).x), 0,
                                    begin, line_end, &fits);
    std::string_view shown = text.substr(0, static_cast<std::size_t>(fits - begin));
    while (shown.ends_with(' ')) {
        shown.remove_suffix(1);
    }
    ImGui::TextUnformatted((std::string(shown) + std::string(cut)).c_str());
    if (ImGui::IsItemHovered()) {
        ImGui::BeginTooltip();
        ImGui::PushTextWrapPos(em(30));
        ImGui::TextUnformatted(begin, end);
        ImGui::PopTextWrapPos();
        ImGui::EndTooltip();
    }
}

}  // namespace fieldseal::desktop::ui
