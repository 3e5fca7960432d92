// What the seal of one step proves, as JSON and in words.
#pragma once

#include <string>

#include "app/ctl/output.h"
#include "app/session/session.h"

namespace fieldseal::ctl {

Json seal_json(const session::StepSeal& seal);
/// One line: that it holds and by whom it is signed, or what does not hold, or cannot be checked.
std::string seal_text(const session::StepSeal& seal);

}  // namespace fieldseal::ctl
