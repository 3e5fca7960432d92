#include "sync/store/http_address.h"

#include <algorithm>

#include "model/error/error.h"

namespace fieldseal::store {

namespace {

bool is_loopback(const std::string& authority) {
    const std::string host = authority.substr(
        0, authority.starts_with('[') ? authority.find(']') + 1 : std::min(authority.find(':'), authority.size()));
    return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

}  // namespace

HttpAddress parse_http_address(const std::string& rest, bool encrypted) {
    HttpAddress address;
    address.scheme = encrypted ? "https" : "http";
    const std::size_t fragment = rest.find('#');
    const std::string place = rest.substr(0, fragment);
    if (fragment != std::string::npos) {
        constexpr std::string_view key = "#pin=";
        address.pin = rest.substr(std::min(fragment + key.size(), rest.size()));
        if (!rest.substr(fragment).starts_with(key) || !address.pin.starts_with("sha256//")) {
            throw Error(ErrorCode::usage,
                        "A store's address may end in #pin=sha256//KEY, and in nothing else after #. Check it.");
        }
    }
    const std::size_t slash = std::min(place.find('/'), place.size());
    address.authority = place.substr(0, slash);
    address.path = place.substr(slash);
    while (address.path.ends_with('/')) {
        address.path.pop_back();
    }
    const bool odd =
        std::any_of(place.begin(), place.end(), [](char c) { return c <= ' ' || c == '\x7f' || c == '?'; });
    if (address.authority.empty() || odd || address.authority.find('@') != std::string::npos) {
        throw Error(ErrorCode::usage,
                    "A store's address is KIND://HOST[:PORT]/PATH, without a user name or password in it and with "
                    "other characters as %XX. Give credentials through a file.");
    }
    if (!encrypted && !is_loopback(address.authority)) {
        throw Error(ErrorCode::usage,
                    "Without encryption a store may lie on this machine only. Use webdavs:// instead of webdav://, "
                    "s3:// instead of s3+http://.");
    }
    return address;
}

}  // namespace fieldseal::store
