// What servers answer in XML, taken apart. The bytes come from outside and are trusted in nothing: sizes are bounded
// before they get here, entities are not expanded beyond XML's own, names that no object can have are dropped.
#pragma once

#include <optional>

#include "sync/store/store.h"

namespace fieldseal::store {

/// What one folder holds, as a WebDAV server says.
struct FolderListing {
    std::vector<StoredObject> objects;
    std::vector<std::string> folders;     // without a slash at the end
    std::vector<std::string> unfinished;  // last elements of names that temporary objects of uploads have
};

/// An answer to PROPFIND with Depth: 1 on the folder `prefix` ("" or "a/b/") at `url`. Nothing for what is no such
/// answer.
std::optional<FolderListing> read_multistatus(ByteView body, const std::string& url, const std::string& prefix);

/// An answer to PROPFIND with Depth: infinity on the folder `prefix` ("a/"): everything below it;
/// `unfinished` are whole names here. Nothing for what is no such answer, or does not begin with the folder itself.
std::optional<FolderListing> read_deep_multistatus(ByteView body, const std::string& prefix);

/// What a temporary object of an upload is called, "_up-NAME.RANDOM": the line in front keeps it out of every listing
/// of objects (a dot would do that too, but nginx does not list what begins with one), and the name of what is uploaded
/// tells its sender what is left of a broken upload. `hidden`: with a dot in place of the line, which a hub asks for
/// (docs/formats/hub.md) and lists to whoever may write there.
std::string temporary_name(const std::string& last_element, ByteView chance, bool hidden);
/// The last element of the name of what was uploaded under this temporary one; nothing for another name.
std::optional<std::string> uploaded_name(const std::string& last_element);

/// A page of a bucket's listing.
struct BucketListing {
    std::vector<StoredObject> objects;
    std::string next;  // the token that asks for the next page, or ""
};

/// An answer to ListObjectsV2; `root` is what the keys of this store start with. Nothing for what is no such answer.
std::optional<BucketListing> read_bucket_listing(ByteView body, const std::string& root);

/// What an S3 service says about a refusal; empty texts for what is none.
struct BucketError {
    std::string code;
    std::string region;
    std::string request_time;
    std::string server_time;
};
BucketError read_bucket_error(ByteView body);

}  // namespace fieldseal::store
