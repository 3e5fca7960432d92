#include <algorithm>

#include "recipe.h"
#include "sync/bundle/parts.h"
#include "targets.h"

namespace fieldseal::fuzz {

using namespace bundle;
using vectors::Recipe;
using vectors::World;

namespace {

enum Part : std::uint8_t { plain, packed, unpacked, manifest, items, evidence, part_count };

const World& world() {
    static const World one;
    return one;
}

Opened open_here(ByteView sealed) {
    const crypto::BoxKeyPair* keys[] = {&world().team, &world().device};
    return open(sealed, keys, world().shared_key.view(), world().deployment);
}

Recipe recipe_with(Part part, const Bytes& bytes) {
    Recipe recipe;
    recipe.contents = world().contents();
    const auto put = [bytes](Bytes& place) { place = bytes; };
    switch (part) {
        case plain:
            recipe.padded = put;
            break;
        case packed:
            recipe.packed = put;
            break;
        case unpacked:
            recipe.unpacked = put;
            break;
        case manifest:
            recipe.encoded_manifest = put;
            break;
        case items:
            recipe.items = put;
            break;
        case evidence:
            recipe.evidence = put;
            recipe.manifest = [](Manifest& m) { m.chunk_count = 2; };
            break;
        default:
            break;
    }
    return recipe;
}

BlobChunk piece(std::uint32_t index) {
    BlobChunk chunk;
    chunk.size = 5;
    chunk.index = index;
    chunk.bytes = {1, 2, 3};
    return chunk;
}

}  // namespace

void run_bundle(ByteView input) {
    if (input.empty()) {
        return;
    }
    const auto part = static_cast<Part>(input[0] % part_count);
    const Bytes bytes(input.begin() + 1, input.end());
    crypto::SeededRandom random(1);
    if (part == plain && bytes.empty()) {
        return;
    }
    const Opened opened = open_here(vectors::make(world(), recipe_with(part, bytes), random));
    insist(static_cast<bool>(opened) == opened.reason.empty(), "a refusal has a reason");
    if (!opened) {
        insist(opened.contents.items.empty() && opened.contents.chunks.empty(), "nothing of a refused bundle is used");
        return;
    }
    insist(part != items || encode_items(opened.contents.items) == bytes, "items encode to the same bytes");
    insist(part != manifest || encode_manifest(opened.contents.manifest) == bytes,
           "a manifest encodes to the same bytes");
}

std::vector<Bytes> bundle_seeds() {
    std::vector<Bytes> seeds;
    const auto add = [&](Part part, ByteView bytes) {
        seeds.push_back({part});
        vectors::append(seeds.back(), bytes);
    };
    Recipe recipe;
    recipe.contents = world().contents();
    recipe.contents.chunks = {piece(0), piece(1)};
    recipe.padded = [&](Bytes& bytes) { add(plain, bytes); };
    recipe.packed = [&](Bytes& bytes) { add(packed, bytes); };
    recipe.unpacked = [&](Bytes& bytes) { add(unpacked, bytes); };
    recipe.encoded_manifest = [&](Bytes& bytes) { add(manifest, bytes); };
    recipe.items = [&](Bytes& bytes) { add(items, bytes); };
    recipe.evidence = [&](Bytes& bytes) { add(evidence, bytes); };
    crypto::SeededRandom random(1);
    vectors::make(world(), recipe, random);
    recipe = {};
    recipe.contents = world().contents();
    recipe.compressed = true;
    recipe.packed = [&](Bytes& bytes) { add(packed, bytes); };
    vectors::make(world(), recipe, random);
    return seeds;
}

void run_bundle_file(ByteView input) {
    const Opened opened = open_here(input);
    insist(static_cast<bool>(opened) == opened.reason.empty(), "a refusal has a reason");
    tolerate([&] {
        const PartIndex index = decode_index(input);
        insist(std::ranges::equal(encode_index(index), input), "an index encodes to the same bytes");
    });
}

std::vector<Bytes> bundle_file_seeds() {
    crypto::SeededRandom random(1);
    const crypto::ReplayedSodium replayed(random);
    Recipe recipe;
    recipe.contents = world().contents();
    std::vector<Bytes> seeds{vectors::make(world(), recipe, random)};
    recipe.recipients = {world().team.public_key, world().stranger.public_key};
    seeds.push_back(vectors::make(world(), recipe, random));
    seeds.push_back(encode_index(index_of(seeds.back())));
    seeds.push_back(encode_index(index_of(Bytes((2u << 20) + 1))));
    return seeds;
}

}  // namespace fieldseal::fuzz
