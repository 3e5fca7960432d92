// Lists for people, their columns lined up as a terminal shows them.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace fieldseal::ctl {

/// How many cells of a terminal the text takes: wide characters two, combining ones none. REQUIRES text of one line.
std::size_t display_width(std::string_view text);

class Columns {
  public:
    /// Each text is one line, as one_line() gives it. Rows may have different lengths.
    void add(std::vector<std::string> cells);
    /// Two spaces between columns, none after the last; columns that are empty in every row are left out.
    void print(std::ostream& out, std::string_view indent = "") const;

  private:
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::size_t> widths_;
};

}  // namespace fieldseal::ctl
