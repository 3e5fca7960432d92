// What to look at again before an assessment is finalised, as `check answers`, `assess` and `finalise` tell it.
#pragma once

#include "app/ctl/context.h"

namespace fieldseal::ctl {

/// `kind`, `question`, `blocks`, and where there is one `related` and `rule` with its text in English.
Json remarks_json(const questionnaire::Template& questions, const std::vector<questionnaire::Remark>& remarks);
/// A line each.
void print_remarks(const questionnaire::Template& questions, const std::vector<questionnaire::Remark>& remarks);

}  // namespace fieldseal::ctl
