#include <algorithm>

#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "sync/exchange/log_item.h"
#include "sync/exchange/receipt.h"
#include "targets.h"

namespace fieldseal::fuzz {

using namespace exchange;

namespace {

constexpr int revisions_in_seed = 3;

/// A signed run of a device's log in which every second body is left out.
LogItem some_item() {
    const crypto::SigningKey key(Bytes(32, 3));
    const DeviceId device = crypto::device_of(key.verify_key());
    LogItem item;
    item.segment.device = device;
    item.segment.first = 1;
    for (int i = 0; i < revisions_in_seed; ++i) {
        history::Revision revision;
        revision.record.bytes[0] = 8;
        revision.device = device;
        revision.sequence = static_cast<std::uint64_t>(i) + 1;
        if (i > 0) {
            revision.previous = item.segment.revisions.back();
            revision.parents = {revision.previous};
        }
        revision.time = {1'800'000'000'000 + i, i, 1'800'000'000'000 + i};
        revision.edits = {{"name", codec::Value(std::string("Станція"))}};
        item.segment.revisions.push_back(history::name_of(revision));
        item.bodies.push_back(i % 2 == 0 ? std::optional(revision) : std::nullopt);
    }
    history::sign_segment(item.segment, DeploymentId{}, key);
    return item;
}

}  // namespace

void run_log_item(ByteView input) {
    tolerate([&] {
        const LogItem item = decode_log_item(input);
        insist(std::ranges::equal(encode(item), input), "a log segment encodes to the same bytes");
        for (std::size_t i = 0; i < item.bodies.size(); ++i) {
            const bool named = !item.bodies[i] || history::name_of(*item.bodies[i]) == item.segment.revisions[i];
            insist(named, "a body bears its revision's name");
        }
    });
}

std::vector<Bytes> log_item_seeds() {
    return {encode(some_item())};
}

void run_receipt(ByteView input) {
    tolerate([&] {
        const Receipt receipt = decode_receipt(input);
        insist(std::ranges::equal(encode(receipt), input), "a receipt encodes to the same bytes");
    });
}

std::vector<Bytes> receipt_seeds() {
    Receipt receipt;
    receipt.issued_ms = 1'800'000'000'000;
    receipt.roster_version = 3;
    receipt.logs = {{DeviceId{}, 17}};
    receipt.blobs = {crypto::plain_hash({})};
    const crypto::SigningKey key(Bytes(32, 3));
    receipt.issuer = crypto::device_of(key.verify_key());
    sign(receipt, key);
    return {encode(receipt)};
}

}  // namespace fieldseal::fuzz
