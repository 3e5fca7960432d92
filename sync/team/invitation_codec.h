// What lies sealed in an invitation.
#pragma once

#include "sync/team/invitation.h"

namespace fieldseal::team {

/// Of a person's name, in bytes.
constexpr std::size_t name_limit = 1024;
constexpr std::size_t store_url_limit = 2048;

/// The content before padding; the two secrets stand last.
crypto::Secret encode_invitation(const Invitation& invitation);
/// Throws Error(damaged), Error(too_large), Error(newer_version).
Invitation decode_invitation(ByteView bytes);

}  // namespace fieldseal::team
