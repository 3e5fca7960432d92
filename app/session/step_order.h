// The order in which a time line shows its steps.
#pragma once

#include <vector>

#include "app/session/session.h"

namespace fieldseal::session {

/// A clock is called wrong where it said more than this after the moment that others received what was written by it.
constexpr std::int64_t clock_tolerance_ms = 24ll * 3600 * 1000;

/// Causes before effects (parents, and each device's log), which is certain; what is left open goes by hybrid time, or,
/// where a clock was ahead of the moment of receipt, by that moment. Sets `clock_ahead`.
void order_steps(std::vector<HistoryStep>& steps);

}  // namespace fieldseal::session
