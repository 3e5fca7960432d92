// Base64 (RFC 4648), by libsodium's functions, which take the same time for all bytes of one length.
#pragma once

#include <optional>
#include <string>

#include "model/crypto/secret.h"

namespace fieldseal::crypto {

/// The ordinary alphabet, with padding.
std::string to_base64(ByteView bytes);
/// The alphabet for URLs, without padding.
std::string to_base64url(ByteView bytes);
/// The bytes of what to_base64() writes, of at most `limit`; nothing for anything else.
std::optional<Bytes> from_base64(std::string_view text, std::size_t limit);
/// The bytes of what to_base64url() writes, of at most `limit`; nothing for anything else.
std::optional<Bytes> from_base64url(std::string_view text, std::size_t limit);

}  // namespace fieldseal::crypto
