#include "app/ctl/columns.h"

#include <utf8proc.h>

#include <algorithm>
#include <ostream>

namespace fieldseal::ctl {

std::size_t display_width(std::string_view text) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    std::size_t width = 0;
    while (left > 0) {
        utf8proc_int32_t character = 0;
        const utf8proc_ssize_t length = utf8proc_iterate(bytes, left, &character);
        // What is no UTF-8 is shown as one replacement for each byte.
        width += length > 0 ? static_cast<std::size_t>(utf8proc_charwidth(character)) : 1;
        bytes += std::max<utf8proc_ssize_t>(length, 1);
        left -= std::max<utf8proc_ssize_t>(length, 1);
    }
    return width;
}

void Columns::add(std::vector<std::string> cells) {
    widths_.resize(std::max(widths_.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
        widths_[i] = std::max(widths_[i], display_width(cells[i]));
    }
    rows_.push_back(std::move(cells));
}

void Columns::print(std::ostream& out, std::string_view indent) const {
    for (const std::vector<std::string>& row : rows_) {
        std::string line(indent);
        // Spaces are written before the next text, so that none stand at a line's end.
        std::size_t owed = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (widths_[i] == 0) {
                continue;
            }
            if (!row[i].empty()) {
                line.append(owed, ' ').append(row[i]);
                owed = 0;
            }
            owed += widths_[i] - display_width(row[i]) + 2;
        }
        out << line << '\n';
    }
}

}  // namespace fieldseal::ctl
