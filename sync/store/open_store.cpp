#include "sync/store/implementations.h"

namespace fieldseal::store {

std::string_view name_of(Obstacle obstacle) {
    switch (obstacle) {
        case Obstacle::away:
            return "away";
        case Obstacle::busy:
            return "busy";
        case Obstacle::certificate:
            return "certificate";
        case Obstacle::sign_in:
            return "sign_in";
        case Obstacle::full:
            return "full";
        case Obstacle::credentials:
            return "credentials";
        case Obstacle::forbidden:
            return "forbidden";
        case Obstacle::no_folder:
            return "no_folder";
        case Obstacle::clock:
            return "clock";
    }
    return "away";
}

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

std::unique_ptr<Store> open_store(const std::string& url, StoreOptions options) {
    constexpr std::string_view folder_scheme = "folder:";
    constexpr std::string_view plain_scheme = "webdav://";
    constexpr std::string_view encrypted_scheme = "webdavs://";
    if (url.starts_with(folder_scheme)) {
        return make_folder_store(url.substr(folder_scheme.size()));
    }
    if (url.starts_with(plain_scheme)) {
        return make_webdav_store(url.substr(plain_scheme.size()), false, std::move(options));
    }
    if (url.starts_with(encrypted_scheme)) {
        return make_webdav_store(url.substr(encrypted_scheme.size()), true, std::move(options));
    }
    if (url.find("://") != std::string::npos) {
        throw Error(ErrorCode::usage,
                    "This kind of store is not known. Give a folder, folder:/path/to/it, or a WebDAV folder, "
                    "webdavs://host/path.");
    }
    return make_folder_store(url);
}

}  // namespace fieldseal::store
