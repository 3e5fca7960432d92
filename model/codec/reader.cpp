#include "model/codec/reader.h"

#include <bit>
#include <cmath>

namespace fieldseal::codec {

void Reader::fail(const std::string& reason) const {
    throw Error(ErrorCode::damaged, std::string(what_) + ", byte " + std::to_string(offset_) + ": " + reason);
}

void Reader::fail_short(std::size_t size) const {
    fail("ends too early: " + std::to_string(size) + " bytes are announced and " + std::to_string(left()) +
         " are left");
}

std::uint64_t Reader::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const std::uint8_t byte = u8();
        // The tenth byte holds bit 63 alone.
        if (shift == 63 && byte > 1) {
            fail("a number has more than 64 bits");
        }
        value |= std::uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80) {
            if (byte == 0 && shift > 0) {
                fail("a number is not written in its shortest form");
            }
            return value;
        }
    }
}

std::uint64_t Reader::number_up_to(std::uint64_t limit) {
    const std::uint64_t value = number();
    if (value > limit) {
        throw Error(ErrorCode::too_large, std::string(what_) + ", byte " + std::to_string(offset_) + ": " +
                                              std::to_string(value) + " is over the limit of " + std::to_string(limit));
    }
    return value;
}

std::int64_t Reader::integer() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>(bits >> 1 ^ (0 - (bits & 1)));
}

bool Reader::boolean() {
    const std::uint8_t byte = u8();
    if (byte > 1) {
        fail("yes or no is neither 0 nor 1");
    }
    return byte == 1;
}

double Reader::real() {
    std::uint64_t bits = 0;
    for (const std::uint8_t byte : raw(8)) {
        bits = bits << 8 | byte;
    }
    const auto value = std::bit_cast<double>(bits);
    if (!std::isfinite(value) || (value == 0 && bits != 0)) {
        fail("a real number is not finite or a minus zero");
    }
    return value;
}

ByteView Reader::bytes(std::size_t limit) {
    return raw(static_cast<std::size_t>(number_up_to(limit)));
}

std::string Reader::text(std::size_t limit) {
    const ByteView value = bytes(limit);
    if (!is_text(value)) {
        fail("a text is not UTF-8");
    }
    return std::string(text_of(value));
}

std::size_t Reader::count(std::size_t limit, std::size_t least) {
    const auto value = static_cast<std::size_t>(number_up_to(limit));
    if (value > left() / (least == 0 ? 1 : least)) {
        fail(std::to_string(value) + " elements are announced, more than fit into the " + std::to_string(left()) +
             " bytes left");
    }
    return value;
}

void Reader::expect_end() {
    if (!at_end()) {
        fail(std::to_string(left()) + " bytes too many");
    }
}

}  // namespace fieldseal::codec
