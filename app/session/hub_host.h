// A hub (docs/hub.md) on this computer, inside a program with a window: switched on and off at any moment, by a thread
// of its own, so that nobody waits for a certificate to be made or for a transfer to end.
//
// It knows no vault: what it needs is the folder, where to listen, and the access list, which holds keys and no names.
// So it may go on while the vault is locked. Nothing polls; no CPU while nobody asks for anything.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "app/session/hub_place.h"
#include "sync/hub/hub.h"

namespace fieldseal::session {

/// What people are shown of it.
struct HubStatus {
    enum class State : std::uint8_t {
        off,
        starting,
        on,
        stopping,
        failed,  // `message` says why
    };
    State state = State::off;
    /// In English. While it is on: what came of the last access list, empty where that is in force.
    std::string message;
    /// "hub://HOST:PORT/#pin=..." while it is on.
    std::string address;
    std::uint64_t access_version = 0;
    /// Devices and open invitations that it lets in.
    std::size_t boxes = 0;
    /// Since it was switched on, newest first, and how many there were in all.
    std::deque<hub::LogEntry> requests;
    std::uint64_t requests_in_all = 0;
};

class HubHost {
  public:
    /// How many requests a status shows.
    static constexpr std::size_t requests_shown = 20;

    /// `changed` is called from the thread of this object when status() has changed, for requests at most twice a
    /// second.
    HubHost(Environment environment, std::function<void()> changed);
    /// Switches it off, and waits for that: two seconds at most for transfers under way.
    ~HubHost();
    HubHost(const HubHost&) = delete;
    HubHost& operator=(const HubHost&) = delete;

    /// Returns at once; one that is on goes off first. Without an access list it goes on with the one that the folder
    /// holds.
    void start(HubPlace place, Bytes access_list);
    /// Returns at once.
    void stop();
    /// A newer list of who may use it; nothing happens unless it is on.
    void take_access_list(Bytes list);

    HubStatus status() const;
    HubStatus::State state() const;
    /// Something that was asked for is not done yet.
    bool busy() const;

  private:
    struct Wanted {
        HubPlace place;
        Bytes access_list;
    };
    void run();
    void switch_over(std::unique_lock<std::mutex>& lock, std::unique_ptr<hub::Hub>& hub);
    void install_list(std::unique_lock<std::mutex>& lock, hub::Hub* hub);
    std::unique_ptr<hub::Hub> open(const Wanted& wanted);
    void note(const hub::LogEntry& entry);
    /// Under the mutex.
    void show(const hub::Hub& hub);

    const Environment environment_;
    const std::function<void()> changed_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    HubStatus status_;
    std::optional<Wanted> wanted_;
    /// `wanted_`, or that it is off, has not come true yet.
    bool switch_ = false;
    std::optional<Bytes> list_;
    bool working_ = false;
    bool requests_came_ = false;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace fieldseal::session
