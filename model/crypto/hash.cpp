#include "model/crypto/hash.h"

#include <sodium.h>

#include <utility>

#include "model/crypto/locked_state.h"

namespace fieldseal::crypto {

namespace {

void hash_into(std::span<std::uint8_t> out, ByteView key, std::string_view purpose, ByteView bytes) {
    require(
        key.empty() || (key.size() >= crypto_generichash_KEYBYTES_MIN && key.size() <= crypto_generichash_KEYBYTES_MAX),
        "A hash's key must have 16 to 64 bytes.");
    crypto_generichash_state state;
    static constexpr std::uint8_t separator = 0;
    crypto_generichash_init(&state, key.data(), key.size(), out.size());
    crypto_generichash_update(&state, view_of(purpose).data(), purpose.size());
    crypto_generichash_update(&state, &separator, 1);
    crypto_generichash_update(&state, bytes.data(), bytes.size());
    crypto_generichash_final(&state, out.data(), out.size());
    if (!key.empty()) {
        sodium_memzero(&state, sizeof state);
    }
}

}  // namespace

Hash hash(std::string_view purpose, ByteView bytes) {
    Hash result;
    hash_into(result.bytes, {}, purpose, bytes);
    return result;
}

Hash plain_hash(ByteView bytes) {
    Hash result;
    crypto_generichash(result.bytes.data(), Hash::size, bytes.data(), bytes.size(), nullptr, 0);
    return result;
}

Secret keyed_hash(ByteView key, std::string_view purpose, ByteView bytes) {
    require(!key.empty(), "A keyed hash needs a key.");
    Secret result(Hash::size);
    hash_into(result.writable(), key, purpose, bytes);
    return result;
}

Hash keyed_tag(ByteView key, std::string_view purpose, ByteView bytes) {
    require(!key.empty(), "A keyed hash needs a key.");
    Hash result;
    hash_into(result.bytes, key, purpose, bytes);
    return result;
}

bool equal(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

struct Hasher::State {
    crypto_generichash_state blake;
};

Hasher::Hasher() : state_(make_locked<State>()) {
    crypto_generichash_init(&state_->blake, nullptr, 0, Hash::size);
}

Hasher::~Hasher() {
    free_locked(state_);
}

Hasher::Hasher(Hasher&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}

Hasher& Hasher::operator=(Hasher&& other) noexcept {
    if (this != &other) {
        free_locked(state_);
        state_ = std::exchange(other.state_, nullptr);
    }
    return *this;
}

void Hasher::add(ByteView bytes) {
    require(state_ != nullptr, "This hash is finished already.");
    crypto_generichash_update(&state_->blake, bytes.data(), bytes.size());
}

Hash Hasher::finish() {
    require(state_ != nullptr, "This hash is finished already.");
    Hash result;
    crypto_generichash_final(&state_->blake, result.bytes.data(), Hash::size);
    free_locked(std::exchange(state_, nullptr));
    return result;
}

}  // namespace fieldseal::crypto
