// How long the chord takes to make a vault unreadable.
#pragma once

#include <filesystem>

#include "tests/bench/measure.h"

namespace fieldseal::bench {

/// A vault of so many sites, in `folder`, destroyed several times while another process writes it without a pause.
void measure_destroy(const std::filesystem::path& folder, std::size_t sites, std::vector<Row>& rows);

}  // namespace fieldseal::bench
