#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "model/memory/memory.h"

namespace fieldseal::memory {

namespace {

constexpr std::size_t near = std::size_t{64} << 10;

/// What lies right below the caller's frame, where pages cannot be given back while they are in use.
[[gnu::noinline]] void wipe_near() {
    std::uint8_t below[near];
    explicit_bzero(below, sizeof below);
}

/// All whole pages from the end of the stack to what wipe_near() reaches: the system gives zeros when they are used
/// again, and pages that were never used are not touched.
[[gnu::noinline]] void drop_far() {
    pthread_attr_t attributes;
    if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) {
        return;
    }
    void* lowest = nullptr;
    std::size_t size = 0;
    if (::pthread_attr_getstack(&attributes, &lowest, &size) == 0) {
        const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        const auto begin = reinterpret_cast<std::uintptr_t>(lowest);
        const std::uintptr_t end = (here - near / 2) & ~(page - 1);
        if (begin < end) {
            // The first thread's stack is mapped only as far as it was used; the rest of the range is passed over.
            ::madvise(lowest, end - begin, MADV_DONTNEED);
        }
    }
    ::pthread_attr_destroy(&attributes);
}

}  // namespace

void wipe(void* place, std::size_t size) {
    explicit_bzero(place, size);
}

void wipe_stack() {
    drop_far();
    wipe_near();
}

}  // namespace fieldseal::memory
