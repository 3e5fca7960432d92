// What a record belongs to: what travels together and is erased together. docs/formats/record.md, "What a record
// belongs to".
#pragma once

#include <vector>

#include "model/codec/value.h"
#include "model/record/record.h"

namespace fieldseal::record {

/// The first is the whole that it is part of (an assessment or a site); a pledge belongs to its need besides. Empty for
/// what stands by itself, and where the fields do not say.
std::vector<RecordId> owners_of(Kind kind, const codec::FieldMap& fields);
/// The same of one revision: only what it says itself.
std::vector<RecordId> owners_of(Kind kind, const codec::Edits& edits);

/// Whether records of this kind are parts of others.
bool is_part(Kind kind);

}  // namespace fieldseal::record
