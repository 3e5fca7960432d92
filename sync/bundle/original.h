// A photo as the camera wrote it, sealed to few: docs/formats/original.md.
#pragma once

#include "model/crypto/seal.h"

namespace fieldseal::bundle {

/// Of a sealed file; nothing larger is opened.
constexpr std::size_t sealed_original_limit = 80u << 20;

struct SealedOriginal {
    Bytes file;
    /// 32 bytes. Given to devices in sealed boxes (crypto::seal_box).
    crypto::Secret key;
    Hash commitment;
};

/// REQUIRES at most 64 MiB.
SealedOriginal seal_original(ByteView original, crypto::Random& random);
/// What opened `file` is checked against; also tells whether a file is the one that was sealed under this key.
Hash original_commitment(ByteView key, ByteView original);
/// Error(damaged) unless it opens under `key` to what `commitment` says.
Bytes open_original(ByteView file, ByteView key, const Hash& commitment);

}  // namespace fieldseal::bundle
