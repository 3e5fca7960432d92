// The bare library: SQLite as the vault sets it up, without sealing and without anything of ours.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "model/crypto/bytes.h"

namespace fieldseal::bench {

class BareSqlite {
  public:
    explicit BareSqlite(const std::filesystem::path& path) {
        if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) {
            throw std::runtime_error("sqlite3_open");
        }
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run("PRAGMA secure_delete=ON");
        run("CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
        sqlite3_prepare_v2(database_, "INSERT INTO row (id, bytes) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes", -1, &put_, nullptr);
        sqlite3_prepare_v2(database_, "SELECT bytes FROM row", -1, &all_, nullptr);
    }
    ~BareSqlite() {
        sqlite3_finalize(put_);
        sqlite3_finalize(all_);
        sqlite3_close(database_);
    }
    BareSqlite(const BareSqlite&) = delete;
    BareSqlite& operator=(const BareSqlite&) = delete;

    void run(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(database_));
        }
    }
    void put(std::int64_t id, ByteView bytes) {
        sqlite3_bind_int64(put_, 1, id);
        sqlite3_bind_blob(put_, 2, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
        if (sqlite3_step(put_) != SQLITE_DONE) {
            throw std::runtime_error(sqlite3_errmsg(database_));
        }
        sqlite3_reset(put_);
    }
    template <class Each>
    void each(Each each) {
        while (sqlite3_step(all_) == SQLITE_ROW) {
            each(ByteView(static_cast<const std::uint8_t*>(sqlite3_column_blob(all_, 0)), static_cast<std::size_t>(sqlite3_column_bytes(all_, 0))));
        }
        sqlite3_reset(all_);
    }

  private:
    sqlite3* database_ = nullptr;
    sqlite3_stmt* put_ = nullptr;
    sqlite3_stmt* all_ = nullptr;
};

}  // namespace fieldseal::bench
