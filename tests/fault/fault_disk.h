// A disk under SQLite that can fail and lose power: an SQLite VFS round the system's own.
//
// The real files always hold what was written last, as the system's cache would. Beside them the disk keeps, for each
// file, what it held at its last flush and every write since. cut_power() makes of each file what a real power cut may
// leave: the flushed content, and of every later write all, nothing or a part, in 512-byte sectors, by seed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace fieldseal::tests {

class FaultDisk {
  public:
    /// Becomes SQLite's default file system until the object goes away; one at a time.
    FaultDisk();
    ~FaultDisk();
    FaultDisk(const FaultDisk&) = delete;
    FaultDisk& operator=(const FaultDisk&) = delete;

    enum class Fault { none, full, broken };
    /// The next `count` writes, truncations and flushes succeed, the `failures` after them fail.
    void fail_after(std::uint64_t count, Fault fault, std::uint64_t failures = UINT64_MAX);
    void work_again() { fail_after(0, Fault::none); }
    /// How many operations have been asked to write, truncate or flush.
    std::uint64_t operations() const { return operations_; }
    /// After the vault was closed: rewrites the files as a power cut may have left them. Everything is flushed
    /// afterwards.
    void cut_power(std::uint64_t seed);
    /// How many writes the last power cut lost or tore.
    std::uint64_t lost() const { return lost_; }

    // For the VFS's functions only.
    struct Write {
        std::int64_t offset = 0;
        std::vector<std::uint8_t> bytes;
        /// Not a write but a cut to `offset` bytes.
        bool truncates = false;
    };
    struct File {
        std::vector<std::uint8_t> flushed;
        std::vector<Write> since;
        /// Whether its name is on the medium.
        bool named = false;
    };
    File& file(const std::string& path) { return files_[path]; }
    void opened(const std::string& path);
    void flushed(const std::string& path);
    void removed(const std::string& path) { files_.erase(path); }
    /// SQLITE_OK, or what the operation is to fail with.
    int next_operation();

  private:
    std::map<std::string, File> files_;
    std::uint64_t operations_ = 0;
    std::uint64_t good_ = 0;
    std::uint64_t bad_ = 0;
    std::uint64_t lost_ = 0;
    Fault fault_ = Fault::none;
};

}  // namespace fieldseal::tests
