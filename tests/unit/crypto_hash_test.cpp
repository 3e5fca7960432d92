// Hashes, randomness, signatures and names against published vectors.
#include "model/crypto/hash.h"

#include "model/crypto/seal.h"
#include "model/crypto/sign.h"
#include "model/error/error.h"

using namespace fieldseal;
using namespace fieldseal::crypto;

namespace {

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

Bytes counting(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i);
    }
    return bytes;
}

}  // namespace

TEST_CASE("hexadecimal goes both ways and refuses what is none") {
    CHECK(to_hex(hex("00ff7Ea0")) == "00ff7ea0");
    CHECK(from_hex("") == Bytes{});
    CHECK_FALSE(from_hex("0"));
    CHECK_FALSE(from_hex("0g"));
    CHECK_FALSE(from_hex(" 0"));
    CHECK_FALSE(RecordId::parse("00"));
    CHECK(RecordId::parse("000102030405060708090a0b0c0d0e0f")->view()[15] == 15);
}

TEST_CASE("BLAKE2b-256 gives the published hashes, in one piece and in many") {
    CHECK(plain_hash({}).hex() == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    CHECK(plain_hash(view_of("abc")).hex() == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    const Bytes long_text = counting(1000);
    Hasher hasher;
    for (std::size_t i = 0; i < long_text.size(); i += 7) {
        hasher.add(ByteView(long_text).subspan(i, std::min<std::size_t>(7, long_text.size() - i)));
    }
    Hasher moved = std::move(hasher);
    CHECK(moved.finish() == plain_hash(long_text));
    CHECK_THROWS_AS(moved.finish(), Error);
}

TEST_CASE("a purpose is hashed in front, with a zero byte between") {
    // Made with Python's hashlib.blake2b.
    CHECK(hash("fieldseal/v1/test", view_of("abc")).hex() ==
          "19e597e52d111c625558cec3807f086969c016d05652518e52e6ea0a408aabc9");
    const std::string_view expected = "60d84b18b1ec8439b91ad5796f472cec473e3206fe46453c0b946413e623e8be";
    CHECK(keyed_tag(counting(32), "fieldseal/v1/test", view_of("abc")).hex() == expected);
    CHECK(keyed_hash(counting(32), "fieldseal/v1/test", view_of("abc")).equals(hex(expected)));
    CHECK(hash("ab", view_of("c")) != hash("a", view_of("bc")));
    CHECK_THROWS_AS(keyed_tag(counting(15), "p", {}), Error);
    CHECK_THROWS_AS(keyed_tag(counting(65), "p", {}), Error);
    CHECK_THROWS_AS(keyed_tag({}, "p", {}), Error);
}

TEST_CASE("equal compares bytes and sizes") {
    CHECK(equal(counting(5), counting(5)));
    CHECK(equal({}, {}));
    CHECK_FALSE(equal(counting(5), counting(6)));
    CHECK_FALSE(equal(hex("0001"), hex("0002")));
}

TEST_CASE("secrets move, clone on request and compare") {
    Secret secret(view_of("a secret"));
    CHECK(secret.equals(view_of("a secret")));
    CHECK_FALSE(secret.equals(view_of("a secreT")));
    CHECK_FALSE(secret.equals(view_of("a secret ")));
    const Secret copy = secret.clone();
    const Secret moved = std::move(secret);
    CHECK(copy.equals(moved.view()));
    CHECK(secret.empty());  // NOLINT(bugprone-use-after-move): what it is left as is what is tested
    CHECK(Secret().equals({}));
    CHECK(to_hex(Secret(4).view()) == "00000000");
    Bytes bytes = counting(9);
    wipe(bytes);
    CHECK(bytes == Bytes(9));
}

TEST_CASE("Ed25519 keys are those of RFC 8032, section 7.1") {
    CHECK(SigningKey(hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")).verify_key().hex() ==
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    CHECK(SigningKey(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")).verify_key().hex() ==
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    CHECK_THROWS_AS(SigningKey(counting(31)), Error);
}

TEST_CASE("Ed25519 signatures verify for their own key, purpose and bytes only") {
    SeededRandom random(1);
    const SigningKey key = SigningKey::make(random);
    const Bytes message = counting(100);
    const Signature signature = key.sign("fieldseal/v1/test", message);
    CHECK(verify(key.verify_key(), "fieldseal/v1/test", message, signature));
    CHECK(verify(key.clone().verify_key(), "fieldseal/v1/test", message, signature));
    CHECK_FALSE(verify(key.verify_key(), "fieldseal/v1/tesu", message, signature));
    CHECK_FALSE(verify(SigningKey::make(random).verify_key(), "fieldseal/v1/test", message, signature));
    for (std::size_t bit = 0; bit < Signature::size * 8; ++bit) {
        Signature flipped = signature;
        flipped.bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        CHECK_FALSE(verify(key.verify_key(), "fieldseal/v1/test", message, flipped));
    }
    Bytes other = message;
    other[50] ^= 1;
    CHECK_FALSE(verify(key.verify_key(), "fieldseal/v1/test", other, signature));
    other = message;
    other.push_back(0);
    CHECK_FALSE(verify(key.verify_key(), "fieldseal/v1/test", other, signature));
    // A key of small order would accept one signature for everything.
    CHECK_FALSE(verify(VerifyKey{}, "fieldseal/v1/test", message, Signature{}));
}

TEST_CASE("a device is named by its key") {
    const SigningKey key(hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
    CHECK(device_of(key.verify_key()).hex() == "e24165eb03cb6703d12c558e7261f230");
}

TEST_CASE("seeded randomness repeats, and differs between seeds and calls") {
    SeededRandom one(7);
    SeededRandom same(7);
    SeededRandom other(8);
    const Bytes first = one.bytes(40);
    CHECK(first == same.bytes(40));
    CHECK(first != other.bytes(40));
    CHECK(first != one.bytes(40));
    CHECK(one.id<RecordId>() != one.id<RecordId>());
    SystemRandom system;
    CHECK(system.bytes(32) != system.bytes(32));
    CHECK(system.secret(32).size() == 32);
}

TEST_CASE("numbers below a bound reach all of them and no more") {
    SeededRandom random(3);
    std::array<int, 7> seen{};
    for (int i = 0; i < 700; ++i) {
        seen.at(random.below(7)) += 1;
    }
    for (const int times : seen) {
        CHECK(times > 50);
    }
    CHECK(random.below(1) == 0);
    CHECK_THROWS_AS(random.below(0), Error);
}

TEST_CASE("libsodium's own randomness can be replayed, and is its own again afterwards") {
    const BoxKeyPair pair = box_key_pair_from(counting(32));
    const auto sealed = [&] {
        SeededRandom source(5);
        const ReplayedSodium replayed(source);
        CHECK_THROWS_AS(ReplayedSodium{source}, Error);
        return seal_box(pair.public_key, view_of("share"));
    };
    CHECK(sealed() == sealed());
    CHECK(seal_box(pair.public_key, view_of("share")) != seal_box(pair.public_key, view_of("share")));
    CHECK(seal_box(pair.public_key, view_of("share")) != sealed());
}
