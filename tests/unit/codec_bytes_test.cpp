// Numbers, texts and frames, byte by byte.
#include <fstream>
#include <limits>
#include <sstream>

#include "model/codec/compress.h"
#include "model/codec/value.h"

using namespace fieldseal;
using namespace fieldseal::codec;

namespace {

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

template <class Write>
std::string written(Write write) {
    Writer out;
    write(out);
    return to_hex(out.view());
}

/// The error's code when `read` reads `text` and the end is then expected; nothing if all went well.
template <class Read>
std::optional<ErrorCode> refusal(std::string_view text, Read read) {
    const Bytes bytes = hex(text);
    Reader in(bytes, "test");
    try {
        read(in);
        in.expect_end();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

bool is_utf8(std::string_view text) {
    return is_text(hex(text));
}

}  // namespace

TEST_CASE("encoding.md shows the bytes that are written") {
    std::ifstream file(FIELDSEAL_SOURCE_DIR "/docs/formats/encoding.md");
    std::stringstream document;
    document << file.rdbuf();
    REQUIRE(document.str().size() > 1000);

    FieldMap fields;
    fields["answers/CSB-GV-01/basis"] = std::int64_t{3};
    fields["answers/CSB-GV-01/note"] = std::string("Ні");
    fields["answers/CSB-GV-01/unsure"] = true;
    Edits edits;
    edits["a"] = Bytes{1, 2};
    edits["b"] = std::nullopt;
    edits["c"] = 36.5;
    const std::vector<std::pair<std::string, std::string>> examples = {
        {"number 0", written([](Writer& out) { out.number(0); })},
        {"number 127", written([](Writer& out) { out.number(127); })},
        {"number 128", written([](Writer& out) { out.number(128); })},
        {"number 300", written([](Writer& out) { out.number(300); })},
        {"number 2^64 - 1", written([](Writer& out) { out.number(~std::uint64_t{0}); })},
        {"integer 0", written([](Writer& out) { out.integer(0); })},
        {"integer -1", written([](Writer& out) { out.integer(-1); })},
        {"integer 64", written([](Writer& out) { out.integer(64); })},
        {"integer -2^63", written([](Writer& out) { out.integer(std::numeric_limits<std::int64_t>::min()); })},
        {"boolean true", written([](Writer& out) { out.boolean(true); })},
        {"real 36.5", written([](Writer& out) { out.real(36.5); })},
        {"real -0.0", written([](Writer& out) { out.real(-0.0); })},
        {"text \"Ні\"", written([](Writer& out) { out.text("Ні"); })},
        {"bytes of length 0", written([](Writer& out) { out.bytes({}); })},
        {"fields of an answer", written([&](Writer& out) { write_fields(out, fields); })},
        {"edits", written([&](Writer& out) { write_edits(out, edits); })},
    };
    for (const auto& [what, bytes] : examples) {
        const std::string row = "| " + what + " | `" + bytes + "` |";
        CAPTURE(row);
        CHECK(document.str().find(row) != std::string::npos);
    }
}

TEST_CASE("numbers and integers come back over their whole range") {
    for (int shift = 0; shift < 64; ++shift) {
        for (const std::int64_t near : {-1, 0, 1}) {
            const std::uint64_t number = (std::uint64_t{1} << shift) + static_cast<std::uint64_t>(near);
            Writer out;
            out.number(number);
            out.integer(static_cast<std::int64_t>(number));
            Reader in(out.view(), "test");
            CHECK(in.number() == number);
            CHECK(in.integer() == static_cast<std::int64_t>(number));
            CHECK(in.at_end());
        }
    }
}

TEST_CASE("numbers that are too long, too large or cut off are refused") {
    const auto number = [](Reader& in) { in.number(); };
    CHECK_FALSE(refusal("ffffffffffffffffff01", number));
    CHECK(refusal("ffffffffffffffffff02", number) == ErrorCode::damaged);
    CHECK(refusal("ffffffffffffffffff8101", number) == ErrorCode::damaged);
    CHECK(refusal("8000", number) == ErrorCode::damaged);
    CHECK(refusal("ff00", number) == ErrorCode::damaged);
    CHECK(refusal("80", number) == ErrorCode::damaged);
    CHECK(refusal("", number) == ErrorCode::damaged);
    CHECK(refusal("0000", number) == ErrorCode::damaged);
    CHECK_FALSE(refusal("07", [](Reader& in) { in.number_up_to(7); }));
    CHECK(refusal("08", [](Reader& in) { in.number_up_to(7); }) == ErrorCode::too_large);
}

TEST_CASE("booleans are 0 or 1, reals finite and without a minus zero") {
    CHECK(refusal("02", [](Reader& in) { in.boolean(); }) == ErrorCode::damaged);
    const auto real = [](Reader& in) { in.real(); };
    CHECK_FALSE(refusal("0000000000000000", real));
    CHECK_FALSE(refusal("0000000000000001", real));
    CHECK(refusal("8000000000000000", real) == ErrorCode::damaged);
    CHECK(refusal("7ff0000000000000", real) == ErrorCode::damaged);
    CHECK(refusal("7ff8000000000001", real) == ErrorCode::damaged);
    CHECK(refusal("00000000000000", real) == ErrorCode::damaged);
}

TEST_CASE("lengths and counts are checked before anything is allocated") {
    const auto bytes = [](Reader& in) { in.bytes(100); };
    CHECK_FALSE(refusal("02abcd", bytes));
    CHECK(refusal("03abcd", bytes) == ErrorCode::damaged);
    CHECK(refusal("ffffffffffffffffff01", bytes) == ErrorCode::too_large);
    // Whatever is left after the count is read, so that nothing but the count itself can be refused.
    const auto count = [](Reader& in) {
        in.count(10, 2);
        in.raw(in.left());
    };
    CHECK_FALSE(refusal("0200000000", count));
    CHECK(refusal("03ffffffff", count) == ErrorCode::damaged);
    CHECK(refusal("0b", count) == ErrorCode::too_large);
}

TEST_CASE("errors name the thing, the byte and the reason") {
    const Bytes bytes = hex("0102");
    Reader in(bytes, "roster");
    in.u8();
    try {
        in.boolean();
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(std::string(error.what()) == "roster, byte 2: yes or no is neither 0 nor 1");
    }
}

TEST_CASE("text is UTF-8 as RFC 3629 has it, without NUL") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("41"));
    CHECK(is_utf8("0a7f"));
    CHECK(is_utf8("c280dfbf"));
    CHECK(is_utf8("e0a080ed9fbfee8080efbfbf"));
    CHECK(is_utf8("f0908080f48fbfbf"));
    for (const std::string_view bad :
         {"00",       "4100",     "80",       "bf",       "c0",       "c080",   "c1bf",   "c2",         "c241",
          "c2c2",     "e0",       "e080",     "e09fbf",   "e0a0",     "e0a041", "eda080", "edbfbf",     "f0808080",
          "f08fbfbf", "f0908041", "f4908080", "f5808080", "f8888080", "fe",     "ff",     "41e28299ff", "c3"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_utf8(bad));
    }
    CHECK(refusal("02c080", [](Reader& in) { in.text(10); }) == ErrorCode::damaged);
}

TEST_CASE("compressed content comes back, within its limit and unbroken") {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += "answers/CSB-GV-01/note ";
    }
    const Bytes frame = compress(view_of(text), 3);
    CHECK(frame.size() < text.size() / 20);
    CHECK(text_of(decompress(frame, text.size())) == text);
    CHECK(decompress(compress({}, 19), 0).empty());
    const auto code = [](const Bytes& bytes, std::size_t limit) -> std::optional<ErrorCode> {
        try {
            decompress(bytes, limit);
        } catch (const Error& error) {
            return error.code();
        }
        return std::nullopt;
    };
    CHECK(code(frame, text.size() - 1) == ErrorCode::too_large);
    for (std::size_t size = 0; size < frame.size(); ++size) {
        CHECK(code(Bytes(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)), text.size()) ==
              ErrorCode::damaged);
    }
    Bytes longer = frame;
    longer.push_back(0);
    CHECK(code(longer, text.size()) == ErrorCode::damaged);
    longer = frame;
    longer.insert(longer.end(), frame.begin(), frame.end());
    CHECK(code(longer, 2 * text.size()) == ErrorCode::damaged);
    // Frames without content behind it would change nothing and are refused all the same.
    for (const Bytes& nothing : {compress({}, 3), hex("502a4d1800000000")}) {
        longer = frame;
        longer.insert(longer.end(), nothing.begin(), nothing.end());
        CHECK(code(longer, text.size()) == ErrorCode::damaged);
    }
    // A skippable frame, a frame with a checksum, and 12 bytes that claim a gigabyte.
    CHECK(code(hex("502a4d1800000000"), 100) == ErrorCode::damaged);
    CHECK(code(hex("28b52ffd04000100009900e9d8"), 100) == ErrorCode::damaged);
    try {
        decompress(hex("28b52ffda000000040010000"), std::size_t{2} << 30);
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("claims more than it can hold") != std::string::npos);
    }
}
