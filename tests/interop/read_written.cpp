// read_written FILE: opens what write.js wrote (a file like tests/vectors/bundle.json) and compares what is found.
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/crypto/hash.h"
#include "sync/bundle/bundle.h"
#include "vectors.h"

using namespace fieldseal;
using Json = nlohmann::json;

namespace {

Bytes hex(const Json& text) {
    return from_hex(text.get<std::string>()).value();
}

bool is_as_said(const bundle::Opened& opened, const Json& said) {
    const bundle::Manifest& manifest = opened.contents.manifest;
    const std::string lane = manifest.lane.to_team ? "team" : manifest.lane.device.hex();
    bool same = opened.id.hex() == said.at("id") && manifest.sender.hex() == said.at("sender") &&
                lane == said.at("lane") && std::to_string(manifest.counter) == said.at("counter") &&
                manifest.previous.hex() == said.at("previous") &&
                std::to_string(manifest.created_ms) == said.at("created_ms") &&
                opened.contents.items.size() == said.at("items").size() &&
                opened.contents.chunks.size() == said.at("evidence").size();
    for (std::size_t i = 0; same && i < opened.contents.items.size(); ++i) {
        const Json& item = said.at("items").at(i);
        same =
            opened.contents.items[i].type == item.at("type") && opened.contents.items[i].body == hex(item.at("body"));
    }
    for (std::size_t i = 0; same && i < opened.contents.chunks.size(); ++i) {
        const Json& piece = said.at("evidence").at(i);
        const bundle::BlobChunk& chunk = opened.contents.chunks[i];
        same = chunk.content.hex() == piece.at("content") && chunk.index == piece.at("index") &&
               crypto::plain_hash(chunk.bytes).hex() == piece.at("bytes_hash");
    }
    return same;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: read_written FILE\n", stderr);
        return 2;
    }
    crypto::start();
    std::ifstream input(arguments[1]);
    const Json file = Json::parse(input);
    const auto deployment = DeploymentId::parse(file.at("deployment").get<std::string>()).value();
    std::vector<crypto::BoxKeyPair> pairs;
    for (const Json& key : file.at("keys")) {
        pairs.push_back(crypto::box_key_pair_from(hex(key.at("secret"))));
    }
    const crypto::BoxKeyPair* keys[] = {&pairs.at(0), &pairs.at(1)};
    int wrong = 0;
    for (const Json& vector : file.at("vectors")) {
        const Bytes bytes = vectors::from_base64(vector.at("bytes"));
        const bundle::Opened opened = bundle::open(bytes, keys, hex(file.at("shared_key")), deployment);
        if (!opened || !is_as_said(opened, vector.at("contents"))) {
            std::printf("\"%s\" was read otherwise than it was written. %s\n",
                        vector.at("name").get<std::string>().c_str(), opened.reason.c_str());
            ++wrong;
        }
    }
    std::printf("%zu bundles from JavaScript, %d read otherwise\n", file.at("vectors").size(), wrong);
    return wrong == 0 && file.at("vectors").size() == 3 ? 0 : 1;
}
