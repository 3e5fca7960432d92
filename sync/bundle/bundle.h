// The sealed bundle: who it is for is hidden, what it holds is sealed, who sent it is signed. docs/formats/bundle.md gives every byte.
#pragma once

#include <span>

#include "model/crypto/seal.h"
#include "model/crypto/sign.h"

namespace fieldseal::bundle {

using PublicKey = std::array<std::uint8_t, 32>;

/// Of the packed part (manifest, signature, items), unpacked.
constexpr std::size_t items_limit = 64u << 20;
/// Of all blob chunks together.
constexpr std::size_t chunks_limit = 64u << 20;
/// Of a whole sealed bundle; a larger file is refused before it is read.
constexpr std::size_t bundle_limit = 160u << 20;

/// Types below 64 are critical: a reader that does not know one refuses the bundle. Others it skips.
enum class ItemType : std::uint64_t {
    segment = 1,       // history::LogSegment with bodies: exchange/log_item.h
    enrolment = 2,     // team::Enrolment
    roster = 3,        // team::Roster
    receipt = 4,       // exchange::Receipt
    questionnaire = 5, // a template, as its file's bytes
    // Reserved: revocation 6, erase request 7, assignment 8.
};

struct Item {
    std::uint64_t type = 0;
    Bytes body;
    bool operator==(const Item&) const = default;
};

/// A piece of a blob. Not under the manifest's hash: the stream authenticates it, and the whole blob is checked against `content`, which a
/// signed revision names.
struct BlobChunk {
    Hash content;
    std::uint64_t size = 0;
    std::uint32_t index = 0;
    Bytes bytes;
    bool operator==(const BlobChunk&) const = default;
};

/// Who a bundle is meant for, as a lane with a counter of its own: the team (all coordinators and reviewers) or one device.
struct Lane {
    bool to_team = true;
    DeviceId device;  // zero where to_team
    auto operator<=>(const Lane&) const = default;
};

/// What the sender's device signs ("fieldseal/v1/manifest").
struct Manifest {
    DeploymentId deployment;
    DeviceId sender;
    /// The key the signature is made with; its device_of() is `sender`. Lets a reader check a device that it does not know yet.
    crypto::VerifyKey sender_key;
    Lane lane;
    /// Keys the file share is sealed to, in the order of the stanzas: a recipient cannot pass the bundle on as if meant for others.
    std::vector<PublicKey> recipients;
    /// From 1, per sender and lane; with `previous`, the id of the lane's bundle before this one (zero for the first).
    std::uint64_t counter = 0;
    Hash previous;
    std::int64_t created_ms = 0;
    /// hash("fieldseal/v1/items", encoded items).
    Hash items_hash;
    std::uint64_t chunk_count = 0;
    bool operator==(const Manifest&) const = default;
};

struct Contents {
    Manifest manifest;
    std::vector<Item> items;
    std::vector<BlobChunk> chunks;
};

struct Sealed {
    Bytes bytes;
    /// hash("fieldseal/v1/bundle", manifest || signature): the bundle's name for `previous`, logs and people.
    Hash id;
};

/// Seals. Of `contents.manifest`, sender_key, sender, recipients, items_hash and chunk_count are filled in here. `recipients` 1 to 64;
/// `shared_key` is the deployment's pre-shared key. Error(too_large) where a limit is passed.
Sealed seal(Contents contents, const std::vector<PublicKey>& recipients, ByteView shared_key, const crypto::SigningKey& sender,
            crypto::Random& random);

enum class OpenFailure {
    none,
    not_a_bundle,   // wrong magic, empty
    newer_version,
    not_for_us,     // no stanza opens with our keys and deployment
    truncated,
    tampered,       // authentication failed somewhere behind the header
    malformed,      // authenticated, but not what the format allows
};
std::string_view name_of(OpenFailure failure);

struct Opened {
    OpenFailure failure = OpenFailure::none;
    /// For people, with what to do; empty where failure is none.
    std::string reason;
    Hash id;
    Contents contents;
    explicit operator bool() const { return failure == OpenFailure::none; }
};

/// Opens with any of our key pairs (device key, team keys of all epochs held). Checks everything that needs no knowledge of the team: MACs, padding,
/// the manifest's signature and recipients, hashes, canonical form. Whether the sender may send is the exchange's business.
Opened open(ByteView sealed, std::span<const crypto::BoxKeyPair* const> keys, ByteView shared_key, const DeploymentId& deployment);

}  // namespace fieldseal::bundle
