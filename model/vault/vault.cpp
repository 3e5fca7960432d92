// Creating, opening, keys, transactions and shelves.
#include "model/vault/vault.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>

#include "model/codec/canonical_archive.h"
#include "model/crypto/hash.h"
#include "model/environment/descriptor.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

namespace {

namespace fs = std::filesystem;

constexpr const char* tables[] = {"shelf_key", "shelf", "record", "state", "revision", "segment", "draft", "blob", "chunk"};
/// Small values are padded to this at least, so that a level cannot be told from a note of a few words.
constexpr std::size_t least_row = 128;
constexpr std::size_t recovery_digits = 40;

/// Looks at the first page before SQLite does: what is no vault gets a clear word, and a newer one is told apart from a broken one.
void check_header(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        throw Error(ErrorCode::not_found, "There is no vault " + path.string() + ".");
    }
    if (!fs::is_regular_file(path, error)) {
        throw Error(ErrorCode::damaged, path.string() + " is no Fieldseal vault.");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw read_error(path, errno);
    }
    std::array<char, 100> header{};
    file.read(header.data(), header.size());
    const std::string_view magic(header.data(), 15);
    const auto word = [&header](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value << 8 | static_cast<unsigned char>(header[at + i]);
        }
        return value;
    };
    if (file.gcount() != static_cast<std::streamsize>(header.size()) || magic != "SQLite format 3" || word(68) != application_id) {
        throw Error(ErrorCode::damaged, path.string() + " is no Fieldseal vault. Choose a file whose name ends in .fieldseal.");
    }
    if (word(60) > format_version) {
        throw Error(ErrorCode::newer_version, path.string() + " was written by a newer Fieldseal. Install the newer version to open it; nothing was changed.");
    }
}

VaultId read_vault_id(SQLite::Database& database) {
    SQLite::Statement get(database, "SELECT id FROM vault");
    if (!get.executeStep() || get.getColumn(0).getBytes() != static_cast<int>(VaultId::size)) {
        throw Error(ErrorCode::damaged, "The vault is damaged: its id is missing. Take a copy from a backup.");
    }
    return VaultId::from({static_cast<const std::uint8_t*>(get.getColumn(0).getBlob()), VaultId::size});
}

crypto::Secret parse_recovery(ByteView code) {
    std::optional<crypto::Secret> digits = crypto::DigitCode::parse(code, recovery_digits);
    if (!digits) {
        throw Error(ErrorCode::locked, "A recovery code has 40 digits, and its last two check the others: something was misread. Compare it with the paper.");
    }
    return std::move(*digits);
}

void sync_folder(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.valid()) {
        ::fsync(descriptor.number());
    }
}

/// Removes a half-made vault unless it was renamed.
struct HalfMade {
    fs::path path;
    bool keep = false;
    ~HalfMade() {
        if (!keep) {
            std::error_code ignored;
            fs::remove(path, ignored);
            fs::remove(path.string() + "-wal", ignored);
            fs::remove(path.string() + "-journal", ignored);
        }
    }
};

}  // namespace

Vault::Implementation::Implementation(fs::path file, std::unique_ptr<SQLite::Database> opened, crypto::Secret vault_key, const VaultId& id,
                                      Environment outside)
    : path(std::move(file)),
      database(std::move(opened)),
      key(std::move(vault_key)),
      vault_id(id),
      environment(outside),
      shelf_keys(*database, tables[0], key.view(), id, outside.random, least_row),
      shelf_values(*database, tables[1], key.view(), id, outside.random, least_row),
      records(*database, tables[2], key.view(), id, outside.random, 256),
      states(*database, tables[3], key.view(), id, outside.random, 512),
      revisions(*database, tables[4], key.view(), id, outside.random, 256),
      segments(*database, tables[5], key.view(), id, outside.random, 256),
      drafts(*database, tables[6], key.view(), id, outside.random, 256),
      blobs(*database, tables[7], key.view(), id, outside.random, least_row),
      chunks(*database, tables[8], key.view(), id, outside.random, least_row),
      begin(*database, "BEGIN IMMEDIATE"),
      commit(*database, "COMMIT"),
      rollback(*database, "ROLLBACK") {}

void Vault::Implementation::drop_caches() {
    shelf_index.reset();
    record_index.reset();
    log_index.reset();
    draft_index.reset();
    blob_index.reset();
    device.reset();
}

Vault::Vault(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

Vault::~Vault() = default;

Vault::Created Vault::create(const fs::path& path, ByteView passphrase, crypto::PassphraseCost cost, Environment environment) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) {
        throw Error(ErrorCode::refused, path.string() + " exists already. Choose another name, or open it.");
    }
    const fs::path half = path.string() + "." + to_hex(environment.random.bytes(4)) + ".new";
    HalfMade half_made{half};
    {
        const Descriptor file(::open(half.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file.valid()) {
            throw write_error(path, errno);
        }
    }
    const auto vault_id = environment.random.id<VaultId>();
    const crypto::Secret key = environment.random.secret(crypto::key_size);
    crypto::Secret code = crypto::DigitCode::make(recovery_digits, environment.random);
    guarded(path, [&] {
        // A rollback journal while it is being made: the file is whole by itself when it is renamed.
        SQLite::Database database(half.string(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA synchronous=FULL");
        database.exec("PRAGMA page_size=4096");
        SQLite::Transaction transaction(database);
        database.exec("PRAGMA application_id=" + std::to_string(application_id));
        database.exec("PRAGMA user_version=" + std::to_string(format_version));
        database.exec("CREATE TABLE vault (id BLOB NOT NULL) STRICT");
        SQLite::Statement put(database, "INSERT INTO vault (id) VALUES (?)");
        put.bind(1, vault_id.bytes.data(), static_cast<int>(VaultId::size));
        put.exec();
        create_slot_table(database);
        for (const char* table : tables) {
            SealedTable::create(database, table);
        }
        write_slot(database, SlotKind::passphrase, passphrase, cost, vault_id, key.view(), environment.random);
        write_slot(database, SlotKind::recovery, code.view(), cost, vault_id, key.view(), environment.random);
        transaction.commit();
    });
    if (::renameat2(AT_FDCWD, half.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
        // Some file systems cannot refuse to replace; nobody was there a moment ago.
        if ((errno != EINVAL && errno != ENOSYS) || ::rename(half.c_str(), path.c_str()) != 0) {
            throw write_error(path, errno);
        }
    }
    half_made.keep = true;
    sync_folder(path);
    auto implementation = guarded(path, [&] { return std::make_unique<Implementation>(path, open_database(path), key.clone(), vault_id, environment); });
    return {std::unique_ptr<Vault>(new Vault(std::move(implementation))), std::move(code)};
}

namespace {

std::pair<std::unique_ptr<SQLite::Database>, crypto::Secret> unlock(const fs::path& path, SlotKind kind, ByteView secret, VaultId& id) {
    check_header(path);
    return guarded(path, [&] {
        std::unique_ptr<SQLite::Database> database = open_database(path);
        id = read_vault_id(*database);
        crypto::Secret key = open_slot(*database, kind, secret, id);
        return std::pair(std::move(database), std::move(key));
    });
}

}  // namespace

std::unique_ptr<Vault> Vault::open(const fs::path& path, ByteView passphrase, Environment environment) {
    VaultId id;
    auto [database, key] = unlock(path, SlotKind::passphrase, passphrase, id);
    return guarded(path, [&] {
        auto vault = std::unique_ptr<Vault>(new Vault(std::make_unique<Implementation>(path, std::move(database), std::move(key), id, environment)));
        vault->implementation_->remove_pending_blobs();
        return vault;
    });
}

std::unique_ptr<Vault> Vault::open_with_recovery(const fs::path& path, ByteView code, Environment environment) {
    VaultId id;
    const crypto::Secret digits = parse_recovery(code);
    auto [database, key] = unlock(path, SlotKind::recovery, digits.view(), id);
    return guarded(path, [&] {
        auto vault = std::unique_ptr<Vault>(new Vault(std::make_unique<Implementation>(path, std::move(database), std::move(key), id, environment)));
        vault->implementation_->remove_pending_blobs();
        return vault;
    });
}

const fs::path& Vault::path() const {
    return implementation_->path;
}

Environment& Vault::environment() {
    return implementation_->environment;
}

void Vault::change_passphrase(ByteView fresh, crypto::PassphraseCost cost) {
    Implementation& self = *implementation_;
    guarded(self.path, [&] {
        Transaction transaction(*this);
        write_slot(*self.database, SlotKind::passphrase, fresh, cost, self.vault_id, self.key.view(), self.environment.random);
        transaction.commit();
        truncate_wal(*self.database);
    });
}

crypto::Secret Vault::change_recovery_code() {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        crypto::Secret code = crypto::DigitCode::make(recovery_digits, self.environment.random);
        Transaction transaction(*this);
        write_slot(*self.database, SlotKind::recovery, code.view(), crypto::standard_cost, self.vault_id, self.key.view(), self.environment.random);
        transaction.commit();
        truncate_wal(*self.database);
        return code;
    });
}

void Vault::use_summarise(Summarise summarise) {
    implementation_->summarise = std::move(summarise);
}

void Vault::destroy() {
    Implementation& self = *implementation_;
    guarded(self.path, [&] {
        Transaction transaction(*this);
        destroy_slots(*self.database, self.environment.random);
        transaction.commit();
        truncate_wal(*self.database);
    });
    self.key = crypto::Secret();
    self.drop_caches();
}

Transaction::Transaction(Vault& vault) : vault_(vault), outermost_(vault.implementation_->depth == 0) {
    Vault::Implementation& self = *vault.implementation_;
    if (outermost_) {
        guarded(self.path, [&] {
            self.begin.reset();
            self.begin.exec();
        });
        self.failed = false;
    }
    ++self.depth;
}

Transaction::~Transaction() {
    Vault::Implementation& self = *vault_.implementation_;
    if (done_) {
        return;
    }
    --self.depth;
    if (!outermost_) {
        // What an inner part left undone, the outer one must not commit.
        self.failed = true;
        return;
    }
    try {
        self.rollback.reset();
        self.rollback.exec();
    } catch (const SQLite::Exception&) {
        // SQLite has rolled back by itself, for example after a full disk.
    }
    self.drop_caches();
}

void Transaction::commit() {
    Vault::Implementation& self = *vault_.implementation_;
    if (outermost_) {
        if (self.failed) {
            throw Error(ErrorCode::failed, "Nothing was saved, because a part of it failed. Try again.");
        }
        guarded(self.path, [&] {
            self.commit.reset();
            self.commit.exec();
        });
    }
    --self.depth;
    done_ = true;
}

std::map<std::pair<std::string, Bytes>, std::int64_t>& Vault::Implementation::shelves() {
    if (!shelf_index) {
        shelf_index.emplace();
        shelf_keys.each([this](std::int64_t row, const Bytes& plain) { (*shelf_index)[codec::decode<std::pair<std::string, Bytes>>(plain, "shelf")] = row; });
    }
    return *shelf_index;
}

Shelf Vault::shelf(std::string_view name) {
    return {*this, std::string(name)};
}

std::optional<Bytes> Shelf::get(ByteView key) const {
    Vault::Implementation& self = *vault_->implementation_;
    return guarded(self.path, [&]() -> std::optional<Bytes> {
        const auto found = self.shelves().find({name_, Bytes(key.begin(), key.end())});
        if (found == self.shelves().end()) {
            return std::nullopt;
        }
        return self.shelf_values.get(found->second);
    });
}

void Shelf::put(ByteView key, ByteView value) {
    Vault::Implementation& self = *vault_->implementation_;
    guarded(self.path, [&] {
        Transaction transaction(*vault_);
        const std::pair<std::string, Bytes> name{name_, Bytes(key.begin(), key.end())};
        const auto found = self.shelves().find(name);
        if (found != self.shelves().end()) {
            self.shelf_values.put(found->second, value);
        } else {
            const std::int64_t row = self.shelf_keys.insert(codec::encode(name));
            self.shelf_values.put(row, value);
            self.shelves()[name] = row;
        }
        transaction.commit();
    });
}

void Shelf::remove(ByteView key) {
    Vault::Implementation& self = *vault_->implementation_;
    guarded(self.path, [&] {
        const auto found = self.shelves().find({name_, Bytes(key.begin(), key.end())});
        if (found == self.shelves().end()) {
            return;
        }
        Transaction transaction(*vault_);
        self.shelf_keys.remove(found->second);
        self.shelf_values.remove(found->second);
        self.shelves().erase(found);
        transaction.commit();
    });
}

std::vector<Bytes> Shelf::keys() const {
    Vault::Implementation& self = *vault_->implementation_;
    return guarded(self.path, [&] {
        std::vector<Bytes> result;
        for (auto it = self.shelves().lower_bound({name_, Bytes{}}); it != self.shelves().end() && it->first.first == name_; ++it) {
            result.push_back(it->first.second);
        }
        return result;
    });
}

std::size_t Shelf::size() const {
    return keys().size();
}

}  // namespace fieldseal::vault
