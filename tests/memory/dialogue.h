// What a program that is read from outside says and hears. Nothing that it hears is left in a buffer.
#pragma once

#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

#include "model/crypto/secret.h"

namespace fieldseal::test {

inline void hear_exactly(std::span<std::uint8_t> into) {
    while (!into.empty()) {
        const ssize_t got = ::read(STDIN_FILENO, into.data(), into.size());
        if (got <= 0) {
            throw std::runtime_error("nobody talks to this program");
        }
        into = into.subspan(static_cast<std::size_t>(got));
    }
}

inline crypto::Secret hear_secret() {
    std::array<std::uint8_t, 8> length{};
    hear_exactly(length);
    std::size_t size = 0;
    for (std::size_t i = 0; i < length.size(); ++i) {
        size |= std::size_t{length[i]} << (8 * i);
    }
    crypto::Secret heard(size);
    hear_exactly(heard.writable());
    return heard;
}

inline std::string hear() {
    const crypto::Secret heard = hear_secret();
    return std::string(text_of(heard.view()));
}

/// "@word", and waits until the other side has looked.
inline void stand_still(const std::string& word) {
    const std::string line = "@" + word + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        throw std::runtime_error("nobody listens to this program");
    }
    hear_secret();
}

}  // namespace fieldseal::test
