// Creating and opening a vault.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "model/codec/text_form.h"
#include "model/vault/implementation.h"
#include "model/vault/schema.h"

namespace fieldseal::vault {

namespace {

namespace fs = std::filesystem;

Error no_vault(const fs::path& path) {
    return Error(ErrorCode::damaged,
                 path.string() + " is no Fieldseal vault. Choose a file whose name ends in .fieldseal.");
}

Error written_by_newer(const fs::path& path) {
    return Error(ErrorCode::newer_version,
                 path.string() +
                     " was written by a newer Fieldseal. Install the newer version to open it; nothing was changed.");
}

/// Looks at the first page before SQLite does: what is no vault gets a clear word, and a newer one is told apart from a
/// broken one and left as it is.
void check_header(const fs::path& path, const Descriptor& file) {
    struct stat about {};
    if (::fstat(file.number(), &about) != 0) {
        throw read_error(path, errno);
    }
    std::array<std::uint8_t, 100> header{};
    const bool whole = S_ISREG(about.st_mode) &&
                       ::pread(file.number(), header.data(), header.size(), 0) == static_cast<ssize_t>(header.size());
    const auto word = [&header](std::size_t at) {
        return std::uint32_t{header[at]} << 24 | std::uint32_t{header[at + 1]} << 16 |
               std::uint32_t{header[at + 2]} << 8 | std::uint32_t{header[at + 3]};
    };
    // docs/formats/vault.md, "File": places of application_id and user_version in SQLite's header.
    if (!whole || !text_of(header).starts_with("SQLite format 3") || word(68) != application_id || word(60) == 0) {
        throw no_vault(path);
    }
    if (word(60) > static_cast<std::uint32_t>(newest_version())) {
        throw written_by_newer(path);
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
        throw Error(ErrorCode::locked,
                    "A recovery code has 40 digits, and its last two check the others: something was misread. Compare "
                    "it with the paper.");
    }
    return std::move(*digits);
}

void sync_folder(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.valid() || (::fsync(descriptor.number()) != 0 && errno != EINVAL)) {
        throw write_error(path, errno);
    }
}

/// A vault being made: under a temporary name beside its own until it is whole.
class HalfMade {
  public:
    HalfMade(const fs::path& path, crypto::Random& random)
        : path_(path), half_(path.string() + "." + to_hex(random.bytes(4)) + ".new") {
        const Descriptor file(::open(half_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file.valid()) {
            throw write_error(path_, errno);
        }
    }
    ~HalfMade() {
        if (!kept_) {
            std::error_code ignored;
            fs::remove(half_, ignored);
            fs::remove(half_.string() + "-journal", ignored);
        }
    }
    HalfMade(const HalfMade&) = delete;
    HalfMade& operator=(const HalfMade&) = delete;

    std::string name() const { return half_.string(); }
    void appear() {
        if (::renameat2(AT_FDCWD, half_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
            // Some file systems cannot refuse to replace; nobody was there a moment ago.
            if ((errno != EINVAL && errno != ENOSYS) || ::rename(half_.c_str(), path_.c_str()) != 0) {
                throw write_error(path_, errno);
            }
        }
        kept_ = true;
        sync_folder(path_);
    }

  private:
    fs::path path_;
    fs::path half_;
    bool kept_ = false;
};

}  // namespace

Vault::Created Vault::create(const fs::path& path, ByteView passphrase, crypto::PassphraseCost cost,
                             Environment environment) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) {
        throw Error(ErrorCode::refused, path.string() + " exists already. Choose another name, or open it.");
    }
    const auto vault_id = environment.random.id<VaultId>();
    const crypto::Secret key = environment.random.secret(crypto::key_size);
    crypto::Secret code = crypto::DigitCode::make(recovery_digits, environment.random);
    HalfMade half(path, environment.random);
    guarded(path, [&] {
        // A rollback journal while it is being made: the file is whole by itself when it is renamed.
        SQLite::Database database(half.name(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA page_size=4096");
        database.exec("PRAGMA synchronous=FULL");
        bring_up_to_date(database, 0);
        SQLite::Transaction transaction(database);
        SQLite::Statement put(database, "INSERT INTO vault (id) VALUES (?)");
        put.bind(1, vault_id.bytes.data(), static_cast<int>(VaultId::size));
        put.exec();
        write_slot(database, SlotKind::passphrase, codec::nfc(passphrase).view(), cost, vault_id, key.view(),
                   environment.random);
        write_slot(database, SlotKind::recovery, code.view(), cost, vault_id, key.view(), environment.random);
        transaction.commit();
    });
    half.appear();
    auto implementation = guarded(path, [&] {
        Descriptor lock = lock_vault(path);
        return std::make_unique<Implementation>(path, OpenDatabase{std::move(lock), open_database(path)}, key.clone(),
                                                vault_id, environment);
    });
    return {std::unique_ptr<Vault>(new Vault(std::move(implementation))), std::move(code)};
}

std::unique_ptr<Vault::Implementation> Vault::Implementation::unlock(const fs::path& path, SlotKind kind,
                                                                     ByteView secret, Environment environment) {
    Descriptor lock = lock_vault(path);
    check_header(path, lock);
    return guarded(path, [&] {
        OpenDatabase file{std::move(lock), open_database(path)};
        SQLite::Database& database = *file.database;
        const int version = database.execAndGet("PRAGMA user_version").getInt();
        if (version > newest_version()) {
            throw written_by_newer(path);
        }
        bring_up_to_date(database, version);
        const VaultId id = read_vault_id(database);
        crypto::Secret key = open_slot(database, kind, secret, id);
        auto opened = std::make_unique<Implementation>(path, std::move(file), std::move(key), id, environment);
        opened->remove_pending_blobs();
        // After a crash the WAL may hold a key that was replaced just before.
        opened->overwrite_pending = !truncate_wal(database);
        return opened;
    });
}

std::unique_ptr<Vault> Vault::open(const fs::path& path, ByteView passphrase, Environment environment) {
    return std::unique_ptr<Vault>(
        new Vault(Implementation::unlock(path, SlotKind::passphrase, codec::nfc(passphrase).view(), environment)));
}

std::unique_ptr<Vault> Vault::open_with_recovery(const fs::path& path, ByteView code, Environment environment) {
    const crypto::Secret digits = parse_recovery(code);
    return std::unique_ptr<Vault>(
        new Vault(Implementation::unlock(path, SlotKind::recovery, digits.view(), environment)));
}

}  // namespace fieldseal::vault
