// sync, bundle export, bundle import, log.
#include <algorithm>
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

using exchange::ImportReport;

/// 4 where bytes are not what was written, 1 where something else was refused, 0 otherwise; quarantine is no failure:
/// what lies there is kept and shown.
int exit_code_of(const std::vector<ImportReport>& reports, bool from_store) {
    int result = exit_done;
    for (const ImportReport& report : reports) {
        if (report.outcome != ImportReport::Outcome::refused) {
            continue;
        }
        using bundle::OpenFailure;
        if (from_store && report.failure == OpenFailure::not_for_us) {
            continue;  // a store is shared: what lies there for others is no failure
        }
        const bool damaged = report.failure == OpenFailure::not_a_bundle || report.failure == OpenFailure::truncated ||
                             report.failure == OpenFailure::tampered || report.failure == OpenFailure::malformed;
        result = std::max(result, damaged ? exit_damaged : exit_failed);
    }
    return result;
}

struct SyncOptions {
    VaultOptions vault;
    std::string store;
    std::string credentials;
};

/// A first line with the user's name, empty for a token, and a second with the secret.
store::Credentials read_credentials(const std::string& path) {
    const crypto::Secret content = read_secret_file(path);
    const ByteView all = content.view();
    const auto line_end = std::find(all.begin(), all.end(), std::uint8_t{'\n'});
    std::string user(all.begin(), line_end);
    if (user.ends_with('\r')) {
        user.pop_back();
    }
    ByteView secret =
        all.subspan(static_cast<std::size_t>((line_end == all.end() ? line_end : line_end + 1) - all.begin()));
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) {
        secret = secret.first(secret.size() - 1);
    }
    if (line_end == all.end() || secret.empty()) {
        throw Error(ErrorCode::usage,
                    "The file of credentials needs two lines: the user's name (empty for a token), "
                    "then the secret.");
    }
    return {user, crypto::Secret(secret)};
}

int sync(const Context& context, const SyncOptions& options) {
    const Cancellable cancellable;
    const auto session = options.vault.open();
    const std::string url = options.store.empty() ? session->store_url() : options.store;
    if (url.empty()) {
        throw Error(ErrorCode::usage, "This vault has synced with no store yet. Say with which one: --store URL.");
    }
    store::StoreOptions store;
    if (!options.credentials.empty()) {
        store.credentials = read_credentials(options.credentials);
    }
    store.cancelled = [&cancellable] { return cancellable.asked(); };
    const exchange::SyncReport report = session->sync(url, cancellable.progress("syncing"), std::move(store));
    if (report.access_refused && !context.json) {
        std::cerr << "The hub did not take the list of who may use it from this device. If the owner was changed or you "
                     "became a deputy, the one before must sync with it first; if it belongs to another deployment, use "
                     "another hub.\n";
    }
    if (context.json) {
        Json json;
        json["sent"] = outgoing_json(report.sent);
        json["received"] = Json::array();
        for (const ImportReport& received : report.received) {
            json["received"].push_back(import_json(received));
        }
        json["removed_objects"] = report.removed_objects;
        if (report.access_refused) {
            json["access_refused"] = true;
        }
        print(json);
    } else {
        std::cout << "Sent: " << outgoing_text(report.sent) << '\n';
        for (const ImportReport& received : report.received) {
            print_import(received);
        }
        std::cout << "Received: " << report.received.size()
                  << (report.received.size() == 1 ? " bundle\n" : " bundles\n");
    }
    return exit_code_of(report.received, true);
}

struct ExportOptions {
    VaultOptions vault;
    std::string folder;
};

int export_bundles(const Context& context, const ExportOptions& options) {
    const Cancellable cancellable;
    const auto session = options.vault.open();
    const exchange::OutgoingReport report = session->export_bundles(options.folder, cancellable.progress("sealing"));
    if (context.json) {
        print(outgoing_json(report));
    } else {
        std::cout << "Sealed: " << outgoing_text(report) << '\n';
        for (const auto& file : report.files) {
            std::cout << "  " << file.string() << '\n';
        }
    }
    return exit_done;
}

struct ImportOptions {
    VaultOptions vault;
    std::vector<std::string> files;
};

int import_bundles(const Context& context, const ImportOptions& options) {
    const Cancellable cancellable;
    const auto session = options.vault.open();
    const std::vector<ImportReport> reports =
        session->import_files({options.files.begin(), options.files.end()}, cancellable.progress("importing"));
    Json imports = Json::array();
    for (const ImportReport& report : reports) {
        if (context.json) {
            imports.push_back(import_json(report));
        } else {
            print_import(report);
        }
    }
    if (context.json) {
        print({{"imports", imports}, {"not_tried", options.files.size() - reports.size()}});
    }
    if (reports.size() < options.files.size()) {
        throw Error(ErrorCode::cancelled, "Cancelled; " + std::to_string(reports.size()) + " of " +
                                              std::to_string(options.files.size()) +
                                              " files were taken in. Import the others again.");
    }
    return exit_code_of(reports, false);
}

int show_log(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const auto snapshot = session->snapshot();
    Json imports = Json::array();
    for (const exchange::ImportLogEntry& entry : snapshot->imports) {
        if (context.json) {
            Json item = {{"at", iso_time(entry.at_ms)}};
            item.update(import_json(entry.report));
            imports.push_back(std::move(item));
        } else {
            std::cout << iso_time(entry.at_ms) << "  ";
            print_import(entry.report);
        }
    }
    if (context.json) {
        print({{"imports", imports}});
    } else if (snapshot->imports.empty()) {
        std::cout << "Nothing was taken in yet.\n";
    }
    return exit_done;
}

}  // namespace

void add_exchange_commands(CLI::App& app, Context& context) {
    auto synced = std::make_shared<SyncOptions>();
    CLI::App& sync_command = add_command(app, context, "sync", "Send and receive through a store",
                                         [&context, synced] { return sync(context, *synced); });
    synced->vault.add_to(sync_command);
    sync_command
        .add_option("--store", synced->store,
                    "The store: folder:PATH, webdavs://HOST[:PORT]/PATH[#pin=sha256//KEY], or hub://... likewise; else "
                    "the last one, or the invitation's")
        ->type_name("URL");
    sync_command
        .add_option("--store-credentials", synced->credentials,
                    "For a server: a file with the user's name (empty for a token) and, on a second line, the secret")
        ->type_name("FILE");

    CLI::App& group = add_group(app, "bundle", "Hand over through sealed files, for example on a USB stick");
    auto exported = std::make_shared<ExportOptions>();
    CLI::App& export_command =
        add_command(group, context, "export", "Seal everything that no receipt covers yet into bundles",
                    [&context, exported] { return export_bundles(context, *exported); });
    exported->vault.add_to(export_command);
    export_command.add_option("--out", exported->folder, "The folder to write into")->required()->type_name("DIR");

    auto imported = std::make_shared<ImportOptions>();
    CLI::App& import_command = add_command(group, context, "import", "Take in sealed bundles",
                                           [&context, imported] { return import_bundles(context, *imported); });
    imported->vault.add_to(import_command);
    import_command.add_option("FILE", imported->files, "The bundles")->required()->type_name("");

    auto logged = std::make_shared<VaultOptions>();
    logged->add_to(add_command(app, context, "log", "What was taken in or refused, and when; newest first",
                               [&context, logged] { return show_log(context, *logged); }));
}

}  // namespace fieldseal::ctl
