// Ed25519 signatures, each over a purpose and bytes.
#pragma once

#include "model/crypto/random.h"

namespace fieldseal::crypto {

using VerifyKey = FixedBytes<struct VerifyKeyTag, 32>;
using Signature = FixedBytes<struct SignatureTag, 64>;

/// An Ed25519 secret key with its public half.
class SigningKey {
  public:
    /// From a seed of 32 bytes.
    explicit SigningKey(ByteView seed);
    static SigningKey make(Random& random);
    const VerifyKey& verify_key() const { return verify_key_; }
    ByteView seed() const { return seed_.view(); }
    /// Signs purpose || 0x00 || bytes.
    Signature sign(std::string_view purpose, ByteView bytes) const;
    SigningKey clone() const { return SigningKey(seed_.view()); }

  private:
    Secret seed_;
    Secret secret_key_;
    VerifyKey verify_key_;
};

/// Whether `signature` is `key`'s over purpose || 0x00 || bytes.
bool verify(const VerifyKey& key, std::string_view purpose, ByteView bytes, const Signature& signature);

/// The device that holds this key: the first 16 bytes of hash("fieldseal/v1/device", key).
DeviceId device_of(const VerifyKey& key);

}  // namespace fieldseal::crypto
