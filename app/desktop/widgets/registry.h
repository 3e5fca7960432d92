// What was drawn, by stable id, for whoever listens (tests, screenshots): so that they find and click things by name.
#pragma once

#include <imgui.h>

#include <map>
#include <string>

namespace fieldseal::desktop::ui {

struct Drawn {
    ImVec2 least;
    ImVec2 most;
    std::string text;
    bool enabled = true;
    /// Whether its middle can be seen and clicked, and is not scrolled away.
    bool reachable = true;
    ImVec2 middle() const { return {(least.x + most.x) / 2, (least.y + most.y) / 2}; }
};

using Registry = std::map<std::string, Drawn, std::less<>>;

/// Null where nobody listens. The listener empties it at each frame.
void listen(Registry* registry);
/// Scrolls to the item with this id when it is drawn next; "" for none.
void scroll_to(const std::string& id);
/// Notes the last item under this id.
void note(const char* id, const char* text, bool enabled = true);
/// Notes what is drawn there, which is no item of Dear ImGui.
void note_at(const char* id, const char* text, ImVec2 least, ImVec2 most);

}  // namespace fieldseal::desktop::ui
