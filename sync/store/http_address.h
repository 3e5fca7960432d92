// Where a server is: what a store's address says, without credentials.
#pragma once

#include <string>

namespace fieldseal::store {

struct HttpAddress {
    std::string scheme;     // "http" or "https"
    std::string authority;  // "host" or "host:port"
    std::string path;       // as in the URL, begins with '/' and does not end with one; "" for the root
    std::string pin;        // "sha256//BASE64" of the public key that the server must show, or ""
    bool hub = false;       // one of ours, where credentials are a device's token

    std::string origin() const { return scheme + "://" + authority; }
};

/// Takes "HOST[:PORT]/PATH[#pin=sha256//BASE64]" apart. Error(usage) for credentials in it, for a control character,
/// or for plain HTTP to another machine.
HttpAddress parse_http_address(const std::string& rest, bool encrypted);

}  // namespace fieldseal::store
