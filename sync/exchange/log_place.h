// A place in a device's log. Used by the files of this folder only.
#pragma once

#include <cstdint>
#include <utility>

#include "model/crypto/bytes.h"

namespace fieldseal::exchange {

/// The device and the sequence number, from 1.
using LogPlace = std::pair<DeviceId, std::uint64_t>;

}  // namespace fieldseal::exchange
