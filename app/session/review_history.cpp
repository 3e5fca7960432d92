// Reviews, and the steps of a history.
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
    history::MergedRecord merged;
    const auto subject = codec::unflatten<record::Assessment>(implementation_->current(assessment, record::Kind::assessment, &merged));
    if (exchange.own_role() == team::Role::assessor) {
        if (verdict != record::Verdict::comment) {
            throw Error(ErrorCode::refused, "Only reviewers and coordinators approve or return assessments. Assessors answer them with comments.");
        }
        if (subject.assessor != exchange.deployment().own_person) {
            throw Error(ErrorCode::refused, "Assessors answer reviewers on visits of their own only.");
        }
    }
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

std::uint64_t Session::Implementation::own_signed() {
    std::uint64_t last = 0;
    for (const history::LogSegment& segment : vault->segments(joined().own_device())) {
        last = std::max(last, segment.last());
    }
    return last;
}

HistoryStep Session::Implementation::step_at(const RecordId& id, record::Kind kind, const DeviceId& device, std::uint64_t sequence, std::uint64_t own_signed) {
    exchange::Exchange& here = joined();
    HistoryStep step;
    step.record = id;
    step.kind = kind;
    step.device = device;
    step.sequence = sequence;
    step.person = here.name_of_device(device);
    step.received_ms = here.received_ms(device, sequence);
    step.sealed = device != here.own_device() || sequence <= own_signed;
    const std::shared_ptr<const Row> row = shown->find(id);
    if (!row) {
        return step;
    }
    const bool itself = kind == record::Kind::assessment;
    const std::shared_ptr<const Row> visit = itself ? row : shown->find(row->summary.parent);
    if (visit && visit->summary.kind == record::Kind::assessment) {
        step.visit = visit->summary.id;
        step.visited_on = visit->summary.date;
    }
    if (kind == record::Kind::evidence || kind == record::Kind::review || kind == record::Kind::finding) {
        step.question = row->summary.subject;
    }
    if (kind == record::Kind::evidence || kind == record::Kind::member || kind == record::Kind::offer) {
        step.title = row->summary.title;
    }
    return step;
}

HistoryStep Session::Implementation::step_of(const RecordId& id, record::Kind kind, const history::RevisionNote& note, std::uint64_t own_signed) {
    HistoryStep step = step_at(id, kind, note.device, note.sequence, own_signed);
    step.revision = note.name;
    step.time = note.time;
    step.parents = note.parents;
    std::optional<history::Revision> revision;
    try {
        revision = vault->revision(note.name);
    } catch (const Error& error) {
        // One step whose row was changed must not hide the others: it is shown as such, and can be checked.
        if (error.code() != ErrorCode::damaged) {
            throw;
        }
    }
    if (!revision) {
        step.body = HistoryStep::Body::damaged;
        return step;
    }
    step.edits = revision->edits.size();
    for (const auto& [path, value] : revision->edits) {
        if (step.paths.size() == path_count_limit) {
            break;
        }
        step.paths.push_back(path);
    }
    if (const auto state = revision->edits.find(kind == record::Kind::review ? "verdict" : "state"); state != revision->edits.end() && state->second) {
        const auto* const number = std::get_if<std::int64_t>(&*state->second);
        step.state = number == nullptr ? std::nullopt : std::optional(*number);
    }
    return step;
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
    const std::uint64_t own_signed = implementation_->own_signed();
    std::vector<HistoryStep> steps;
    for (const RecordId& id : ids) {
        const history::MergedRecord merged = vault.merged(id);
        if (merged.empty() && id == record) {
            throw Error(ErrorCode::not_found, "There is no record " + id.hex() + " in this vault.");
        }
        for (const history::RevisionNote& note : merged.revisions) {
            steps.push_back(implementation_->step_of(id, merged.kind, note, own_signed));
        }
        for (const exchange::LogPlace& place : exchange.places_erased(id)) {
            HistoryStep step = implementation_->step_at(id, merged.kind, place.first, place.second, own_signed);
            step.revision = vault.log_entry(place.first, place.second).value_or(Hash{});
            step.body = HistoryStep::Body::erased;
            steps.push_back(std::move(step));
        }
    }
    order_steps(steps);
    return steps;
}

std::optional<history::Revision> Session::revision(const Hash& name) {
    return implementation_->vault->revision(name);
}

}  // namespace fieldseal::session
