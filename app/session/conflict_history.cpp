// How the versions of a field in conflict came to be: the value they parted from, and what each side did since.
#include <algorithm>
#include <map>

#include "app/session/implementation.h"

namespace fieldseal::session {

namespace {

/// Of each side; more would be no help to whoever settles it.
constexpr std::size_t steps_limit = 50;

/// For each note of the record, whether the author of `revision` had seen it, or it is that revision itself.
history::Lineage::Marks seen_at(const history::MergedRecord& merged, const Hash& revision) {
    const std::uint32_t at = merged.lineage.position(merged.revisions, revision);
    if (at == history::Lineage::nowhere) {
        return history::Lineage::Marks(merged.revisions.size());
    }
    history::Lineage::Marks seen = merged.lineage.ancestors(at);
    seen[at] = true;
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
    const history::MergedRecord merged = history::merge(revisions);
    std::vector<history::Lineage::Marks> seen;
    for (const ConflictVersion& version : conflict.versions) {
        seen.push_back(seen_at(merged, version.revision));
    }
    const auto seen_by_all = [&seen](std::size_t at) {
        return std::ranges::all_of(seen, [&](const history::Lineage::Marks& side) { return side[at]; });
    };
    ConflictHistory history;
    std::vector<Hash> common;
    for (std::size_t at = 0; at < merged.revisions.size(); ++at) {
        if (seen_by_all(at)) {
            common.push_back(merged.revisions[at].name);
        }
    }
    history.before = value_at(revisions, common, conflict.path);
    std::map<Hash, const history::Revision*> edits_of_field;
    for (const history::Revision& revision : revisions) {
        if (revision.edits.contains(conflict.path)) {
            edits_of_field.emplace(history::name_of(revision), &revision);
        }
    }
    const std::vector<HistoryStep> steps = this->history(record, false);
    for (const history::Lineage::Marks& side : seen) {
        std::vector<const HistoryStep*> told;
        for (const HistoryStep& step : steps) {
            const std::uint32_t at = merged.lineage.position(merged.revisions, step.revision);
            if (at != history::Lineage::nowhere && side[at] && !seen_by_all(at) &&
                edits_of_field.contains(step.revision)) {
                told.push_back(&step);
            }
        }
        // Before their values are looked up: each of them is a merge.
        if (told.size() > steps_limit) {
            told.erase(told.begin(), told.end() - steps_limit);
        }
        std::vector<ConflictStep>& shown = history.sides.emplace_back();
        for (const HistoryStep* step : told) {
            std::vector<Hash> known;
            std::ranges::copy_if(step->parents, std::back_inserter(known),
                                 [&](const Hash& parent) { return merged.knows(parent); });
            shown.push_back({step->revision, step->person, step->device, step->time, step->received_ms,
                             value_at(revisions, known, conflict.path),
                             edits_of_field.at(step->revision)->edits.at(conflict.path)});
        }
    }
    return history;
}

}  // namespace fieldseal::session
