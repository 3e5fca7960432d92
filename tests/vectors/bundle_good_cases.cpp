#include "bundle_cases.h"
#include "model/crypto/hash.h"

namespace fieldseal::vectors {

using namespace bundle;

std::vector<BundleCase> good_cases(const World& world) {
    std::vector<BundleCase> cases;
    const auto add = [&](const std::string& name, auto change) {
        Recipe recipe;
        recipe.contents = world.contents();
        change(recipe);
        cases.push_back({name, "ok", std::move(recipe)});
    };
    add("one recipient", [](Recipe&) {});
    add("compressed", [](Recipe& r) {
        r.compressed = true;
        r.contents.items[0].body = Bytes(3000, 'a');
    });
    add("two recipients", [&](Recipe& r) { r.recipients = {world.team.public_key, world.stranger.public_key}; });
    add("second key of the reader", [&](Recipe& r) { r.recipients = {world.device.public_key}; });
    add("64 recipients", [&](Recipe& r) {
        crypto::SeededRandom random(64);
        r.recipients = {world.team.public_key};
        while (r.recipients.size() < recipient_limit) {
            r.recipients.push_back(crypto::make_box_key_pair(random).public_key);
        }
    });
    add("lane to one device", [&](Recipe& r) {
        r.contents.manifest.lane = {false, crypto::device_of(world.sender.verify_key())};
    });
    add("nothing in it", [](Recipe& r) { r.contents.items.clear(); });
    add("an empty item", [](Recipe& r) { r.contents.items = {{5, {}}}; });
    add("types that may be skipped", [](Recipe& r) {
        r.contents.items.push_back({64, {1}});
        r.contents.items.push_back({65'535, {2}});
    });
    add("the same type twice", [](Recipe& r) { r.contents.items.push_back({4, {9}}); });
    add("the largest counter, before 1970", [](Recipe& r) {
        r.contents.manifest.counter = ~std::uint64_t{0};
        r.contents.manifest.previous.bytes[31] = 1;
        r.contents.manifest.created_ms = -1;
    });
    add("a stanza of a later kind", [](Recipe& r) {
        r.header = [](Header& header) { header.stanzas.push_back({200, Bytes(1100, 0x11)}); };
    });
    add("evidence", [](Recipe& r) {
        BlobChunk chunk;
        chunk.bytes = Bytes(300, 0x42);
        chunk.content = crypto::plain_hash(chunk.bytes);
        chunk.size = 300;
        r.contents.chunks.push_back(chunk);
        chunk.content.bytes = {};
        chunk.size = std::uint64_t{1} << 40;
        chunk.index = 0xffff'ffff;
        r.contents.chunks.insert(r.contents.chunks.begin(), chunk);
    });
    add("two chunks", [](Recipe& r) {
        crypto::SeededRandom random(2);
        BlobChunk chunk;
        chunk.bytes = random.bytes(65'500);
        chunk.content = crypto::plain_hash(chunk.bytes);
        chunk.size = chunk.bytes.size();
        r.contents.chunks.push_back(chunk);
    });
    // What is sealed on finalise (exchange.md): kept, and sent after later ones.
    add("evidence alone, of a number that comes late", [](Recipe& r) {
        r.contents.items.clear();
        r.contents.manifest.counter = 7;
        r.contents.manifest.previous.bytes[0] = 7;
        BlobChunk chunk;
        chunk.bytes = Bytes(300, 0x42);
        chunk.content = crypto::plain_hash(chunk.bytes);
        chunk.size = chunk.bytes.size();
        r.contents.chunks.push_back(chunk);
    });
    return cases;
}

std::vector<SplicedCase> spliced_cases() {
    const std::string base = "two chunks";
    constexpr std::size_t stream = one_header_size + 24;
    constexpr std::size_t first = 65'536 + 17;
    constexpr std::size_t second = 2048 + 17;
    const SplicedPiece head{base, 0, stream, {}};
    const SplicedPiece one{base, stream, first, {}};
    const SplicedPiece two{base, stream + first, second, {}};
    return {
        {"stream: cut between chunks", "truncated", {head, one}},
        {"stream: cut within the last chunk", "truncated", {head, one, {base, stream + first, 100, {}}}},
        {"stream: first chunk missing", "truncated", {head, two}},
        {"stream: chunks swapped", "tampered", {head, two, one}},
        {"stream: first chunk twice", "tampered", {head, one, one}},
        {"stream: last chunk twice", "tampered", {head, one, two, two}},
        {"stream: a byte behind the end", "tampered", {head, one, two, {"", 0, 0, {0}}}},
        {"stream: another bundle's first chunk", "truncated", {head, {"one recipient", stream, 640 + 17, {}}}},
        {"stream: last chunk flipped",
         "tampered",
         {head, one, {"", 0, 0, {0}}, {base, stream + first, second - 1, {}}}},
    };
}

std::vector<BundleCase> bundle_cases(const World& world) {
    std::vector<BundleCase> all;
    for (auto part : {good_cases, header_cases, stream_cases, content_cases}) {
        for (BundleCase& bundle_case : part(world)) {
            all.push_back(std::move(bundle_case));
        }
    }
    return all;
}

}  // namespace fieldseal::vectors
