// What comes in and goes out by hand and by itself: files, and the store in the background.
#include "app/desktop/app.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

void App::look_at_sync() {
    if (locked || !snapshot || snapshot->own_device.is_zero()) {
        return;
    }
    if (!sync_open_) {
        sync_open_ = true;
        own_log_ = snapshot->own_log;
        background.open(sync_by_itself);
    }
    if (snapshot->own_log != own_log_) {
        own_log_ = snapshot->own_log;
        background.own_change(own_log_);
    }
    if (const std::optional<session::SyncEnd> end = background.collect()) {
        tell_synced(*end);
    }
    if (const std::optional<session::SyncEnd> end = background.collect_test()) {
        if (end->error) {
            say(ui::State::bad, message_of(end->error));
        } else {
            say(ui::State::good, tr("The connection works: this store can be read and written."));
        }
    }
}

void App::tell_synced(const session::SyncEnd& end) {
    inbox.last = end.report.received;
    const session::SyncStatus::State state = background.status().state;
    if (end.error && state == session::SyncStatus::State::no_store) {
        say(ui::State::bad, tr("Choose a folder to sync with first, in the outbox."));
        return;
    }
    if (end.error) {
        say(ui::State::bad, message_of(end.error));
        return;
    }
    std::uint64_t taken = 0;
    for (const auto& report : end.report.received) {
        taken += report.outcome == exchange::ImportReport::Outcome::imported ? 1 : 0;
    }
    say(ui::State::good, fill(tr("Synced: {} sent, {} received."),
                              {trn("%d bundle", "%d bundles", static_cast<std::int64_t>(end.report.sent.bundles)),
                               trn("%d bundle", "%d bundles", static_cast<std::int64_t>(taken))}));
}

void App::sync_now() {
    if (!background.busy()) {
        background.sync_now();
    }
}

void App::import(const std::vector<std::filesystem::path>& files) {
    auto reports = std::make_shared<std::vector<exchange::ImportReport>>();
    run(
        "import",
        [files, reports](session::Session& session, const session::Progress& progress) {
            *reports = session.import_files(files, progress);
        },
        [this, reports] {
            inbox.last = *reports;
            std::string refused;
            std::uint64_t revisions = 0;
            for (const auto& report : *reports) {
                revisions += report.new_revisions;
                if (!report.reason.empty()) {
                    refused = message_text(report.reason);
                }
            }
            if (refused.empty()) {
                say(ui::State::good, fill(tr("Imported: {}."), {trn("%d new revision", "%d new revisions",
                                                                    static_cast<std::int64_t>(revisions))}));
            } else {
                say(ui::State::bad, refused);
            }
        });
    if (screen != Screen::inbox) {
        go(Screen::inbox);
    }
}

}  // namespace fieldseal::desktop
