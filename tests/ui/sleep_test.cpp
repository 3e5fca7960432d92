// Before the machine sleeps the vault is locked, and the sleep waits for it: against a logind of our own on a bus of
// our own.
#include <GLFW/glfw3.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "app/desktop/shell/sleep_watch.h"
#include "tests/ui/desk.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
using namespace std::chrono_literals;

namespace {

/// A dbus-daemon that this program's system bus is, until it goes.
class PrivateBus {
  public:
    PrivateBus() {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), 0) == 0);
        const std::string where = "--print-address=" + std::to_string(ends[1]);
        child_ = ::fork();
        if (child_ == 0) {
            ::execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", where.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        std::string address;
        char letter = 0;
        while (::read(ends[0], &letter, 1) == 1 && letter != '\n') {
            address += letter;
        }
        ::close(ends[0]);
        INFO("dbus-daemon has to be installed");
        REQUIRE_FALSE(address.empty());
        ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address.c_str(), 1);
    }
    ~PrivateBus() {
        ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
        ::kill(child_, SIGTERM);
        ::waitpid(child_, nullptr, 0);
    }
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;

  private:
    pid_t child_ = -1;
};

/// What logind does about delays, as far as somebody who waits for a sleep sees it. Its bus is its own thread's.
class Logind {
  public:
    std::atomic<int> asked{0};
    /// Whether the latest inhibitor is held.
    std::atomic<bool> held{false};
    std::atomic<bool> as_a_delay_of_sleep{true};
    /// Called from its thread after each change.
    std::function<void()> changed = [] {};

    Logind() : thread_([this] { run(); }) {
        while (!up_) {
            std::this_thread::sleep_for(1ms);
        }
    }
    ~Logind() {
        stop_ = true;
        thread_.join();
    }
    Logind(const Logind&) = delete;
    Logind& operator=(const Logind&) = delete;

    void announce_sleep(bool starts) { announce_ = starts ? 1 : 0; }

  private:
    static int inhibit(sd_bus_message* message, void* self, sd_bus_error*) {
        auto& logind = *static_cast<Logind*>(self);
        const char* what = nullptr;
        const char* who = nullptr;
        const char* why = nullptr;
        const char* mode = nullptr;
        if (::sd_bus_message_read(message, "ssss", &what, &who, &why, &mode) < 0) {
            return -EINVAL;
        }
        if (std::string_view(what) != "sleep" || std::string_view(mode) != "delay") {
            logind.as_a_delay_of_sleep = false;
        }
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return -errno;
        }
        logind.watched_ = ends[0];
        const int answered = ::sd_bus_reply_method_return(message, "h", ends[1]);
        ::close(ends[1]);
        logind.held = true;
        ++logind.asked;
        logind.changed();
        return answered;
    }

    void run() {
        static const sd_bus_vtable table[] = {
            SD_BUS_VTABLE_START(0), SD_BUS_METHOD("Inhibit", "ssss", "h", &Logind::inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
            SD_BUS_SIGNAL("PrepareForSleep", "b", 0), SD_BUS_VTABLE_END};
        constexpr const char* object = "/org/freedesktop/login1";
        constexpr const char* manager = "org.freedesktop.login1.Manager";
        sd_bus* bus = nullptr;
        const bool here = ::sd_bus_open_system(&bus) >= 0 &&
                          ::sd_bus_add_object_vtable(bus, nullptr, object, manager, table, this) >= 0 &&
                          ::sd_bus_request_name(bus, "org.freedesktop.login1", 0) >= 0;
        up_ = true;
        while (here && !stop_) {
            while (::sd_bus_process(bus, nullptr) > 0) {
            }
            if (const int starts = announce_.exchange(-1); starts >= 0) {
                ::sd_bus_emit_signal(bus, object, manager, "PrepareForSleep", "b", starts);
            }
            pollfd end{watched_, 0, 0};
            if (held && ::poll(&end, 1, 0) == 1 && (end.revents & POLLHUP) != 0) {
                ::close(watched_);
                held = false;
                changed();
            }
            ::sd_bus_wait(bus, 5'000);
        }
        ::sd_bus_flush_close_unref(bus);
    }

    std::atomic<bool> up_{false};
    std::atomic<bool> stop_{false};
    std::atomic<int> announce_{-1};
    int watched_ = -1;
    std::thread thread_;
};

/// Gives up after what is far more than enough.
template <class Condition>
bool becomes(Condition condition) {
    for (int i = 0; i < 3000 && !condition(); ++i) {
        std::this_thread::sleep_for(10ms);
    }
    return condition();
}

}  // namespace

TEST_CASE("a sleep is held up until all is done, each time, and no longer than the watch lives") {
    const PrivateBus bus;
    Logind logind;
    std::atomic<int> told{0};
    {
        SleepWatch watch([&told] { ++told; });
        REQUIRE(becomes([&] { return logind.asked == 1; }));
        CHECK(logind.as_a_delay_of_sleep);
        CHECK_FALSE(watch.waited_for());
        for (int round = 1; round <= 2; ++round) {
            logind.announce_sleep(true);
            REQUIRE(becomes([&] { return told == round; }));
            CHECK(watch.waited_for());
            CHECK(logind.held);
            watch.ready();
            CHECK(becomes([&] { return !logind.held; }));
            CHECK_FALSE(watch.waited_for());
            // Awake: the next sleep is to wait again.
            logind.announce_sleep(false);
            CHECK(becomes([&] { return logind.asked == round + 1; }));
            CHECK(logind.held);
        }
        // Not done in time, and the system slept all the same: that is over on waking.
        logind.announce_sleep(true);
        REQUIRE(becomes([&] { return watch.waited_for(); }));
        logind.announce_sleep(false);
        CHECK(becomes([&] { return !watch.waited_for() && logind.asked == 4; }));
    }
    CHECK(becomes([&] { return !logind.held; }));
}

TEST_CASE("without a bus, without logind, and when the bus goes away, nothing is called") {
    std::atomic<int> told{0};
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    {
        SleepWatch watch([&told] { ++told; });
    }
    {
        const PrivateBus bus;
        SleepWatch watch([&told] { ++told; });
        watch.ready();
        std::this_thread::sleep_for(20ms);
    }
    std::optional<SleepWatch> survivor;
    {
        const PrivateBus bus;
        Logind logind;
        survivor.emplace([&told] { ++told; });
        REQUIRE(becomes([&] { return logind.asked == 1; }));
    }
    survivor->ready();
    survivor.reset();
    CHECK(told == 0);
}

TEST_CASE("the window locks before the machine sleeps, and only then lets it") {
    const PrivateBus bus;
    Logind logind;
    logind.changed = &Window::wake;
    test::WindowStage stage;
    {
        const auto [office, code] = stage.create("office");
        office->found("Test", "Olena");
    }
    test::Desk desk(stage, Language::english);
    desk.unlock("office");
    int frames = 0;
    bool announced = false;
    bool let_go = false;
    desk.window.before_frame = [&] {
        desk.driver.feed();
        ++frames;
        if (!announced && logind.asked >= 1) {
            announced = true;
            CHECK_FALSE(desk.app.locked);
            logind.announce_sleep(true);
        }
        if (announced && !let_go && !logind.held) {
            let_go = true;
            CHECK(desk.app.locked);
            CHECK(desk.app.worker.idle());
            CHECK(desk.app.worker.snapshot() == nullptr);
            ::glfwSetWindowShouldClose(::glfwGetCurrentContext(), 1);
        }
    };
    // Nothing moves in the window: without this, a sleep that never comes would let the test wait for ever.
    std::atomic<bool> over{false};
    GLFWwindow* const shown = ::glfwGetCurrentContext();
    std::thread limit([&] {
        for (int i = 0; i < 3000 && !over; ++i) {
            std::this_thread::sleep_for(10ms);
        }
        if (!over) {
            ::glfwSetWindowShouldClose(shown, 1);
            Window::wake();
        }
    });
    desk.window.run(desk.app);
    over = true;
    limit.join();
    CHECK(let_go);
    CHECK(desk.app.locked);
}
