// Which elements of two sequences stay when one is turned into the other with few removals and insertions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fieldseal::history {

struct Kept {
    /// One flag for each element; as many are set on either side, and the nth set ones are equal.
    std::vector<bool> before;
    std::vector<bool> after;
};

/// Myers, An O(ND) Difference Algorithm, 1986, in linear space. The shortest edit unless the sequences differ in more
/// than some thousand places; then one not much longer, so that the time stays bounded.
Kept shortest_edit(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after);

}  // namespace fieldseal::history
