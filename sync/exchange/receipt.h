// A device's signed word on what it holds. docs/formats/exchange.md.
#pragma once

#include <array>

#include "model/crypto/sign.h"

namespace fieldseal::exchange {

/// Beginning of a revision's name: tells two branches of a log apart.
using NameStart = std::array<std::uint8_t, 8>;
NameStart start_of(const Hash& name);

/// "I hold this log from its first revision up to `up_to`, without a gap, and that one's name starts so."
struct Held {
    DeviceId device;
    std::uint64_t up_to = 0;
    NameStart name{};
    bool operator==(const Held&) const = default;
};

struct Receipt {
    DeploymentId deployment;
    DeviceId issuer;
    std::int64_t issued_ms = 0;
    /// Ascending by device.
    std::vector<Held> logs;
    /// Contents of evidence held whole, ascending; only what no earlier receipt on this lane named.
    std::vector<Hash> blobs;
    /// Version of the roster in force at the issuer.
    std::uint64_t roster_version = 0;
    crypto::Signature signature;
    bool operator==(const Receipt&) const = default;
};

void sign(Receipt& receipt, const crypto::SigningKey& key);
bool verify(const Receipt& receipt, const crypto::VerifyKey& key);
Bytes encode(const Receipt& receipt);
Receipt decode_receipt(ByteView bytes);

}  // namespace fieldseal::exchange
