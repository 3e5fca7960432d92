// State of libsodium's streaming functions, kept where secrets are kept: locked, guarded and wiped when freed.
#pragma once

#include <new>

#include "model/crypto/secret.h"
#include "model/error/error.h"

namespace fieldseal::crypto {

/// Throws Error(failed): a caller broke what a header REQUIRES.
inline void require(bool holds, const char* message) {
    if (!holds) {
        throw Error(ErrorCode::failed, message);
    }
}

// sodium_malloc aligns the end of a block to the end of a page, so a block's size must be a multiple of its alignment;
// sizeof is.
void* allocate_locked(std::size_t size);
void free_locked(void* state) noexcept;

template <class State>
State* make_locked() {
    return new (allocate_locked(sizeof(State))) State();
}

}  // namespace fieldseal::crypto
