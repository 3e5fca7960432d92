// zstd, with the size of the result bounded beforehand.
#pragma once

#include "model/crypto/bytes.h"

namespace fieldseal::codec {

/// One zstd frame, checksum off (what seals it authenticates it). `level` 1 to 19.
Bytes compress(ByteView plain, int level);
/// The plain bytes of exactly one frame. Throws Error(too_large) if there are more than `limit`, Error(damaged) if the frame is broken or bytes follow it.
Bytes decompress(ByteView frame, std::size_t limit);

}  // namespace fieldseal::codec
