#include "model/history/merge.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace fieldseal::history {

namespace {

/// Whether revision `a` is shown before `b` where neither supersedes the other.
bool shown_before(const RevisionNote& a, const RevisionNote& b) {
    return std::tie(b.time.logical_ms, b.device, b.name) < std::tie(a.time.logical_ms, a.device, a.name);
}

/// An edit to a type's zero is one to nothing, as it is in the revision's bytes: a revision just made and the same one
/// read merge alike.
std::optional<codec::Value> without_zero(std::optional<codec::Value> value) {
    if (value && codec::is_zero(*value)) {
        value.reset();
    }
    return value;
}

void update_heads(MergedRecord& merged, const RevisionNote& note, bool has_child) {
    std::erase_if(merged.heads,
                  [&](const Hash& head) { return std::binary_search(note.parents.begin(), note.parents.end(), head); });
    if (!has_child) {
        merged.heads.insert(std::lower_bound(merged.heads.begin(), merged.heads.end(), note.name), note.name);
    }
}

void insert_version(const MergedRecord& merged, FieldState& field, std::optional<codec::Value> value,
                    std::uint32_t revision) {
    const RevisionNote& note = merged.revisions[revision];
    const auto place = std::find_if(field.versions.begin(), field.versions.end(), [&](const FieldVersion& version) {
        return shown_before(note, merged.revisions[version.revision]);
    });
    field.versions.insert(place, {without_zero(std::move(value)), revision});
}

// Edits below are `const codec::Edits&`, which is copied, or `codec::Edits`, which is moved.

/// What the new revision edited, where it supersedes all that is known.
template <class Edits>
void replace_fields(MergedRecord& merged, Edits&& edits, std::uint32_t revision) {
    merged.fields.join(std::forward<Edits>(edits), [&](FieldState& field, auto& value) {
        field.versions.assign({without_zero(std::move(value)), revision});
    });
}

/// First note whose version any of these fields keeps: a search for ancestors need not go further back.
std::uint32_t oldest_version(const MergedRecord& merged, const codec::Edits& edits, std::uint32_t revision) {
    std::uint32_t oldest = revision;
    for (const auto& edit : edits) {
        if (const auto found = merged.fields.find(edit.first); found != merged.fields.end()) {
            for (const FieldVersion& version : found->second.versions) {
                oldest = std::min(oldest, version.revision);
            }
        }
    }
    return oldest;
}

/// The new revision has ancestors and perhaps concurrent ones, but no descendants.
template <class Edits>
void join_fields(MergedRecord& merged, Edits&& edits, std::uint32_t revision) {
    const std::uint32_t oldest = oldest_version(merged, edits, revision);
    const Lineage::Marks ancestors = merged.lineage.ancestors(revision, oldest);
    merged.fields.join(std::forward<Edits>(edits), [&](FieldState& field, auto& value) {
        field.versions.erase_if([&](const FieldVersion& version) { return ancestors[version.revision]; });
        insert_version(merged, field, std::move(value), revision);
    });
}

/// The new revision is an ancestor of known ones: it ties ancestors of its own to them, which settles versions that
/// seemed concurrent.
template <class Edits>
void fill_hole(MergedRecord& merged, Edits&& edits, std::uint32_t revision) {
    const Lineage::Marks ancestors = merged.lineage.ancestors(revision);
    const Lineage::Marks descendants = merged.lineage.descendants(revision);
    const auto supersedes = [&](const FieldVersion& version) { return descendants[version.revision]; };
    merged.fields.join(std::forward<Edits>(edits), [&](FieldState& field, auto& value) {
        if (std::none_of(field.versions.begin(), field.versions.end(), supersedes)) {
            insert_version(merged, field, std::move(value), revision);
        }
    });
    for (auto& [path, field] : merged.fields) {
        if (field.versions.size() > 1 &&
            std::any_of(field.versions.begin(), field.versions.end(), [&](const FieldVersion& version) {
                return version.revision == revision || supersedes(version);
            })) {
            field.versions.erase_if([&](const FieldVersion& version) { return ancestors[version.revision]; });
        }
    }
}

template <class Edits>
void add_edits(MergedRecord& merged, const Revision& revision, Edits&& edits, const Hash& name, std::int64_t row) {
    if (merged.empty()) {
        merged.id = revision.record;
        merged.kind = revision.kind;
    } else if (merged.id != revision.record || merged.kind != revision.kind) {
        throw Error(ErrorCode::damaged,
                    "A revision of another record was filed under this one. Run `fieldsealctl verify`.");
    }
    merged.lineage.catch_up(merged.revisions);
    if (merged.lineage.position(merged.revisions, name) != Lineage::nowhere) {
        return;
    }
    const bool fills_hole = merged.lineage.is_missing(name);
    // Every known revision is a head or an ancestor of one.
    const bool saw_all = !fills_hole && std::includes(revision.parents.begin(), revision.parents.end(),
                                                      merged.heads.begin(), merged.heads.end());
    const auto position = static_cast<std::uint32_t>(merged.revisions.size());
    merged.revisions.push_back({name, revision.device, revision.sequence, revision.time, revision.parents, row});
    merged.lineage.catch_up(merged.revisions);
    update_heads(merged, merged.revisions.back(), fills_hole);
    if (saw_all) {
        replace_fields(merged, std::forward<Edits>(edits), position);
    } else if (fills_hole) {
        fill_hole(merged, std::forward<Edits>(edits), position);
    } else {
        join_fields(merged, std::forward<Edits>(edits), position);
    }
}

}  // namespace

void FieldVersions::assign(FieldVersion version) {
    one_ = std::move(version);
    has_one_ = true;
    many_.clear();
}

void FieldVersions::insert(const_iterator before, FieldVersion version) {
    if (empty()) {
        assign(std::move(version));
        return;
    }
    const std::ptrdiff_t place = before - begin();
    if (many_.empty()) {
        many_.push_back(std::move(one_));
        one_ = {};
        has_one_ = false;
    }
    many_.insert(many_.begin() + place, std::move(version));
}

bool FieldState::in_conflict() const {
    return versions.size() > 1 && std::any_of(versions.begin(), versions.end(), [&](const FieldVersion& version) {
               return version.value != versions.front().value;
           });
}

bool MergedRecord::knows(const Hash& revision) const {
    if (lineage.covers(revisions)) {
        return lineage.position(revisions, revision) != Lineage::nowhere;
    }
    return std::any_of(revisions.begin(), revisions.end(),
                       [&](const RevisionNote& note) { return note.name == revision; });
}

codec::FieldRefs MergedRecord::shown() const {
    codec::FieldRefs refs;
    refs.reserve(fields.size());
    for (const auto& [path, field] : fields) {
        if (const auto& value = field.versions.front().value) {
            refs.push_back({path, &*value});
        }
    }
    return refs;
}

codec::FieldMap MergedRecord::values() const {
    codec::FieldMap shown;
    for (const auto& [path, field] : fields) {
        if (const auto& value = field.versions.front().value) {
            shown.emplace_hint(shown.end(), path, *value);
        }
    }
    return shown;
}

std::vector<std::string> MergedRecord::conflicts() const {
    std::vector<std::string> paths;
    for (const auto& [path, field] : fields) {
        if (field.in_conflict()) {
            paths.push_back(path);
        }
    }
    return paths;
}

std::vector<Hash> MergedRecord::missing_parents() const {
    if (lineage.covers(revisions)) {
        return lineage.missing();
    }
    Lineage made;
    made.catch_up(revisions);
    return made.missing();
}

void add(MergedRecord& merged, const Revision& revision, const Hash& name, std::int64_t row) {
    add_edits(merged, revision, revision.edits, name, row);
}

void add(MergedRecord& merged, Revision&& revision, const Hash& name, std::int64_t row) {
    add_edits(merged, revision, std::move(revision.edits), name, row);
}

MergedRecord merge(std::span<const Revision> revisions) {
    MergedRecord merged;
    for (const Revision& revision : revisions) {
        add(merged, revision, name_of(revision));
    }
    return merged;
}

MergedRecord merge_at(std::span<const Revision> revisions, std::span<const Hash> heads) {
    std::vector<Hash> names;
    std::unordered_map<Hash, std::size_t> places;
    for (const Revision& revision : revisions) {
        names.push_back(name_of(revision));
        places.emplace(names.back(), names.size() - 1);
    }
    std::vector<bool> wanted(revisions.size(), false);
    std::vector<std::size_t> open;
    for (const Hash& head : heads) {
        const auto start = places.find(head);
        if (start == places.end()) {
            throw Error(ErrorCode::not_found, "Revision " + head.hex() + " is not here. Import what is missing first.");
        }
        open.push_back(start->second);
        wanted[start->second] = true;
    }
    while (!open.empty()) {
        const Revision& revision = revisions[open.back()];
        open.pop_back();
        for (const Hash& parent : revision.parents) {
            const auto found = places.find(parent);
            if (found != places.end() && !wanted[found->second]) {
                wanted[found->second] = true;
                open.push_back(found->second);
            }
        }
    }
    MergedRecord merged;
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        if (wanted[i]) {
            add(merged, revisions[i], names[i]);
        }
    }
    return merged;
}

namespace {

/// The record's own lineage where it is current, else `made`.
const Lineage& current_lineage(const MergedRecord& merged, Lineage& made) {
    if (merged.lineage.covers(merged.revisions)) {
        return merged.lineage;
    }
    made.catch_up(merged.revisions);
    return made;
}

}  // namespace

bool is_ancestor(const MergedRecord& merged, const Hash& a, const Hash& b) {
    Lineage made;
    const Lineage& lineage = current_lineage(merged, made);
    const std::uint32_t ancestor = lineage.position(merged.revisions, a);
    const std::uint32_t descendant = lineage.position(merged.revisions, b);
    if (ancestor == Lineage::nowhere || descendant == Lineage::nowhere) {
        return false;
    }
    return lineage.ancestors(descendant, ancestor)[ancestor];
}

std::vector<Hash> concurrent_with(const MergedRecord& merged, const Hash& revision) {
    Lineage made;
    const Lineage& lineage = current_lineage(merged, made);
    const std::uint32_t position = lineage.position(merged.revisions, revision);
    if (position == Lineage::nowhere) {
        return {};
    }
    const Lineage::Marks ancestors = lineage.ancestors(position);
    const Lineage::Marks descendants = lineage.descendants(position);
    std::vector<Hash> names;
    for (std::size_t i = 0; i < merged.revisions.size(); ++i) {
        if (i != position && !ancestors[i] && !descendants[i]) {
            names.push_back(merged.revisions[i].name);
        }
    }
    return names;
}

}  // namespace fieldseal::history
