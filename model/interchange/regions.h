// Regions of Ukraine by ISO 3166-2 code, in both languages.
#pragma once

#include <span>

namespace fieldseal::interchange {

struct Region {
    const char* code;
    const char* en;
    const char* uk;
};

/// In the order of the Ukrainian alphabet as published, cities with special status last.
std::span<const Region> regions();

}  // namespace fieldseal::interchange
