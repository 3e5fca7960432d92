#include "sync/bundle/blob_chunk.h"

#include <limits>
#include <tuple>

#include "model/codec/writer.h"
#include "model/error/error.h"
#include "sync/bundle/refusal.h"

namespace fieldseal::bundle {

namespace {

/// Content, size, index, length and one byte.
constexpr std::size_t least_chunk_size = Hash::size + 4;

bool is_possible(const BlobChunk& chunk, std::uint64_t length) {
    return length > 0 && length <= blob_chunk_limit && chunk.size <= blob_size_limit && length <= chunk.size;
}

}  // namespace

Bytes encode_chunk_frame(const BlobChunk& chunk) {
    if (!is_possible(chunk, chunk.bytes.size())) {
        throw Error(ErrorCode::usage, "A piece of evidence is empty, too large or larger than its file.");
    }
    codec::Writer out;
    out.raw(chunk.content.view());
    out.number(chunk.size);
    out.number(chunk.index);
    out.number(chunk.bytes.size());
    return out.take();
}

std::vector<BlobChunk> read_chunks(PlainReader& in, std::uint64_t count) {
    if (count > in.left() / least_chunk_size) {
        throw Refusal{OpenFailure::malformed, "it announces more evidence than it holds"};
    }
    std::vector<BlobChunk> chunks;
    chunks.reserve(static_cast<std::size_t>(count));
    std::size_t content = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        BlobChunk chunk;
        chunk.content = Hash::from(in.bytes(Hash::size));
        chunk.size = in.number_up_to(blob_size_limit);
        chunk.index = static_cast<std::uint32_t>(in.number_up_to(std::numeric_limits<std::uint32_t>::max()));
        const auto length = static_cast<std::size_t>(in.number_up_to(blob_chunk_limit));
        content += length;
        if (!is_possible(chunk, length) || content > chunks_limit) {
            throw Refusal{OpenFailure::malformed, "a piece of evidence has a size that cannot be"};
        }
        if (!chunks.empty() &&
            std::tie(chunks.back().content, chunks.back().index) >= std::tie(chunk.content, chunk.index)) {
            throw Refusal{OpenFailure::malformed, "its pieces of evidence are not in order"};
        }
        chunk.bytes = in.bytes(length);
        chunks.push_back(std::move(chunk));
    }
    return chunks;
}

}  // namespace fieldseal::bundle
