// What the search over all texts remembers: the index, and of which state of each record it was read.
#pragma once

#include <deque>
#include <unordered_map>

#include "app/session/session.h"
#include "model/portfolio/text_index.h"

namespace fieldseal::session {

struct TextSearch {
    portfolio::TextIndex index;
    /// The row that each record was last seen with, read or about to be.
    std::unordered_map<RecordId, std::shared_ptr<const Row>> seen;
    /// To be read, first what a search shows first.
    std::deque<std::shared_ptr<const Row>> waiting;
    /// The snapshot that `waiting` follows.
    std::uint64_t generation = ~0ull;
};

}  // namespace fieldseal::session
