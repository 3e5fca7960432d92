// The small WebDAV server that a coordinator can run as the team's store: docs/hub.md, docs/formats/hub.md.
//
// Rules: whoever asks shows a token before anything else is looked at; what was answered "created" is on the disk;
// nothing that a client says leads out of the root; memory does not grow with what is stored or sent.
#pragma once

#include <filesystem>

#include "sync/hub/http_server.h"
#include "sync/hub/token_bucket.h"
#include "sync/hub/tree.h"

namespace fieldseal::hub {

struct HubOptions {
    /// Objects, the access list and the certificate lie here. Made where it is missing, not its parents.
    std::filesystem::path root;
    /// "ADDRESS:PORT", in numbers.
    std::string listen;
    /// Without it, on this machine only.
    bool tls = true;
    /// Both or none; without them the hub makes its own.
    std::filesystem::path certificate;
    std::filesystem::path key;
    /// Host names with port by which clients may call it, besides its pin and where it listens.
    std::vector<std::string> names;
    /// The first access list, or a newer one: a file.
    std::filesystem::path access;
    /// The same in memory, instead of the file; empty for none.
    Bytes access_list;
    TreeLimits tree;
    ServerLimits server;
    Rate requests_of_token{500, 2'000};
    Rate requests_of_address{1'000, 4'000};
    /// Wrong tokens of an address.
    Rate wrong_tokens{0.5, 20};
    /// Of one device at the same time.
    unsigned uploads = 8;
};

/// One request, without what it names or carries.
struct LogEntry {
    std::int64_t time_ms = 0;
    /// One of those that the hub knows, or "other".
    std::string method;
    /// "outbox", "mailbox", "access", "root", "health", "other"
    std::string place;
    unsigned status = 0;
    /// Of bodies, in bytes.
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::int64_t took_ms = 0;
    /// Begins the id of the device's key; empty where nobody was let in.
    std::string key;
    /// The answer was sent to its end.
    bool whole = true;
    /// IPv4 address or network of whoever asked, for whoever wants it logged.
    std::string address;
};

class Hub {
  public:
    /// Serves from here until it is destroyed; `log` is called by its threads. Error(refused) where there is no access
    /// list to begin with, where the given one is not accepted, or without TLS on an address that others reach;
    /// Error(usage), Error(in_use), Error(disk), Error(damaged), Error(failed).
    Hub(HubOptions options, Environment environment, std::function<void(const LogEntry&)> log = {});
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    std::uint16_t port() const;
    /// "sha256//...", or "" without TLS.
    const std::string& pin() const;
    /// What clients are told: "hub://NAME/#pin=...", for the first of the names, else the address it listens at.
    std::string address() const;
    /// The same for other WebDAV clients, "webdavs://..." or "webdav://...".
    std::string webdav_address() const;
    /// Of the access list in force.
    std::uint64_t access_version() const;
    /// A newer access list comes into force, once it is on the disk; an older one changes nothing. Error(refused) where
    /// the list in force does not let its signer say so, Error(damaged), Error(disk).
    void take_access_list(ByteView list);
    std::size_t boxes() const;
    unsigned connections() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fieldseal::hub
