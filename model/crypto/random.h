// Randomness comes in from outside, so that a run can be replayed from a seed.
#pragma once

#include "model/crypto/secret.h"

namespace fieldseal::crypto {

class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;

    Bytes bytes(std::size_t size);
    Secret secret(std::size_t size);
    template <class Id>
    Id id() {
        Id result;
        fill(result.bytes);
        return result;
    }
    /// Uniform in [0, bound); REQUIRES bound > 0.
    std::uint64_t below(std::uint64_t bound);
};

/// The operating system's generator. Safe to use from several threads.
class SystemRandom final : public Random {
  public:
    void fill(std::span<std::uint8_t> out) override;
};

/// The same bytes for the same seed (ChaCha20 key stream over BLAKE2b(seed)): tests, vectors and `generate` only, never for keys in use.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed);
    void fill(std::span<std::uint8_t> out) override;

  private:
    std::array<std::uint8_t, 32> key_{};
    std::uint64_t block_ = 0;
};

/// Makes libsodium's own generator (sealed boxes, stream headers) answer from `source` until the object is destroyed. Tests and vectors
/// only; one at a time in a process.
class ReplayedSodium {
  public:
    explicit ReplayedSodium(Random& source);
    ~ReplayedSodium();
    ReplayedSodium(const ReplayedSodium&) = delete;
    ReplayedSodium& operator=(const ReplayedSodium&) = delete;
};

}  // namespace fieldseal::crypto
