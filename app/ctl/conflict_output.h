// How conflicts are printed.
#pragma once

#include "app/ctl/context.h"

namespace fieldseal::ctl {

Json conflicts_json(const std::vector<session::Conflict>& conflicts);
void print_conflicts(const RecordId& record, const std::vector<session::Conflict>& conflicts);

}  // namespace fieldseal::ctl
