// Tables as text: RFC 4180 with other separators, read with places so that a complaint can name its row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fieldseal::interchange {

struct CsvRow {
    /// Of the line on which it begins, from 1.
    std::size_t line = 1;
    std::vector<std::string> cells;
};

constexpr std::size_t csv_row_limit = 200'000;
constexpr std::size_t csv_cell_limit = 256;

/// All rows, those without any text left out. Quotes may hold separators, line ends and doubled quotes; a quote inside an
/// unquoted cell stands for itself. Never fails but for size: Error(too_large) over csv_row_limit rows or csv_cell_limit
/// cells a row, Error(failed) naming the line where a quote is never closed.
std::vector<CsvRow> read_csv(std::string_view text, char separator);

/// ; or , or a tab: what the first line has most of, outside quotes; a comma where there is none.
char guess_separator(std::string_view text);

/// One row with its line end, CR LF. Cells that a spreadsheet would take for a formula begin with an apostrophe.
std::string csv_line(const std::vector<std::string>& cells);

enum class Encoding : std::uint8_t { utf8, windows_1251 };

/// UTF-8 with or without a byte order mark where the bytes are that, windows-1251 otherwise: hardly a text of Cyrillic
/// words in windows-1251 is valid UTF-8 by chance.
Encoding guess_encoding(std::string_view bytes);
/// Without byte order mark. Error(failed) naming the place of a byte that is no character of the encoding.
std::string to_utf8(std::string_view bytes, Encoding encoding);

}  // namespace fieldseal::interchange
