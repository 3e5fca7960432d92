// Erasing records from a vault: no byte of them stays in its files, and every log still verifies.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "model/crypto/hash.h"
#include "model/error/error.h"
#include "model/vault/vault.h"
#include "vault_folder.h"

using namespace fieldseal;
using namespace fieldseal::vault;
namespace fs = std::filesystem;

namespace {

constexpr const char* tables[] = {"shelf_key", "shelf", "record", "state", "revision",
                                  "segment",   "draft", "blob",   "chunk"};

struct ForgetFixture : test::VaultFolder {
    fs::path path = folder / "vault" / "a.fieldseal";
    std::unique_ptr<Vault> vault;

    ForgetFixture() {
        fs::create_directories(folder / "vault");
        vault = make_at(path);
    }

    void reopen() {
        vault.reset();
        vault = Vault::open(path, view_of("passphrase"), environment);
    }
    RecordId write(const std::string& name, int revisions) {
        const auto id = random.id<RecordId>();
        Hash last = vault->append(id, record::Kind::site, {{"name", name}}, {});
        for (int i = 1; i < revisions; ++i) {
            last = vault->append(id, record::Kind::site, {{"notes", name + std::to_string(i)}}, {last});
        }
        return id;
    }
    Hash attach(const Bytes& content) {
        std::ofstream(folder / "photo", std::ios::binary)
            .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
        return vault->add_blob(folder / "photo").content;
    }
    VerifyReport verify() { return VaultFolder::verify(*vault); }
    /// The sealed values of all tables, as any SQLite program sees them. The vault is shut meanwhile.
    std::map<std::string, std::set<Bytes>> sealed() {
        vault.reset();
        std::map<std::string, std::set<Bytes>> all;
        sqlite3* database = nullptr;
        REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
        for (const char* table : tables) {
            sqlite3_stmt* statement = nullptr;
            const std::string sql = std::string("SELECT sealed FROM ") + table;
            REQUIRE(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
            while (sqlite3_step(statement) == SQLITE_ROW) {
                const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, 0));
                all[table].emplace(bytes, bytes + sqlite3_column_bytes(statement, 0));
            }
            sqlite3_finalize(statement);
        }
        sqlite3_close(database);
        reopen();
        return all;
    }
    /// The database, its WAL and whatever else lies beside it.
    std::string files() const { return bytes_in(path.parent_path()); }
};

/// How many of the sealed values stand in the files, looked for by pieces of them.
std::size_t found_in(const std::string& files, const std::set<Bytes>& values) {
    std::size_t found = 0;
    for (const Bytes& value : values) {
        const std::string bytes(text_of(value));
        for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 16}) {
            if (files.find(bytes.substr(at, 16)) != std::string::npos) {
                ++found;
                break;
            }
        }
    }
    return found;
}

}  // namespace

TEST_CASE_FIXTURE(ForgetFixture, "what was erased stands in neither the file nor the WAL, and what stays is whole") {
    const RecordId gone = write("GONE", 5);
    const RecordId stays = write("STAYS", 3);
    const RecordId later = write("LATER", 2);
    const Hash photo = attach(random.bytes(600'000));
    const Hash other = attach(random.bytes(70'000));
    vault->close_segment(deployment, key);
    const RecordId tail = write("TAIL", 2);
    const auto before = sealed();
    const auto size_before = fs::file_size(path);
    const std::vector<Hash> names = vault->merged(gone).heads;

    const Forgotten forgotten = vault->forget({gone, tail}, {photo, random.id<Hash>()});
    CHECK(forgotten.records == 2);
    CHECK(forgotten.revisions == 7);
    CHECK(forgotten.blobs == 1);
    CHECK(forgotten.bytes == 600'000);
    const std::string while_open = files();
    std::map<std::string, std::set<Bytes>> after = sealed();
    const std::string shut = files();
    std::map<std::string, std::size_t> removed;
    for (const auto& [table, values] : before) {
        CAPTURE(table);
        std::set<Bytes> lost;
        std::set<Bytes> kept;
        for (const Bytes& value : values) {
            (after[table].contains(value) ? kept : lost).insert(value);
        }
        removed[table] = lost.size();
        CHECK(found_in(while_open, lost) == 0);
        CHECK(found_in(shut, lost) == 0);
        // The search can find: what stays is found by it, other than chunks, which SQLite spreads over pages.
        CHECK(found_in(shut, kept) == kept.size());
    }
    CHECK(removed.at("revision") == 7);
    CHECK(removed.at("record") == 2);
    CHECK(removed.at("state") == 2);
    CHECK(removed.at("blob") == 1);
    CHECK(removed.at("chunk") == 3);
    CHECK(after.at("revision").size() == 5);
    CHECK(fs::file_size(path) <= size_before);

    for (int round = 0; round < 2; ++round) {
        CHECK(verify().findings.empty());
        CHECK(vault->merged(gone).empty());
        CHECK_FALSE(vault->summary(gone));
        CHECK(vault->revisions(gone).empty());
        CHECK_FALSE(vault->revision(names.front()));
        CHECK(vault->find_records(gone.hex()).empty());
        CHECK_FALSE(vault->blob(photo));
        CHECK(vault->blob(other)->complete());
        CHECK(vault->revisions(stays).size() == 3);
        CHECK(vault->revisions(later).size() == 2);
        // The log goes on where it was, with all names.
        REQUIRE(vault->logs().size() == 1);
        CHECK(vault->logs()[0].contiguous == (round == 0 ? 12u : 13u));
        CHECK(vault->log_entry(device(), 5) == names.front());
        CHECK_FALSE(vault->has_body(device(), 5));
        CHECK(vault->has_body(device(), 6));
        if (round == 0) {
            write("NEXT", 1);
            vault->close_segment(deployment, key);
            reopen();
        }
    }
    CHECK(vault->segments(device()).size() == 2);
}

TEST_CASE_FIXTURE(ForgetFixture, "a record with a draft is not erased, nor is anything with it") {
    const RecordId drafted = write("DRAFTED", 1);
    const RecordId other = write("OTHER", 1);
    vault->save_draft(drafted, record::Kind::site, "notes", std::string("not yet"));
    try {
        vault->forget({other, drafted}, {});
        FAIL("erased");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::refused);
    }
    CHECK(vault->revisions(other).size() == 1);
    CHECK(vault->draft(drafted)->edits.size() == 1);
    vault->discard_draft(drafted);
    CHECK(vault->forget({other, drafted, other, random.id<RecordId>()}, {}).records == 2);
    CHECK(vault->summaries().empty());
}

TEST_CASE_FIXTURE(ForgetFixture, "a body that comes again is taken again") {
    const RecordId record = write("AGAIN", 3);
    vault->close_segment(deployment, key);
    const std::vector<history::LogSegment> segments = vault->segments(device());
    REQUIRE(segments.size() == 1);
    std::vector<std::optional<history::Revision>> bodies;
    for (const history::Revision& revision : vault->revisions(record)) {
        bodies.emplace_back(revision);
    }
    const Bytes state = history::deterministic_form(vault->merged(record));
    vault->forget({record}, {});
    std::optional<history::Revision> middle;
    std::swap(middle, bodies[1]);
    const auto take = [&] {
        Transaction transaction(*vault);
        Vault::Intake intake(*vault);
        CHECK(intake.add(segments[0], bodies) == Accepted::added);
        intake.finish();
        transaction.commit();
        CHECK(verify().findings.empty());
        return intake.added_revisions();
    };
    CHECK(take() == 2);
    CHECK(history::deterministic_form(vault->merged(record)) != state);
    CHECK_FALSE(vault->has_body(device(), 2));
    bodies[1] = middle;
    CHECK(take() == 1);
    CHECK(history::deterministic_form(vault->merged(record)) == state);
}
