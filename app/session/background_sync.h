// Syncing by itself, beside what people do. The network has a thread of its own; the vault's part goes through the
// Worker in short jobs that wait behind everything else, so that nobody who saves ever waits for a store.
//
// Nothing runs while the vault is locked. No frame and no CPU while nothing happens: the thread sleeps until the next
// try is due.
#pragma once

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "app/session/sync_schedule.h"
#include "app/session/worker.h"

namespace fieldseal::session {

/// What people are shown of it.
struct SyncStatus {
    enum class State : std::uint8_t {
        closed,      // no vault is open
        no_store,    // none is set
        offline,     // told to stay so
        waiting,     // it did not come through; it is tried again by itself at `next_ms`
        syncing,     // see `progress`
        up_to_date,  // of `last_ms`
        attention,   // a person has to do something; `message` says what
    };
    State state = State::closed;
    SyncTrouble trouble = SyncTrouble::none;
    /// Of the last failure, in English; empty without.
    std::string message;
    /// The store's address.
    std::string place;
    /// Wall time of the next try by itself; 0 where there is none.
    std::int64_t next_ms = 0;
    /// Wall time of the last one that came through since the vault was opened; 0 without.
    std::int64_t last_ms = 0;
    /// Bundles that the last one moved that came through.
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    /// The owner shut this device out.
    bool revoked = false;
    /// Evidence waits for the next hour.
    bool evidence_waits = false;
    exchange::StepProgress progress;
};
std::string_view name_of(SyncStatus::State state);

/// How a synchronisation that was asked for ended, or a test of a connection.
struct SyncEnd {
    exchange::SyncReport report;
    std::exception_ptr error;
};

class BackgroundSync {
  public:
    using OpenStore = std::function<std::unique_ptr<store::Store>(const std::string& url, store::StoreOptions options)>;

    /// `changed` is called from the thread of this object when status() has changed or something can be collected, at
    /// most a few times a second. The worker outlives it.
    BackgroundSync(Worker& worker, Environment environment, std::function<void()> changed,
                   OpenStore open_store = store::open_store);
    /// Cancels what runs, and waits for it.
    ~BackgroundSync();
    BackgroundSync(const BackgroundSync&) = delete;
    BackgroundSync& operator=(const BackgroundSync&) = delete;

    /// A vault was opened in the worker. With `by_itself`, it is tried soon, and again and again.
    void open(bool by_itself);
    /// The vault is being locked: what runs is cancelled, what was to be collected is dropped. Returns at once.
    void close();

    /// Now, whatever the schedule says, unless told to stay offline. Ends with a SyncEnd to collect.
    void sync_now();
    /// Ends what runs, within a second.
    void cancel();
    /// The vault's settings (store, staying offline, limit) have changed.
    void settings_changed();
    /// See SyncSchedule.
    void connection_changed();
    /// This device's log is so long now.
    void own_change(std::uint64_t own_log);
    /// Whether a store with these credentials can be read and written: looks into the own mailbox, puts an object into
    /// the own outbox and removes it. Those kept, for this address, where there are none. Ends with a SyncEnd.
    void test(const std::string& url, store::Credentials credentials);

    SyncStatus status() const;
    /// Something that was asked for runs, or was not collected yet.
    bool busy() const;
    std::optional<SyncEnd> collect();
    std::optional<SyncEnd> collect_test();

  private:
    struct Test {
        std::string url;
        store::Credentials credentials;
    };
    void run();
    void sync_once(std::uint64_t epoch, bool asked);
    exchange::SyncReport sync_with(std::uint64_t epoch, KeptStore& kept);
    void test_once(std::uint64_t epoch, Test test);
    store::StoreOptions options_for(std::uint64_t epoch, store::Credentials credentials);
    /// Runs on the worker; the result. Throws what it throws, or Error(cancelled) where the vault was locked.
    template <class Result>
    std::future<Result> on_worker(std::function<Result(Session&)> work);
    bool cancelled(std::uint64_t epoch) const;
    /// False once cancelled.
    bool note(std::uint64_t epoch, const exchange::StepProgress& at);
    void show();
    std::uint64_t evidence_left(std::uint64_t per_hour);

    Worker& worker_;
    Environment environment_;
    std::function<void()> changed_;
    OpenStore open_store_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    SyncSchedule schedule_;
    SyncStatus status_;
    bool stopping_ = false;
    bool open_ = false;
    bool by_itself_ = false;
    bool asked_ = false;
    bool running_asked_ = false;
    bool running_ = false;
    std::atomic<bool> cancel_ = false;
    /// Counts vaults opened and closed: what belongs to an older one is dropped.
    std::atomic<std::uint64_t> epoch_ = 0;
    std::optional<SyncEnd> end_;
    std::optional<Test> test_;
    bool testing_ = false;
    std::optional<SyncEnd> test_end_;
    /// How long this device's log is, and how much of it was sent, as far as is known here.
    std::uint64_t own_log_ = 0;
    std::uint64_t sent_log_ = 0;
    std::int64_t told_ms_ = 0;
    /// Bytes that moved since the step said how far it is.
    std::uint64_t moved_ = 0;
    exchange::StepProgress step_;
    /// Of evidence, in the hour that began then.
    std::uint64_t evidence_sent_ = 0;
    std::int64_t hour_began_ms_ = 0;
    std::thread thread_;
};

}  // namespace fieldseal::session
