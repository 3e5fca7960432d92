// An HTTP server as the hub needs it. The only place that knows libmicrohttpd.
//
// Bodies go through in pieces, both ways; nothing is held whole. Methods of a Conversation are called by one thread at
// a time, of a few that the server has; whatever they throw ends that request with 500.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/crypto/secret.h"

namespace fieldseal::hub {

struct Request {
    std::string method;
    /// As it was sent, percent-encoding and all.
    std::string target;
    /// Who asks, for limits: an IPv4 address, or the first half of an IPv6 one.
    std::string address;
    /// What is announced of the body; nothing where it comes in pieces of unknown number.
    std::optional<std::uint64_t> length;
    /// A header's value, by its name. Until begin() returns.
    std::function<std::optional<std::string>(const char* name)> header;
};

/// What an answer's body is read from, piece by piece.
class BodySource {
  public:
    virtual ~BodySource() = default;
    virtual std::optional<std::uint64_t> size() const = 0;
    /// How much was filled, 0 at the end. Throws where what was promised cannot be given: the connection is closed.
    virtual std::size_t read(std::span<char> out) = 0;
};

struct Reply {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string text;
    /// Instead of `text`.
    std::unique_ptr<BodySource> body;
};

/// One request and its answer.
class Conversation {
  public:
    virtual ~Conversation() = default;
    /// Whoever asks has shown who it is: slow is allowed.
    virtual bool is_trusted() const = 0;
    /// How much of a body that is no longer wanted is read and thrown away, so that the answer arrives; beyond that the
    /// connection is closed with the answer.
    virtual std::uint64_t patience() const = 0;
    /// The answer is known already, so that take() will not be called.
    virtual bool is_decided() const = 0;
    virtual void take(ByteView piece) = 0;
    virtual Reply finish() = 0;
    /// At the very end; `whole` where all of the answer was sent.
    virtual void ended(unsigned status, std::uint64_t received, std::uint64_t sent, bool whole) noexcept = 0;
};

class Handler {
  public:
    virtual ~Handler() = default;
    /// When a request's headers have come.
    virtual std::unique_ptr<Conversation> begin(const Request& request) = 0;
};

struct ServerLimits {
    /// Open at the same time, in all and of one address.
    unsigned connections = 2'000;
    unsigned connections_of_address = 100;
    /// Of one request, with its first line, in bytes.
    std::size_t header_bytes = 32u << 10;
    /// Until a connection's headers have come, and for the whole of a request of somebody unknown.
    std::int64_t header_ms = 15'000;
    /// Between two requests on one connection of somebody known.
    std::int64_t idle_ms = 90'000;
    /// Of bodies, both ways, of somebody known: less than this over `pace_ms`, and the connection is closed.
    std::uint64_t bytes_per_second = 100;
    std::int64_t pace_ms = 60'000;
    /// For what is under way when the server stops.
    std::int64_t farewell_ms = 10'000;
    unsigned threads = 8;
};

struct TlsIdentity {
    /// With a zero at its end.
    crypto::Secret key_pem;
    std::string certificate_pem;
};

class HttpServer {
  public:
    /// Listens at "ADDRESS:PORT" ("127.0.0.1:8443", "[::]:8443"; port 0 takes a free one). Error(usage) for an address
    /// that is none; Error(in_use) where the port is taken; Error(failed).
    HttpServer(const std::string& listen, const std::optional<TlsIdentity>& tls, ServerLimits limits, Handler& handler);
    /// Stops taking connections, lets what is under way end, and closes the others.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const;
    unsigned connections() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Whether the address of "ADDRESS:PORT" is one that only this machine reaches. Error(usage) for one that is none.
bool listens_on_loopback(const std::string& listen);

}  // namespace fieldseal::hub
