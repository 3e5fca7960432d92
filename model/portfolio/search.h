// Search as one types, over titles and places of 100,000 records: columns in memory, folded once.
#pragma once

#include <unordered_map>

#include "model/vault/summary.h"

namespace fieldseal::portfolio {

/// Case and width folded (Unicode NFKC casefold by utf8proc), apostrophes unified (U+2019, U+02BC, ' are one), so that
/// Ukrainian and English match as people type them.
std::string fold(std::string_view text);

class SearchIndex {
  public:
    void clear();
    /// Adds or replaces; `text` is everything the record is found by.
    void put(const RecordId& id, std::string_view text);
    void remove(const RecordId& id);
    /// Records whose text holds every word of the query, in the order they were put; at most `most`.
    std::vector<RecordId> find(std::string_view query, std::size_t most) const;
    /// The same, as numbers: n is what was put nth, counted from 0. Only for an index in which nothing was replaced or
    /// removed.
    std::vector<std::size_t> find_places(std::string_view query, std::size_t most) const;
    std::size_t size() const;

  private:
    std::vector<RecordId> ids_;
    std::vector<std::size_t> starts_;
    std::string texts_;
    std::unordered_map<RecordId, std::size_t> places_;
    std::size_t dead_ = 0;
};

}  // namespace fieldseal::portfolio
