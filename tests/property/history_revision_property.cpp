// Revisions as bytes: what was written is read, and nothing else is.
#include <rapidcheck.h>

#include <set>

#include "model/crypto/hash.h"
#include "model/history/revision.h"

using namespace fieldseal;
using namespace fieldseal::history;

namespace {

template <class Fixed>
Fixed fixed_from(std::uint64_t seed) {
    Fixed result;
    crypto::SeededRandom(seed).fill(result.bytes);
    return result;
}

rc::Gen<codec::Value> gen_value() {
    return rc::gen::oneOf(
        rc::gen::construct<codec::Value>(rc::gen::arbitrary<bool>()),
        rc::gen::construct<codec::Value>(rc::gen::arbitrary<std::int64_t>()),
        rc::gen::map(rc::gen::arbitrary<std::int32_t>(), [](std::int32_t n) { return codec::Value{n / 8.0 + 0.0}; }),
        rc::gen::map(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')),
                     [](std::string text) { return codec::Value{std::move(text)}; }),
        rc::gen::construct<codec::Value>(rc::gen::arbitrary<Bytes>()));
}

Revision gen_revision() {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    Revision revision;
    revision.record = fixed_from<RecordId>(seed);
    revision.device = fixed_from<DeviceId>(seed + 1);
    revision.salt = fixed_from<RevisionSalt>(seed + 2);
    revision.kind = static_cast<record::Kind>(*rc::gen::inRange(1, 11));
    revision.sequence = *rc::gen::element<std::uint64_t>(1, 2, 127, 128, 1'000'000, (1ull << 63) - 1);
    revision.previous = revision.sequence == 1 ? Hash{} : fixed_from<Hash>(seed + 3);
    std::set<Hash> parents;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        parents.insert(fixed_from<Hash>(seed + 10 + static_cast<std::uint64_t>(i)));
    }
    revision.parents.assign(parents.begin(), parents.end());
    revision.time = {*rc::gen::arbitrary<std::int64_t>(), *rc::gen::arbitrary<std::int64_t>(),
                     *rc::gen::arbitrary<std::int64_t>()};
    const auto paths = *rc::gen::container<std::set<std::string>>(
        rc::gen::nonEmpty(rc::gen::resize(20, rc::gen::container<std::string>(rc::gen::inRange('a', 'd')))));
    for (const std::string& path : paths) {
        revision.edits.emplace(path,
                               *rc::gen::arbitrary<bool>() ? std::nullopt : std::optional<codec::Value>(*gen_value()));
    }
    revision.edits = codec::normalised(std::move(revision.edits));
    return revision;
}

/// Changes, inserts or takes away one byte.
Bytes mutated(Bytes bytes) {
    const auto at = static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, bytes.size()));
    const auto byte = *rc::gen::arbitrary<std::uint8_t>();
    switch (*rc::gen::inRange(0, 4)) {
        case 0:
            bytes[static_cast<std::size_t>(at)] = byte;
            break;
        case 1:
            bytes[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1u << (byte % 8));
            break;
        case 2:
            bytes.insert(bytes.begin() + at, byte);
            break;
        default:
            bytes.erase(bytes.begin() + at);
            break;
    }
    return bytes;
}

Hash body_hash(ByteView body) {
    return crypto::hash("fieldseal/v1/revision-body", body);
}

void accepts_only_canonical(const Bytes& head, const Bytes& body) {
    try {
        const Revision read = decode_revision(head, body);
        RC_ASSERT(encode_body(read) == body);
        RC_ASSERT(encode_head(read, body_hash(body)) == head);
    } catch (const Error& error) {
        RC_ASSERT(error.code() == ErrorCode::damaged || error.code() == ErrorCode::too_large ||
                  error.code() == ErrorCode::newer_version);
    }
}

}  // namespace

TEST_CASE("a revision comes back as it was written") {
    CHECK(rc::check([] {
        const Revision revision = gen_revision();
        const Bytes body = encode_body(revision);
        const Bytes head = encode_head(revision, body_hash(body));
        RC_ASSERT(decode_revision(head, body) == revision);
        RC_ASSERT(name_of(revision) == crypto::hash("fieldseal/v1/revision", head));
    }));
}

TEST_CASE("a changed head is refused or has exactly this form") {
    CHECK(rc::check([] {
        const Revision revision = gen_revision();
        const Bytes body = encode_body(revision);
        accepts_only_canonical(mutated(encode_head(revision, body_hash(body))), body);
    }));
}

TEST_CASE("a changed body is refused, also where the head names it, unless it has exactly this form") {
    CHECK(rc::check([] {
        const Revision revision = gen_revision();
        const Bytes body = encode_body(revision);
        const Bytes changed = mutated(body);
        const Bytes head = encode_head(revision, body_hash(body));
        if (changed != body) {
            RC_ASSERT_THROWS_AS(decode_revision(head, changed), Error);
        }
        accepts_only_canonical(encode_head(revision, body_hash(changed)), changed);
    }));
}

TEST_CASE("a signature holds for exactly its segment") {
    CHECK(rc::check([](std::uint64_t seed) {
        crypto::SeededRandom random(seed);
        const crypto::SigningKey key = crypto::SigningKey::make(random);
        const auto deployment = random.id<DeploymentId>();
        LogSegment segment;
        segment.device = crypto::device_of(key.verify_key());
        segment.first = *rc::gen::inRange<std::uint64_t>(1, 1000);
        segment.previous = segment.first == 1 ? Hash{} : random.id<Hash>();
        for (int i = *rc::gen::inRange(1, 9); i > 0; --i) {
            segment.revisions.push_back(random.id<Hash>());
        }
        sign_segment(segment, deployment, key);
        RC_ASSERT(verify_segment(segment, deployment, key.verify_key()));
        LogSegment other = segment;
        switch (*rc::gen::inRange(0, 6)) {
            case 0:
                other.first += 1;
                break;
            case 1:
                other.previous = random.id<Hash>();
                break;
            case 2:
                other.revisions.pop_back();
                break;
            case 3:
                other.revisions.back() = random.id<Hash>();
                break;
            case 4:
                other.signature.bytes[static_cast<std::size_t>(random.below(64))] ^= 1;
                break;
            default:
                other.device.bytes[0] ^= 1;
                break;
        }
        RC_ASSERT(!verify_segment(other, deployment, key.verify_key()));
        RC_ASSERT(!verify_segment(segment, random.id<DeploymentId>(), key.verify_key()));
        RC_ASSERT(!verify_segment(segment, deployment, crypto::SigningKey::make(random).verify_key()));
    }));
}
