// The canonical encoding of structs.
#include "model/codec/canonical_archive.h"

#include "model/record/record.h"

using namespace fieldseal;
using namespace fieldseal::codec;

namespace {

enum class Colour : std::uint8_t { red = 0, green = 1 };
bool is_valid(Colour colour) {
    return colour <= Colour::green;
}

enum class Loose : std::uint8_t { some = 0 };

struct Inner {
    std::int16_t number = 0;
    std::string text;
    bool operator==(const Inner&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(number, text);
    }
};

struct Everything {
    bool yes = false;
    Colour colour = Colour::red;
    Loose loose = Loose::some;
    std::uint16_t small = 0;
    std::int64_t large = 0;
    double real = 0;
    Bytes bytes;
    RecordId id;
    std::array<std::uint8_t, 3> raw{};
    std::vector<Inner> list;
    std::vector<bool> flags;
    std::map<std::string, Inner> map;
    std::optional<Inner> maybe;
    std::variant<Inner, std::uint64_t, std::string> either;
    std::pair<std::uint64_t, bool> both;
    record::AnswerValue answer;

    bool operator==(const Everything&) const = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("yes", yes), colour, loose, small, large, real, bytes, id, raw, list, flags, map, maybe,
           either, both, answer);
    }
};

/// Reads two spellings and writes one.
struct Lenient {
    bool yes = false;
};
std::string flat_form(const Lenient& value) {
    return value.yes ? "yes" : "no";
}
bool from_flat_form(std::string_view text, Lenient& value) {
    value.yes = text == "yes" || text == "YES";
    return value.yes || text == "no";
}

struct Nested {
    std::vector<Nested> inside;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(inside);
    }
};

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

template <class T>
std::optional<ErrorCode> refusal(std::string_view text) {
    try {
        decode<T>(hex(text), "test");
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

Everything sample() {
    Everything all;
    all.yes = true;
    all.colour = Colour::green;
    all.loose = static_cast<Loose>(200);
    all.small = 300;
    all.large = -1;
    all.real = 0.5;
    all.bytes = {9, 8};
    all.id.bytes[15] = 1;
    all.raw = {1, 2, 3};
    all.list = {{-2, "a"}, {0, ""}};
    all.flags = {true, false};
    all.map = {{"k", {1, "v"}}};
    all.maybe = Inner{5, "m"};
    all.either = std::string("e");
    all.both = {7, true};
    all.answer = record::AnswerValue::of_level(2);
    return all;
}

}  // namespace

TEST_CASE("a struct is its fields in order, without names") {
    CHECK(to_hex(encode(sample())) ==
          "01"
          "01"
          "c8"
          "ac02"
          "01"
          "3fe0000000000000"
          "020908"
          "00000000000000000000000000000001"
          "010203"
          "02"
          "030161"
          "0000"
          "020100"
          "01"
          "016b"
          "020176"
          "01"
          "0a016d"
          "02"
          "0165"
          "0701"
          "0132");
    CHECK(decode<Everything>(encode(sample()), "test") == sample());
    CHECK(decode<Everything>(encode(Everything{}), "test") == Everything{});
}

TEST_CASE("every cut and every byte too many is refused") {
    const Bytes bytes = encode(sample());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_THROWS_AS(decode<Everything>(ByteView(bytes).first(size), "test"), Error);
    }
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK_THROWS_AS(decode<Everything>(longer, "test"), Error);
}

TEST_CASE("values outside their type are refused") {
    CHECK_FALSE(refusal<Colour>("01"));
    CHECK(refusal<Colour>("02") == ErrorCode::damaged);
    CHECK_FALSE(refusal<Loose>("ff"));
    CHECK_FALSE(refusal<std::uint16_t>("ffff03"));
    CHECK(refusal<std::uint16_t>("808004") == ErrorCode::too_large);
    CHECK_FALSE(refusal<std::int16_t>("ffff03"));
    CHECK(refusal<std::int16_t>("808004") == ErrorCode::damaged);
    CHECK(refusal<std::optional<bool>>("0201") == ErrorCode::damaged);
    CHECK(refusal<std::variant<bool, bool>>("0200") == ErrorCode::damaged);
    CHECK_FALSE(refusal<std::variant<bool, bool>>("0100"));
    CHECK_FALSE(refusal<record::AnswerValue>("0132"));
    CHECK(refusal<record::AnswerValue>("0134") == ErrorCode::damaged);
    CHECK_FALSE(refusal<Lenient>("03796573"));
    CHECK(refusal<Lenient>("03594553") == ErrorCode::damaged);
}

TEST_CASE("maps have ascending keys") {
    using Map = std::map<std::string, bool>;
    CHECK_FALSE(
        refusal<Map>("02"
                     "016100"
                     "016200"));
    CHECK(refusal<Map>("02"
                       "016200"
                       "016100") == ErrorCode::damaged);
    CHECK(refusal<Map>("02"
                       "016100"
                       "016101") == ErrorCode::damaged);
}

TEST_CASE("counts are checked with what the elements take at least") {
    CHECK(refusal<std::vector<Hash>>("02"
                                     "00") == ErrorCode::damaged);
    CHECK(refusal<std::vector<std::uint64_t>>("ffffffffffffffffff01") == ErrorCode::damaged);
    CHECK(least_size<std::pair<Hash, double>>() == 40);
    CHECK(refusal<std::string>("8180800261") == ErrorCode::too_large);
    CHECK(refusal<Bytes>("05000000") == ErrorCode::damaged);
}

TEST_CASE("depth is bounded") {
    // n structs in one another: n - 1 times "one inside", then "none".
    const auto nested = [](int depth) {
        std::string text;
        for (int i = 1; i < depth; ++i) {
            text += "01";
        }
        return text + "00";
    };
    CHECK_FALSE(refusal<Nested>(nested(nesting_limit)));
    CHECK(refusal<Nested>(nested(nesting_limit + 1)) == ErrorCode::damaged);
    auto deep = decode<Nested>(hex(nested(nesting_limit)), "test");
    CHECK(to_hex(encode(deep)) == nested(nesting_limit));
    Nested deeper;
    deeper.inside.push_back(deep);
    CHECK_THROWS_AS(encode(deeper), Error);
}

TEST_CASE("what cannot be read again is not written") {
    CHECK_THROWS_AS(encode(std::string("\xff")), Error);
    CHECK_THROWS_AS(encode(std::string(value_limit + 1, 'x')), Error);
    CHECK_THROWS_AS(encode(std::numeric_limits<double>::infinity()), Error);
}
