// Whatever is sealed is opened again; whatever is changed is noticed.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <tuple>

#include "model/crypto/hash.h"
#include "sync/bundle/bundle.h"

using namespace fieldseal;
using namespace fieldseal::bundle;

namespace {

struct Deployment {
    crypto::SeededRandom random{41};
    crypto::Secret shared_key = random.secret(32);
    DeploymentId id = random.id<DeploymentId>();
    crypto::SigningKey sender = crypto::SigningKey::make(random);
    crypto::BoxKeyPair reader = crypto::make_box_key_pair(random);

    Opened open(ByteView sealed) const {
        const crypto::BoxKeyPair* keys[] = {&reader};
        return bundle::open(sealed, keys, shared_key.view(), id);
    }
};

/// Sizes around the edges of chunks and paddings, more often than chance would have it.
std::size_t any_size() {
    return *rc::gen::oneOf(rc::gen::inRange<std::size_t>(0, 300), rc::gen::inRange<std::size_t>(64'000, 66'500),
                           rc::gen::inRange<std::size_t>(130'000, 132'000));
}

Contents any_contents(Deployment& deployment) {
    Contents contents;
    contents.manifest.deployment = deployment.id;
    contents.manifest.counter = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
    contents.manifest.previous.bytes[0] = contents.manifest.counter == 1 ? 0 : 1;
    contents.manifest.created_ms = *rc::gen::arbitrary<std::int64_t>();
    contents.manifest.lane.to_team = *rc::gen::arbitrary<bool>();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        // Compressible or not.
        const std::size_t size = any_size();
        const auto type = *rc::gen::element<std::uint64_t>(1, 2, 3, 4, 5, 64, 65'535);
        contents.items.push_back({type, *rc::gen::arbitrary<bool>() ? deployment.random.bytes(size) : Bytes(size, 7)});
    }
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
        BlobChunk chunk;
        chunk.content.bytes[0] = *rc::gen::inRange<std::uint8_t>(0, 2);
        chunk.index = static_cast<std::uint32_t>(i);
        chunk.size = 1u << 30;
        chunk.bytes = deployment.random.bytes(any_size() + 1);
        contents.chunks.push_back(chunk);
    }
    return contents;
}

}  // namespace

TEST_CASE("whatever is sealed is opened again") {
    Deployment deployment;
    const bool holds = rc::check([&] {
        Contents contents = any_contents(deployment);
        const Sealed sealed = seal(contents, {deployment.reader.public_key}, deployment.shared_key.view(),
                                   deployment.sender, deployment.random);
        const Opened opened = deployment.open(sealed.bytes);
        RC_ASSERT(opened.failure == OpenFailure::none);
        RC_ASSERT(opened.id == sealed.id);
        std::ranges::stable_sort(contents.items, {}, &Item::type);
        std::ranges::sort(contents.chunks, {},
                          [](const BlobChunk& chunk) { return std::tie(chunk.content, chunk.index); });
        RC_ASSERT((opened.contents.items == contents.items));
        RC_ASSERT((opened.contents.chunks == contents.chunks));
        RC_ASSERT(opened.contents.manifest.created_ms == contents.manifest.created_ms);
        RC_ASSERT(opened.contents.manifest.lane == contents.manifest.lane);
    });
    CHECK(holds);
}

TEST_CASE("whatever is changed is noticed") {
    Deployment deployment;
    const bool holds = rc::check([&] {
        const Sealed sealed = seal(any_contents(deployment), {deployment.reader.public_key},
                                   deployment.shared_key.view(), deployment.sender, deployment.random);
        Bytes changed = sealed.bytes;
        const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                changed[at] ^= static_cast<std::uint8_t>(1u << *rc::gen::inRange(0, 8));
                break;
            case 1:
                changed.resize(at);
                break;
            case 2:
                changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), std::uint8_t{0});
                break;
            default:
                changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
                break;
        }
        if (changed == sealed.bytes) {
            return;
        }
        const Opened opened = deployment.open(changed);
        RC_ASSERT(opened.failure != OpenFailure::none);
        RC_ASSERT(!opened.reason.empty());
        RC_ASSERT(opened.contents.items.empty());
    });
    CHECK(holds);
}
