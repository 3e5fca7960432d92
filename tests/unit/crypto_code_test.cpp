// Passphrases and the codes that people copy from paper.
#include "model/crypto/passphrase.h"
#include "model/error/error.h"

using namespace fieldseal;
using namespace fieldseal::crypto;

TEST_CASE("stretching is Argon2id 1.3 as its reference program has it") {
    // printf 'correct horse' | argon2 0123456789abcdef -id -t 1 -k 8192 -p 1 -l 32 -r, and -t 3 -k 16384
    const Salt salt = Salt::from(view_of("0123456789abcdef"));
    CHECK(to_hex(stretch(view_of("correct horse"), salt, test_cost).view()) ==
          "eb8cf0e32ea118d4865b51d32836a373be04224269089f805015c3b29cab1445");
    CHECK(to_hex(stretch(view_of("correct horse"), salt, {3, 16 * 1024}).view()) ==
          "b797fb511beffdf4ab6f633f2e3fd5311a14915164cddc5fe923ed258a8fc45d");
}

TEST_CASE("every part of passphrase and salt counts") {
    const Salt salt = Salt::from(view_of("0123456789abcdef"));
    const Secret key = stretch(view_of("correct horse"), salt, test_cost);
    CHECK_FALSE(key.equals(stretch(view_of("correct horsf"), salt, test_cost).view()));
    CHECK_FALSE(key.equals(stretch(view_of("correct horse "), salt, test_cost).view()));
    CHECK_FALSE(key.equals(stretch(view_of("correct horse"), Salt{}, test_cost).view()));
    CHECK(stretch({}, salt, test_cost).size() == 32);
}

TEST_CASE("costs from outside are bounded before memory is asked for") {
    CHECK(cost_is_acceptable(standard_cost));
    CHECK(cost_is_acceptable(test_cost));
    CHECK(cost_is_acceptable({16, 2 * 1024 * 1024}));
    CHECK_FALSE(cost_is_acceptable({0, 8 * 1024}));
    CHECK_FALSE(cost_is_acceptable({17, 8 * 1024}));
    CHECK_FALSE(cost_is_acceptable({1, 8 * 1024 - 1}));
    CHECK_FALSE(cost_is_acceptable({1, 2 * 1024 * 1024 + 1}));
    CHECK_FALSE(cost_is_acceptable({1, 0xffffffff}));
    CHECK_THROWS_AS(stretch({}, Salt{}, {1, 0xffffffff}), Error);
}

TEST_CASE("a code comes back however it is typed") {
    SeededRandom random(1);
    for (const std::size_t digits : {std::size_t{20}, std::size_t{40}}) {
        const Secret code = DigitCode::make(digits, random);
        const std::string shown = DigitCode::grouped(code);
        CHECK(shown.size() == digits + digits / 5 - 1);
        CHECK(shown[5] == '-');
        CHECK(DigitCode::parse(view_of(shown), digits)->equals(code.view()));
        CHECK(DigitCode::parse(code.view(), digits)->equals(code.view()));
        CHECK(DigitCode::parse(view_of(" " + shown + "\r\n"), digits)->equals(code.view()));
        // An en dash and a no-break space, as word processors put them.
        std::string pretty = shown;
        pretty.replace(5, 1, "\xe2\x80\x93");
        pretty.insert(0, "\xc2\xa0");
        CHECK(DigitCode::parse(view_of(pretty), digits)->equals(code.view()));
        CHECK_FALSE(DigitCode::parse(view_of(shown + "0"), digits));
        CHECK_FALSE(DigitCode::parse(view_of(shown.substr(1)), digits));
        CHECK_FALSE(DigitCode::parse(view_of(shown + "x"), digits));
        CHECK_FALSE(DigitCode::parse(view_of(shown + "\xe2\x80"), digits));
        CHECK_FALSE(DigitCode::parse({}, digits));
    }
    CHECK_THROWS_AS(DigitCode::make(21, random), Error);
}

TEST_CASE("a recovery code's check digits are those of ISO 7064 MOD 97-10") {
    // 98 - 12345678901234567890123456789012345678 * 100 mod 97 is 63; for all zeros it is 98.
    CHECK(DigitCode::parse(view_of("12345678901234567890123456789012345678 63"), 40));
    CHECK_FALSE(DigitCode::parse(view_of("12345678901234567890123456789012345678 64"), 40));
    CHECK(DigitCode::parse(view_of("00000000000000000000000000000000000000 98"), 40));
    CHECK_FALSE(DigitCode::parse(view_of("00000000000000000000000000000000000000 01"), 40));
}

TEST_CASE("check digits find every wrong digit and every swap of neighbours") {
    SeededRandom random(9);
    for (int round = 0; round < 20; ++round) {
        const Secret code = DigitCode::make(40, random);
        const Bytes digits(code.view().begin(), code.view().end());
        for (std::size_t at = 0; at < digits.size(); ++at) {
            Bytes slipped = digits;
            slipped[at] = static_cast<std::uint8_t>('0' + (slipped[at] - '0' + 1 + random.below(9)) % 10);
            CHECK_FALSE(DigitCode::parse(slipped, 40));
            if (at > 0 && digits[at] != digits[at - 1]) {
                Bytes swapped = digits;
                std::swap(swapped[at], swapped[at - 1]);
                CHECK_FALSE(DigitCode::parse(swapped, 40));
            }
        }
    }
}
