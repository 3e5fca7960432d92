#include "sync/store/implementations.h"

namespace fieldseal::store {

std::string listing_prefix(const std::string& under) {
    if (under.empty()) {
        return {};
    }
    const std::string folder = under.back() == '/' ? under.substr(0, under.size() - 1) : under;
    require_object_name(folder);
    return folder + "/";
}

Error object_too_large(const std::string& name, std::size_t limit) {
    return Error(ErrorCode::too_large, "The object " + name + " has more than the " + std::to_string(limit) +
                                           " bytes that are allowed. It was not made by Fieldseal.");
}

std::unique_ptr<Store> open_store(const std::string& url) {
    constexpr std::string_view folder_scheme = "folder:";
    if (url.starts_with(folder_scheme)) {
        return make_folder_store(url.substr(folder_scheme.size()));
    }
    for (const std::string_view scheme : {"webdav:", "webdavs:", "s3:"}) {
        if (url.starts_with(scheme)) {
            throw Error(ErrorCode::usage,
                        "This version of Fieldseal exchanges through folders only (a USB stick, a shared "
                        "drive, a synced folder). Give a folder: folder:/path/to/it.");
        }
    }
    if (url.find("://") != std::string::npos) {
        throw Error(ErrorCode::usage, "This kind of store is not known. Give a folder: folder:/path/to/it.");
    }
    return make_folder_store(url);
}

}  // namespace fieldseal::store
