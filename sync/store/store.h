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

/// Object names are relative paths of [a-z0-9.-] elements joined by '/', at most 4 deep, no element empty, longer than
/// 128 or with a dot in front. Error(unreachable) where the store cannot be reached now (unplugged, offline,
/// read-only): trying later may help. Error(refused) for a bad name.
class Store {
  public:
    virtual ~Store() = default;
    enum class Put { created, existed };
    /// Durable when it returns: written under a temporary name, flushed, read back and compared where the medium can be
    /// removed, then renamed. An object that exists is left as it is.
    virtual Put put_if_absent(const std::string& name, ByteView bytes) = 0;
    /// Nothing if there is no such object; Error(too_large) above `limit` before it is read.
    virtual std::optional<Bytes> get(const std::string& name, std::size_t limit) = 0;
    /// Objects below the folder `under` ("outbox/…"), any depth, in ascending order of names; half-written ones are not
    /// listed.
    virtual std::vector<StoredObject> list(const std::string& under) = 0;
    /// Nothing happens where there is no such object.
    virtual void remove(const std::string& name) = 0;
    /// For people: "folder /media/stick".
    virtual std::string description() const = 0;
};

bool is_object_name(const std::string& name);

/// What a server asks for: a user and a password, or a token (then `user` is empty); nothing at all without a secret.
struct Credentials {
    std::string user;
    crypto::Secret secret;
};

/// For stores on a network; folders need none of it. The functions are called on the thread that uses the store.
struct StoreOptions {
    Credentials credentials;
    std::function<void(std::uint64_t bytes)> moved;  // so many bytes more went out or came in
    std::function<bool()> cancelled;                 // asked often; true ends what is under way with Error(cancelled)
    crypto::Random* random = nullptr;  // for the chance in waiting times; the system's where there is none
    std::function<void(std::int64_t ms)>
        pause;                         // waits so long, half a second at most; without it nothing is tried again
    unsigned retries = 5;              // of one request
    std::int64_t first_wait_ms = 500;  // before the first retry; doubles each time
};

/// `folder:PATH` or a bare path: the folder must exist (an unplugged stick is not made anew on the mount point),
/// Error(unreachable) otherwise. `webdavs://HOST[:PORT]/PATH[#pin=sha256//KEY]`, or `webdav://` on this machine only;
/// nothing is sent before the first call. Other kinds, and addresses that make no sense, are refused with Error(usage).
std::unique_ptr<Store> open_store(const std::string& url, StoreOptions options = {});
/// For tests.
std::unique_ptr<Store> make_memory_store();

}  // namespace fieldseal::store
