// Making a vault unreadable for good.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "model/vault/implementation.h"

namespace fieldseal::vault {

namespace {

enum class Search {
    whole_file,
    /// Until each key was met: they lie in the first pages, and a vault of gigabytes must not take seconds. What SQLite
    /// has moved it has zeroed (secure_delete).
    first_copies,
};

/// Overwrites each place where one of the keys lies, in place: needs no free space, as SQLite's way does. False if the
/// file cannot be read or written.
bool overwrite_in_file(const std::filesystem::path& path, const std::vector<Bytes>& keys, crypto::Random& random,
                       Search search = Search::whole_file) {
    const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file.valid()) {
        return errno == ENOENT;
    }
    std::size_t longest = 1;
    for (const Bytes& key : keys) {
        longest = std::max(longest, key.size());
    }
    Bytes window(std::size_t{1} << 20);
    off_t start = 0;
    std::vector<bool> met(keys.size(), false);
    while (true) {
        const ssize_t got = ::pread(file.number(), window.data(), window.size(), start);
        if (got < 0) {
            return false;
        }
        const auto end = window.begin() + got;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const Bytes& key = keys[i];
            for (auto at = std::search(window.begin(), end, key.begin(), key.end()); at != end;
                 at = std::search(at + 1, end, key.begin(), key.end())) {
                const Bytes noise = random.bytes(key.size());
                if (::pwrite(file.number(), noise.data(), noise.size(), start + (at - window.begin())) !=
                    static_cast<ssize_t>(noise.size())) {
                    return false;
                }
                met[i] = true;
            }
        }
        const bool enough = search == Search::first_copies && std::ranges::find(met, false) == met.end();
        if (enough || static_cast<std::size_t>(got) < window.size()) {
            return ::fsync(file.number()) == 0;
        }
        // A key may lie across the edge.
        start += got - static_cast<off_t>(longest - 1);
    }
}

/// Overwrites all of it and cuts it to nothing. True also where there is none.
bool wipe_file(const std::filesystem::path& path, crypto::Random& random) {
    const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file.valid()) {
        return errno == ENOENT;
    }
    const off_t size = ::lseek(file.number(), 0, SEEK_END);
    for (off_t at = 0; at < size;) {
        const Bytes noise = random.bytes(static_cast<std::size_t>(std::min<off_t>(size - at, 1 << 20)));
        const ssize_t written = ::pwrite(file.number(), noise.data(), noise.size(), at);
        if (written <= 0) {
            return false;
        }
        at += written;
    }
    return ::fsync(file.number()) == 0 && ::ftruncate(file.number(), 0) == 0 && ::fsync(file.number()) == 0;
}

/// A path as SQLite's URIs want it.
std::string uri_of(const std::filesystem::path& path) {
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        if (c == '%' || c == '?' || c == '#') {
            const char* digits = "0123456789ABCDEF";
            uri += '%';
            uri += digits[static_cast<unsigned char>(c) >> 4];
            uri += digits[static_cast<unsigned char>(c) & 15];
        } else {
            uri += c;
        }
    }
    return uri;
}

/// By the application id in its header, which is never only in the WAL: a vault is whole before it has its name.
bool is_marked_as_vault(const std::filesystem::path& path) {
    constexpr off_t application_id_at = 68;  // SQLite's file format, 1.3
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<std::uint8_t, 4> mark{};
    return file.valid() && ::pread(file.number(), mark.data(), mark.size(), application_id_at) == 4 &&
           (mark[0] << 24 | mark[1] << 16 | mark[2] << 8 | mark[3]) == application_id;
}

/// Past all locks, and without the WAL: what the file itself holds.
std::vector<Bytes> wrapped_keys_in_file(const std::filesystem::path& path) {
    try {
        SQLite::Database database(uri_of(path) + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
        return wrapped_keys(database);
    } catch (const SQLite::Exception&) {
        // No table of slots in the file yet: then they are in the WAL alone.
        return {};
    }
}

}  // namespace

void Vault::destroy_file(const std::filesystem::path& path, crypto::Random& random) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        throw Error(ErrorCode::not_found, "There is no vault " + path.string() + ".");
    }
    const std::filesystem::path wal = path.string() + "-wal";
    // Somebody else's database, or its WAL, is not ours to destroy.
    const bool ours = is_marked_as_vault(path);
    const std::vector<Bytes> keys = ours ? wrapped_keys_in_file(path) : std::vector<Bytes>();
    const bool in_wal = ours && keys.empty() && std::filesystem::file_size(wal, error) > 0 && !error;
    if (keys.empty() && !in_wal) {
        throw Error(ErrorCode::damaged, path.string() + " is no vault, or it is destroyed already.");
    }
    // The file's first: those always count, while a WAL holds keys only until it is folded in.
    const bool overwritten = overwrite_in_file(path, keys, random, Search::first_copies);
    if (!wipe_file(wal, random) || !overwritten) {
        throw Error(ErrorCode::disk,
                    "Cannot overwrite the keys in " + path.string() + ": the disk refuses. Destroy the disk.");
    }
}

void Vault::Implementation::forget_keys() {
    for (SealedTable* table :
         {&shelf_keys, &shelf_values, &records, &states, &revisions, &segments, &drafts, &blobs, &chunks}) {
        table->forget_key();
    }
    key = crypto::Secret();
    drop_caches();
}

void Vault::destroy() {
    Implementation& self = *implementation_;
    guarded(self.path, [&] {
        const std::vector<Bytes> keys = wrapped_keys(*self.database);
        try {
            Transaction transaction(*this);
            destroy_slots(*self.database, self.environment.random);
            transaction.commit();
            if (!truncate_wal(*self.database)) {
                throw Error(ErrorCode::disk, "the keys are still in the WAL");
            }
        } catch (const std::exception&) {
            // A full disk must not save a vault that somebody wants gone.
            const bool in_wal = overwrite_in_file(self.path.string() + "-wal", keys, self.environment.random);
            if (!overwrite_in_file(self.path, keys, self.environment.random) || !in_wal) {
                throw Error(ErrorCode::disk, "Cannot overwrite the keys in " + self.path.string() +
                                                 ": the disk refuses. Destroy the disk.");
            }
        }
    });
    self.forget_keys();
}

}  // namespace fieldseal::vault
