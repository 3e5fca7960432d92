// Tables of which only the visible rows are drawn, and what stands in their cells.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fieldseal::desktop::ui {

struct Column {
    const char* name;
    /// Share of the width, or fixed ems if negative.
    float width;
    /// What the name stands for, where it is a code: shown under the mouse.
    const char* hint = nullptr;
};
/// Of a table whose rows have several numbers that open something: the one that Enter opens.
struct CellChoice {
    int chosen = 0;
    int count = 0;
    /// The table has the keyboard; set while it is drawn.
    bool focused = false;
    bool is(int row, int selected, int cell) const { return focused && row == selected && cell == chosen; }
};
/// A number that opens something, or would if there were something. `chosen` where Enter would open it. True when
/// clicked.
bool link(const char* id, const std::string& text, bool chosen = false, bool enabled = true);
/// A table of `count` rows of which only the visible are drawn. `row(i)` fills the cells with next_cell(); returns the
/// row that was activated (click or Enter), or -1. `selected` is moved with the arrow keys up and down, a number of the
/// row with those to the sides.
int table(const char* id, const std::vector<Column>& columns, int count, int& selected,
          const std::function<void(int)>& row, float height = 0, CellChoice* cells = nullptr);
/// Of each row, whatever stands in its cells.
float table_row_height();
/// What a table needs to show so many rows without scrolling.
float table_height(int rows);
/// The table that is drawn next takes the keyboard.
void focus_table();
void next_cell();
/// One line in a cell; cut at the cell's end with an ellipsis, whole under the mouse.
void cell_text(std::string_view text);

}  // namespace fieldseal::desktop::ui
