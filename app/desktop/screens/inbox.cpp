// What arrived: import of files and folders, what each brought, what is missing, what lies in quarantine and why.
#include "app/desktop/screens/inbox.h"

#include <imgui.h>

#include <algorithm>
#include <filesystem>

#include "app/desktop/screens/needs.h"
#include "app/desktop/screens/quarantine_detail.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

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

std::string brought_text(const exchange::ImportReport& report) {
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

std::string sender_text(const App& app, const exchange::ImportReport& report) {
    return report.sender.is_zero() ? std::string("–") : app.person_of(report.sender);
}

std::string missing_text(const App& app, const exchange::MissingRange& range) {
    return fill(tr("Missing from {}: {} to {}. Ask for the bundle again."), {app.person_of(range.device), std::to_string(range.from), std::to_string(range.to)});
}

namespace {

void warnings(App& app) {
    const session::Snapshot& snapshot = *app.snapshot;
    for (const exchange::MissingRange& range : snapshot.missing) {
        ui::badge(ui::State::caution, icon::warning, missing_text(app, range));
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

/// The list by what was typed; anew where something of either changed.
void find_imports(App& app) {
    InboxView& view = app.inbox;
    ui::search_field("inbox.search", tr("Find by person, result or file (Ctrl+J)"), view.query, em(22), chord(Key::j));
    ImGui::SameLine();
    saved_views_menu(app, "inbox");
    const std::string wanted = view.query + (language() == Language::english ? "\nen" : "\nuk");
    if (view.shown_of == app.snapshot && view.shown_for == wanted) {
        return;
    }
    if (view.shown_for != wanted) {
        view.selected = 0;
    }
    view.shown_of = app.snapshot;
    view.shown_for = wanted;
    const auto& imports = app.snapshot->imports;
    view.shown = lines_with(view.query, imports.size(), [&](std::size_t i) {
        const exchange::ImportLogEntry& entry = imports[i];
        return sender_text(app, entry.report) + " " + outcome_text(entry.report.outcome) + " " + brought_text(entry.report) + " " + date_time_text(entry.at_ms) + " " +
               std::filesystem::path(entry.report.source).filename().string();
    });
}

void imports_table(App& app) {
    InboxView& view = app.inbox;
    const auto& imports = app.snapshot->imports;
    const std::vector<ui::Column> columns{{tr("When"), -10}, {tr("From"), 1.2f}, {tr("Result"), -9}, {tr("What it brought"), 3}, {tr("File"), 1.5f}};
    const float room = ImGui::GetContentRegionAvail().y;
    const float height = std::max(ui::table_height(4), std::min(ui::table_height(static_cast<int>(view.shown.size())), room * 0.42f));
    // Whoever comes anew walks through the list at once.
    const bool came = view.frame != ImGui::GetFrameCount() - 1;
    view.frame = ImGui::GetFrameCount();
    if (std::exchange(view.focus_list, false) || (came && !ImGui::GetIO().WantTextInput)) {
        ui::focus_table();
    }
    const int opened = ui::table(
        "inbox.table", columns, static_cast<int>(view.shown.size()), view.selected,
        [&](int i) {
            const exchange::ImportLogEntry& entry = imports[view.shown[static_cast<std::size_t>(i)]];
            ImGui::TextUnformatted(date_time_text(entry.at_ms).c_str());
            ui::next_cell();
            ui::cell_text(sender_text(app, entry.report));
            ui::next_cell();
            outcome_badge(entry.report.outcome);
            ui::next_cell();
            ui::cell_text(brought_text(entry.report));
            ui::next_cell();
            ui::cell_text(std::filesystem::path(entry.report.source).filename().string());
        },
        height);
    if (opened >= 0 && pressed(Key::enter)) {
        view.to_records = true;
    }
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
    find_imports(app);
    if (view.shown.empty()) {
        ui::muted(tr("Nothing fits what you typed."));
        return;
    }
    view.selected = std::clamp(view.selected, 0, static_cast<int>(view.shown.size()) - 1);
    imports_table(app);
    ui::gap(0.2f);
    // A card of its own height, so that the page scrolls where quarantine needs the room above.
    ui::begin_card("inbox.detail", 0, std::max(em(26), ImGui::GetContentRegionAvail().y));
    draw_import(app, imports[view.shown[static_cast<std::size_t>(view.selected)]]);
    ui::end_card();
}

}  // namespace fieldseal::desktop
