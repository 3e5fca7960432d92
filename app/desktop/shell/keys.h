// Keys by name, whatever Dear ImGui's version calls them. The one place that knows the difference.
#pragma once

namespace fieldseal::desktop {

enum class Key {
    up, down, left, right, page_up, page_down, home, end, enter, escape, tab, backspace, f1, f12,
    digit_0, digit_1, digit_2, digit_3, digit_4, digit_5, digit_6, digit_7, digit_8, digit_9,
    a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, slash,
};

/// Went down in this frame (repeats while held).
bool pressed(Key key);
/// Ctrl and this key, nothing else held.
bool chord(Key key);
/// Whichever key it is.
bool any_key_down();
/// Went down in this frame; holding it is one press.
bool pressed_anew(Key key);
/// Ctrl, Shift and this key, each time it is pressed anew.
bool strong_chord(Key key);
/// Alt alone does nothing: there is no menu bar, and Dear ImGui would take the keyboard away from the list for one. Once a frame.
void ignore_lone_alt();
/// GLFW's number of the key: what Dear ImGui before 1.87 indexes by, and what tests feed.
int native(Key key);

}  // namespace fieldseal::desktop
