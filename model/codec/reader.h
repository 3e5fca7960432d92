// Reads the canonical encoding. Every length is checked against what is left before anything is allocated; what is not
// canonical (non-minimal numbers, text that is no UTF-8, booleans besides 0 and 1, bytes left over) is an error.
#pragma once

#include <optional>

#include "model/crypto/bytes.h"
#include "model/error/error.h"

namespace fieldseal::codec {

/// Names the place in its messages ("roster, byte 17: ..."); every failure is Error(damaged), numbers over a limit
/// Error(too_large).
class Reader {
  public:
    /// `what` names the thing for messages and must outlive the reader.
    Reader(ByteView bytes, std::string_view what) : bytes_(bytes), what_(what) {}

    std::uint8_t u8() {
        require(1);
        return bytes_[offset_++];
    }
    std::uint64_t number();
    /// A number of at most `limit`.
    std::uint64_t number_up_to(std::uint64_t limit);
    std::int64_t integer();
    bool boolean();
    double real();
    /// A view into the bytes given; at most `limit` long.
    ByteView bytes(std::size_t limit);
    /// Checked to be UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL.
    std::string text(std::size_t limit);
    ByteView raw(std::size_t size) {
        require(size);
        const ByteView result = bytes_.subspan(offset_, size);
        offset_ += size;
        return result;
    }
    template <class Fixed>
    Fixed fixed() {
        return Fixed::from(raw(Fixed::size));
    }
    /// How many elements follow: refused if they could not fit into what is left, at `least` bytes each.
    std::size_t count(std::size_t limit, std::size_t least);

    std::size_t offset() const { return offset_; }
    std::size_t left() const { return bytes_.size() - offset_; }
    bool at_end() const { return left() == 0; }
    void expect_end();
    [[noreturn]] void fail(const std::string& reason) const;

  private:
    void require(std::size_t size) const {
        if (size > left()) {
            fail_short(size);
        }
    }
    [[noreturn]] void fail_short(std::size_t size) const;

    ByteView bytes_;
    std::string_view what_;
    std::size_t offset_ = 0;
};

/// Whether the bytes are UTF-8 without NUL.
bool is_text(ByteView bytes);

}  // namespace fieldseal::codec
