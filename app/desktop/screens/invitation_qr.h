// An invitation on the screen, to be scanned with a phone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/crypto/bytes.h"

namespace fieldseal::desktop {

/// The dark and light squares of a QR code, row by row.
struct QrCode {
    int width = 0;
    std::vector<bool> dark;
};

/// Of capital letters, digits and " $%*+-./:"; without squares where a QR code cannot hold so many.
QrCode qr_code_of(const std::string& text);
/// Draws the text of this invitation file as a QR code and tells what it is for, or says that the file has to do
/// because the list of the team in it is too long by now.
void draw_invitation_qr(const Bytes& file);

}  // namespace fieldseal::desktop
