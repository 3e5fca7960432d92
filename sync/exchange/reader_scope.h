// Which revisions are for an assessor: need to know, so that a lost laptop names no other sites' weaknesses. Used by
// the files of this folder only.
#pragma once

#include <unordered_map>

#include "model/vault/vault.h"
#include "sync/team/roster.h"

namespace fieldseal::exchange {

enum class Scope {
    outside,
    inside,
    /// What it belongs to is not here yet.
    undecided,
};

class ReaderScope {
  public:
    ReaderScope(vault::Vault& vault, const team::Roster& roster, const PersonId& reader);
    /// Sites: inside. Members: of the team's people and of the reader. Assessments: the reader's own. Evidence and
    /// reviews: of those.
    Scope of(const history::Revision& revision);

  private:
    Scope of_assessment(const RecordId& assessment);
    /// Of evidence or a review, by the assessment that it names.
    Scope of_part(const RecordId& record);

    vault::Vault& vault_;
    const team::Roster& roster_;
    PersonId reader_;
    std::unordered_map<RecordId, Scope> members_;
    std::unordered_map<RecordId, Scope> known_;
};

}  // namespace fieldseal::exchange
