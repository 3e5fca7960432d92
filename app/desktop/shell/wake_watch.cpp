#include "app/desktop/shell/wake_watch.h"

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>

#include "app/session/stoppable_thread.h"

namespace fieldseal::desktop {

namespace {

/// In the year 2255, just before the kernel's nanoseconds overflow (2262).
constexpr time_t end_of_time_s = 9'000'000'000;

}  // namespace

struct WakeWatch::Watching {
    std::function<void()> woke;
    Descriptor timer{::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC)};
    /// The last member: it stops before the timer is closed.
    session::StoppableThread thread{[this](int stop) { run(stop); }};

    /// A timer that never expires, but is cancelled when the wall clock is set: the kernel does so on waking
    /// (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
    bool arm() const {
        itimerspec never{};
        never.it_value.tv_sec = end_of_time_s;
        return timer.valid() &&
               ::timerfd_settime(timer.number(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) == 0;
    }

    void run(int stop) const {
        while (arm()) {
            pollfd waits[] = {{timer.number(), POLLIN, 0}, {stop, POLLIN, 0}};
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

WakeWatch::WakeWatch(std::function<void()> woke) : watching_(new Watching{std::move(woke)}) {}

WakeWatch::~WakeWatch() = default;

}  // namespace fieldseal::desktop
