#include "sync/hub/tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>

#include "model/crypto/hash.h"
#include "sync/hub/tree_files.h"

namespace fieldseal::hub {

namespace {

/// What a box keeps for objects up to this size, so that evidence that fills it does not stop answers and receipts.
constexpr std::uint64_t small_object = 64u << 10;
constexpr std::uint64_t kept_for_small = 1u << 20;
/// Boxes of the access lists: a few of them, and what is on its way.
constexpr Usage access_limit{64u << 20, 64};

/// What usage is counted by: "outbox/<digits>", or "access".
std::string usage_key(const RequestPath& path) {
    if (path.elements.size() < 2 || path.section == Section::access) {
        return path.elements.empty() ? "" : path.elements[0];
    }
    return path.elements[0] + "/" + path.elements[1];
}

bool lies_in(const RequestPath& inner, const RequestPath& outer) {
    return inner.elements.size() >= outer.elements.size() &&
           std::equal(outer.elements.begin(), outer.elements.end(), inner.elements.begin());
}

/// Whether what has this name is still what it was.
bool is_same(int folder, const std::string& name, const std::optional<Item>& what) {
    const std::optional<Item> there = item_at(folder, name);
    return there && what && there->inode == what->inode;
}

Descriptor open_root(const std::filesystem::path& root, const char* below) {
    const std::filesystem::path path = root / below;
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        throw write_error(path, errno);
    }
    Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.valid()) {
        throw read_error(path, errno);
    }
    return folder;
}

Descriptor lock_root(const std::filesystem::path& root) {
    const std::filesystem::path path = root / "lock";
    Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.valid()) {
        throw write_error(path, errno);
    }
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (fcntl(file.number(), F_SETLK, &whole) != 0) {
        throw Error(ErrorCode::in_use, "Another hub works on " + root.string() + " already. Stop it first.");
    }
    return file;
}

}  // namespace

std::string Item::tag() const {
    Bytes what;
    for (const std::uint64_t number : {size, static_cast<std::uint64_t>(modified_ns), inode}) {
        for (unsigned shift = 0; shift < 64; shift += 8) {
            what.push_back(static_cast<std::uint8_t>(number >> shift & 0xff));
        }
    }
    return '"' + crypto::plain_hash(what).hex().substr(0, 24) + '"';
}

Tree::Tree(const std::filesystem::path& root, TreeLimits limits, Environment environment)
    : root_(root),
      limits_(limits),
      environment_(environment),
      lock_(lock_root(root)),
      objects_(open_root(root, "objects")),
      incoming_(open_root(root, "incoming")) {
    for (const Section section : {Section::outbox, Section::mailbox, Section::access}) {
        const std::string name(name_of(section));
        if (mkdirat(objects_.number(), name.c_str(), 0700) != 0 && errno != EEXIST) {
            throw write_error(root / "objects" / name, errno);
        }
    }
    flush_folder(objects_.number(), root / "objects");
    const std::int64_t now_s = environment.clock.wall_ms() / 1000;
    for (const std::string& name : names_in(incoming_.number())) {
        unlinkat(incoming_.number(), name.c_str(), 0);
    }
    for (const Section section : {Section::outbox, Section::mailbox}) {
        const std::string name(name_of(section));
        const std::optional<Descriptor> folder = folder_at({name}, 1);
        for (const std::string& box : folder ? names_in(folder->number()) : std::vector<std::string>()) {
            tidy(folder->number(), name + "/" + box, now_s);
        }
    }
    tidy(objects_.number(), "access", now_s);
}

/// Removes what uploads of clients left under a temporary name long ago, and counts the rest.
void Tree::tidy(int folder, const std::string& key, std::int64_t now_s) {
    const std::string name = key.substr(key.rfind('/') + 1);
    remove_old_temporaries(folder, name, now_s);
    Usage usage = measure(folder, name);
    usage.objects -= std::min<std::uint64_t>(usage.objects, 1);  // the box itself
    usage_[key] = usage;
}

std::optional<Descriptor> Tree::folder_at(const std::vector<std::string>& elements, std::size_t count) const {
    int at = dup_folder(objects_.number());
    for (std::size_t i = 0; i < count; ++i) {
        const int below = openat(at, elements[i].c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        close(at);
        if (below < 0) {
            return std::nullopt;
        }
        at = below;
    }
    return std::optional<Descriptor>(std::in_place, at);
}

std::optional<Descriptor> Tree::parent_of(const RequestPath& path) const {
    return folder_at(path.elements, path.elements.size() - 1);
}

std::optional<Item> Tree::find(const RequestPath& path) const {
    if (path.elements.empty()) {
        return item_of(objects_.number());
    }
    const std::optional<Descriptor> parent = parent_of(path);
    return parent ? item_at(parent->number(), path.elements.back()) : std::nullopt;
}

std::optional<Descriptor> Tree::open_file(const RequestPath& path, Item& item) const {
    const std::optional<Descriptor> parent = parent_of(path);
    if (!parent) {
        return std::nullopt;
    }
    Descriptor file(
        openat(parent->number(), path.elements.back().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    const std::optional<Item> found = file.valid() ? item_of(file.number()) : std::nullopt;
    if (!found || found->folder) {
        return std::nullopt;
    }
    item = *found;
    return file;
}

std::unique_ptr<FolderReader> Tree::open_folder(const RequestPath& path) const {
    std::optional<Descriptor> folder = folder_at(path.elements, path.elements.size());
    return folder ? std::make_unique<FolderReader>(std::move(*folder)) : nullptr;
}

std::optional<Bytes> Tree::read(const RequestPath& path, std::size_t limit) const {
    Item item;
    const std::optional<Descriptor> file = open_file(path, item);
    if (!file || item.size > limit) {
        return std::nullopt;
    }
    Bytes bytes(static_cast<std::size_t>(item.size));
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got =
            pread(file->number(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(filled));
        if (got <= 0) {
            return std::nullopt;
        }
        filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

bool Tree::fits(const RequestPath& path, const Usage& more, const Usage& less) const {
    const auto known = usage_.find(usage_key(path));
    const Usage used = known == usage_.end() ? Usage() : known->second;
    const Usage limit = path.section == Section::access ? access_limit : Usage{limits_.box_bytes, limits_.box_objects};
    const std::uint64_t kept = more.bytes <= small_object ? 0 : std::min(kept_for_small, limit.bytes / 8);
    return used.bytes + more.bytes + kept <= limit.bytes + less.bytes &&
           used.objects + more.objects <= limit.objects + less.objects;
}

void Tree::account(const RequestPath& path, const Usage& more, const Usage& less) {
    Usage& used = usage_[usage_key(path)];
    used.bytes = used.bytes + more.bytes - std::min(less.bytes, used.bytes + more.bytes);
    used.objects = used.objects + more.objects - std::min(less.objects, used.objects + more.objects);
}

Usage Tree::usage(const RequestPath& path) const {
    const std::lock_guard lock(mutex_);
    const auto known = usage_.find(usage_key(path));
    return known == usage_.end() ? Usage() : known->second;
}

bool Tree::has_room(const RequestPath& path, std::uint64_t bytes) const {
    struct statvfs disk {};
    if (fstatvfs(objects_.number(), &disk) == 0 && disk.f_bavail * disk.f_frsize < limits_.free_bytes + bytes) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    // What it replaces, if anything, is looked at when it has come.
    return fits(path, {bytes, 0}, {});
}

std::unique_ptr<Incoming> Tree::receive() const {
    const std::string name = to_hex(environment_.random.bytes(16));
    Descriptor file(
        openat(incoming_.number(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.valid()) {
        if (is_full(errno)) {
            return nullptr;
        }
        throw write_error(root_ / "incoming", errno);
    }
    return std::unique_ptr<Incoming>(new Incoming(incoming_.number(), name, std::move(file)));
}

Done Tree::keep(Incoming& incoming, const RequestPath& path, bool replace) {
    if (fsync(incoming.file_.number()) != 0) {
        if (is_full(errno)) {
            return Done::no_room;
        }
        throw write_error(root_ / "incoming", errno);
    }
    std::unique_lock lock(mutex_);
    const std::optional<Descriptor> parent = parent_of(path);
    if (!parent) {
        return Done::no_parent;
    }
    const std::string& name = path.elements.back();
    const std::optional<Item> there = item_at(parent->number(), name);
    const bool existed = there.has_value();
    if (there && there->folder) {
        return Done::is_folder;
    }
    if (there && !replace) {
        return Done::existed;
    }
    const Usage less{there ? there->size : 0, there ? 1u : 0u};
    if (!fits(path, {incoming.size(), 1}, less)) {
        return Done::no_room;
    }
    if (renameat(incoming.folder_, incoming.name_.c_str(), parent->number(), name.c_str()) != 0) {
        if (is_full(errno)) {
            return Done::no_room;
        }
        throw write_error(root_ / "objects", errno);
    }
    incoming.kept_ = true;
    account(path, {incoming.size(), 1}, less);
    lock.unlock();
    try {
        flush_folder(parent->number(), root_ / "objects");
    } catch (const Error&) {
        lock.lock();
        if (!existed && is_same(parent->number(), name, item_of(incoming.file_.number())) &&
            unlinkat(parent->number(), name.c_str(), 0) == 0) {
            account(path, {}, {incoming.size(), 1});
        }
        throw;
    }
    return existed ? Done::replaced : Done::created;
}

Done Tree::make_folder(const RequestPath& path) {
    std::unique_lock lock(mutex_);
    const std::optional<Descriptor> parent = parent_of(path);
    if (!parent) {
        return Done::no_parent;
    }
    const std::string& name = path.elements.back();
    if (item_at(parent->number(), name)) {
        return Done::existed;
    }
    const Usage more{0, path.place == Place::box ? 0u : 1u};
    if (!fits(path, more, {})) {
        return Done::no_room;
    }
    if (mkdirat(parent->number(), name.c_str(), 0700) != 0) {
        if (is_full(errno)) {
            return Done::no_room;
        }
        throw write_error(root_ / "objects", errno);
    }
    account(path, more, {});
    lock.unlock();
    try {
        flush_folder(parent->number(), root_ / "objects");
    } catch (const Error&) {
        lock.lock();
        // Not where somebody has put something into it meanwhile.
        if (unlinkat(parent->number(), name.c_str(), AT_REMOVEDIR) == 0) {
            account(path, {}, more);
        }
        throw;
    }
    return Done::created;
}

Usage Tree::measure(int parent, const std::string& name) const {
    const std::optional<Item> item = item_at(parent, name);
    if (!item) {
        return {};
    }
    Usage total{item->folder ? 0 : item->size, 1};
    if (item->folder) {
        const Descriptor folder(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        for (const std::string& inner : folder.valid() ? names_in(folder.number()) : std::vector<std::string>()) {
            const Usage one = measure(folder.number(), inner);
            total.bytes += one.bytes;
            total.objects += one.objects;
        }
    }
    return total;
}

Usage Tree::clear(int parent, const std::string& name) {
    const std::optional<Item> item = item_at(parent, name);
    if (!item) {
        return {};
    }
    Usage total{item->folder ? 0 : item->size, 1};
    if (item->folder) {
        const Descriptor folder(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        for (const std::string& inner : folder.valid() ? names_in(folder.number()) : std::vector<std::string>()) {
            const Usage one = clear(folder.number(), inner);
            total.bytes += one.bytes;
            total.objects += one.objects;
        }
    }
    if (unlinkat(parent, name.c_str(), item->folder ? AT_REMOVEDIR : 0) != 0) {
        throw write_error(root_ / "objects", errno);
    }
    return total;
}

Done Tree::remove(const RequestPath& path) {
    std::unique_lock lock(mutex_);
    const std::optional<Descriptor> parent = parent_of(path);
    if (!parent || !item_at(parent->number(), path.elements.back())) {
        return Done::not_found;
    }
    account(path, {}, clear(parent->number(), path.elements.back()));
    lock.unlock();
    flush_folder(parent->number(), root_ / "objects");
    return Done::replaced;
}

Done Tree::move(const RequestPath& from, const RequestPath& to, bool replace) {
    if (lies_in(to, from) || lies_in(from, to)) {
        return Done::into_itself;
    }
    std::unique_lock lock(mutex_);
    const std::optional<Descriptor> source = parent_of(from);
    const std::optional<Item> what = source ? item_at(source->number(), from.elements.back()) : std::nullopt;
    if (!what) {
        return Done::not_found;
    }
    const std::optional<Descriptor> target = parent_of(to);
    if (!target) {
        return Done::no_parent;
    }
    const bool existed = item_at(target->number(), to.elements.back()).has_value();
    if (existed && !replace) {
        return Done::existed;
    }
    const bool elsewhere = usage_key(from) != usage_key(to);
    const Usage moved = elsewhere ? measure(source->number(), from.elements.back()) : Usage();
    const Usage replaced = existed ? measure(target->number(), to.elements.back()) : Usage();
    if (elsewhere && !fits(to, moved, replaced)) {
        return Done::no_room;
    }
    if (existed && (what->folder || item_at(target->number(), to.elements.back())->folder)) {
        clear(target->number(), to.elements.back());  // a file alone is replaced by the renaming itself
    }
    if (renameat(source->number(), from.elements.back().c_str(), target->number(), to.elements.back().c_str()) != 0) {
        if (is_full(errno)) {
            return Done::no_room;
        }
        throw write_error(root_ / "objects", errno);
    }
    account(from, {}, moved);
    account(to, moved, replaced);
    lock.unlock();
    try {
        flush_folder(target->number(), root_ / "objects");
        if (from.parent() != to.parent()) {
            flush_folder(source->number(), root_ / "objects");
        }
    } catch (const Error&) {
        lock.lock();
        if (!existed && is_same(target->number(), to.elements.back(), what) &&
            !item_at(source->number(), from.elements.back()) &&
            renameat(target->number(), to.elements.back().c_str(), source->number(), from.elements.back().c_str()) ==
                0) {
            account(to, {}, moved);
            account(from, moved, {});
        }
        throw;
    }
    return existed ? Done::replaced : Done::created;
}

}  // namespace fieldseal::hub
