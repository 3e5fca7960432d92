// The value of one field of a record, as edits carry it.
#pragma once

#include <map>
#include <string>
#include <variant>

#include "model/codec/reader.h"
#include "model/codec/writer.h"

namespace fieldseal::codec {

using Value = std::variant<bool, std::int64_t, double, std::string, Bytes>;
/// Path ("answers/CSB-GV-01/note") to value. A field that has its type's zero (false, 0, "", empty) is left out.
using FieldMap = std::map<std::string, Value, std::less<>>;
/// What one revision does: path to new value, or to nothing where the field goes back to its zero.
using Edits = std::map<std::string, std::optional<Value>, std::less<>>;

constexpr std::size_t path_limit = 512;
constexpr std::size_t value_limit = 4u << 20;
constexpr std::size_t edit_count_limit = 100'000;

void write_value(Writer& out, const Value& value);
Value read_value(Reader& in);
/// Count, then (path, tag, value) in strictly ascending byte order of paths.
void write_edits(Writer& out, const Edits& edits);
Edits read_edits(Reader& in);
void write_fields(Writer& out, const FieldMap& fields);
FieldMap read_fields(Reader& in);

/// The edits that turn `before` into `after`.
Edits difference(const FieldMap& before, const FieldMap& after);
void apply(FieldMap& fields, const Edits& edits);
/// For people and JSON: text as it is, numbers in decimal, bytes in hexadecimal.
std::string to_display(const Value& value);

}  // namespace fieldseal::codec
