#include "app/desktop/screens/side_words.h"

#include <imgui.h>

#include "app/desktop/look/theme.h"

namespace fieldseal::desktop {

void side_words(const std::vector<history::WordRun>& runs, bool before) {
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float right = start.x + ImGui::GetContentRegionAvail().x;
    const float height = ImGui::GetTextLineHeightWithSpacing();
    ImVec2 at = start;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    for (const history::WordRun& run : runs) {
        if (run.kind == (before ? history::WordRun::Kind::added : history::WordRun::Kind::removed)) {
            continue;
        }
        const bool only_here = run.kind == (before ? history::WordRun::Kind::removed : history::WordRun::Kind::added);
        const ImU32 shade = color(!only_here ? palette().text : before ? palette().bad : palette().good);
        for (std::size_t from = 0; from < run.text.size();) {
            std::size_t to = run.text.find_first_of(" \n", from);
            to = to == std::string::npos ? run.text.size() : to + 1;
            const bool ends_line = run.text[to - 1] == '\n';
            const std::string word = run.text.substr(from, to - from - (ends_line ? 1 : 0));
            const float width = ImGui::CalcTextSize(word.c_str()).x;
            if (at.x + width > right && at.x > start.x) {
                at = {start.x, at.y + height};
            }
            draw.AddText(at, shade, word.c_str());
            if (only_here) {
                const float y = at.y + height * (before ? 0.4f : 0.78f);
                draw.AddLine({at.x, y}, {at.x + width, y}, shade, em(0.07f));
            }
            at = ends_line ? ImVec2{start.x, at.y + height} : ImVec2{at.x + width, at.y};
            from = to;
        }
    }
    ImGui::Dummy({right - start.x, at.y + height - start.y});
}

}  // namespace fieldseal::desktop
