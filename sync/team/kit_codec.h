// What lies sealed in a recovery kit.
#pragma once

#include "sync/team/kit.h"

namespace fieldseal::team {

/// The content before padding; the three secrets stand last.
crypto::Secret encode_kit(const Kit& kit);
/// Throws Error(damaged), Error(too_large), Error(newer_version).
Kit decode_kit(ByteView bytes);

}  // namespace fieldseal::team
