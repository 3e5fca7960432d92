// Pieces of evidence behind the packed part: a frame, then the bytes as they are.
#pragma once

#include "sync/bundle/plain_stream.h"

namespace fieldseal::bundle {

constexpr std::size_t blob_chunk_limit = 1u << 20;
/// As large as a vault takes a file.
constexpr std::uint64_t blob_size_limit = std::uint64_t{1} << 40;

/// What stands before the chunk's bytes. Throws Error(usage) for a chunk that no reader would take.
Bytes encode_chunk_frame(const BlobChunk& chunk);
/// `count` chunks, ascending. Throws Refusal, Error(damaged), Error(too_large).
std::vector<BlobChunk> read_chunks(PlainReader& in, std::uint64_t count);

}  // namespace fieldseal::bundle
