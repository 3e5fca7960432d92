// What a visit saw of an earlier finding or need.
#pragma once

#include <cstdint>
#include <string>

#include <cereal/cereal.hpp>

namespace fieldseal::record {

/// Of a finding: solved, in part, not. Of a need: in place and working, in part, not.
enum class CheckResult : std::uint8_t { none = 0, solved = 1, in_part = 2, not_solved = 3 };
constexpr bool is_valid(CheckResult result) { return result <= CheckResult::not_solved; }

struct Check {
    CheckResult result = CheckResult::none;
    /// Of a need: how many are in place and working; 0 where nobody counted.
    std::int64_t seen = 0;
    std::string note;

    bool operator==(const Check&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("result", result), cereal::make_nvp("seen", seen), cereal::make_nvp("note", note));
    }
};

}  // namespace fieldseal::record
