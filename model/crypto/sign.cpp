#include "model/crypto/sign.h"

#include <sodium.h>

#include "model/crypto/hash.h"
#include "model/crypto/locked_state.h"

namespace fieldseal::crypto {

namespace {

Bytes with_purpose(std::string_view purpose, ByteView bytes) {
    Bytes message;
    message.reserve(purpose.size() + 1 + bytes.size());
    message.insert(message.end(), purpose.begin(), purpose.end());
    message.push_back(0);
    message.insert(message.end(), bytes.begin(), bytes.end());
    return message;
}

}  // namespace

SigningKey::SigningKey(ByteView seed) : seed_(seed), secret_key_(crypto_sign_SECRETKEYBYTES) {
    require(seed.size() == crypto_sign_SEEDBYTES, "A signing key's seed must have 32 bytes.");
    crypto_sign_seed_keypair(verify_key_.bytes.data(), secret_key_.writable().data(), seed_.view().data());
}

SigningKey SigningKey::make(Random& random) {
    return SigningKey(random.secret(crypto_sign_SEEDBYTES).view());
}

Signature SigningKey::sign(std::string_view purpose, ByteView bytes) const {
    const Bytes message = with_purpose(purpose, bytes);
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(), secret_key_.view().data());
    return signature;
}

bool verify(const VerifyKey& key, std::string_view purpose, ByteView bytes, const Signature& signature) {
    const Bytes message = with_purpose(purpose, bytes);
    return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(), key.bytes.data()) == 0;
}

DeviceId device_of(const VerifyKey& key) {
    return DeviceId::from(hash("fieldseal/v1/device", key.view()).view().first(DeviceId::size));
}

}  // namespace fieldseal::crypto
