// Any struct with a Cereal `serialize` to (path, value) pairs and back, so that diff, merge, history, search and JSON
// need no code per field. Only this file and canonical_archive.h include Cereal.
//
// What a struct may hold: bool, integers, double, enums, std::string, FixedBytes (as bytes), types with their own leaf
// form
// (`std::string flat_form(const T&)` and `bool from_flat_form(std::string_view, T&)` found by ADL), nested structs,
// std::map<std::string, T>, std::vector<std::string> as one leaf (joined by line ends). Each field is named:
// ar(cereal::make_nvp("name", name)). Every member's default must be its type's zero, since zeros are left out.
#pragma once

#include <vector>

#include "model/codec/flatten_archive.h"
#include "model/codec/value.h"

namespace fieldseal::codec {

template <class T>
FieldMap flatten(const T& record) {
    FieldMap fields;
    FlattenArchive archive(fields);
    // cereal's serialize is not const; the archive only reads.
    archive.object(const_cast<T&>(record));
    return fields;
}

/// The struct whose fields these are. Paths that T does not know (a newer Fieldseal wrote them) are appended to
/// `unknown`, as are values of another type than T's field has; neither is an error, since a record must stay readable.
template <class T>
T unflatten(const FieldRefs& fields, std::vector<std::string>* unknown = nullptr) {
    T record{};
    UnflattenArchive archive(fields);
    archive.object(record);
    if (unknown != nullptr) {
        archive.unknown_paths(*unknown);
    }
    return record;
}
template <class T>
T unflatten(const FieldMap& fields, std::vector<std::string>* unknown = nullptr) {
    return unflatten<T>(refs_of(fields), unknown);
}

}  // namespace fieldseal::codec
