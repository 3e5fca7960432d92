// SQLite as the vault uses it, and tables whose every value is sealed. Private to this folder: it shows the library.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "model/crypto/seal.h"
#include "model/environment/descriptor.h"

namespace fieldseal::vault {

using VaultId = FixedBytes<struct VaultIdTag, 16>;

/// "FSLV", so that `file` and other programs can tell a vault.
constexpr int application_id = 0x46534c56;

/// What SQLite reported, as an error for the user; names the file.
[[noreturn]] void rethrow_database_error(const SQLite::Exception& error, const std::filesystem::path& path);

/// Runs `work`; what SQLite throws comes out as Error.
template <class Work>
auto guarded(const std::filesystem::path& path, Work work) {
    try {
        return work();
    } catch (const SQLite::Exception& error) {
        rethrow_database_error(error, path);
    }
}

/// A vault's file, held by this program alone. The lock is given back after the database was closed.
struct OpenDatabase {
    Descriptor lock;
    std::unique_ptr<SQLite::Database> database;
};

/// Locks the file (flock), or throws Error(in_use). SQLite's own locks are taken too, but those are POSIX locks: they
/// vanish as soon as any part of this program opens and closes the same file, for example because somebody drops the
/// vault on its own window.
Descriptor lock_vault(const std::filesystem::path& path);
/// Opens an existing file with all the settings of docs/formats/vault.md and takes SQLite's exclusive lock.
std::unique_ptr<SQLite::Database> open_database(const std::filesystem::path& path);
/// Folds the WAL into the file and cuts it to nothing, so that overwritten pages survive in neither. False if the disk
/// refuses for now: what was committed stands, and it can be done later.
bool truncate_wal(SQLite::Database& database);

/// Runs a statement that has its values from the start, whatever became of its last run.
void run(SQLite::Statement& statement);

/// A table (row INTEGER PRIMARY KEY, sealed BLOB). Values are padded, then sealed under the table's key with (vault id,
/// table, row) as place.
class SealedTable {
  public:
    /// `vault_key` has 32 bytes; the table's key is derived from it.
    SealedTable(SQLite::Database& database, std::string name, ByteView vault_key, const VaultId& vault,
                crypto::Random& random, std::size_t least_padded);

    static void create(SQLite::Database& database, const std::string& name);

    /// Under the next free number.
    std::int64_t insert(ByteView plain);
    void put(std::int64_t row, ByteView plain);
    /// Throws Error(damaged) naming table and row if it is absent or does not open.
    Bytes get(std::int64_t row);
    /// Nothing if it is absent or does not open.
    std::optional<Bytes> find(std::int64_t row);
    /// What `get` throws.
    Error damaged(std::int64_t row) const;
    void remove(std::int64_t row);
    /// Calls with every row in ascending order; a row that does not open is given to `broken` if there is one, else
    /// throws.
    void each(const std::function<void(std::int64_t, Bytes)>& visit,
              const std::function<void(std::int64_t)>& broken = {});
    std::uint64_t count();
    /// Of all row numbers; 0 where there are no rows.
    std::int64_t highest() const { return next_row_ - 1; }
    const std::string& name() const { return name_; }
    /// Wipes the key: nothing opens any more.
    void forget_key() { key_ = crypto::Secret(); }

  private:
    ByteView place(std::int64_t row) const;
    std::optional<Bytes> opened(std::int64_t row, ByteView sealed) const;
    void require_transaction() const;

    SQLite::Database& database_;
    std::string name_;
    crypto::Secret key_;
    /// Vault id || name || 00 || row: only the last 8 bytes change.
    mutable Bytes place_;
    crypto::Random& random_;
    std::size_t least_padded_;
    std::int64_t next_row_ = 0;
    SQLite::Statement put_;
    SQLite::Statement get_;
    SQLite::Statement remove_;
};

}  // namespace fieldseal::vault
