// Syncing in steps, the store that is kept, and the log of what was tried.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "app/session/implementation.h"
#include "app/session/sync_log.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view credentials_key = "store_credentials";
/// What is taken in shows after so long, so that many small bundles do not cost a new snapshot each.
constexpr std::int64_t show_every_ms = 500;

std::uint64_t next_run() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

bool names_machine(std::string_view url) {
    return url.find("://") != std::string_view::npos;
}

}  // namespace

struct SyncRun {
    std::uint64_t number = 0;
    exchange::SyncSteps steps;
    std::size_t shown = 0;
    std::int64_t shown_ms = 0;
    SyncLogEntry entry;

    SyncRun(exchange::Exchange& exchange, const exchange::SyncOptions& options)
        : number(next_run()), steps(exchange, options) {}
};

void SyncRunDeleter::operator()(SyncRun* run) const {
    delete run;
}

SyncRun& Session::Implementation::sync_run(std::uint64_t number) {
    if (!syncing || syncing->number != number) {
        throw Error(ErrorCode::cancelled,
                    "Cancelled. What was sent and taken in so far is kept; the next time goes on from there.");
    }
    return *syncing;
}

void Session::Implementation::show_synced(SyncRun& run, bool all) {
    const std::vector<exchange::ImportReport>& received = run.steps.report().received;
    const std::int64_t uptime = vault->environment().clock.uptime_ms();
    if (run.shown == received.size() || (!all && uptime - run.shown_ms < show_every_ms)) {
        return;
    }
    after_import({received.begin() + static_cast<std::ptrdiff_t>(run.shown), received.end()});
    run.shown = received.size();
    run.shown_ms = uptime;
}

void Session::Implementation::end_sync(SyncRun& run, SyncTrouble trouble, const std::string& message) {
    show_synced(run, true);
    const exchange::SyncReport& report = run.steps.report();
    SyncLogEntry& entry = run.entry;
    entry.ended_ms = now();
    entry.trouble = trouble;
    entry.message = message;
    entry.sent_bundles = report.sent.bundles;
    entry.sent_revisions = report.sent.revisions;
    entry.sent_bytes = report.sent.bytes;
    for (const exchange::ImportReport& received : report.received) {
        entry.received_bundles += received.outcome == exchange::ImportReport::Outcome::imported ? 1 : 0;
        entry.received_revisions += received.new_revisions;
    }
    add_to_sync_log(*vault, entry);
    deliveries_changed = deliveries_changed || report.sent.bundles > 0 || entry.received_bundles > 0;
    syncs_changed = true;
    ++generation;
}

std::uint64_t Session::begin_sync(const std::string& place, const exchange::SyncOptions& options) {
    Implementation& self = *implementation_;
    exchange::Exchange& exchange = self.joined();
    cut_all();
    exchange::SyncOptions chosen = options;
    chosen.hub = store::hub_audience(place).has_value();
    self.syncing.reset(new SyncRun(exchange, chosen));
    self.syncing->entry.began_ms = self.now();
    self.syncing->entry.place = place;
    return self.syncing->number;
}

std::optional<exchange::StoreStep> Session::next_sync_step(std::uint64_t run) {
    return implementation_->sync_run(run).steps.next();
}

void Session::take_synced(std::uint64_t run, const exchange::FetchedBundle& bundle) {
    SyncRun& running = implementation_->sync_run(run);
    running.steps.take(bundle);
    implementation_->show_synced(running, false);
}

void Session::finish_sync_step(std::uint64_t run, const exchange::StoreAnswer& answer) {
    SyncRun& running = implementation_->sync_run(run);
    running.steps.finish(answer);
    implementation_->show_synced(running, false);
}

exchange::SyncReport Session::end_sync(std::uint64_t run, SyncTrouble trouble, const std::string& message) {
    Implementation& self = *implementation_;
    self.sync_run(run);
    const std::unique_ptr<SyncRun, SyncRunDeleter> ended = std::move(self.syncing);
    self.end_sync(*ended, trouble, message);
    return ended->steps.report();
}

exchange::SyncReport Session::sync(const std::string& url, const Progress& progress, store::StoreOptions options,
                                   const exchange::SyncOptions& sync_options) {
    implementation_->joined();
    if (!options.pause) {
        options.pause = [](std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); };
    }
    if (options.credentials.user.empty() && options.credentials.secret.empty()) {
        options.credentials = credentials_for(url);
    }
    const exchange::StepNote note = [&progress](const exchange::StepProgress& at) {
        const bool sending = at.kind == exchange::StepProgress::Kind::sending;
        return !progress || progress(sending ? at.bytes : at.done, sending ? at.bytes_total : at.total);
    };
    const std::uint64_t run = begin_sync(url, sync_options);
    try {
        const std::unique_ptr<store::Store> store = store::open_store(url, std::move(options));
        while (const std::optional<exchange::StoreStep> step = next_sync_step(run)) {
            finish_sync_step(run, exchange::carry_out(
                                      *store, *step,
                                      [&](const exchange::FetchedBundle& bundle) { take_synced(run, bundle); }, note));
        }
    } catch (const std::exception& error) {
        end_sync(run, trouble_of(std::current_exception()), error.what());
        throw;
    }
    if (store_url().empty()) {
        set_store(url, {});
    }
    return end_sync(run, SyncTrouble::none, {});
}

std::string Session::store_url() {
    return setting("store_url");
}

void Session::set_store_url(const std::string& url) {
    if (url != store_url()) {
        set_store(url, {});
    }
}

void Session::set_store(const std::string& url, const store::Credentials& credentials) {
    vault::Vault& vault = *implementation_->vault;
    vault::Transaction transaction(vault);
    set_setting("store_url", url);
    vault::Shelf shelf = vault.shelf("setting");
    if (credentials.user.empty() && credentials.secret.empty()) {
        shelf.remove(credentials_key);
    } else {
        crypto::Secret both(credentials.user.size() + 1 + credentials.secret.size());
        auto end = std::copy(credentials.user.begin(), credentials.user.end(), both.writable().begin());
        *end++ = '\n';
        std::copy(credentials.secret.view().begin(), credentials.secret.view().end(), end);
        shelf.put(credentials_key, both.view());
    }
    transaction.commit();
}

store::Credentials Session::credentials_for(const std::string& url) {
    std::optional<Bytes> both = implementation_->vault->shelf("setting").get(credentials_key);
    if (!both || url != store_url()) {
        const std::optional<std::string> hub = store::hub_audience(url);
        return hub ? store::Credentials{"", implementation_->joined().hub_token(*hub)} : store::Credentials{};
    }
    const auto line_end = std::find(both->begin(), both->end(), std::uint8_t{'\n'});
    store::Credentials credentials{std::string(both->begin(), line_end), {}};
    if (line_end != both->end()) {
        credentials.secret =
            crypto::Secret(ByteView(&*line_end + 1, static_cast<std::size_t>(both->end() - line_end - 1)));
    }
    crypto::wipe(*both);
    return credentials;
}

std::vector<SyncLogEntry> Session::sync_log(std::size_t most) {
    return session::sync_log(*implementation_->vault, most);
}

KeptStore Session::kept_store() {
    KeptStore kept;
    kept.url = store_url();
    kept.credentials = credentials_for(kept.url);
    kept.has_credentials = implementation_->vault->shelf("setting").get(credentials_key).has_value();
    kept.stay_offline = setting("stay_offline") == "yes";
    const std::string limit = setting("evidence_per_hour");
    kept.evidence_per_hour = limit.empty() ? 0 : std::stoull(limit);
    if (implementation_->exchange) {
        kept.mailbox = implementation_->exchange->own_mailbox();
        kept.outbox = implementation_->exchange->own_outbox();
    }
    return kept;
}

KeptStore KeptStore::without_secret() && {
    credentials = {};
    return std::move(*this);
}

void Session::set_stay_offline(bool offline) {
    set_setting("stay_offline", offline ? "yes" : "");
}

void Session::set_evidence_per_hour(std::uint64_t bytes) {
    set_setting("evidence_per_hour", bytes == 0 ? std::string() : std::to_string(bytes));
}

void Session::Implementation::keep_store_of(const std::string& url) {
    // A folder of somebody else's machine is of no use here.
    if (names_machine(url)) {
        vault->shelf("setting").put("store_url", view_of(url));
    }
}

std::string Session::Implementation::store_for_others() {
    const std::optional<Bytes> url = vault->shelf("setting").get("store_url");
    return url && names_machine(text_of(*url)) ? std::string(text_of(*url)) : std::string();
}

}  // namespace fieldseal::session
