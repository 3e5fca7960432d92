// Encodings that end in secrets: the secrets never pass through memory that is not locked.
#pragma once

#include <algorithm>
#include <initializer_list>

#include "model/crypto/secret.h"

namespace fieldseal::team {

/// open || secrets, in locked memory.
inline crypto::Secret with_secret_tail(ByteView open, std::initializer_list<ByteView> secrets) {
    std::size_t size = open.size();
    for (const ByteView secret : secrets) {
        size += secret.size();
    }
    crypto::Secret whole(size);
    auto end = std::ranges::copy(open, whole.writable().begin()).out;
    for (const ByteView secret : secrets) {
        end = std::ranges::copy(secret, end).out;
    }
    return whole;
}

}  // namespace fieldseal::team
