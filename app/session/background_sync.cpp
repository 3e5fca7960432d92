#include "app/session/background_sync.h"

#include <utility>

namespace fieldseal::session {

std::string_view name_of(SyncStatus::State state) {
    switch (state) {
        case SyncStatus::State::closed:
            return "closed";
        case SyncStatus::State::no_store:
            return "no_store";
        case SyncStatus::State::offline:
            return "offline";
        case SyncStatus::State::waiting:
            return "waiting";
        case SyncStatus::State::syncing:
            return "syncing";
        case SyncStatus::State::up_to_date:
            return "up_to_date";
        case SyncStatus::State::attention:
            return "attention";
    }
    return "closed";
}

BackgroundSync::BackgroundSync(Worker& worker, Environment environment, std::function<void()> changed,
                               OpenStore open_store)
    : worker_(worker),
      environment_(environment),
      changed_(std::move(changed)),
      open_store_(std::move(open_store)),
      schedule_(environment.random),
      thread_([this] { run(); }) {}

BackgroundSync::~BackgroundSync() {
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
        ++epoch_;
        cancel_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void BackgroundSync::open(bool by_itself) {
    {
        const std::lock_guard guard(mutex_);
        ++epoch_;
        open_ = true;
        by_itself_ = by_itself;
        cancel_ = false;
        status_ = {};
        own_log_ = sent_log_ = 0;
        end_.reset();
        test_end_.reset();
        schedule_ = SyncSchedule(environment_.random);
        if (by_itself) {
            schedule_.open(environment_.clock.uptime_ms());
        }
    }
    wake_.notify_all();
}

void BackgroundSync::close() {
    {
        const std::lock_guard guard(mutex_);
        ++epoch_;
        open_ = false;
        asked_ = false;
        cancel_ = true;
        status_ = {};
        end_.reset();
        test_.reset();
        test_end_.reset();
        schedule_.close();
    }
    wake_.notify_all();
}

void BackgroundSync::sync_now() {
    {
        const std::lock_guard guard(mutex_);
        if (open_) {
            asked_ = true;
        }
    }
    wake_.notify_all();
}

void BackgroundSync::cancel() {
    const std::lock_guard guard(mutex_);
    asked_ = false;
    cancel_ = running_;
    wake_.notify_all();
}

void BackgroundSync::settings_changed() {
    {
        const std::lock_guard guard(mutex_);
        schedule_.stay_offline(false, environment_.clock.uptime_ms());
        schedule_.settings_changed(environment_.clock.uptime_ms());
    }
    wake_.notify_all();
}

void BackgroundSync::connection_changed() {
    {
        const std::lock_guard guard(mutex_);
        schedule_.connected(environment_.clock.uptime_ms());
        show();
    }
    wake_.notify_all();
}

void BackgroundSync::own_change(std::uint64_t own_log) {
    {
        const std::lock_guard guard(mutex_);
        own_log_ = own_log;
        // What runs may take it along; it is looked at again when that has ended.
        if (!running_ && own_log_ > sent_log_) {
            schedule_.changed(environment_.clock.uptime_ms());
        }
    }
    wake_.notify_all();
}

void BackgroundSync::test(const std::string& url, store::Credentials credentials) {
    {
        const std::lock_guard guard(mutex_);
        if (open_) {
            test_ = Test{url, std::move(credentials)};
        }
    }
    wake_.notify_all();
}

SyncStatus BackgroundSync::status() const {
    const std::lock_guard guard(mutex_);
    return status_;
}

bool BackgroundSync::busy() const {
    const std::lock_guard guard(mutex_);
    return asked_ || running_asked_ || end_.has_value() || test_.has_value() || testing_ || test_end_.has_value();
}

std::optional<SyncEnd> BackgroundSync::collect() {
    const std::lock_guard guard(mutex_);
    return std::exchange(end_, std::nullopt);
}

std::optional<SyncEnd> BackgroundSync::collect_test() {
    const std::lock_guard guard(mutex_);
    return std::exchange(test_end_, std::nullopt);
}

bool BackgroundSync::cancelled(std::uint64_t epoch) const {
    return cancel_ || epoch_ != epoch;
}

void BackgroundSync::show() {
    const std::optional<std::int64_t> next = schedule_.next();
    status_.next_ms = next ? environment_.clock.wall_ms() + (*next - environment_.clock.uptime_ms()) : 0;
}

}  // namespace fieldseal::session
