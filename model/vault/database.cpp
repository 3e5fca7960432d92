#include "model/vault/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>

#include <cerrno>

#include "model/crypto/hash.h"

namespace fieldseal::vault {

namespace {

Error in_use(const std::filesystem::path& path) {
    return Error(ErrorCode::in_use, path.string() + " is open in another program. Close it there and try again.");
}

}  // namespace

void rethrow_database_error(const SQLite::Exception& error, const std::filesystem::path& path) {
    const std::string file = path.string();
    switch (error.getErrorCode() & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw in_use(path);
        case SQLITE_FULL:
            throw Error(
                ErrorCode::disk,
                "Cannot write " + file + ": the disk is full. Free some space and try again; nothing saved is lost.");
        case SQLITE_READONLY:
            throw Error(ErrorCode::disk, "Cannot write " + file + ": the file or its folder is read-only.");
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            throw Error(ErrorCode::disk,
                        "Cannot open " + file + ": check that you may read and write it and its folder.");
        case SQLITE_IOERR:
            throw Error(ErrorCode::disk,
                        "Cannot read or write " + file + ": the disk reports an error. Copy the file to another disk.");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw Error(ErrorCode::damaged,
                        file + " is damaged or is no Fieldseal vault. Keep it, and take a copy from a backup.");
        case SQLITE_NOMEM:
            throw Error(ErrorCode::failed, "Not enough memory for " + file + ". Close other programs and try again.");
        default:
            throw Error(ErrorCode::failed, file + ": " + error.getErrorStr() + ".");
    }
}

Descriptor lock_vault(const std::filesystem::path& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) {
        throw read_error(path, errno);
    }
    // Where the file system has no such lock (some network ones), SQLite's stands alone.
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        throw in_use(path);
    }
    return file;
}

std::unique_ptr<SQLite::Database> open_database(const std::filesystem::path& path) {
    auto database = std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READWRITE);
    // Exclusive before the first access: one program at a time, no shared-memory file beside the vault, and the lock
    // goes away with the process.
    database->exec("PRAGMA locking_mode=EXCLUSIVE");
    database->exec("PRAGMA journal_mode=WAL");
    database->exec("PRAGMA synchronous=FULL");
    database->exec("PRAGMA secure_delete=ON");
    database->exec("PRAGMA foreign_keys=ON");
    database->exec("PRAGMA trusted_schema=OFF");
    database->exec("PRAGMA temp_store=MEMORY");
    database->exec("PRAGMA cache_size=-65536");
    // After a large import the WAL gives its space back.
    database->exec("PRAGMA journal_size_limit=16777216");
    // A reader alone would share; the empty write makes sure nobody else has it.
    database->exec("BEGIN IMMEDIATE");
    database->exec("COMMIT");
    return database;
}

bool truncate_wal(SQLite::Database& database) {
    SQLite::Statement checkpoint(database, "PRAGMA wal_checkpoint(TRUNCATE)");
    return checkpoint.tryExecuteStep() == SQLITE_ROW && checkpoint.getColumn(0).getInt() == 0;
}

void run(SQLite::Statement& statement) {
    // What the last run ended with was reported then; reset() would report it a second time.
    statement.tryReset();
    const int result = statement.tryExecuteStep();
    if (result != SQLITE_DONE && result != SQLITE_ROW) {
        const SQLite::Exception error(statement.getErrorMsg(), result);
        statement.tryReset();
        throw error;
    }
    statement.tryReset();
}

void SealedTable::create(SQLite::Database& database, const std::string& name) {
    database.exec("CREATE TABLE " + name + " (row INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT");
}

SealedTable::SealedTable(SQLite::Database& database, std::string name, ByteView vault_key, const VaultId& vault,
                         crypto::Random& random, std::size_t least_padded)
    : database_(database),
      name_(std::move(name)),
      key_(crypto::keyed_hash(vault_key, "fieldseal/v1/vault/table/" + name_, vault.view())),
      place_(vault.bytes.begin(), vault.bytes.end()),
      random_(random),
      least_padded_(least_padded),
      put_(database, "INSERT INTO " + name_ +
                         " (row, sealed) VALUES (?, ?) ON CONFLICT (row) DO UPDATE SET sealed = excluded.sealed"),
      get_(database, "SELECT sealed FROM " + name_ + " WHERE row = ?"),
      remove_(database, "DELETE FROM " + name_ + " WHERE row = ?") {
    place_.insert(place_.end(), name_.begin(), name_.end());
    place_.resize(place_.size() + 1 + sizeof(std::int64_t));
    next_row_ = database.execAndGet("SELECT coalesce(max(row), 0) + 1 FROM " + name_).getInt64();
}

ByteView SealedTable::place(std::int64_t row) const {
    for (std::size_t i = 0; i < sizeof row; ++i) {
        place_[place_.size() - 1 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(row) >> (8 * i));
    }
    return place_;
}

std::optional<Bytes> SealedTable::opened(std::int64_t row, ByteView sealed) const {
    std::optional<Bytes> padded = crypto::open_value(key_.view(), place(row), sealed);
    if (!padded) {
        return std::nullopt;
    }
    const std::optional<ByteView> plain = crypto::unpad(*padded);
    if (!plain) {
        return std::nullopt;
    }
    padded->resize(plain->size());
    return padded;
}

Error SealedTable::damaged(std::int64_t row) const {
    return Error(ErrorCode::damaged, "The vault is damaged in table " + name_ + ", row " + std::to_string(row) +
                                         ". Run verify to see what is affected.");
}

std::int64_t SealedTable::insert(ByteView plain) {
    const std::int64_t row = next_row_;
    put(row, plain);
    return row;
}

void SealedTable::require_transaction() const {
    // SQLite ends a transaction by itself after some errors; what followed would be saved one by one.
    if (sqlite3_get_autocommit(database_.getHandle()) != 0) {
        throw Error(ErrorCode::failed, "Nothing was saved, because a part of it failed. Try again.");
    }
}

void SealedTable::put(std::int64_t row, ByteView plain) {
    require_transaction();
    const Bytes sealed = crypto::seal_value(key_.view(), place(row), crypto::pad(plain, least_padded_), random_);
    put_.tryReset();
    put_.bind(1, row);
    put_.bindNoCopy(2, sealed.data(), static_cast<int>(sealed.size()));
    run(put_);
    next_row_ = std::max(next_row_, row + 1);
}

std::optional<Bytes> SealedTable::find(std::int64_t row) {
    get_.tryReset();
    get_.bind(1, row);
    std::optional<Bytes> plain;
    if (get_.executeStep()) {
        const SQLite::Column column = get_.getColumn(0);
        plain = opened(
            row, {static_cast<const std::uint8_t*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())});
    }
    get_.tryReset();
    return plain;
}

Bytes SealedTable::get(std::int64_t row) {
    std::optional<Bytes> plain = find(row);
    if (!plain) {
        throw damaged(row);
    }
    return std::move(*plain);
}

void SealedTable::remove(std::int64_t row) {
    require_transaction();
    remove_.tryReset();
    remove_.bind(1, row);
    run(remove_);
}

void SealedTable::each(const std::function<void(std::int64_t, Bytes)>& visit,
                       const std::function<void(std::int64_t)>& broken) {
    SQLite::Statement all(database_, "SELECT row, sealed FROM " + name_ + " ORDER BY row");
    while (all.executeStep()) {
        const std::int64_t row = all.getColumn(0).getInt64();
        const SQLite::Column column = all.getColumn(1);
        std::optional<Bytes> plain = opened(
            row, {static_cast<const std::uint8_t*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())});
        if (plain) {
            visit(row, std::move(*plain));
        } else if (broken) {
            broken(row);
        } else {
            throw damaged(row);
        }
    }
}

std::uint64_t SealedTable::count() {
    return static_cast<std::uint64_t>(database_.execAndGet("SELECT count(*) FROM " + name_).getInt64());
}

}  // namespace fieldseal::vault
