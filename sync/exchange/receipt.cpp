#include "sync/exchange/receipt.h"

#include <algorithm>
#include <functional>

#include "model/codec/reader.h"
#include "model/codec/writer.h"

namespace fieldseal::exchange {

namespace {

constexpr std::uint8_t receipt_version = 1;
constexpr std::string_view purpose = "fieldseal/v1/receipt";
constexpr std::size_t log_count_limit = 100'000;
constexpr std::size_t blob_count_limit = 1'000'000;

Bytes signed_bytes(const Receipt& receipt) {
    codec::Writer out;
    out.u8(receipt_version);
    out.raw(receipt.deployment.view());
    out.raw(receipt.issuer.view());
    out.integer(receipt.issued_ms);
    out.number(receipt.logs.size());
    for (const Held& held : receipt.logs) {
        out.raw(held.device.view());
        out.number(held.up_to);
        out.raw(held.name);
    }
    out.number(receipt.blobs.size());
    for (const Hash& content : receipt.blobs) {
        out.raw(content.view());
    }
    out.number(receipt.roster_version);
    return out.take();
}

}  // namespace

NameStart start_of(const Hash& name) {
    NameStart start;
    std::copy_n(name.bytes.begin(), start.size(), start.begin());
    return start;
}

void sign(Receipt& receipt, const crypto::SigningKey& key) {
    receipt.signature = key.sign(purpose, signed_bytes(receipt));
}

bool verify(const Receipt& receipt, const crypto::VerifyKey& key) {
    return receipt.issuer == crypto::device_of(key) &&
           crypto::verify(key, purpose, signed_bytes(receipt), receipt.signature);
}

Bytes encode(const Receipt& receipt) {
    Bytes bytes = signed_bytes(receipt);
    const ByteView signature = receipt.signature.view();
    bytes.insert(bytes.end(), signature.begin(), signature.end());
    return bytes;
}

Receipt decode_receipt(ByteView bytes) {
    codec::Reader in(bytes, "receipt");
    if (const std::uint8_t version = in.u8(); version != receipt_version) {
        if (version > receipt_version) {
            throw Error(ErrorCode::newer_version,
                        "A receipt was written by a newer Fieldseal. Install the latest version to read it.");
        }
        in.fail("its version is 0");
    }
    Receipt receipt;
    receipt.deployment = in.fixed<DeploymentId>();
    receipt.issuer = in.fixed<DeviceId>();
    receipt.issued_ms = in.integer();
    receipt.logs.resize(in.count(log_count_limit, DeviceId::size + 1 + sizeof(NameStart)));
    for (Held& held : receipt.logs) {
        held.device = in.fixed<DeviceId>();
        held.up_to = in.number();
        std::ranges::copy(in.raw(held.name.size()), held.name.begin());
        if (held.up_to == 0) {
            in.fail("it names a log of which nothing is held");
        }
    }
    receipt.blobs.resize(in.count(blob_count_limit, Hash::size));
    for (Hash& content : receipt.blobs) {
        content = in.fixed<Hash>();
    }
    const auto not_ascending = [](const Held& a, const Held& b) { return a.device >= b.device; };
    if (std::adjacent_find(receipt.logs.begin(), receipt.logs.end(), not_ascending) != receipt.logs.end() ||
        std::adjacent_find(receipt.blobs.begin(), receipt.blobs.end(), std::greater_equal<>{}) != receipt.blobs.end()) {
        in.fail("its lists are not in order");
    }
    receipt.roster_version = in.number();
    receipt.signature = in.fixed<crypto::Signature>();
    in.expect_end();
    return receipt;
}

}  // namespace fieldseal::exchange
