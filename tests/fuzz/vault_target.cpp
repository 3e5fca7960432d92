// A vault's file: its first page and key slots, which are read before anything is proved; and what each kind of row
// holds once a slot has opened. The first byte says which part the others are; everything around it is a good vault.
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "model/codec/reader.h"
#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "model/crypto/seal.h"
#include "model/error/error.h"
#include "model/vault/vault.h"
#include "targets.h"

namespace fieldseal::fuzz {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t header_size = 100;
/// Of docs/formats/vault.md, "Sealed rows".
struct Table {
    const char* name;
    std::size_t least;
};
constexpr Table tables[] = {{"shelf_key", 128}, {"shelf", 128}, {"record", 256}, {"state", 512}, {"revision", 256},
                            {"segment", 256},   {"draft", 256}, {"blob", 128},   {"chunk", 128}};
constexpr std::size_t header_part = 0;
constexpr std::size_t slot_part = 1;
constexpr std::size_t first_table = 2;
constexpr std::size_t vault_part_count = first_table + std::size(tables);

class Raw {
  public:
    explicit Raw(const fs::path& path) { insist(sqlite3_open(path.c_str(), &database_) == SQLITE_OK, "opens"); }
    ~Raw() { sqlite3_close(database_); }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;

    /// Runs one statement with these blobs and gives the first column of its first row.
    Bytes run(const std::string& sql, const std::vector<Bytes>& blobs = {}) {
        sqlite3_stmt* statement = nullptr;
        insist(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK, "a statement");
        for (std::size_t i = 0; i < blobs.size(); ++i) {
            const void* data = blobs[i].empty() ? static_cast<const void*>("") : blobs[i].data();
            sqlite3_bind_blob(statement, static_cast<int>(i) + 1, data, static_cast<int>(blobs[i].size()),
                              SQLITE_TRANSIENT);
        }
        Bytes result;
        if (sqlite3_step(statement) == SQLITE_ROW) {
            const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, 0));
            result.assign(bytes, bytes + sqlite3_column_bytes(statement, 0));
        }
        sqlite3_finalize(statement);
        return result;
    }

  private:
    sqlite3* database_ = nullptr;
};

/// A vault with something in every table, and its key.
class Original {
  public:
    Original() {
        const fs::path memory = "/dev/shm";
        folder_ = (fs::is_directory(memory) ? memory : fs::temp_directory_path()) /
                  ("fieldseal-fuzz-vault-" + std::to_string(::getpid()));
        fs::create_directories(folder_);
        path_ = folder_ / "a.fieldseal";
        make();
        std::ifstream file(path_, std::ios::binary);
        bytes_.assign(std::istreambuf_iterator<char>(file), {});
        Raw raw(path_);
        id_ = raw.run("SELECT id FROM vault");
        salt_ = raw.run("SELECT salt FROM slot WHERE kind = 1");
        wrapped_ = raw.run("SELECT wrapped FROM slot WHERE kind = 1");
        const crypto::Secret wrapping =
            crypto::stretch(view_of("passphrase"), crypto::Salt::from(salt_), crypto::test_cost);
        key_ = crypto::open_value(wrapping.view(), slot_place(salt_, crypto::test_cost), wrapped_).value();
        for (const Table& table : tables) {
            const Bytes row = raw.run("SELECT CAST(min(row) AS TEXT) FROM " + std::string(table.name));
            insist(!row.empty(), "the vault has a row in every table");
            rows_[table.name] = std::stoll(std::string(text_of(row)));
        }
    }
    ~Original() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Original(const Original&) = delete;
    Original& operator=(const Original&) = delete;

    const std::string& bytes() const { return bytes_; }
    const fs::path& path() const { return path_; }
    const Bytes& salt() const { return salt_; }
    const Bytes& wrapped() const { return wrapped_; }
    Environment environment() { return {clock_, random_}; }

    Bytes slot_place(ByteView salt, crypto::PassphraseCost cost) const {
        codec::Writer out;
        out.raw(view_of("slot"));
        out.raw(id_);
        out.u8(1);
        out.raw(salt);
        out.number(cost.operations);
        out.number(cost.memory_kib);
        return out.take();
    }
    Bytes opened(const Table& table) {
        Raw raw(path_);
        const Bytes sealed = raw.run("SELECT sealed FROM " + std::string(table.name) +
                                     " WHERE row = " + std::to_string(rows_.at(table.name)));
        const Bytes padded = crypto::open_value(key_of(table).view(), place(table), sealed).value();
        const ByteView plain = crypto::unpad(padded).value();
        return Bytes(plain.begin(), plain.end());
    }
    void put(const Table& table, ByteView plain) {
        Raw raw(path_);
        const Bytes sealed =
            crypto::seal_value(key_of(table).view(), place(table), crypto::pad(plain, table.least), random_);
        raw.run(
            "UPDATE " + std::string(table.name) + " SET sealed = ? WHERE row = " + std::to_string(rows_.at(table.name)),
            {sealed});
    }
    /// The file as it was made.
    void restore() {
        for (const char* beside : {"-wal", "-shm", "-journal"}) {
            fs::remove(path_.string() + beside);
        }
        write(bytes_);
    }
    void write(const std::string& bytes) {
        std::ofstream(path_, std::ios::binary | std::ios::trunc)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }

  private:
    crypto::Secret key_of(const Table& table) {
        return crypto::keyed_hash(key_, "fieldseal/v1/vault/table/" + std::string(table.name), id_);
    }
    Bytes place(const Table& table) {
        codec::Writer out;
        out.raw(id_);
        out.raw(view_of(table.name));
        out.u8(0);
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.u8(static_cast<std::uint8_t>(static_cast<std::uint64_t>(rows_.at(table.name)) >> shift & 0xff));
        }
        return out.take();
    }
    void make() {
        const auto vault = vault::Vault::create(path_, view_of("passphrase"), crypto::test_cost, environment()).vault;
        const crypto::SigningKey key(Bytes(32, 3));
        vault->set_local_device(crypto::device_of(key.verify_key()));
        const auto site = random_.id<RecordId>();
        vault->append(site, record::Kind::site, {{"name", codec::Value(std::string("Станція"))}}, {});
        vault->append(site, record::Kind::site, {{"sector", codec::Value(std::string("energy"))}},
                      vault->merged(site).heads);
        vault->close_segment(DeploymentId{}, key);
        vault->save_draft(site, record::Kind::site, "notes", codec::Value(std::string("later")));
        vault->put_blob_chunk(crypto::plain_hash(Bytes{1, 2, 3}), 3, 0, Bytes{1, 2, 3});
        vault->shelf("settings").put("language", view_of("uk"));
    }

    fs::path folder_;
    fs::path path_;
    ManualClock clock_{1'800'000'000'000};
    crypto::SeededRandom random_{11};
    std::string bytes_;
    Bytes id_;
    Bytes salt_;
    Bytes wrapped_;
    Bytes key_;
    std::map<std::string, std::int64_t> rows_;
};

Original& original() {
    static Original one;
    return one;
}

/// Operations and memory as numbers, the length of the salt and the salt, then what is wrapped. With a checksum that
/// holds, so that what is behind it is met too. False for a cost that is allowed but slow.
bool put_slot(ByteView input) {
    codec::Reader in(input, "slot");
    const std::uint64_t operations = in.number();
    const std::uint64_t memory = in.number();
    const ByteView salt = in.bytes(1024);
    const ByteView wrapped = in.raw(in.left());
    const crypto::PassphraseCost cost{static_cast<std::uint32_t>(operations), static_cast<std::uint32_t>(memory)};
    if (operations > 0x7fffffffffffffff || memory > 0x7fffffffffffffff ||
        (crypto::cost_is_acceptable(cost) &&
         (cost.operations > crypto::test_cost.operations || cost.memory_kib > crypto::test_cost.memory_kib))) {
        return false;
    }
    Bytes summed = original().slot_place(salt, cost);
    summed.insert(summed.end(), wrapped.begin(), wrapped.end());
    const Hash checksum = crypto::hash("fieldseal/v1/vault/slot", summed);
    Raw raw(original().path());
    raw.run("UPDATE slot SET operations = " + std::to_string(operations) + ", memory_kib = " + std::to_string(memory) +
                ", salt = ?, wrapped = ?, checksum = ? WHERE kind = 1",
            {Bytes(salt.begin(), salt.end()), Bytes(wrapped.begin(), wrapped.end()),
             Bytes(checksum.bytes.begin(), checksum.bytes.end())});
    return true;
}

void read_all(vault::Vault& vault) {
    tolerate([&] { vault.summaries(); });
    tolerate([&] {
        for (const vault::LogExtent& log : vault.logs()) {
            for (const history::LogSegment& segment : vault.segments(log.device)) {
                for (const Hash& name : segment.revisions) {
                    vault.revision(name);
                }
            }
        }
    });
    tolerate([&] {
        for (const RecordId& id : vault.find_records("")) {
            vault.merged(id);
            vault.revisions(id);
        }
    });
    tolerate([&] {
        for (const RecordId& id : vault.drafted_records()) {
            vault.draft(id);
        }
    });
    tolerate([&] {
        for (const vault::BlobInfo& blob : vault.blobs()) {
            vault.blob_chunk(blob.content, 0);
        }
    });
    tolerate([&] { vault.shelf("settings").get("language"); });
    const crypto::SigningKey key(Bytes(32, 3));
    tolerate([&] { vault.verify(DeploymentId{}, [&](const DeviceId&) { return std::optional(key.verify_key()); }); });
}

}  // namespace

void run_vault(ByteView input) {
    if (input.empty()) {
        return;
    }
    const std::size_t part = input[0] % vault_part_count;
    const ByteView bytes = input.subspan(1);
    original().restore();
    if (part == header_part) {
        std::string file = original().bytes();
        std::ranges::copy(text_of(bytes.first(std::min(bytes.size(), header_size))), file.begin());
        original().write(bytes.size() < header_size ? file.substr(0, bytes.size()) : file);
    } else if (part == slot_part) {
        bool put = false;
        tolerate([&] { put = put_slot(bytes); });
        if (!put) {
            return;
        }
    } else {
        original().put(tables[part - first_table], bytes);
    }
    std::unique_ptr<vault::Vault> vault;
    try {
        vault = vault::Vault::open(original().path(), view_of("passphrase"), original().environment());
    } catch (const Error& error) {
        insist(error.code() == ErrorCode::damaged || error.code() == ErrorCode::locked ||
                   error.code() == ErrorCode::newer_version || error.code() == ErrorCode::too_large,
               "a vault that does not open is damaged, locked or newer");
        return;
    }
    read_all(*vault);
}

std::vector<Bytes> vault_seeds() {
    std::vector<Bytes> seeds;
    const auto add = [&](std::size_t part, ByteView bytes) {
        seeds.push_back({static_cast<std::uint8_t>(part)});
        seeds.back().insert(seeds.back().end(), bytes.begin(), bytes.end());
    };
    original().restore();
    add(header_part, view_of(original().bytes()).first(header_size));
    codec::Writer slot;
    slot.number(crypto::test_cost.operations);
    slot.number(crypto::test_cost.memory_kib);
    slot.bytes(original().salt());
    slot.raw(original().wrapped());
    add(slot_part, slot.view());
    for (std::size_t i = 0; i < std::size(tables); ++i) {
        add(first_table + i, original().opened(tables[i]));
    }
    return seeds;
}

}  // namespace fieldseal::fuzz
