#include "model/codec/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace fieldseal::codec {

namespace {

// The bytes in front of values. A false or true needs nothing behind it.
enum Tag : std::uint8_t { none = 0, no = 1, yes = 2, integer = 3, real = 4, text = 5, bytes = 6 };

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

constexpr std::size_t least_entry = 3;  // a path of one byte with its length, and a tag

/// Looked up: every path of every field that comes in is gone through.
constexpr std::array<bool, 256> key_characters = [] {
    std::array<bool, 256> allowed{};
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-")) {
        allowed[static_cast<unsigned char>(c)] = true;
    }
    return allowed;
}();

bool is_key_character(char c) {
    return key_characters[static_cast<unsigned char>(c)];
}

constexpr std::size_t key_limit = 128;

void check_size(std::size_t size) {
    if (size > value_limit) {
        throw Error(ErrorCode::too_large, "A text of " + std::to_string(size) + " bytes is over the limit of " +
                                              std::to_string(value_limit) + ". Shorten it, or attach it as a file.");
    }
}

void write_path(Writer& out, std::string_view path) {
    if (!is_path(path)) {
        throw Error(ErrorCode::refused,
                    "A record's field has a name that cannot be written. Names have letters, digits and _ . : - only.");
    }
    out.text(path);
}

/// Within the bytes that are read; `previous` is empty for the first path, and no path is.
std::string_view read_path(Reader& in, std::string_view previous) {
    const std::string_view path = text_of(in.bytes(path_limit));
    if (!is_path(path)) {
        in.fail("a field's path has characters that are not allowed");
    }
    if (path <= previous) {
        in.fail("the fields are not in ascending order");
    }
    return path;
}

std::optional<Value> read_tagged(Reader& in) {
    std::optional<Value> value;
    const std::uint8_t tag = in.u8();
    switch (tag) {
        case Tag::none:
            break;
        case Tag::no:
            value.emplace(false);
            break;
        case Tag::yes:
            value.emplace(true);
            break;
        case Tag::integer:
            value.emplace(in.integer());
            break;
        case Tag::real:
            value.emplace(in.real());
            break;
        case Tag::text:
            value.emplace(in.text(value_limit));
            break;
        case Tag::bytes: {
            const ByteView view = in.bytes(value_limit);
            value.emplace(std::in_place_type<Bytes>, view.begin(), view.end());
            break;
        }
        default:
            in.fail("a value has the unknown type " + std::to_string(tag));
    }
    return value;
}

}  // namespace

bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= key_limit && std::all_of(key.begin(), key.end(), is_key_character);
}

bool is_path(std::string_view path) {
    if (path.size() > path_limit) {
        return false;
    }
    std::size_t key = 0;
    for (const char c : path) {
        if (is_key_character(c)) {
            ++key;
        } else if (c != '/' || key == 0 || key > key_limit) {
            return false;
        } else {
            key = 0;
        }
    }
    return key > 0 && key <= key_limit;
}

bool is_zero(const Value& value) {
    return std::visit(Overloaded{[](bool v) { return !v; }, [](std::int64_t v) { return v == 0; },
                                 [](double v) { return v == 0; }, [](const auto& v) { return v.empty(); }},
                      value);
}

FieldRefs refs_of(const FieldMap& fields) {
    FieldRefs refs;
    refs.reserve(fields.size());
    for (const auto& [path, value] : fields) {
        refs.push_back({path, &value});
    }
    return refs;
}

Edits normalised(Edits edits) {
    for (auto& [path, value] : edits) {
        if (value && is_zero(*value)) {
            value.reset();
        }
    }
    return edits;
}

void write_value(Writer& out, const Value& value) {
    std::visit(Overloaded{[&](bool v) { out.u8(v ? Tag::yes : Tag::no); },
                          [&](std::int64_t v) {
                              out.u8(Tag::integer);
                              out.integer(v);
                          },
                          [&](double v) {
                              if (!std::isfinite(v)) {
                                  throw Error(ErrorCode::refused, "A number that is not finite cannot be written.");
                              }
                              out.u8(Tag::real);
                              out.real(v);
                          },
                          [&](const std::string& v) {
                              check_size(v.size());
                              if (!is_text(view_of(v))) {
                                  throw Error(ErrorCode::refused,
                                              "A text is not UTF-8 and cannot be written. Enter it again.");
                              }
                              out.u8(Tag::text);
                              out.text(v);
                          },
                          [&](const Bytes& v) {
                              check_size(v.size());
                              out.u8(Tag::bytes);
                              out.bytes(v);
                          }},
               value);
}

Value read_value(Reader& in) {
    std::optional<Value> value = read_tagged(in);
    if (!value) {
        in.fail("a value is missing");
    }
    return std::move(*value);
}

void write_edits(Writer& out, const Edits& edits) {
    if (edits.size() > edit_count_limit) {
        throw Error(ErrorCode::too_large,
                    "More than " + std::to_string(edit_count_limit) + " fields were changed at once.");
    }
    out.number(edits.size());
    for (const auto& [path, value] : edits) {
        write_path(out, path);
        if (value && !is_zero(*value)) {
            write_value(out, *value);
        } else {
            out.u8(Tag::none);
        }
    }
}

Edits read_edits(Reader& in) {
    Edits edits;
    const std::size_t count = in.count(edit_count_limit, least_entry);
    // Each takes some 80 bytes in memory and three at least in the bytes: what is announced and not there costs little.
    edits.reserve(count);
    std::string_view previous;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string_view path = read_path(in, previous);
        std::optional<Value> value = read_tagged(in);
        if (value && is_zero(*value)) {
            in.fail("a field is set to its zero instead of being left out");
        }
        edits.append(path, std::move(value));
        previous = path;
    }
    return edits;
}

void write_fields(Writer& out, const FieldMap& fields) {
    const auto count = static_cast<std::size_t>(
        std::count_if(fields.begin(), fields.end(), [](const auto& field) { return !is_zero(field.second); }));
    if (count > edit_count_limit) {
        throw Error(ErrorCode::too_large, "A record has more than " + std::to_string(edit_count_limit) + " fields.");
    }
    out.number(count);
    for (const auto& [path, value] : fields) {
        if (!is_zero(value)) {
            write_path(out, path);
            write_value(out, value);
        }
    }
}

FieldMap read_fields(Reader& in) {
    FieldMap fields;
    const std::size_t count = in.count(edit_count_limit, least_entry);
    std::string_view previous;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string_view path = read_path(in, previous);
        Value value = read_value(in);
        if (is_zero(value)) {
            in.fail("a field is set to its zero instead of being left out");
        }
        fields.emplace_hint(fields.end(), path, std::move(value));
        previous = path;
    }
    return fields;
}

Edits difference(const FieldMap& before, const FieldMap& after) {
    Edits edits;
    auto old = before.begin();
    auto fresh = after.begin();
    while (old != before.end() || fresh != after.end()) {
        if (fresh == after.end() || (old != before.end() && old->first < fresh->first)) {
            edits.append(old->first, std::nullopt);
            ++old;
        } else if (old == before.end() || fresh->first < old->first) {
            edits.append(fresh->first, fresh->second);
            ++fresh;
        } else {
            if (old->second != fresh->second) {
                edits.append(fresh->first, fresh->second);
            }
            ++old;
            ++fresh;
        }
    }
    return edits;
}

void apply(FieldMap& fields, const Edits& edits) {
    for (const auto& [path, value] : edits) {
        if (value && !is_zero(*value)) {
            fields.insert_or_assign(path, *value);
        } else {
            fields.erase(path);
        }
    }
}

std::string to_display(const Value& value) {
    return std::visit(Overloaded{[](bool v) { return std::string(v ? "true" : "false"); },
                                 [](std::int64_t v) { return std::to_string(v); },
                                 [](double v) {
                                     std::array<char, 32> digits;
                                     const auto end =
                                         std::to_chars(digits.data(), digits.data() + digits.size(), v).ptr;
                                     return std::string(digits.data(), end);
                                 },
                                 [](const std::string& v) { return v; }, [](const Bytes& v) { return to_hex(v); }},
                      value);
}

}  // namespace fieldseal::codec
