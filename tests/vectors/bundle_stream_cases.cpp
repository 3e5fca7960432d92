#include "bundle_cases.h"
#include "model/codec/compress.h"
#include "model/codec/writer.h"

namespace fieldseal::vectors {

using namespace bundle;

namespace {

Bytes packed_as(std::uint8_t method, ByteView packed) {
    codec::Writer out;
    out.u8(method);
    out.bytes(packed);
    return out.take();
}

/// A Zstandard frame of one raw block, under a frame header of the caller's.
Bytes raw_frame(ByteView frame_header, ByteView content) {
    Bytes frame{0x28, 0xb5, 0x2f, 0xfd};
    append(frame, frame_header);
    const auto block = static_cast<std::uint32_t>(content.size() << 3 | 1);
    for (unsigned byte = 0; byte < 3; ++byte) {
        frame.push_back(static_cast<std::uint8_t>(block >> (8 * byte) & 0xff));
    }
    append(frame, content);
    return frame;
}

}  // namespace

std::vector<BundleCase> stream_cases(const World& world) {
    std::vector<BundleCase> cases;
    const auto add = [&](const std::string& name, const std::string& expect, auto change) {
        Recipe recipe;
        recipe.contents = world.contents();
        change(recipe);
        cases.push_back({name, expect, std::move(recipe)});
    };
    const auto flip = [&](const std::string& name, std::size_t at) {
        add("stream: " + name, "tampered", [at](Recipe& r) { r.all = [at](Bytes& all) { all[at] ^= 1; }; });
    };
    flip("header flipped", one_header_size);
    flip("first byte of a chunk flipped", one_header_size + 24);
    flip("middle of a chunk flipped", one_header_size + 300);
    flip("last byte flipped", one_header_size + 24 + 17 + 640 - 1);
    add("stream: no end on the last chunk", "tampered",
        [](Recipe& r) { r.is_last = [](std::size_t, std::size_t) { return false; }; });
    add("stream: zeros", "tampered", [](Recipe& r) { r.body = [](Bytes& body) { body.assign(body.size(), 0); }; });

    add("padding: no mark", "malformed", [](Recipe& r) {
        r.padded = [](Bytes& plain) {
            while (plain.back() == 0) {
                plain.pop_back();
            }
            plain.back() = 0;
            plain.resize(least_plain_size);
        };
    });
    add("padding: another mark", "malformed", [](Recipe& r) {
        r.padded = [](Bytes& plain) {
            std::size_t mark = plain.size() - 1;
            while (plain[mark] == 0) {
                --mark;
            }
            plain[mark] = 0x81;
        };
    });
    add("padding: not zeros", "malformed", [](Recipe& r) { r.padded = [](Bytes& plain) { plain.back() = 1; }; });
    add("padding: a second mark", "malformed", [](Recipe& r) { r.padded = [](Bytes& plain) { plain.back() = 0x80; }; });
    add("padding: more than it takes", "malformed",
        [](Recipe& r) { r.padded = [](Bytes& plain) { plain.resize(672); }; });
    add("padding: none", "malformed", [](Recipe& r) {
        r.contents.items.clear();
        r.contents.chunks.push_back({Hash{}, 10'000, 0, Bytes(429, 1)});
        r.padded = [](Bytes& plain) { plain.resize(640); };
    });

    const auto pack = [&](const std::string& name, std::function<void(Bytes&)> change) {
        add("packed: " + name, "malformed", [&](Recipe& r) { r.packed = change; });
    };
    pack("method 2", [](Bytes& packed) { packed[0] = 2; });
    pack("method 255", [](Bytes& packed) { packed[0] = 255; });
    pack("compressed said of stored", [](Bytes& packed) { packed[0] = 1; });
    pack("stored said of compressed",
         [](Bytes& packed) { packed = packed_as(0, codec::compress(ByteView(packed).subspan(3), 3)); });
    pack("length beyond the body", [](Bytes& packed) { packed[2] = 0x7f; });
    pack("length not in its shortest form", [](Bytes& packed) {
        packed[2] |= 0x80;
        packed.insert(packed.begin() + 3, 0);
    });
    pack("length over the limit", [](Bytes& packed) { packed = {0, 0x81, 0x80, 0x80, 0x20}; });
    pack("length of more than 64 bits",
         [](Bytes& packed) { packed = {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}; });
    pack("nothing", [](Bytes& packed) { packed = {0, 0}; });
    pack("frame of nothing", [](Bytes& packed) { packed = {1, 0}; });
    pack("frame cut", [](Bytes& packed) {
        Bytes frame = codec::compress(ByteView(packed).subspan(3), 3);
        frame.pop_back();
        packed = packed_as(1, frame);
    });
    pack("a byte behind the frame", [](Bytes& packed) {
        Bytes frame = codec::compress(ByteView(packed).subspan(3), 3);
        frame.push_back(0);
        packed = packed_as(1, frame);
    });
    pack("two frames", [](Bytes& packed) {
        Bytes frame = codec::compress(ByteView(packed).subspan(3, 100), 3);
        append(frame, codec::compress(ByteView(packed).subspan(103), 3));
        packed = packed_as(1, frame);
    });
    pack("frame without its size", [](Bytes& packed) {
        const Bytes frame_header{0x00, 0x58};
        packed = packed_as(1, raw_frame(frame_header, ByteView(packed).subspan(3)));
    });
    pack("frame with a checksum", [](Bytes& packed) {
        const ByteView content = ByteView(packed).subspan(3);
        const Bytes frame_header{0x24, static_cast<std::uint8_t>(content.size())};
        Bytes frame = raw_frame(frame_header, content);
        append(frame, Bytes{1, 2, 3, 4});
        packed = packed_as(1, frame);
    });
    pack("frame that says more than it holds", [](Bytes& packed) {
        const Bytes frame_header{0xa0, 0xff, 0xff, 0xff, 0x00};
        packed = packed_as(1, raw_frame(frame_header, ByteView(packed).subspan(3)));
    });
    pack("frame that says less than it holds", [](Bytes& packed) {
        const Bytes frame_header{0x20, 0x10};
        packed = packed_as(1, raw_frame(frame_header, ByteView(packed).subspan(3)));
    });
    pack("skippable frame", [](Bytes& packed) {
        packed = packed_as(1, Bytes{0x50, 0x2a, 0x4d, 0x18, 0x02, 0, 0, 0, 1, 2});
    });
    pack("frame that unpacks to more than the limit",
         [](Bytes& packed) { packed = packed_as(1, codec::compress(Bytes((64u << 20) + 1), 1)); });
    return cases;
}

}  // namespace fieldseal::vectors
