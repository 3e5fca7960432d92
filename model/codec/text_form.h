// Unicode normalisation of what people type.
#pragma once

#include "model/crypto/secret.h"

namespace fieldseal::codec {

/// The text in Unicode normalisation form C, so that a passphrase typed on another keyboard or system is the same
/// bytes. What is no UTF-8 is given back as it stands. Nothing of it stays in unlocked memory.
crypto::Secret nfc(ByteView text);

}  // namespace fieldseal::codec
