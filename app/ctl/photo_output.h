// What commands say of a photo: what was removed, how it was changed, who can open the original.
#pragma once

#include "app/ctl/context.h"

namespace fieldseal::ctl {

/// "where it was taken, camera and time"; "" where the original said nothing besides its pixels.
std::string removed_text(const record::CleaningNote& cleaning);
/// Members "cleaned" and "original" of a piece of evidence: null for what was kept as it is.
void add_photo_json(const session::EvidenceView& item, Json& json);
/// Lines for people, each behind two spaces; none for what was kept as it is.
void print_photo(const session::EvidenceView& item);

}  // namespace fieldseal::ctl
