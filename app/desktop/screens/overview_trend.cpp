// How the mean score moved from quarter to quarter: a line with its figures in words, each of which opens the sites
// that were visited then.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/desktop/screens/numbers.h"
#include "app/desktop/screens/overview_map.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

constexpr std::size_t quarters_shown = 8;

/// The part of the scale that is drawn: whole tens of per cent around what there is.
struct TrendScale {
    double least = 0;
    double most = 1;
};

TrendScale scale_of(const std::vector<portfolio::TrendPoint>& points) {
    TrendScale scale{1, 0};
    for (const portfolio::TrendPoint& point : points) {
        scale.least = std::min(scale.least, point.mean);
        scale.most = std::max(scale.most, point.mean);
    }
    scale.least = std::max(0.0, std::floor(scale.least * 10 - 0.5) / 10);
    scale.most = std::min(1.0, std::ceil(scale.most * 10 + 0.5) / 10);
    return scale;
}

void text_in_middle(const ImVec2& top, ImFont* font, const ImVec4& shade, const std::string& text) {
    const ImVec2 size = font->CalcTextSizeA(font->FontSize, 1e9f, 0, text.c_str());
    ImGui::GetWindowDrawList()->AddText(font, font->FontSize, {top.x - size.x / 2, top.y}, color(shade), text.c_str());
}

std::string words_of(const portfolio::TrendPoint& point) {
    return quarter_text(point.quarter) + ": " + mean_text(point.mean) + ", " +
           trn("%d site", "%d sites", static_cast<std::int64_t>(point.sites));
}

/// The whole column of a quarter is pressed, by mouse or with Enter.
bool quarter_button(const portfolio::TrendPoint& point, const ImVec2& at, const ImVec2& size) {
    const std::string id = "overview.quarter." + point.quarter;
    ImGui::SetCursorScreenPos(at);
    bool pushed = ImGui::InvisibleButton(id.c_str(), size);
    const ImGuiIO& io = ImGui::GetIO();
    const bool focused = io.NavVisible && ImGui::IsItemFocused();
    pushed = pushed || (focused && !io.WantTextInput && pressed(Key::enter));
    ui::note(id.c_str(), words_of(point).c_str());
    const ImVec2 end{at.x + size.x, at.y + size.y};
    if (focused || ImGui::IsItemHovered()) {
        ImDrawList& draw = *ImGui::GetWindowDrawList();
        draw.AddRectFilled(at, end, color(palette().raised), em(0.3f));
        if (focused) {
            draw.AddRect(at, end, color(palette().accent), em(0.3f), 0, em(0.1f));
        }
    }
    if (ImGui::IsItemHovered()) {
        ImGui::SetTooltip("%s", words_of(point).c_str());
    }
    return pushed;
}

}  // namespace

void draw_trend(App& app) {
    const std::vector<portfolio::TrendPoint>& all = app.overview.trend;
    if (all.empty()) {
        return;
    }
    const std::size_t first = all.size() > quarters_shown ? all.size() - quarters_shown : 0;
    // Copied: what is pressed leads away from here.
    const std::vector<portfolio::TrendPoint> points(all.begin() + static_cast<std::ptrdiff_t>(first), all.end());
    ui::small(tr("Mean score by quarter of the visit, and how many sites were visited"));
    const TrendScale scale = scale_of(points);
    const float line = fonts().small->FontSize;
    const float axis = em(3);
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float column =
        std::min(em(11), (ImGui::GetContentRegionAvail().x - axis) / static_cast<float>(points.size()));
    const float plot = em(2.6f);
    const float height = plot + 2 * line + em(0.9f);
    const float top = start.y + line + em(0.4f);
    const auto place = [&](std::size_t i) {
        const double share = (points[i].mean - scale.least) / std::max(0.01, scale.most - scale.least);
        return ImVec2{start.x + axis + column * (static_cast<float>(i) + 0.5f),
                      top + plot * static_cast<float>(1 - std::clamp(share, 0.0, 1.0))};
    };
    std::optional<std::string> opened;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (quarter_button(points[i], {start.x + axis + column * static_cast<float>(i), start.y}, {column, height})) {
            opened = points[i].quarter;
        }
    }
    const Palette& p = palette();
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float right = start.x + axis + column * static_cast<float>(points.size());
    for (const auto& [y, value] : {std::pair(top, scale.most), std::pair(top + plot, scale.least)}) {
        draw.AddLine({start.x + axis, y}, {right, y}, color(p.border), 1);
        const std::string text = mean_text(value);
        const float width = fonts().small->CalcTextSizeA(line, 1e9f, 0, text.c_str()).x;
        draw.AddText(fonts().small, line, {start.x + axis - width - em(0.4f), y - line / 2}, color(p.muted),
                     text.c_str());
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
        const ImVec2 at = place(i);
        if (i > 0) {
            draw.AddLine(place(i - 1), at, color(p.accent), em(0.13f));
        }
        draw.AddCircleFilled(at, em(0.28f), color(p.accent));
        text_in_middle({at.x, at.y - line - em(0.35f)}, fonts().small, p.text, mean_text(points[i].mean));
        text_in_middle({at.x, top + plot + em(0.3f)}, fonts().small, p.muted,
                       quarter_text(points[i].quarter) + "  (" + std::to_string(points[i].sites) + ")");
    }
    ImGui::SetCursorScreenPos({start.x, start.y + height});
    ImGui::Dummy({1, 1});
    if (opened) {
        portfolio::SiteFilter filter;
        filter.quarter = *opened;
        open_sites(app, filter);
    }
}

}  // namespace fieldseal::desktop
