#include "model/codec/canonical_archive.h"

namespace fieldseal::codec {

void write_checked_text(Writer& out, std::string_view text) {
    if (text.size() > value_limit) {
        throw Error(ErrorCode::too_large, "A text of " + std::to_string(text.size()) + " bytes is over the limit of " +
                                              std::to_string(value_limit) + ".");
    }
    if (!is_text(view_of(text))) {
        throw Error(ErrorCode::refused, "A text is not UTF-8 and cannot be written.");
    }
    out.text(text);
}

void write_checked_real(Writer& out, double value) {
    if (!std::isfinite(value)) {
        throw Error(ErrorCode::refused, "A number that is not finite cannot be written.");
    }
    out.real(value);
}

}  // namespace fieldseal::codec
