#include <nlohmann/json.hpp>

#include "bundle_cases.h"
#include "model/crypto/hash.h"
#include "sync/bundle/parts.h"
#include "vectors.h"

namespace fieldseal::vectors {

using Json = nlohmann::ordered_json;

namespace {

Json key_json(const crypto::BoxKeyPair& pair) {
    return {{"public", to_hex(pair.public_key)}, {"secret", to_hex(pair.secret_key.view())}};
}

/// What a reader must find in a good one.
Json contents_json(const bundle::Contents& contents, const Hash& id) {
    const bundle::Manifest& manifest = contents.manifest;
    Json json{{"id", id.hex()}, {"sender", manifest.sender.hex()}};
    json["lane"] = manifest.lane.to_team ? Json("team") : Json(manifest.lane.device.hex());
    json["counter"] = std::to_string(manifest.counter);
    json["previous"] = manifest.previous.hex();
    json["created_ms"] = std::to_string(manifest.created_ms);
    json["recipients"] = Json::array();
    for (const bundle::PublicKey& key : manifest.recipients) {
        json["recipients"].push_back(to_hex(key));
    }
    json["items"] = Json::array();
    for (const bundle::Item& item : contents.items) {
        json["items"].push_back({{"type", item.type}, {"body", to_hex(item.body)}});
    }
    json["evidence"] = Json::array();
    for (const bundle::BlobChunk& chunk : contents.chunks) {
        json["evidence"].push_back({{"content", chunk.content.hex()},
                                    {"size", std::to_string(chunk.size)},
                                    {"index", chunk.index},
                                    {"bytes_hash", crypto::plain_hash(chunk.bytes).hex()}});
    }
    return json;
}

}  // namespace

std::string bundle_vectors() {
    const World world;
    Json json;
    json["about"] = "docs/formats/bundle.md; made by tests/vectors/make_vectors.cpp";
    json["shared_key"] = to_hex(world.shared_key.view());
    json["deployment"] = world.deployment.hex();
    json["keys"] = {key_json(world.team), key_json(world.device)};
    json["vectors"] = Json::array();
    const crypto::BoxKeyPair* keys[] = {&world.team, &world.device};
    for (const BundleCase& bundle_case : bundle_cases(world)) {
        crypto::SeededRandom random(seed_of(bundle_case.name));
        const crypto::ReplayedSodium replayed(random);
        const Bytes bytes = make(world, bundle_case.recipe, random);
        Json vector{{"name", bundle_case.name}, {"expect", bundle_case.expect}};
        if (bundle_case.expect == "ok") {
            const bundle::Opened opened = bundle::open(bytes, keys, world.shared_key.view(), world.deployment);
            vector["contents"] = contents_json(opened.contents, opened.id);
        }
        vector["bytes"] = to_base64(bytes);
        json["vectors"].push_back(vector);
    }
    for (const SplicedCase& spliced : spliced_cases()) {
        Json vector{{"name", spliced.name}, {"expect", spliced.expect}, {"pieces", Json::array()}};
        for (const SplicedPiece& piece : spliced.pieces) {
            vector["pieces"].push_back(piece.base.empty() ? Json(to_base64(piece.bytes))
                                                          : Json{piece.base, piece.offset, piece.length});
        }
        json["vectors"].push_back(vector);
    }
    return json.dump(1) + "\n";
}

std::string parts_vectors() {
    crypto::SeededRandom random(seed_of("parts"));
    Json json;
    json["about"] = "docs/formats/bundle.md, On a store; made by tests/vectors/make_vectors.cpp";
    json["vectors"] = Json::array();
    const auto add = [&](const std::string& name, const std::string& expect, const Bytes& bytes) {
        json["vectors"].push_back({{"name", name}, {"expect", expect}, {"bytes", to_hex(bytes)}});
    };
    const Bytes small = bundle::encode_index(bundle::index_of(random.bytes(850)));
    const Bytes large = bundle::encode_index(bundle::index_of(Bytes((2u << 20) + 5, 7)));
    const auto changed = [](Bytes bytes, auto change) {
        change(bytes);
        return bytes;
    };
    add("one part", "ok", small);
    add("exactly one full part", "ok", bundle::encode_index(bundle::index_of(Bytes(1u << 20, 1))));
    add("three parts", "ok", large);
    add("empty", "damaged", {});
    add("magic", "damaged", changed(small, [](Bytes& b) { b[0] ^= 1; }));
    add("version 0", "damaged", changed(small, [](Bytes& b) { b[7] = 0; }));
    add("version 2", "newer_version", changed(small, [](Bytes& b) { b[7] = 2; }));
    add("cut", "damaged", changed(small, [](Bytes& b) { b.pop_back(); }));
    add("a byte too many", "damaged", changed(small, [](Bytes& b) { b.push_back(0); }));
    add("a hash for the only part", "damaged", changed(small, [](Bytes& b) { b.resize(b.size() + 32); }));
    add("size 0", "damaged", changed(small, [](Bytes& b) { b.resize(40), b.push_back(0); }));
    add("size not in its shortest form", "damaged", changed(small, [](Bytes& b) {
            b.resize(40);
            append(b, Bytes{0xd2, 0x86, 0x00});
        }));
    add("size over the limit", "damaged", changed(small, [](Bytes& b) {
            b.resize(40);
            append(b, Bytes{0x81, 0x80, 0x80, 0x50});
        }));
    add("size of 64 bits", "damaged", changed(small, [](Bytes& b) {
            b.resize(40);
            append(b, Bytes{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01});
        }));
    add("a part's hash missing", "damaged", changed(large, [](Bytes& b) { b.resize(b.size() - 32); }));
    add("a part's hash too many", "damaged", changed(large, [](Bytes& b) { b.resize(b.size() + 32); }));
    return json.dump(1) + "\n";
}

}  // namespace fieldseal::vectors
