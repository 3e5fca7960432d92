// One thread that owns the Session of the window. Jobs are values that go in and results that come out; no lock is shared while one runs.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "app/session/session.h"

namespace fieldseal::session {

/// What a screen sees of a running job.
struct JobProgress {
    std::uint64_t job = 0;
    std::string name;  // stable id: "import", "sync", ...
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

class Worker {
  public:
    /// Runs on the worker's thread. The session is null until open() or create() of a job set it; a job may replace it.
    using Work = std::function<void(std::unique_ptr<Session>& session, const Progress& progress)>;
    /// Runs on the thread that calls collect(). `error` is null where the work ended well.
    using Done = std::function<void(std::exception_ptr error)>;

    /// `wake` is called from the worker's thread when there is something to collect (posts an empty event to the window).
    explicit Worker(std::function<void()> wake);
    /// Cancels what runs, drops what waits (see OnLock), closes the session.
    ~Worker();

    /// What becomes of a job that still waits when the vault is locked or the program ends.
    enum class OnLock {
        drop,
        /// It runs first, for what a person typed is in it; its result is dropped all the same.
        finish,
    };
    /// Queued; `name` for progress. Returns its number.
    std::uint64_t post(std::string name, Work work, Done done = {}, OnLock on_lock = OnLock::drop);
    /// For what goes on beside what people do: runs when nothing else waits, shows in no progress, does not count in idle(), and wakes nobody unless it
    /// changed the snapshot. What waits when the vault is locked is dropped, with whatever the work holds.
    void post_behind(std::function<void(std::unique_ptr<Session>& session)> work);
    void cancel(std::uint64_t job);
    /// Calls `done` of finished jobs; at frame start. Results of jobs posted before the last lock() are dropped.
    /// Returns whether anything was collected.
    bool collect();
    /// Closes the session after what runs has been cancelled; what is queued is dropped (see OnLock). Snapshots are released.
    void lock();

    /// The newest snapshot, or null while locked. Made after each job.
    std::shared_ptr<const Snapshot> snapshot() const;
    /// What runs or waits, first the running one.
    std::vector<JobProgress> running() const;
    bool idle() const;

  private:
    struct Job {
        std::uint64_t number = 0;
        std::uint64_t epoch = 0;
        std::string name;
        Work work;
        Done done;
        OnLock on_lock = OnLock::drop;
        bool behind = false;
    };
    struct Finished {
        std::uint64_t epoch = 0;
        Done done;
        std::exception_ptr error;
    };
    void run();
    /// Under the mutex.
    void drop_waiting();

    std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    std::deque<Job> behind_;
    std::deque<Finished> finished_;
    std::shared_ptr<const Snapshot> snapshot_;
    JobProgress current_;
    bool busy_ = false;
    bool stopping_ = false;
    std::uint64_t next_number_ = 1;
    std::uint64_t epoch_ = 0;
    std::atomic<std::uint64_t> cancelled_{0};
    std::thread thread_;
};

}  // namespace fieldseal::session
