#include "model/record/owners.h"

namespace fieldseal::record {

namespace {

const codec::Value* value_of(const codec::FieldMap& fields, std::string_view path) {
    const auto found = fields.find(path);
    return found == fields.end() ? nullptr : &found->second;
}

const codec::Value* value_of(const codec::Edits& edits, std::string_view path) {
    const auto found = edits.find(path);
    return found == edits.end() || !found->second ? nullptr : &*found->second;
}

template <class Fields>
std::vector<RecordId> find_owners(Kind kind, const Fields& fields) {
    std::vector<RecordId> owners;
    const auto add = [&](std::string_view path) {
        const codec::Value* value = value_of(fields, path);
        const Bytes* bytes = value == nullptr ? nullptr : std::get_if<Bytes>(value);
        const bool named = bytes != nullptr && bytes->size() == RecordId::size;
        if (named) {
            owners.push_back(RecordId::from(*bytes));
        }
        return named;
    };
    switch (kind) {
        case Kind::site:
        case Kind::assessment:
        case Kind::member:
        case Kind::offer:
            break;
        case Kind::evidence:
        case Kind::review:
        case Kind::finding:
            add("assessment");
            break;
        case Kind::need:
            add("assessment") || add("site");
            break;
        case Kind::pledge:
            add("assessment") || add("site");
            add("need");
            break;
        case Kind::assignment:
            add("site");
            break;
    }
    return owners;
}

}  // namespace

std::vector<RecordId> owners_of(Kind kind, const codec::FieldMap& fields) {
    return find_owners(kind, fields);
}

std::vector<RecordId> owners_of(Kind kind, const codec::Edits& edits) {
    return find_owners(kind, edits);
}

bool is_part(Kind kind) {
    return kind != Kind::site && kind != Kind::assessment && kind != Kind::member && kind != Kind::offer;
}

}  // namespace fieldseal::record
