// Notices that the machine woke from sleep, without polling.
#pragma once

#include <functional>
#include <memory>

namespace fieldseal::desktop {

/// Calls `woke` from a thread of its own after each sleep (and each jump of the wall clock). Where the kernel does not
/// tell, nothing is called; the next event in the window finds out then.
class WakeWatch {
  public:
    explicit WakeWatch(std::function<void()> woke);
    ~WakeWatch();
    WakeWatch(const WakeWatch&) = delete;
    WakeWatch& operator=(const WakeWatch&) = delete;

  private:
    struct Watching;
    std::unique_ptr<Watching> watching_;
};

}  // namespace fieldseal::desktop
