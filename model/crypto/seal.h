// Sealing of values, streams and boxes: XChaCha20-Poly1305, secretstream, sealed boxes.
#pragma once

#include <optional>

#include "model/crypto/random.h"

namespace fieldseal::crypto {

constexpr std::size_t key_size = 32;
constexpr std::size_t value_overhead = 24 + 16;  // nonce in front, tag behind

/// nonce (24 random bytes) || XChaCha20-Poly1305-IETF(plain, place). `key` has 32 bytes; `place` is authenticated, not stored.
Bytes seal_value(ByteView key, ByteView place, ByteView plain, Random& random);
/// The plain bytes, or nothing if key, place or bytes are not those it was sealed with.
std::optional<Bytes> open_value(ByteView key, ByteView place, ByteView sealed);

/// The Padme length of `size` (Nikitin et al., PURBs, PETS 2019, alg. 1): at most 12 % more, leaks O(log log size) bits. Never below `least`.
std::size_t padded_size(std::size_t size, std::size_t least = 0);
/// bytes || 0x80 || zeros, up to padded_size(size + 1, least) (ISO/IEC 7816-4).
Bytes pad(ByteView bytes, std::size_t least = 0);
/// The bytes that were padded, or nothing where the padding is malformed.
std::optional<ByteView> unpad(ByteView padded);

/// One X25519 key pair.
struct BoxKeyPair {
    std::array<std::uint8_t, 32> public_key{};
    Secret secret_key;
    BoxKeyPair clone() const { return {public_key, secret_key.clone()}; }
};
BoxKeyPair make_box_key_pair(Random& random);
/// The pair whose secret key this is; 32 bytes.
BoxKeyPair box_key_pair_from(ByteView secret_key);
/// crypto_box_seal: plain.size() + 48 bytes.
Bytes seal_box(ByteView public_key, ByteView plain);
/// crypto_box_seal_open: the plain bytes, or nothing.
std::optional<Secret> open_box(const BoxKeyPair& pair, ByteView sealed);

constexpr std::size_t stream_header_size = 24;
constexpr std::size_t stream_overhead = 17;  // a chunk's tag byte and MAC

/// crypto_secretstream_xchacha20poly1305, pushing.
class StreamSealer {
  public:
    explicit StreamSealer(ByteView key);
    ~StreamSealer();
    StreamSealer(const StreamSealer&) = delete;
    StreamSealer& operator=(const StreamSealer&) = delete;
    ByteView header() const { return header_; }
    /// Appends the sealed chunk to `out`; `last` writes TAG_FINAL.
    void push(ByteView chunk, bool last, Bytes& out);

  private:
    struct State;
    State* state_;
    std::array<std::uint8_t, stream_header_size> header_{};
};

/// crypto_secretstream_xchacha20poly1305, pulling.
class StreamOpener {
  public:
    /// `header` has 24 bytes.
    StreamOpener(ByteView key, ByteView header);
    ~StreamOpener();
    StreamOpener(const StreamOpener&) = delete;
    StreamOpener& operator=(const StreamOpener&) = delete;
    enum class Pulled { chunk, last, bad };
    /// Appends the plain chunk to `out`. After `last` or `bad` nothing more may be pulled.
    Pulled pull(ByteView sealed, Bytes& out);

  private:
    struct State;
    State* state_;
};

}  // namespace fieldseal::crypto
