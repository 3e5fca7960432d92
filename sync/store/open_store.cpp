#include <algorithm>

#include "sync/store/http_address.h"
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

namespace {

/// Where the address starts with `scheme`, what comes behind it.
std::optional<std::string> behind(const std::string& url, std::string_view scheme) {
    return url.starts_with(scheme) ? std::optional(url.substr(scheme.size())) : std::nullopt;
}

std::unique_ptr<Store> open_bare(const std::string& url, const SharedOptions& options) {
    if (const auto path = behind(url, "folder:")) {
        return make_folder_store(*path);
    }
    if (const auto rest = behind(url, "webdav://")) {
        return make_webdav_store(*rest, false, options);
    }
    if (const auto rest = behind(url, "webdavs://")) {
        return make_webdav_store(*rest, true, options);
    }
    if (const auto rest = behind(url, hub_scheme)) {
        return make_hub_store(*rest, options);
    }
    if (const auto rest = behind(url, "s3+http://")) {
        return make_s3_store(*rest, false, options);
    }
    if (const auto rest = behind(url, "s3://")) {
        return make_s3_store(*rest, true, options);
    }
    if (url.find("://") != std::string::npos) {
        throw Error(ErrorCode::usage,
                    "This kind of store is not known. Give a folder, folder:/path/to/it, a WebDAV folder, "
                    "webdavs://host/path, or a bucket, s3://host/bucket.");
    }
    return make_folder_store(url);
}

}  // namespace

std::unique_ptr<Store> open_store(const std::string& url, StoreOptions given) {
    const bool paced = given.bytes_per_second > 0 && given.pause;
    if (paced) {
        given.transfers = 1;  // several would wait for each other's turn
    }
    const auto options = std::make_shared<const StoreOptions>(std::move(given));
    std::unique_ptr<Store> store = open_bare(url, options);
    const bool remote = store->capabilities().remote;
    if (options->log) {
        store = make_logging_store(std::move(store), options);
    }
    if (paced) {
        store = make_paced_store(std::move(store), options);
    }
    if (remote && options->pause) {
        store = make_retrying_store(std::move(store), options);
    }
    return store;
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
