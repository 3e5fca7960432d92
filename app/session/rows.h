// The rows of all lists, kept up to date record by record, so that a change costs what changed and not what is there.
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "app/session/session.h"

namespace fieldseal::session {

class Rows {
  public:
    /// Reads everything anew.
    void load(vault::Vault& vault, exchange::Exchange* exchange);
    /// Reads these records anew, and what shows something of them.
    void refresh(vault::Vault& vault, exchange::Exchange* exchange, const std::vector<RecordId>& ids);
    /// Reads delivery states anew, for example after receipts came in.
    void refresh_deliveries(vault::Vault& vault, exchange::Exchange& exchange);
    /// Puts the lists into a snapshot.
    void show(Snapshot& snapshot);

    /// Ids of the records whose parent this is.
    const std::vector<RecordId>& children(const RecordId& id) const;

  private:
    static constexpr std::size_t nowhere = ~std::size_t{0};
    struct Entry {
        /// Never changed once a list may have shown it.
        std::shared_ptr<Row> row;
        bool shown = false;
        std::string sort_key;
        Delivery delivery = Delivery::none;
        const vault::Summary& summary() const { return row->summary; }
        /// Where it stands in the list of its kind and in the list by id, so that a changed row is replaced in place.
        std::size_t place = nowhere;
        std::size_t place_by_id = nowhere;
    };
    void take(const vault::Summary& summary);
    void make_row(Entry& entry);
    void sort_list(record::Kind kind);
    void sort_by_id();

    std::unordered_map<RecordId, Entry> entries_;
    std::unordered_map<RecordId, std::vector<RecordId>> children_;
    std::unordered_set<RecordId> drafted_;
    /// Lists that must be sorted anew before they are shown.
    std::unordered_set<int> stale_;
    std::unordered_map<int, std::vector<std::shared_ptr<const Row>>> lists_;
    std::vector<std::shared_ptr<const Row>> by_id_;
    bool by_id_stale_ = true;
};

/// Orders Ukrainian and Latin titles as people expect: by the Ukrainian alphabet after Latin, case and apostrophes
/// folded.
std::string sort_key(std::string_view title);

}  // namespace fieldseal::session
