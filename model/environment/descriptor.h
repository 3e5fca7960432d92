// A POSIX file descriptor that closes itself, and what errno means for a user.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "model/error/error.h"

namespace fieldseal {

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&&) = delete;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }
    bool valid() const { return number_ >= 0; }
    /// Gives the descriptor away; whoever takes it closes it.
    int release();
    /// Closes now and says whether that went well: some network file systems report a failed write only here.
    bool close();

  private:
    int number_;
};

/// "Cannot write ab.fsbundle: the disk is full. Free some space and try again." as Error(disk), from errno as it was.
Error write_error(const std::filesystem::path& path, int error_number);
/// As write_error; Error(not_found) where there is no such file.
Error read_error(const std::filesystem::path& path, int error_number);

}  // namespace fieldseal
