// What the time line of a record shows, what of it can be proved, and two moments of it beside each other: immutable values.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/history/diff.h"
#include "model/questionnaire/template.h"
#include "model/vault/step_check.h"
#include "sync/team/roster.h"

namespace fieldseal::session {

/// One step of a record's history.
struct HistoryStep {
    Hash revision;
    RecordId record;
    record::Kind kind = record::Kind::site;
    DeviceId device;
    std::uint64_t sequence = 0;
    std::string person;
    history::Time time;
    /// When this device received it; 0 for its own.
    std::int64_t received_ms = 0;
    /// Its device's clock said a time well after it had been received.
    bool clock_ahead = false;
    std::size_t edits = 0;
    /// Paths it touched, ascending; at most 2,000.
    std::vector<std::string> paths;
    /// What it set the record's `state` to, of a review its `verdict`; nothing where it did not, or set it back to 0.
    std::optional<std::int64_t> state;
    /// Under a signed segment of its device (own latest ones are not until sealed).
    bool sealed = false;
    std::vector<Hash> parents;
    /// The visit it belongs to, and its day; zero and "" for what belongs to none.
    RecordId visit;
    std::string visited_on;
    /// The question that its record is about, and what it is called: a file's name for example; both may be "".
    std::string question;
    std::string title;
    enum class Body : std::uint8_t {
        here,
        damaged,  // its row does not open, or is not what was written
        erased,   // on request, on every device
    };
    /// Where it is not here, what it changed is not known; of an erased one neither when nor upon what.
    Body body = Body::here;
};

/// What one step proves, and whose it is.
struct StepSeal {
    enum class Verdict {
        holds,
        open,     // of this device, and not signed until it is sealed
        partly,   // nothing speaks against it, but not all could be checked
        broken,
    };
    Hash revision;
    DeviceId device;
    std::uint64_t sequence = 0;
    /// Of the device in the list of the team; empty where it is not in it.
    std::string person;
    std::string fingerprint;
    std::optional<team::Role> role;
    bool own = false;
    /// The device was shut out since, and what it wrote up to here accepted.
    bool revoked = false;
    std::int64_t received_ms = 0;
    /// On request, on every device: the name alone is left.
    bool erased = false;
    /// What its author had seen of the record before, and is not here.
    std::size_t parents_missing = 0;
    vault::StepCheck check;

    Verdict verdict() const;
};

/// One side of a comparison.
struct DiffSide {
    /// The step it is the state at; of a visit as it is now, the last one.
    HistoryStep step;
    /// Of an assessment.
    bool finalised = false;
};

/// A piece of evidence, then and now: the same content is the same piece, whichever record names it.
struct EvidenceChange {
    struct Piece {
        std::string file_name;
        std::string caption;
    };
    std::string question;
    /// Nothing where it was not there.
    std::optional<Piece> before;
    std::optional<Piece> after;

    bool stayed() const { return before && after; }
};

/// Two states and what differs.
struct DiffView {
    Hash before;
    Hash after;
    RecordId record;
    record::Kind kind = record::Kind::site;
    DiffSide then;
    DiffSide now;
    std::vector<history::FieldChange> changes;
    /// Of an assessment, by question: what both have as well.
    std::vector<EvidenceChange> evidence;
    /// Of an assessment: the version it keeps to; null where that is not here.
    std::shared_ptr<const questionnaire::Template> questions;
};

}  // namespace fieldseal::session
