// Hashes, randomness, signatures and names against published vectors.
#include "model/crypto/hash.h"

#include <algorithm>

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

TEST_CASE("an Ed25519 signature over purpose, zero byte and bytes is that of RFC 8032's TEST 1024") {
    // The vector's message happens to hold a zero byte: what stands before it serves as the purpose.
    const Bytes message =
        hex("08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f54e9f77b1e355f6c505"
            "44e23f"
            "b1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a1b270b20329d658675fc6ea534e0810a443282"
            "6bf58c"
            "941efb65d57a338bbd2e26640f89ffbc1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80"
            "288a82"
            "1a579116ec6dad2b3b310da903401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb1"
            "16dbef"
            "efd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74"
            "ef5c53"
            "f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297ac"
            "bbb39d"
            "502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e88"
            "3c8759"
            "d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd"
            "597b07"
            "07e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a71314f318c782b23ebfe808b82b0ce2640"
            "1d2e22"
            "f04d83d1255dc51addd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf"
            "268cb8"
            "fcffead94f3c7ca495e056a9b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c0"
            "4aafdb"
            "038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6"
            "ee34df"
            "f7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65040cf9bfd4aca7984a74d371"
            "459867"
            "80fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939ae49e488acba6b965610b5480109c8b1"
            "7b80e1"
            "b7b750dfc7598d5d5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0f9"
            "cd71a4"
            "3dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876"
            "e506b5"
            "0d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412c091c631"
            "5cf4fd"
            "e7cb68606937380db2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8"
            "a3b8ca"
            "c60c905c15fc910840b94c00a0b9d0");
    const auto zero = std::find(message.begin(), message.end(), 0);
    const auto before = static_cast<std::size_t>(zero - message.begin());
    const std::string_view purpose = text_of(ByteView(message).first(before));
    const ByteView rest = ByteView(message).subspan(before + 1);
    const SigningKey key(hex("f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5"));
    const Signature signature = key.sign(purpose, rest);
    CHECK(signature.hex() ==
          "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350"
          "aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03");
    CHECK(verify(key.verify_key(), purpose, rest, signature));
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
