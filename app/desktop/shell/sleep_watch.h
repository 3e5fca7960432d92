// Hears from the system that it is about to sleep, and holds it up until the vault is locked.
#pragma once

#include <functional>
#include <memory>

namespace fieldseal::desktop {

/// Asks systemd-logind (or elogind) over the system's D-Bus to be told before each sleep and to be waited for: a
/// "delay" inhibitor, which holds up a sleep for as long as logind allows (5 seconds unless it is set otherwise), and
/// lets go of it once ready() was called. Where there is no such service nothing is called, and WakeWatch locks when
/// the machine wakes.
class SleepWatch {
  public:
    /// Calls `going_to_sleep` from a thread of its own before each sleep.
    explicit SleepWatch(std::function<void()> going_to_sleep);
    ~SleepWatch();
    SleepWatch(const SleepWatch&) = delete;
    SleepWatch& operator=(const SleepWatch&) = delete;

    /// Whether the system waits for ready(). From any thread.
    bool waited_for() const;
    /// What was to be done before the sleep is done. From any thread.
    void ready();

  private:
    struct Watching;
    std::unique_ptr<Watching> watching_;
};

}  // namespace fieldseal::desktop
