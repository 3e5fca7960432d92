#include "sync/store/server_answers.h"
#include "sync/store/xml_document.h"

namespace fieldseal::store {

std::optional<BucketListing> read_bucket_listing(ByteView body, const std::string& root) {
    pugi::xml_document document;
    if (!load(document, body, "ListBucketResult")) {
        return std::nullopt;
    }
    BucketListing listing;
    const pugi::xml_node result = document.document_element();
    for (const pugi::xml_node& contents : result.children()) {
        const std::string_view key = child(contents, "Key").child_value();
        if (local_name(contents) != "Contents" || !key.starts_with(root)) {
            continue;
        }
        std::string name(key.substr(root.size()));
        if (is_object_name(name)) {
            listing.objects.push_back({std::move(name), child(contents, "Size").text().as_ullong()});
        }
    }
    if (std::string_view(child(result, "IsTruncated").child_value()) == "true") {
        listing.next = child(result, "NextContinuationToken").child_value();
    }
    return listing;
}

BucketError read_bucket_error(ByteView body) {
    pugi::xml_document document;
    if (!load(document, body, "Error")) {
        return {};
    }
    const pugi::xml_node error = document.document_element();
    const auto text = [&](std::string_view name) { return std::string(child(error, name).child_value()); };
    return {text("Code"), text("Region"), text("RequestTime"), text("ServerTime")};
}

}  // namespace fieldseal::store
