#include "model/record/answer.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace fieldseal::record {

namespace {

constexpr std::size_t whole_digits = 15;
constexpr std::size_t decimal_digits = 6;

/// Takes digits off the front of `text` and returns how many there were.
std::size_t take_digits(std::string_view& text) {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
        ++count;
    }
    text.remove_prefix(count);
    return count;
}

}  // namespace

bool is_decimal(std::string_view text) {
    if (text.starts_with('-')) {
        text.remove_prefix(1);
    }
    const std::size_t whole = take_digits(text);
    if (whole < 1 || whole > whole_digits) {
        return false;
    }
    if (text.empty()) {
        return true;
    }
    if (!text.starts_with('.')) {
        return false;
    }
    text.remove_prefix(1);
    const std::size_t decimals = take_digits(text);
    return text.empty() && decimals >= 1 && decimals <= decimal_digits;
}

bool is_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    const auto number = [text](std::size_t from, std::size_t count) {
        int value = 0;
        for (const char c : text.substr(from, count)) {
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    if (year < 1 || month < 1 || month > 12) {
        return false;
    }
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    constexpr std::array<int, 12> lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int last = month == 2 && leap ? 29 : lengths[static_cast<std::size_t>(month - 1)];
    return day >= 1 && day <= last;
}

std::string day_of(std::int64_t wall_ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> moment{std::chrono::milliseconds(wall_ms)};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()) % 10000,
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text;
}

std::string flat_form(const AnswerValue& value) {
    switch (value.state) {
        case AnswerValue::State::open:
            return "";
        case AnswerValue::State::level:
            return std::to_string(value.level);
        case AnswerValue::State::number:
            return "=" + value.number;
        case AnswerValue::State::not_applicable:
            return "na";
        case AnswerValue::State::unknown:
            return "unknown";
    }
    return "";
}

bool from_flat_form(std::string_view text, AnswerValue& value) {
    if (text.empty()) {
        value = {};
    } else if (text == "na") {
        value = AnswerValue::not_applicable();
    } else if (text == "unknown") {
        value = AnswerValue::unknown();
    } else if (text.size() == 1 && text[0] >= '0' && text[0] <= '3') {
        value = AnswerValue::of_level(text[0] - '0');
    } else if (text[0] == '=' && is_decimal(text.substr(1))) {
        value = AnswerValue::of_number(std::string(text.substr(1)));
    } else {
        return false;
    }
    return true;
}

}  // namespace fieldseal::record
