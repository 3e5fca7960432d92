// free() and realloc() of the whole process: a block is wiped before it goes back to the allocator, whichever library
// frees it. So what was read, decoded, merged, compressed or shown is gone when its owner let go of it, and not when
// chance writes over it.
//
// The GNU C library lets a program define its own allocator (manual, "Replacing malloc") and keeps its own under these
// names; all other functions stay its own. Sanitizers bring allocators of their own: then this file is not linked.
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" {
void __libc_free(void* block);
void* __libc_realloc(void* block, std::size_t size);
}

namespace {

/// From here on whole pages are handed back to the system, which gives zeros when they are used again: of large blocks
/// often little was touched, and writing zeros would touch all.
constexpr std::size_t large = std::size_t{1} << 20;

void wipe_block(void* block, std::size_t size) {
    if (size < large) {
        explicit_bzero(block, size);
        return;
    }
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(block);
    const std::uintptr_t end = begin + size;
    const std::uintptr_t first = (begin + page - 1) & ~(page - 1);
    const std::uintptr_t last = end & ~(page - 1);
    if (::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED) != 0) {
        // Locked pages are not given back.
        explicit_bzero(block, size);
        return;
    }
    explicit_bzero(block, first - begin);
    explicit_bzero(reinterpret_cast<void*>(last), end - last);
}

}  // namespace

extern "C" void free(void* block) noexcept {
    if (block == nullptr) {
        return;
    }
    const int error = errno;
    wipe_block(block, ::malloc_usable_size(block));
    __libc_free(block);
    errno = error;
}

extern "C" void* realloc(void* block, std::size_t size) noexcept {
    if (block == nullptr) {
        return std::malloc(size);
    }
    if (size == 0) {
        free(block);
        return nullptr;
    }
    const std::size_t usable = ::malloc_usable_size(block);
    if (size <= usable) {
        // The allocator may cut the end off and give it to somebody else.
        wipe_block(static_cast<char*>(block) + size, usable - size);
        return __libc_realloc(block, size);
    }
    // Not left to the allocator, which would copy the block and free the old one unwiped.
    void* const moved = std::malloc(size);
    if (moved != nullptr) {
        ::memcpy(moved, block, usable);
        free(block);
    }
    return moved;
}
