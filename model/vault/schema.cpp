#include "model/vault/schema.h"

#include <array>

#include "model/vault/slots.h"

namespace fieldseal::vault {

namespace {

using Step = void (*)(SQLite::Database&);

void make_version_1(SQLite::Database& database) {
    database.exec("PRAGMA application_id=" + std::to_string(application_id));
    database.exec("CREATE TABLE vault (id BLOB NOT NULL) STRICT");
    create_slot_table(database);
    for (const char* name : {table::shelf_key, table::shelf, table::record, table::state, table::revision,
                             table::segment, table::draft, table::blob, table::chunk}) {
        SealedTable::create(database, name);
    }
}

/// steps[n] leads from version n to n + 1. A step that was released never changes.
constexpr std::array<Step, 1> steps{make_version_1};

}  // namespace

int newest_version() {
    return static_cast<int>(steps.size());
}

void bring_up_to_date(SQLite::Database& database, int version) {
    if (version == newest_version()) {
        return;
    }
    SQLite::Transaction transaction(database);
    for (auto next = static_cast<std::size_t>(version); next < steps.size(); ++next) {
        steps[next](database);
    }
    database.exec("PRAGMA user_version=" + std::to_string(newest_version()));
    transaction.commit();
}

}  // namespace fieldseal::vault
