// How a record's delivery is shown, everywhere the same: icon, word, colour.
#pragma once

#include "app/session/session.h"

namespace fieldseal::desktop {

void delivery_badge(session::Delivery delivery);
const char* delivery_text(session::Delivery delivery);
void verdict_badge(record::Verdict verdict);
const char* kind_text(record::Kind kind);

}  // namespace fieldseal::desktop
