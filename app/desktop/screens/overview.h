// What the overview has on the screen.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/portfolio/overview.h"

namespace fieldseal::desktop {

struct OverviewView {
    /// Null until it is counted for the first time; then the newest that is ready.
    std::shared_ptr<const portfolio::Overview> overview;
    /// Which state of the vault was counted last.
    std::uint64_t generation = ~0ull;
    /// "sector" or "region", and what `rows` are by.
    std::string by = "sector";
    std::string rows_by;
    std::vector<portfolio::HeatRow> rows;
    std::vector<portfolio::TrendPoint> trend;
    std::vector<RecordId> waiting;
    int selected = 0;
    /// The row that was chosen in the frame before.
    int opened = 0;
};

}  // namespace fieldseal::desktop
