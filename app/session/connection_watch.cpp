#include "app/session/connection_watch.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "app/session/stoppable_thread.h"

namespace fieldseal::session {

namespace {

/// What is there is told when it is bound; nothing is ever asked through it.
Descriptor open_netlink() {
    Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    if (!socket.valid() || ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return Descriptor(-1);
    }
    return socket;
}

/// Takes all messages that wait; whether an address or a route came.
bool something_came(int socket) {
    alignas(nlmsghdr) std::array<char, 16 * 1024> buffer{};
    bool came = false;
    while (true) {
        const ssize_t length = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (length < 0 && errno == ENOBUFS) {
            came = true;  // more than fits was told: something of it may have come
            continue;
        }
        if (length <= 0) {
            return came;
        }
        auto left = static_cast<unsigned>(length);
        for (auto* message = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(message, left);
             message = NLMSG_NEXT(message, left)) {
            came = came || message->nlmsg_type == RTM_NEWADDR || message->nlmsg_type == RTM_NEWROUTE;
        }
    }
}

}  // namespace

struct ConnectionWatch::Watching {
    std::function<void()> changed;
    Descriptor netlink = open_netlink();
    Descriptor mounts{::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)};
    /// The last member: it stops before what it reads from is closed.
    StoppableThread thread{[this](int stop) { run(stop); }};

    void run(int stop) const {
        // A descriptor of -1 is passed over by poll().
        pollfd waits[] = {{netlink.number(), POLLIN, 0}, {mounts.number(), POLLPRI, 0}, {stop, POLLIN, 0}};
        while (true) {
            if (::poll(waits, 3, -1) < 0) {
                if (errno != EINTR) {
                    return;
                }
                continue;
            }
            if (waits[2].revents != 0) {
                return;
            }
            // The list of mounts marks a change as an error, until the next poll().
            const bool mounted = (waits[1].revents & (POLLPRI | POLLERR)) != 0;
            const bool came = waits[0].revents != 0 && something_came(netlink.number());
            if ((waits[0].revents & (POLLERR | POLLNVAL)) != 0 && !came) {
                waits[0].fd = -1;
            }
            if (mounted || came) {
                changed();
            }
        }
    }
};

ConnectionWatch::ConnectionWatch(std::function<void()> changed) : watching_(new Watching{std::move(changed)}) {}

ConnectionWatch::~ConnectionWatch() = default;

}  // namespace fieldseal::session
