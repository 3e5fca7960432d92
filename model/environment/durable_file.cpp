#include "model/environment/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "model/crypto/random.h"
#include "model/environment/descriptor.h"

namespace fieldseal {

namespace {

namespace fs = std::filesystem;

/// Calls again what a signal interrupted.
template <class Call>
auto uninterrupted(Call call) {
    while (true) {
        const auto result = call();
        if (result >= 0 || errno != EINTR) {
            return result;
        }
    }
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Beside `path`, so that the rename stays on one file system; hidden, so that nobody takes half a file for a whole
/// one.
fs::path temporary_name(const fs::path& path) {
    crypto::SystemRandom random;
    // The end of a long name is left out: with the random part it could get longer than a file system allows.
    return folder_of(path) / ("." + path.filename().string().substr(0, 64) + "." + to_hex(random.bytes(8)) + ".part");
}

/// Removes the temporary file unless it was renamed.
class TemporaryFile {
  public:
    explicit TemporaryFile(const fs::path& path) : path_(path) {}
    ~TemporaryFile() {
        if (!renamed_) {
            ::unlink(path_.c_str());
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const fs::path& path() const { return path_; }
    void renamed() { renamed_ = true; }

  private:
    fs::path path_;
    bool renamed_ = false;
};

void write_all(int descriptor, ByteView bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = uninterrupted([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
        if (written <= 0) {
            throw write_error(path, written < 0 ? errno : ENOSPC);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

/// Compares what the medium holds with what was meant: cheap sticks lose blocks without saying so.
void compare_with_medium(const fs::path& temporary, ByteView bytes, const fs::path& path) {
    const Descriptor file(::open(temporary.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
        throw write_error(path, errno);
    }
    // Asks the system to forget its copy in memory; where it does not, the comparison still finds what it would have
    // served.
    posix_fadvise(file.number(), 0, 0, POSIX_FADV_DONTNEED);
    Bytes piece(std::size_t{256} * 1024);
    std::size_t compared = 0;
    while (true) {
        const ssize_t got = uninterrupted([&] { return ::read(file.number(), piece.data(), piece.size()); });
        if (got < 0) {
            throw write_error(path, errno);
        }
        const auto size = static_cast<std::size_t>(got);
        const bool same =
            size <= bytes.size() - compared &&
            std::equal(piece.begin(), piece.begin() + got, bytes.begin() + static_cast<std::ptrdiff_t>(compared));
        compared += same ? size : 0;
        if (!same || (size == 0 && compared != bytes.size())) {
            throw Error(ErrorCode::disk, "Cannot write " + path.string() +
                                             ": what was read back differs from what was written. The disk is failing; "
                                             "use another one.");
        }
        if (size == 0) {
            return;
        }
    }
}

void flush_folder(const fs::path& folder, const fs::path& path) {
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.valid()) {
        throw write_error(path, errno);
    }
    // Some network file systems cannot flush a folder and say so; they have no more to offer.
    if (::fsync(descriptor.number()) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EBADF) {
        throw write_error(path, errno);
    }
}

/// 0, or errno.
int rename_new(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) {
        return errno;
    }
    if (::link(from.c_str(), to.c_str()) == 0) {
        ::unlink(from.c_str());
        return 0;
    }
    if (errno == EEXIST) {
        return EEXIST;
    }
    // A file system with neither (some FUSE drivers): look first, which another program could still overtake.
    struct stat there;
    if (::lstat(to.c_str(), &there) == 0) {
        return EEXIST;
    }
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

Error exists_already(const fs::path& path) {
    return Error(ErrorCode::refused, path.string() + " exists already. Choose another name, or move it away.");
}

}  // namespace

void write_durably(const fs::path& path, ByteView bytes, bool replace, FileAccess access) {
    struct stat there;
    if (!replace && ::lstat(path.c_str(), &there) == 0) {
        throw exists_already(path);
    }
    const fs::path name = temporary_name(path);
    Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           access == FileAccess::owner_only ? 0600 : 0666));
    if (!file.valid()) {
        throw write_error(path, errno);
    }
    TemporaryFile temporary(name);
    write_all(file.number(), bytes, path);
    if (::fsync(file.number()) != 0 || !file.close()) {
        throw write_error(path, errno);
    }
    compare_with_medium(name, bytes, path);
    const int error_number = replace ? (::rename(name.c_str(), path.c_str()) == 0 ? 0 : errno) : rename_new(name, path);
    if (error_number == EEXIST && !replace) {
        throw exists_already(path);
    }
    if (error_number != 0) {
        throw write_error(path, error_number);
    }
    temporary.renamed();
    flush_folder(folder_of(path), path);
}

Bytes read_file(const fs::path& path, std::uint64_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about;
    if (!file.valid() || ::fstat(file.number(), &about) != 0) {
        throw read_error(path, errno);
    }
    const Error too_large(ErrorCode::too_large, path.string() + " has more than the " + std::to_string(limit) +
                                                    " bytes that are allowed here.");
    if (S_ISREG(about.st_mode) && static_cast<std::uint64_t>(about.st_size) > limit) {
        throw too_large;
    }
    Bytes bytes;
    if (S_ISREG(about.st_mode)) {
        bytes.reserve(static_cast<std::size_t>(about.st_size));
    }
    Bytes piece(std::size_t{64} * 1024);
    while (true) {
        const ssize_t got = uninterrupted([&] { return ::read(file.number(), piece.data(), piece.size()); });
        if (got < 0) {
            throw read_error(path, errno);
        }
        if (got == 0) {
            // It may have been a passphrase.
            crypto::wipe(piece);
            return bytes;
        }
        if (static_cast<std::uint64_t>(got) > limit - bytes.size()) {
            throw too_large;
        }
        bytes.insert(bytes.end(), piece.begin(), piece.begin() + got);
    }
}

FileReader::FileReader(const fs::path& path) : path_(path) {
    // Not blocking, so that a pipe by that name cannot hold the program up.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat about;
    if (!file.valid() || ::fstat(file.number(), &about) != 0) {
        throw read_error(path, errno);
    }
    if (!S_ISREG(about.st_mode)) {
        throw Error(ErrorCode::refused, path.string() + " is not an ordinary file. Choose a file.");
    }
    size_ = static_cast<std::uint64_t>(about.st_size);
    descriptor_ = file.release();
}

FileReader::~FileReader() {
    ::close(descriptor_);
}

std::size_t FileReader::read(std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        const ssize_t got =
            uninterrupted([&] { return ::read(descriptor_, out.data() + filled, out.size() - filled); });
        if (got < 0) {
            throw read_error(path_, errno);
        }
        if (got == 0) {
            break;
        }
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

struct FileWriter::State {
    explicit State(const fs::path& target)
        : path(target), temporary(temporary_name(target)),
          file(::open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) {}
    fs::path path;
    TemporaryFile temporary;
    Descriptor file;
};

FileWriter::FileWriter(const fs::path& path) {
    struct stat there;
    if (::lstat(path.c_str(), &there) == 0) {
        throw exists_already(path);
    }
    state_ = std::make_unique<State>(path);
    if (!state_->file.valid()) {
        throw write_error(path, errno);
    }
}

FileWriter::~FileWriter() = default;

void FileWriter::write(ByteView bytes) {
    write_all(state_->file.number(), bytes, state_->path);
}

void FileWriter::finish() {
    if (::fsync(state_->file.number()) != 0 || !state_->file.close()) {
        throw write_error(state_->path, errno);
    }
    const int error_number = rename_new(state_->temporary.path(), state_->path);
    if (error_number == EEXIST) {
        throw exists_already(state_->path);
    }
    if (error_number != 0) {
        throw write_error(state_->path, error_number);
    }
    state_->temporary.renamed();
    flush_folder(folder_of(state_->path), state_->path);
}

}  // namespace fieldseal
