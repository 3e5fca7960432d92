// The body of a bundle as a run of plain bytes, sealed and opened 64 KiB at a time, so that a large bundle is touched
// once.
#pragma once

#include "sync/bundle/bundle.h"

namespace fieldseal::bundle {

constexpr std::size_t stream_chunk_size = 64 * 1024;
/// So that a bundle with one answer looks like any other small one.
constexpr std::size_t least_plain_size = 640;

/// Bytes of the body (stream header and sealed chunks) over `plain` bytes; REQUIRES plain > 0.
std::size_t body_size_of(std::size_t plain);
/// The other way round; nothing where no body has this size.
std::optional<std::size_t> plain_size_of(std::size_t body);

/// Seals exactly `size` bytes that come piece by piece; what it appends to `out` is the body.
class PlainWriter {
  public:
    PlainWriter(ByteView key, std::size_t size, Bytes& out);
    void write(ByteView bytes);
    /// 0x80 and zeros up to `size`; REQUIRES at least one byte left.
    void pad();

  private:
    void push(ByteView chunk);

    crypto::StreamSealer sealer_;
    std::size_t left_;
    Bytes window_;
    Bytes& out_;
};

/// Opens a body; everything it hands out was authenticated. Throws Refusal: tampered, malformed.
class PlainReader {
  public:
    /// REQUIRES a body of a size that plain_size_of knows.
    PlainReader(ByteView key, ByteView body);
    /// Plain bytes not read yet, padding included.
    std::size_t left() const { return left_; }
    std::uint8_t u8();
    /// LEB128 in its shortest form, at most `limit`.
    std::uint64_t number_up_to(std::uint64_t limit);
    /// Exactly `size` bytes.
    Bytes bytes(std::size_t size);
    /// The rest is the padding that the writer makes.
    void expect_padding();

  private:
    void pull(Bytes& out);
    void read(std::size_t size, Bytes& out);

    crypto::StreamOpener opener_;
    ByteView sealed_;
    std::size_t size_;
    std::size_t left_;
    Bytes window_;
    std::size_t window_read_ = 0;
};

}  // namespace fieldseal::bundle
