// HTTP as stores need it: one request at a time over one connection that is kept. The only place that knows libcurl.
//
// Certificates are checked always; plain HTTP is for this machine only. Redirects are not followed: they could lead
// credentials elsewhere. A stall of a minute ends a transfer, slowness does not.
#pragma once

#include <memory>

#include "sync/store/store.h"

namespace fieldseal::store {

/// Where a server is: what a store's URL says, without credentials.
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

struct HttpRequest {
    std::string method;
    std::string url;
    std::vector<std::string> headers;
    ByteView body;
    std::size_t answer_limit = 0;  // bytes of the answer's body
};

struct HttpAnswer {
    long status = 0;
    std::string content_type;
    Bytes body;
    bool over_limit = false;  // the body had more than the limit and was not read
};

class HttpTransfer {
  public:
    HttpTransfer(HttpAddress address, StoreOptions options);
    ~HttpTransfer();
    HttpTransfer(const HttpTransfer&) = delete;
    HttpTransfer& operator=(const HttpTransfer&) = delete;

    /// The answer, whatever its status. Broken connections and 423, 429, 500, 502, 503 and 504 are tried again, each
    /// time after twice as long and some chance, or after what Retry-After says; a machine without a connection is not.
    /// Throws Error(unreachable) in the end, Error(cancelled) within a second of being told to stop.
    HttpAnswer perform(const HttpRequest& request);
    const HttpAddress& address() const { return address_; }

  private:
    struct Connection;
    void wait(std::int64_t milliseconds) const;

    HttpAddress address_;
    StoreOptions options_;
    std::unique_ptr<Connection> connection_;
};

/// What an answer with an unexpected status means for people, and what to do next: Error(unreachable) where trying
/// later helps, Error(refused) where it does not.
StoreError status_error(const HttpAddress& address, const HttpAnswer& answer);
/// A page came where a store should have answered.
StoreError portal_error(const HttpAddress& address);
bool is_web_page(const HttpAnswer& answer);

}  // namespace fieldseal::store
