#include "app/desktop/widgets/widgets.h"

#include <imgui_internal.h>

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

/// Smaller words begin so much lower, to stand on one line with others.
float small_words_drop() {
    return std::round(fonts().body->Ascent - fonts().small->Ascent);
}

/// Whether the line that is gone on with holds something higher than small words.
bool beside_larger() {
    return ImGui::GetCurrentWindow()->DC.CurrLineSize.y > fonts().small->FontSize + 1;
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
    ImGuiWindow& window = *ImGui::GetCurrentWindow();
    const float drop = beside_larger() ? small_words_drop() : 0;
    window.DC.CurrLineTextBaseOffset += drop;
    styled(fonts().small, palette().muted, text);
    // What follows in this line begins where the others do.
    window.DC.PrevLineTextBaseOffset -= drop;
}

void hung(const std::string& sign, const std::string& text, bool in_small) {
    ImFont* const font = in_small ? fonts().small : fonts().body;
    const ImVec4& shade = in_small ? palette().muted : palette().text;
    styled(font, shade, sign);
    ImGui::SameLine(0, em(0.5f));
    styled(font, shade, text);
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
    const ImGuiWindowTempData& line = ImGui::GetCurrentWindow()->DC;
    const float inset = badge_inset();
    // Its words and those beside it stand on one line, whether these are a button's, a heading's, plain or small. Being
    // smaller, they begin lower; what follows is to begin where it would without a badge.
    const float begins = inset * 0.3f - small_words_drop();
    const bool behind_heading = std::abs(line.CurrLineSize.y - fonts().heading->FontSize) < 1;
    if (line.CurrLineSize.y > 0 && !beside_larger()) {
        at.y -= std::round(inset * 0.3f);
    } else if (behind_heading) {
        at.y += std::round(fonts().heading->Ascent - fonts().body->Ascent - begins);
    } else {
        at.y += std::round(std::max(0.0f, line.CurrLineTextBaseOffset - begins));
    }
    const ImVec2 end{at.x + size.x + 2 * inset, at.y + badge_height()};
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddRectFilled(at, end, color(back), em(0.4f));
    // An edge of its own: on a chosen row, which has the shade of one of them, it would have none.
    draw.AddRect(at, end, color({front.x, front.y, front.z, 0.35f}), em(0.4f));
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

void next_form_cell() {
    ImGui::TableNextColumn();
    // Labels stand above fields: a cell must not be lowered to the baseline of the field in the one before.
    ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset = 0;
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
    // Line by line, each in the middle as well.
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, 0});
    for (const char *at = text.c_str(), *const end = at + text.size(); at < end;) {
        const char* line_end = std::max(at + 1, ImGui::GetFont()->CalcWordWrapPositionA(1, at, end, width));
        centred(fonts().body, palette().muted, std::string(at, line_end).c_str());
        at = line_end;
        while (at < end && *at == ' ') {
            ++at;
        }
    }
    ImGui::PopStyleVar();
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
