#include "app/desktop/shell/sleep_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>

#include "app/session/stoppable_thread.h"

namespace fieldseal::desktop {

namespace {

constexpr const char* service = "org.freedesktop.login1";
constexpr const char* object = "/org/freedesktop/login1";
constexpr const char* manager = "org.freedesktop.login1.Manager";

struct CloseBus {
    void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
};
using Bus = std::unique_ptr<sd_bus, CloseBus>;

struct DropMessage {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, DropMessage>;

/// For poll(): sd-bus says when it wants to be called at the latest.
int milliseconds_until(std::uint64_t at_us) {
    if (at_us == UINT64_MAX) {
        return -1;
    }
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto now_us = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
    return at_us <= now_us ? 0 : static_cast<int>(std::min<std::uint64_t>((at_us - now_us) / 1000 + 1, 60'000));
}

}  // namespace

struct SleepWatch::Watching {
    std::function<void()> going_to_sleep;
    std::atomic<bool> waits{false};
    /// Signalled by ready().
    Descriptor done{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    // Of the thread alone.
    Bus bus{};
    /// While it is open, a sleep waits.
    std::optional<Descriptor> inhibitor{};
    bool woke = false;
    /// The last member: it stops before the rest goes.
    session::StoppableThread thread{[this](int stop) { run(stop); }};

    bool connect() {
        sd_bus* opened = nullptr;
        if (::sd_bus_open_system(&opened) < 0) {
            return false;
        }
        bus.reset(opened);
        // Whoever ends the program waits for an answer that is under way.
        ::sd_bus_set_method_call_timeout(opened, 2'000'000);
        return ::sd_bus_match_signal(
                   bus.get(), nullptr, service, object, manager, "PrepareForSleep",
                   [](sd_bus_message* message, void* self, sd_bus_error*) {
                       static_cast<Watching*>(self)->prepare(message);
                       return 0;
                   },
                   this) >= 0;
    }

    void prepare(sd_bus_message* message) {
        int starts = 0;
        if (::sd_bus_message_read(message, "b", &starts) < 0) {
            return;
        }
        if (starts != 0) {
            waits = true;
            going_to_sleep();
        } else {
            waits = false;
            // Not from inside a handler: asking for another one waits for its answer.
            woke = true;
        }
    }

    void take_inhibitor() {
        sd_bus_message* answer = nullptr;
        const int result =
            ::sd_bus_call_method(bus.get(), service, object, manager, "Inhibit", nullptr, &answer, "ssss", "sleep",
                                 "Fieldseal", "Locks the vault before the computer sleeps", "delay");
        const Message owned(answer);
        int descriptor = -1;
        if (result >= 0 && ::sd_bus_message_read(answer, "h", &descriptor) >= 0) {
            // The message owns its descriptor.
            inhibitor.emplace(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
        }
    }

    /// Waits for the bus, for ready(), for the end. False where it is the end.
    bool wait(int stop) {
        const int events = ::sd_bus_get_events(bus.get());
        std::uint64_t until = 0;
        if (events < 0 || ::sd_bus_get_timeout(bus.get(), &until) < 0) {
            return false;
        }
        pollfd waits_for[] = {
            {::sd_bus_get_fd(bus.get()), static_cast<short>(events), 0}, {done.number(), POLLIN, 0}, {stop, POLLIN, 0}};
        while (::poll(waits_for, 3, milliseconds_until(until)) < 0) {
            if (errno != EINTR) {
                return false;
            }
        }
        if (waits_for[1].revents != 0) {
            std::uint64_t ignored = 0;
            if (::read(done.number(), &ignored, sizeof ignored) == sizeof ignored) {
                inhibitor.reset();
            }
        }
        return waits_for[2].revents == 0;
    }

    void run(int stop) {
        if (!done.valid() || !connect()) {
            return;
        }
        take_inhibitor();
        do {
            int processed = 0;
            while ((processed = ::sd_bus_process(bus.get(), nullptr)) > 0) {
            }
            if (processed < 0) {
                break;  // The bus has gone: from now on as if there had been none.
            }
            if (woke) {
                woke = false;
                take_inhibitor();
            }
        } while (wait(stop));
        inhibitor.reset();
        bus.reset();
    }
};

SleepWatch::SleepWatch(std::function<void()> going_to_sleep) : watching_(new Watching{std::move(going_to_sleep)}) {}

SleepWatch::~SleepWatch() = default;

bool SleepWatch::waited_for() const {
    return watching_->waits;
}

void SleepWatch::ready() {
    watching_->waits = false;
    const std::uint64_t one = 1;
    // It cannot be full: the counter is read each time.
    [[maybe_unused]] const ssize_t written = ::write(watching_->done.number(), &one, sizeof one);
}

}  // namespace fieldseal::desktop
