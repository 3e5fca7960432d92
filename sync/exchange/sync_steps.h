// Syncing in steps that are values: what a store is to do needs no vault, what the vault does needs no store. So the
// network can have a thread of its own, and the vault is never kept waiting for it.
//
//     while (step = steps.next())                           where the vault is
//         answer = carry_out(store, *step, take, note)      anywhere; each bundle goes to steps.take() as it comes
//         steps.finish(answer)                              where the vault is
//
// Broken off anywhere, what was done stays done, and the next SyncSteps goes on from there.
#pragma once

#include <map>
#include <variant>

#include "sync/exchange/exchange.h"

namespace fieldseal::exchange {

/// Names of objects to their sizes.
using Listing = std::map<std::string, std::uint64_t>;

struct ListFolders {
    std::vector<std::string> folders;
};
/// Bundles of others, by the names of their index objects.
struct FetchBundles {
    std::vector<std::string> indexes;
};
/// Parts of one sealed bundle, in order, and its index after the last of them.
struct SendBundle {
    std::string folder;  // with a slash at its end
    std::uint64_t counter = 0;
    std::shared_ptr<const Bytes> sealed;
    /// What is known to lie there already.
    Listing there;
    std::size_t first_part = 0;
    std::size_t most_parts = 0;
    /// That it holds something of; 0 where it holds none, or it is not known any more.
    std::uint64_t records = 0;
};
struct RemoveObjects {
    std::vector<std::string> names;
};
/// Who may use a hub (docs/formats/hub.md), where it shows no list of this version or a newer one.
struct TellHub {
    std::uint64_t version = 0;
    Bytes list;
};
using StoreStep = std::variant<TellHub, ListFolders, FetchBundles, SendBundle, RemoveObjects>;

struct FetchedBundle {
    std::string index;
    /// Nothing where it is not whole; then `reason` says why, for people.
    std::optional<Bytes> sealed;
    std::string reason;
};

/// What became of a step.
struct StoreAnswer {
    /// One for each folder.
    std::vector<Listing> listings;
    /// Parts of the bundle that are on the store now, from the first; and whether its index is, too.
    std::size_t parts = 0;
    bool complete = false;
    /// A hub did not take the list.
    bool refused = false;
};

/// How far one step is.
struct StepProgress {
    enum class Kind : std::uint8_t { looking, receiving, sending, removing };
    Kind kind = Kind::looking;
    /// Of the bundle that is sent; fetched so far, where bundles are received.
    std::uint64_t bytes = 0;
    std::uint64_t bytes_total = 0;
    /// Bundles, folders or objects.
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    /// In the bundle that is sent; 0 where that is not known, or it is evidence alone.
    std::uint64_t records = 0;
};
/// False cancels: Error(cancelled).
using StepNote = std::function<bool(const StepProgress&)>;

/// Does one step with the store. `take` is given each fetched bundle. Errors as of Store.
StoreAnswer carry_out(store::Store& store, const StoreStep& step, const std::function<void(FetchedBundle)>& take,
                      const StepNote& note);

class Synchronisation;

/// The vault's half of one synchronisation. Used by the thread that owns the vault; each call is short: a transaction
/// or two. The exchange outlives it.
class SyncSteps {
  public:
    explicit SyncSteps(Exchange& exchange, SyncOptions options = {});
    ~SyncSteps();
    SyncSteps(const SyncSteps&) = delete;
    SyncSteps& operator=(const SyncSteps&) = delete;

    /// What the store is to do next; nothing at the end.
    std::optional<StoreStep> next();
    void take(const FetchedBundle& bundle);
    void finish(const StoreAnswer& answer);
    /// So far.
    const SyncReport& report() const;

  private:
    std::unique_ptr<Synchronisation> synchronisation_;
};

}  // namespace fieldseal::exchange
