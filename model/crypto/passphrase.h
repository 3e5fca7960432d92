// Argon2id over passphrases and codes, and the codes that people copy from paper.
#pragma once

#include <optional>
#include <string>

#include "model/crypto/random.h"

namespace fieldseal::crypto {

/// Argon2id (crypto_pwhash, alg 1.3) parameters: `operations` passes over `memory_kib` KiB.
struct PassphraseCost {
    std::uint32_t operations = 3;
    std::uint32_t memory_kib = 256 * 1024;
    bool operator==(const PassphraseCost&) const = default;
};
/// libsodium's MODERATE (3 passes, 256 MiB): what vaults and invitations use.
constexpr PassphraseCost standard_cost{3, 256 * 1024};
/// 1 pass over 8 MiB: for tests only.
constexpr PassphraseCost test_cost{1, 8 * 1024};
/// What a reader accepts from a file: 1 to 16 passes over 8 MiB to 2 GiB; anything else is refused before any memory is asked for.
bool cost_is_acceptable(PassphraseCost cost);

using Salt = FixedBytes<struct SaltTag, 16>;

/// 32 bytes. `passphrase` is taken as it stands (callers normalise to NFC). Throws Error(failed) if the memory is not to be had.
Secret stretch(ByteView passphrase, const Salt& salt, PassphraseCost cost);

/// A code of decimal digits told or printed to people, shown in groups of 5 ("01234-56789-..."). An invitation's code has 20 random digits
/// (66 bits). A recovery code has 40: 38 random ones (126 bits) and two check digits (ISO 7064 MOD 97-10), so that a slip of the pen is told
/// apart from a wrong code.
struct DigitCode {
    /// `digits` in {20, 40}.
    static Secret make(std::size_t digits, Random& random);
    /// The bare digits of what a person typed (spaces, dashes and line ends left out), or nothing if count or checksum are wrong.
    static std::optional<Secret> parse(ByteView typed, std::size_t digits);
    /// The digits in groups of 5 joined by dashes.
    static std::string grouped(const Secret& digits);
};

}  // namespace fieldseal::crypto
