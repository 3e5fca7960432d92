// The vault's half of a synchronisation. Used by the files of this folder only.
//
// outbox/<token>/ holds what a device sends to the team, mailbox/<token>/ what is sent to a device. A bundle is parts
// first, its index last. Whatever is read from the vault is read anew in each step: between two steps people go on
// working.
#pragma once

#include "sync/exchange/implementation.h"
#include "sync/exchange/sync_steps.h"

namespace fieldseal::exchange {

class Synchronisation {
  public:
    Synchronisation(Exchange::Implementation& exchange, SyncOptions options);

    std::optional<StoreStep> next();
    void take(const FetchedBundle& bundle);
    void finish(const StoreAnswer& answer);
    SyncReport report;

    static Exchange::Implementation& of(Exchange& exchange) { return *exchange.implementation_; }

  private:
    /// The list of who may use the hub, where this one may tell it and has not (hub_access.cpp).
    std::optional<StoreStep> tell_hub();

    // synchronise.cpp: what came
    /// Own mailbox, and at the team's machines the outboxes of all others.
    std::vector<std::string> incoming_folders();
    StoreStep look();
    void note_listings(const StoreAnswer& answer);
    bool may_take_more();
    /// What may let something be taken that was not: the roster, and how much has been taken in.
    Bytes stamp() const;
    bool is_done_with(const std::string& index);
    /// Looked at, and kept for when something has changed.
    bool waits(const std::string& index);

    // send_steps.cpp: what goes out
    /// Two bundles of a lane may be under way: evidence alone, which others overtake, and anything else.
    struct Upload {
        bundle::Lane lane;
        /// Of what is pending; none for what was sealed on finalise, which waits elsewhere.
        Bytes key;
        std::shared_ptr<const Bytes> sealed;
        std::uint64_t counter = 0;
        Marks marks;
        bool evidence = false;
        std::size_t parts = 0;
        std::uint64_t records = 0;
    };
    std::optional<StoreStep> next_bundle();
    /// What waits on the lanes that are not done; the others become so.
    std::optional<StoreStep> next_of(std::set<Bytes>& done, bool evidence);
    /// What was sealed on finalise and is not on the store (any more): the same bytes each time.
    std::optional<StoreStep> next_sealed_finalised();
    std::optional<StoreStep> resume(const bundle::Lane& lane, bool evidence);
    std::optional<StoreStep> seal_next(const bundle::Lane& lane, bool evidence);
    StoreStep send_on();
    void note_sent(const StoreAnswer& answer);
    /// Objects of ours of which others are gone.
    std::vector<std::string> remains();
    /// Notices what has vanished from the store without having arrived, and readers that are new.
    void prepare();
    std::vector<std::string> arrived_objects();
    void note_removed(const std::vector<std::string>& names);
    /// What may let something be sent that was not there before.
    Bytes own_stamp();
    /// Own objects of the lane, where they were listed.
    const Listing* listing_of(const bundle::Lane& lane) const;

    Exchange::Implementation& self_;
    SyncOptions options_;
    enum class Phase { tell, look, fetch, tidy, send, remove, tell_again, done } phase_ = Phase::tell;
    /// Roster that the hub was told last.
    std::uint64_t told_ = 0;
    bool looked_ = false;
    std::map<std::string, Listing> listings_;
    std::vector<std::string> listed_folders_;
    std::vector<std::string> wanted_;
    /// Indexes on the store, and what there was when they were looked at.
    std::vector<std::string> indexes_;
    std::size_t bundles_before_ = 0;
    std::uint64_t roster_before_ = 0;
    std::vector<std::string> removing_;
    /// Lanes whose next receipt is to say everything, so that those before it can go.
    std::set<Bytes> full_;
    std::set<Bytes> full_said_;
    std::optional<Upload> upload_;
    std::optional<Upload> evidence_upload_;
    /// Lanes on which no answer waits, as of own_stamp(); and those on which no evidence waits.
    Bytes answered_at_;
    std::set<Bytes> answered_;
    std::set<Bytes> shown_;
    std::int64_t began_ms_ = 0;
};

/// Where a sealed bundle waits that is not wholly on the store.
Bytes pending_key(const bundle::Lane& lane, bool evidence);

}  // namespace fieldseal::exchange
