// What comes in from outside: time, randomness and what stretching a passphrase costs. Files are reached through paths; see durable_file.h.
#pragma once

#include <cstdint>

#include "model/crypto/passphrase.h"

namespace fieldseal {

class Clock {
  public:
    virtual ~Clock() = default;
    /// Milliseconds since 1970-01-01T00:00:00Z, as this machine believes; may be wrong by years.
    virtual std::int64_t wall_ms() = 0;
    /// Milliseconds since some fixed moment of this start of the machine; never goes back.
    virtual std::int64_t uptime_ms() = 0;
};

class SystemClock final : public Clock {
  public:
    std::int64_t wall_ms() override;
    std::int64_t uptime_ms() override;
};

/// Stands still until it is moved: tests, vectors, `generate`.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(std::int64_t wall) : wall_(wall) {}
    std::int64_t wall_ms() override { return wall_; }
    std::int64_t uptime_ms() override { return uptime_; }
    void advance(std::int64_t ms) {
        wall_ += ms;
        uptime_ += ms;
    }
    void set_wall(std::int64_t wall) { wall_ = wall; }

  private:
    std::int64_t wall_;
    std::int64_t uptime_ = 0;
};

/// Handed down by reference; outlives everything that was given it.
struct Environment {
    Clock& clock;
    crypto::Random& random;
    /// For passphrases and codes that are set from now on; what exists says its own.
    crypto::PassphraseCost passphrase_cost = crypto::standard_cost;
};

}  // namespace fieldseal
