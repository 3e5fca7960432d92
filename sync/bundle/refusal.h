// How reading a bundle ends early inside this folder; open() turns it into a value.
#pragma once

#include <string>

#include "sync/bundle/bundle.h"

namespace fieldseal::bundle {

/// Thrown while a bundle is read, never out of open().
struct Refusal {
    OpenFailure failure;
    std::string reason;
};

}  // namespace fieldseal::bundle
