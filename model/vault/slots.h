// Key slots: the vault key, wrapped once for each way to open the vault. Private to this folder.
#pragma once

#include "model/crypto/passphrase.h"
#include "model/vault/database.h"

namespace fieldseal::vault {

enum class SlotKind : std::uint8_t { passphrase = 1, recovery = 2 };

void create_slot_table(SQLite::Database& database);
/// Replaces the slot of this kind, in the caller's transaction.
void write_slot(SQLite::Database& database, SlotKind kind, ByteView secret, crypto::PassphraseCost cost,
                const VaultId& vault, ByteView vault_key, crypto::Random& random);
/// The vault key. Error(locked) where the secret is wrong, Error(damaged) where the slot's own checksum does not hold
/// or there is no slot.
crypto::Secret open_slot(SQLite::Database& database, SlotKind kind, ByteView secret, const VaultId& vault);
/// The wrapped keys of all slots, as they lie in the file.
std::vector<Bytes> wrapped_keys(SQLite::Database& database);
/// Overwrites the wrapped keys, then removes the slots. The caller truncates the WAL afterwards.
void destroy_slots(SQLite::Database& database, crypto::Random& random);

}  // namespace fieldseal::vault
