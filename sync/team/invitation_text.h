// An invitation as a line of text: what its QR code holds, and what is pasted where a file cannot go.
// docs/formats/invitation.md, "As text".
#pragma once

#include <string>
#include <string_view>

#include "model/crypto/bytes.h"

namespace fieldseal::team {

/// Whether this begins as such a text does, so that it is no file name and no invitation file.
bool is_invitation_text(std::string_view text);
/// Of a whole invitation file. Only digits, capital letters and a colon: QR codes hold these in the least room.
std::string invitation_text(ByteView file);
/// The file again. Line ends, blanks and small letters, as mail and chats make them, do not matter. Error(damaged)
/// where something is missing or is no part of such a text; whether it opens is for open_invitation() to say.
Bytes invitation_from_text(std::string_view text);
/// What was read from a file that may hold either: the text's file, or `content` as it is.
Bytes invitation_in(Bytes content);

}  // namespace fieldseal::team
