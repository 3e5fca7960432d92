// What stands in the packed part of a bundle: manifest, signature, items. Bytes as in docs/formats/bundle.md, "Packed
// part".
#pragma once

#include "model/codec/reader.h"
#include "sync/bundle/bundle.h"

namespace fieldseal::bundle {

constexpr std::size_t item_count_limit = 100'000;
constexpr std::uint64_t item_type_limit = 65'535;
constexpr std::uint64_t first_skippable_type = 64;
constexpr std::uint64_t chunk_count_limit = 65'536;

/// The fields that travel. Deployment, sender and items_hash follow from what the reader knows, and are signed all the
/// same.
Bytes encode_manifest(const Manifest& manifest);
/// Deployment, sender and items_hash are left to the caller. Throws Error(damaged), Error(too_large).
Manifest read_manifest(codec::Reader& in);

/// What the signature is made over and the bundle's id is taken of: deployment || items_hash || encoded manifest.
Bytes signed_message(const Manifest& manifest, ByteView encoded_manifest);
Hash id_of(ByteView signed_message, const crypto::Signature& signature);

/// REQUIRES ascending types.
Bytes encode_items(const std::vector<Item>& items);
/// Throws Error(damaged), Error(too_large); Error(newer_version) for a critical type that this version does not know.
std::vector<Item> read_items(codec::Reader& in);
bool is_known(std::uint64_t item_type);

}  // namespace fieldseal::bundle
