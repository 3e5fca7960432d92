#include <time.h>

#include "model/environment/environment.h"

namespace fieldseal {

namespace {

std::int64_t milliseconds_of(clockid_t clock) {
    timespec now{};
    // Both clocks exist on every Linux since 2.6.39, and this cannot fail for a clock that exists.
    clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::int64_t SystemClock::wall_ms() {
    return milliseconds_of(CLOCK_REALTIME);
}

// CLOCK_BOOTTIME also counts while the laptop sleeps, which CLOCK_MONOTONIC does not.
std::int64_t SystemClock::uptime_ms() {
    return milliseconds_of(CLOCK_BOOTTIME);
}

}  // namespace fieldseal
