// What lies in quarantine, opened as far as it can be: for people who have to decide about it. Nothing of it is part of
// the records.
#pragma once

#include "model/history/revision.h"
#include "sync/exchange/exchange.h"

namespace fieldseal::exchange {

/// Of one entry, revisions beyond that are counted only.
constexpr std::size_t most_shown_revisions = 200;

/// One edit that was refused.
struct QuarantinedField {
    std::string path;
    /// Nothing where the field goes back to its zero.
    std::optional<codec::Value> value;
    /// What stands in the record here; nothing where it is empty, or the record is not here.
    std::optional<codec::Value> here;
};

struct QuarantinedRevision {
    Hash name;
    RecordId record;
    record::Kind kind = record::Kind::site;
    std::uint64_t sequence = 0;
    history::Time time;
    /// The first revision of its record.
    bool begins = false;
    /// It is in the records by now, by another way.
    bool taken = false;
    std::vector<QuarantinedField> fields;
};

/// A run of a log, an enrolment, a list of the team, a receipt, a questionnaire.
struct QuarantinedItem {
    bundle::ItemType type = bundle::ItemType::segment;
    /// Why it cannot be read; else empty.
    std::string problem;
    /// The device whose log it is, that joins, that signed the list, or whose receipt it is; zero of a questionnaire.
    DeviceId device;
    // Of a log: its place, and the revisions whose bodies are in it.
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::vector<QuarantinedRevision> revisions;
    std::uint64_t more_revisions = 0;
    /// Of an enrolment, to compare with its person.
    std::string fingerprint;
    /// When it was made, by its device's clock: of an enrolment, a list, a receipt.
    std::int64_t made_ms = 0;
    /// Of a list of the team.
    std::uint64_t version = 0;
    std::uint64_t people = 0;
    std::uint64_t devices = 0;
    /// Of a receipt.
    std::uint64_t logs = 0;
    std::uint64_t contents = 0;
    /// Of a questionnaire: "csb 1.2.0".
    std::string questionnaire;
};

struct QuarantineContent {
    QuarantineEntry entry;
    /// It is a whole bundle; else one item of one.
    bool is_bundle = false;
    /// Why nothing of it can be opened; else empty.
    std::string problem;
    // Of a bundle: its number on its lane, when it was made by its sender's clock, and files in it.
    std::uint64_t counter = 0;
    std::int64_t created_ms = 0;
    std::uint64_t files = 0;
    std::uint64_t file_bytes = 0;
    std::vector<QuarantinedItem> items;
};

/// "log", "enrolment", "roster", "receipt", "questionnaire", or "unknown".
std::string_view name_of(bundle::ItemType type);

}  // namespace fieldseal::exchange
