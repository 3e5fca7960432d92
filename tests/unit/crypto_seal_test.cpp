// Values, padding, boxes and streams.
#include "model/crypto/seal.h"

#include "model/error/error.h"

using namespace fieldseal;
using namespace fieldseal::crypto;

namespace {

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

/// Gives the bytes that a vector asks for.
class GivenRandom final : public Random {
  public:
    explicit GivenRandom(Bytes given) : given_(std::move(given)) {}
    void fill(std::span<std::uint8_t> out) override {
        REQUIRE(out.size() == given_.size());
        std::copy(given_.begin(), given_.end(), out.begin());
    }

  private:
    Bytes given_;
};

}  // namespace

TEST_CASE("a sealed value is that of draft-irtf-cfrg-xchacha-03, A.3.1, behind its nonce") {
    const Bytes key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    const Bytes nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657");
    const Bytes place = hex("50515253c0c1c2c3c4c5c6c7");
    const std::string_view plain =
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would "
        "be it.";
    GivenRandom random(nonce);
    const Bytes sealed = seal_value(key, place, view_of(plain), random);
    CHECK(
        to_hex(sealed) ==
        "404142434445464748494a4b4c4d4e4f5051525354555657"
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c2"
        "16cb96b7"
        "2e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"
        "c0875924c1c7987947deafd8780acf49");
    CHECK(text_of(open_value(key, place, sealed).value()) == plain);
}

TEST_CASE("a sealed value opens for its own key, place and bytes only") {
    SeededRandom random(1);
    const Bytes key = random.bytes(32);
    const Bytes place = random.bytes(12);
    const Bytes plain = random.bytes(20);
    const Bytes sealed = seal_value(key, place, plain, random);
    CHECK(sealed.size() == plain.size() + value_overhead);
    CHECK(open_value(key, place, sealed) == plain);
    CHECK_FALSE(open_value(random.bytes(32), place, sealed));
    CHECK_FALSE(open_value(key, random.bytes(12), sealed));
    CHECK_FALSE(open_value(key, {}, sealed));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes flipped = sealed;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        CHECK_FALSE(open_value(key, place, flipped));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        CHECK_FALSE(open_value(key, place, ByteView(sealed).first(size)));
    }
    CHECK(seal_value(key, place, plain, random) != sealed);
    CHECK(open_value(key, place, seal_value(key, place, {}, random)) == Bytes{});
    CHECK_THROWS_AS(seal_value(random.bytes(31), place, plain, random), Error);
}

TEST_CASE("Padme lengths are those worked out by hand") {
    // 9 = 1001b: exponent 3, of whose bits 2 are kept, so the last 1 is rounded up. 1000: exponent 9, 4 kept, the last
    // 5 rounded up.
    CHECK(padded_size(9) == 10);
    CHECK(padded_size(1000) == 1024);
    CHECK(padded_size(100) == 104);
    CHECK(padded_size(65'537) == 67'584);
    for (const std::size_t exact : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 10u, 104u, 1024u, 65'536u}) {
        CHECK(padded_size(exact) == exact);
    }
    CHECK(padded_size(9, 64) == 64);
    CHECK(padded_size(1000, 64) == 1024);
}

TEST_CASE("padding costs at most 12 percent and never goes down") {
    std::size_t last = 0;
    for (std::size_t size = 0; size < 20'000; ++size) {
        const std::size_t padded = padded_size(size);
        CHECK(padded >= size);
        CHECK(padded >= last);
        CHECK(padded * 100 <= size * 112);
        CHECK(padded_size(padded) == padded);
        last = padded;
    }
}

TEST_CASE("what was padded comes back, and malformed padding does not") {
    SeededRandom random(2);
    for (std::size_t size = 0; size < 300; ++size) {
        const Bytes plain = random.bytes(size);
        const Bytes padded = pad(plain, 32);
        CHECK(padded.size() == padded_size(size + 1, 32));
        const auto back = unpad(padded);
        REQUIRE(back);
        CHECK(std::equal(back->begin(), back->end(), plain.begin(), plain.end()));
    }
    CHECK_FALSE(unpad({}));
    CHECK_FALSE(unpad(hex("000000")));
    CHECK_FALSE(unpad(hex("4142")));
    CHECK(unpad(hex("80"))->empty());
    CHECK(unpad(hex("418000"))->size() == 1);
}

TEST_CASE("an X25519 public key is that of RFC 7748, section 6.1") {
    const BoxKeyPair bob = box_key_pair_from(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    CHECK(to_hex(bob.public_key) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    CHECK_THROWS_AS(box_key_pair_from(Bytes(31)), Error);
}

TEST_CASE("a sealed box opens for its recipient only") {
    SeededRandom random(3);
    const BoxKeyPair pair = make_box_key_pair(random);
    const Bytes plain = random.bytes(32);
    const Bytes sealed = seal_box(pair.public_key, plain);
    CHECK(sealed.size() == plain.size() + 48);
    CHECK(open_box(pair, sealed)->equals(plain));
    CHECK(open_box(pair.clone(), sealed)->equals(plain));
    CHECK_FALSE(open_box(make_box_key_pair(random), sealed));
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        Bytes flipped = sealed;
        flipped[at] ^= 0x10;
        CHECK_FALSE(open_box(pair, flipped));
        CHECK_FALSE(open_box(pair, ByteView(sealed).first(at)));
    }
    CHECK_THROWS_AS(seal_box(Bytes(32), plain), Error);
    CHECK_THROWS_AS(seal_box(Bytes(31), plain), Error);
}

TEST_CASE("a stream opens chunk by chunk up to its last") {
    SeededRandom random(4);
    const Bytes key = random.bytes(32);
    StreamSealer sealer(key);
    std::vector<Bytes> chunks(3);
    sealer.push(view_of("one"), false, chunks[0]);
    sealer.push({}, false, chunks[1]);
    sealer.push(view_of("three"), true, chunks[2]);
    CHECK(chunks[0].size() == 3 + stream_overhead);
    CHECK_THROWS_AS(sealer.push({}, true, chunks[2]), Error);

    const auto pull_all = [&](const std::vector<Bytes>& given, ByteView opened_with) {
        StreamOpener opener(opened_with, sealer.header());
        Bytes plain;
        StreamOpener::Pulled last = StreamOpener::Pulled::chunk;
        for (const Bytes& chunk : given) {
            last = opener.pull(chunk, plain);
        }
        return std::pair(last, plain);
    };
    using Pulled = StreamOpener::Pulled;
    const auto [end, plain] = pull_all(chunks, key);
    CHECK(end == Pulled::last);
    CHECK(text_of(plain) == "onethree");
    CHECK(pull_all({chunks[0], chunks[1]}, key).first == Pulled::chunk);
    CHECK(pull_all({chunks[1]}, key).first == Pulled::bad);
    CHECK(pull_all({chunks[0], chunks[2]}, key).first == Pulled::bad);
    CHECK(pull_all({chunks[0], chunks[0]}, key).first == Pulled::bad);
    CHECK(pull_all({chunks[0], chunks[1], chunks[2], chunks[2]}, key).first == Pulled::bad);
    CHECK(pull_all({chunks[0]}, random.bytes(32)) == std::pair(Pulled::bad, Bytes{}));
    CHECK(pull_all({Bytes(16)}, key).first == Pulled::bad);
    // After something bad even the right chunk is refused.
    CHECK(pull_all({chunks[1], chunks[0]}, key).first == Pulled::bad);
    for (std::size_t at = 0; at < chunks[0].size(); ++at) {
        Bytes flipped = chunks[0];
        flipped[at] ^= 0x04;
        CHECK(pull_all({flipped}, key) == std::pair(Pulled::bad, Bytes{}));
    }
    CHECK_THROWS_AS(StreamOpener(key, Bytes(23)), Error);
    CHECK_THROWS_AS(StreamSealer(Bytes(31)), Error);
}
