#include "model/record/record.h"

namespace fieldseal::record {

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::site:
            return "site";
        case Kind::assessment:
            return "assessment";
        case Kind::evidence:
            return "evidence";
        case Kind::review:
            return "review";
        case Kind::member:
            return "member";
        case Kind::finding:
            return "finding";
        case Kind::need:
            return "need";
        case Kind::offer:
            return "offer";
        case Kind::pledge:
            return "pledge";
        case Kind::assignment:
            return "assignment";
    }
    return "unknown";
}

}  // namespace fieldseal::record
