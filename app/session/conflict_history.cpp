// How the versions of a field in conflict came to be: the value they parted from, and what each side did since.
#include <algorithm>
#include <map>
#include <set>

#include "app/session/implementation.h"

namespace fieldseal::session {

namespace {

/// Of each side; more would be no help to whoever settles it.
constexpr std::size_t steps_limit = 50;

using Parents = std::map<Hash, std::vector<Hash>>;

/// What the author of this revision had seen, with itself.
std::set<Hash> seen_at(const Parents& parents, const Hash& revision) {
    std::set<Hash> seen{revision};
    std::vector<Hash> waiting{revision};
    while (!waiting.empty()) {
        const auto of = parents.find(waiting.back());
        waiting.pop_back();
        for (const Hash& parent : of == parents.end() ? std::vector<Hash>() : of->second) {
            if (parents.contains(parent) && seen.insert(parent).second) {
                waiting.push_back(parent);
            }
        }
    }
    return seen;
}

std::optional<codec::Value> value_at(const std::vector<history::Revision>& revisions, const std::vector<Hash>& heads,
                                     const std::string& path) {
    if (heads.empty()) {
        return std::nullopt;
    }
    const codec::FieldMap fields = history::merge_at(revisions, heads).values();
    const auto found = fields.find(path);
    return found == fields.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

ConflictHistory Session::conflict_history(const RecordId& record, const Conflict& conflict) {
    const std::vector<history::Revision> revisions = implementation_->vault->revisions(record);
    Parents parents;
    std::map<Hash, const history::Revision*> by_name;
    for (const history::Revision& revision : revisions) {
        const Hash name = history::name_of(revision);
        parents[name] = revision.parents;
        by_name[name] = &revision;
    }
    std::vector<std::set<Hash>> seen;
    for (const ConflictVersion& version : conflict.versions) {
        seen.push_back(seen_at(parents, version.revision));
    }
    const auto seen_by_all = [&seen](const Hash& name) {
        return std::ranges::all_of(seen, [&](const std::set<Hash>& side) { return side.contains(name); });
    };
    ConflictHistory history;
    std::vector<Hash> common;
    for (const auto& [name, revision] : by_name) {
        if (seen_by_all(name)) {
            common.push_back(name);
        }
    }
    history.before = value_at(revisions, common, conflict.path);
    const std::vector<HistoryStep> steps = this->history(record, false);
    for (const std::set<Hash>& side : seen) {
        std::vector<ConflictStep>& told = history.sides.emplace_back();
        for (const HistoryStep& step : steps) {
            const auto revision = by_name.find(step.revision);
            if (revision == by_name.end() || !side.contains(step.revision) || seen_by_all(step.revision)) {
                continue;
            }
            const auto edit = revision->second->edits.find(conflict.path);
            if (edit == revision->second->edits.end()) {
                continue;
            }
            std::vector<Hash> known;
            std::ranges::copy_if(step.parents, std::back_inserter(known),
                                 [&](const Hash& parent) { return by_name.contains(parent); });
            told.push_back({step.revision, step.person, step.device, step.time, step.received_ms,
                            value_at(revisions, known, conflict.path), edit->second});
        }
        if (told.size() > steps_limit) {
            told.erase(told.begin(), told.end() - steps_limit);
        }
    }
    return history;
}

}  // namespace fieldseal::session
