// The bytes of log items and receipts: docs/formats/exchange.md.
#include <doctest/doctest.h>

#include "sync/exchange/log_item.h"
#include "tests/unit/exchange_forger.h"

using namespace fieldseal;
using namespace fieldseal::test;

namespace {

struct Items {
    crypto::SeededRandom random{7};
    crypto::SigningKey key = crypto::SigningKey::make(random);
    DeploymentId deployment = random.id<DeploymentId>();

    exchange::LogItem item(std::uint64_t first, std::size_t count) {
        exchange::LogItem made;
        made.segment.device = crypto::device_of(key.verify_key());
        made.segment.first = first;
        Hash last = first == 1 ? Hash{} : random.id<Hash>();
        made.segment.previous = last;
        const auto record = random.id<RecordId>();
        std::vector<Hash> parents;
        for (std::size_t i = 0; i < count; ++i) {
            history::Revision revision;
            revision.record = record;
            revision.kind = record::Kind::site;
            revision.device = made.segment.device;
            revision.sequence = first + i;
            revision.previous = last;
            revision.parents = parents;
            revision.time = {start_ms + static_cast<std::int64_t>(i) * 1000, static_cast<std::int64_t>(i), start_ms};
            revision.salt = random.id<history::RevisionSalt>();
            revision.edits = {{"notes", std::string("note ") + std::to_string(i)}};
            last = history::name_of(revision);
            // One parent in the run, one outside of it.
            parents = {last, random.id<Hash>()};
            std::sort(parents.begin(), parents.end());
            made.segment.revisions.push_back(last);
            made.bodies.emplace_back(std::move(revision));
        }
        history::sign_segment(made.segment, deployment, key);
        return made;
    }
};

/// Refused, or taken and written again as the same bytes.
template <class Decode, class Encode>
void check_canonical(const Bytes& good, Decode decode, Encode encode) {
    CHECK(encode(decode(good)) == good);
    for (std::size_t i = 0; i < good.size(); ++i) {
        CHECK_THROWS_AS(decode(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(i))), Error);
        for (int bit = 0; bit < 8; ++bit) {
            Bytes turned = good;
            turned[i] ^= static_cast<std::uint8_t>(1 << bit);
            try {
                const Bytes again = encode(decode(turned));
                CHECK(again == turned);
            } catch (const Error& error) {
                const bool expected = error.code() == ErrorCode::damaged || error.code() == ErrorCode::too_large ||
                                      error.code() == ErrorCode::newer_version;
                CHECK(expected);
            }
        }
    }
    Bytes longer = good;
    longer.push_back(0);
    CHECK_THROWS_AS(decode(longer), Error);
}

Bytes encode_item(const exchange::LogItem& item) {
    return exchange::encode(item);
}
Bytes encode_receipt(const exchange::Receipt& receipt) {
    return exchange::encode(receipt);
}

}  // namespace

TEST_CASE_FIXTURE(Items, "Log items keep revisions, names and the signature") {
    for (const std::uint64_t first : {1ull, 2ull, 1000ull}) {
        exchange::LogItem item = this->item(first, 5);
        item.bodies[2].reset();
        const exchange::LogItem back = exchange::decode_log_item(exchange::encode(item));
        CHECK(back.segment == item.segment);
        CHECK(back.bodies == item.bodies);
        CHECK(history::verify_segment(back.segment, deployment, key.verify_key()));
        // Another body under the same signature does not verify: its name is another.
        for (std::size_t i = 1; i < item.bodies.size(); ++i) {
            item.bodies[i].reset();
        }
        item.bodies[0]->edits = {{"notes", std::string("changed")}};
        CHECK_FALSE(history::verify_segment(exchange::decode_log_item(exchange::encode(item)).segment, deployment,
                                            key.verify_key()));
    }
}

TEST_CASE_FIXTURE(Items, "Every log item has one encoding") {
    exchange::LogItem whole = item(1, 3);
    check_canonical(exchange::encode(whole), exchange::decode_log_item, encode_item);
    exchange::LogItem later = item(9, 3);
    later.bodies[0].reset();
    check_canonical(exchange::encode(later), exchange::decode_log_item, encode_item);
}

TEST_CASE_FIXTURE(Items, "A revision that follows its record's last takes little more than what it changes") {
    exchange::LogItem one = item(1, 1);
    exchange::LogItem two = item(1, 2);
    // Record, salt, one parent by name (the test's own), edits, and little else.
    CHECK(exchange::encode(two).size() - exchange::encode(one).size() < 16 + 16 + 33 + 40);
}

TEST_CASE_FIXTURE(Items, "Announced counts are checked before memory is asked for") {
    Bytes bytes = exchange::encode(item(1, 1));
    const Bytes count{0xff, 0xff, 0xff, 0xff, 0x0f};
    Bytes huge(bytes.begin(), bytes.begin() + 18);
    huge.insert(huge.end(), count.begin(), count.end());
    huge.insert(huge.end(), bytes.begin() + 19, bytes.end());
    CHECK_THROWS_AS(exchange::decode_log_item(huge), Error);
    CHECK_THROWS_AS(exchange::encode(exchange::LogItem{}), Error);
}

TEST_CASE_FIXTURE(Items, "Receipts: signed, canonical, in order") {
    exchange::Receipt receipt;
    receipt.deployment = deployment;
    receipt.issuer = crypto::device_of(key.verify_key());
    receipt.issued_ms = start_ms;
    receipt.logs = {{random.id<DeviceId>(), 300}, {random.id<DeviceId>(), 1}};
    std::sort(receipt.logs.begin(), receipt.logs.end(),
              [](const auto& a, const auto& b) { return a.device < b.device; });
    receipt.blobs = {random.id<Hash>(), random.id<Hash>()};
    std::sort(receipt.blobs.begin(), receipt.blobs.end());
    receipt.roster_version = 3;
    exchange::sign(receipt, key);
    CHECK(exchange::verify(receipt, key.verify_key()));
    CHECK(exchange::decode_receipt(exchange::encode(receipt)) == receipt);
    check_canonical(exchange::encode(receipt), exchange::decode_receipt, encode_receipt);
    CHECK_FALSE(exchange::verify(receipt, crypto::SigningKey::make(random).verify_key()));

    exchange::Receipt more = receipt;
    ++more.logs[0].up_to;
    CHECK_FALSE(exchange::verify(more, key.verify_key()));
    exchange::Receipt unordered = receipt;
    std::swap(unordered.blobs[0], unordered.blobs[1]);
    CHECK_THROWS_AS(exchange::decode_receipt(exchange::encode(unordered)), Error);
    unordered = receipt;
    unordered.logs[1] = unordered.logs[0];
    CHECK_THROWS_AS(exchange::decode_receipt(exchange::encode(unordered)), Error);
}
