#include "model/vault/slots.h"

#include "model/codec/writer.h"
#include "model/crypto/hash.h"

namespace fieldseal::vault {

namespace {

struct Slot {
    SlotKind kind = SlotKind::passphrase;
    crypto::Salt salt;
    crypto::PassphraseCost cost;
    Bytes wrapped;
};

/// All clear fields: authenticated with the wrapped key, so that nobody can make the cost cheaper or swap slots.
Bytes place_of(const Slot& slot, const VaultId& vault) {
    codec::Writer out;
    out.raw(view_of("slot"));
    out.raw(vault.view());
    out.u8(static_cast<std::uint8_t>(slot.kind));
    out.raw(slot.salt.view());
    out.number(slot.cost.operations);
    out.number(slot.cost.memory_kib);
    return out.take();
}

/// Tells a broken slot from a wrong passphrase; protects nothing by itself.
Hash checksum_of(const Slot& slot, const VaultId& vault) {
    Bytes bytes = place_of(slot, vault);
    bytes.insert(bytes.end(), slot.wrapped.begin(), slot.wrapped.end());
    return crypto::hash("fieldseal/v1/vault/slot", bytes);
}

Error broken_slot() {
    return Error(ErrorCode::damaged,
                 "The key slot of this vault is damaged, so it cannot be opened this way. Try the recovery code, or "
                 "take a copy from a backup.");
}

}  // namespace

void create_slot_table(SQLite::Database& database) {
    database.exec(
        "CREATE TABLE slot (kind INTEGER PRIMARY KEY, salt BLOB NOT NULL, operations INTEGER NOT NULL, memory_kib "
        "INTEGER NOT NULL, "
        "wrapped BLOB NOT NULL, checksum BLOB NOT NULL) STRICT");
}

void write_slot(SQLite::Database& database, SlotKind kind, ByteView secret, crypto::PassphraseCost cost,
                const VaultId& vault, ByteView vault_key, crypto::Random& random) {
    Slot slot{kind, random.id<crypto::Salt>(), cost, {}};
    const crypto::Secret wrapping = crypto::stretch(secret, slot.salt, cost);
    slot.wrapped = crypto::seal_value(wrapping.view(), place_of(slot, vault), vault_key, random);
    const Hash checksum = checksum_of(slot, vault);
    SQLite::Statement put(database,
                          "INSERT OR REPLACE INTO slot (kind, salt, operations, memory_kib, wrapped, checksum) VALUES "
                          "(?, ?, ?, ?, ?, ?)");
    put.bind(1, static_cast<int>(kind));
    put.bind(2, slot.salt.bytes.data(), static_cast<int>(crypto::Salt::size));
    put.bind(3, static_cast<std::int64_t>(cost.operations));
    put.bind(4, static_cast<std::int64_t>(cost.memory_kib));
    put.bind(5, slot.wrapped.data(), static_cast<int>(slot.wrapped.size()));
    put.bind(6, checksum.bytes.data(), static_cast<int>(Hash::size));
    put.exec();
}

crypto::Secret open_slot(SQLite::Database& database, SlotKind kind, ByteView secret, const VaultId& vault) {
    SQLite::Statement get(database, "SELECT salt, operations, memory_kib, wrapped, checksum FROM slot WHERE kind = ?");
    get.bind(1, static_cast<int>(kind));
    if (!get.executeStep()) {
        throw Error(ErrorCode::damaged,
                    "This vault was destroyed, or its key slot is missing: no passphrase and no code opens it. Take a "
                    "copy from a backup.");
    }
    const auto blob = [&get](int column) {
        const SQLite::Column value = get.getColumn(column);
        const auto* data = static_cast<const std::uint8_t*>(value.getBlob());
        return Bytes(data, data + value.getBytes());
    };
    const Bytes salt = blob(0);
    const std::int64_t operations = get.getColumn(1).getInt64();
    const std::int64_t memory = get.getColumn(2).getInt64();
    const bool in_range = operations >= 0 && operations <= 0xffff && memory >= 0 && memory <= 0x7fffffff;
    if (salt.size() != crypto::Salt::size || !in_range) {
        throw broken_slot();
    }
    const Slot slot{kind,
                    crypto::Salt::from(salt),
                    {static_cast<std::uint32_t>(operations), static_cast<std::uint32_t>(memory)},
                    blob(3)};
    if (!crypto::equal(blob(4), checksum_of(slot, vault).view()) || !crypto::cost_is_acceptable(slot.cost)) {
        throw broken_slot();
    }
    const crypto::Secret wrapping = crypto::stretch(secret, slot.salt, slot.cost);
    std::optional<Bytes> key = crypto::open_value(wrapping.view(), place_of(slot, vault), slot.wrapped);
    if (!key || key->size() != crypto::key_size) {
        throw Error(ErrorCode::locked, kind == SlotKind::passphrase
                                           ? "Wrong passphrase. Check the keyboard layout and Caps Lock, and try again."
                                           : "Wrong recovery code. Check the digits against the paper, and try again.");
    }
    crypto::Secret result{ByteView(*key)};
    crypto::wipe(*key);
    return result;
}

std::vector<Bytes> wrapped_keys(SQLite::Database& database) {
    std::vector<Bytes> keys;
    SQLite::Statement get(database, "SELECT wrapped FROM slot");
    while (get.executeStep()) {
        const SQLite::Column value = get.getColumn(0);
        const auto* data = static_cast<const std::uint8_t*>(value.getBlob());
        keys.emplace_back(data, data + value.getBytes());
    }
    return keys;
}

void destroy_slots(SQLite::Database& database, crypto::Random& random) {
    // Overwritten in place first: the pages that held the wrapped keys are written anew whatever secure_delete does.
    SQLite::Statement overwrite(database, "UPDATE slot SET wrapped = ?, salt = ?, checksum = ?");
    const Bytes noise = random.bytes(crypto::key_size + crypto::value_overhead);
    overwrite.bind(1, noise.data(), static_cast<int>(noise.size()));
    overwrite.bind(2, noise.data(), static_cast<int>(crypto::Salt::size));
    overwrite.bind(3, noise.data(), static_cast<int>(Hash::size));
    overwrite.exec();
    database.exec("DELETE FROM slot");
}

}  // namespace fieldseal::vault
