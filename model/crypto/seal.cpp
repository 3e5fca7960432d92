#include "model/crypto/seal.h"

#include <sodium.h>

#include <algorithm>
#include <bit>

#include "model/crypto/locked_state.h"

namespace fieldseal::crypto {

namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(key_size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(value_overhead == nonce_size + crypto_aead_xchacha20poly1305_ietf_ABYTES);

}  // namespace

Bytes seal_value(ByteView key, ByteView place, ByteView plain, Random& random) {
    require(key.size() == key_size, "A key must have 32 bytes.");
    Bytes sealed(plain.size() + value_overhead);
    const auto nonce = std::span(sealed).first(nonce_size);
    random.fill(nonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + nonce_size, nullptr, plain.data(), plain.size(),
                                               place.data(), place.size(), nullptr, nonce.data(), key.data());
    return sealed;
}

std::optional<Bytes> open_value(ByteView key, ByteView place, ByteView sealed) {
    require(key.size() == key_size, "A key must have 32 bytes.");
    if (sealed.size() < value_overhead) {
        return std::nullopt;
    }
    Bytes plain(sealed.size() - value_overhead);
    const ByteView body = sealed.subspan(nonce_size);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, body.data(), body.size(),
                                                   place.data(), place.size(), sealed.data(), key.data()) != 0) {
        return std::nullopt;
    }
    return plain;
}

std::size_t padded_size(std::size_t size, std::size_t least) {
    if (size < 2) {
        return std::max(size, least);
    }
    const auto exponent = static_cast<unsigned>(std::bit_width(size)) - 1;
    const auto kept_bits = static_cast<unsigned>(std::bit_width(exponent));
    const std::size_t mask = (std::size_t{1} << (exponent - kept_bits)) - 1;
    return std::max((size + mask) & ~mask, least);
}

Bytes pad(ByteView bytes, std::size_t least) {
    Bytes padded(padded_size(bytes.size() + 1, least));
    std::copy(bytes.begin(), bytes.end(), padded.begin());
    padded[bytes.size()] = 0x80;
    return padded;
}

std::optional<ByteView> unpad(ByteView padded) {
    std::size_t end = padded.size();
    while (end > 0 && padded[end - 1] == 0) {
        --end;
    }
    if (end == 0 || padded[end - 1] != 0x80) {
        return std::nullopt;
    }
    return padded.first(end - 1);
}

BoxKeyPair make_box_key_pair(Random& random) {
    return box_key_pair_from(random.secret(crypto_box_SECRETKEYBYTES).view());
}

BoxKeyPair box_key_pair_from(ByteView secret_key) {
    require(secret_key.size() == crypto_box_SECRETKEYBYTES, "A secret key must have 32 bytes.");
    BoxKeyPair pair;
    pair.secret_key = Secret(secret_key);
    crypto_scalarmult_base(pair.public_key.data(), secret_key.data());
    return pair;
}

Bytes seal_box(ByteView public_key, ByteView plain) {
    require(public_key.size() == crypto_box_PUBLICKEYBYTES, "A public key must have 32 bytes.");
    Bytes sealed(plain.size() + crypto_box_SEALBYTES);
    // Fails only for a public key of small order, which no honest device has.
    require(crypto_box_seal(sealed.data(), plain.data(), plain.size(), public_key.data()) == 0,
            "A recipient's public key is not usable.");
    return sealed;
}

std::optional<Secret> open_box(const BoxKeyPair& pair, ByteView sealed) {
    if (sealed.size() < crypto_box_SEALBYTES) {
        return std::nullopt;
    }
    Secret plain(sealed.size() - crypto_box_SEALBYTES);
    if (crypto_box_seal_open(plain.writable().data(), sealed.data(), sealed.size(), pair.public_key.data(),
                             pair.secret_key.view().data()) != 0) {
        return std::nullopt;
    }
    return plain;
}

}  // namespace fieldseal::crypto
