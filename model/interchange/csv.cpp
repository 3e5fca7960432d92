#include "model/interchange/csv.h"

#include <algorithm>
#include <array>

#include "model/codec/reader.h"
#include "model/error/error.h"
#include "model/interchange/table_limit.h"

namespace fieldseal::interchange {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Unicode of windows-1251's upper half; 0 where there is no character (98).
constexpr std::array<std::uint16_t, 128> upper_half = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
    0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x0000, 0x2122,
    0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6,
    0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456,
    0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457, 0x0410,
    0x0411, 0x0412, 0x0413, 0x0414, 0x0415, 0x0416, 0x0417, 0x0418, 0x0419, 0x041A, 0x041B, 0x041C, 0x041D,
    0x041E, 0x041F, 0x0420, 0x0421, 0x0422, 0x0423, 0x0424, 0x0425, 0x0426, 0x0427, 0x0428, 0x0429, 0x042A,
    0x042B, 0x042C, 0x042D, 0x042E, 0x042F, 0x0430, 0x0431, 0x0432, 0x0433, 0x0434, 0x0435, 0x0436, 0x0437,
    0x0438, 0x0439, 0x043A, 0x043B, 0x043C, 0x043D, 0x043E, 0x043F, 0x0440, 0x0441, 0x0442, 0x0443, 0x0444,
    0x0445, 0x0446, 0x0447, 0x0448, 0x0449, 0x044A, 0x044B, 0x044C, 0x044D, 0x044E, 0x044F};

void append_utf8(std::string& text, std::uint16_t code) {
    if (code < 0x800) {
        text.push_back(static_cast<char>(0xc0 | code >> 6));
    } else {
        text.push_back(static_cast<char>(0xe0 | code >> 12));
        text.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    }
    text.push_back(static_cast<char>(0x80 | (code & 0x3f)));
}

std::string_view without_mark(std::string_view bytes) {
    return bytes.starts_with(byte_order_mark) ? bytes.substr(byte_order_mark.size()) : bytes;
}

ByteView view_of_text(std::string_view text) {
    return ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

class Reader {
  public:
    Reader(std::string_view text, char separator) : text_(text), separator_(separator) {}

    std::vector<CsvRow> rows() {
        std::vector<CsvRow> rows;
        while (at_ < text_.size()) {
            CsvRow row{line_, {}};
            read_row(row);
            const bool any = std::ranges::any_of(row.cells, [](const std::string& cell) {
                return cell.find_first_not_of(" \t\r\n") != std::string::npos;
            });
            if (any && rows.size() == csv_row_limit) {
                throw Error(ErrorCode::too_large, "The table has more than " + std::to_string(csv_row_limit) +
                                                      " rows. Split it into several files.");
            }
            if (any) {
                cells_ += row.cells.size();
                check_cells(cells_);
                rows.push_back(std::move(row));
            }
        }
        return rows;
    }

  private:
    void read_row(CsvRow& row) {
        bool more = true;
        while (more) {
            if (row.cells.size() == csv_cell_limit) {
                throw Error(ErrorCode::too_large, "Line " + std::to_string(row.line) + " of the table has more than " +
                                                      std::to_string(csv_cell_limit) + " columns.");
            }
            row.cells.push_back(read_cell());
            more = at_ < text_.size() && text_[at_] == separator_;
            if (more) {
                ++at_;
            }
        }
        if (at_ < text_.size() && text_[at_] == '\r') {
            ++at_;
        }
        if (at_ < text_.size() && text_[at_] == '\n') {
            ++at_;
        }
        ++line_;
    }

    bool ends_cell() const {
        return at_ == text_.size() || text_[at_] == separator_ || text_[at_] == '\n' || text_[at_] == '\r';
    }

    std::string read_cell() {
        std::string cell;
        if (at_ < text_.size() && text_[at_] == '"') {
            cell = read_quoted();
        }
        while (!ends_cell()) {
            cell.push_back(text_[at_++]);
        }
        return cell;
    }

    std::string read_quoted() {
        const std::size_t start = line_;
        std::string cell;
        ++at_;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') {
                if (at_ == text_.size() || text_[at_] != '"') {
                    return cell;
                }
                ++at_;
            } else if (c == '\n') {
                ++line_;
            }
            cell.push_back(c);
        }
        throw Error(ErrorCode::failed, "Line " + std::to_string(start) +
                                           " of the table has a quotation mark that is never closed. Mend it there.");
    }

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t cells_ = 0;
};

}  // namespace

std::vector<CsvRow> read_csv(std::string_view text, char separator) {
    return Reader(text, separator).rows();
}

void check_cells(std::size_t cells) {
    if (cells > table_cell_limit) {
        throw Error(ErrorCode::too_large, "The table has more than " + std::to_string(table_cell_limit) +
                                              " cells. Split it into several files.");
    }
}

char guess_separator(std::string_view text) {
    constexpr std::array candidates{',', ';', '\t'};
    std::array<std::size_t, candidates.size()> counts{};
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '\n' || c == '\r')) {
            break;
        } else if (const auto found = std::ranges::find(candidates, c); !quoted && found != candidates.end()) {
            ++counts.at(static_cast<std::size_t>(found - candidates.begin()));
        }
    }
    return candidates.at(static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin()));
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        std::string cell = cells[i];
        if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos) {
            cell.insert(cell.begin(), '\'');
        }
        line += i == 0 ? "" : ",";
        if (cell.find_first_of(",\"\r\n;") == std::string::npos) {
            line += cell;
            continue;
        }
        line.push_back('"');
        for (const char c : cell) {
            line += c == '"' ? std::string("\"\"") : std::string(1, c);
        }
        line.push_back('"');
    }
    return line + "\r\n";
}

Encoding guess_encoding(std::string_view bytes) {
    return codec::is_text(view_of_text(without_mark(bytes))) ? Encoding::utf8 : Encoding::windows_1251;
}

std::string to_utf8(std::string_view bytes, Encoding encoding) {
    if (encoding == Encoding::utf8) {
        bytes = without_mark(bytes);
        if (!codec::is_text(view_of_text(bytes))) {
            throw Error(ErrorCode::failed, "The file is not UTF-8. Choose windows-1251, or save it as UTF-8.");
        }
        return std::string(bytes);
    }
    std::string text;
    text.reserve(bytes.size() * 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        const std::uint16_t code = byte < 0x80 ? byte : upper_half.at(byte - 0x80u);
        if (code == 0) {
            throw Error(ErrorCode::failed,
                        "Byte " + std::to_string(i + 1) + " is no character of windows-1251. Save the file as UTF-8.");
        }
        if (code < 0x80) {
            text.push_back(static_cast<char>(code));
        } else {
            append_utf8(text, code);
        }
    }
    return text;
}

}  // namespace fieldseal::interchange
