#include "model/codec/writer.h"

#include <bit>

namespace fieldseal::codec {

void Writer::number(std::uint64_t value) {
    while (value >= 0x80) {
        u8(static_cast<std::uint8_t>(value & 0x7f) | 0x80);
        value >>= 7;
    }
    u8(static_cast<std::uint8_t>(value));
}

void Writer::integer(std::int64_t value) {
    // Zigzag: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...
    const auto bits = static_cast<std::uint64_t>(value);
    number(bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void Writer::real(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
    for (int shift = 56; shift >= 0; shift -= 8) {
        u8(static_cast<std::uint8_t>(bits >> shift & 0xff));
    }
}

void Writer::bytes(ByteView value) {
    number(value.size());
    raw(value);
}

}  // namespace fieldseal::codec
