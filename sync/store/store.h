// Where sealed objects lie. A store learns names, sizes and times, never contents; names hold hashes or random-looking
// tokens only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/crypto/bytes.h"
#include "model/crypto/random.h"
#include "model/environment/environment.h"
#include "model/error/error.h"

namespace fieldseal::store {

/// Objects are parts of at most 1 MiB or smaller index objects.
constexpr std::size_t object_limit = 1u << 20;

/// What stands in the way at a store: whether waiting helps, or what a person has to do.
enum class Obstacle : std::uint8_t {
    away,         // not there now: no connection, an unplugged stick
    busy,         // locked by others, asks to wait, has a fault of its own
    certificate,  // cannot be trusted
    sign_in,      // a web page answered: the network may want somebody to sign in
    full,
    credentials,  // not accepted
    forbidden,    // accepted, but not allowed to do that
    no_folder,    // the folder that the address names is not there
    clock,        // this machine's clock is too far off for the store
};
std::string_view name_of(Obstacle obstacle);

/// Error(unreachable) or Error(refused) of which it is known what it takes to go on.
class StoreError : public Error {
  public:
    StoreError(ErrorCode code, Obstacle obstacle, const std::string& message)
        : Error(code, message), obstacle_(obstacle) {}
    Obstacle obstacle() const noexcept { return obstacle_; }

  private:
    Obstacle obstacle_;
};

struct StoredObject {
    std::string name;
    std::uint64_t size = 0;
};

/// One object of many to put. `bytes` stay as they are until the object is reported done or put_all() ends.
struct Outgoing {
    std::string name;
    ByteView bytes;
    /// What belongs together: a bundle's parts and its index.
    std::uint64_t group = 0;
    /// Starts only when everything of its group that came before it is there: a bundle's index.
    bool closes_group = false;
};

/// One object of many to get.
struct Fetched {
    enum class State { here, absent, too_large };
    State state = State::absent;
    Bytes bytes;
};

/// What an implementation can do; callers ask instead of guessing.
struct Capabilities {
    /// put never replaces an object, whoever else puts the same name at the same moment. Where it is false, a name must
    /// follow from its content, as the names of parts and indexes do: then replacing changes nothing.
    bool creates_once = true;
    /// Calls go over a network: they can be slow, and several transfers at a time are faster than one.
    bool remote = false;
};

/// Object names are relative paths of [a-z0-9.-] elements joined by '/', at most 4 deep, no element empty, longer than
/// 128 or with a dot in front. Error(unreachable) where the store cannot be reached now (unplugged, offline,
/// read-only): trying later may help. Error(refused) for a bad name.
class Store {
  public:
    virtual ~Store() = default;
    enum class Put { created, existed };
    /// The next object to put; nothing when there is no more.
    using Source = std::function<std::optional<Outgoing>()>;
    using PutDone = std::function<void(const Outgoing& object, Put outcome)>;
    using GetDone = std::function<void(std::size_t index, Fetched object)>;
    using ListDone = std::function<void(std::size_t index, std::vector<StoredObject> objects)>;

    /// Durable when it returns: written under a temporary name, flushed, read back and compared where the medium can be
    /// removed, then renamed. An object that exists is left as it is (see Capabilities::creates_once).
    virtual Put put_if_absent(const std::string& name, ByteView bytes) = 0;
    /// Nothing if there is no such object; Error(too_large) above `limit` before it is read.
    virtual std::optional<Bytes> get(const std::string& name, std::size_t limit) = 0;
    /// Objects below the folder `under` ("outbox/…"), any depth, in ascending order of names; half-written ones are not
    /// listed.
    virtual std::vector<StoredObject> list(const std::string& under) = 0;
    /// Nothing happens where there is no such object.
    virtual void remove(const std::string& name) = 0;
    /// Puts what `source` gives, several at a time where that is faster; `done` is told of each exactly once, when it
    /// is there, in any order. Both are called on this thread and may throw. After an error nothing new is begun, what
    /// is under way may still be reported done, then the error is thrown; what was reported done is there.
    virtual void put_all(const Source& source, const PutDone& done);
    /// Gets each of `names`, several at a time; `done` is told of each exactly once, in any order, with its place in
    /// `names`. Otherwise as put_all. At most as many objects as transfers at a time are in memory.
    virtual void get_all(const std::vector<std::string>& names, std::size_t limit, const GetDone& done);
    /// Lists each of `under`, several at a time from the first on where a question and its answer take a while: one
    /// round trip for a few folders. Otherwise as get_all.
    virtual void list_all(const std::vector<std::string>& under, const ListDone& done);
    /// Removes each of `names`, in any order.
    virtual void remove_all(const std::vector<std::string>& names);
    virtual Capabilities capabilities() const { return {}; }
    /// For people: "folder /media/stick".
    virtual std::string description() const = 0;
};

bool is_object_name(const std::string& name);

/// What a server asks for: a user and a password, or a token (then `user` is empty); nothing at all without a secret.
struct Credentials {
    std::string user;
    crypto::Secret secret;
};

/// One call that ended, for a log. Names are random-looking; nothing else of an object is told.
struct StoreEvent {
    const char* call = "";  // "put", "get", "list" or "remove"
    std::string name;
    std::uint64_t bytes = 0;
    std::string outcome;  // "created", "existed", "here", "absent", "too large", "done", or what an error says
};

/// For stores on a network; folders need none of it but `log`. The functions are called on the thread that uses the
/// store.
struct StoreOptions {
    Credentials credentials;
    std::function<void(std::uint64_t bytes)> moved;  // so many bytes more went out or came in
    std::function<bool()> cancelled;                 // asked often; true ends what is under way with Error(cancelled)
    crypto::Random* random = nullptr;  // for the chance in waiting times; the system's where there is none
    Clock* clock = nullptr;            // for the rate; the system's where there is none
    std::function<void(std::int64_t ms)>
        pause;                           // waits so long, half a second at most; without it nothing is tried again
    unsigned retries = 5;                // of one object, without any success in between
    std::int64_t first_wait_ms = 500;    // before the first retry; doubles each time
    unsigned transfers = 8;              // at a time, where the line is good
    std::uint64_t bytes_per_second = 0;  // of objects' contents, both ways; 0 for as fast as it goes; needs `pause`
    std::function<void(const StoreEvent&)> log;
};

/// `folder:PATH` or a bare path: the folder must exist (an unplugged stick is not made anew on the mount point),
/// Error(unreachable) otherwise. `webdavs://HOST[:PORT]/PATH[#pin=sha256//KEY]`, or `webdav://` on this machine only.
/// `s3://HOST[:PORT]/BUCKET[/PREFIX][?region=REGION][#pin=sha256//KEY]`, or `s3+http://` on this machine only. Nothing
/// is sent before the first call. `hub://` is `webdavs://` with a device's token as credentials: docs/formats/hub.md.
/// Other kinds, and addresses that make no sense, are refused with Error(usage).
/// What comes back tries again, keeps to the rate and logs as the options say.
std::unique_ptr<Store> open_store(const std::string& url, StoreOptions options = {});
/// What a token for the hub at this address must name, docs/formats/hub.md; nothing where the address is no hub's.
/// Error(usage) as open_store.
std::optional<std::string> hub_audience(const std::string& url);
/// For tests.
std::unique_ptr<Store> make_memory_store();

}  // namespace fieldseal::store
