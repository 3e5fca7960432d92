#include "model/environment/descriptor.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace fieldseal {

Descriptor::~Descriptor() {
    close();
}

int Descriptor::release() {
    return std::exchange(number_, -1);
}

bool Descriptor::close() {
    const int number = release();
    return number < 0 || ::close(number) == 0;
}

namespace {

std::string reason_of(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
            return "the disk is full. Free some space and try again.";
        case EROFS:
            return "the disk is read-only. Check its write protection, or choose another place.";
        case EACCES:
        case EPERM:
            return "access is not allowed. Check the permissions of file and folder, or choose another place.";
        case ENOENT:
        case ENOTDIR:
            return "it is not there. Check the name and whether the disk is connected.";
        case EIO:
        case ENXIO:
        case ENODEV:
            return "the disk is failing or was removed. Try another disk or stick.";
        case ENAMETOOLONG:
            return "the name is too long. Choose a shorter one.";
        case EFBIG:
            return "the file would be too large for this disk. Choose one with another file system.";
        case EISDIR:
            return "it is a folder, not a file.";
        case EMFILE:
        case ENFILE:
            return "too many files are open. Close other programs and try again.";
        default:
            return std::generic_category().message(error_number) + ".";
    }
}

}  // namespace

Error write_error(const std::filesystem::path& path, int error_number) {
    return Error(ErrorCode::disk, "Cannot write " + path.string() + ": " + reason_of(error_number));
}

Error read_error(const std::filesystem::path& path, int error_number) {
    const bool absent = error_number == ENOENT || error_number == ENOTDIR;
    return Error(absent ? ErrorCode::not_found : ErrorCode::disk,
                 "Cannot read " + path.string() + ": " + reason_of(error_number));
}

}  // namespace fieldseal
