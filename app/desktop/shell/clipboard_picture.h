// A picture from the clipboard. GLFW hands over text only, so a small program that is there on most desktops is asked: wl-paste under Wayland, xclip under X11.
#pragma once

#include "model/crypto/bytes.h"

namespace fieldseal::desktop {

/// PNG or JPEG. Waits at most five seconds and reads at most picture::file_limit bytes; not for the window's own thread. Error(not_found) where there is no picture, or no such
/// program, with what to install.
Bytes clipboard_picture();

}  // namespace fieldseal::desktop
