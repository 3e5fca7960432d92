// The state of a record: a pure function of the set of its revisions, whatever the order, however often and through
// whatever path they arrived. Per field the causally latest edit wins; concurrent different edits are a conflict that
// stays until somebody who has seen both settles it.
#pragma once

#include "model/history/lineage.h"

namespace fieldseal::history {

/// One edit of a field that no other known edit of it supersedes.
struct FieldVersion {
    /// Nothing where the field went back to its zero.
    std::optional<codec::Value> value;
    /// Index into MergedRecord::revisions.
    std::uint32_t revision = 0;
};

/// The versions of one field. Nearly always one, which lies here itself: a record has some hundred fields.
class FieldVersions {
  public:
    using iterator = FieldVersion*;
    using const_iterator = const FieldVersion*;

    std::size_t size() const { return many_.empty() ? (has_one_ ? 1 : 0) : many_.size(); }
    bool empty() const { return size() == 0; }
    iterator begin() { return many_.empty() ? &one_ : many_.data(); }
    iterator end() { return begin() + size(); }
    const_iterator begin() const { return many_.empty() ? &one_ : many_.data(); }
    const_iterator end() const { return begin() + size(); }
    const FieldVersion& operator[](std::size_t index) const { return begin()[index]; }
    const FieldVersion& front() const { return *begin(); }
    const FieldVersion& back() const { return *(end() - 1); }
    /// This one alone.
    void assign(FieldVersion version);
    void insert(const_iterator before, FieldVersion version);
    void push_back(FieldVersion version) { insert(end(), std::move(version)); }
    template <class Superseded>
    void erase_if(Superseded superseded) {
        if (!many_.empty()) {
            std::erase_if(many_, superseded);
            has_one_ = false;
            if (many_.size() == 1) {
                assign(std::move(many_.front()));
            }
        } else if (has_one_ && superseded(one_)) {
            one_ = {};
            has_one_ = false;
        }
    }

  private:
    FieldVersion one_;
    bool has_one_ = false;
    /// Where there are several; then one_ is none of them.
    std::vector<FieldVersion> many_;
};

struct FieldState {
    /// Not empty. The first one is shown: the latest by (logical time, device, name). The others follow in that order.
    FieldVersions versions;
    /// More than one version, and not all with the same value.
    bool in_conflict() const;
};

struct MergedRecord {
    RecordId id;
    record::Kind kind = record::Kind::site;
    /// In the order they were merged; deterministic() orders them by name for comparing.
    std::vector<RevisionNote> revisions;
    /// Names that no known revision has as a parent, ascending.
    std::vector<Hash> heads;
    codec::PathMap<FieldState> fields;
    /// Made by `add` from `revisions`; may be empty at any time.
    Lineage lineage;

    bool empty() const { return revisions.empty(); }
    bool knows(const Hash& revision) const;
    /// The value of every field, as shown.
    codec::FieldMap values() const;
    /// As values, without copies: good while the record is not changed.
    codec::FieldRefs shown() const;
    std::vector<std::string> conflicts() const;
    /// Parents that are named but not here.
    std::vector<Hash> missing_parents() const;
};

/// Adds one revision; nothing happens if it is known. Linear histories cost O(edits); a hole that is filled re-orders
/// what it must. Throws Error(damaged) if record or kind differ.
void add(MergedRecord& merged, const Revision& revision, const Hash& name, std::int64_t row = 0);
/// The same; its edits are moved into the record instead of copied.
void add(MergedRecord& merged, Revision&& revision, const Hash& name, std::int64_t row = 0);
/// As `add` for each of them.
MergedRecord merge(std::span<const Revision> revisions);
/// The state at these heads: the merge of them and their ancestors among `revisions`. Error(not_found) if one is not
/// among them.
MergedRecord merge_at(std::span<const Revision> revisions, std::span<const Hash> heads);
/// The same at one revision.
inline MergedRecord merge_at(std::span<const Revision> revisions, const Hash& at) {
    return merge_at(revisions, std::span(&at, 1));
}
/// Whether `a` is an ancestor of `b` among the revisions known. None is its own ancestor.
bool is_ancestor(const MergedRecord& merged, const Hash& a, const Hash& b);

/// Known revisions that are neither an ancestor nor a descendant of this one, in the order they were merged: what the
/// author of a removal had not seen, nor anybody who has seen the removal. Nothing where it is not known.
std::vector<Hash> concurrent_with(const MergedRecord& merged, const Hash& revision);

/// For the vault's state rows; no format of its own outside the vault.
Bytes encode(const MergedRecord& merged);
/// Bytes of the same state are equal whatever the order of arrival (rows left out): what property tests and `verify`
/// compare.
Bytes deterministic_form(const MergedRecord& merged);
/// Throws Error(damaged) or Error(too_large) for bytes that are no state.
MergedRecord decode_merged(ByteView bytes);

}  // namespace fieldseal::history
