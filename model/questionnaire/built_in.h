// The templates that come with the program, embedded at build time: the programs need no file beside them.
#pragma once

#include <memory>

#include "model/questionnaire/template.h"

namespace fieldseal::questionnaire {

/// Loaded once, on first use. The first one is the Civilian site baseline.
const std::vector<std::shared_ptr<const Template>>& built_in_templates();

}  // namespace fieldseal::questionnaire
