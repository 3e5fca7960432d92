// When to try again by itself. Knows no clock, no thread, no network: time and chance come from outside, so that a run
// can be replayed.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>

#include "model/crypto/random.h"

namespace fieldseal::session {

/// Why a synchronisation did not come through, as far as it decides what happens next.
enum class SyncTrouble : std::uint8_t {
    none,
    away,         // no connection, or a stick that is not there
    busy,         // the store asks to wait or has a fault of its own
    certificate,  // cannot be trusted
    sign_in,      // the network wants somebody to sign in
    full,
    credentials,  // not accepted
    forbidden,
    no_folder,  // the address names nothing
    clock,      // this machine's clock is wrong
    address,    // the address makes no sense
    failed,     // something on this machine: disk, vault
    cancelled,
};
std::string_view name_of(SyncTrouble trouble);
/// Whether a person has to do something before it can go on.
bool needs_person(SyncTrouble trouble);
/// Whether trying again by itself is of use: what a person elsewhere, or another network, may put right.
bool may_pass(SyncTrouble trouble);
SyncTrouble trouble_of(const std::exception_ptr& error);

/// Times in milliseconds of uptime: they never go back.
class SyncSchedule {
  public:
    static constexpr std::int64_t first_wait_ms = 15'000;  // after the first failure; doubles each time
    static constexpr std::int64_t longest_wait_ms = 1'800'000;
    static constexpr std::int64_t check_ms = 300'000;           // while all is well
    static constexpr std::int64_t after_change_ms = 5'000;      // so that what is typed in one go travels together
    static constexpr std::int64_t after_connection_ms = 2'000;  // so that addresses and names work
    static constexpr std::int64_t least_gap_ms = 10'000;        // between two tries, however often the network changes

    explicit SyncSchedule(crypto::Random& random) : random_(&random) {}

    /// A vault was opened; it is tried soon, unless told to stay offline.
    void open(std::int64_t now);
    void close();
    void stay_offline(bool offline, std::int64_t now);
    bool offline() const { return offline_; }

    void begun(std::int64_t now);
    /// `more`: there is more to send, at once.
    void succeeded(std::int64_t now, bool more);
    void failed(std::int64_t now, SyncTrouble trouble);

    /// The network or what is mounted changed. Matters while something is wrong.
    void connected(std::int64_t now);
    /// This device wrote something that can be sent.
    void changed(std::int64_t now);
    /// Another store, other credentials: what was wrong may be right.
    void settings_changed(std::int64_t now);

    /// When to try; nothing where that waits for a person.
    std::optional<std::int64_t> next() const;
    bool due(std::int64_t now) const { return next() && *next() <= now; }
    SyncTrouble trouble() const { return trouble_; }

  private:
    /// About so long: a quarter less or more, so that a team that lost one network does not come back at one moment.
    std::int64_t about(std::int64_t ms);
    void no_later_than(std::int64_t when);

    crypto::Random* random_;
    bool open_ = false;
    bool offline_ = false;
    bool running_ = false;
    SyncTrouble trouble_ = SyncTrouble::none;
    unsigned failures_ = 0;
    std::int64_t tried_ = 0;
    bool tried_before_ = false;
    std::optional<std::int64_t> next_;
};

}  // namespace fieldseal::session
