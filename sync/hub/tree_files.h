// What the tree asks of the file system. Used by the files of this folder only.
#pragma once

#include "sync/hub/tree.h"

namespace fieldseal::hub {

/// Of what lies at `name`: nothing where nothing does, or something that is neither file nor folder.
std::optional<Item> item_at(int folder, const std::string& name);
std::optional<Item> item_of(int file);
/// Without "." and "..".
std::vector<std::string> names_in(int folder);
/// A descriptor of its own. Throws Error(disk).
int dup_folder(int folder);
/// Throws Error(disk).
void flush_folder(int folder, const std::filesystem::path& path);
/// Whether errno says that there is no room: full, over a quota, or over a limit of the process.
bool is_full(int error_number);
/// Below the folder `name`: objects that clients wrote under a temporary name and never moved.
void remove_old_temporaries(int parent, const std::string& name, std::int64_t now_s);

}  // namespace fieldseal::hub
