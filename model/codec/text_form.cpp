#include "model/codec/text_form.h"

#include <utf8proc.h>

#include "model/codec/reader.h"

namespace fieldseal::codec {

namespace {

constexpr auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);

}  // namespace

crypto::Secret nfc(ByteView text) {
    if (text.empty() || !is_text(text)) {
        return crypto::Secret(text);
    }
    const auto* bytes = text.data();
    const auto size = static_cast<utf8proc_ssize_t>(text.size());
    const utf8proc_ssize_t points = utf8proc_decompose(bytes, size, nullptr, 0, options);
    if (points < 0) {
        return crypto::Secret(text);
    }
    // Code points first, then, in the same place, UTF-8 and a terminator: utf8proc_map would leave a copy on the heap.
    crypto::Secret room((static_cast<std::size_t>(points) + 1) * sizeof(utf8proc_int32_t));
    auto* buffer = reinterpret_cast<utf8proc_int32_t*>(room.writable().data());
    if (utf8proc_decompose(bytes, size, buffer, points, options) != points) {
        return crypto::Secret(text);
    }
    const utf8proc_ssize_t length = utf8proc_reencode(buffer, points, options);
    return length < 0 ? crypto::Secret(text) : crypto::Secret(room.view().first(static_cast<std::size_t>(length)));
}

}  // namespace fieldseal::codec
