// What lies in the files of a vault: nothing clear, no old key, no size of an answer; and what a changed or moved row
// does.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "model/codec/flatten.h"
#include "model/codec/text_form.h"
#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "model/crypto/seal.h"
#include "model/error/error.h"
#include "model/vault/vault.h"
#include "vault_folder.h"

using namespace fieldseal;
using namespace fieldseal::vault;
namespace fs = std::filesystem;

namespace {

struct SecrecyFixture : test::VaultFolder {
    fs::path path = folder / "a.fieldseal";

    std::unique_ptr<Vault> make() { return make_at(path); }
    std::unique_ptr<Vault> open() { return Vault::open(path, view_of("passphrase"), environment); }
    std::string files() const { return bytes_in(folder); }
};

/// The file as any SQLite program sees it, while no vault has it open.
class Raw {
  public:
    explicit Raw(const fs::path& path) { REQUIRE(sqlite3_open(path.c_str(), &database_) == SQLITE_OK); }
    ~Raw() { sqlite3_close(database_); }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    void run(const std::string& sql) {
        REQUIRE(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    /// The first column of each row; numbers as text.
    std::vector<Bytes> all(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        REQUIRE(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
        std::vector<Bytes> rows;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, 0));
            rows.emplace_back(bytes, bytes + sqlite3_column_bytes(statement, 0));
        }
        sqlite3_finalize(statement);
        return rows;
    }
    std::int64_t number(const std::string& sql) {
        return std::stoll(std::string(text_of(all("SELECT cast((" + sql + ") AS TEXT)").at(0))));
    }

  private:
    sqlite3* database_ = nullptr;
};

std::string utf16(std::string_view ascii_or_cyrillic, bool high_first) {
    std::string result;
    for (std::size_t i = 0; i < ascii_or_cyrillic.size(); ++i) {
        auto point = static_cast<unsigned>(static_cast<unsigned char>(ascii_or_cyrillic[i]));
        if (point >= 0xc0) {
            point = (point & 0x1f) << 6 | (static_cast<unsigned char>(ascii_or_cyrillic[++i]) & 0x3fu);
        }
        const auto high = static_cast<char>(point >> 8);
        const auto low = static_cast<char>(point & 0xff);
        result += high_first ? std::string{high, low} : std::string{low, high};
    }
    return result;
}

bool holds(const std::string& files, std::string_view text) {
    return files.find(text) != std::string::npos || files.find(utf16(text, true)) != std::string::npos ||
           files.find(utf16(text, false)) != std::string::npos;
}

bool holds(const std::string& files, ByteView bytes) {
    return files.find(std::string(text_of(bytes))) != std::string::npos ||
           files.find(to_hex(bytes)) != std::string::npos;
}

ErrorCode code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("no error");
    return ErrorCode::cancelled;
}

}  // namespace

TEST_CASE_FIXTURE(SecrecyFixture,
                  "nothing of what is kept lies clear in the database or its WAL, while open and after closing") {
    auto vault = make();
    vault->use_summarise([](const history::MergedRecord& merged, Summary& summary) {
        const codec::FieldMap values = merged.values();
        summary.title = values.contains("name") ? std::get<std::string>(values.at("name")) : "";
    });
    const std::vector<std::string> texts{"Підстанція-Північ", "Водоканал міста",  "CONTACT-PERSON", "answers/CSB-GV-01",
                                         "CSB-GV-01",         "note on the door", "DRAFT-NOTE",     "SHELF-KEY",
                                         "SHELF-VALUE",       "SHELF-NAME",       "IMAGE-BYTES",    "visited_on",
                                         "local_device",      "passphrase"};
    std::vector<Bytes> ids;
    for (int i = 0; i < 40; ++i) {
        const auto id = random.id<RecordId>();
        const Hash first = vault->append(id, record::Kind::site,
                                         {{"name", texts[static_cast<std::size_t>(i % 2)]}, {"contact", texts[2]}}, {});
        vault->append(id, record::Kind::site, {{"notes", texts[5]}}, {first});
        const auto visit = random.id<RecordId>();
        vault->save_draft(visit, record::Kind::assessment, "answers/CSB-GV-01/note", texts[6]);
        vault->save_draft(visit, record::Kind::assessment, "visited_on", texts[5]);
        if (i % 2 == 0) {
            vault->cut_draft(visit);
        }
        for (const ByteView each : {id.view(), visit.view(), first.view()}) {
            ids.emplace_back(each.begin(), each.end());
        }
    }
    vault->close_segment(deployment, key);
    vault->shelf(texts[9]).put(texts[7], view_of(texts[8]));
    const fs::path outside = fs::temp_directory_path() / (folder.filename().string() + ".jpg");
    std::ofstream(outside, std::ios::binary) << texts[10];
    const BlobInfo blob = vault->add_blob(outside);
    fs::remove(outside);
    ids.emplace_back(blob.content.view().begin(), blob.content.view().end());
    const DeviceId device = crypto::device_of(key.verify_key());
    ids.emplace_back(device.view().begin(), device.view().end());
    ids.emplace_back(key.verify_key().view().begin(), key.verify_key().view().end());
    for (const bool open : {true, false}) {
        CAPTURE(open);
        if (!open) {
            vault.reset();
        }
        const std::string all = files();
        REQUIRE(all.size() > 50'000);
        for (const std::string& text : texts) {
            CAPTURE(text);
            CHECK_FALSE(holds(all, text));
        }
        for (const Bytes& id : ids) {
            CHECK_FALSE(holds(all, ByteView(id)));
        }
        CHECK_FALSE(holds(all, std::string_view(code).substr(0, 11)));
    }
    // The search can find: what lies clear by design is found by it.
    CHECK(holds(files(), std::string_view("SQLite format 3")));
    CHECK(holds(files(), ByteView(Raw(path).all("SELECT id FROM vault").at(0))));
}

TEST_CASE_FIXTURE(SecrecyFixture,
                  "answers of different length have one size, as drafts, as revisions and as summaries") {
    auto vault = make();
    const std::vector<std::string> notes{"", "2", "not applicable",
                                         "a note of some words, as they are written on the road, from memory"};
    std::vector<std::vector<Bytes>> sizes;
    for (const std::string& note : notes) {
        const auto visit = random.id<RecordId>();
        vault->save_draft(visit, record::Kind::assessment, "answers/CSB-GV-01/note", note);
        vault->cut_draft(visit);
        vault->append(visit, record::Kind::assessment, {{"answers/CSB-GV-02/note", "x" + note}},
                      vault->merged(visit).heads);
        vault->save_draft(visit, record::Kind::assessment, "answers/CSB-GV-02/note", "y" + note);
    }
    vault.reset();
    Raw raw(path);
    for (const char* table : {"draft", "revision", "record", "state"}) {
        CAPTURE(std::string(table));
        CHECK(raw.number(std::string("SELECT count(*) FROM ") + table) >= static_cast<std::int64_t>(notes.size()));
        CHECK(raw.number(std::string("SELECT count(DISTINCT length(sealed)) FROM ") + table) == 1);
    }
}

TEST_CASE_FIXTURE(SecrecyFixture, "a replaced or destroyed key slot leaves no byte of its wrapped key") {
    make().reset();
    const std::vector<Bytes> first = Raw(path).all("SELECT wrapped FROM slot ORDER BY kind");
    REQUIRE(first.size() == 2);
    REQUIRE(holds(files(), ByteView(first[0])));
    auto vault = open();
    vault->change_passphrase(view_of("fresh"), crypto::test_cost);
    CHECK_FALSE(holds(files(), ByteView(first[0]).subspan(0, 16)));
    CHECK(holds(files(), ByteView(first[1])));
    vault.reset();
    const std::vector<Bytes> second = Raw(path).all("SELECT wrapped FROM slot ORDER BY kind");
    CHECK(second[0] != first[0]);
    vault = Vault::open(path, view_of("fresh"), environment);
    vault->destroy();
    for (const Bytes& wrapped : {second[0], second[1]}) {
        CHECK_FALSE(holds(files(), ByteView(wrapped).subspan(0, 16)));
        CHECK_FALSE(holds(files(), ByteView(wrapped).subspan(56)));
    }
    CHECK_THROWS_AS(vault->shelf("s").put("k", view_of("v")), Error);
}

TEST_CASE_FIXTURE(SecrecyFixture, "a vault destroyed past all locks leaves no byte of its wrapped keys") {
    make().reset();
    const std::vector<Bytes> keys = Raw(path).all("SELECT wrapped FROM slot ORDER BY kind");
    REQUIRE(keys.size() == 2);
    const fs::path whole = folder.parent_path() / (folder.filename().string() + "-whole");
    fs::copy(path, whole);
    for (const bool in_use : {false, true}) {
        CAPTURE(in_use);
        fs::copy(whole, path, fs::copy_options::overwrite_existing);
        std::unique_ptr<Vault> vault = in_use ? open() : nullptr;
        if (vault) {
            vault->append(random.id<RecordId>(), record::Kind::site, {{"name", std::string("lost")}}, {});
        }
        Vault::destroy_file(path, random);
        for (const Bytes& wrapped : keys) {
            CHECK_FALSE(holds(files(), ByteView(wrapped).subspan(0, 16)));
            CHECK_FALSE(holds(files(), ByteView(wrapped).subspan(56)));
        }
        CHECK((!fs::exists(path.string() + "-wal") || fs::file_size(path.string() + "-wal") == 0));
        vault.reset();
        CHECK_THROWS_AS(open(), Error);
        CHECK_THROWS_AS(Vault::open_with_recovery(path, view_of(code), environment), Error);
    }
    fs::remove(whole);
    std::ofstream(folder / "letter.txt") << "no vault";
    CHECK_THROWS_AS(Vault::destroy_file(folder / "letter.txt", random), Error);
    {
        // Another program's database, with work in its WAL.
        Raw other(folder / "other.db");
        other.run("PRAGMA journal_mode=WAL; CREATE TABLE slot (wrapped BLOB); INSERT INTO slot VALUES ('theirs')");
        const auto wal = fs::file_size(folder / "other.db-wal");
        CHECK(wal > 0);
        CHECK_THROWS_AS(Vault::destroy_file(folder / "other.db", random), Error);
        CHECK(fs::file_size(folder / "other.db-wal") == wal);
    }
    CHECK_THROWS_AS(Vault::destroy_file(folder / "nothing", random), Error);
    CHECK_THROWS_AS(Vault::destroy_file(folder, random), Error);
    std::ifstream letter(folder / "letter.txt");
    CHECK(std::string(std::istreambuf_iterator<char>(letter), {}) == "no vault");
}

TEST_CASE_FIXTURE(SecrecyFixture, "a row in another's place does not open, the others stay readable") {
    auto vault = make();
    std::vector<RecordId> ids;
    for (int i = 0; i < 3; ++i) {
        ids.push_back(random.id<RecordId>());
        vault->append(ids.back(), record::Kind::site, {{"name", std::to_string(i)}}, {});
    }
    vault->close_segment(deployment, key);
    CHECK(verify(*vault).findings.empty());
    vault.reset();
    for (const char* table : {"record", "state", "revision"}) {
        CAPTURE(std::string(table));
        fs::copy(path, folder / "keep");
        {
            Raw raw(path);
            const std::string name = table;
            raw.run("CREATE TEMP TABLE two AS SELECT row, sealed FROM " + name + " WHERE row < 3; UPDATE " + name +
                    " SET sealed = (SELECT sealed FROM two WHERE two.row = 3 - " + name + ".row) WHERE row < 3");
        }
        vault = open();
        const VerifyReport report = verify(*vault);
        CHECK(std::ranges::count(report.findings, Finding::Kind::seal, &Finding::kind) >= 2);
        if (std::string(table) != "revision") {
            // What follows from revisions is made anew.
            CHECK(vault->summaries().size() == 3);
            for (std::size_t i = 0; i < ids.size(); ++i) {
                CHECK(vault->merged(ids[i]).values().at("name") == codec::Value(std::to_string(i)));
            }
        } else {
            CHECK(code_of([&] { vault->revisions(ids[0]); }) == ErrorCode::damaged);
            CHECK(vault->revisions(ids[2]).size() == 1);
        }
        vault.reset();
        fs::rename(folder / "keep", path);
    }
}

TEST_CASE_FIXTURE(SecrecyFixture, "a state that was put back is noticed, and so is a row that was deleted") {
    auto vault = make();
    const auto id = random.id<RecordId>();
    const Hash first = vault->append(id, record::Kind::site, {{"name", std::string("a")}}, {});
    vault.reset();
    const Bytes old = Raw(path).all("SELECT sealed FROM state").at(0);
    vault = open();
    vault->append(id, record::Kind::site, {{"name", std::string("b")}}, {first});
    vault->close_segment(deployment, key);
    vault.reset();
    fs::copy(path, folder / "keep");
    Raw(path).run("UPDATE state SET sealed = x'" + to_hex(old) + "'");
    const auto kinds = [this] {
        std::set<Finding::Kind> found;
        for (const Finding& finding : verify(*open()).findings) {
            found.insert(finding.kind);
        }
        return found;
    };
    CHECK(kinds() == std::set{Finding::Kind::state});
    for (const char* table : {"revision", "segment", "state", "record"}) {
        CAPTURE(std::string(table));
        fs::copy(folder / "keep", path, fs::copy_options::overwrite_existing);
        Raw(path).run(std::string("DELETE FROM ") + table + " WHERE row = (SELECT min(row) FROM " + table + ")");
        CHECK_FALSE(kinds().empty());
    }
}

TEST_CASE_FIXTURE(SecrecyFixture, "a passphrase is the same however its letters were composed") {
    const std::string composed = "\xd0\x9a\xd0\xb8\xd1\x97\xd0\xb2";            // with U+0457
    const std::string decomposed = "\xd0\x9a\xd0\xb8\xd1\x96\xcc\x88\xd0\xb2";  // with U+0456 U+0308
    CHECK(text_of(codec::nfc(view_of(decomposed)).view()) == composed);
    CHECK(text_of(codec::nfc(view_of(composed)).view()) == composed);
    CHECK(text_of(codec::nfc(view_of("\xff\xfe")).view()) == "\xff\xfe");
    CHECK(codec::nfc({}).empty());
    Vault::create(path, view_of(decomposed), crypto::test_cost, environment);
    CHECK(Vault::open(path, view_of(composed), environment) != nullptr);
    Vault::open(path, view_of(composed), environment)->change_passphrase(view_of("a\xcc\x8a"), crypto::test_cost);
    CHECK(Vault::open(path, view_of("\xc3\xa5"), environment) != nullptr);
}

TEST_CASE_FIXTURE(SecrecyFixture, "docs/formats/vault.md alone is enough to read a vault") {
    auto vault = make();
    const auto id = random.id<RecordId>();
    vault->save_draft(id, record::Kind::site, "notes", std::string("written by the vault"));
    vault.reset();
    Raw raw(path);
    CHECK(raw.number("SELECT application_id FROM pragma_application_id") == 0x46534c56);
    CHECK(raw.number("SELECT user_version FROM pragma_user_version") == 1);
    const Bytes vault_id = raw.all("SELECT id FROM vault").at(0);
    const Bytes salt = raw.all("SELECT salt FROM slot WHERE kind = 1").at(0);
    const crypto::PassphraseCost cost{
        static_cast<std::uint32_t>(raw.number("SELECT operations FROM slot WHERE kind = 1")),
        static_cast<std::uint32_t>(raw.number("SELECT memory_kib FROM slot WHERE kind = 1"))};
    codec::Writer place;
    place.raw(view_of("slot"));
    place.raw(vault_id);
    place.u8(1);
    place.raw(salt);
    place.number(cost.operations);
    place.number(cost.memory_kib);
    const Bytes wrapped = raw.all("SELECT wrapped FROM slot WHERE kind = 1").at(0);
    CHECK(wrapped.size() == 72);
    const crypto::Secret wrapping = crypto::stretch(view_of("passphrase"), crypto::Salt::from(salt), cost);
    const std::optional<Bytes> vault_key = crypto::open_value(wrapping.view(), place.view(), wrapped);
    REQUIRE(vault_key);
    place.raw(wrapped);
    CHECK(crypto::hash("fieldseal/v1/vault/slot", place.view()) ==
          Hash::from(raw.all("SELECT checksum FROM slot WHERE kind = 1").at(0)));

    const crypto::Secret table_key = crypto::keyed_hash(*vault_key, "fieldseal/v1/vault/table/draft", vault_id);
    const std::vector<Bytes> rows = raw.all("SELECT sealed FROM draft ORDER BY row");
    REQUIRE(rows.size() == 2);
    codec::Writer row_place;
    row_place.raw(vault_id);
    row_place.raw(view_of("draft"));
    row_place.raw(Bytes{0, 0, 0, 0, 0, 0, 0, 0, 2});
    const std::optional<Bytes> padded = crypto::open_value(table_key.view(), row_place.view(), rows[1]);
    REQUIRE(padded);
    CHECK(padded->size() == 256);
    codec::Reader in(*crypto::unpad(*padded), "drafted field");
    CHECK(in.fixed<RecordId>() == id);
    CHECK(in.u8() == 1);
    CHECK(in.text(512) == "notes");
    CHECK(in.number() == 0);
    CHECK(in.integer() == 1'790'000'000'000);
    const ByteView edits = in.bytes(1000);
    in.expect_end();
    codec::Reader edit(edits, "edit");
    CHECK(codec::read_edits(edit) == codec::Edits{{"notes", std::string("written by the vault")}});
}
