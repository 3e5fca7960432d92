// What kind of file a piece of evidence is, told by its first bytes and, where those say nothing, its name.
#pragma once

#include <filesystem>

#include "model/crypto/bytes.h"

namespace fieldseal::session {

/// For example "image/jpeg"; "application/octet-stream" where nothing is known. `start` is the file's first bytes (up to 512).
std::string media_type_of(const std::string& file_name, ByteView start);
/// ".jpg" of a path, in lower case, ASCII only; "" otherwise.
std::string media_extension(const std::filesystem::path& path);

}  // namespace fieldseal::session
