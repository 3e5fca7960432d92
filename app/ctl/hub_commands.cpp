// hub, hub access, hub token: a coordinator's own store.
#include <poll.h>

#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/line_log.h"
#include "app/ctl/output.h"
#include "model/environment/durable_file.h"
#include "sync/bundle/bundle.h"
#include "sync/hub/hub.h"

namespace fieldseal::ctl {

namespace {

constexpr int look_every_ms = 200;
constexpr std::uint64_t mib = 1u << 20;
/// One bundle of the largest size, and what a box keeps for small objects.
constexpr std::uint64_t least_box_mib = bundle::bundle_limit / mib + 2;

struct ServeOptions {
    hub::HubOptions hub;
    bool no_tls = false;
    std::uint64_t box_mib = 0;
    std::uint64_t free_mib = 0;
    std::int64_t header_seconds = 0;
    std::int64_t idle_seconds = 0;
    std::string log;
    bool log_addresses = false;

    ServeOptions()
        : box_mib(hub.tree.box_bytes / mib),
          free_mib(hub.tree.free_bytes / mib),
          header_seconds(hub.server.header_ms / 1000),
          idle_seconds(hub.server.idle_ms / 1000) {}
};

/// One JSON object a line.
class JsonLog {
  public:
    JsonLog(const std::string& file, bool addresses, Clock& clock)
        : addresses_(addresses), clock_(clock), lines_(file) {}

    void write(const Json& line) {
        lines_.write(text_of(line), [this](std::uint64_t lost) {
            return text_of({{"time", iso_time(clock_.wall_ms())}, {"event", "log_gap"}, {"lines_lost", lost}});
        });
    }

    void write(const hub::LogEntry& entry) {
        Json line;
        line["time"] = iso_time(entry.time_ms);
        line["method"] = entry.method;
        line["place"] = entry.place;
        line["status"] = entry.status;
        line["received"] = entry.received;
        line["sent"] = entry.sent;
        line["ms"] = entry.took_ms;
        line["key"] = entry.key;
        if (!entry.whole) {
            line["broken_off"] = true;
        }
        if (addresses_) {
            line["address"] = entry.address;
        }
        write(line);
    }

  private:
    static std::string text_of(const Json& line) { return line.dump(-1, ' ', false, Json::error_handler_t::replace); }

    const bool addresses_;
    Clock& clock_;
    LineLog lines_;
};

int serve(const Context& context, ServeOptions options) {
    if (options.hub.root.empty() || options.hub.listen.empty()) {
        throw Error(ErrorCode::usage, "The hub needs a folder and an address: --root DIR --listen ADDR:PORT.");
    }
    options.hub.tls = !options.no_tls;
    options.hub.tree.box_bytes = options.box_mib * mib;
    options.hub.tree.free_bytes = options.free_mib * mib;
    options.hub.server.header_ms = options.header_seconds * 1000;
    options.hub.server.idle_ms = options.idle_seconds * 1000;
    options.hub.requests_of_token.at_once = options.hub.requests_of_token.per_second * 4;
    options.hub.requests_of_address.at_once = options.hub.requests_of_address.per_second * 4;
    const Cancellable cancellable;
    const Environment outside = environment();
    JsonLog log(options.log, options.log_addresses, outside.clock);
    const auto event = [&](const char* what) {
        Json line;
        line["time"] = iso_time(outside.clock.wall_ms());
        line["event"] = what;
        return line;
    };
    {
        const hub::Hub hub(options.hub, outside, [&log](const hub::LogEntry& entry) { log.write(entry); });
        Json started = event("started");
        started["address"] = hub.address();
        started["webdav"] = hub.webdav_address();
        started["access_version"] = hub.access_version();
        started["boxes"] = hub.boxes();
        log.write(started);
        if (!context.json) {
            std::cerr << "The hub is at\n  " << hub.address() << "\nand lets in " << hub.boxes()
                      << " devices and open invitations. Invite with it: fieldsealctl invite ... --store ADDRESS\n"
                      << "Other WebDAV clients: " << hub.webdav_address() << '\n';
            if (options.box_mib < least_box_mib) {
                std::cerr << "A box holds " << options.box_mib << " MiB, and one bundle of evidence may have "
                          << bundle::bundle_limit / mib << ": one that is larger than its box never gets through. "
                          << "Give --box-mib " << least_box_mib << " or more.\n";
            }
        }
        while (!cancellable.asked()) {
            poll(nullptr, 0, look_every_ms);
        }
    }
    log.write(event("stopped"));
    return exit_done;
}

struct AccessOptions {
    VaultOptions vault;
    std::string out;
};

int write_access(const Context& context, const AccessOptions& options) {
    const auto session = options.vault.open();
    const Bytes list = session->hub_access_list();
    write_durably(options.out, list, true);
    if (context.json) {
        print({{"access", options.out}, {"bytes", list.size()}});
    } else {
        std::cout << "Wrote who may use a hub to " << options.out << ". It holds keys and no names; start the hub with "
                  << "--access " << options.out << '\n';
    }
    return exit_done;
}

struct TokenOptions {
    VaultOptions vault;
    std::string hub;
    std::string out;
};

int write_token(const Context& context, const TokenOptions& options) {
    const auto session = options.vault.open();
    const std::string url = options.hub.empty() ? session->store_url() : options.hub;
    const crypto::Secret token = session->hub_token(url);
    if (!options.out.empty()) {
        write_durably(options.out, token.view(), false);
        if (context.json) {
            print({{"token_file", options.out}});
        } else {
            std::cout << "Wrote this device's token to " << options.out
                      << ". Whoever has it is this device to that hub.\n";
        }
    } else if (context.json) {
        print({{"token", text_of(token.view())}});
    } else {
        std::cout << text_of(token.view()) << '\n';
    }
    return exit_done;
}

void add_limits(CLI::App& command, ServeOptions& options) {
    hub::HubOptions& hub = options.hub;
    const auto number = [&command](const char* name, auto& value, const char* description) {
        command.add_option(name, value, description)->capture_default_str()->type_name("N");
    };
    number("--box-mib", options.box_mib, "What an outbox or a mailbox may hold, in MiB");
    number("--box-objects", hub.tree.box_objects, "How many objects it may hold");
    number("--free-mib", options.free_mib, "What must stay free on the disk, in MiB");
    number("--connections", hub.server.connections, "Open connections, in all");
    number("--connections-of-address", hub.server.connections_of_address,
           "Of one address (IPv6: of one network of 64 bits)");
    number("--requests-of-token", hub.requests_of_token.per_second, "Requests a second of one device, in the long run");
    number("--requests-of-address", hub.requests_of_address.per_second, "Requests a second of one address");
    number("--uploads", hub.uploads, "Uploads of one device at the same time");
    number("--header-seconds", options.header_seconds, "Until a connection has said what it wants");
    number("--idle-seconds", options.idle_seconds, "How long a known device may be silent between two requests");
    number("--least-rate", hub.server.bytes_per_second, "Bytes a second that a known device must move, over a minute");
}

}  // namespace

void add_hub_commands(CLI::App& app, Context& context) {
    auto served = std::make_shared<ServeOptions>();
    CLI::App& command = *app.add_subcommand("hub", "Run a store of your own that the team reaches over the network");
    command.add_flag("--json", context.json, "Say on stderr nothing but errors, as JSON");
    command.callback([&command, &context, served] {
        if (command.get_subcommands().empty()) {
            context.action = [&context, served] { return serve(context, *served); };
        }
    });
    command.add_option("--root", served->hub.root, "The folder that everything lies in; made where it is missing")
        ->type_name("DIR");
    command.add_option("--listen", served->hub.listen, "Where to listen, in numbers: 0.0.0.0:8443, [::]:8443")
        ->type_name("ADDR:PORT");
    command
        .add_option("--name", served->hub.names,
                    "The host and port that devices call it by, the one to print first; may be given again")
        ->type_name("HOST:PORT");
    command
        .add_option("--access", served->hub.access,
                    "Who may use it, from hub access: for the first start, or a newer one")
        ->type_name("FILE");
    command.add_option("--certificate", served->hub.certificate, "A certificate for TLS (PEM) instead of its own")
        ->type_name("FILE");
    command.add_option("--key", served->hub.key, "The key of that certificate (PEM)")->type_name("FILE");
    command.add_flag("--no-tls", served->no_tls, "Without encryption; on this machine only");
    command.add_option("--log", served->log, "Append the log to FILE instead of stdout")->type_name("FILE");
    command.add_flag("--log-addresses", served->log_addresses, "Log the addresses of those who ask");
    add_limits(command, *served);

    auto access = std::make_shared<AccessOptions>();
    CLI::App& access_command =
        add_command(command, context, "access", "Write who may use a hub into a file, to start it with",
                    [&context, access] { return write_access(context, *access); });
    access->vault.add_to(access_command);
    access_command.add_option("--out", access->out, "The file to write")->required()->type_name("FILE");

    auto token = std::make_shared<TokenOptions>();
    CLI::App& token_command =
        add_command(command, context, "token", "Print this device's token for a hub, for other WebDAV clients",
                    [&context, token] { return write_token(context, *token); });
    token->vault.add_to(token_command);
    token_command.add_option("--hub", token->hub, "The hub's address; else the store that was last synced with")
        ->type_name("URL");
    token_command.add_option("--out", token->out, "Write it into FILE, for its owner only, instead of printing it")
        ->type_name("FILE");
}

}  // namespace fieldseal::ctl
