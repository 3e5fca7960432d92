#include "app/desktop/text/read_input.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <vector>

#include "app/desktop/text/translate.h"
#include "model/portfolio/search.h"
#include "model/record/answer.h"

namespace fieldseal::desktop {

namespace {

constexpr std::string_view hard_space = "\u00a0";
constexpr std::string_view narrow_space = "\u202f";

/// Blanks of all kinds become plain ones, and none stand at the ends.
std::string with_plain_blanks(std::string_view typed) {
    std::string text;
    while (!typed.empty()) {
        const std::string_view blank = typed.starts_with(hard_space)     ? hard_space
                                       : typed.starts_with(narrow_space) ? narrow_space
                                                                         : typed.substr(0, 1);
        text += blank.size() > 1 || blank == "\t" ? " " : std::string(blank);
        typed.remove_prefix(blank.size());
    }
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// In both languages whichever is shown: at work they mix.
const std::vector<std::string>& words_for(std::string_view unit) {
    static const std::map<std::string, std::vector<std::string>, std::less<>> words{
        {"h", {"hours", "hrs", "години", "година"}},
        {"d", {"days", "дні", "днів", "день", "доби", "діб", "доба"}},
        {"years", {"years", "yrs", "роки", "років", "рік", "р"}},
        {"l", {"litres", "liters", "літри", "літрів"}},
        {"l/h", {"l/h", "l/hr", "litres per hour", "л/год", "літрів на годину", "літрів за годину"}},
        {"fte", {"fte", "full posts", "posts", "ставки", "ставок", "ставка"}},
        {"count", {"pieces", "pcs", "штук", "шт"}},
    };
    static const std::vector<std::string> none;
    const auto found = words.find(unit);
    return found == words.end() ? none : found->second;
}

bool is_unit(const std::string& word, std::string_view unit) {
    const std::string said = portfolio::fold(word);
    return said.empty() || said == portfolio::fold(unit) ||
           std::ranges::any_of(words_for(unit), [&](const std::string& known) { return known.starts_with(said); });
}

}  // namespace

std::optional<std::string> read_decimal(std::string_view typed, std::string_view unit) {
    const std::string text = with_plain_blanks(typed);
    std::string number;
    std::size_t at = 0;
    if (text.starts_with('-')) {
        number = "-";
        ++at;
    }
    bool sign = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        // "1 200": three digits after a blank belong to the number, "12 14" are two.
        const bool groups = c == ' ' && !sign && !number.empty() && at + 3 < text.size() &&
                            std::ranges::all_of(text.substr(at + 1, 3), is_digit) &&
                            (at + 4 >= text.size() || !is_digit(text[at + 4]));
        if (is_digit(c)) {
            number += c;
        } else if ((c == ',' || c == '.') && !sign) {
            sign = true;
            number += '.';
        } else if (!groups) {
            break;
        }
    }
    if (number.ends_with('.')) {
        number.pop_back();
    }
    std::string rest = with_plain_blanks(text.substr(at));
    if (rest.ends_with('.')) {
        rest.pop_back();
    }
    if (!record::is_decimal(number) || !is_unit(rest, unit)) {
        return std::nullopt;
    }
    return number;
}

std::string decimal_text(const std::string& decimal) {
    std::string text = decimal;
    if (language() == Language::ukrainian) {
        std::ranges::replace(text, '.', ',');
    }
    return text;
}

std::string figure_text(double value, int places) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", places, value);
    return decimal_text(text.data());
}

std::string read_day(const std::string& typed) {
    const std::string text = with_plain_blanks(typed);
    if (record::is_day(text)) {
        return text;
    }
    std::array<std::string, 3> parts;
    std::size_t part = 0;
    for (const char c : text) {
        if (c == '.' || c == '/') {
            if (++part == parts.size()) {
                return typed;
            }
        } else if (is_digit(c)) {
            parts[part] += c;
        } else {
            return typed;
        }
    }
    const auto& [day, month, year] = parts;
    if (day.empty() || day.size() > 2 || month.empty() || month.size() > 2 || (year.size() != 4 && year.size() != 2)) {
        return typed;
    }
    const auto two = [](const std::string& digits) { return std::string(2 - digits.size(), '0') + digits; };
    const std::string iso = (year.size() == 2 ? "20" + year : year) + "-" + two(month) + "-" + two(day);
    return record::is_day(iso) ? iso : typed;
}

std::string day_example() {
    return day_text("2026-11-23");
}

}  // namespace fieldseal::desktop
