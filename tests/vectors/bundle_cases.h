// The cases of bundle.json: what is done wrong, and the class of failure that a reader must give.
#pragma once

#include "recipe.h"

namespace fieldseal::vectors {

struct BundleCase {
    std::string name;
    std::string expect;
    Recipe recipe;
};

std::vector<BundleCase> bundle_cases(const World& world);
/// Parts of bundle_cases.
std::vector<BundleCase> good_cases(const World& world);
std::vector<BundleCase> header_cases(const World& world);
std::vector<BundleCase> stream_cases(const World& world);
std::vector<BundleCase> content_cases(const World& world);

/// A run of another vector's bytes, or bytes of its own where `base` is empty.
struct SplicedPiece {
    std::string base;
    std::size_t offset = 0;
    std::size_t length = 0;
    Bytes bytes;
};
/// A vector made of pieces of large ones, which would be too long to repeat.
struct SplicedCase {
    std::string name;
    std::string expect;
    std::vector<SplicedPiece> pieces;
};
std::vector<SplicedCase> spliced_cases();

/// Where things lie in a bundle with one recipient.
constexpr std::size_t one_header_size = 169;
constexpr std::size_t stanza_at = 46;

}  // namespace fieldseal::vectors
