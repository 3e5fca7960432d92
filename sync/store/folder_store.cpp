// Objects as files below one folder: a USB stick, a shared drive, a folder that another program synchronises.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "model/environment/descriptor.h"
#include "model/environment/durable_file.h"
#include "sync/store/implementations.h"

namespace fieldseal::store {

namespace {

namespace fs = std::filesystem;

class FolderStore final : public Store {
  public:
    explicit FolderStore(const fs::path& root) : root_(root) {
        struct stat about;
        if (root.empty() || ::stat(root.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) {
            throw absent();
        }
        device_ = about.st_dev;
        inode_ = about.st_ino;
    }

    Put put_if_absent(const std::string& name, ByteView bytes) override {
        require_object_name(name);
        require_root();
        make_folders(name);
        remove_left_behind(name);
        const fs::path path = root_ / name;
        struct stat about;
        if (::lstat(path.c_str(), &about) == 0) {
            require_file(about, name);
            return Put::existed;
        }
        try {
            write_durably(path, bytes, false, FileAccess::by_umask);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::refused) {
                return Put::existed;  // somebody else was faster
            }
            require_writable();
            throw;
        }
        // What was written after the stick was pulled out lies on the mount point: the next call would not find it.
        require_root();
        return Put::created;
    }

    std::optional<Bytes> get(const std::string& name, std::size_t limit) override {
        require_object_name(name);
        require_root();
        if (!folders_exist(name)) {
            return std::nullopt;
        }
        const fs::path path = root_ / name;
        struct stat about;
        if (::lstat(path.c_str(), &about) != 0) {
            if (errno != ENOENT) {
                throw unreachable(errno);
            }
            return std::nullopt;
        }
        require_file(about, name);
        if (static_cast<std::uint64_t>(about.st_size) > limit) {
            throw object_too_large(name, limit);
        }
        try {
            return read_file(path, limit);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::too_large) {
                throw object_too_large(name, limit);
            }
            if (error.code() == ErrorCode::not_found) {
                return std::nullopt;  // removed in between
            }
            throw Error(ErrorCode::unreachable, error.what());
        }
    }

    std::vector<StoredObject> list(const std::string& under) override {
        const std::string prefix = listing_prefix(under);
        require_root();
        std::vector<StoredObject> found;
        if (prefix.empty() || folders_exist(prefix)) {
            list_folder(prefix, found);
        }
        std::sort(found.begin(), found.end(),
                  [](const StoredObject& a, const StoredObject& b) { return a.name < b.name; });
        return found;
    }

    void remove(const std::string& name) override {
        require_object_name(name);
        require_root();
        if (!folders_exist(name)) {
            return;
        }
        if (::unlink((root_ / name).c_str()) != 0 && errno != ENOENT) {
            throw unreachable(errno);
        }
    }

    std::string description() const override { return "folder " + root_.string(); }

  private:
    StoreError absent() const {
        return StoreError(
            ErrorCode::unreachable, Obstacle::away,
            "The folder " + root_.string() + " is not there. Plug in the stick or connect the drive, then try again.");
    }

    Error unreachable(int error_number) const {
        return Error(ErrorCode::unreachable,
                     "The folder " + root_.string() + " cannot be used: " + write_error(root_, error_number).what());
    }

    /// That it is still the folder that was opened: a mount point of a stick that was pulled out is another one.
    void require_root() const {
        struct stat about;
        if (::stat(root_.c_str(), &about) != 0 || about.st_dev != device_ || about.st_ino != inode_) {
            throw absent();
        }
    }

    /// After a failed write: tells a medium that cannot be written now from a disk that is full or fails.
    void require_writable() const {
        require_root();
        struct statvfs about;
        const bool read_only = ::statvfs(root_.c_str(), &about) == 0 && (about.f_flag & ST_RDONLY) != 0;
        if (read_only || ::access(root_.c_str(), W_OK) != 0) {
            throw StoreError(ErrorCode::unreachable, Obstacle::forbidden,
                             "The folder " + root_.string() +
                                 " cannot be written to. Release the stick's write protection, or ask "
                                 "for permission to write there.");
        }
    }

    static void require_file(const struct stat& about, const std::string& name) {
        if (!S_ISREG(about.st_mode)) {
            throw Error(ErrorCode::refused, "What lies in the store under " + name +
                                                " is no ordinary file. Fieldseal did not put it there; remove it.");
        }
    }

    /// Whether all folders on the way to `name` are there. A link among them could lead out of the store:
    /// Error(refused).
    bool folders_exist(const std::string& name) const {
        for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
            struct stat about;
            const std::string folder = name.substr(0, slash);
            if (::lstat((root_ / folder).c_str(), &about) != 0) {
                if (errno != ENOENT) {
                    throw unreachable(errno);
                }
                return false;
            }
            if (!S_ISDIR(about.st_mode)) {
                throw Error(ErrorCode::refused, "What lies in the store under " + folder +
                                                    " is no folder. Fieldseal did not put it there; remove it.");
            }
        }
        return true;
    }

    void make_folders(const std::string& name) const {
        for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
            const fs::path folder = root_ / name.substr(0, slash);
            if (::mkdir(folder.c_str(), 0777) == 0) {
                flush(folder.parent_path());
            } else if (errno != EEXIST) {
                const int error_number = errno;
                require_writable();
                throw write_error(folder, error_number);
            }
        }
        folders_exist(name);
    }

    /// So that a new folder survives a power cut. Some network file systems cannot, and have no more to offer.
    static void flush(const fs::path& folder) {
        const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (descriptor.valid()) {
            ::fsync(descriptor.number());
        }
    }

    /// What killed writes of the same object left in its folder, as write_durably calls it: ".NAME.RANDOM.part", NAME
    /// cut at 64 characters. Names follow from contents that one device sealed, and a vault is open in one program at a
    /// time, so nobody is at it now. Each folder is looked into once.
    void remove_left_behind(const std::string& name) {
        constexpr std::size_t name_limit = 64;
        constexpr std::string_view ending = ".part";
        constexpr std::size_t random_digits = 16;
        const std::string folder = name.substr(0, name.rfind('/') + 1);
        if (looked_into_.insert(folder).second) {
            std::error_code error;
            for (fs::directory_iterator entry(root_ / folder, error), end; !error && entry != end;
                 entry.increment(error)) {
                const std::string file = entry->path().filename().string();
                if (file.starts_with('.') && file.ends_with(ending) &&
                    file.size() > ending.size() + random_digits + 2) {
                    left_behind_[folder + file.substr(1, file.size() - ending.size() - random_digits - 2)].push_back(
                        folder + file);
                }
            }
        }
        const auto left = left_behind_.find(folder + name.substr(folder.size(), name_limit));
        if (left != left_behind_.end()) {
            for (const std::string& file : left->second) {
                ::unlink((root_ / file).c_str());
            }
            left_behind_.erase(left);
        }
    }

    void list_folder(const std::string& prefix, std::vector<StoredObject>& found) const {
        std::error_code error;
        for (fs::directory_iterator entry(root_ / prefix, error), end; !error && entry != end; entry.increment(error)) {
            const std::string name = prefix + entry->path().filename().string();
            struct stat about;
            // Temporary files and what other programs leave behind are no object names.
            if (!is_object_name(name) || ::lstat(entry->path().c_str(), &about) != 0) {
                continue;
            }
            if (S_ISDIR(about.st_mode)) {
                list_folder(name + "/", found);
            } else if (S_ISREG(about.st_mode)) {
                found.push_back({name, static_cast<std::uint64_t>(about.st_size)});
            }
        }
        if (error && error != std::errc::no_such_file_or_directory) {
            throw unreachable(error.value());
        }
    }

    fs::path root_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
    std::set<std::string> looked_into_;
    std::map<std::string, std::vector<std::string>> left_behind_;
};

}  // namespace

std::unique_ptr<Store> make_folder_store(const fs::path& root) {
    return std::make_unique<FolderStore>(root);
}

}  // namespace fieldseal::store
