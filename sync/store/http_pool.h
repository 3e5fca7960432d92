// HTTP as stores need it: several conversations at a time over connections that are kept. The only place that knows
// libcurl.
//
// Certificates are checked always; plain HTTP is for this machine only. Redirects are not followed: they could lead
// credentials elsewhere. A stall of a minute ends a transfer, slowness does not. Nothing is tried again here.
//
// How many transfers run at a time follows the line: one to begin with, one more after each object that went quickly,
// one again after a connection broke. So a line that breaks every few seconds loses the one object under way, and a
// good one is filled within a few objects. HTTP/1.1 on purpose: a broken connection of HTTP/2 would take all of them.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "sync/store/http_address.h"
#include "sync/store/implementations.h"

namespace fieldseal::store {

struct HttpRequest {
    std::string method;
    std::string url;
    std::vector<std::string> headers;
    /// Stays as it is until the answer is there.
    ByteView body;
    std::size_t answer_limit = 0;  // bytes of the answer's body
};

struct HttpAnswer {
    long status = 0;
    std::string content_type;
    std::string entity_tag;
    std::string date;                // of the server's clock, as it wrote it
    std::int64_t retry_after_s = 0;  // as Retry-After asks; 0 where it does not
    Bytes body;
    bool over_limit = false;  // the body had more than the limit and was not read
};

/// One object's requests, one after the other.
struct HttpJob {
    HttpRequest request;
    /// Takes each answer, whatever its status; gives the request that comes next, or nothing at the end.
    std::function<std::optional<HttpRequest>(HttpAnswer)> answered;
    /// Told when a request got no answer.
    std::function<void()> broken;
};

class HttpPool {
  public:
    /// The next job, nothing when there is none now; `finished` is set when there will be none any more.
    using Source = std::function<std::optional<HttpJob>(bool& finished)>;

    /// `signature`: how libcurl signs requests ("aws:amz:REGION:s3"), or "" for user and password, or a token.
    HttpPool(HttpAddress address, SharedOptions options, std::string signature = {});
    ~HttpPool();
    HttpPool(const HttpPool&) = delete;
    HttpPool& operator=(const HttpPool&) = delete;

    /// Runs what `source` gives, everything on this thread. After the first error nothing new is begun and what is
    /// under way ends properly; then the error is thrown. Throws TransientError where a connection broke, another
    /// Error(unreachable) where there is none, Error(cancelled) within a second of being told to stop. `at_least` so
    /// many at a time whatever the line was like: for questions, of which a broken connection loses nothing.
    void run(const Source& source, unsigned at_least = 1);
    /// The answer to one request, as run() would get it. Not from within run().
    HttpAnswer perform(HttpRequest request);
    const HttpAddress& address() const { return address_; }

  private:
    struct Transfer;
    struct Connections;

    void begin(std::unique_ptr<Transfer> transfer);
    void collect(std::exception_ptr& failure);
    void count_moved(Transfer& transfer);
    void adapt(const Transfer& transfer, bool broke);

    HttpAddress address_;
    SharedOptions options_;
    std::string signature_;
    std::unique_ptr<Connections> connections_;
    unsigned window_ = 1;
};

}  // namespace fieldseal::store
