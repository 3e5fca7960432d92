// When the vault is to be locked although nobody asked: nobody is there any more, or the machine slept.
#pragma once

#include <array>
#include <cstdint>

namespace fieldseal::desktop {

/// A nap shorter than this is the clocks' own inexactness.
constexpr std::int64_t least_sleep_ms = 2000;

/// Pure reckoning; times come in as milliseconds since the machine's start, sleep included.
class IdleLock {
  public:
    /// Somebody moved, typed or clicked, or the vault was just unlocked.
    void active(std::int64_t now_ms) { last_ms_ = now_ms; }
    /// `slept_ms`: how long the machine has slept since its start. True where it slept since the last call, or nobody
    /// was there for `limit_ms` (0: for ever).
    bool due(std::int64_t now_ms, std::int64_t slept_ms, std::int64_t limit_ms);
    /// Until due() can become true by itself; -1 where it cannot.
    std::int64_t left_ms(std::int64_t now_ms, std::int64_t limit_ms) const;

  private:
    std::int64_t last_ms_ = 0;
    std::int64_t slept_ms_ = -1;
};

/// Three presses of the chord within two seconds.
class DestroyChord {
  public:
    static constexpr int presses = 3;
    static constexpr std::int64_t within_ms = 2000;
    /// A press at this moment; true where it completes the chord.
    bool press(std::int64_t now_ms);

  private:
    static constexpr std::int64_t never = -within_ms - 1;
    /// The two presses before, the older first.
    std::array<std::int64_t, presses - 1> before_{never, never};
};

/// How long this machine has slept since its start, in milliseconds: CLOCK_BOOTTIME goes on meanwhile, CLOCK_MONOTONIC
/// does not (clock_gettime(2)).
std::int64_t slept_ms();

}  // namespace fieldseal::desktop
