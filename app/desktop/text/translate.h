// Texts of the window, in English and Ukrainian. English is the source text; assets/translations/uk.po holds the other.
//
// The compiled catalogue (GNU .mo) is read here instead of through libintl: that needs the language's locale to be installed on the machine, and
// switching it while the program runs is process-wide. The format: gettext manual, section "The Format of GNU MO Files".
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "model/questionnaire/template.h"

namespace fieldseal::desktop {

using questionnaire::Language;

/// Loads the Ukrainian catalogue from the share folder. False (and English everywhere) if it is not there or broken.
bool load_translations(const std::filesystem::path& catalogue);
void set_language(Language language);
Language language();

/// The text in the current language. The result lives as long as the program.
const char* tr(const char* english);
/// With a number: one form or another, "%d" replaced by the number.
std::string trn(const char* singular, const char* plural, std::int64_t number);
/// "{}" replaced in order by the arguments.
std::string fill(std::string_view text, std::span<const std::string_view> arguments);
inline std::string fill(std::string_view text, std::initializer_list<std::string_view> arguments) {
    return fill(text, std::span(arguments.begin(), arguments.size()));
}

/// "23.11.2026" or "2026-11-23", as the language writes it; "–" for 0.
std::string date_text(std::int64_t wall_ms);
/// A day as records keep it ("2026-11-23"), as the language writes it; anything else as it is.
std::string day_text(const std::string& iso);
/// A quarter as figures have it ("2026-Q4"), as the language writes it: "Q4 2026", "IV кв. 2026"; anything else as it is.
std::string quarter_text(const std::string& iso);
/// "2026-11-23" of a wall time, here: what days of records are compared with.
std::string iso_day(std::int64_t wall_ms);
std::string date_time_text(std::int64_t wall_ms);
/// "10:32", of the day that it is.
std::string clock_text(std::int64_t wall_ms);
/// "73 %" of thousandths; "–" for a negative number.
std::string percent_text(int thousandths);
/// "4.2 MB".
std::string size_text(std::uint64_t bytes);

}  // namespace fieldseal::desktop
