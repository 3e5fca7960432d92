#include "model/crypto/random.h"

#include <sodium.h>

#include "model/crypto/hash.h"
#include "model/crypto/locked_state.h"

namespace fieldseal::crypto {

Bytes Random::bytes(std::size_t size) {
    Bytes result(size);
    fill(result);
    return result;
}

Secret Random::secret(std::size_t size) {
    Secret result(size);
    fill(result.writable());
    return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
    require(bound > 0, "A random number needs a bound above zero.");
    // Numbers under 2^64 mod bound are drawn again, so that what is left divides evenly.
    const std::uint64_t uneven = (0 - bound) % bound;
    while (true) {
        std::array<std::uint8_t, 8> drawn;
        fill(drawn);
        std::uint64_t number = 0;
        for (const std::uint8_t byte : drawn) {
            number = number << 8 | byte;
        }
        if (number >= uneven) {
            return number % bound;
        }
    }
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
    start();
    if (!out.empty()) {
        randombytes_buf(out.data(), out.size());
    }
}

namespace {

std::array<std::uint8_t, 8> little_endian(std::uint64_t number) {
    std::array<std::uint8_t, 8> bytes;
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(number & 0xff);
        number >>= 8;
    }
    return bytes;
}

}  // namespace

SeededRandom::SeededRandom(std::uint64_t seed) : key_(hash("fieldseal/v1/seeded-random", little_endian(seed)).bytes) {}

void SeededRandom::fill(std::span<std::uint8_t> out) {
    // Each call takes a key stream of its own, numbered by the nonce.
    const auto nonce = little_endian(block_++);
    static_assert(crypto_stream_chacha20_NONCEBYTES == 8 && crypto_stream_chacha20_KEYBYTES == 32);
    if (out.empty()) {
        return;
    }
    crypto_stream_chacha20(out.data(), out.size(), nonce.data(), key_.data());
}

namespace {

Random* replayed = nullptr;

const char* replayed_name() {
    return "replayed";
}

std::uint32_t replayed_number() {
    std::array<std::uint8_t, 4> drawn;
    replayed->fill(drawn);
    std::uint32_t number;
    std::memcpy(&number, drawn.data(), sizeof number);
    return number;
}

void replayed_buffer(void* out, std::size_t size) {
    replayed->fill({static_cast<std::uint8_t*>(out), size});
}

randombytes_implementation replaying = {.implementation_name = replayed_name,
                                        .random = replayed_number,
                                        .stir = nullptr,
                                        .uniform = nullptr,
                                        .buf = replayed_buffer,
                                        .close = nullptr};

}  // namespace

ReplayedSodium::ReplayedSodium(Random& source) {
    start();
    require(replayed == nullptr, "Only one source at a time can answer for the system's generator.");
    replayed = &source;
    randombytes_set_implementation(&replaying);
}

ReplayedSodium::~ReplayedSodium() {
    randombytes_set_implementation(&randombytes_sysrandom_implementation);
    replayed = nullptr;
}

}  // namespace fieldseal::crypto
