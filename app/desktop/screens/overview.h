// What the overview has on the screen.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/desktop/widgets/widgets.h"
#include "model/portfolio/outline.h"
#include "model/portfolio/overview.h"

namespace fieldseal::desktop {

struct MapView {
    /// What the colour says: "score", "sites" or "overdue".
    std::string shade = "score";
    /// The region that is chosen, by its place in portfolio::ukraine().
    std::size_t region = 0;
    /// The table's row and the region when they were last looked at.
    std::optional<std::pair<std::size_t, std::size_t>> together;
    /// The map takes the keyboard, or the table does.
    bool focus_map = true;
    bool focus_table = false;
    /// Sites that say where they lie, in the map's measure; null until they are read. Which state of the vault was asked.
    std::shared_ptr<const std::vector<portfolio::MapPoint>> points;
    std::uint64_t generation = ~0ull;
};

struct OverviewView {
    /// Null until it is counted for the first time; then the newest that is ready.
    std::shared_ptr<const portfolio::Overview> overview;
    /// Which state of the vault was counted last.
    std::uint64_t generation = ~0ull;
    /// "sector" or "region", and what `rows` are by.
    /// The map has the rows of the regions.
    std::string by = "sector";
    std::string rows_by;
    std::vector<portfolio::HeatRow> rows;
    std::vector<portfolio::TrendPoint> trend;
    std::vector<RecordId> waiting;
    int selected = 0;
    ui::CellChoice cells;
    /// The frame that it was drawn in last: whoever comes anew has the keyboard in the table.
    int frame = -2;
    MapView map;
};

}  // namespace fieldseal::desktop
