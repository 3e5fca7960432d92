#include "app/desktop/shell/idle_lock.h"

#include <time.h>

#include <algorithm>

namespace fieldseal::desktop {

bool IdleLock::due(std::int64_t now_ms, std::int64_t slept, std::int64_t limit_ms) {
    const bool woke = slept_ms_ >= 0 && slept - slept_ms_ >= least_sleep_ms;
    slept_ms_ = slept;
    return woke || (limit_ms > 0 && now_ms - last_ms_ >= limit_ms);
}

std::int64_t IdleLock::left_ms(std::int64_t now_ms, std::int64_t limit_ms) const {
    return limit_ms <= 0 ? -1 : std::max<std::int64_t>(0, last_ms_ + limit_ms - now_ms);
}

bool DestroyChord::press(std::int64_t now_ms) {
    const bool complete = now_ms - before_.front() <= within_ms;
    before_ = {before_.back(), now_ms};
    return complete;
}

std::int64_t slept_ms() {
    timespec with_sleep{};
    timespec without{};
    ::clock_gettime(CLOCK_BOOTTIME, &with_sleep);
    ::clock_gettime(CLOCK_MONOTONIC, &without);
    const auto milliseconds = [](const timespec& time) {
        return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
    };
    return milliseconds(with_sleep) - milliseconds(without);
}

}  // namespace fieldseal::desktop
