// A text as it was and as it is, beside each other.
#pragma once

#include <vector>

#include "model/history/diff.h"

namespace fieldseal::desktop {

/// One side, flowing and wrapped: words that only this side has are struck through (before) or underlined, not by
/// colour alone.
void side_words(const std::vector<history::WordRun>& runs, bool before);

}  // namespace fieldseal::desktop
