#include "sync/exchange/reader_scope.h"

#include <algorithm>

#include "model/record/owners.h"
#include "sync/exchange/implementation.h"

namespace fieldseal::exchange {

ReaderScope::ReaderScope(vault::Vault& vault, const team::Roster& roster, const PersonId& reader,
                         PlacesErasedOnRequest places_erased_on_request)
    : vault_(vault), roster_(roster), places_erased_on_request_(std::move(places_erased_on_request)), reader_(reader) {
    for (const team::RosterPerson& person : roster.people) {
        const bool named = team::in_team(person.role) || person.person == reader;
        members_[member_record(person.person)] = named ? Scope::inside : Scope::outside;
    }
}

ReaderScope::ReaderScope(vault::Vault& vault, const team::Roster& roster, std::optional<team::LogStarts> starts,
                         PlacesErasedOnRequest places_erased_on_request)
    : vault_(vault),
      roster_(roster),
      places_erased_on_request_(std::move(places_erased_on_request)),
      without_history_(true),
      starts_(std::move(starts)) {}

Scope ReaderScope::of(const history::Revision& revision) {
    switch (revision.kind) {
        case record::Kind::site:
            return Scope::inside;
        case record::Kind::member: {
            if (without_history_) {
                return Scope::inside;
            }
            const auto found = members_.find(revision.record);
            return found == members_.end() ? Scope::undecided : found->second;
        }
        case record::Kind::assessment:
            return of_assessment(revision.record);
        case record::Kind::evidence:
        case record::Kind::review:
        case record::Kind::finding:
        case record::Kind::need:
        case record::Kind::pledge:
            return of_part(revision.record);
        case record::Kind::assignment:
            return of_assignment(revision.record);
        case record::Kind::offer:
            return of_office(revision.record);
    }
    return Scope::outside;
}

Scope ReaderScope::of_assignment(const RecordId& assignment) {
    if (without_history_) {
        return of_office(assignment);
    }
    const codec::FieldMap fields = vault_.merged(assignment).values();
    const auto assignee = fields.find("assignee");
    if (assignee == fields.end()) {
        return Scope::undecided;
    }
    const Bytes* person = std::get_if<Bytes>(&assignee->second);
    return person != nullptr && std::ranges::equal(*person, reader_.view()) ? Scope::inside : Scope::outside;
}

Scope ReaderScope::of_office(const RecordId& record) {
    return without_history_ ? since_starts(record, vault_.merged(record)) : Scope::outside;
}

Scope ReaderScope::of_assessment(const RecordId& assessment) {
    const auto found = known_.find(assessment);
    if (found != known_.end()) {
        return found->second;
    }
    const history::MergedRecord merged = vault_.merged(assessment);
    if (without_history_) {
        return known_[assessment] = since_starts(assessment, merged);
    }
    Scope scope = merged.empty() ? Scope::undecided : Scope::outside;
    bool begun = false;
    for (const history::RevisionNote& note : merged.revisions) {
        begun = begun || note.parents.empty();
        if (note.parents.empty() && is_readers(note.device)) {
            scope = Scope::inside;
        }
    }
    if (!begun && !merged.empty()) {
        // Whose it is stands in its beginning, which may come later than what others wrote on it, or never: what was
        // erased on request counts as its beginning.
        scope = wrote_what_was_erased(assessment) ? Scope::inside : Scope::undecided;
    }
    // Made by a coordinator for this assessor.
    if (const auto field = merged.fields.find("assessor"); scope != Scope::inside && field != merged.fields.end()) {
        const std::optional<codec::Value>& value = field->second.versions.front().value;
        const Bytes* person = value ? std::get_if<Bytes>(&*value) : nullptr;
        if (person != nullptr && std::ranges::equal(*person, reader_.view())) {
            scope = Scope::inside;
        }
    }
    known_[assessment] = scope;
    return scope;
}

Scope ReaderScope::since_starts(const RecordId& record, const history::MergedRecord& merged) const {
    if (!starts_) {
        return Scope::outside;
    }
    const auto is_old = [&](const LogPlace& place) {
        const auto start = starts_->find(place.first);
        return start != starts_->end() && place.second <= start->second;
    };
    bool begun = false;
    for (const history::RevisionNote& note : merged.revisions) {
        begun = begun || note.parents.empty();
        // Not only its beginnings: whoever invited may have known what came later before the beginning had arrived. And
        // a second beginning, written later, does not open what is older.
        if (is_old({note.device, note.sequence})) {
            return Scope::outside;
        }
    }
    const std::vector<LogPlace> erased = places_erased_on_request_(record);
    if (std::ranges::any_of(erased, is_old)) {
        return Scope::outside;
    }
    // What was erased on request stands for a beginning that nobody can show any more; not what a coordinator wrote on
    // an assessor's visit, whose beginning may still come.
    const auto may_begin = [&](const LogPlace& place) {
        return merged.kind != record::Kind::assessment || roster_.role_of(place.first) == team::Role::assessor;
    };
    return begun || std::ranges::any_of(erased, may_begin) ? Scope::inside : Scope::undecided;
}

bool ReaderScope::is_readers(const DeviceId& author) const {
    const team::RosterDevice* device = roster_.device(author);
    return device != nullptr && device->person == reader_;
}

bool ReaderScope::wrote_what_was_erased(const RecordId& record) const {
    return std::ranges::any_of(places_erased_on_request_(record),
                               [&](const LogPlace& place) { return is_readers(place.first); });
}

Scope ReaderScope::of_part(const RecordId& record) {
    const auto found = known_.find(record);
    if (found != known_.end()) {
        return found->second;
    }
    Scope scope = Scope::undecided;
    const history::MergedRecord merged = vault_.merged(record);
    const std::vector<RecordId> owners = record::owners_of(merged.kind, merged.values());
    const bool of_visit = merged.fields.contains("assessment");
    if (owners.empty() && !without_history_ && !merged.empty() && wrote_what_was_erased(record)) {
        scope = Scope::inside;
    } else if (!owners.empty()) {
        scope = of_visit ? of_assessment(owners.front()) : of_office(record);
    }
    known_[record] = scope;
    return scope;
}

}  // namespace fieldseal::exchange
