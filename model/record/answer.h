// One answer of an assessment.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <cereal/cereal.hpp>

namespace fieldseal::record {

/// What was answered, as one field: level and state cannot come apart in a merge.
struct AnswerValue {
    enum class State : std::uint8_t { open, level, number, not_applicable, unknown };
    State state = State::open;
    /// 0 to 3 where state is level.
    int level = 0;
    /// The number given, as decimal text ("36.5"), where state is number: kept as it was typed.
    std::string number;

    bool operator==(const AnswerValue&) const = default;
    static AnswerValue of_level(int level) { return {State::level, level, {}}; }
    static AnswerValue of_number(std::string number) { return {State::number, 0, std::move(number)}; }
    static AnswerValue not_applicable() { return {State::not_applicable, 0, {}}; }
    static AnswerValue unknown() { return {State::unknown, 0, {}}; }
};

/// "" open, "0".."3" a level, "=36.5" a number, "na", "unknown": the form in revisions and in JSON.
std::string flat_form(const AnswerValue& value);
/// False, with `value` as it was, for any other text.
bool from_flat_form(std::string_view text, AnswerValue& value);
/// Whether `text` is -?[0-9]{1,15}(\.[0-9]{1,6})?: what a number answer and a measure may hold.
bool is_decimal(std::string_view text);
/// Whether `text` is a day of the calendar, "2026-11-23".
bool is_day(std::string_view text);
/// The day of a wall time in UTC, "2026-11-23".
std::string day_of(std::int64_t wall_ms);

/// How the assessor knows. Rank rises with trust; SCORING.md gives each its weight.
enum class Basis : std::uint8_t { none = 0, stated = 1, documented = 2, observed = 3, tested = 4 };
constexpr bool is_valid(Basis basis) { return basis <= Basis::tested; }

struct Answer {
    AnswerValue value;
    Basis basis = Basis::none;
    bool unsure = false;
    std::string note;
    /// Why the question does not apply; required with not_applicable.
    std::string reason;
    /// Measure id to decimal text ("max_downtime_hours" to "4").
    std::map<std::string, std::string> measures;
    std::int64_t answered_ms = 0;

    bool operator==(const Answer&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("value", value), cereal::make_nvp("basis", basis), cereal::make_nvp("unsure", unsure),
           cereal::make_nvp("note", note), cereal::make_nvp("reason", reason), cereal::make_nvp("measures", measures),
           cereal::make_nvp("answered_ms", answered_ms));
    }
};

}  // namespace fieldseal::record
