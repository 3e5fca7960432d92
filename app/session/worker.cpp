#include "app/session/worker.h"

#include <utility>

#include "model/memory/memory.h"

namespace fieldseal::session {

Worker::Worker(std::function<void()> wake) : wake_(std::move(wake)), thread_([this] { run(); }) {}

Worker::~Worker() {
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
        drop_waiting();
        cancelled_ = current_.job;
    }
    changed_.notify_all();
    thread_.join();
}

void Worker::drop_waiting() {
    std::erase_if(waiting_, [](const Job& waiting) { return waiting.on_lock == OnLock::drop; });
    behind_.clear();
}

std::uint64_t Worker::post(std::string name, Work work, Done done, OnLock on_lock) {
    std::uint64_t number = 0;
    {
        const std::lock_guard guard(mutex_);
        number = next_number_++;
        waiting_.push_back({number, epoch_, std::move(name), std::move(work), std::move(done), on_lock});
    }
    changed_.notify_all();
    return number;
}

void Worker::post_behind(std::function<void(std::unique_ptr<Session>& session)> work) {
    {
        const std::lock_guard guard(mutex_);
        if (stopping_) {
            return;
        }
        Job job;
        job.epoch = epoch_;
        job.work = [work = std::move(work)](std::unique_ptr<Session>& session, const Progress&) { work(session); };
        job.behind = true;
        behind_.push_back(std::move(job));
    }
    changed_.notify_all();
}

void Worker::cancel(std::uint64_t job) {
    const std::lock_guard guard(mutex_);
    std::erase_if(waiting_, [job](const Job& waiting) { return waiting.number == job; });
    if (busy_ && current_.job == job) {
        cancelled_ = job;
    }
}

bool Worker::collect() {
    std::deque<Finished> finished;
    std::uint64_t epoch = 0;
    {
        const std::lock_guard guard(mutex_);
        finished.swap(finished_);
        epoch = epoch_;
    }
    for (Finished& each : finished) {
        if (each.epoch == epoch && each.done) {
            each.done(each.error);
        }
    }
    return !finished.empty();
}

void Worker::lock() {
    const std::lock_guard guard(mutex_);
    drop_waiting();
    snapshot_.reset();
    ++epoch_;
    if (busy_) {
        cancelled_ = current_.job;
    }
    // Closing happens on the worker's thread, which alone touches the session.
    waiting_.push_back({next_number_++, epoch_, "lock", [](std::unique_ptr<Session>& session, const Progress&) { session.reset(); }, {}, OnLock::finish});
    changed_.notify_all();
}

std::shared_ptr<const Snapshot> Worker::snapshot() const {
    const std::lock_guard guard(mutex_);
    return snapshot_;
}

std::vector<JobProgress> Worker::running() const {
    const std::lock_guard guard(mutex_);
    std::vector<JobProgress> result;
    if (busy_) {
        result.push_back(current_);
    }
    for (const Job& job : waiting_) {
        result.push_back({job.number, job.name, 0, 0});
    }
    return result;
}

bool Worker::idle() const {
    const std::lock_guard guard(mutex_);
    return !busy_ && waiting_.empty() && finished_.empty();
}

void Worker::run() {
    std::unique_ptr<Session> session;
    while (true) {
        Job job;
        {
            std::unique_lock guard(mutex_);
            changed_.wait(guard, [this] { return stopping_ || !waiting_.empty() || !behind_.empty(); });
            if (waiting_.empty() && behind_.empty()) {
                return;
            }
            std::deque<Job>& queue = waiting_.empty() ? behind_ : waiting_;
            job = std::move(queue.front());
            queue.pop_front();
            if (!job.behind) {
                current_ = {job.number, job.name, 0, 0};
                busy_ = true;
            }
        }
        const Progress progress = [this, number = job.number](std::uint64_t done, std::uint64_t total) {
            bool cancelled = false;
            {
                const std::lock_guard guard(mutex_);
                current_.done = done;
                current_.total = total;
                cancelled = cancelled_ == number || stopping_;
            }
            wake_();
            return !cancelled;
        };
        std::exception_ptr error;
        try {
            job.work(session, progress);
        } catch (...) {
            error = std::current_exception();
        }
        if (job.behind) {
            job.work = {};
        }
        std::shared_ptr<const Snapshot> fresh;
        if (session) {
            try {
                fresh = session->snapshot();
            } catch (...) {
                error = error ? error : std::current_exception();
            }
        } else {
            memory::wipe_stack();
        }
        bool quiet = job.behind;
        {
            const std::lock_guard guard(mutex_);
            // A job that ran while the vault was being locked must not bring its contents back.
            if (job.epoch == epoch_ && !(job.behind && !fresh)) {
                quiet = quiet && snapshot_ == fresh;
                snapshot_ = std::move(fresh);
            }
            if (!job.behind) {
                busy_ = false;
                current_ = {};
                finished_.push_back({job.epoch, std::move(job.done), error});
            }
        }
        if (!quiet) {
            wake_();
        }
    }
}

}  // namespace fieldseal::session
