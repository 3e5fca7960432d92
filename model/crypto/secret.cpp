#include "model/crypto/secret.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <utility>

#include "model/error/error.h"

namespace fieldseal::crypto {

void start() {
    // sodium_init may be called again and from several threads; only the first call does anything.
    static const bool started = sodium_init() >= 0;
    if (!started) {
        throw Error(ErrorCode::failed, "This system gives no random numbers, without which nothing can be sealed.");
    }
}

void forbid_core_dumps() {
    // Neither can fail in a way that a caller could mend: what is refused here stays as the system has it.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

void wipe(std::span<std::uint8_t> bytes) {
    sodium_memzero(bytes.data(), bytes.size());
}

Secret::Secret(std::size_t size) : size_(size) {
    if (size == 0) {
        return;
    }
    start();
    data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (data_ == nullptr) {
        throw Error(ErrorCode::failed, "Not enough memory to hold a secret. Close other programs and try again.");
    }
    sodium_memzero(data_, size);
}

Secret::Secret(ByteView bytes) : Secret(bytes.size()) {
    if (!bytes.empty()) {
        std::memcpy(data_, bytes.data(), bytes.size());
    }
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        sodium_free(data_);
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

Secret::~Secret() {
    sodium_free(data_);
}

bool Secret::equals(ByteView other) const {
    return size_ == other.size() && (size_ == 0 || sodium_memcmp(data_, other.data(), size_) == 0);
}

}  // namespace fieldseal::crypto
