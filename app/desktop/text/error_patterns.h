// What model, sync and session say to people, as patterns.
#pragma once

#include <span>

namespace fieldseal::desktop {

/// In English, `{}` for what differs from case to case; each has its translation in the catalogue.
std::span<const char* const> error_patterns();

}  // namespace fieldseal::desktop
