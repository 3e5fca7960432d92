// Files that are either wholly there or not there at all, also after a power cut.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "model/crypto/bytes.h"

namespace fieldseal {

/// Who may read a new file: only its owner, or whoever the system's umask lets (objects in a folder that several people share).
enum class FileAccess { owner_only, by_umask };

/// Writes `bytes` under a temporary name beside `path`, flushes it to the medium, reads it back and compares, renames it to `path` and
/// flushes the folder. Replaces an existing file only if `replace`. Throws Error(disk) with the path and the reason (full, read-only,
/// failing), or Error(refused) if the file exists; then the temporary file is gone and `path` is as it was.
void write_durably(const std::filesystem::path& path, ByteView bytes, bool replace,
                   FileAccess access = FileAccess::owner_only);

/// The whole file; a pipe is read to its end. Throws Error(not_found), Error(disk), or Error(too_large) before reading if it has more than
/// `limit` bytes.
Bytes read_file(const std::filesystem::path& path, std::uint64_t limit);

/// Reads a file piece by piece, for evidence of hundreds of megabytes.
class FileReader {
  public:
    /// Throws Error(not_found), Error(disk), or Error(refused) where `path` is no ordinary file.
    explicit FileReader(const std::filesystem::path& path);
    ~FileReader();
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;
    std::uint64_t size() const { return size_; }
    /// Fills `out` from where the last call ended; returns how many bytes were there. Throws Error(disk).
    std::size_t read(std::span<std::uint8_t> out);

  private:
    int descriptor_;
    std::uint64_t size_;
    std::filesystem::path path_;
};

/// Writes a file piece by piece under a temporary name; it appears at `path`, whole and flushed, when finish() returns. Without finish() nothing
/// stays behind. Only its owner may read it. Never replaces a file: Error(refused) if one is there. Throws Error(disk).
class FileWriter {
  public:
    explicit FileWriter(const std::filesystem::path& path);
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;
    void write(ByteView bytes);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fieldseal
