// The tables of a vault, and the numbered steps from each version to the next. Private to this folder.
#pragma once

#include "model/vault/database.h"

namespace fieldseal::vault {

/// What this program writes; kept in the file as user_version. docs/formats/vault.md lists the versions.
int newest_version();

/// Names of the sealed tables, in the order of docs/formats/vault.md.
namespace table {
constexpr const char* shelf_key = "shelf_key";
constexpr const char* shelf = "shelf";
constexpr const char* record = "record";
constexpr const char* state = "state";
constexpr const char* revision = "revision";
constexpr const char* segment = "segment";
constexpr const char* draft = "draft";
constexpr const char* blob = "blob";
constexpr const char* chunk = "chunk";
}  // namespace table

/// Takes a file of any older version, 0 being an empty one, to the newest, in one transaction. Steps change tables
/// only: rows are re-sealed where they are read, since no key is open yet.
void bring_up_to_date(SQLite::Database& database, int version);

}  // namespace fieldseal::vault
