// A bundle on a store: content-named parts of at most 1 MiB and one small index object, written last.
#pragma once

#include <optional>
#include <string>

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
/// Throws Error(damaged) unless canonical and within limits (bundle_limit in all, every part but the last of part_size), Error(newer_version).
PartIndex decode_index(ByteView bytes);

/// The part's bytes within the bundle.
ByteView part_of(ByteView bundle, const PartIndex& index, std::size_t part);

constexpr std::size_t counter_digits = 16;
/// "p-" and the part's hash in hexadecimal.
std::string part_object_name(const Hash& part);
/// "i-", the lane's counter in 16 decimal digits, "-", the first 32 hexadecimal digits of the whole bundle's hash.
std::string index_object_name(std::uint64_t counter, const Hash& whole);
struct IndexObjectName {
    std::uint64_t counter = 0;
    /// First 32 hexadecimal digits of the whole's hash.
    std::string whole_prefix;
};
/// What follows the last slash of an object's name; the whole name where there is none.
std::string last_element(std::string_view name);
/// Nothing for any other name.
std::optional<IndexObjectName> parse_index_object_name(std::string_view name);

}  // namespace fieldseal::bundle
