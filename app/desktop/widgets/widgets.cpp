#include "app/desktop/widgets/widgets.h"

#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop::ui {

namespace {

Registry* registry = nullptr;
std::string wanted;

struct ButtonLook {
    ImVec4 face, hover, active, text, border;
};

ButtonLook look_of(Kind kind) {
    const Palette& p = palette();
    const auto mix = [](const ImVec4& a, const ImVec4& b, float share) {
        return ImVec4(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, a.z + (b.z - a.z) * share, 1);
    };
    switch (kind) {
        case Kind::primary: return {p.accent, mix(p.accent, p.text, 0.12f), mix(p.accent, p.text, 0.25f), p.on_accent, p.accent};
        case Kind::danger: return {p.card, p.bad_soft, p.bad_soft, p.bad, p.bad};
        case Kind::quiet: return {ImVec4(0, 0, 0, 0), p.raised, p.accent_soft, p.text, ImVec4(0, 0, 0, 0)};
        case Kind::plain: break;
    }
    return {p.card, p.raised, p.accent_soft, p.text, p.border};
}

std::pair<ImVec4, ImVec4> colors_of(State state) {
    const Palette& p = palette();
    switch (state) {
        case State::good: return {p.good, p.good_soft};
        case State::caution: return {p.caution, p.caution_soft};
        case State::bad: return {p.bad, p.bad_soft};
        case State::accent: return {p.accent, p.accent_soft};
        case State::neutral: break;
    }
    return {p.muted, p.raised};
}

void styled(ImFont* font, const ImVec4& shade, const std::string& text) {
    ImGui::PushFont(font);
    ImGui::PushStyleColor(ImGuiCol_Text, shade);
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(text.c_str(), text.c_str() + text.size());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

float badge_inset() {
    return em(0.45f);
}

void label_above(const std::string& label) {
    if (!label.empty()) {
        styled(fonts().small, palette().muted, label);
    }
}

}  // namespace

void listen(Registry* listener) {
    registry = listener;
}

void scroll_to(const std::string& id) {
    wanted = id;
}

void note(const char* id, const char* text, bool enabled) {
    if (registry == nullptr) {
        return;
    }
    const ImVec2 least = ImGui::GetItemRectMin();
    const ImVec2 most = ImGui::GetItemRectMax();
    const ImVec2 middle{(least.x + most.x) / 2, (least.y + most.y) / 2};
    const bool reachable = ImGui::IsRectVisible(middle, {middle.x + 1, middle.y + 1});
    (*registry)[id] = {least, most, text, enabled, reachable};
    if (wanted == id) {
        wanted.clear();
        ImGui::SetScrollHereY();
    }
}

void note_at(const char* id, const char* text, ImVec2 least, ImVec2 most) {
    if (registry != nullptr) {
        const ImVec2 middle{(least.x + most.x) / 2, (least.y + most.y) / 2};
        (*registry)[id] = {least, most, text, true, ImGui::IsRectVisible(middle, {middle.x + 1, middle.y + 1})};
    }
}

void title(const std::string& text) {
    styled(fonts().title, palette().text, text);
}

void heading(const std::string& text) {
    styled(fonts().heading, palette().text, text);
}

void body(const std::string& text) {
    styled(fonts().body, palette().text, text);
}

void bold(const std::string& text) {
    styled(fonts().bold, palette().text, text);
}

void muted(const std::string& text) {
    styled(fonts().body, palette().muted, text);
}

void small(const std::string& text) {
    styled(fonts().small, palette().muted, text);
}

float badge_height() {
    return fonts().small->FontSize + badge_inset() * 0.6f;
}

void badge(State state, const char* icon, const std::string& text) {
    const auto [front, back] = colors_of(state);
    const std::string shown = std::string(icon) + " " + text;
    ImGui::PushFont(fonts().small);
    const ImVec2 size = ImGui::CalcTextSize(shown.c_str());
    ImVec2 at = ImGui::GetCursorScreenPos();
    const float inset = badge_inset();
    // Its words and those beside it stand on one line, whether these are a button's or plain. Being smaller, they begin
    // lower; what follows is to begin where it would without a badge.
    const float begins = inset * 0.3f - (fonts().body->Ascent - fonts().small->Ascent);
    at.y += std::round(std::max(0.0f, ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset - begins));
    const ImVec2 end{at.x + size.x + 2 * inset, at.y + badge_height()};
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddRectFilled(at, end, color(back), em(0.4f));
    draw.AddText({at.x + inset, at.y + inset * 0.3f}, color(front), shown.c_str());
    const ImRect box(at, end);
    ImGui::ItemSize(box.GetSize(), std::max(0.0f, std::floor(begins)));
    ImGui::ItemAdd(box, 0);
    ImGui::PopFont();
}

bool button(const char* id, const std::string& text, Kind kind, const char* icon, bool enabled, float width) {
    const ButtonLook look = look_of(kind);
    ImGui::PushStyleColor(ImGuiCol_Button, look.face);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, look.hover);
    ImGui::PushStyleColor(ImGuiCol_ButtonActive, look.active);
    ImGui::PushStyleColor(ImGuiCol_Text, look.text);
    ImGui::PushStyleColor(ImGuiCol_Border, look.border);
    ImGui::BeginDisabled(!enabled);
    const std::string label = (icon != nullptr ? std::string(icon) + "  " : std::string()) + text + "###" + id;
    bool pushed = ImGui::Button(label.c_str(), {width < 0 ? ImGui::GetContentRegionAvail().x : width, 0});
    // Dear ImGui takes Space only; people press Enter.
    const ImGuiIO& io = ImGui::GetIO();
    pushed = pushed || (io.NavVisible && !io.WantTextInput && ImGui::IsItemFocused() && pressed(Key::enter));
    ImGui::EndDisabled();
    note(id, text.c_str(), enabled);
    ImGui::PopStyleColor(5);
    return pushed && enabled;
}

bool check_box(const char* id, const std::string& text, bool& value) {
    // A smaller box than a field is high; the text beside it is part of the target.
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {em(0.2f), em(0.2f)});
    const bool changed = ImGui::Checkbox((text + "###" + id).c_str(), &value);
    ImGui::PopStyleVar();
    note(id, text.c_str());
    return changed;
}

namespace {

/// Dear ImGui takes back what was typed when Escape is pressed. A person who leaves a note with Escape means to keep it.
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

bool number_text_field(const char* id, const std::string& label, std::string& value, const std::string& hint, bool focus) {
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
    const bool changed = ImGui::InputTextWithHint((std::string("###") + id).c_str(), hint.c_str(), &value, ImGuiInputTextFlags_CallbackAlways, to_the_end, &focus);
    note(id, value.c_str());
    return kept_on_escape(changed, before, value);
}

bool note_field(const char* id, const std::string& label, std::string& value, float lines, const std::string& hint) {
    label_above(label);
    const float height = lines * ImGui::GetTextLineHeight() + 2 * ImGui::GetStyle().FramePadding.y;
    const std::string before = value;
    const bool changed = ImGui::InputTextMultiline((std::string("###") + id).c_str(), &value, {-1, height});
    note(id, value.c_str());
    if (value.empty() && !hint.empty() && !ImGui::IsItemActive()) {
        const ImVec2 at = ImGui::GetItemRectMin();
        const ImVec2 padding = ImGui::GetStyle().FramePadding;
        ImGui::GetWindowDrawList()->AddText({at.x + padding.x, at.y + padding.y}, color(palette().muted), hint.c_str());
    }
    return kept_on_escape(changed, before, value);
}

bool choice(const char* id, const std::string& label, const std::vector<std::pair<std::string, std::string>>& options, std::string& value, const std::string& none) {
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
    const bool changed = ImGui::InputTextWithHint((std::string("###") + id).c_str(), shown.c_str(), &value,
                                                  arrows ? ImGuiInputTextFlags_CallbackHistory : ImGuiInputTextFlags_None, arrows ? none : nullptr);
    note(id, value.c_str());
    return changed;
}

namespace {

struct OpenCard {
    bool fitted = false;
    ImVec2 start;
    float width = 0;
    /// Where the page's lines and fields end, for what follows.
    float content_end = 0;
    float work_end = 0;
    ImDrawListSplitter splitter;
};
/// On the heap, since a splitter must not be copied or moved.
std::vector<std::unique_ptr<OpenCard>>& cards() {
    static std::vector<std::unique_ptr<OpenCard>> open;
    return open;
}

}  // namespace

void begin_card(const char* id, float width, float height) {
    OpenCard& card = *cards().emplace_back(std::make_unique<OpenCard>());
    if (height != 0) {
        ImGui::BeginChild(id, {width, height < 0 ? 0 : height}, true);
        return;
    }
    // Fits its content: drawn on top, the face below once the height is known.
    card.fitted = true;
    card.start = ImGui::GetCursorScreenPos();
    card.width = width > 0 ? width : ImGui::GetContentRegionAvail().x;
    card.splitter.Split(ImGui::GetWindowDrawList(), 2);
    card.splitter.SetCurrentChannel(ImGui::GetWindowDrawList(), 1);
    const ImVec2 padding = ImGui::GetStyle().WindowPadding;
    ImGui::PushID(id);
    ImGui::BeginGroup();
    ImGui::Dummy({0, padding.y - ImGui::GetStyle().ItemSpacing.y});
    ImGui::Indent(padding.x);
    // Wrapping and full-width items stop before the card's edge.
    ImGuiWindow* window = ImGui::GetCurrentWindow();
    ImGui::PushItemWidth(card.width - 2 * padding.x);
    card.content_end = window->ContentRegionRect.Max.x;
    card.work_end = window->WorkRect.Max.x;
    window->ContentRegionRect.Max.x = card.start.x + card.width - padding.x;
    window->WorkRect.Max.x = card.start.x + card.width - padding.x;
}

void end_card() {
    const std::unique_ptr<OpenCard> held = std::move(cards().back());
    OpenCard& card = *held;
    cards().pop_back();
    if (!card.fitted) {
        ImGui::EndChild();
        return;
    }
    const ImVec2 padding = ImGui::GetStyle().WindowPadding;
    ImGui::PopItemWidth();
    ImGui::Unindent(padding.x);
    ImGui::Dummy({card.width, padding.y - ImGui::GetStyle().ItemSpacing.y});
    ImGui::EndGroup();
    ImGui::PopID();
    ImGuiWindow* window = ImGui::GetCurrentWindow();
    window->ContentRegionRect.Max.x = card.content_end;
    window->WorkRect.Max.x = card.work_end;
    const ImVec2 end{card.start.x + card.width, ImGui::GetItemRectMax().y};
    ImDrawList* draw = ImGui::GetWindowDrawList();
    card.splitter.SetCurrentChannel(draw, 0);
    draw->AddRectFilled(card.start, end, color(palette().card), ImGui::GetStyle().ChildRounding);
    draw->AddRect(card.start, end, color(palette().border), ImGui::GetStyle().ChildRounding);
    card.splitter.Merge(draw);
}

void gap(float ems) {
    ImGui::Dummy({0, em(ems)});
}

void line() {
    ImGui::Separator();
}

void empty_state(const char* icon, const std::string& heading_text, const std::string& text) {
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float width = std::min(space.x, em(30));
    ImGui::SetCursorPos({ImGui::GetCursorPosX() + (space.x - width) / 2, ImGui::GetCursorPosY() + std::max(em(1), space.y / 2 - em(6))});
    ImGui::BeginGroup();
    const auto centred = [width](ImFont* font, const ImVec4& shade, const char* line) {
        ImGui::PushFont(font);
        const float indent = std::max(0.0f, (width - ImGui::CalcTextSize(line).x) / 2);
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + indent);
        ImGui::PushStyleColor(ImGuiCol_Text, shade);
        ImGui::TextUnformatted(line);
        ImGui::PopStyleColor();
        ImGui::PopFont();
    };
    centred(fonts().title, palette().muted, icon);
    centred(fonts().heading, palette().text, heading_text.c_str());
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    ImGui::PushStyleColor(ImGuiCol_Text, palette().muted);
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
    ImGui::EndGroup();
}

void progress_bar(float fraction, float width, const std::string& text) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = em(0.5f);
    const float all = width > 0 ? width : ImGui::GetContentRegionAvail().x;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddRectFilled(at, {at.x + all, at.y + height}, color(palette().raised), height / 2);
    if (fraction > 0) {
        draw.AddRectFilled(at, {at.x + std::max(height, all * std::min(fraction, 1.0f)), at.y + height}, color(palette().accent), height / 2);
    }
    ImGui::Dummy({all, height});
    if (!text.empty()) {
        small(text);
    }
}

void score_bar(int score, int low, int high, float width) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = em(0.7f);
    const float all = width > 0 ? width : ImGui::GetContentRegionAvail().x;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const Palette& p = palette();
    draw.AddRectFilled(at, {at.x + all, at.y + height}, color(p.raised), height / 2);
    if (low >= 0 && high > low) {
        draw.AddRectFilled({at.x + all * static_cast<float>(low) / 1000, at.y}, {at.x + all * static_cast<float>(high) / 1000, at.y + height}, color(p.accent_soft), height / 2);
    }
    if (score >= 0) {
        const float x = at.x + all * static_cast<float>(score) / 1000;
        draw.AddRectFilled({x - em(0.14f), at.y - em(0.15f)}, {x + em(0.14f), at.y + height + em(0.15f)}, color(p.accent), em(0.1f));
    }
    ImGui::Dummy({all, height});
}

bool begin_modal(const char* id, int flags) {
    // Dear ImGui gives modal windows the look of plain ones, which have neither.
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ImGui::GetStyle().PopupRounding);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, ImGui::GetStyle().PopupBorderSize);
    const bool open = ImGui::BeginPopupModal(id, nullptr, flags);
    ImGui::PopStyleVar(2);
    return open;
}

void open_confirm(const char* id) {
    ImGui::OpenPopup(id);
}

bool confirm(const char* id, const std::string& heading_text, const std::string& consequence, const std::string& yes, const std::string& no, bool danger) {
    bool agreed = false;
    const ImVec2 middle = ImGui::GetMainViewport()->GetCenter();
    ImGui::SetNextWindowPos(middle, ImGuiCond_Appearing, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({em(28), 0});
    if (begin_modal(id, ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove)) {
        heading(heading_text);
        body(consequence);
        gap(0.4f);
        if (button((std::string(id) + ".yes").c_str(), yes, danger ? Kind::danger : Kind::primary)) {
            agreed = true;
            ImGui::CloseCurrentPopup();
        }
        ImGui::SameLine();
        if (button((std::string(id) + ".no").c_str(), no) || pressed(Key::escape)) {
            ImGui::CloseCurrentPopup();
        }
        ImGui::EndPopup();
    }
    return agreed;
}

}  // namespace fieldseal::desktop::ui
