#include "sync/hub/connections.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstring>

// After the system's headers: it defines tcp_info with the newer fields that netinet/tcp.h lacks.
#include <linux/tcp.h>

namespace fieldseal::hub {

namespace {

constexpr std::chrono::milliseconds watch_every{250};
/// With fewer places left than a quarter, those between requests must go sooner.
constexpr std::int64_t crowded_idle_ms = 5'000;

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Bytes that the other side has sent, and that it has confirmed; 0 where the system does not say.
std::uint64_t bytes_moved(int socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return 0;
    }
    return info.tcpi_bytes_received + info.tcpi_bytes_acked;
}

}  // namespace

std::string address_group(const sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address != nullptr && address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        return text;
    }
    if (address == nullptr || address->sa_family != AF_INET6) {
        return "?";
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
        inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text, sizeof text);
        return text;
    }
    // Whoever has one address of a network of this size has all of them.
    std::memset(&v6.sin6_addr.s6_addr[8], 0, 8);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return text;
}

Connections::Connections(ServerLimits limits) : limits_(limits), watcher_([this] { watch(); }) {}

Connections::~Connections() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    watcher_.join();
}

bool Connections::may_open(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto known = of_address_.find(address);
    return known == of_address_.end() || known->second < limits_.connections_of_address;
}

Connections::Connection* Connections::opened(int socket, std::string address) {
    auto connection = std::make_unique<Connection>();
    connection->socket = socket;
    connection->address = std::move(address);
    connection->since_ms = now_ms();
    const std::lock_guard lock(mutex_);
    ++of_address_[connection->address];
    return open_.insert(std::move(connection)).first->get();
}

void Connections::closed(Connection* connection) {
    const std::lock_guard lock(mutex_);
    busy_ -= connection->busy ? 1 : 0;
    const auto known = of_address_.find(connection->address);
    if (known != of_address_.end() && --known->second == 0) {
        of_address_.erase(known);
    }
    const auto found =
        std::find_if(open_.begin(), open_.end(), [&](const auto& one) { return one.get() == connection; });
    if (found != open_.end()) {
        open_.erase(found);
    }
    changed_.notify_all();
}

void Connections::begun(Connection& connection, bool trusted) {
    const std::lock_guard lock(mutex_);
    busy_ += connection.busy ? 0 : 1;
    connection.busy = true;
    connection.trusted = trusted;
    if (trusted) {
        connection.since_ms = now_ms();
        connection.moved = bytes_moved(connection.socket);
    }
}

void Connections::ended(Connection& connection) {
    const std::lock_guard lock(mutex_);
    busy_ -= connection.busy ? 1 : 0;
    connection.busy = false;
    connection.since_ms = now_ms();
    changed_.notify_all();
}

std::size_t Connections::count() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

std::size_t Connections::busy() const {
    const std::lock_guard lock(mutex_);
    return busy_;
}

void Connections::wait_until_quiet(std::int64_t ms) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return busy_ == 0; });
}

bool Connections::is_late(Connection& connection, std::int64_t now, bool crowded) const {
    const std::int64_t passed = now - connection.since_ms;
    if (!connection.trusted) {
        return passed > limits_.header_ms;
    }
    if (!connection.busy) {
        return passed > (crowded ? std::min(crowded_idle_ms, limits_.idle_ms) : limits_.idle_ms);
    }
    if (passed < limits_.pace_ms) {
        return false;
    }
    const std::uint64_t moved = bytes_moved(connection.socket);
    const std::uint64_t least = limits_.bytes_per_second * static_cast<std::uint64_t>(passed) / 1000;
    const bool late = moved - connection.moved < least;
    connection.since_ms = now;
    connection.moved = moved;
    return late;
}

void Connections::watch() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait_for(lock, watch_every, [this] { return stopping_; });
        const std::int64_t now = now_ms();
        const bool crowded = open_.size() > limits_.connections / 4 * 3;
        for (const auto& connection : open_) {
            if (is_late(*connection, now, crowded)) {
                // The server notices and closes it; the number is not used again before closed() was called.
                shutdown(connection->socket, SHUT_RDWR);
            }
        }
    }
}

}  // namespace fieldseal::hub
