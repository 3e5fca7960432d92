#include "bundle_cases.h"
#include "model/codec/writer.h"
#include "model/crypto/hash.h"

namespace fieldseal::vectors {

using namespace bundle;

namespace {

/// Where things lie in the manifest of one recipient on the lane to the team.
constexpr std::size_t lane_at = 32;
constexpr std::size_t recipients_at = 33;
constexpr std::size_t counter_at = 66;

BlobChunk piece(std::uint8_t content, std::uint32_t index) {
    BlobChunk chunk;
    chunk.content.bytes[0] = content;
    chunk.size = 1000;
    chunk.index = index;
    chunk.bytes = {1, 2, 3};
    return chunk;
}

/// A piece's bytes with a size, an index and a length that encode_chunk_frame would refuse.
Bytes piece_saying(std::uint64_t size, std::uint64_t index, std::uint64_t length) {
    codec::Writer out;
    out.raw(Hash{}.view());
    out.number(size);
    out.number(index);
    out.number(length);
    out.raw(Bytes(3, 7));
    return out.take();
}

}  // namespace

std::vector<BundleCase> content_cases(const World& world) {
    std::vector<BundleCase> cases;
    const auto add = [&](const std::string& name, const std::string& expect, auto change) {
        Recipe recipe;
        recipe.contents = world.contents();
        change(recipe);
        cases.push_back({name, expect, std::move(recipe)});
    };
    const auto manifest = [&](const std::string& name, const std::string& expect,
                              std::function<void(Manifest&)> change) {
        add("manifest: " + name, expect, [&](Recipe& r) { r.manifest = change; });
    };
    const auto encoded = [&](const std::string& name, std::function<void(Bytes&)> change) {
        add("manifest: " + name, "malformed", [&](Recipe& r) { r.encoded_manifest = change; });
    };
    encoded("lane neither to team nor device", [](Bytes& bytes) { bytes[lane_at] = 2; });
    encoded("no recipient", [](Bytes& bytes) {
        bytes[recipients_at] = 0;
        bytes.erase(bytes.begin() + recipients_at + 1, bytes.begin() + recipients_at + 33);
    });
    encoded("more recipients than fit", [](Bytes& bytes) { bytes[recipients_at] = 64; });
    encoded("65 recipients", [](Bytes& bytes) {
        bytes[recipients_at] = 65;
        bytes.insert(bytes.begin() + recipients_at + 1, 64 * 32, 9);
    });
    encoded("counter not in its shortest form", [](Bytes& bytes) {
        bytes[counter_at] |= 0x80;
        bytes.insert(bytes.begin() + counter_at + 1, 0);
    });
    encoded("counter of more than 64 bits", [](Bytes& bytes) {
        bytes.erase(bytes.begin() + counter_at);
        bytes.insert(bytes.begin() + counter_at, 10, 0xff);
    });
    manifest("counter 0", "malformed", [](Manifest& m) { m.counter = 0; });
    manifest("counter 1 with a bundle before", "malformed", [](Manifest& m) { m.previous.bytes[0] = 1; });
    manifest("counter 2 without a bundle before", "malformed", [](Manifest& m) { m.counter = 2; });
    manifest("more pieces than allowed", "malformed", [](Manifest& m) { m.chunk_count = 65'537; });
    manifest("pieces that are not there", "malformed", [](Manifest& m) { m.chunk_count = 1; });
    manifest("another recipient", "malformed", [&](Manifest& m) { m.recipients = {world.stranger.public_key}; });
    manifest("a recipient too many", "malformed",
             [&](Manifest& m) { m.recipients.push_back(world.device.public_key); });
    add("manifest: a recipient too few", "malformed", [&](Recipe& r) {
        r.recipients = {world.team.public_key, world.device.public_key};
        r.manifest = [](Manifest& m) { m.recipients.pop_back(); };
    });
    add("manifest: recipients in another order", "malformed", [&](Recipe& r) {
        r.recipients = {world.team.public_key, world.device.public_key};
        r.manifest = [](Manifest& m) { std::swap(m.recipients[0], m.recipients[1]); };
    });
    manifest("another sender's key", "tampered",
             [](Manifest& m) { m.sender_key = crypto::SigningKey(Bytes(32, 5)).verify_key(); });
    manifest("a sender's key of small order", "tampered", [](Manifest& m) { m.sender_key = {}; });
    manifest("signed for another deployment", "tampered", [](Manifest& m) { m.deployment.bytes[0] ^= 1; });
    manifest("signed over other items", "tampered", [](Manifest& m) { m.items_hash.bytes[0] ^= 1; });
    add("signature: flipped", "tampered",
        [](Recipe& r) { r.signature = [](crypto::Signature& signature) { signature.bytes[5] ^= 1; }; });
    add("signature: zeros", "tampered", [](Recipe& r) { r.signature = [](crypto::Signature& s) { s = {}; }; });
    add("signature: for another purpose", "tampered", [](Recipe& r) { r.purpose = "fieldseal/v1/receipt"; });
    add("signature: over other bytes", "tampered", [](Recipe& r) { r.message = [](Bytes& m) { m.back() ^= 1; }; });
    add("signature: cut", "malformed", [](Recipe& r) { r.unpacked = [](Bytes& b) { b.resize(106 + 63); }; });
    add("items: missing", "tampered", [](Recipe& r) { r.unpacked = [](Bytes& b) { b.resize(106 + 64); }; });
    add("items: flipped", "tampered", [](Recipe& r) { r.unpacked = [](Bytes& b) { b.back() ^= 1; }; });

    const auto items = [&](const std::string& name, const std::string& expect, const Bytes& bytes) {
        add("items: " + name, expect,
            [&](Recipe& r) { r.items = [bytes](Bytes& encoded_items) { encoded_items = bytes; }; });
    };
    items("no count", "malformed", {});
    items("type 0", "malformed", {1, 0, 0});
    items("types descend", "malformed", {2, 4, 0, 1, 0});
    items("type over the limit", "malformed", {1, 0x80, 0x80, 0x04, 0});
    items("critical type of later", "newer_version", {1, 9, 0});
    items("reserved type", "newer_version", {1, 6, 0});
    items("last critical type", "newer_version", {1, 63, 0});
    items("more than there are", "malformed", {3, 1, 0, 1, 0});
    items("more than fit", "malformed", {0xff, 0x7f, 1, 0});
    items("more than allowed", "malformed", {0xa1, 0x8d, 0x06, 1, 0});
    items("body beyond the end", "malformed", {1, 1, 5, 1, 2});
    items("length not in its shortest form", "malformed", {1, 1, 0x80, 0x00});
    items("type not in its shortest form", "malformed", {1, 0x81, 0x00, 0});
    items("a byte behind the last", "malformed", {1, 1, 0, 0});

    const auto pieces = [&](const std::string& name, std::vector<BlobChunk> chunks) {
        add("evidence: " + name, "malformed", [&](Recipe& r) { r.contents.chunks = chunks; });
    };
    pieces("out of order", {piece(2, 0), piece(1, 0)});
    pieces("indexes out of order", {piece(1, 1), piece(1, 0)});
    pieces("a piece twice", {piece(1, 0), piece(1, 0)});
    const auto saying = [&](const std::string& name, const Bytes& bytes) {
        add("evidence: " + name, "malformed", [&](Recipe& r) {
            r.contents.chunks = {piece(1, 0)};
            r.evidence = [bytes](Bytes& evidence) { evidence = bytes; };
        });
    };
    saying("empty piece", piece_saying(1000, 0, 0));
    saying("piece larger than its file", piece_saying(2, 0, 3));
    saying("file over the limit", piece_saying((std::uint64_t{1} << 40) + 1, 0, 3));
    saying("index over the limit", piece_saying(1000, std::uint64_t{1} << 32, 3));
    saying("piece over the limit", piece_saying(std::uint64_t{1} << 30, 0, (1u << 20) + 1));
    saying("piece beyond the end", piece_saying(std::uint64_t{1} << 30, 0, 1u << 20));
    add("evidence: more pieces than the manifest says", "malformed", [](Recipe& r) {
        r.contents.chunks = {piece(1, 0), piece(2, 0)};
        r.manifest = [](Manifest& m) { m.chunk_count = 1; };
    });
    return cases;
}

}  // namespace fieldseal::vectors
