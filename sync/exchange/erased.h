// What stays on the vault's shelf of records that were erased here. Used by the files of this folder only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/codec/canonical_archive.h"
#include "model/record/record.h"

namespace fieldseal::exchange {

/// A record, and the places in logs whose bodies were erased and are not back.
struct ErasedPart {
    RecordId record;
    record::Kind kind = record::Kind::site;
    std::vector<std::pair<DeviceId, std::uint64_t>> places;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(record, kind, places);
    }
};

/// A site, or an assessment with its evidence and reviews.
struct ErasedRecord {
    RecordId record;
    record::Kind kind = record::Kind::site;
    /// As the list showed it: the site's name.
    std::string title;
    std::string visited_on;
    RecordId site;
    std::string questionnaire;
    std::int64_t erased_ms = 0;
    /// When it was finalised, before it was delivered: its bodies wait in sealed bundles.
    bool sealed = false;
    /// By the issuer's clock of the receipt that covered it; 0 while none does.
    std::int64_t delivered_ms = 0;
    /// Place of this device's last revision in it; 0 where it has none.
    std::uint64_t own_last = 0;
    /// Of this device's evidence in it, with sizes: what its delivery waits for.
    std::vector<std::pair<Hash, std::uint64_t>> contents;
    /// The record itself first.
    std::vector<ErasedPart> parts;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(record, kind, title, visited_on, site, questionnaire, erased_ms, sealed, delivered_ms, own_last, contents,
           parts);
    }
};

}  // namespace fieldseal::exchange
