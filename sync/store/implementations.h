// What the implementations of a store have in common. Used by the files of this folder only.
#pragma once

#include <filesystem>

#include "sync/store/store.h"

namespace fieldseal::store {

/// What another try soon may help against: a connection broke, or a server is busy.
class TransientError : public StoreError {
  public:
    /// `wait_ms`: how long the server asks to be left alone, 0 where it does not.
    explicit TransientError(const StoreError& error, std::int64_t wait_ms = 0) : StoreError(error), wait_ms_(wait_ms) {}
    std::int64_t wait_ms() const { return wait_ms_; }

  private:
    std::int64_t wait_ms_;
};

/// One set for everything that a store is made of: secrets are not copied.
using SharedOptions = std::shared_ptr<const StoreOptions>;

/// Folders that are asked about at a time.
constexpr unsigned listings_at_once = 8;

/// Throws Error(refused) unless is_object_name(name).
void require_object_name(const std::string& name);
/// What names below the folder `under` start with: "" for everything. Throws Error(refused) for a bad name.
std::string listing_prefix(const std::string& under);
Error object_too_large(const std::string& name, std::size_t limit);

/// Objects as files below a folder that exists; throws Error(unreachable) where it does not.
std::unique_ptr<Store> make_folder_store(const std::filesystem::path& root);
/// Objects on a WebDAV server; `rest` is the URL behind "webdav://" or "webdavs://". Error(usage) for a bad one.
std::unique_ptr<Store> make_webdav_store(const std::string& rest, bool encrypted, SharedOptions options);
/// The same on a hub: `rest` is the URL behind "hub://".
std::unique_ptr<Store> make_hub_store(const std::string& rest, SharedOptions options);
/// Objects in a bucket of an S3 service; `rest` is the URL behind "s3://" or "s3+http://". Error(usage) for a bad one.
std::unique_ptr<Store> make_s3_store(const std::string& rest, bool encrypted, SharedOptions options);

/// Tries again what failed with TransientError, each time after twice as long and some chance, or after what the server
/// asks for. Objects that were put or fetched in between start the count anew.
std::unique_ptr<Store> make_retrying_store(std::unique_ptr<Store> inner, SharedOptions options);
/// Waits so that the contents of objects pass at `options->bytes_per_second`, on average over what has passed lately;
/// one object goes as fast as the line takes it.
std::unique_ptr<Store> make_paced_store(std::unique_ptr<Store> inner, SharedOptions options);
/// Tells `options->log` of every call that ended.
std::unique_ptr<Store> make_logging_store(std::unique_ptr<Store> inner, SharedOptions options);

}  // namespace fieldseal::store
