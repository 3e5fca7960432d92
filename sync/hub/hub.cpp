#include "sync/hub/hub.h"

#include <sys/stat.h>

#include <csignal>

#include "model/environment/durable_file.h"
#include "model/error/error.h"
#include "sync/hub/certificate.h"
#include "sync/hub/dav_handler.h"

namespace fieldseal::hub {

namespace {

std::filesystem::path ready_root(const std::filesystem::path& root) {
    if (mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) {
        throw write_error(root, errno);
    }
    return root;
}

team::AccessList read_list(ByteView bytes) {
    team::AccessList list = team::decode_access_list(bytes);
    if (!team::is_signed(list)) {
        throw Error(ErrorCode::damaged,
                    "The access list is not signed by whom it names. Make it again: fieldsealctl hub "
                    "access VAULT --out FILE.");
    }
    return list;
}

/// The newest that the tree holds.
std::optional<team::AccessList> held_list(const Tree& tree) {
    const RequestPath folder = path_of({std::string(name_of(Section::access))});
    std::optional<team::AccessList> newest;
    const std::unique_ptr<FolderReader> reader = tree.open_folder(folder);
    while (auto entry = reader ? reader->next() : std::nullopt) {
        if (!team::parse_access_object_name(entry->name)) {
            continue;
        }
        const std::optional<Bytes> bytes = tree.read(folder.child(entry->name), team::access_list_limit);
        if (!bytes) {
            throw Error(ErrorCode::damaged, "The hub's access list cannot be read. Remove it and give a new one.");
        }
        team::AccessList list = read_list(*bytes);
        if (!newest || list.version > newest->version) {
            newest = std::move(list);
        }
    }
    return newest;
}

Error not_accepted() {
    return Error(ErrorCode::refused,
                 "The hub serves another deployment, or whoever made this access list may not say who uses it. Give "
                 "the owner's list, or use another folder.");
}

void keep_list(Tree& tree, ByteView bytes, std::uint64_t version) {
    const RequestPath path = path_of({std::string(name_of(Section::access)), team::access_object_name(version)});
    const std::unique_ptr<Incoming> incoming = tree.receive();
    if (!incoming || !incoming->write(bytes) || tree.keep(*incoming, path, true) == Done::no_room) {
        throw Error(ErrorCode::disk, "There is no room for the access list. Free some space and try again.");
    }
}

/// The list to begin with; one that was given is kept.
team::AccessList first_list(Tree& tree, const HubOptions& options) {
    std::optional<team::AccessList> held = held_list(tree);
    if (options.access.empty() && options.access_list.empty()) {
        if (!held) {
            throw Error(ErrorCode::refused,
                        "The hub does not know yet who may use it. Make the list where the coordinator's vault is, "
                        "fieldsealctl hub access VAULT --out FILE, and start the hub with --access FILE.");
        }
        return std::move(*held);
    }
    const Bytes bytes =
        options.access.empty() ? options.access_list : read_file(options.access, team::access_list_limit);
    team::AccessList list = read_list(bytes);
    const team::AccessVerdict verdict = held ? team::check(list, *held) : team::AccessVerdict::newer;
    if (verdict == team::AccessVerdict::older) {
        return std::move(*held);
    }
    if (verdict == team::AccessVerdict::forged) {
        throw not_accepted();
    }
    keep_list(tree, bytes, list.version);
    return list;
}

std::optional<TlsIdentity> identity_of(const HubOptions& options, crypto::Random& random) {
    // First of all, so that an address that is none is said as such.
    const bool on_loopback = listens_on_loopback(options.listen);
    if (!options.tls) {
        if (!on_loopback) {
            throw Error(ErrorCode::refused,
                        "Without TLS the hub serves this machine only: listen at 127.0.0.1 or [::1].");
        }
        return std::nullopt;
    }
    if (options.certificate.empty() != options.key.empty()) {
        throw Error(ErrorCode::usage, "A certificate and its key are given together.");
    }
    return options.certificate.empty() ? own_identity(options.root, random)
                                       : given_identity(options.certificate, options.key);
}

}  // namespace

struct Hub::State {
    State(HubOptions given, Environment environment, std::function<void(const LogEntry&)> log)
        : options(std::move(given)),
          tree(ready_root(options.root), options.tree, environment),
          tls(identity_of(options, environment.random)),
          own_pin(tls ? pin_of(*tls) : ""),
          gate(first_list(tree, options), audiences(), options.wrong_tokens),
          context(options, environment, tree, gate, std::move(log)),
          handler(context) {
        server.emplace(options.listen, tls, options.server, handler);
    }

    std::vector<std::string> audiences() const {
        std::vector<std::string> names = options.names;
        names.push_back(own_pin.empty() ? options.listen : own_pin);
        return names;
    }

    std::string place() const {
        if (!options.names.empty()) {
            return options.names.front();
        }
        return options.listen.substr(0, options.listen.rfind(':') + 1) + std::to_string(server->port());
    }

    const HubOptions options;
    Tree tree;
    const std::optional<TlsIdentity> tls;
    const std::string own_pin;
    Gate gate;
    DavContext context;
    DavHandler handler;
    std::optional<HttpServer> server;
};

Hub::Hub(HubOptions options, Environment environment, std::function<void(const LogEntry&)> log) {
    // A client that goes away, or a limit on files, is an error of a call and no end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    state_ = std::make_unique<State>(std::move(options), environment, std::move(log));
}

Hub::~Hub() = default;

std::uint16_t Hub::port() const {
    return state_->server->port();
}

const std::string& Hub::pin() const {
    return state_->own_pin;
}

std::string Hub::address() const {
    return state_->own_pin.empty() ? webdav_address() : "hub://" + state_->place() + "/#pin=" + state_->own_pin;
}

std::string Hub::webdav_address() const {
    return state_->own_pin.empty() ? "webdav://" + state_->place() + "/"
                                   : "webdavs://" + state_->place() + "/#pin=" + state_->own_pin;
}

std::uint64_t Hub::access_version() const {
    return state_->gate.version();
}

void Hub::take_access_list(ByteView list) {
    const team::AccessList arrived = read_list(list);
    const team::AccessVerdict verdict =
        state_->gate.replace(arrived, [&] { keep_list(state_->tree, list, arrived.version); });
    if (verdict == team::AccessVerdict::forged) {
        throw not_accepted();
    }
    if (verdict == team::AccessVerdict::newer) {
        remove_older_lists(state_->tree, arrived.version);
    }
}

std::size_t Hub::boxes() const {
    return state_->gate.boxes();
}

unsigned Hub::connections() const {
    return state_->server->connections();
}

}  // namespace fieldseal::hub
