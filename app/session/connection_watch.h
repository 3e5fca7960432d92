// Tells when the network or what is mounted has changed, without looking now and then: the kernel says so. A thread
// that sleeps until then.
#pragma once

#include <functional>
#include <memory>

namespace fieldseal::session {

class ConnectionWatch {
  public:
    /// `changed` is called from a thread of its own: an address or a route came (rtnetlink(7)), or a file system was
    /// mounted (proc_pid_mountinfo(5)). More often than needed, for addresses are renewed; where the kernel offers
    /// neither, never.
    explicit ConnectionWatch(std::function<void()> changed);
    ~ConnectionWatch();
    ConnectionWatch(const ConnectionWatch&) = delete;
    ConnectionWatch& operator=(const ConnectionWatch&) = delete;

  private:
    struct Watching;
    std::unique_ptr<Watching> watching_;
};

}  // namespace fieldseal::session
