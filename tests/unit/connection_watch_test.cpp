// The kernel's word that a network or a mount has come, in a network of its own where the system allows one.
#include <doctest/doctest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include "app/session/connection_watch.h"

using namespace fieldseal;

namespace {

constexpr int not_allowed = 77;

struct Told {
    std::mutex mutex;
    std::condition_variable changed;
    int times = 0;
    void operator()() {
        const std::lock_guard guard(mutex);
        ++times;
        changed.notify_all();
    }
    bool within(std::chrono::milliseconds time) {
        std::unique_lock guard(mutex);
        return changed.wait_for(guard, time, [this] { return times > 0; });
    }
};

bool bring_loopback_up() {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    const bool up = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
    ::close(socket);
    return up;
}

/// In a child that has a network and mounts of its own: 0 when `change` was told of, and nothing before it.
int told_of(bool (*change)()) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0) {
            ::_exit(not_allowed);
        }
        int code = 1;
        {
            Told told;
            const session::ConnectionWatch watch([&told] { told(); });
            if (told.within(std::chrono::milliseconds(50))) {
                ::_exit(2);
            }
            code = !change() ? not_allowed : told.within(std::chrono::seconds(10)) ? 0 : 3;
        }
        ::_exit(code);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void check(int code) {
    if (code == not_allowed) {
        MESSAGE("skipped: this system allows no network or mounts of one's own");
    } else {
        CHECK(code == 0);
    }
}

}  // namespace

TEST_CASE("A network that comes up is told of, and nothing while nothing happens") {
    check(told_of(bring_loopback_up));
}

TEST_CASE("A stick that is mounted is told of") {
    check(told_of([] {
        return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               ::mount("fieldseal-test", "/tmp", "tmpfs", 0, nullptr) == 0;
    }));
}
