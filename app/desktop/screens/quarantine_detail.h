// What lies in quarantine, opened for whoever has to decide about it.
#pragma once

#include "app/session/session.h"

namespace fieldseal::desktop {

class App;

/// A button that opens the entry, and below it, while it is open, the records and fields that were refused beside what
/// stands here.
void draw_quarantine_content(App& app, const exchange::QuarantineEntry& entry);

}  // namespace fieldseal::desktop
