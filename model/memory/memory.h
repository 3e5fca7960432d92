// What is left in this process's memory after something was used.
//
// Blocks that are freed are wiped by wiping_free.cpp, which a program links to have it; there is nothing to call.
#pragma once

#include <cstddef>
#include <new>

namespace fieldseal::memory {

/// Wipes what earlier calls of this thread left on its stack, below the caller's frame. Other threads' stacks stay.
void wipe_stack();

/// So that the compiler cannot leave it out.
void wipe(void* place, std::size_t size);

/// The object's place is wiped after it was destroyed, and a new one made there. Assigning an empty one would leave the
/// bytes of short texts, which lie in the object itself.
template <class T>
void renew(T& object) {
    object.~T();
    wipe(&object, sizeof(T));
    new (&object) T();
}

}  // namespace fieldseal::memory
