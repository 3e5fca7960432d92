#include "app/session/sync_log.h"

#include "model/codec/canonical_archive.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view shelf_name = "sync-log";
constexpr std::size_t entry_limit = 500;

Bytes serial_key(std::uint64_t serial) {
    Bytes key;
    for (int shift = 56; shift >= 0; shift -= 8) {
        key.push_back(static_cast<std::uint8_t>(serial >> shift));
    }
    return key;
}

std::uint64_t serial_of(ByteView key) {
    std::uint64_t serial = 0;
    for (const std::uint8_t byte : key) {
        serial = serial << 8 | byte;
    }
    return serial;
}

/// A path in a message may be no text: then the rest has to do.
Bytes encoded(SyncLogEntry entry) {
    try {
        return codec::encode(entry);
    } catch (const Error&) {
        entry.place.clear();
        entry.message.clear();
        return codec::encode(entry);
    }
}

}  // namespace

void add_to_sync_log(vault::Vault& vault, SyncLogEntry entry) {
    vault::Transaction transaction(vault);
    vault::Shelf shelf = vault.shelf(shelf_name);
    const std::vector<Bytes> keys = shelf.keys();
    std::uint64_t serial = keys.empty() ? 0 : serial_of(keys.back()) + 1;
    if (!keys.empty()) {
        const auto last = codec::decode<SyncLogEntry>(shelf.get(keys.back()).value(), shelf_name);
        if (!entry.moved() && !last.moved() && last.trouble == entry.trouble && last.place == entry.place) {
            entry.began_ms = last.began_ms;
            entry.times = last.times + 1;
            --serial;
        }
    }
    if (keys.size() >= entry_limit) {
        shelf.remove(keys.front());
    }
    shelf.put(serial_key(serial), encoded(std::move(entry)));
    transaction.commit();
}

std::vector<SyncLogEntry> sync_log(vault::Vault& vault, std::size_t most) {
    const vault::Shelf shelf = vault.shelf(shelf_name);
    const std::vector<Bytes> keys = shelf.keys();
    std::vector<SyncLogEntry> entries;
    for (auto key = keys.rbegin(); key != keys.rend() && entries.size() < most; ++key) {
        entries.push_back(codec::decode<SyncLogEntry>(shelf.get(*key).value(), shelf_name));
    }
    return entries;
}

}  // namespace fieldseal::session
