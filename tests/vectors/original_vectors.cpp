#include <nlohmann/json.hpp>

#include "model/crypto/hash.h"
#include "sync/bundle/original.h"
#include "sync/bundle/plain_stream.h"
#include "vectors.h"

namespace fieldseal::vectors {

using Json = nlohmann::ordered_json;

namespace {

/// Any plain bytes under the original's stream key.
Bytes stream_of(const crypto::Secret& key, ByteView plain) {
    Bytes file;
    bundle::PlainWriter writer(crypto::keyed_hash(key.view(), "fieldseal/v1/original-stream", {}).view(), plain.size(), file);
    writer.write(plain);
    return file;
}

}  // namespace

std::string original_vectors() {
    crypto::SeededRandom random(seed_of("original"));
    const crypto::ReplayedSodium replayed(random);
    const crypto::BoxKeyPair reader = crypto::make_box_key_pair(random);
    const crypto::BoxKeyPair another = crypto::make_box_key_pair(random);
    Json list = Json::array();
    const auto add = [&](const std::string& name, const std::string& expect, ByteView box, const Hash& commitment, ByteView file, std::optional<ByteView> original = {}) {
        Json vector{{"name", name}, {"expect", expect}, {"box", to_hex(box)}, {"commitment", commitment.hex()}, {"file", to_base64(file)}};
        if (original) {
            vector["original"] = crypto::plain_hash(*original).hex();
        }
        list.push_back(std::move(vector));
    };
    const auto good = [&](const std::string& name, ByteView original) {
        const bundle::SealedOriginal sealed = bundle::seal_original(original, random);
        add(name, "ok", crypto::seal_box(reader.public_key, sealed.key.view()), sealed.commitment, sealed.file, original);
    };
    good("empty", {});
    const Bytes photo = random.bytes(1'500);
    good("in one chunk", photo);
    good("padded to the least size", ByteView(photo).first(639));
    good("one byte above the least size", ByteView(photo).first(640));
    good("in two chunks", Bytes(65'000, 0x5a));
    good("ends like padding", Bytes{0xff, 0xd9, 0x80, 0, 0});

    const bundle::SealedOriginal sealed = bundle::seal_original(photo, random);
    const Bytes box = crypto::seal_box(reader.public_key, sealed.key.view());
    const auto bad = [&](const std::string& name, auto change) {
        Bytes file = sealed.file;
        change(file);
        add(name, "damaged", box, sealed.commitment, file);
    };
    bad("no bytes", [](Bytes& file) { file.clear(); });
    bad("a stream header alone", [](Bytes& file) { file.resize(24); });
    bad("cut by one byte", [](Bytes& file) { file.pop_back(); });
    bad("a byte more", [](Bytes& file) { file.push_back(0); });
    bad("stream header flipped", [](Bytes& file) { file[3] ^= 1; });
    bad("content flipped", [](Bytes& file) { file[700] ^= 1; });
    bad("last byte flipped", [](Bytes& file) { file.back() ^= 1; });
    bad("a second chunk behind the last", [](Bytes& file) { file.insert(file.end(), file.begin() + 24, file.end()); });

    const auto other_plain = [&](const std::string& name, ByteView plain) {
        add(name, "damaged", box, sealed.commitment, stream_of(sealed.key, plain));
    };
    const Bytes padded = crypto::pad(photo, bundle::least_plain_size);
    other_plain("not padded", photo);
    Bytes wrong = padded;
    wrong[photo.size()] = 0x81;
    other_plain("another mark before the padding", wrong);
    wrong = padded;
    wrong.back() = 1;
    other_plain("padding that is not zeros", wrong);
    wrong = padded;
    wrong.resize(padded.size() + 1);
    other_plain("padded further", wrong);
    wrong = padded;
    wrong.pop_back();
    other_plain("padded less", wrong);
    other_plain("zeros only", Bytes(padded.size()));
    wrong = padded;
    wrong[5] ^= 1;
    other_plain("another original under the same key", wrong);

    Hash other_commitment = sealed.commitment;
    other_commitment.bytes[31] ^= 1;
    add("another commitment", "damaged", box, other_commitment, sealed.file);
    add("the plain hash as commitment", "damaged", box, crypto::plain_hash(photo), sealed.file);
    add("another key in the box", "damaged", crypto::seal_box(reader.public_key, random.bytes(32)), sealed.commitment, sealed.file);
    add("31 bytes in the box", "damaged", crypto::seal_box(reader.public_key, sealed.key.view().first(31)), sealed.commitment, sealed.file);
    add("a box for somebody else", "damaged", crypto::seal_box(another.public_key, sealed.key.view()), sealed.commitment, sealed.file);

    Json json;
    json["about"] = "docs/formats/original.md; made by tests/vectors/make_vectors.cpp";
    json["secret"] = to_hex(reader.secret_key.view());
    json["vectors"] = std::move(list);
    return json.dump(1) + "\n";
}

}  // namespace fieldseal::vectors
