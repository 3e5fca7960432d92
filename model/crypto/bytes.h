// Byte strings and fixed-size names (hashes, ids) that are told apart by type.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fieldseal {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text, without a terminator.
inline ByteView view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// The text whose bytes these are; the caller has checked that they are text.
inline std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);
/// The bytes of lower- or upper-case hexadecimal, or nothing if the text is not that.
std::optional<Bytes> from_hex(std::string_view text);

/// N bytes that name something; `Tag` keeps names of different things apart.
template <class Tag, std::size_t N>
struct FixedBytes {
    static constexpr std::size_t size = N;
    std::array<std::uint8_t, N> bytes{};

    auto operator<=>(const FixedBytes&) const = default;
    ByteView view() const { return bytes; }
    bool is_zero() const { return *this == FixedBytes{}; }
    std::string hex() const { return to_hex(bytes); }
    /// From exactly N bytes; REQUIRES from.size() == N.
    static FixedBytes from(ByteView from) {
        FixedBytes result;
        std::memcpy(result.bytes.data(), from.data(), N);
        return result;
    }
    static std::optional<FixedBytes> parse(std::string_view hex) {
        const auto parsed = from_hex(hex);
        if (!parsed || parsed->size() != N) {
            return std::nullopt;
        }
        return from(*parsed);
    }
};

/// A BLAKE2b-256 hash.
using Hash = FixedBytes<struct HashTag, 32>;
/// A site, an assessment, a piece of evidence, a review, a member: random, chosen by the device that makes it.
using RecordId = FixedBytes<struct RecordTag, 16>;
/// A device: the first 16 bytes of the BLAKE2b-256 hash of its Ed25519 public key.
using DeviceId = FixedBytes<struct DeviceTag, 16>;
/// A person, who may have several devices.
using PersonId = FixedBytes<struct PersonTag, 16>;
using DeploymentId = FixedBytes<struct DeploymentTag, 16>;
using InviteId = FixedBytes<struct InviteTag, 16>;

}  // namespace fieldseal

/// Hashes and random ids are uniform already: their first bytes serve as a hash for tables in memory.
template <class Tag, std::size_t N>
struct std::hash<fieldseal::FixedBytes<Tag, N>> {
    std::size_t operator()(const fieldseal::FixedBytes<Tag, N>& value) const noexcept {
        std::size_t result;
        std::memcpy(&result, value.bytes.data(), sizeof result);
        return result;
    }
};
