// sync: once, or again and again until it is told to stop.
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/output.h"
#include "app/session/background_sync.h"
#include "app/session/connection_watch.h"

namespace fieldseal::ctl {

namespace {

using exchange::ImportReport;
using session::SyncStatus;

struct SyncCommand {
    VaultOptions vault;
    std::string store;
    std::string credentials;
    bool remember = false;
    bool watch = false;
    std::uint64_t evidence_limit_mb = 0;
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

/// The store that is named, or the one that is kept.
std::pair<std::string, store::Credentials> chosen_store(session::Session& session, const SyncCommand& options) {
    const std::string kept = session.store_url();
    if (options.store.empty() && !options.credentials.empty()) {
        throw Error(ErrorCode::usage, "--store-credentials goes with --store, so that they reach no other server.");
    }
    if (options.store.empty() && kept.empty()) {
        throw Error(ErrorCode::usage,
                    "This vault keeps no store yet. Name one with --store, and keep it with --remember.");
    }
    if (!options.credentials.empty()) {
        return {options.store, read_credentials(options.credentials)};
    }
    const std::string& url = options.store.empty() ? kept : options.store;
    return {url, session.credentials_for(url)};
}

void print_report(const Context& context, const exchange::SyncReport& report) {
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
        json["evidence_waits"] = report.evidence_waits;
        if (report.access_refused) {
            json["access_refused"] = true;
        }
        print(json);
        return;
    }
    std::cout << "Sent: " << outgoing_text(report.sent) << '\n';
    for (const ImportReport& received : report.received) {
        print_import(received);
    }
    std::cout << "Received: " << report.received.size() << (report.received.size() == 1 ? " bundle\n" : " bundles\n");
    if (report.evidence_waits) {
        std::cout << "The rest of the evidence waits: --evidence-limit was reached.\n";
    }
}

int sync_once(const Context& context, const SyncCommand& options) {
    const Cancellable cancellable;
    const auto session = options.vault.open();
    auto [url, credentials] = chosen_store(*session, options);
    if (options.remember) {
        session->set_store(url, credentials);
    }
    store::StoreOptions store;
    store.credentials = std::move(credentials);
    store.cancelled = [&cancellable] { return cancellable.asked(); };
    exchange::SyncOptions sync;
    if (options.evidence_limit_mb != 0) {
        sync.evidence_limit = options.evidence_limit_mb * 1'000'000;
    }
    const exchange::SyncReport report = session->sync(url, cancellable.progress("syncing"), std::move(store), sync);
    print_report(context, report);
    return exit_code_of(report.received, true);
}

/// What --watch tells: one line for each change of state.
class Watching {
  public:
    Watching(bool json, pthread_t main_thread) : json_(json), main_thread_(main_thread) {}

    /// From the thread of the background sync.
    void look(const SyncStatus& status) {
        const bool fine = status.state == SyncStatus::State::up_to_date;
        const bool same = status.state == told_.state && status.trouble == told_.trouble &&
                          status.next_ms == told_.next_ms && status.last_ms == told_.last_ms;
        const bool nothing = fine && told_.state == SyncStatus::State::up_to_date && status.sent + status.received == 0;
        if (same || nothing || status.state == SyncStatus::State::closed ||
            status.state == SyncStatus::State::syncing) {
            return;
        }
        told_ = status;
        print_event(status);
        const bool over = status.state == SyncStatus::State::no_store || status.state == SyncStatus::State::offline ||
                          status.revoked ||
                          (status.state == SyncStatus::State::attention && !session::may_pass(status.trouble));
        if (over) {
            needs_person = true;
            pthread_kill(main_thread_, SIGTERM);
        }
    }

    std::atomic<bool> needs_person = false;

  private:
    void print_event(const SyncStatus& status) const {
        const std::string now = iso_time(environment().clock.wall_ms());
        if (json_) {
            Json event = {{"at", now}, {"state", session::name_of(status.state)}};
            event["trouble"] =
                status.trouble == session::SyncTrouble::none ? Json(nullptr) : Json(session::name_of(status.trouble));
            event["message"] = status.message.empty() ? Json(nullptr) : Json(status.message);
            event["sent_bundles"] = status.sent;
            event["received_bundles"] = status.received;
            event["next_try_at"] = status.next_ms == 0 ? Json(nullptr) : Json(iso_time(status.next_ms));
            std::cout << event.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
            return;
        }
        std::cout << now << "  " << session::name_of(status.state);
        if (status.trouble != session::SyncTrouble::none) {
            std::cout << ": " << plain(status.message);
        } else if (status.state == SyncStatus::State::up_to_date) {
            std::cout << ": " << status.sent << " sent, " << status.received << " received";
        }
        if (status.next_ms != 0 && status.state != SyncStatus::State::up_to_date) {
            std::cout << "  (next try at " << iso_time(status.next_ms) << ")";
        }
        std::cout << std::endl;
    }

    bool json_;
    pthread_t main_thread_;
    SyncStatus told_;
};

int watch(const Context& context, const SyncCommand& options) {
    auto session = options.vault.open();
    auto [url, credentials] = chosen_store(*session, options);
    if (url != session->store_url() && !options.remember) {
        throw Error(ErrorCode::usage,
                    "--watch works with the store that the vault keeps. Add --remember to keep this one.");
    }
    if (options.remember) {
        session->set_store(url, credentials);
    }
    credentials = {};
    if (options.evidence_limit_mb != 0) {
        session->set_evidence_per_hour(options.evidence_limit_mb * 1'000'000);
    }
    // Before any thread starts, so that only sigwait() below gets them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    Watching watching(context.json, pthread_self());
    {
        session::Worker worker([] {});
        const auto shared = std::make_shared<std::unique_ptr<session::Session>>(std::move(session));
        worker.post("open", [shared](std::unique_ptr<session::Session>& open, const session::Progress&) {
            open = std::move(*shared);
        });
        session::BackgroundSync* background = nullptr;
        std::mutex mutex;
        session::BackgroundSync sync(worker, environment(), [&] {
            const std::lock_guard guard(mutex);
            if (background != nullptr) {
                watching.look(background->status());
            }
        });
        {
            const std::lock_guard guard(mutex);
            background = &sync;
        }
        sync.open(true);
        const session::ConnectionWatch connections([&sync] { sync.connection_changed(); });
        int signal = 0;
        sigwait(&ends, &signal);
        sync.close();
    }
    return watching.needs_person ? exit_failed : exit_done;
}

}  // namespace

void add_sync_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<SyncCommand>();
    CLI::App& command = add_command(app, context, "sync", "Send and receive through a store", [&context, options] {
        return options->watch ? watch(context, *options) : sync_once(context, *options);
    });
    options->vault.add_to(command);
    command
        .add_option("--store", options->store,
                    "The store: folder:PATH, webdavs://HOST[:PORT]/PATH[#pin=sha256//KEY], or hub://... likewise. "
                    "Without it, the one that the vault keeps")
        ->type_name("URL");
    command
        .add_option("--store-credentials", options->credentials,
                    "For a server: a file with the user's name (empty for a token) and, on a second line, the secret")
        ->type_name("FILE");
    command.add_flag("--remember", options->remember, "Keep the store and its credentials in the vault, sealed");
    command
        .add_option("--evidence-limit", options->evidence_limit_mb,
                    "Send at most so many MB of evidence; with --watch, in an hour, and kept in the vault")
        ->type_name("MB");
    command.add_flag("--watch", options->watch,
                     "Go on until SIGTERM or SIGINT: try again by itself, one line for each change of state");
}

}  // namespace fieldseal::ctl
