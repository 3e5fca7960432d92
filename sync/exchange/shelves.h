// The shelves that the exchange keeps in a vault, and how values lie on them. Used by the files of this folder only.
#pragma once

#include "model/codec/canonical_archive.h"
#include "model/vault/vault.h"

namespace fieldseal::exchange::shelves {

/// "deployment", "device-keys", "roster", "enrolment", "inviter", "rollback", "list-rollback", "asked-for-list",
/// "sealing", "travel", "team-key/<public key in hexadecimal>".
constexpr std::string_view deployment = "exchange";
/// Device to its enrolment, while the roster does not have it.
constexpr std::string_view provisional = "exchange-provisional";
/// Version to roster: those in which it changes who may sign the next.
constexpr std::string_view turning_points = "exchange-turning-points";
/// Person to the last roster by them that was in force here.
constexpr std::string_view words = "exchange-words";
/// Devices that are behind with the list of the team: to the hash of what they published without it, or to zeros.
constexpr std::string_view behind = "exchange-behind";
/// Of these, where they published: to the roster that they had published before and forgot.
constexpr std::string_view forgotten = "exchange-forgotten";
/// Devices that an earlier roster had and the one in force has not: to their keys, so that their logs can be checked.
constexpr std::string_view dropped_keys = "exchange-dropped-keys";
/// Device to the version of the roster in which this device first saw it revoked.
constexpr std::string_view revocations = "exchange-revocations";
/// Sender, lane and counter to the bundle's id.
constexpr std::string_view counters = "exchange-counters";
/// Devices that used a counter twice, and when that was noticed.
constexpr std::string_view rolled_back = "exchange-rolled-back";
/// Lane to LaneState.
constexpr std::string_view lanes = "exchange-lanes";
/// Lane to PendingBundle.
constexpr std::string_view pending = "exchange-pending";
/// Issuer to HeldBy.
constexpr std::string_view receipts = "exchange-receipts";
/// Device and sequence number of revisions whose bodies lie in quarantine.
constexpr std::string_view refused = "exchange-refused";
/// Content to the uses that evidence revisions make of it.
constexpr std::string_view contents = "exchange-contents";
/// Ids of bundles that were taken in.
constexpr std::string_view bundles = "exchange-bundles";
/// Device and sequence number to the end of the run and when it came.
constexpr std::string_view arrivals = "exchange-arrivals";
/// Device to when something of it came last.
constexpr std::string_view contacts = "exchange-contacts";
/// Rising number to an import report.
constexpr std::string_view import_log = "exchange-import-log";
/// The same number to what was new in that import, where it brought any record.
constexpr std::string_view import_news = "exchange-import-news";
/// Id to QuarantineEntry, and to its bytes.
constexpr std::string_view quarantine = "exchange-quarantine";
constexpr std::string_view quarantine_bytes = "exchange-quarantine-bytes";
/// Hash of a template's file to the file.
constexpr std::string_view questionnaires = "exchange-questionnaires";
/// Record to ErasedRecord.
constexpr std::string_view erased = "exchange-erased";
/// Number on the lane to the team to SealedBundle, and to its bytes.
constexpr std::string_view sealed_bundles = "exchange-sealed";
constexpr std::string_view sealed_bytes = "exchange-sealed-bytes";
/// Names of revisions that are erased on request; contents and records of evidence that went with them.
constexpr std::string_view erased_names = "exchange-erased-names";
constexpr std::string_view erased_contents = "exchange-erased-contents";
constexpr std::string_view erased_evidence = "exchange-erased-evidence";
/// Index objects of others on stores that were taken in, or that wait for something.
constexpr std::string_view seen = "exchange-seen";

template <class T>
std::optional<T> get(vault::Vault& vault, std::string_view shelf, ByteView key) {
    const std::optional<Bytes> value = vault.shelf(shelf).get(key);
    if (!value) {
        return std::nullopt;
    }
    return codec::decode<T>(*value, shelf);
}

template <class T>
void put(vault::Vault& vault, std::string_view shelf, ByteView key, const T& value) {
    vault.shelf(shelf).put(key, codec::encode(value));
}

/// With the highest byte first, so that keys come in ascending order.
inline Bytes number_key(std::uint64_t number) {
    Bytes key;
    for (int shift = 56; shift >= 0; shift -= 8) {
        key.push_back(static_cast<std::uint8_t>(number >> shift));
    }
    return key;
}

/// Sixteen bytes of a device, then its number with the highest byte first, so that keys come in the order of the log.
inline Bytes sequence_key(const DeviceId& device, std::uint64_t sequence) {
    Bytes key(device.bytes.begin(), device.bytes.end());
    const Bytes number = number_key(sequence);
    key.insert(key.end(), number.begin(), number.end());
    return key;
}

inline std::uint64_t sequence_of(ByteView key) {
    std::uint64_t sequence = 0;
    for (const std::uint8_t byte : key.last(8)) {
        sequence = sequence << 8 | byte;
    }
    return sequence;
}

}  // namespace fieldseal::exchange::shelves
