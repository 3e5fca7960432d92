// Who descends from whom among the known revisions of one record.
#pragma once

#include <map>

#include "model/history/revision.h"

namespace fieldseal::history {

/// What is kept of a revision once it is merged: enough to order any later one against it.
struct RevisionNote {
    Hash name;
    DeviceId device;
    std::uint64_t sequence = 0;
    Time time;
    std::vector<Hash> parents;
    /// Where the vault keeps it; no part of the merge.
    std::int64_t row = 0;
};

/// Notes by name and the edges between them. Never stored; made from the notes when it is needed. Each call is given
/// the notes it was made from, to which more may only be appended.
class Lineage {
  public:
    static constexpr std::uint32_t nowhere = 0xffff'ffff;
    using Notes = std::span<const RevisionNote>;
    /// One flag for each note.
    using Marks = std::vector<bool>;

    /// Takes in the notes appended since.
    void catch_up(Notes notes);
    bool covers(Notes notes) const { return first_parent_.size() == notes.size(); }
    /// Index of the note with this name, or nowhere.
    std::uint32_t position(Notes notes, const Hash& name) const;
    /// Whether a known revision names it as a parent although it is not here.
    bool is_missing(const Hash& name) const { return children_of_missing_.contains(name); }
    /// Ascending.
    std::vector<Hash> missing() const;

    /// All ancestors of a note. Those before position `from` may be left unmarked.
    Marks ancestors(std::uint32_t of, std::uint32_t from = 0) const;
    Marks descendants(std::uint32_t of) const;

  private:
    /// Element of a singly linked list within edges_.
    struct Edge {
        std::uint32_t to;
        std::uint32_t next;
    };
    void enter_name(Notes notes, std::uint32_t position);
    void link(std::uint32_t parent, std::uint32_t child);
    Marks reach(std::uint32_t start, const std::vector<std::uint32_t>& first, std::uint32_t from) const;

    /// Open addressing, a power of two, at most half full; empty for lists so short that a scan is faster.
    std::vector<std::uint32_t> slots_;
    std::vector<std::uint32_t> first_parent_;
    std::vector<std::uint32_t> first_child_;
    std::vector<Edge> edges_;
    std::multimap<Hash, std::uint32_t> children_of_missing_;
    /// Every parent lies before its children.
    bool parents_first_ = true;
};

}  // namespace fieldseal::history
