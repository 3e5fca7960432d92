// Secrets live in pages that are locked, guarded, left out of core dumps and wiped when freed (sodium_malloc).
#pragma once

#include <string_view>

#include "model/crypto/bytes.h"

namespace fieldseal::crypto {

/// Starts libsodium; every program calls it once before anything else here. Throws Error(failed) if there is no randomness.
void start();
/// Forbids core dumps and tracing by other processes of the same user (Linux: PR_SET_DUMPABLE, RLIMIT_CORE).
void forbid_core_dumps();
/// Wipes bytes so that the compiler cannot leave it out.
void wipe(std::span<std::uint8_t> bytes);

/// Bytes of a secret. Moves, never copies by accident; `clone()` says so where a copy is meant.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::size_t size);
    explicit Secret(ByteView bytes);
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    Secret clone() const { return Secret(view()); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    ByteView view() const { return {data_, size_}; }
    std::span<std::uint8_t> writable() { return {data_, size_}; }
    /// Compares in constant time.
    bool equals(ByteView other) const;

  private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace fieldseal::crypto
