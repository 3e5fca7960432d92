// One act of erasing records on this device. Used by the files of this folder only.
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "sync/exchange/implementation.h"

namespace fieldseal::exchange {

class Erasing {
  public:
    /// Looks at what is here. The exchange outlives it; nothing else may change meanwhile.
    explicit Erasing(Exchange::Implementation& exchange);

    /// Sites and assessments that are here.
    const std::vector<RecordId>& sites() const { return sites_; }
    const std::vector<RecordId>& assessments() const { return assessments_; }
    /// Whether an assessment is finalised, and no reviewer has given it back since.
    bool is_finished(const RecordId& assessment);
    bool is_own(const RecordId& assessment) const;

    /// To be erased. Error(not_found), Error(refused) for what is no site or assessment, or erased already.
    void choose(const RecordId& record);
    bool is_chosen(const RecordId& record) const { return chosen_.contains(record); }
    /// Why a chosen record must stay; nothing where it may go.
    std::optional<std::string> reason_to_keep(const RecordId& record);
    /// Erases all that was chosen and leaves stubs. Runs inside a transaction.
    EraseReport run();

  private:
    struct Whole {
        record::Kind kind = record::Kind::site;
        codec::FieldMap fields;
        /// Assessment: its evidence and reviews.
        std::vector<RecordId> parts;
    };
    std::vector<RecordId> all_of(const RecordId& record) const;
    ErasedRecord stub_of(const RecordId& record);
    /// Contents that nothing else here uses.
    void find_contents(const history::MergedRecord& evidence);

    Exchange::Implementation& self_;
    std::vector<RecordId> sites_;
    std::vector<RecordId> assessments_;
    std::unordered_map<RecordId, Whole> wholes_;
    /// Chosen records, and everything that belongs to them.
    std::unordered_set<RecordId> chosen_;
    std::unordered_set<RecordId> going_;
    std::set<Hash> contents_;
};

}  // namespace fieldseal::exchange
