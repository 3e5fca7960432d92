#include "model/crypto/locked_state.h"

#include <sodium.h>

namespace fieldseal::crypto {

void* allocate_locked(std::size_t size) {
    start();
    void* state = sodium_malloc(size);
    if (state == nullptr) {
        throw Error(ErrorCode::failed, "Not enough memory to seal or hash. Close other programs and try again.");
    }
    return state;
}

void free_locked(void* state) noexcept {
    sodium_free(state);
}

}  // namespace fieldseal::crypto
