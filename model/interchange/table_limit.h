// How much one table may be made of, whichever form it comes in.
#pragma once

#include <cstddef>

namespace fieldseal::interchange {

/// Cells of a whole table: an empty one takes one byte of the file and 32 of memory.
constexpr std::size_t table_cell_limit = 4'000'000;

/// Throws Error(too_large) for more than table_cell_limit.
void check_cells(std::size_t cells);

}  // namespace fieldseal::interchange
