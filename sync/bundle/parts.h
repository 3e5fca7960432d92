// A bundle on a store: content-named parts of at most 1 MiB and one small index object, written last.
#pragma once

#include "sync/bundle/bundle.h"

namespace fieldseal::bundle {

constexpr std::size_t part_size = 1u << 20;

struct PartName {
    Hash hash;
    std::uint32_t size = 0;
};

struct PartIndex {
    /// crypto::plain_hash of the whole bundle file.
    Hash whole;
    std::vector<PartName> parts;
};

PartIndex index_of(ByteView bundle);
Bytes encode_index(const PartIndex& index);
/// Throws Error(damaged) unless canonical and within limits (bundle_limit in all, every part but the last of part_size).
PartIndex decode_index(ByteView bytes);

/// The part's bytes within the bundle.
ByteView part_of(ByteView bundle, const PartIndex& index, std::size_t part);

}  // namespace fieldseal::bundle
