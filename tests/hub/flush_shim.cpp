// Loaded into a hub by LD_PRELOAD. FIELDSEAL_FLUSHES names a file to which each fsync(), rename and begin of an HTTP
// answer is appended, a line each, in the order in which they began. FIELDSEAL_FLUSH_FAULT names a file that, while it
// is there, makes flushing fail: "file 5" or "folder 28", with the number of the error.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

template <class Function>
Function* next_of(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

std::string path_of(int descriptor) {
    char path[4096] = "";
    const ssize_t size = readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), path, sizeof path - 1);
    return std::string(path, size > 0 ? static_cast<std::size_t>(size) : 0);
}

void note(const std::string& line) {
    const char* file = std::getenv("FIELDSEAL_FLUSHES");
    const int log = file == nullptr ? -1 : open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log >= 0) {
        const std::string whole = line + '\n';
        if (write(log, whole.data(), whole.size()) < 0) {
            std::abort();
        }
        close(log);
    }
}

/// The error that flushing this is to end in; 0 for none.
int fault_of(int descriptor) {
    const char* name = std::getenv("FIELDSEAL_FLUSH_FAULT");
    FILE* const file = name == nullptr ? nullptr : std::fopen(name, "re");
    if (file == nullptr) {
        return 0;
    }
    char kind[8] = "";
    int error = 0;
    const bool read = std::fscanf(file, "%7s %d", kind, &error) == 2;
    std::fclose(file);
    struct stat status {};
    const bool folder = fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
    return read && std::strcmp(kind, folder ? "folder" : "file") == 0 ? error : 0;
}

int flushed(int descriptor, const char* function) {
    if (const int error = fault_of(descriptor)) {
        errno = error;
        return -1;
    }
    note("flush " + path_of(descriptor));
    return next_of<int(int)>(function)(descriptor);
}

void note_answer(const void* bytes, std::size_t size) {
    constexpr const char begin[] = "HTTP/1.1 ";
    constexpr std::size_t length = sizeof begin - 1;
    if (size >= length + 3 && std::memcmp(bytes, begin, length) == 0) {
        note("answer " + std::string(static_cast<const char*>(bytes) + length, 3));
    }
}

}  // namespace

extern "C" {

int fsync(int descriptor) {
    return flushed(descriptor, "fsync");
}

int fdatasync(int descriptor) {
    return flushed(descriptor, "fdatasync");
}

int renameat(int from, const char* old_name, int to, const char* new_name) noexcept {
    note("rename " + path_of(to) + "/" + new_name);
    return next_of<int(int, const char*, int, const char*)>("renameat")(from, old_name, to, new_name);
}

ssize_t send(int socket, const void* bytes, std::size_t size, int flags) {
    note_answer(bytes, size);
    return next_of<ssize_t(int, const void*, std::size_t, int)>("send")(socket, bytes, size, flags);
}

ssize_t sendmsg(int socket, const msghdr* message, int flags) {
    if (message->msg_iovlen > 0) {
        note_answer(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len);
    }
    return next_of<ssize_t(int, const msghdr*, int)>("sendmsg")(socket, message, flags);
}

ssize_t writev(int file, const iovec* pieces, int count) {
    if (count > 0) {
        note_answer(pieces[0].iov_base, pieces[0].iov_len);
    }
    return next_of<ssize_t(int, const iovec*, int)>("writev")(file, pieces, count);
}
}
