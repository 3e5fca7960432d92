// The codes of passphrase.h that people copy from paper.
#include <algorithm>

#include "model/crypto/locked_state.h"
#include "model/crypto/passphrase.h"

namespace fieldseal::crypto {

namespace {

constexpr std::size_t check_digits = 2;
constexpr std::size_t group_size = 5;

/// ISO 7064 MOD 97-10: the two digits, 02 to 98, that make the whole number leave 1 when divided by 97.
std::array<std::uint8_t, check_digits> check_of(ByteView digits) {
    unsigned remainder = 0;
    for (const std::uint8_t digit : digits) {
        remainder = (remainder * 10 + digit - '0') % 97;
    }
    const unsigned check = 98 - remainder * 100 % 97;
    return {static_cast<std::uint8_t>('0' + check / 10), static_cast<std::uint8_t>('0' + check % 10)};
}

bool has_check_digits(std::size_t digits) {
    return digits == 40;
}

/// How many bytes at the start of `typed` are one separator: ASCII white space, hyphen, or what word processors make of
/// them (no-break space, U+2010 to U+2015). Zero if none.
std::size_t separator_length(ByteView typed) {
    switch (typed[0]) {
        case ' ':
        case '-':
        case '\t':
        case '\r':
        case '\n':
            return 1;
        case 0xc2:
            return typed.size() >= 2 && typed[1] == 0xa0 ? 2 : 0;
        case 0xe2:
            return typed.size() >= 3 && typed[1] == 0x80 && typed[2] >= 0x90 && typed[2] <= 0x95 ? 3 : 0;
        default:
            return 0;
    }
}

}  // namespace

Secret DigitCode::make(std::size_t digits, Random& random) {
    require(digits == 20 || digits == 40, "A code has 20 or 40 digits.");
    Secret code(digits);
    const auto out = code.writable();
    const std::size_t drawn = has_check_digits(digits) ? digits - check_digits : digits;
    for (std::size_t i = 0; i < drawn; ++i) {
        out[i] = static_cast<std::uint8_t>('0' + random.below(10));
    }
    if (has_check_digits(digits)) {
        const auto check = check_of(out.first(drawn));
        std::copy(check.begin(), check.end(), out.begin() + static_cast<std::ptrdiff_t>(drawn));
    }
    return code;
}

std::optional<Secret> DigitCode::parse(ByteView typed, std::size_t digits) {
    require(digits == 20 || digits == 40, "A code has 20 or 40 digits.");
    Secret code(digits);
    std::size_t count = 0;
    while (!typed.empty()) {
        if (typed[0] >= '0' && typed[0] <= '9') {
            if (count == digits) {
                return std::nullopt;
            }
            code.writable()[count++] = typed[0];
            typed = typed.subspan(1);
            continue;
        }
        const std::size_t separator = separator_length(typed);
        if (separator == 0) {
            return std::nullopt;
        }
        typed = typed.subspan(separator);
    }
    if (count != digits) {
        return std::nullopt;
    }
    const ByteView drawn = code.view().first(digits - check_digits);
    if (has_check_digits(digits) && !std::ranges::equal(check_of(drawn), code.view().last(check_digits))) {
        return std::nullopt;
    }
    return code;
}

std::string DigitCode::grouped(const Secret& digits) {
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && i % group_size == 0) {
            text.push_back('-');
        }
        text.push_back(static_cast<char>(digits.view()[i]));
    }
    return text;
}

}  // namespace fieldseal::crypto
