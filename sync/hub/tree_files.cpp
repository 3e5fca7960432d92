#include "sync/hub/tree_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace fieldseal::hub {

namespace {

/// As sync/store names them for a hub, and for any WebDAV server, which a hub is to whoever uses its other address.
constexpr std::string_view hidden_prefix = ".up-";
constexpr std::string_view other_prefix = "_up-";
constexpr std::size_t chance_digits = 16;
constexpr std::int64_t temporary_age_s = 2 * 24 * 3600;

/// Where a name does not begin with a dot it might be somebody's own, so it is looked at to its end.
bool is_temporary(std::string_view name) {
    if (name.starts_with(hidden_prefix)) {
        return true;
    }
    if (!name.starts_with(other_prefix) || name.size() < other_prefix.size() + 2 + chance_digits) {
        return false;
    }
    const std::string_view end = name.substr(name.size() - chance_digits - 1);
    return end.front() == '.' && end.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
}

std::optional<Item> item_from(const struct stat& status) {
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
        return std::nullopt;
    }
    Item item;
    item.folder = S_ISDIR(status.st_mode);
    item.size = item.folder ? 0 : static_cast<std::uint64_t>(status.st_size);
    item.modified_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    item.inode = status.st_ino;
    return item;
}

}  // namespace

std::optional<Item> item_at(int folder, const std::string& name) {
    struct stat status {};
    return fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ? item_from(status) : std::nullopt;
}

std::optional<Item> item_of(int file) {
    struct stat status {};
    return fstat(file, &status) == 0 ? item_from(status) : std::nullopt;
}

std::vector<std::string> names_in(int folder) {
    std::vector<std::string> names;
    FolderReader reader{Descriptor(dup_folder(folder))};
    while (auto entry = reader.next()) {
        names.push_back(std::move(entry->name));
    }
    return names;
}

int dup_folder(int folder) {
    // Not dup(): the place that a folder is read at would be shared.
    const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) {
        throw read_error("the hub's folder", errno);
    }
    return copy;
}

void flush_folder(int folder, const std::filesystem::path& path) {
    if (fsync(folder) != 0) {
        throw write_error(path, errno);
    }
}

bool is_full(int error_number) {
    return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

void remove_old_temporaries(int parent, const std::string& name, std::int64_t now_s) {
    const Descriptor folder(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.valid()) {
        return;
    }
    for (const std::string& inner : names_in(folder.number())) {
        const std::optional<Item> item = item_at(folder.number(), inner);
        if (item && item->folder) {
            remove_old_temporaries(folder.number(), inner, now_s);
        } else if (item && is_temporary(inner) && item->modified_s() + temporary_age_s < now_s) {
            unlinkat(folder.number(), inner.c_str(), 0);
        }
    }
}

Incoming::~Incoming() {
    if (!kept_) {
        unlinkat(folder_, name_.c_str(), 0);
    }
}

bool Incoming::write(ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_.number(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            if (is_full(errno)) {
                return false;
            }
            throw write_error("an upload", errno);
        }
        size_ += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

FolderReader::FolderReader(Descriptor folder) : stream_(fdopendir(folder.number())) {
    if (stream_ == nullptr) {
        throw read_error("the hub's folder", errno);
    }
    folder.release();
}

FolderReader::~FolderReader() {
    closedir(stream_);
}

std::optional<FolderReader::Entry> FolderReader::next() {
    while (const dirent* entry = readdir(stream_)) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") {
            continue;
        }
        // What is neither file nor folder was not put here by us.
        if (const std::optional<Item> item = item_at(dirfd(stream_), entry->d_name)) {
            return Entry{std::string(name), *item};
        }
    }
    return std::nullopt;
}

Done Tree::copy_file(const RequestPath& from, const RequestPath& to) {
    Item item;
    const std::optional<Descriptor> file = open_file(from, item);
    if (!file) {
        return Done::not_found;
    }
    if (!has_room(to, item.size)) {
        return Done::no_room;
    }
    const std::unique_ptr<Incoming> incoming = receive();
    Bytes piece(64u << 10);
    while (incoming) {
        const ssize_t got = ::read(file->number(), piece.data(), piece.size());
        if (got < 0) {
            throw read_error(root_ / "objects", errno);
        }
        if (got == 0) {
            return keep(*incoming, to, true);
        }
        if (!incoming->write(ByteView(piece).first(static_cast<std::size_t>(got)))) {
            break;
        }
    }
    return Done::no_room;
}

Done Tree::copy(const RequestPath& from, const RequestPath& to, bool replace, bool deep) {
    if (from == to || to.child("x").joined().starts_with(from.joined() + "/") ||
        from.child("x").joined().starts_with(to.joined() + "/")) {
        return Done::into_itself;
    }
    const std::optional<Item> item = find(from);
    if (!item) {
        return Done::not_found;
    }
    if (to.place == Place::elsewhere) {
        return Done::no_parent;  // deeper than anything may lie
    }
    const bool existed = find(to).has_value();
    if (existed && !replace) {
        return Done::existed;
    }
    if (existed) {
        remove(to);
    }
    Done done = item->folder ? make_folder(to) : copy_file(from, to);
    if (item->folder && done == Done::created && deep) {
        const std::unique_ptr<FolderReader> folder = open_folder(from);
        while (auto entry = folder ? folder->next() : std::nullopt) {
            const Done one = copy(from.child(entry->name), to.child(entry->name), false, true);
            if (one != Done::created && one != Done::not_found) {
                return one;
            }
        }
    }
    return done == Done::created && existed ? Done::replaced : done;
}

}  // namespace fieldseal::hub
