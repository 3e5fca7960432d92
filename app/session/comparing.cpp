// Two steps, or two visits, side by side: what differs, and what evidence stood behind each question then and now.
#include <algorithm>

#include "app/session/implementation.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

namespace {

/// By question and content: the same file is the same piece, whoever attached it again.
using Pieces = std::map<std::pair<std::string, Hash>, EvidenceChange>;

void note_pieces(const std::vector<record::Evidence>& evidence,
                 std::optional<EvidenceChange::Piece> EvidenceChange::*side, Pieces& pieces) {
    for (const record::Evidence& piece : evidence) {
        EvidenceChange& change = pieces[{piece.question, piece.content}];
        change.question = piece.question;
        change.*side = {piece.file_name, piece.caption};
    }
}

std::vector<EvidenceChange> compare_evidence(const std::vector<record::Evidence>& before,
                                             const std::vector<record::Evidence>& after) {
    Pieces pieces;
    note_pieces(before, &EvidenceChange::before, pieces);
    note_pieces(after, &EvidenceChange::after, pieces);
    std::vector<EvidenceChange> changes;
    for (auto& [key, change] : pieces) {
        changes.push_back(std::move(change));
    }
    // What came or went before what stayed.
    std::ranges::stable_sort(changes, {}, [](const EvidenceChange& change) {
        return std::tuple(change.question, change.stayed(), !change.before);
    });
    return changes;
}

}  // namespace

codec::FieldMap Session::state_at(const Hash& revision) {
    const std::optional<history::Revision> found = implementation_->vault->revision(revision);
    if (!found) {
        throw Error(ErrorCode::not_found, "Revision " + revision.hex().substr(0, 16) + " is not in this vault.");
    }
    return history::merge_at(implementation_->vault->revisions(found->record), revision).values();
}

std::vector<record::Evidence> Session::Implementation::evidence_now(const RecordId& assessment) {
    std::vector<record::Evidence> evidence;
    for (const RecordId& child : rows.children(assessment)) {
        const history::MergedRecord merged = vault->merged(child);
        if (merged.kind == record::Kind::evidence) {
            evidence.push_back(codec::unflatten<record::Evidence>(merged.values()));
        }
    }
    std::erase_if(evidence, [](const record::Evidence& piece) { return piece.removed; });
    return evidence;
}

std::vector<record::Evidence> Session::Implementation::evidence_before(const std::vector<HistoryStep>& steps,
                                                                       const Hash& step) {
    std::map<RecordId, std::vector<history::Revision>> until;
    for (const HistoryStep& each : steps) {
        if (each.revision == step) {
            break;
        }
        if (each.kind == record::Kind::evidence && each.body == HistoryStep::Body::here) {
            if (std::optional<history::Revision> revision = vault->revision(each.revision)) {
                until[each.record].push_back(std::move(*revision));
            }
        }
    }
    std::vector<record::Evidence> evidence;
    for (const auto& [id, revisions] : until) {
        auto piece = codec::unflatten<record::Evidence>(history::merge(revisions).values());
        if (!piece.removed) {
            evidence.push_back(std::move(piece));
        }
    }
    return evidence;
}

HistoryStep Session::Implementation::last_step(const history::MergedRecord& merged) {
    const history::RevisionNote* last = nullptr;
    for (const history::RevisionNote& note : merged.revisions) {
        const bool head = std::ranges::find(merged.heads, note.name) != merged.heads.end();
        if (head && (last == nullptr || last->time.logical_ms < note.time.logical_ms)) {
            last = &note;
        }
    }
    if (last == nullptr) {
        throw Error(ErrorCode::not_found, "There is no record " + merged.id.hex() + " in this vault.");
    }
    return step_of(merged.id, merged.kind, *last, own_signed());
}

DiffView Session::Implementation::compare(DiffSide then, const codec::FieldMap& before, DiffSide now,
                                          const codec::FieldMap& after) {
    DiffView view;
    view.before = then.step.revision;
    view.after = now.step.revision;
    view.record = now.step.record;
    view.kind = now.step.kind;
    view.changes = history::diff(before, after);
    if (view.kind == record::Kind::assessment) {
        const auto older = codec::unflatten<record::Assessment>(before);
        const auto newer = codec::unflatten<record::Assessment>(after);
        view.questions = templates.by_hash(newer.template_hash);
        for (auto [side, state] : {std::pair(&then, &older), std::pair(&now, &newer)}) {
            side->finalised = state->state == record::AssessmentState::finalised;
            // As it stood then: the day of a visit may have been put right since.
            side->step.visited_on = state->visited_on;
        }
    }
    view.then = std::move(then);
    view.now = std::move(now);
    return view;
}

DiffView Session::diff(const Hash& before, const Hash& after) {
    Implementation& self = *implementation_;
    const std::optional<history::Revision> first = self.vault->revision(before);
    const std::optional<history::Revision> second = self.vault->revision(after);
    if (!first || !second) {
        const Hash& absent = first ? after : before;
        throw Error(ErrorCode::not_found, "Revision " + absent.hex().substr(0, 16) + " is not in this vault.");
    }
    if (first->kind != second->kind) {
        throw Error(ErrorCode::usage, "These two revisions are of different kinds of records and cannot be compared.");
    }
    snapshot();
    const std::uint64_t own_signed = self.own_signed();
    const auto side_of = [&](const history::Revision& revision, const Hash& name) {
        return DiffSide{
            self.step_of(revision.record, revision.kind,
                         {name, revision.device, revision.sequence, revision.time, revision.parents, 0}, own_signed),
            false};
    };
    DiffView view = self.compare(side_of(*first, before), state_at(before), side_of(*second, after), state_at(after));
    if (view.kind == record::Kind::assessment) {
        const auto evidence_at = [&](const RecordId& assessment, const Hash& step) {
            // At its last step it is what is here now, also what was attached since.
            const std::vector<Hash> heads = self.vault->merged(assessment).heads;
            return heads.size() == 1 && heads.front() == step ? self.evidence_now(assessment)
                                                              : self.evidence_before(history(assessment, true), step);
        };
        view.evidence = compare_evidence(evidence_at(first->record, before), evidence_at(second->record, after));
    }
    return view;
}

DiffView Session::diff_visits(const RecordId& before, const RecordId& after) {
    Implementation& self = *implementation_;
    self.joined();
    snapshot();
    history::MergedRecord older;
    history::MergedRecord newer;
    const codec::FieldMap then = self.current(before, record::Kind::assessment, &older);
    const codec::FieldMap now = self.current(after, record::Kind::assessment, &newer);
    DiffView view = self.compare({self.last_step(older), false}, then, {self.last_step(newer), false}, now);
    view.evidence = compare_evidence(self.evidence_now(before), self.evidence_now(after));
    return view;
}

}  // namespace fieldseal::session
