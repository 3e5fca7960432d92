// Open connections: how many of each address, and which of them take too long.
//
// A connection between requests, or of somebody unknown, has a deadline. One with a request of somebody known under way
// must move bytes at a least pace, as the kernel counts them, so that slow lines are told apart from idle hands.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "sync/hub/http_server.h"

struct sockaddr;

namespace fieldseal::hub {

/// The part of a peer's address that limits count by.
std::string address_group(const sockaddr* address);

class Connections {
  public:
    struct Connection {
        int socket = -1;
        std::string address;
        bool trusted = false;
        bool busy = false;
        std::int64_t since_ms = 0;
        /// Bytes that had moved at `since_ms`.
        std::uint64_t moved = 0;
    };

    explicit Connections(ServerLimits limits);
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    /// Whether one more of this address may come.
    bool may_open(const std::string& address);
    Connection* opened(int socket, std::string address);
    void closed(Connection* connection);
    /// A request's headers have come.
    void begun(Connection& connection, bool trusted);
    /// The request is done; the next one may come.
    void ended(Connection& connection);

    std::size_t count() const;
    std::size_t busy() const;
    /// Waits until no request is under way, so long at most.
    void wait_until_quiet(std::int64_t ms);

  private:
    void watch();
    bool is_late(Connection& connection, std::int64_t now, bool crowded) const;

    const ServerLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::unique_ptr<Connection>, std::less<>> open_;
    std::map<std::string, unsigned> of_address_;
    std::size_t busy_ = 0;
    bool stopping_ = false;
    std::thread watcher_;
};

}  // namespace fieldseal::hub
