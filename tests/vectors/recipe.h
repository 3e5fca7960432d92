// Seals bundles step by step, so that each step can be done wrong. Independent of seal(): a good recipe checks it too.
#pragma once

#include <functional>

#include "sync/bundle/header.h"
#include "sync/bundle/manifest.h"
#include "sync/bundle/plain_stream.h"

namespace fieldseal::vectors {

/// The keys of all vectors, the same in every run.
struct World {
    World();
    crypto::SeededRandom random{20'260'101};
    crypto::Secret shared_key;
    DeploymentId deployment;
    crypto::SigningKey sender;
    /// The reader holds the first two.
    crypto::BoxKeyPair team;
    crypto::BoxKeyPair device;
    crypto::BoxKeyPair stranger;
    bundle::Contents contents() const;
};

/// What is changed on the way; each step sees what the steps before made.
struct Recipe {
    std::vector<bundle::PublicKey> recipients;
    bundle::Contents contents;
    bool compressed = false;
    std::function<void(bundle::Manifest&)> manifest;
    /// The encoded items and manifest; what is signed follows them.
    std::function<void(Bytes&)> items;
    std::function<void(Bytes&)> encoded_manifest;
    std::function<void(Bytes& message)> message;
    std::function<void(crypto::Signature&)> signature;
    std::string purpose = "fieldseal/v1/manifest";
    /// manifest || signature || items, before it is packed.
    std::function<void(Bytes&)> unpacked;
    /// Method and packed part, the evidence behind it, and all of it padded.
    std::function<void(Bytes&)> packed;
    std::function<void(Bytes&)> evidence;
    std::function<void(Bytes&)> padded;
    std::function<void(bundle::Header&)> header;
    /// What the stanzas hold, where it is not the share of the keys.
    std::function<void(crypto::Secret&)> sealed_share;
    std::function<void(Bytes& covered)> covered;
    /// Which chunks end the stream.
    std::function<bool(std::size_t chunk, std::size_t count)> is_last;
    std::function<void(Bytes& body)> body;
    std::function<void(Bytes& all)> all;
};

Bytes make(const World& world, const Recipe& recipe, crypto::Random& random);
/// Seals plain bytes as they are, valid up to there: for fuzzing what lies behind the keys.
Bytes seal_plain(const World& world, ByteView plain, crypto::Random& random);

void append(Bytes& to, ByteView bytes);

}  // namespace fieldseal::vectors
