#include "app/desktop/shell/wake_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "model/environment/descriptor.h"

namespace fieldseal::desktop {

namespace {

/// In the year 2255, just before the kernel's nanoseconds overflow (2262).
constexpr time_t end_of_time_s = 9'000'000'000;

}  // namespace

struct WakeWatch::Thread {
    std::function<void()> woke;
    Descriptor timer;
    Descriptor stop;
    std::thread thread;

    /// A timer that never expires, but is cancelled when the wall clock is set: the kernel does so on waking
    /// (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
    bool arm() const {
        itimerspec never{};
        never.it_value.tv_sec = end_of_time_s;
        return ::timerfd_settime(timer.number(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) == 0;
    }

    void run() {
        while (arm()) {
            pollfd waits[] = {{timer.number(), POLLIN, 0}, {stop.number(), POLLIN, 0}};
            while (::poll(waits, 2, -1) < 0) {
                if (errno != EINTR) {
                    return;
                }
            }
            std::uint64_t ignored = 0;
            if (waits[1].revents != 0 || ::read(timer.number(), &ignored, sizeof ignored) >= 0) {
                // Told to stop; or the timer did expire, since the clock stands beyond the end of time: arming it again
                // would go on and on.
                return;
            }
            woke();
        }
    }
};

WakeWatch::WakeWatch(std::function<void()> woke)
    : thread_(new Thread{std::move(woke),
                         Descriptor(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC)),
                         Descriptor(::eventfd(0, EFD_CLOEXEC)),
                         {}}) {
    if (thread_->timer.valid() && thread_->stop.valid()) {
        thread_->thread = std::thread([this] { thread_->run(); });
    }
}

WakeWatch::~WakeWatch() {
    if (thread_->thread.joinable()) {
        const std::uint64_t one = 1;
        if (::write(thread_->stop.number(), &one, sizeof one) == sizeof one) {
            thread_->thread.join();
        } else {
            thread_->thread.detach();
        }
    }
}

}  // namespace fieldseal::desktop
