// What lists show of a record: small rows of their own, so that opening a vault reads little.
#pragma once

#include <functional>

#include "model/history/merge.h"

namespace fieldseal::vault {

struct Summary {
    RecordId id;
    record::Kind kind = record::Kind::site;
    /// The site of an assessment or assignment; the assessment of evidence, a review, a finding or a need (its site where
    /// it has none); the need of a pledge; zero otherwise.
    RecordId parent;
    /// Site's name, evidence's file name, member's name, offer's partner; the first words of a review, a finding, a need
    /// or why somebody is to go.
    std::string title;
    std::string sector;
    /// Of a site. Assessment: the beginning of its template's content hash; empty where an older program made the summary.
    /// Assignment: day of the last visit that it tells of.
    std::string region;
    /// Assessment and assignment: the template. Evidence, review, finding: the question. Need and offer: the category.
    std::string subject;
    /// Day of the visit, of a delivery; by which to go; until which an offer holds.
    std::string date;
    /// AssessmentState, Verdict, criticality, FindingState, PledgeState, by kind; a need: 1 where withdrawn.
    std::uint8_t state = 0;
    /// Assessment: 1 + index of the grade, 0 without a score; + 0x80 where provisional.
    std::uint8_t grade = 0;
    /// Assessment: score, range and coverage in thousandths; -1 where there is none.
    std::int16_t score = -1;
    std::int16_t low = -1;
    std::int16_t high = -1;
    std::int16_t coverage = -1;
    /// Assessment and review: who made it. Assignment: who is to go.
    PersonId person;
    /// Device and sequence number of the last revision merged, by log order of the device that made it.
    DeviceId device;
    std::uint64_t last_sequence = 0;
    /// Place in this device's own log of its last revision of the record; 0 where it made none.
    std::uint64_t own_sequence = 0;
    std::int64_t created_ms = 0;
    std::int64_t changed_ms = 0;
    std::uint32_t revisions = 0;
    std::uint32_t conflicts = 0;
    bool removed = false;

    bool operator==(const Summary&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(id, kind, parent, title, sector, region, subject, date, state, grade, score, low, high, coverage, person,
           device, last_sequence, own_sequence, created_ms, changed_ms, revisions, conflicts, removed);
    }
};

/// Makes the part of a summary that depends on content; portfolio::summarise is the real one. Ids, times, counts are
/// the vault's.
using Summarise = std::function<void(const history::MergedRecord&, Summary&)>;

}  // namespace fieldseal::vault
