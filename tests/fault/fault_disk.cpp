#include "tests/fault/fault_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace fieldseal::tests {

namespace {

FaultDisk* disk = nullptr;
sqlite3_vfs* system_files = nullptr;

/// An open file: ours in front, the system's behind it in the same block of memory.
struct OpenFile {
    sqlite3_file base;
    std::string* path;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

OpenFile& open_file(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file);
}

sqlite3_file* real(sqlite3_file* file) {
    return open_file(file).real();
}

int close_file(sqlite3_file* file) {
    delete std::exchange(open_file(file).path, nullptr);
    return real(file)->pMethods != nullptr ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), out, size, offset);
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    if (const int fault = disk->next_operation(); fault != SQLITE_OK) {
        return fault == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    const auto* begin = static_cast<const std::uint8_t*>(bytes);
    disk->file(*open_file(file).path).since.push_back({offset, {begin, begin + size}, false});
    return real(file)->pMethods->xWrite(real(file), bytes, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    if (disk->next_operation() != SQLITE_OK) {
        return SQLITE_IOERR_TRUNCATE;
    }
    disk->file(*open_file(file).path).since.push_back({size, {}, true});
    return real(file)->pMethods->xTruncate(real(file), size);
}

int flush_file(sqlite3_file* file, int) {
    if (disk->next_operation() != SQLITE_OK) {
        return SQLITE_IOERR_FSYNC;
    }
    // The real file need not be flushed: the machine under the test does not lose power.
    disk->flushed(*open_file(file).path);
    return SQLITE_OK;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}

int lock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}

int unlock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

int check_lock(sqlite3_file* file, int* result) {
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
    // A hint that lets the system's VFS grow the file behind our back.
    return operation == SQLITE_FCNTL_SIZE_HINT ? SQLITE_OK
                                               : real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sector_size(sqlite3_file*) {
    return 512;
}

int characteristics(sqlite3_file*) {
    // What is written does not spoil what lies beside it; nothing else is promised.
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/// Version 1: no shared memory and no mapping, which a vault must do without.
const sqlite3_io_methods methods{
    1,         close_file,  read_file,  write_file,   truncate_file, flush_file,      size_of_file,
    lock_file, unlock_file, check_lock, control_file, sector_size,   characteristics, nullptr,
    nullptr,   nullptr,     nullptr,    nullptr,      nullptr};

int open_path(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    OpenFile& opened = open_file(file);
    opened.base.pMethods = nullptr;
    opened.path = nullptr;
    opened.real()->pMethods = nullptr;
    const int result = system_files->xOpen(system_files, name, opened.real(), flags, out_flags);
    if (result == SQLITE_OK) {
        opened.path = new std::string(name != nullptr ? name : "");
        opened.base.pMethods = &methods;
        disk->opened(*opened.path);
    }
    return result;
}

int delete_path(sqlite3_vfs*, const char* name, int flush_folder) {
    if (disk->next_operation() != SQLITE_OK) {
        return SQLITE_IOERR_DELETE;
    }
    disk->removed(name);
    return system_files->xDelete(system_files, name, flush_folder);
}

std::vector<std::uint8_t> content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Of one write, what reached the medium: the whole, nothing, or some of its sectors.
void apply(std::vector<std::uint8_t>& content, const FaultDisk::Write& write, std::mt19937_64* dice,
           std::uint64_t& lost) {
    const auto offset = static_cast<std::size_t>(write.offset);
    const std::uint64_t fate = dice != nullptr ? (*dice)() % 3 : 0;
    lost += fate != 0;
    if (fate == 1) {
        return;
    }
    if (write.truncates) {
        content.resize(std::min(content.size(), offset));
        return;
    }
    content.resize(std::max(content.size(), offset + write.bytes.size()));
    constexpr std::size_t sector = 512;
    for (std::size_t at = 0; at < write.bytes.size(); at += sector) {
        if (fate == 0 || (*dice)() % 2 == 0) {
            const std::size_t size = std::min(sector, write.bytes.size() - at);
            std::memcpy(content.data() + offset + at, write.bytes.data() + at, size);
        }
    }
}

sqlite3_vfs& fault_files() {
    static sqlite3_vfs files = *system_files;
    return files;
}

}  // namespace

FaultDisk::FaultDisk() {
    system_files = sqlite3_vfs_find("unix");
    sqlite3_vfs& files = fault_files();
    files.zName = "fault";
    files.pNext = nullptr;
    files.szOsFile = static_cast<int>(sizeof(OpenFile)) + system_files->szOsFile;
    files.xOpen = open_path;
    files.xDelete = delete_path;
    disk = this;
    sqlite3_vfs_register(&files, 1);
}

FaultDisk::~FaultDisk() {
    sqlite3_vfs_register(system_files, 1);
    sqlite3_vfs_unregister(&fault_files());
    disk = nullptr;
}

void FaultDisk::fail_after(std::uint64_t count, Fault fault, std::uint64_t failures) {
    good_ = count;
    bad_ = failures;
    fault_ = fault;
}

int FaultDisk::next_operation() {
    ++operations_;
    if (fault_ == Fault::none) {
        return SQLITE_OK;
    }
    if (good_ > 0) {
        --good_;
        return SQLITE_OK;
    }
    if (bad_ == 0) {
        return SQLITE_OK;
    }
    --bad_;
    return fault_ == Fault::full ? SQLITE_FULL : SQLITE_IOERR;
}

void FaultDisk::opened(const std::string& path) {
    if (!files_.contains(path)) {
        // What was there before the disk was watched is on the medium; what was just made is not.
        File& file = files_[path];
        file.flushed = content_of(path);
        file.named = !file.flushed.empty();
    }
}

void FaultDisk::flushed(const std::string& path) {
    File& file = files_[path];
    for (const Write& write : file.since) {
        apply(file.flushed, write, nullptr, lost_);
    }
    file.since.clear();
    file.named = true;
}

void FaultDisk::cut_power(std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    lost_ = 0;
    for (auto& [path, file] : files_) {
        if (!file.named && dice() % 2 == 0) {
            std::filesystem::remove(path);
            continue;
        }
        for (const Write& write : file.since) {
            apply(file.flushed, write, &dice, lost_);
        }
        std::ofstream(path, std::ios::binary | std::ios::trunc)
            .write(reinterpret_cast<const char*>(file.flushed.data()),
                   static_cast<std::streamsize>(file.flushed.size()));
    }
    files_.clear();
}

}  // namespace fieldseal::tests
