// The canonical encoding of docs/formats/encoding.md, by hand: unsigned integers as minimal LEB128, lengths in front,
// nothing implicit.
#pragma once

#include "model/crypto/bytes.h"

namespace fieldseal::codec {

class Writer {
  public:
    void u8(std::uint8_t value) { out_.push_back(value); }
    /// LEB128, minimal.
    void number(std::uint64_t value);
    /// Zigzag, then LEB128.
    void integer(std::int64_t value);
    void boolean(bool value) { u8(value ? 1 : 0); }
    /// IEEE 754 binary64, big endian; minus zero is written as zero. REQUIRES a finite value.
    void real(double value);
    /// Length, then the bytes.
    void bytes(ByteView value);
    void text(std::string_view value) { bytes(view_of(value)); }
    /// The bytes alone.
    void raw(ByteView value) { out_.insert(out_.end(), value.begin(), value.end()); }

    void reserve(std::size_t size) { out_.reserve(size); }
    std::size_t size() const { return out_.size(); }
    ByteView view() const { return out_; }
    Bytes take() { return std::move(out_); }

  private:
    Bytes out_;
};

}  // namespace fieldseal::codec
