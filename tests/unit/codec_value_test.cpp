// Values, fields and edits.
#include "model/codec/value.h"

#include "model/codec/flatten.h"

using namespace fieldseal;
using namespace fieldseal::codec;

namespace {

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

std::optional<ErrorCode> edits_refusal(std::string_view text) {
    const Bytes bytes = hex(text);
    Reader in(bytes, "edits");
    try {
        read_edits(in);
        in.expect_end();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

template <class Call>
std::optional<ErrorCode> code_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

Bytes written(const Edits& edits) {
    Writer out;
    write_edits(out, edits);
    return out.take();
}

struct Listed {
    std::vector<std::string> lines;
    std::uint64_t large = 0;
    double real = 0;
    std::map<std::string, std::string> map;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(cereal::make_nvp("lines", lines), cereal::make_nvp("large", large), cereal::make_nvp("real", real),
           cereal::make_nvp("map", map));
    }
};

}  // namespace

TEST_CASE("keys and paths are ASCII letters, digits and four signs") {
    CHECK(is_key("CSB-GV-01"));
    CHECK(is_key("a_b.c:d"));
    CHECK(is_key(std::string(128, 'a')));
    CHECK_FALSE(is_key(std::string(129, 'a')));
    for (const std::string_view bad : {"", "a/b", "a b", "\xd1\x96", "a\n", "a\"", "a\\", "*"}) {
        CHECK_FALSE(is_key(bad));
    }
    CHECK(is_path("answers/CSB-GV-01/note"));
    for (const std::string_view bad : {"", "/", "/a", "a/", "a//b", "a/ b"}) {
        CHECK_FALSE(is_path(bad));
    }
    CHECK(is_path(std::string(128, 'a') + "/" + std::string(128, 'a') + "/" + std::string(128, 'a') + "/" +
                  std::string(125, 'a')));
    CHECK_FALSE(is_path(std::string(128, 'a') + "/" + std::string(128, 'a') + "/" + std::string(128, 'a') + "/" +
                        std::string(126, 'a')));
}

TEST_CASE("a zero and no value are the same edit") {
    Edits zeros;
    zeros["a"] = Value(false);
    zeros["b"] = Value(std::int64_t{0});
    zeros["c"] = Value(-0.0);
    zeros["d"] = Value(std::string());
    zeros["e"] = Value(Bytes());
    Edits none;
    for (const char* path : {"a", "b", "c", "d", "e"}) {
        none[path] = std::nullopt;
    }
    CHECK(written(zeros) == written(none));
    CHECK(normalised(zeros) == none);
    FieldMap fields;
    fields["a"] = true;
    fields["d"] = std::string("x");
    codec::apply(fields, zeros);
    CHECK(fields.empty());
}

TEST_CASE("edits come back as they were written") {
    Edits edits;
    edits["answers/Q/note"] = Value(std::string("Так"));
    edits["b"] = Value(true);
    edits["i"] = Value(std::int64_t{-300});
    edits["r"] = Value(0.1);
    edits["x"] = Value(Bytes{0, 255});
    edits["z"] = std::nullopt;
    const Bytes bytes = written(edits);
    Reader in(bytes, "edits");
    CHECK(read_edits(in) == edits);
    CHECK(in.at_end());
}

TEST_CASE("edits that are not canonical are refused") {
    CHECK_FALSE(edits_refusal("02016100016202"));
    CHECK(edits_refusal("02016200016102") == ErrorCode::damaged);  // descending
    CHECK(edits_refusal("02016100016102") == ErrorCode::damaged);  // the same path twice
    CHECK(edits_refusal("01016101") == ErrorCode::damaged);        // false
    CHECK(edits_refusal("0101610300") == ErrorCode::damaged);      // 0
    CHECK(edits_refusal("0101610500") == ErrorCode::damaged);      // ""
    CHECK(edits_refusal("0101610600") == ErrorCode::damaged);      // no bytes
    CHECK(edits_refusal("01016107") == ErrorCode::damaged);        // unknown tag
    CHECK(edits_refusal("01012f02") == ErrorCode::damaged);        // path "/"
    CHECK(edits_refusal("010002") == ErrorCode::damaged);          // no path
    CHECK(edits_refusal("0101610501ff") == ErrorCode::damaged);    // no UTF-8
    CHECK(edits_refusal("01016105808080020061") == ErrorCode::damaged);
    CHECK(edits_refusal("0101610581808002") == ErrorCode::too_large);  // 4 MiB + 1
    CHECK(edits_refusal("a18d06") == ErrorCode::too_large);            // 100,001 edits
    CHECK(edits_refusal("a08d06") == ErrorCode::damaged);              // 100,000 edits in no bytes
    CHECK(edits_refusal("0101610200") == ErrorCode::damaged);          // a byte too many
    CHECK(edits_refusal("01016102"
                        "") == std::nullopt);
}

TEST_CASE("fields carry no zeros and no removals") {
    FieldMap fields;
    fields["a"] = std::string("x");
    fields["b"] = std::string();
    Writer out;
    write_fields(out, fields);
    CHECK(to_hex(out.view()) == "010161050178");
    const Bytes removal = hex("01016100");
    Reader in(removal, "fields");
    CHECK(code_of([&] { read_fields(in); }) == ErrorCode::damaged);
}

TEST_CASE("what cannot be read again is not written") {
    const auto one = [](std::string path, Value value) {
        return [path = std::move(path), value = std::move(value)] {
            Edits edits;
            edits[path] = value;
            written(edits);
        };
    };
    CHECK_FALSE(code_of(one("a", std::string("x"))));
    CHECK(code_of(one("a b", std::string("x"))) == ErrorCode::refused);
    CHECK(code_of(one("a", std::string("\xff"))) == ErrorCode::refused);
    CHECK(code_of(one("a", std::string("a\0b", 3))) == ErrorCode::refused);
    CHECK(code_of(one("a", std::numeric_limits<double>::infinity())) == ErrorCode::refused);
    CHECK_FALSE(code_of(one("a", std::string(value_limit, 'x'))));
    CHECK(code_of(one("a", std::string(value_limit + 1, 'x'))) == ErrorCode::too_large);
    CHECK(code_of(one("a", Bytes(value_limit + 1, 1))) == ErrorCode::too_large);
}

TEST_CASE("values are shown as people write them") {
    CHECK(to_display(Value(true)) == "true");
    CHECK(to_display(Value(std::int64_t{-12})) == "-12");
    CHECK(to_display(Value(36.5)) == "36.5");
    CHECK(to_display(Value(0.1)) == "0.1");
    CHECK(to_display(Value(-1.7976931348623157e308)) == "-1.7976931348623157e+308");
    CHECK(to_display(Value(std::string("так"))) == "так");
    CHECK(to_display(Value(Bytes{0, 171})) == "00ab");
}

TEST_CASE("lists are one field of lines") {
    Listed listed;
    listed.lines = {"one", "два"};
    const FieldMap fields = flatten(listed);
    CHECK(std::get<std::string>(fields.at("lines")) == "one\nдва");
    CHECK(unflatten<Listed>(fields).lines == listed.lines);
    CHECK(split_lines("")->empty());
    for (const std::string_view bad : {"\n", "a\n", "\na", "a\n\nb"}) {
        CHECK_FALSE(split_lines(bad));
    }
    listed.lines = {"a", ""};
    CHECK(code_of([&] { flatten(listed); }) == ErrorCode::refused);
    listed.lines = {"a\nb"};
    CHECK(code_of([&] { flatten(listed); }) == ErrorCode::refused);
}

TEST_CASE("a struct that has no fields is refused by name of the place") {
    Listed listed;
    listed.large = ~std::uint64_t{0};
    CHECK(code_of([&] { flatten(listed); }) == ErrorCode::refused);
    listed.large = 0;
    listed.real = std::numeric_limits<double>::quiet_NaN();
    CHECK(code_of([&] { flatten(listed); }) == ErrorCode::refused);
    listed.real = 0;
    listed.map["a/b"] = "x";
    CHECK(code_of([&] { flatten(listed); }) == ErrorCode::refused);
}

TEST_CASE("neighbouring keys do not disturb one another") {
    // '-' and '.' sort before '/', so that the paths of "a" lie on both sides of those of "a-b".
    FieldMap fields;
    fields["map/a"] = std::string("1");
    fields["map/a-b"] = std::string("2");
    fields["map/a/x"] = std::string("no leaf of a text");
    fields["map/a0"] = std::string("3");
    fields["mapx"] = std::string("4");
    std::vector<std::string> unknown;
    const auto listed = unflatten<Listed>(fields, &unknown);
    CHECK(listed.map == std::map<std::string, std::string>{{"a", "1"}, {"a-b", "2"}, {"a0", "3"}});
    CHECK(unknown == std::vector<std::string>{"map/a/x", "mapx"});

    // Nothing counts twice: three fields, of which two are taken.
    fields.erase("map/a0");
    fields.erase("mapx");
    unknown.clear();
    unflatten<Listed>(fields, &unknown);
    CHECK(unknown == std::vector<std::string>{"map/a/x"});
}
