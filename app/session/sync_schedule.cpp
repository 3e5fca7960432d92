#include "app/session/sync_schedule.h"

#include <algorithm>

#include "sync/store/store.h"

namespace fieldseal::session {

std::string_view name_of(SyncTrouble trouble) {
    switch (trouble) {
        case SyncTrouble::none:
            return "none";
        case SyncTrouble::away:
            return "away";
        case SyncTrouble::busy:
            return "busy";
        case SyncTrouble::certificate:
            return "certificate";
        case SyncTrouble::sign_in:
            return "sign_in";
        case SyncTrouble::full:
            return "full";
        case SyncTrouble::credentials:
            return "credentials";
        case SyncTrouble::forbidden:
            return "forbidden";
        case SyncTrouble::no_folder:
            return "no_folder";
        case SyncTrouble::clock:
            return "clock";
        case SyncTrouble::address:
            return "address";
        case SyncTrouble::failed:
            return "failed";
        case SyncTrouble::cancelled:
            return "cancelled";
    }
    return "failed";
}

bool needs_person(SyncTrouble trouble) {
    return trouble != SyncTrouble::none && trouble != SyncTrouble::away && trouble != SyncTrouble::busy &&
           trouble != SyncTrouble::cancelled;
}

bool may_pass(SyncTrouble trouble) {
    switch (trouble) {
        case SyncTrouble::none:
        case SyncTrouble::away:
        case SyncTrouble::busy:
        case SyncTrouble::certificate:
        case SyncTrouble::sign_in:
        case SyncTrouble::full:
        case SyncTrouble::cancelled:
            return true;
        case SyncTrouble::credentials:  // trying again and again locks accounts
        case SyncTrouble::forbidden:
        case SyncTrouble::no_folder:
        case SyncTrouble::clock:
        case SyncTrouble::address:
        case SyncTrouble::failed:
            break;
    }
    return false;
}

SyncTrouble trouble_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const store::StoreError& known) {
        switch (known.obstacle()) {
            case store::Obstacle::away:
                return SyncTrouble::away;
            case store::Obstacle::busy:
                return SyncTrouble::busy;
            case store::Obstacle::certificate:
                return SyncTrouble::certificate;
            case store::Obstacle::sign_in:
                return SyncTrouble::sign_in;
            case store::Obstacle::full:
                return SyncTrouble::full;
            case store::Obstacle::credentials:
                return SyncTrouble::credentials;
            case store::Obstacle::forbidden:
                return SyncTrouble::forbidden;
            case store::Obstacle::no_folder:
                return SyncTrouble::no_folder;
            case store::Obstacle::clock:
                return SyncTrouble::clock;
        }
        return SyncTrouble::failed;
    } catch (const Error& known) {
        switch (known.code()) {
            case ErrorCode::unreachable:
                return SyncTrouble::away;
            case ErrorCode::cancelled:
            case ErrorCode::locked:
                return SyncTrouble::cancelled;
            case ErrorCode::usage:
                return SyncTrouble::address;
            default:
                return SyncTrouble::failed;
        }
    } catch (...) {
        return SyncTrouble::failed;
    }
}

std::int64_t SyncSchedule::about(std::int64_t ms) {
    const Bytes chance = random_->bytes(2);
    const std::int64_t part = chance[0] * 256 + chance[1];  // of 65,536
    return ms - ms / 4 + ms / 2 * part / 65'536;
}

void SyncSchedule::no_later_than(std::int64_t when) {
    if (tried_before_) {
        when = std::max(when, tried_ + least_gap_ms);
    }
    next_ = next_ ? std::min(*next_, when) : when;
}

void SyncSchedule::open(std::int64_t now) {
    open_ = true;
    running_ = false;
    trouble_ = SyncTrouble::none;
    failures_ = 0;
    tried_before_ = false;
    next_ = now;
}

void SyncSchedule::close() {
    open_ = false;
    running_ = false;
    next_.reset();
}

void SyncSchedule::stay_offline(bool offline, std::int64_t now) {
    if (offline_ && !offline) {
        failures_ = 0;
        next_ = now;
    }
    offline_ = offline;
}

void SyncSchedule::begun(std::int64_t now) {
    running_ = true;
    tried_ = now;
    tried_before_ = true;
    next_.reset();
}

void SyncSchedule::succeeded(std::int64_t now, bool more) {
    running_ = false;
    trouble_ = SyncTrouble::none;
    failures_ = 0;
    if (more) {
        next_ = now;
        return;
    }
    const std::int64_t when = now + about(check_ms);
    next_ = next_ ? std::min(*next_, when) : when;
}

void SyncSchedule::failed(std::int64_t now, SyncTrouble trouble) {
    running_ = false;
    if (trouble == SyncTrouble::cancelled) {
        // By a person: not at once again.
        next_ = now + about(check_ms);
        return;
    }
    trouble_ = trouble;
    if (!may_pass(trouble)) {
        next_.reset();
        return;
    }
    const std::int64_t doubled = failures_ < 16 ? first_wait_ms << failures_ : longest_wait_ms;
    next_ = now + about(std::min(doubled, longest_wait_ms));
    ++failures_;
}

void SyncSchedule::connected(std::int64_t now) {
    if (!open_ || trouble_ == SyncTrouble::none || !may_pass(trouble_)) {
        return;
    }
    failures_ = 0;
    no_later_than(now + about(after_connection_ms));
}

void SyncSchedule::changed(std::int64_t now) {
    // While something is wrong, the next try takes it along.
    if (open_ && trouble_ == SyncTrouble::none) {
        no_later_than(now + after_change_ms);
    }
}

void SyncSchedule::settings_changed(std::int64_t now) {
    if (open_) {
        trouble_ = SyncTrouble::none;
        failures_ = 0;
        next_ = now;
    }
}

std::optional<std::int64_t> SyncSchedule::next() const {
    return open_ && !offline_ && !running_ ? next_ : std::nullopt;
}

}  // namespace fieldseal::session
