// What a Session holds. Seen by the files of this folder only.
#pragma once

#include <unordered_set>

#include "app/session/rows.h"
#include "app/session/text_search.h"

namespace fieldseal::session {

/// One synchronisation under way.
struct SyncRun;
struct SyncRunDeleter {
    void operator()(SyncRun* run) const;
};

struct Session::Implementation {
    std::unique_ptr<vault::Vault> vault;
    std::unique_ptr<exchange::Exchange> exchange;
    portfolio::TemplateShelf templates;
    Rows rows;
    std::uint64_t generation = 0;
    std::shared_ptr<const Snapshot> shown;
    /// Assessments known to be open for editing, so that a key press need not load them; emptied by whatever may change that.
    std::unordered_set<RecordId> open_for_editing;
    std::vector<RecordId> changed;
    bool all_changed = true;
    bool deliveries_changed = false;
    /// Peers, quarantine, imports: read anew for the next snapshot.
    bool exchange_changed = true;
    bool syncs_changed = true;
    /// What renew_summaries() failed with: not tried again in this run until something else is at hand.
    std::string summaries_tried;
    /// Goes before the exchange that it works on.
    std::unique_ptr<SyncRun, SyncRunDeleter> syncing;

    explicit Implementation(std::unique_ptr<vault::Vault> opened);
    /// Loads the exchange and the templates it holds, if the vault belongs to a deployment.
    void load_deployment();
    exchange::Exchange& joined();
    /// Takes in what the exchange holds and is not known yet.
    void load_questionnaires();
    /// Makes the summaries anew where they were made with other questionnaires than are at hand, or by another version
    /// of what makes them; also after the program ended in between.
    void renew_summaries();

    void touch(const RecordId& id);
    void touch_everything();
    /// What was being typed to somebody about an assessment that was erased (kept_words.cpp).
    void drop_words_of_gone();

    std::int64_t now() { return vault->environment().clock.wall_ms(); }
    /// Merged state with the draft on top; heads of the merged state.
    codec::FieldMap current(const RecordId& id, record::Kind kind, history::MergedRecord* merged = nullptr);
    /// What is here of a piece of evidence, and whose its original is.
    void fill_held(EvidenceView& item);
    /// The photo's copy and its sealed original as contents, and the record that names both: all or nothing.
    RecordId attach_photo(const RecordId& assessment, const std::string& question, const std::string& file_name, ByteView photo, const std::string& caption,
                          const picture::Cleaning& cleaning);
    /// `copy` is the content that readers get.
    record::SealedOriginal seal_original(ByteView photo, const Hash& copy);
    RecordId append_evidence(record::Evidence& evidence);
    /// A revision at once, where it says something new.
    void mark_evidence(const RecordId& evidence, bool removed);
    std::string sector_of(const RecordId& site);
    std::vector<Conflict> conflicts(const history::MergedRecord& merged);
    void require_editable(const RecordId& assessment);
    Hash append(const RecordId& id, record::Kind kind, const codec::Edits& edits, const std::vector<Hash>& parents);
    // review_history.cpp
    /// Up to where this device's own log is under signatures.
    std::uint64_t own_signed();
    /// Of a snapshot that is up to date: where it stands and what it belongs to, without what it says.
    HistoryStep step_at(const RecordId& id, record::Kind kind, const DeviceId& device, std::uint64_t sequence, std::uint64_t own_signed);
    HistoryStep step_of(const RecordId& id, record::Kind kind, const history::RevisionNote& note, std::uint64_t own_signed);
    // comparing.cpp
    HistoryStep last_step(const history::MergedRecord& merged);
    std::vector<record::Evidence> evidence_now(const RecordId& assessment);
    /// Of one assessment, by the order of its time line.
    std::vector<record::Evidence> evidence_before(const std::vector<HistoryStep>& steps, const Hash& step);
    DiffView compare(DiffSide then, const codec::FieldMap& before, DiffSide now, const codec::FieldMap& after);
    // help.cpp
    /// Who may write findings and needs of a visit; of none, coordinators only.
    void require_visitor(const RecordId& assessment);
    /// Error(refused) where others would not take this person's word for it.
    void require_may_settle(const RecordId& record, const history::MergedRecord& merged);
    void require_coordinator();
    /// The summary of a site's latest finalised visit, which `now` keeps alive; null where there is none.
    const vault::Summary* latest_finalised(const Snapshot& now, const RecordId& site) const;
    portfolio::HelpSource help_source();
    /// Error(cancelled) when `progress` says so, which hears of every hundredth.
    static void each_site(const Snapshot& now, const Progress& progress, const std::function<void(const Row&)>& visit);
    void look_at_help(AssessmentView& view);
    /// Of the last finalised visit to the site up to that day, as far as it is here; null where there is none.
    std::shared_ptr<const Row> last_visit(const RecordId& site, const std::string& day, const RecordId& except);
    void find_previous(AssessmentView& view);
    std::shared_ptr<const portfolio::Help> help_shown;
    std::uint64_t help_generation = 0;
    /// Puts the stubs of what was erased here into a snapshot, and takes what is left of those records out of its lists.
    void show_erased(Snapshot& snapshot);
    void after_import(const std::vector<exchange::ImportReport>& reports);

    // search_text.cpp
    /// Null until somebody searches.
    std::unique_ptr<TextSearch> text_search;
    /// Neither removed nor erased nor sealed away, with all that it belongs to.
    bool may_be_found(const Snapshot& now, const Row& row) const;
    /// That of the first finding a need answers to; "" where there is none, or the need cannot be read.
    std::string question_of_need(const Snapshot& now, const RecordId& need);
    /// Notes what must be read anew, and forgets what is gone.
    void follow_for_search(const Snapshot& now);

    // syncing.cpp
    SyncRun& sync_run(std::uint64_t number);
    /// Makes what came in show, all of it or now and then.
    void show_synced(SyncRun& run, bool all);
    void end_sync(SyncRun& run, SyncTrouble trouble, const std::string& message);
    /// The store that an invitation or a kit names.
    void keep_store_of(const std::string& url);
    /// The kept one, where others could use it.
    std::string store_for_others();
};

}  // namespace fieldseal::session
