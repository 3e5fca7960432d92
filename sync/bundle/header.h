// The header of a bundle: who can open it, without saying who they are. Bytes as in docs/formats/bundle.md, "Header".
#pragma once

#include "sync/bundle/bundle.h"

namespace fieldseal::bundle {

using FileSalt = FixedBytes<struct FileSaltTag, 32>;
using Hint = FixedBytes<struct HintTag, 8>;

constexpr std::string_view magic = "FSBUNDLE";
constexpr std::uint8_t version = 1;
constexpr std::size_t recipient_limit = 64;
constexpr std::size_t stanza_limit = 64;
constexpr std::size_t stanza_body_limit = 4096;
constexpr std::size_t share_size = 32;
constexpr std::size_t sealed_share_size = share_size + 48;
constexpr std::uint8_t sealed_box_stanza = 1;
/// magic, version, salt, body size, stanza count.
constexpr std::size_t header_fixed_size = 8 + 1 + 32 + 4 + 1;
constexpr std::size_t mac_size = 32;

/// Sub-keys of the file key, which nothing else is done with.
struct FileKeys {
    crypto::Secret header;
    crypto::Secret stream;
};
FileKeys derive_keys(ByteView shared_key, const FileSalt& salt, ByteView share);

/// What a recipient finds its stanza by; new with every salt, so that bundles cannot be linked.
Hint hint_of(ByteView shared_key, const FileSalt& salt, const PublicKey& recipient);

struct Stanza {
    std::uint8_t type = sealed_box_stanza;
    Bytes body;
};

struct Header {
    FileSalt salt;
    /// Bytes behind the MAC.
    std::uint32_t body_size = 0;
    std::vector<Stanza> stanzas;
};

/// The stanza of one recipient: hint, then the sealed share.
Stanza make_stanza(ByteView shared_key, const FileSalt& salt, const PublicKey& recipient, ByteView share);
/// Every byte up to and with the MAC.
Bytes encode_header(const Header& header, const FileKeys& keys);

/// A header as it was found, not yet authenticated.
struct FoundHeader {
    Header header;
    /// What the MAC covers, and the MAC.
    ByteView covered;
    ByteView mac;
    /// What lies behind, be it as long as the header says or not.
    ByteView body;
};
/// Throws Refusal: not_a_bundle, newer_version, truncated, malformed.
FoundHeader read_header(ByteView sealed);
/// The hint in a stanza of type 1; REQUIRES that type.
Hint hint_in(const Stanza& stanza);

/// Who of us could open it.
struct Unlocked {
    FileKeys keys;
    /// Which stanza among those of type 1, and our public key that opened it.
    std::size_t place = 0;
    PublicKey own_key{};
};
/// Finds our stanza, opens it and checks the MAC and the order of stanzas. Throws Refusal: not_for_us, tampered,
/// malformed.
Unlocked unlock(const FoundHeader& found, std::span<const crypto::BoxKeyPair* const> keys, ByteView shared_key);

}  // namespace fieldseal::bundle
