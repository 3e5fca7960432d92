#include <algorithm>

#include "sync/store/http_transfer.h"
#include "sync/store/implementations.h"

namespace fieldseal::store {

namespace {

constexpr std::string_view hub_scheme = "hub://";

}  // namespace
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
    if (url.starts_with(hub_scheme)) {
        return make_hub_store(url.substr(hub_scheme.size()), std::move(options));
    }
    if (url.find("://") != std::string::npos) {
        throw Error(ErrorCode::usage,
                    "This kind of store is not known. Give a folder, folder:/path/to/it, or a WebDAV folder, "
                    "webdavs://host/path.");
    }
    return make_folder_store(url);
}

std::optional<std::string> hub_audience(const std::string& url) {
    if (!url.starts_with(hub_scheme)) {
        return std::nullopt;
    }
    const HttpAddress address = parse_http_address(url.substr(hub_scheme.size()), true);
    if (!address.pin.empty()) {
        return address.pin;
    }
    constexpr std::string_view usual_port = ":443";
    std::string host = address.authority;
    std::ranges::transform(host, host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (host.ends_with(usual_port)) {
        host.resize(host.size() - usual_port.size());
    }
    return host;
}

}  // namespace fieldseal::store
