// BLAKE2b (crypto_generichash). Every use names its purpose, so that a hash made for one thing is never valid for another.
#pragma once

#include "model/crypto/secret.h"

namespace fieldseal::crypto {

/// BLAKE2b-256 over purpose || 0x00 || bytes. `purpose` is ASCII, for example "fieldseal/v1/revision".
Hash hash(std::string_view purpose, ByteView bytes);
/// BLAKE2b-256 of the bare bytes, for contents of files, as any b2sum -l 256 prints it.
Hash plain_hash(ByteView bytes);
/// Keyed BLAKE2b-256 over purpose || 0x00 || bytes; `key` has 16 to 64 bytes.
Secret keyed_hash(ByteView key, std::string_view purpose, ByteView bytes);
/// As keyed_hash, where the result is no secret (a MAC, a name on a store).
Hash keyed_tag(ByteView key, std::string_view purpose, ByteView bytes);
/// Compares in constant time; false if the sizes differ.
bool equal(ByteView a, ByteView b);

/// plain_hash of what is given piece by piece.
class Hasher {
  public:
    Hasher();
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;
    void add(ByteView bytes);
    /// Once only.
    Hash finish();

  private:
    struct State;
    State* state_;
};

}  // namespace fieldseal::crypto
