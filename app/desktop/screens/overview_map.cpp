// Ukraine's regions coloured by a figure, sites that say where they lie as points, and the table beside them with the same figures.
#include "app/desktop/screens/overview_map.h"

#include <imgui.h>

#include <algorithm>
#include <set>

#include "app/desktop/screens/numbers.h"
#include "app/desktop/screens/regions.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

using portfolio::MapPoint;

/// From the map's measure to the screen's.
struct Fit {
    ImVec2 origin;
    float scale = 1;
    ImVec2 at(const MapPoint& point) const { return {origin.x + static_cast<float>(point.x) * scale, origin.y - static_cast<float>(point.y) * scale}; }
    MapPoint back(const ImVec2& point) const { return {(point.x - origin.x) / scale, (origin.y - point.y) / scale}; }
};

struct Bounds {
    MapPoint least{1e9, 1e9};
    MapPoint most{-1e9, -1e9};
};

const Bounds& bounds() {
    static const Bounds all = [] {
        Bounds made;
        for (const portfolio::RegionOutline& region : portfolio::ukraine()) {
            for (const portfolio::Ring& ring : region.rings) {
                for (const MapPoint& point : ring) {
                    made.least = {std::min(made.least.x, point.x), std::min(made.least.y, point.y)};
                    made.most = {std::max(made.most.x, point.x), std::max(made.most.y, point.y)};
                }
            }
        }
        return made;
    }();
    return all;
}

Fit fit_into(const ImVec2& at, const ImVec2& size) {
    const Bounds& all = bounds();
    const auto width = static_cast<float>(all.most.x - all.least.x);
    const auto height = static_cast<float>(all.most.y - all.least.y);
    Fit fit;
    fit.scale = std::min(size.x / width, size.y / height);
    fit.origin = {at.x + (size.x - width * fit.scale) / 2 - static_cast<float>(all.least.x) * fit.scale,
                  at.y + (size.y - height * fit.scale) / 2 + static_cast<float>(all.most.y) * fit.scale};
    return fit;
}

const portfolio::HeatRow* row_of(const OverviewView& view, const std::string& region) {
    const auto found = std::ranges::find(view.rows, region, &portfolio::HeatRow::key);
    return found == view.rows.end() ? nullptr : &*found;
}

ImVec4 between(const ImVec4& a, const ImVec4& b, float share) {
    return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, a.z + (b.z - a.z) * share, 1};
}

std::size_t count_of(const portfolio::HeatRow& row, const std::string& shade) {
    return shade == "overdue" ? row.overdue : row.sites;
}

std::size_t most_of(const OverviewView& view) {
    std::size_t most = 1;
    for (const portfolio::HeatRow& row : view.rows) {
        most = std::max(most, row.key.empty() ? 0 : count_of(row, view.map.shade));
    }
    return most;
}

ImVec4 count_shade(std::size_t count, std::size_t most, const std::string& shade) {
    const ImVec4& full = shade == "overdue" ? palette().caution : palette().accent;
    return between(palette().card, full, 0.15f + 0.5f * static_cast<float>(count) / static_cast<float>(most));
}

/// Colour and, since colour is never the only sign, the figure that stands in the region; "" where there is none.
std::pair<ImVec4, std::string> figure(const OverviewView& view, const portfolio::HeatRow* row, std::size_t most) {
    if (view.map.shade == "score") {
        if (row == nullptr || row->overall.sites.empty()) {
            return {palette().raised, row == nullptr ? "" : "–"};
        }
        return {score_shade(row->overall.mean), mean_text(row->overall.mean)};
    }
    if (row == nullptr || count_of(*row, view.map.shade) == 0) {
        return {palette().raised, row == nullptr ? "" : "0"};
    }
    const std::size_t count = count_of(*row, view.map.shade);
    return {count_shade(count, most, view.map.shade), std::to_string(count)};
}

void fill_region(ImDrawList& draw, const portfolio::RegionOutline& region, const Fit& fit, ImU32 shade) {
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    for (std::size_t i = 0; i < region.rings.size(); ++i) {
        const portfolio::Ring& ring = region.rings[i];
        const auto& triangles = region.triangles[i];
        draw.PrimReserve(static_cast<int>(triangles.size() * 3), static_cast<int>(ring.size()));
        const unsigned base = draw._VtxCurrentIdx;
        for (const portfolio::Triangle& triangle : triangles) {
            for (const std::uint32_t corner : triangle) {
                draw.PrimWriteIdx(static_cast<ImDrawIdx>(base + corner));
            }
        }
        for (const MapPoint& point : ring) {
            draw.PrimWriteVtx(fit.at(point), white, shade);
        }
    }
}

void outline_region(ImDrawList& draw, const portfolio::RegionOutline& region, const Fit& fit, ImU32 shade, float width) {
    for (const portfolio::Ring& ring : region.rings) {
        for (const MapPoint& point : ring) {
            draw.PathLineTo(fit.at(point));
        }
        draw.PathStroke(shade, ImDrawFlags_Closed, width);
    }
}

void keep_points(App& app) {
    MapView& map = app.overview.map;
    if (map.generation == app.snapshot->generation || app.running("places")) {
        return;
    }
    map.generation = app.snapshot->generation;
    auto points = std::make_shared<std::vector<MapPoint>>();
    app.run(
        "places",
        [points](session::Session& session, const session::Progress& progress) {
            for (const portfolio::SitePlace& place : session.site_places(progress)) {
                points->push_back(portfolio::project(place.longitude, place.latitude));
            }
        },
        [&app, points] { app.overview.map.points = points; });
}

/// One dot where several would cover each other.
void draw_points(ImDrawList& draw, const std::vector<MapPoint>& points, const Fit& fit) {
    const float radius = em(0.2f);
    std::set<std::pair<int, int>> drawn;
    for (const MapPoint& point : points) {
        const ImVec2 at = fit.at(point);
        if (drawn.emplace(static_cast<int>(at.x / radius), static_cast<int>(at.y / radius)).second) {
            draw.AddCircleFilled(at, radius + em(0.07f), color(palette().card));
            draw.AddCircleFilled(at, radius, color(palette().text));
        }
    }
}

std::string figures_text(const portfolio::HeatRow* row) {
    if (row == nullptr) {
        return tr("no sites here");
    }
    std::string text = trn("%d site", "%d sites", static_cast<std::int64_t>(row->sites));
    text += "  ·  " + fill(tr("{} not visited yet"), {std::to_string(row->unvisited)});
    text += "  ·  " + fill(tr("{} overdue"), {std::to_string(row->overdue)});
    if (!row->overall.sites.empty()) {
        text += "  ·  " + fill(tr("mean score {}"), {mean_text(row->overall.mean)});
    }
    return text;
}

void legend(const OverviewView& view) {
    const auto entry = [](const ImVec4& shade, const std::string& text) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float side = ImGui::GetTextLineHeight() * 0.8f;
        ImDrawList& draw = *ImGui::GetWindowDrawList();
        draw.AddRectFilled({at.x, at.y + em(0.1f)}, {at.x + side, at.y + em(0.1f) + side}, color(shade), em(0.15f));
        draw.AddRect({at.x, at.y + em(0.1f)}, {at.x + side, at.y + em(0.1f) + side}, color(palette().muted), em(0.15f));
        ImGui::Dummy({side, side});
        ImGui::SameLine(0, em(0.35f));
        ui::small(text);
        ImGui::SameLine(0, em(1));
    };
    if (view.map.shade == "score") {
        entry(palette().bad_soft, fill(tr("under {}"), {mean_text(weak_mean)}));
        entry(palette().caution_soft, fill(tr("under {}"), {mean_text(sound_mean)}));
        entry(palette().good_soft, fill(tr("{} and more"), {mean_text(sound_mean)}));
        entry(palette().raised, tr("no score"));
    } else {
        const std::size_t most = most_of(view);
        entry(count_shade(1, most, view.map.shade), "1");
        if (most > 1) {
            entry(count_shade(most, most, view.map.shade), std::to_string(most));
        }
        entry(palette().raised, tr("none"));
    }
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::GetWindowDrawList()->AddCircleFilled({at.x + em(0.3f), at.y + ImGui::GetTextLineHeight() * 0.45f}, em(0.2f), color(palette().text));
    ImGui::Dummy({em(0.6f), em(0.6f)});
    ImGui::SameLine(0, em(0.35f));
    const std::size_t all = view.overview->sites.size() + view.overview->unvisited.size();
    const std::size_t placed = view.map.points ? view.map.points->size() : 0;
    ui::small(fill(tr("a site that says where it lies: {} of {}"), {std::to_string(placed), std::to_string(all)}));
}

void open_region(App& app, const portfolio::HeatRow* row) {
    if (row != nullptr) {
        portfolio::SiteFilter filter = filter_of_row("region", row->key);
        if (app.overview.map.shade == "overdue") {
            filter.visit = portfolio::VisitState::overdue;
        } else if (app.overview.map.shade == "score" && !row->overall.sites.empty()) {
            filter.visit = portfolio::VisitState::scored;
        }
        open_sites(app, filter);
    }
}

/// The keys of the map, while it has them. True when Enter was pressed.
bool keys(MapView& map) {
    if (!ImGui::IsWindowFocused() || ImGui::GetIO().WantTextInput || ImGui::GetIO().KeyAlt) {
        return false;
    }
    const auto& regions = portfolio::ukraine();
    const double east = (pressed(Key::right) ? 1 : 0) - (pressed(Key::left) ? 1 : 0);
    const double north = (pressed(Key::up) ? 1 : 0) - (pressed(Key::down) ? 1 : 0);
    if (east != 0 || north != 0) {
        map.region = portfolio::region_towards(regions, map.region, east, north);
    }
    if (pressed(Key::tab)) {
        map.focus_table = true;
    }
    return pressed(Key::enter);
}

void canvas(App& app) {
    OverviewView& view = app.overview;
    MapView& map = view.map;
    const auto& regions = portfolio::ukraine();
    if (std::exchange(map.focus_map, false)) {
        ImGui::SetNextWindowFocus();
    }
    // Its own keys, not those that move between buttons.
    ImGui::BeginChild("overview.map", {0, ImGui::GetContentRegionAvail().y - ImGui::GetTextLineHeightWithSpacing()}, true,
                      ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 size = ImGui::GetContentRegionAvail();
    const Fit fit = fit_into(at, size);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const bool enter = keys(map);
    const std::size_t most = most_of(view);
    for (const portfolio::RegionOutline& region : regions) {
        fill_region(draw, region, fit, color(figure(view, row_of(view, region.code), most).first));
        outline_region(draw, region, fit, color(palette().muted), em(0.06f));
    }
    outline_region(draw, regions[map.region], fit, color(palette().accent), em(0.18f));
    if (map.points) {
        draw_points(draw, *map.points, fit);
    }
    ImGui::PushFont(fonts().small);
    for (const portfolio::RegionOutline& region : regions) {
        const std::string text = figure(view, row_of(view, region.code), most).second;
        const ImVec2 middle = fit.at(region.middle);
        const ImVec2 extent = ImGui::CalcTextSize(text.c_str());
        ui::note_at(("map." + region.code).c_str(), text.c_str(), {middle.x - 2, middle.y - 2}, {middle.x + 2, middle.y + 2});
        // Kyiv and Sevastopol are too small for a number: the tooltip and the table have theirs.
        if (!text.empty() && region.area() * fit.scale * fit.scale > 2.5f * extent.x * extent.y) {
            const ImVec2 corner{middle.x - extent.x / 2, middle.y - extent.y / 2};
            draw.AddRectFilled({corner.x - em(0.15f), corner.y}, {corner.x + extent.x + em(0.15f), corner.y + extent.y}, color(ImVec4(palette().card.x, palette().card.y, palette().card.z, 0.75f)), em(0.2f));
            draw.AddText(corner, color(palette().text), text.c_str());
        }
    }
    ImGui::PopFont();
    ImGui::InvisibleButton("overview.canvas", {std::max(1.0f, size.x), std::max(1.0f, size.y)});
    bool open = enter;
    if (const auto over = ImGui::IsItemHovered() ? portfolio::region_at(regions, fit.back(ImGui::GetIO().MousePos)) : std::nullopt) {
        ImGui::BeginTooltip();
        ui::bold(region_text(regions[*over].code));
        ui::small(figures_text(row_of(view, regions[*over].code)));
        ImGui::EndTooltip();
        if (ImGui::IsItemClicked()) {
            open = *over == map.region;
            map.region = *over;
        }
    }
    const bool focused = ImGui::IsWindowFocused();
    ImGui::EndChild();
    if (focused) {
        // Around it: what lies under the child's own face would not be seen.
        const float around = em(0.08f);
        const ImVec2 from = ImGui::GetItemRectMin();
        const ImVec2 to = ImGui::GetItemRectMax();
        ImGui::GetWindowDrawList()->AddRect({from.x - around, from.y - around}, {to.x + around, to.y + around}, color(palette().accent), ImGui::GetStyle().ChildRounding, 0, em(0.15f));
    }
    if (open) {
        open_region(app, row_of(view, regions[map.region].code));
    }
}

/// Whichever of the two was moved last takes the other along.
void keep_together(OverviewView& view) {
    MapView& map = view.map;
    const auto& regions = portfolio::ukraine();
    const auto row = static_cast<std::size_t>(view.selected);
    if (!map.together || map.together->first != row) {
        const auto region = std::ranges::find(regions, view.rows[row].key, &portfolio::RegionOutline::code);
        map.region = region == regions.end() ? map.region : static_cast<std::size_t>(region - regions.begin());
    } else if (map.together->second != map.region) {
        const auto other = std::ranges::find(view.rows, regions[map.region].code, &portfolio::HeatRow::key);
        view.selected = other == view.rows.end() ? view.selected : static_cast<int>(other - view.rows.begin());
    }
    map.together = {static_cast<std::size_t>(view.selected), map.region};
}

}  // namespace

void draw_overview_map(App& app) {
    OverviewView& view = app.overview;
    MapView& map = view.map;
    keep_points(app);
    keep_together(view);
    ImGui::SameLine(0, em(1.5f));
    if (ui::segments("map.shade", {{"score", tr("mean score")}, {"sites", tr("number of sites")}, {"overdue", tr("overdue")}}, map.shade)) {
        map.focus_map = true;
    }
    const std::string& code = portfolio::ukraine()[map.region].code;
    ui::bold(region_text(code));
    ImGui::SameLine(0, em(1.2f));
    if (const portfolio::HeatRow* row = row_of(view, code)) {
        draw_counts(app, *row, true);
    } else {
        ui::muted(tr("no sites here"));
    }
    const float right = std::min(em(31), ImGui::GetContentRegionAvail().x * 0.45f);
    ImGui::BeginChild("overview.left", {ImGui::GetContentRegionAvail().x - right - em(0.8f), 0}, false, ImGuiWindowFlags_NoBackground);
    canvas(app);
    legend(view);
    ImGui::EndChild();
    ImGui::SameLine(0, em(0.8f));
    ImGui::BeginChild("overview.right", {0, 0}, false, ImGuiWindowFlags_NoBackground);
    if (ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows) && pressed(Key::tab)) {
        map.focus_map = true;
    }
    if (std::exchange(map.focus_table, false)) {
        ui::focus_table();
    }
    draw_rows(app, false);
    ImGui::EndChild();
}

}  // namespace fieldseal::desktop
