// How conflicts are printed.
#pragma once

#include "app/ctl/context.h"

namespace fieldseal::ctl {

/// With `session`, also the value that the versions parted from, and each side's steps since.
Json conflicts_json(const RecordId& record, const std::vector<session::Conflict>& conflicts,
                    session::Session* session = nullptr);
void print_conflicts(const RecordId& record, const std::vector<session::Conflict>& conflicts,
                     session::Session* session = nullptr);

}  // namespace fieldseal::ctl
