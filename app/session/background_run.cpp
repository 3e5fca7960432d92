// The thread of BackgroundSync: one synchronisation or test after the other, the vault's part of each on the worker.
#include <algorithm>
#include <deque>
#include <future>

#include "app/session/background_sync.h"
#include "model/crypto/random.h"

namespace fieldseal::session {

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
/// A run hands over to the next one after so long, so that receipts and reviews need not wait for all of the evidence.
constexpr std::int64_t long_run_ms = 60'000;
constexpr std::int64_t tell_every_ms = 250;
/// Fetched and not yet taken in: the network need not wait for the vault, and memory is bounded.
constexpr std::size_t fetched_ahead = 8;
constexpr std::size_t fetched_ahead_bytes = 32u << 20;

Error cancelled_error() {
    return Error(ErrorCode::cancelled,
                 "Cancelled. What was sent and taken in so far is kept; the next time goes on from there.");
}

std::string message_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& known) {
        return known.what();
    } catch (...) {
        return {};
    }
}

}  // namespace

bool BackgroundSync::note(std::uint64_t epoch, const exchange::StepProgress& at) {
    bool tell = false;
    {
        const std::lock_guard guard(mutex_);
        if (cancelled(epoch)) {
            return false;
        }
        const std::int64_t now = environment_.clock.uptime_ms();
        tell = now - told_ms_ >= tell_every_ms || now < told_ms_;
        if (tell) {
            told_ms_ = now;
            status_.progress = at;
        }
    }
    if (tell) {
        changed_();
    }
    return true;
}

store::StoreOptions BackgroundSync::options_for(std::uint64_t epoch, store::Credentials credentials) {
    store::StoreOptions options;
    options.credentials = std::move(credentials);
    options.cancelled = [this, epoch] { return cancelled(epoch); };
    options.moved = [this, epoch](std::uint64_t bytes) {
        exchange::StepProgress at;
        {
            const std::lock_guard guard(mutex_);
            moved_ += bytes;
            at = step_;
            at.bytes += moved_;
            if (at.kind == exchange::StepProgress::Kind::sending) {
                at.bytes = std::min(at.bytes, at.bytes_total);
            }
        }
        if (at.kind == exchange::StepProgress::Kind::sending || at.kind == exchange::StepProgress::Kind::receiving) {
            note(epoch, at);
        }
    };
    options.pause = [this, epoch](std::int64_t ms) {
        std::unique_lock guard(mutex_);
        wake_.wait_for(guard, std::chrono::milliseconds(ms), [&] { return cancelled(epoch); });
    };
    return options;
}

template <class Result>
std::future<Result> BackgroundSync::on_worker(std::function<Result(Session&)> work) {
    const auto promise = std::make_shared<std::promise<Result>>();
    std::future<Result> result = promise->get_future();
    worker_.post_behind([promise, work = std::move(work)](std::unique_ptr<Session>& session) {
        try {
            if (!session) {
                throw cancelled_error();
            }
            if constexpr (std::is_void_v<Result>) {
                work(*session);
                promise->set_value();
            } else {
                promise->set_value(work(*session));
            }
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    });
    return result;
}

namespace {

/// What the worker dropped, since the vault was locked, counts as cancelled.
template <class Result>
Result take_result(std::future<Result> result) {
    try {
        return result.get();
    } catch (const std::future_error&) {
        throw cancelled_error();
    }
}

}  // namespace

std::uint64_t BackgroundSync::evidence_left(std::uint64_t per_hour) {
    const std::int64_t now = environment_.clock.uptime_ms();
    if (now - hour_began_ms_ >= hour_ms || evidence_sent_ == 0) {
        hour_began_ms_ = now;
        evidence_sent_ = 0;
    }
    return per_hour == 0 ? exchange::SyncOptions::no_limit : per_hour - std::min(per_hour, evidence_sent_);
}

exchange::SyncReport BackgroundSync::sync_with(std::uint64_t epoch, KeptStore& kept) {
    exchange::SyncOptions options;
    options.evidence_limit = evidence_left(kept.evidence_per_hour);
    options.long_run_ms = long_run_ms;
    const auto run = take_result(
        on_worker<std::uint64_t>([&kept, options](Session& session) { return session.begin_sync(kept.url, options); }));
    const exchange::StepNote told = [&](const exchange::StepProgress& at) {
        {
            const std::lock_guard guard(mutex_);
            step_ = at;
            moved_ = 0;
        }
        return note(epoch, at);
    };
    struct Taking {
        std::future<void> done;
        std::size_t bytes;
    };
    std::exception_ptr error;
    std::deque<Taking> ahead;
    try {
        // A store that is away is a try as well: the log of syncs tells of it.
        const std::unique_ptr<store::Store> opened =
            open_store_(kept.url, options_for(epoch, std::move(kept.credentials)));
        store::Store& store = *opened;
        std::size_t ahead_bytes = 0;
        const auto wait_for_oldest = [&] {
            std::future<void> done = std::move(ahead.front().done);
            ahead_bytes -= ahead.front().bytes;
            ahead.pop_front();
            take_result(std::move(done));
        };
        const auto take = [&](exchange::FetchedBundle fetched) {
            const std::size_t bytes = fetched.sealed ? fetched.sealed->size() : 0;
            const auto shared = std::make_shared<const exchange::FetchedBundle>(std::move(fetched));
            ahead.push_back(
                {on_worker<void>([run, shared](Session& session) { session.take_synced(run, *shared); }), bytes});
            ahead_bytes += bytes;
            while (ahead.size() > fetched_ahead || (ahead_bytes > fetched_ahead_bytes && ahead.size() > 1)) {
                wait_for_oldest();
            }
        };
        while (true) {
            if (cancelled(epoch)) {
                throw cancelled_error();
            }
            const auto step = take_result(on_worker<std::optional<exchange::StoreStep>>(
                [run](Session& session) { return session.next_sync_step(run); }));
            if (!step) {
                break;
            }
            const exchange::StoreAnswer answer = exchange::carry_out(store, *step, take, told);
            while (!ahead.empty()) {
                wait_for_oldest();
            }
            take_result(on_worker<void>([run, &answer](Session& session) { session.finish_sync_step(run, answer); }));
        }
    } catch (...) {
        error = std::current_exception();
    }
    const SyncTrouble trouble = error ? trouble_of(error) : SyncTrouble::none;
    const std::string message = error ? message_of(error) : std::string();
    // What was fetched before it broke off is being taken in: it is waited for, so that the log of syncs knows of it.
    exchange::SyncReport report;
    try {
        report = take_result(on_worker<exchange::SyncReport>(
            [run, trouble, message](Session& session) { return session.end_sync(run, trouble, message); }));
    } catch (...) {
        error = error ? error : std::current_exception();
    }
    evidence_sent_ += report.evidence_bytes;
    if (error) {
        std::rethrow_exception(error);
    }
    return report;
}

void BackgroundSync::sync_once(std::uint64_t epoch, bool asked) {
    SyncEnd end;
    bool offline = false;
    bool no_store = false;
    std::string place;
    try {
        const auto kept = std::make_shared<KeptStore>(
            take_result(on_worker<KeptStore>([](Session& session) { return session.kept_store(); })));
        place = kept->url;
        offline = kept->stay_offline;
        no_store = kept->url.empty();
        if (!offline && !no_store) {
            {
                const std::lock_guard guard(mutex_);
                if (epoch_ == epoch) {
                    status_.state = SyncStatus::State::syncing;
                    status_.progress = step_ = {};
                    status_.place = place;
                }
            }
            changed_();
            end.report = sync_with(epoch, *kept);
        }
    } catch (...) {
        end.error = std::current_exception();
    }
    {
        const std::lock_guard guard(mutex_);
        if (epoch_ != epoch) {
            return;
        }
        const std::int64_t now = environment_.clock.uptime_ms();
        status_.place = place;
        status_.progress = {};
        if (asked && !end.error && (no_store || offline)) {
            end.error = std::make_exception_ptr(
                Error(ErrorCode::usage, no_store ? "No store is set. Choose a folder or a server to sync with first."
                                                 : "This vault is told to stay offline. Switch that off first."));
        }
        if (no_store) {
            schedule_.close();
            status_.state = SyncStatus::State::no_store;
        } else if (offline) {
            schedule_.succeeded(now, false);
            schedule_.stay_offline(true, now);
            status_.state = SyncStatus::State::offline;
        } else if (end.error) {
            const SyncTrouble trouble = trouble_of(end.error);
            schedule_.failed(now, trouble);
            status_.trouble = trouble;
            status_.message = message_of(end.error);
            status_.state = needs_person(trouble) ? SyncStatus::State::attention : SyncStatus::State::waiting;
        } else {
            schedule_.succeeded(now, end.report.more);
            sent_log_ = std::max(sent_log_, end.report.own_log);
            if (own_log_ > sent_log_) {
                schedule_.changed(now);
            }
            status_.trouble = SyncTrouble::none;
            status_.message.clear();
            status_.last_ms = environment_.clock.wall_ms();
            status_.sent = end.report.sent.bundles;
            status_.received = 0;
            for (const exchange::ImportReport& received : end.report.received) {
                status_.received += received.outcome == exchange::ImportReport::Outcome::imported ? 1 : 0;
            }
            status_.revoked = end.report.revoked;
            status_.evidence_waits = end.report.evidence_waits;
            status_.state = end.report.revoked ? SyncStatus::State::attention : SyncStatus::State::up_to_date;
        }
        show();
        // One that stopped to look at what came meanwhile has not ended for whoever asked.
        if (asked && !end.error && end.report.more) {
            asked_ = true;
        } else if (asked) {
            end_ = std::move(end);
        }
    }
}

void BackgroundSync::test_once(std::uint64_t epoch, Test test) {
    SyncEnd end;
    try {
        const auto kept = std::make_shared<KeptStore>(
            take_result(on_worker<KeptStore>([&test](Session& session) {
                KeptStore known = session.kept_store();
                known.credentials = session.credentials_for(test.url);
                return known;
            })));
        if (test.credentials.user.empty() && test.credentials.secret.empty()) {
            test.credentials = std::move(kept->credentials);
        }
        const std::unique_ptr<store::Store> store =
            open_store_(test.url, options_for(epoch, std::move(test.credentials)));
        store->list(kept->mailbox);
        crypto::SystemRandom random;
        const std::string name = kept->outbox + "/t-" + to_hex(random.bytes(16));
        store->put_if_absent(name, random.bytes(32));
        store->remove(name);
    } catch (...) {
        end.error = std::current_exception();
    }
    const std::lock_guard guard(mutex_);
    if (epoch_ == epoch) {
        test_end_ = std::move(end);
    }
}

void BackgroundSync::run() {
    std::unique_lock guard(mutex_);
    while (!stopping_) {
        const bool due = open_ && (asked_ || schedule_.due(environment_.clock.uptime_ms()));
        if (!due && !(open_ && test_)) {
            const std::optional<std::int64_t> next = open_ ? schedule_.next() : std::nullopt;
            if (next) {
                wake_.wait_for(guard, std::chrono::milliseconds(
                                          std::max<std::int64_t>(1, *next - environment_.clock.uptime_ms())));
            } else {
                wake_.wait(guard);
            }
            continue;
        }
        const std::uint64_t epoch = epoch_;
        cancel_ = false;
        if (test_) {
            Test test = std::move(*std::exchange(test_, std::nullopt));
            testing_ = true;
            guard.unlock();
            test_once(epoch, std::move(test));
            guard.lock();
            testing_ = false;
        } else {
            running_ = true;
            running_asked_ = std::exchange(asked_, false);
            schedule_.begun(environment_.clock.uptime_ms());
            const bool asked = running_asked_;
            guard.unlock();
            sync_once(epoch, asked);
            guard.lock();
            running_ = running_asked_ = false;
        }
        cancel_ = stopping_;
        guard.unlock();
        changed_();
        guard.lock();
    }
}

}  // namespace fieldseal::session
