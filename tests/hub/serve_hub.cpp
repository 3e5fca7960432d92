// serve_hub ROOT LISTEN [NAME=NUMBER ...]: the hub for a made-up team of every role, for the tests of this folder.
// Prints one line of JSON that says where it is and gives everybody's token and boxes; serves until its input ends. The
// team is the same each time.
#include <unistd.h>

#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "model/environment/durable_file.h"
#include "sync/hub/hub.h"
#include "sync/team/authority.h"
#include "sync/team/hub_token.h"
#include "team_world.h"

using namespace fieldseal;
using Json = nlohmann::ordered_json;

namespace {

/// Limits by name, as the command line gives them.
void set(hub::HubOptions& options, const std::string& name, std::uint64_t number) {
    const auto ms = static_cast<std::int64_t>(number);
    const auto few = static_cast<unsigned>(number);
    if (name == "box-bytes") {
        options.tree.box_bytes = number;
    } else if (name == "box-objects") {
        options.tree.box_objects = number;
    } else if (name == "free-bytes") {
        options.tree.free_bytes = number;
    } else if (name == "tls") {
        options.tls = number != 0;
    } else if (name == "connections") {
        options.server.connections = few;
    } else if (name == "connections-of-address") {
        options.server.connections_of_address = few;
    } else if (name == "header-ms") {
        options.server.header_ms = ms;
    } else if (name == "idle-ms") {
        options.server.idle_ms = ms;
    } else if (name == "pace-ms") {
        options.server.pace_ms = ms;
    } else if (name == "least-rate") {
        options.server.bytes_per_second = number;
    } else if (name == "requests") {
        options.requests_of_token =
            options.requests_of_address = {static_cast<double>(number), static_cast<double>(number)};
    } else if (name == "uploads") {
        options.uploads = few;
    } else if (name == "wrong-tokens") {
        options.wrong_tokens = {0.001, static_cast<double>(number)};
    } else {
        throw Error(ErrorCode::usage, "no such limit: " + name);
    }
}

class Everybody {
  public:
    Everybody(const vectors::TeamWorld& world, crypto::Random& random)
        : world_(world), newcomer_(team::DeviceKeys::make(random)), stranger_(team::DeviceKeys::make(random)) {}

    Json describe(const std::string& audience) const {
        const team::Deployment& deployment = world_.founding.deployment;
        Json people;
        const auto add = [&](const char* name, const InviteId& invite, const team::DeviceKeys& keys,
                             const std::optional<team::Enrolment>& enrolment) {
            const crypto::Secret token =
                team::encode(team::make_hub_token(deployment.id, audience, keys.signing, enrolment));
            people[name] = {{"token", text_of(token.view())},
                            {"outbox", team::outbox_token(deployment, invite)},
                            {"mailbox", team::mailbox_token(deployment, invite)}};
        };
        const auto device = [&](const char* name, const team::DeviceKeys& keys) {
            add(name, world_.roster.device(keys.id())->invite, keys, std::nullopt);
        };
        device("owner", world_.founding.keys);
        device("deputy", world_.deputy);
        device("assessor", world_.assessor);
        device("reviewer", world_.reviewer);
        add("newcomer", world_.open_invitation.invite, newcomer_,
            team::make_enrolment(world_.open_invitation, newcomer_, vectors::TeamWorld::now));
        add("stranger", world_.open_invitation.invite, stranger_, std::nullopt);
        return people;
    }

    team::AccessList list() const {
        return team::access_list_of(world_.roster, world_.founding.deployment, world_.founding.keys.signing);
    }

    /// The next lists: by a deputy without the assessor, by the assessor who may not, and of another deployment.
    Json lists() const {
        team::Roster without = world_.roster;
        team::revoke_device(without, world_.assessor.id(), 0);
        team::publish(without, world_.roster, vectors::TeamWorld::now, world_.deputy.signing);
        const team::AccessList next = access(without, world_.deputy.signing);
        Json lists;
        lists["next"] = {{"name", team::access_object_name(next.version)}, {"bytes", to_hex(team::encode(next))}};
        team::AccessList forged = next;
        ++forged.version;
        lists["forged"] = {{"name", team::access_object_name(forged.version)}, {"bytes", to_hex(team::encode(forged))}};
        lists["first"] = {{"name", team::access_object_name(list().version)}, {"bytes", to_hex(team::encode(list()))}};
        return lists;
    }

  private:
    team::AccessList access(const team::Roster& roster, const crypto::SigningKey& key) const {
        return team::access_list_of(roster, world_.founding.deployment, key);
    }

    const vectors::TeamWorld& world_;
    const team::DeviceKeys newcomer_;
    const team::DeviceKeys stranger_;
};

int run(int count, char** words) {
    crypto::start();
    crypto::SeededRandom seeded(2026);
    const crypto::ReplayedSodium replayed(seeded);
    const vectors::TeamWorld world(seeded);
    const Everybody everybody(world, seeded);
    hub::HubOptions options;
    options.root = words[1];
    options.listen = words[2];
    options.tls = false;
    options.tree.free_bytes = 0;
    options.requests_of_token = options.requests_of_address = {1e9, 1e9};
    for (int i = 3; i < count; ++i) {
        const std::string word = words[i];
        const std::size_t equals = word.find('=');
        set(options, word.substr(0, equals), std::stoull(word.substr(equals + 1)));
    }
    const std::filesystem::path access = options.root.string() + ".access";
    write_durably(access, team::encode(everybody.list()), true);
    options.access = access;
    SystemClock clock;
    crypto::SystemRandom random;
    std::mutex mutex;
    const hub::Hub hub(options, {clock, random}, [&](const hub::LogEntry& entry) {
        const std::lock_guard lock(mutex);
        std::cerr << Json{{"method", entry.method}, {"place", entry.place},       {"status", entry.status},
                          {"sent", entry.sent},     {"received", entry.received}, {"key", entry.key},
                          {"whole", entry.whole}}
                         .dump()
                  << std::endl;
    });
    Json line;
    line["address"] = hub.address();
    line["webdav"] = hub.webdav_address();
    line["pin"] = hub.pin();
    line["version"] = hub.access_version();
    line["people"] = everybody.describe(hub.pin().empty() ? options.listen : hub.pin());
    line["lists"] = everybody.lists();
    std::cout << line.dump() << std::endl;
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return 0;
}

}  // namespace

int main(int count, char** words) {
    if (count < 3) {
        std::cerr << "usage: serve_hub ROOT LISTEN [NAME=NUMBER ...]\n";
        return 2;
    }
    try {
        return run(count, words);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
