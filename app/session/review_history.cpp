// Reviews, history and differences.
#include <algorithm>

#include "app/session/implementation.h"
#include "app/session/step_order.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

namespace {

constexpr std::size_t path_count_limit = 2000;

}  // namespace

RecordId Session::review(const RecordId& assessment, record::Verdict verdict, const std::string& question, const std::string& text) {
    exchange::Exchange& exchange = implementation_->joined();
    if (exchange.own_role() == team::Role::assessor) {
        throw Error(ErrorCode::refused, "Only reviewers and coordinators review assessments.");
    }
    history::MergedRecord merged;
    const auto subject = codec::unflatten<record::Assessment>(implementation_->current(assessment, record::Kind::assessment, &merged));
    if (verdict != record::Verdict::comment && subject.state != record::AssessmentState::finalised) {
        throw Error(ErrorCode::refused, "This assessment is not finalised yet; it can be commented on, but not approved or returned.");
    }
    if (verdict != record::Verdict::approve && text.find_first_not_of(" \t\n") == std::string::npos) {
        throw Error(ErrorCode::failed, "A comment or a return needs words: say what should be changed.");
    }
    record::Review review;
    review.assessment = assessment;
    review.seen = merged.heads.front();
    review.verdict = verdict;
    review.question = question;
    review.text = text;
    review.author = exchange.deployment().own_person;
    review.at_ms = implementation_->now();
    const auto id = implementation_->vault->environment().random.id<RecordId>();
    implementation_->append(id, record::Kind::review, codec::difference({}, codec::flatten(review)), {});
    return id;
}

std::vector<HistoryStep> Session::history(const RecordId& record, bool whole) {
    exchange::Exchange& exchange = implementation_->joined();
    vault::Vault& vault = *implementation_->vault;
    snapshot();
    std::vector<RecordId> ids{record};
    if (whole) {
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const std::vector<RecordId>& children = implementation_->rows.children(ids[i]);
            ids.insert(ids.end(), children.begin(), children.end());
        }
    }
    std::uint64_t own_signed = 0;
    for (const history::LogSegment& segment : vault.segments(exchange.own_device())) {
        own_signed = std::max(own_signed, segment.last());
    }
    std::vector<HistoryStep> steps;
    for (const RecordId& id : ids) {
        const std::vector<history::Revision> revisions = vault.revisions(id);
        if (revisions.empty() && id == record) {
            throw Error(ErrorCode::not_found, "There is no record " + id.hex() + " in this vault.");
        }
        for (const history::Revision& revision : revisions) {
            HistoryStep step;
            step.revision = history::name_of(revision);
            step.record = id;
            step.kind = revision.kind;
            step.device = revision.device;
            step.sequence = revision.sequence;
            step.person = exchange.name_of_device(revision.device);
            step.time = revision.time;
            step.received_ms = exchange.received_ms(revision.device, revision.sequence);
            step.edits = revision.edits.size();
            for (const auto& [path, value] : revision.edits) {
                if (step.paths.size() == path_count_limit) {
                    break;
                }
                step.paths.push_back(path);
            }
            step.sealed = revision.device != exchange.own_device() || revision.sequence <= own_signed;
            step.parents = revision.parents;
            steps.push_back(std::move(step));
        }
    }
    order_steps(steps);
    return steps;
}

std::optional<history::Revision> Session::revision(const Hash& name) {
    return implementation_->vault->revision(name);
}

codec::FieldMap Session::state_at(const Hash& revision) {
    const std::optional<history::Revision> found = implementation_->vault->revision(revision);
    if (!found) {
        throw Error(ErrorCode::not_found, "Revision " + revision.hex().substr(0, 16) + " is not in this vault.");
    }
    return history::merge_at(implementation_->vault->revisions(found->record), revision).values();
}

DiffView Session::diff(const Hash& before, const Hash& after) {
    const std::optional<history::Revision> first = implementation_->vault->revision(before);
    const std::optional<history::Revision> second = implementation_->vault->revision(after);
    if (!first || !second) {
        const Hash& absent = first ? after : before;
        throw Error(ErrorCode::not_found, "Revision " + absent.hex().substr(0, 16) + " is not in this vault.");
    }
    if (first->kind != second->kind) {
        throw Error(ErrorCode::usage, "These two revisions are of different kinds of records and cannot be compared.");
    }
    DiffView view;
    view.before = before;
    view.after = after;
    view.record = second->record;
    view.kind = second->kind;
    const codec::FieldMap state = state_at(after);
    view.changes = history::diff(state_at(before), state);
    if (view.kind == record::Kind::assessment) {
        view.questions = implementation_->templates.by_hash(codec::unflatten<record::Assessment>(state).template_hash);
    }
    return view;
}

}  // namespace fieldseal::session
