// What arrived: import of files and folders, what each brought, what is missing, what lies in quarantine and why.
#include <imgui.h>

#include "app/desktop/app.h"
#include "app/desktop/screens/quarantine_detail.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

namespace {

const char* outcome_text(exchange::ImportReport::Outcome outcome) {
    using Outcome = exchange::ImportReport::Outcome;
    switch (outcome) {
        case Outcome::imported: return tr("Imported");
        case Outcome::already_imported: return tr("Already here");
        case Outcome::refused: return tr("Refused");
        case Outcome::quarantined: return tr("In quarantine");
    }
    return "";
}

void outcome_badge(exchange::ImportReport::Outcome outcome) {
    using Outcome = exchange::ImportReport::Outcome;
    switch (outcome) {
        case Outcome::imported: ui::badge(ui::State::good, icon::check, outcome_text(outcome)); break;
        case Outcome::already_imported: ui::badge(ui::State::neutral, icon::check, outcome_text(outcome)); break;
        case Outcome::refused: ui::badge(ui::State::bad, icon::cross, outcome_text(outcome)); break;
        case Outcome::quarantined: ui::badge(ui::State::caution, icon::warning, outcome_text(outcome)); break;
    }
}

std::string brought(const exchange::ImportReport& report) {
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (report.new_revisions > 0) {
        add(trn("%d new revision", "%d new revisions", static_cast<std::int64_t>(report.new_revisions)));
    }
    if (report.new_blobs > 0) {
        add(trn("%d file", "%d files", static_cast<std::int64_t>(report.new_blobs)));
    }
    if (report.new_receipts > 0) {
        add(trn("%d receipt", "%d receipts", static_cast<std::int64_t>(report.new_receipts)));
    }
    if (!report.enrolled.empty()) {
        add(trn("%d device joined", "%d devices joined", static_cast<std::int64_t>(report.enrolled.size())));
    }
    if (report.quarantined > 0) {
        add(trn("%d item in quarantine", "%d items in quarantine", static_cast<std::int64_t>(report.quarantined)));
    }
    if (!report.reason.empty()) {
        add(message_text(report.reason));
    }
    return text.empty() ? std::string(tr("nothing new")) : text;
}

void warnings(App& app) {
    const session::Snapshot& snapshot = *app.snapshot;
    for (const exchange::MissingRange& range : snapshot.missing) {
        ui::badge(ui::State::caution, icon::warning,
                  fill(tr("Missing from {}: {} to {}. Ask for the bundle again."), {app.person_of(range.device), std::to_string(range.from), std::to_string(range.to)}));
    }
    for (const exchange::Fork& fork : snapshot.forks) {
        ui::badge(ui::State::bad, icon::warning, fill(tr("The log of {} goes on in two ways from revision {}"), {app.person_of(fork.device), std::to_string(fork.from)}));
        ui::small(tr("The vault was copied, or an old copy was put back. Both branches are kept; the second lies in quarantine."));
    }
    if (snapshot.quarantine.empty()) {
        return;
    }
    ui::begin_card("inbox.quarantine");
    ui::heading(tr("Quarantine"));
    ui::small(tr("Kept, but not part of the records. Nothing here changed anything."));
    for (const exchange::QuarantineEntry& entry : snapshot.quarantine) {
        ui::body(message_text(entry.explanation));
        ui::small(app.person_of(entry.sender) + "  ·  " + date_time_text(entry.received_ms) + "  ·  " + size_text(entry.size));
        ui::small(message_text(entry.advice));
        draw_quarantine_content(app, entry);
        const std::string id = entry.id.hex().substr(0, 16);
        const bool may_accept = entry.acceptable && (entry.reason == exchange::QuarantineReason::forked_log ? app.is_coordinator() : snapshot.runs_team);
        if (may_accept && ui::button(("inbox.accept." + id).c_str(), tr("Take it in"), ui::Kind::plain, icon::check, !app.running("quarantine"))) {
            app.run(
                "quarantine", [entry = entry.id](session::Session& session, const session::Progress&) { session.accept_quarantine(entry); },
                [&app] { app.say(ui::State::good, tr("Taken in. The next sync tells everybody.")); });
        }
        if (app.is_coordinator()) {
            if (may_accept) {
                ImGui::SameLine();
            }
            if (ui::button(("inbox.drop." + id).c_str(), tr("Throw away"), ui::Kind::quiet, icon::cross, !app.running("quarantine"))) {
                app.inbox.dropping = entry.id;
                ui::open_confirm("inbox.drop");
            }
        }
    }
    if (ui::confirm("inbox.drop", tr("Throw this away?"), tr("It is gone from here and cannot be brought back, unless its sender still has it."), tr("Throw away"), tr("Cancel"), true) &&
        app.inbox.dropping) {
        app.run(
            "quarantine", [entry = *app.inbox.dropping](session::Session& session, const session::Progress&) { session.drop_quarantine(entry); },
            [&app] { app.say(ui::State::good, tr("Thrown away.")); });
        app.inbox.dropping.reset();
    }
    ui::end_card();
    ui::gap(0.3f);
}

}  // namespace

void draw_inbox(App& app) {
    InboxView& view = app.inbox;
    ui::title(tr("Inbox"));
    const bool busy = app.running("import") || app.syncing();
    if (ui::button("inbox.import", tr("Import files"), ui::Kind::primary, icon::inbox, !busy)) {
        view.browser.open(ui::FileBrowser::Wanted::file, "/media", {".fsbundle"});
        view.browsing = true;
    }
    ImGui::SameLine();
    if (ui::button("inbox.sync", tr("Sync now (Ctrl+S)"), ui::Kind::plain, icon::refresh, !busy)) {
        app.sync_now();
    }
    ImGui::SameLine();
    if (ui::button("inbox.folder", tr("Choose the folder"), ui::Kind::quiet)) {
        app.go(Screen::outbox);
    }
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    ui::small(tr("or drop bundles on this window"));
    if (view.browsing && view.browser.draw("inbox.browser", tr("Choose a bundle"))) {
        view.browsing = false;
        app.import({view.browser.chosen()});
    }
    warnings(app);
    const auto& imports = app.snapshot->imports;
    if (imports.empty()) {
        ui::empty_state(icon::inbox, tr("Nothing arrived yet"), tr("Import bundles from a stick, or sync with the shared folder."));
        return;
    }
    const std::vector<ui::Column> columns{{tr("When"), -10}, {tr("From"), 1.2f}, {tr("Result"), -9}, {tr("What it brought"), 3}, {tr("File"), 1.5f}};
    ui::table("inbox.table", columns, static_cast<int>(imports.size()), view.selected, [&](int i) {
        const exchange::ImportLogEntry& entry = imports[static_cast<std::size_t>(i)];
        ImGui::TextUnformatted(date_time_text(entry.at_ms).c_str());
        ui::next_cell();
        ui::cell_text(entry.report.sender.is_zero() ? "–" : app.person_of(entry.report.sender).c_str());
        ui::next_cell();
        outcome_badge(entry.report.outcome);
        ui::next_cell();
        ui::cell_text(brought(entry.report).c_str());
        ui::next_cell();
        ui::cell_text(std::filesystem::path(entry.report.source).filename().string().c_str());
    });
}

}  // namespace fieldseal::desktop
