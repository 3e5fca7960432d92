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

    /// Why the bodies go: the stub says so.
    enum class Why { delivered, sealed };

    /// Sites, assessments and names of people that are here.
    const std::vector<RecordId>& sites() const { return sites_; }
    const std::vector<RecordId>& assessments() const { return assessments_; }
    const std::vector<RecordId>& members() const { return members_; }
    /// Whether an assessment is finalised, and no reviewer has given it back since.
    bool is_finished(const RecordId& assessment);
    /// Given back, and not finalised again on top of that.
    bool is_returned(const RecordId& assessment);
    /// The newest review of an assessment that is no comment.
    std::optional<record::Review> verdict_on(const RecordId& assessment);
    /// This device wrote in the record itself.
    bool is_own(const RecordId& record) const;
    /// Site of an assessment that is here; zero where it names none.
    RecordId site_of(const RecordId& assessment) const;
    /// A record that is here with what belongs to it: itself first.
    std::vector<RecordId> all_of(const RecordId& record) const;

    enum class Again { no, yes };
    /// To be erased. Error(not_found), Error(refused) for what is no site or assessment, or erased already. With
    /// `again`, also names of people, and what came of a record after it was erased.
    void choose(const RecordId& record, Again again = Again::no);
    bool is_chosen(const RecordId& record) const { return chosen_.contains(record); }
    /// Why a record must stay, naming it; nothing where it may go.
    std::optional<std::string> reason_to_keep(const RecordId& record);
    /// The same beside the record in a list; empty where it may go.
    std::string short_reason(const RecordId& record);
    /// Erases all that was chosen and leaves stubs. Runs inside a transaction.
    EraseReport run(Why why = Why::delivered);

  private:
    struct Whole {
        record::Kind kind = record::Kind::site;
        codec::FieldMap fields;
        /// Assessment: its evidence and reviews.
        std::vector<RecordId> parts;
    };
    enum class Stays { no, drafted, not_delivered, files_not_delivered, needed };
    /// `detail`: how many files, or the assessment that needs it.
    Stays why_it_stays(const RecordId& record, std::string& detail);
    ErasedRecord stub_of(const RecordId& record);
    /// Of a record of which there is a stub: that one, with the places of this one.
    void add_to_known(ErasedRecord& stub) const;
    /// Contents that nothing else here uses.
    void find_contents(const history::MergedRecord& evidence);

    Exchange::Implementation& self_;
    std::vector<RecordId> sites_;
    std::vector<RecordId> assessments_;
    std::vector<RecordId> members_;
    std::unordered_map<RecordId, Whole> wholes_;
    /// Site to assessments that are here.
    std::unordered_map<RecordId, std::vector<RecordId>> on_site_;
    /// Chosen records, and everything that belongs to them.
    std::unordered_set<RecordId> chosen_;
    std::unordered_set<RecordId> going_;
    std::set<Hash> contents_;
};

}  // namespace fieldseal::exchange
