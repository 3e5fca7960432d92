// Thin functions over Dear ImGui with stable ids. Texts come in translated; ids never change.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/desktop/look/theme.h"
#include "app/desktop/widgets/registry.h"
#include "app/desktop/widgets/table.h"

namespace fieldseal::desktop::ui {

// Text
void title(const std::string& text);
void heading(const std::string& text);
/// Wraps at the end of the column.
void body(const std::string& text);
void bold(const std::string& text);
void muted(const std::string& text);
void small(const std::string& text);
/// A sign, and beside it words that wrap below themselves.
void hung(const std::string& sign, const std::string& text, bool in_small);

enum class State { neutral, good, caution, bad, accent };
/// Icon, word and colour together: colour is never the only sign.
void badge(State state, const char* icon, const std::string& text);
float badge_height();

// Buttons
enum class Kind { plain, primary, danger, quiet };
/// `width` in pixels, 0 as wide as its text, -1 as wide as the column.
bool button(const char* id, const std::string& text, Kind kind = Kind::plain, const char* icon = nullptr, bool enabled = true, float width = 0);
bool check_box(const char* id, const std::string& text, bool& value);

// Fields; the label stands above. True when the text changed in this frame.
bool text_field(const char* id, const std::string& label, std::string& value, const std::string& hint = {}, bool focus = false);
/// For a number of which digits may have been typed before it had the keyboard: with `focus` what is typed next comes behind them. Escape is the caller's.
bool number_text_field(const char* id, const std::string& label, std::string& value, const std::string& hint, bool focus);
bool note_field(const char* id, const std::string& label, std::string& value, float lines, const std::string& hint = {});
/// One of (value, text); value "" is "not chosen" and shows `none`.
bool choice(const char* id, const std::string& label, const std::vector<std::pair<std::string, std::string>>& options, std::string& value, const std::string& none);
/// A row of exclusive buttons; returns true when another was chosen.
bool segments(const char* id, const std::vector<std::pair<std::string, std::string>>& options, std::string& value);
/// With `arrows` the caller has up and down, which would lead out of the field otherwise.
bool search_field(const char* id, const std::string& hint, std::string& value, float width, bool focus, bool arrows = false);

// Layout
/// A card; everything until end_card() lies in it. `height` 0 fits the content in height.
void begin_card(const char* id, float width = 0, float height = 0);
void end_card();
/// The next cell of a table of fields, in line with the one before.
void next_form_cell();
void gap(float ems);
void line();
/// In the middle of what is left: icon, heading, one sentence.
void empty_state(const char* icon, const std::string& heading, const std::string& text);
void progress_bar(float fraction, float width, const std::string& text = {});
/// Score with its range drawn as a bar from low to high; all in thousandths, -1 for none.
void score_bar(int score, int low, int high, float width);

/// A window above all others, with the edge and corners of a popup. True while it is open: to be ended with ImGui::EndPopup().
bool begin_modal(const char* id, int flags);
/// True while the question is open and the answer is yes, once. Opened by open_confirm.
void open_confirm(const char* id);
bool confirm(const char* id, const std::string& heading, const std::string& consequence, const std::string& yes, const std::string& no, bool danger);

}  // namespace fieldseal::desktop::ui
