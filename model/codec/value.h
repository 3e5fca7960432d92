// The value of one field of a record, as edits carry it.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "model/codec/path_map.h"
#include "model/codec/reader.h"
#include "model/codec/writer.h"

namespace fieldseal::codec {

using Value = std::variant<bool, std::int64_t, double, std::string, Bytes>;
/// Path ("answers/CSB-GV-01/note") to value. A field that has its type's zero (false, 0, "", empty) is left out.
using FieldMap = std::map<std::string, Value, std::less<>>;
/// A field that lies elsewhere.
struct FieldRef {
    std::string_view path;
    const Value* value = nullptr;
};
/// A record's fields in ascending order of paths.
using FieldRefs = std::vector<FieldRef>;
FieldRefs refs_of(const FieldMap& fields);
/// What one revision does: path to new value, or to nothing where the field goes back to its zero.
using Edits = PathMap<std::optional<Value>>;

constexpr std::size_t path_limit = 512;
constexpr std::size_t value_limit = 4u << 20;
constexpr std::size_t edit_count_limit = 100'000;

/// Whether `key` is one element of a path: 1 to 128 of A-Z a-z 0-9 _ . : -
bool is_key(std::string_view key);
/// Whether `path` is keys joined by single slashes, at most path_limit long.
bool is_path(std::string_view path);
/// Whether this is its type's zero: false, 0, "", no bytes.
bool is_zero(const Value& value);
/// Edits as every revision holds them: a zero value is the same as none. Call it on edits that come from outside before
/// they are merged or compared; write_edits does so on its own.
Edits normalised(Edits edits);

/// Throws Error(refused) for text that is no UTF-8 and reals that are not finite, Error(too_large) above value_limit.
void write_value(Writer& out, const Value& value);
/// Any value, zeros too.
Value read_value(Reader& in);
/// Count, then (path, tag, value) in strictly ascending byte order of paths; zeros as none. Throws Error(refused) for a
/// path that is_path refuses, and Error(too_large) above edit_count_limit.
void write_edits(Writer& out, const Edits& edits);
Edits read_edits(Reader& in);
/// As write_edits; zeros are left out.
void write_fields(Writer& out, const FieldMap& fields);
FieldMap read_fields(Reader& in);

/// The edits that turn `before` into `after`.
Edits difference(const FieldMap& before, const FieldMap& after);
/// Sets what is given, removes what goes back to its zero. Call it as codec::apply: std::apply is found by ADL
/// otherwise.
void apply(FieldMap& fields, const Edits& edits);
/// For people and JSON: text as it is, numbers in decimal, bytes in hexadecimal.
std::string to_display(const Value& value);

}  // namespace fieldseal::codec
