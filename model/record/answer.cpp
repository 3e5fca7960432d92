#include "model/record/answer.h"

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
