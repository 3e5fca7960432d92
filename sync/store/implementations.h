// What the implementations of a store have in common. Used by the files of this folder only.
#pragma once

#include <filesystem>

#include "sync/store/store.h"

namespace fieldseal::store {

/// Throws Error(refused) unless is_object_name(name).
void require_object_name(const std::string& name);
/// What names below the folder `under` start with: "" for everything. Throws Error(refused) for a bad name.
std::string listing_prefix(const std::string& under);
Error object_too_large(const std::string& name, std::size_t limit);

/// Objects as files below a folder that exists; throws Error(unreachable) where it does not.
std::unique_ptr<Store> make_folder_store(const std::filesystem::path& root);
/// Objects on a WebDAV server; `rest` is the URL behind "webdav://" or "webdavs://". Error(usage) for a bad one.
std::unique_ptr<Store> make_webdav_store(const std::string& rest, bool encrypted, StoreOptions options);
/// The same on a hub: `rest` is the URL behind "hub://".
std::unique_ptr<Store> make_hub_store(const std::string& rest, StoreOptions options);

}  // namespace fieldseal::store
