#include "sync/bundle/plain_stream.h"

#include <algorithm>

#include "model/codec/reader.h"
#include "sync/bundle/refusal.h"

namespace fieldseal::bundle {

namespace {

constexpr std::size_t sealed_chunk_size = stream_chunk_size + crypto::stream_overhead;

[[noreturn]] void refuse(const std::string& reason) {
    throw Refusal{OpenFailure::malformed, reason};
}

}  // namespace

std::size_t body_size_of(std::size_t plain) {
    const std::size_t chunks = (plain + stream_chunk_size - 1) / stream_chunk_size;
    return crypto::stream_header_size + plain + chunks * crypto::stream_overhead;
}

std::optional<std::size_t> plain_size_of(std::size_t body) {
    if (body < crypto::stream_header_size) {
        return std::nullopt;
    }
    const std::size_t sealed = body - crypto::stream_header_size;
    const std::size_t last = sealed % sealed_chunk_size;
    // The last chunk holds at least one byte.
    if (sealed == 0 || (last != 0 && last <= crypto::stream_overhead)) {
        return std::nullopt;
    }
    const std::size_t chunks = (sealed + sealed_chunk_size - 1) / sealed_chunk_size;
    return sealed - chunks * crypto::stream_overhead;
}

PlainWriter::PlainWriter(ByteView key, std::size_t size, Bytes& out) : sealer_(key), left_(size), out_(out) {
    window_.reserve(std::min(size, stream_chunk_size));
    out_.insert(out_.end(), sealer_.header().begin(), sealer_.header().end());
}

void PlainWriter::push(ByteView chunk) {
    left_ -= chunk.size();
    sealer_.push(chunk, left_ == 0, out_);
}

void PlainWriter::write(ByteView bytes) {
    while (!bytes.empty()) {
        const std::size_t chunk_size = std::min(left_, stream_chunk_size);
        // A whole chunk is sealed from where it lies.
        if (window_.empty() && bytes.size() >= chunk_size) {
            push(bytes.first(chunk_size));
            bytes = bytes.subspan(chunk_size);
            continue;
        }
        const std::size_t part = std::min(bytes.size(), chunk_size - window_.size());
        window_.insert(window_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
        bytes = bytes.subspan(part);
        if (window_.size() == chunk_size) {
            push(window_);
            window_.clear();
        }
    }
}

void PlainWriter::pad() {
    static constexpr std::uint8_t mark[] = {0x80};
    static constexpr std::array<std::uint8_t, 4096> zeros{};
    write(mark);
    while (left_ > 0) {
        const std::size_t missing = left_ - window_.size();
        write(ByteView(zeros).first(std::min(missing, zeros.size())));
    }
}

PlainReader::PlainReader(ByteView key, ByteView body)
    : opener_(key, body.first(crypto::stream_header_size)),
      sealed_(body.subspan(crypto::stream_header_size)),
      size_(plain_size_of(body.size()).value()),
      left_(size_) {
    window_.reserve(std::min(size_, stream_chunk_size));
}

void PlainReader::pull(Bytes& out) {
    using Pulled = crypto::StreamOpener::Pulled;
    const ByteView chunk = sealed_.first(std::min(sealed_.size(), sealed_chunk_size));
    sealed_ = sealed_.subspan(chunk.size());
    if (opener_.pull(chunk, out) != (sealed_.empty() ? Pulled::last : Pulled::chunk)) {
        throw Refusal{OpenFailure::tampered, "its content was changed after it was sealed. Ask for it again"};
    }
}

void PlainReader::read(std::size_t size, Bytes& out) {
    if (size > left_) {
        refuse("it announces more than it holds");
    }
    left_ -= size;
    out.reserve(out.size() + size);
    while (size > 0) {
        if (window_read_ == window_.size()) {
            window_.clear();
            window_read_ = 0;
            if (size >= stream_chunk_size) {
                pull(out);
                size -= stream_chunk_size;
                continue;
            }
            pull(window_);
        }
        const std::size_t part = std::min(size, window_.size() - window_read_);
        const auto from = window_.begin() + static_cast<std::ptrdiff_t>(window_read_);
        out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(part));
        window_read_ += part;
        size -= part;
    }
}

std::uint8_t PlainReader::u8() {
    if (window_read_ < window_.size() && left_ > 0) {
        --left_;
        return window_[window_read_++];
    }
    return bytes(1)[0];
}

std::uint64_t PlainReader::number_up_to(std::uint64_t limit) {
    Bytes written;
    do {
        written.push_back(u8());
    } while (written.back() >= 0x80 && written.size() < 10);
    return codec::Reader(written, "bundle, length in the body").number_up_to(limit);
}

Bytes PlainReader::bytes(std::size_t size) {
    Bytes result;
    read(size, result);
    return result;
}

void PlainReader::expect_padding() {
    const std::size_t content = size_ - left_;
    if (size_ != crypto::padded_size(content + 1, least_plain_size)) {
        refuse("its padding has the wrong size");
    }
    bool zeros = u8() == 0x80;
    while (left_ > 0) {
        const Bytes rest = bytes(std::min(left_, stream_chunk_size));
        zeros = zeros && std::ranges::all_of(rest, [](std::uint8_t byte) { return byte == 0; });
    }
    if (!zeros) {
        refuse("its padding is not zeros");
    }
}

}  // namespace fieldseal::bundle
