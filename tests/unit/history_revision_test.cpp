// The bytes of docs/formats/history.md, the example there, and what must be rejected.
#include <limits>

#include "model/crypto/hash.h"
#include "model/history/revision.h"

using namespace fieldseal;
using namespace fieldseal::history;

namespace {

template <class Fixed>
Fixed filled(std::uint8_t byte) {
    Fixed result;
    result.bytes.fill(byte);
    return result;
}

/// The example of docs/formats/history.md.
Revision example() {
    Revision revision;
    revision.record = filled<RecordId>(0x11);
    revision.kind = record::Kind::assessment;
    revision.device = filled<DeviceId>(0x22);
    revision.sequence = 300;
    revision.previous = filled<Hash>(0x33);
    revision.parents = {filled<Hash>(0x33), filled<Hash>(0x44)};
    revision.time = {1'700'000'000'000, 5'000, 1'700'000'000'001};
    revision.salt = filled<RevisionSalt>(0x55);
    revision.edits = {{"answers/CSB-GV-01/note", codec::Value{std::string("Перевірено")}},
                      {"answers/CSB-GV-01/value", codec::Value{std::string("2")}},
                      {"state", std::nullopt}};
    return revision;
}

Hash hash_of(ByteView body) {
    return crypto::hash("fieldseal/v1/revision-body", body);
}

/// A head written field by field, so that each can be wrong.
struct Head {
    std::uint8_t version = 1;
    std::uint8_t kind = 2;
    std::uint64_t sequence = 300;
    Hash previous = filled<Hash>(0x33);
    std::vector<Hash> parents{filled<Hash>(0x33), filled<Hash>(0x44)};
    std::optional<std::uint64_t> claimed_parents{};
    Bytes behind{};

    Bytes bytes() const {
        codec::Writer out;
        out.u8(version);
        out.raw(filled<RecordId>(0x11).view());
        out.u8(kind);
        out.raw(filled<DeviceId>(0x22).view());
        out.number(sequence);
        out.raw(previous.view());
        out.number(claimed_parents.value_or(parents.size()));
        for (const Hash& parent : parents) {
            out.raw(parent.view());
        }
        out.integer(1'700'000'000'000);
        out.integer(5'000);
        out.integer(1);
        out.raw(hash_of(encode_body(example())).view());
        out.raw(behind);
        return out.take();
    }
    std::optional<ErrorCode> refusal() const {
        try {
            (void)decode_revision(bytes(), encode_body(example()));
            return std::nullopt;
        } catch (const Error& error) {
            return error.code();
        }
    }
};

std::vector<Hash> some_parents(std::size_t count) {
    std::vector<Hash> parents(count);
    for (std::size_t i = 0; i < count; ++i) {
        parents[i].bytes[0] = static_cast<std::uint8_t>(i + 1);
    }
    return parents;
}

}  // namespace

TEST_CASE("the example of the format has these bytes and this name") {
    const Revision revision = example();
    const Bytes body = encode_body(revision);
    CHECK(to_hex(body) ==
          "555555555555555555555555555555550316616e73776572732f4353422d47562d30312f6e6f74650514d09fd0b5d180"
          "d0b5d0b2d196d180d0b5d0bdd0be17616e73776572732f4353422d47562d30312f76616c756505013205737461746500");
    CHECK(hash_of(body).hex() == "e67589b6129d48617675f71edd86936297b18484f832e8cd4b55c173d892ea29");
    CHECK(to_hex(encode_head(revision, hash_of(body))) ==
          "01111111111111111111111111111111110222222222222222222222222222222222ac02333333333333333333333333"
          "333333333333333333333333333333333333333302333333333333333333333333333333333333333333333333333333"
          "3333333333444444444444444444444444444444444444444444444444444444444444444480a0abfef962904e02e675"
          "89b6129d48617675f71edd86936297b18484f832e8cd4b55c173d892ea29");
    CHECK(name_of(revision).hex() == "cbc1bbe79f0faa1d1854c26fa532b3389f5ef1af66a72e91a606dc64f4035e9a");
    CHECK(decode_revision(encode_head(revision, hash_of(body)), body) == revision);
}

TEST_CASE("a first revision has neither predecessor nor parents") {
    Revision revision;
    revision.sequence = 1;
    const Bytes body = encode_body(revision);
    CHECK(decode_revision(encode_head(revision, hash_of(body)), body) == revision);
}

TEST_CASE("heads that break a rule are refused") {
    CHECK_FALSE(Head{}.refusal());
    CHECK(Head{.version = 0}.refusal() == ErrorCode::damaged);
    CHECK(Head{.version = 2}.refusal() == ErrorCode::newer_version);
    CHECK(Head{.kind = 0}.refusal() == ErrorCode::damaged);
    CHECK(Head{.kind = 11}.refusal() == ErrorCode::damaged);
    CHECK(Head{.sequence = 0}.refusal() == ErrorCode::damaged);
    CHECK(Head{.sequence = 1}.refusal() == ErrorCode::damaged);
    CHECK(Head{.sequence = 1ull << 63}.refusal() == ErrorCode::damaged);
    CHECK(Head{.previous = {}}.refusal() == ErrorCode::damaged);
    CHECK_FALSE(Head{.sequence = 1, .previous = {}}.refusal());
    CHECK(Head{.parents = {filled<Hash>(0x44), filled<Hash>(0x33)}}.refusal() == ErrorCode::damaged);
    CHECK(Head{.parents = {filled<Hash>(0x44), filled<Hash>(0x44)}}.refusal() == ErrorCode::damaged);
    CHECK(Head{.parents = {Hash{}}}.refusal() == ErrorCode::damaged);
    CHECK_FALSE(Head{.parents = some_parents(parent_limit)}.refusal());
    CHECK(Head{.parents = some_parents(parent_limit + 1)}.refusal() == ErrorCode::too_large);
    CHECK(Head{.claimed_parents = 1ull << 40}.refusal() == ErrorCode::too_large);
    CHECK(Head{.claimed_parents = 60}.refusal() == ErrorCode::damaged);
    CHECK(Head{.behind = {0}}.refusal() == ErrorCode::damaged);
    Bytes cut = Head{}.bytes();
    while (!cut.empty()) {
        cut.pop_back();
        CHECK_THROWS_AS((void)decode_revision(cut, encode_body(example())), Error);
    }
}

TEST_CASE("a body that its head does not name is refused") {
    Revision other = example();
    other.salt.bytes[0] ^= 1;
    CHECK_THROWS_AS((void)decode_revision(Head{}.bytes(), encode_body(other)), Error);
    CHECK(name_of(other) != name_of(example()));
}

TEST_CASE("a body over the limit is refused although its head names it") {
    const Bytes body(body_limit + 1, 0);
    try {
        (void)decode_revision(encode_head(example(), hash_of(body)), body);
        FAIL("taken");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::too_large);
    }
}

TEST_CASE("what no reader would take is not written") {
    const auto refused = [](Revision revision) {
        try {
            (void)name_of(revision);
            return false;
        } catch (const Error&) {
            return true;
        }
    };
    Revision revision = example();
    revision.parents = {filled<Hash>(0x44), filled<Hash>(0x33)};
    CHECK(refused(revision));
    revision.parents = some_parents(parent_limit + 1);
    CHECK(refused(revision));
    revision = example();
    revision.sequence = 0;
    CHECK(refused(revision));
    revision = example();
    revision.previous = {};
    CHECK(refused(revision));
    revision = example();
    for (const char* path : {"a", "b", "c"}) {
        revision.edits[path] = codec::Value{std::string(3u << 20, 'x')};
    }
    CHECK(refused(revision));
}

TEST_CASE("logical time follows the wall clock, keeps behind nobody credible, and ignores the incredible") {
    constexpr std::int64_t day = 24 * 3600 * 1000;
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    const auto time = [](std::int64_t wall, std::vector<std::int64_t> seen) { return logical_time(wall, seen); };
    CHECK(time(1000, {}) == 1000);
    CHECK(time(1000, {5, 999}) == 1000);
    CHECK(time(1000, {1000}) == 1001);
    CHECK(time(1000, {2000, 1500}) == 2001);
    CHECK(time(1000, {1000 + day}) == 1001 + day);
    CHECK(time(1000, {1001 + day}) == 1000);
    CHECK(time(1000, {most, 2000}) == 2001);
    CHECK(time(most, {most}) == most);
    CHECK(time(least, {least, 0}) == least + 1);
}

TEST_CASE("segments are signed and checked only where they make sense") {
    const crypto::SigningKey key{Bytes(32, 7)};
    const auto deployment = filled<DeploymentId>(0x66);
    LogSegment segment{crypto::device_of(key.verify_key()), 1, {}, {filled<Hash>(1), filled<Hash>(2)}, {}};
    sign_segment(segment, deployment, key);
    CHECK(segment.last() == 2);
    CHECK(verify_segment(segment, deployment, key.verify_key()));
    CHECK(segment.signature.hex() ==
          "221bd8048a66785d667bfdc50b03bef0ac8d0bdbdab63c5dcb2ed3e613580cdc7a74eee73e926bf4824fecf5c817e9fc"
          "d52f2d0c3c7dca86d2b1245e6a3a930f");

    const auto signs = [&](LogSegment wrong) {
        try {
            sign_segment(wrong, deployment, key);
            return true;
        } catch (const Error&) {
            return false;
        }
    };
    LogSegment wrong = segment;
    wrong.device = filled<DeviceId>(9);
    CHECK_FALSE(signs(wrong));
    wrong = segment;
    wrong.revisions.clear();
    CHECK_FALSE(signs(wrong));
    CHECK_FALSE(verify_segment(wrong, deployment, key.verify_key()));
    wrong = segment;
    wrong.first = 2;
    CHECK_FALSE(signs(wrong));
    wrong = segment;
    wrong.previous = filled<Hash>(3);
    CHECK_FALSE(signs(wrong));
    wrong = segment;
    wrong.revisions[1] = {};
    CHECK_FALSE(signs(wrong));
    wrong = segment;
    wrong.first = (1ull << 63) - 2;
    wrong.previous = filled<Hash>(3);
    CHECK(signs(wrong));
    wrong.first += 1;
    CHECK_FALSE(signs(wrong));
}

TEST_CASE("a signature is over the bytes of the format, by the key of the segment's own device") {
    const crypto::SigningKey key{Bytes(32, 7)};
    const auto deployment = filled<DeploymentId>(0x66);
    const auto signed_by_hand = [&](const DeviceId& device) {
        LogSegment segment{device, 300, filled<Hash>(8), {filled<Hash>(1), filled<Hash>(2)}, {}};
        codec::Writer out;
        out.raw(deployment.view());
        out.raw(device.view());
        out.raw(Bytes{0xac, 0x02});
        out.raw(filled<Hash>(8).view());
        out.u8(2);
        out.raw(filled<Hash>(1).view());
        out.raw(filled<Hash>(2).view());
        segment.signature = key.sign("fieldseal/v1/segment", out.view());
        return segment;
    };
    CHECK(verify_segment(signed_by_hand(crypto::device_of(key.verify_key())), deployment, key.verify_key()));
    CHECK_FALSE(verify_segment(signed_by_hand(filled<DeviceId>(9)), deployment, key.verify_key()));
}
