// Numbers and days as people type them, in either language's way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fieldseal::desktop {

/// "36.5" of "36,5", "36.5 h", "1 200" or "12 год": what an answer keeps. `unit` is that of
/// the questionnaire ("h"): its words in either language, or the beginning of one, may follow. Nothing for anything
/// else, and for nothing.
std::optional<std::string> read_decimal(std::string_view typed, std::string_view unit);
/// "36,5" in Ukrainian, "36.5" in English.
std::string decimal_text(const std::string& decimal);
/// A figure with so many places after the sign, as the language writes it.
std::string figure_text(double value, int places);

/// A day as records keep it of "23.11.2026", "23.11.26" or "2026-11-23"; what is none is given back as it is.
std::string read_day(const std::string& typed);
/// What a field for a day shows while it is empty: "23.11.2026" or "2026-11-23".
std::string day_example();

}  // namespace fieldseal::desktop
