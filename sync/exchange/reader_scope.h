// Which revisions are for a reader who is sent them apart: an assessor (need to know, so that a lost laptop names no
// other sites' weaknesses), or a reviewer without history. Used by the files of this folder only.
#pragma once

#include <functional>
#include <unordered_map>

#include "model/vault/vault.h"
#include "sync/exchange/log_place.h"
#include "sync/team/roster.h"

namespace fieldseal::exchange {

enum class Scope {
    outside,
    inside,
    /// What it belongs to is not here yet.
    undecided,
};

/// Where in the logs those revisions of a record stand that were erased on request.
using PlacesErasedOnRequest = std::function<std::vector<LogPlace>(const RecordId&)>;

class ReaderScope {
  public:
    /// An assessor. Sites: inside. Members: of the team's people and of the reader. Assessments: the reader's own.
    /// Evidence, reviews, findings, needs, pledges: of those. Assignments: to the reader.
    ReaderScope(vault::Vault& vault, const team::Roster& roster, const PersonId& reader,
                PlacesErasedOnRequest places_erased_on_request);
    /// A reviewer without history. Sites and members: inside. Assessments, and what belongs to no assessment: those
    /// that began after `starts`; none where these are not known.
    ReaderScope(vault::Vault& vault, const team::Roster& roster, std::optional<team::LogStarts> starts,
                PlacesErasedOnRequest places_erased_on_request);
    Scope of(const history::Revision& revision);
    /// Of what belongs to an assessment that it names.
    Scope of_part(const RecordId& record);

  private:
    Scope of_assessment(const RecordId& assessment);
    Scope of_assignment(const RecordId& assignment);
    /// What the office wrote apart from any visit.
    Scope of_office(const RecordId& record);
    /// Whether the record began after what a reviewer without history may see; undecided before its beginning is here.
    Scope since_starts(const RecordId& record, const history::MergedRecord& merged) const;

    bool is_readers(const DeviceId& author) const;
    bool wrote_what_was_erased(const RecordId& record) const;

    vault::Vault& vault_;
    const team::Roster& roster_;
    PlacesErasedOnRequest places_erased_on_request_;
    PersonId reader_;
    bool without_history_ = false;
    std::optional<team::LogStarts> starts_;
    std::unordered_map<RecordId, Scope> members_;
    std::unordered_map<RecordId, Scope> known_;
};

}  // namespace fieldseal::exchange
