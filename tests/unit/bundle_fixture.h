// A sender, two readers and a deployment's key to seal bundles with, the same in every run.
#pragma once

#include "model/crypto/hash.h"
#include "sync/bundle/bundle.h"

namespace fieldseal::bundle {

struct Fixture {
    crypto::SeededRandom random{7};
    crypto::Secret shared_key = random.secret(32);
    DeploymentId deployment = random.id<DeploymentId>();
    crypto::SigningKey sender = crypto::SigningKey::make(random);
    crypto::BoxKeyPair team = crypto::make_box_key_pair(random);
    crypto::BoxKeyPair device = crypto::make_box_key_pair(random);
    crypto::BoxKeyPair stranger = crypto::make_box_key_pair(random);

    Contents contents(std::size_t item_size = 100) {
        Contents contents;
        contents.manifest.deployment = deployment;
        contents.manifest.counter = 1;
        contents.manifest.created_ms = 1'800'000'000'000;
        contents.items.push_back({1, random.bytes(item_size)});
        contents.items.push_back({4, Bytes{1, 2, 3}});
        contents.items.push_back({64, Bytes{}});
        return contents;
    }

    BlobChunk chunk(std::uint8_t content, std::uint32_t index, std::size_t size) {
        BlobChunk chunk;
        chunk.content.bytes[0] = content;
        chunk.size = 10'000'000;
        chunk.index = index;
        chunk.bytes = random.bytes(size);
        return chunk;
    }

    Sealed seal(Contents contents, std::vector<PublicKey> recipients = {}) {
        if (recipients.empty()) {
            recipients = {team.public_key};
        }
        return bundle::seal(std::move(contents), recipients, shared_key.view(), sender, random);
    }

    Opened open(ByteView sealed) { return open_with(sealed, team); }

    Opened open_with(ByteView sealed, const crypto::BoxKeyPair& pair) {
        const crypto::BoxKeyPair* keys[] = {&pair};
        return bundle::open(sealed, keys, shared_key.view(), deployment);
    }
};

}  // namespace fieldseal::bundle
