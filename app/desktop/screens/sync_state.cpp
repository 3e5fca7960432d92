// How the background sync stands: a few words in the header of every screen, and a card with what to do in the outbox.
#include "app/desktop/screens/sync_state.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/needs.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

namespace {

using session::SyncStatus;
using session::SyncTrouble;

std::string progress_words(const exchange::StepProgress& at) {
    switch (at.kind) {
        case exchange::StepProgress::Kind::looking:
            break;
        case exchange::StepProgress::Kind::receiving:
            return fill(tr("Receiving: {} of {} bundles, {}"),
                        {std::to_string(at.done), std::to_string(at.total), size_text(at.bytes)});
        case exchange::StepProgress::Kind::sending:
            if (at.records > 0) {
                return fill(tr("Sending {}: {} of {}"),
                            {trn("%d record", "%d records", static_cast<std::int64_t>(at.records)), size_text(at.bytes),
                             size_text(at.bytes_total)});
            }
            return fill(tr("Sending: {} of {}"), {size_text(at.bytes), size_text(at.bytes_total)});
        case exchange::StepProgress::Kind::removing:
            return tr("Tidying up");
    }
    return tr("Looking what is new");
}

ui::State colour_of(const SyncStatus& status) {
    switch (status.state) {
        case SyncStatus::State::up_to_date:
            return ui::State::good;
        case SyncStatus::State::attention:
            return ui::State::bad;
        case SyncStatus::State::waiting:
            return ui::State::caution;
        case SyncStatus::State::syncing:
            return ui::State::accent;
        case SyncStatus::State::closed:
        case SyncStatus::State::no_store:
        case SyncStatus::State::offline:
            break;
    }
    return ui::State::neutral;
}

const char* icon_of(const SyncStatus& status) {
    switch (status.state) {
        case SyncStatus::State::up_to_date:
            return icon::check;
        case SyncStatus::State::attention:
            return icon::warning;
        case SyncStatus::State::waiting:
            return icon::clock;
        case SyncStatus::State::syncing:
            return icon::refresh;
        case SyncStatus::State::closed:
        case SyncStatus::State::no_store:
        case SyncStatus::State::offline:
            break;
    }
    return icon::circle;
}

float fraction_of(const exchange::StepProgress& at) {
    const bool bytes = at.kind == exchange::StepProgress::Kind::sending;
    const std::uint64_t total = bytes ? at.bytes_total : at.total;
    return total == 0 ? 0 : static_cast<float>(bytes ? at.bytes : at.done) / static_cast<float>(total);
}

/// What one try came to, as its line says it: shown, and found by typing.
std::string result_text(const session::SyncLogEntry& entry) {
    return trouble_text(entry.trouble) + (entry.times > 1 ? "  ×" + std::to_string(entry.times) : std::string());
}

std::string sent_text(const session::SyncLogEntry& entry) {
    return entry.sent_bundles == 0
               ? "–"
               : fill("{}, {}", {trn("%d bundle", "%d bundles", static_cast<std::int64_t>(entry.sent_bundles)),
                                 size_text(entry.sent_bytes)});
}

std::string received_text(const session::SyncLogEntry& entry) {
    return entry.received_bundles == 0
               ? "–"
               : trn("%d bundle", "%d bundles", static_cast<std::int64_t>(entry.received_bundles));
}

/// The list by what was typed; anew where something of either changed.
void find_syncs(App& app) {
    OutboxView& view = app.outbox;
    ui::search_field("outbox.syncs.search", tr("Find by result, time or store (Ctrl+J)"), view.sync_query, em(22),
                     chord(Key::j));
    ImGui::SameLine();
    saved_views_menu(app, "syncs");
    const std::string wanted = view.sync_query + (language() == Language::english ? "\nen" : "\nuk");
    if (view.syncs_of == app.snapshot && view.syncs_for == wanted) {
        return;
    }
    if (view.syncs_for != wanted) {
        view.selected_sync = 0;
    }
    view.syncs_of = app.snapshot;
    view.syncs_for = wanted;
    const auto& syncs = app.snapshot->syncs;
    view.syncs = lines_with(view.sync_query, syncs.size(), [&](std::size_t i) {
        const session::SyncLogEntry& entry = syncs[i];
        return date_time_text(entry.ended_ms) + " " + result_text(entry) + " " + sent_text(entry) + " " +
               received_text(entry) + " " + entry.place;
    });
}

}  // namespace

std::string trouble_text(SyncTrouble trouble) {
    switch (trouble) {
        case SyncTrouble::none:
            return tr("Came through");
        case SyncTrouble::away:
            return tr("Not reachable");
        case SyncTrouble::busy:
            return tr("The store is busy");
        case SyncTrouble::certificate:
            return tr("The certificate cannot be trusted");
        case SyncTrouble::sign_in:
            return tr("The network wants you to sign in");
        case SyncTrouble::full:
            return tr("The store is full");
        case SyncTrouble::credentials:
            return tr("The credentials are not accepted");
        case SyncTrouble::forbidden:
            return tr("The store does not allow it");
        case SyncTrouble::no_folder:
            return tr("The address names no folder");
        case SyncTrouble::clock:
            return tr("This machine's clock is wrong");
        case SyncTrouble::address:
            return tr("The address makes no sense");
        case SyncTrouble::failed:
            return tr("Something went wrong here");
        case SyncTrouble::cancelled:
            return tr("Cancelled");
    }
    return {};
}

std::string sync_text(const SyncStatus& status) {
    switch (status.state) {
        case SyncStatus::State::closed:
            break;
        case SyncStatus::State::no_store:
            return tr("No store is set");
        case SyncStatus::State::offline:
            return tr("Offline, as you chose");
        case SyncStatus::State::waiting:
            return status.next_ms == 0
                       ? trouble_text(status.trouble)
                       : fill(tr("{}. Next try at {}"), {trouble_text(status.trouble), clock_text(status.next_ms)});
        case SyncStatus::State::syncing:
            return tr("Syncing…");
        case SyncStatus::State::up_to_date:
            return fill(tr("Up to date, {}"), {clock_text(status.last_ms)});
        case SyncStatus::State::attention:
            return status.revoked ? std::string(tr("This device was shut out")) : trouble_text(status.trouble);
    }
    return tr("Not synced since unlocking");
}

void draw_sync_state(App& app) {
    const SyncStatus status = app.background.status();
    // Nothing to say where nobody asked and nothing goes on by itself.
    if (status.state == SyncStatus::State::closed && !app.syncing()) {
        return;
    }
    const bool syncing = app.syncing();
    const std::string text = syncing ? std::string(tr("Syncing…")) : sync_text(status);
    if (ui::button("sync.state", text, ui::Kind::quiet, syncing ? icon::refresh : icon_of(status))) {
        app.go(Screen::outbox);
    }
    ui::note("sync.state.text", text.c_str());
    if (!syncing) {
        return;
    }
    ImGui::SameLine();
    ImGui::SetCursorPosY(em(1.3f));
    ui::progress_bar(fraction_of(status.progress), em(8));
    ImGui::SameLine();
    ImGui::SetCursorPosY(em(0.6f));
    if (ui::button("job.cancel", tr("Cancel"), ui::Kind::quiet)) {
        app.background.cancel();
    }
}

void draw_sync_card(App& app) {
    const SyncStatus status = app.background.status();
    const bool syncing = app.syncing();
    OutboxView& view = app.outbox;
    ui::begin_card("outbox.sync.card");
    ui::heading(tr("Syncing"));
    ui::badge(syncing ? ui::State::accent : colour_of(status), syncing ? icon::refresh : icon_of(status),
              syncing ? std::string(tr("Syncing…")) : sync_text(status));
    if (syncing) {
        ui::small(progress_words(status.progress));
    } else if (status.revoked) {
        ui::small(
            tr("The owner shut this device out. It still receives, and what you write stays here; ask the owner."));
    } else if (!status.message.empty() && status.trouble != SyncTrouble::none) {
        ui::body(message_text(status.message));
    } else if (status.state == SyncStatus::State::offline) {
        ui::small(tr("Nothing is sent or fetched until you switch this off. What you seal waits here."));
    }
    if (status.evidence_waits) {
        ui::small(tr("Answers are sent. The rest of the evidence waits for the next hour, as you chose."));
    }
    ui::gap(0.2f);
    if (ui::button("outbox.now", tr("Sync now (Ctrl+S)"), ui::Kind::primary, icon::refresh,
                   !syncing && !view.kept.url.empty() && !view.kept.stay_offline)) {
        app.sync_now();
    }
    ImGui::SameLine();
    bool offline = view.kept.stay_offline;
    // Its box is smaller than the buttons beside it are high.
    const float row = ImGui::GetCursorPosY();
    ImGui::SetCursorPosY(row + ImGui::GetStyle().FramePadding.y - em(0.2f));
    if (ui::check_box("outbox.offline", tr("Stay offline"), offline)) {
        view.kept.stay_offline = offline;
        if (offline) {
            app.background.cancel();
        }
        app.run(
            "offline",
            [offline](session::Session& session, const session::Progress&) { session.set_stay_offline(offline); },
            [&app] { app.sync_settings_changed(); });
    }
    ImGui::SameLine();
    ImGui::SetCursorPosY(row);
    std::string limit = std::to_string(view.kept.evidence_per_hour / 1'000'000);
    ImGui::AlignTextToFramePadding();
    ui::small(tr("Evidence in an hour"));
    ImGui::SameLine();
    if (ui::segments("outbox.limit", {{"0", tr("all")}, {"5", fill(tr("{} MB"), {"5"})}, {"20", fill(tr("{} MB"), {"20"})}, {"100", fill(tr("{} MB"), {"100"})}}, limit)) {
        view.kept.evidence_per_hour = std::stoull(limit) * 1'000'000;
        app.run(
            "limit",
            [bytes = view.kept.evidence_per_hour](session::Session& session, const session::Progress&) {
                session.set_evidence_per_hour(bytes);
            },
            [&app] { app.sync_settings_changed(); });
    }
    ui::end_card();
}

void draw_sync_log(App& app) {
    const auto& syncs = app.snapshot->syncs;
    if (syncs.empty()) {
        ui::empty_state(icon::refresh, tr("Not synced yet"),
                        tr("Every try shows here: when, where, and what came of it."));
        return;
    }
    OutboxView& view = app.outbox;
    find_syncs(app);
    if (view.syncs.empty()) {
        ui::muted(tr("Nothing fits what you typed."));
        return;
    }
    view.selected_sync = std::clamp(view.selected_sync, 0, static_cast<int>(view.syncs.size()) - 1);
    const std::vector<ui::Column> columns{
        {tr("When"), -10}, {tr("Result"), 1.6f}, {tr("Sent"), 1.2f}, {tr("Received"), 1}, {tr("Store"), 1.6f}};
    ui::table("outbox.syncs", columns, static_cast<int>(view.syncs.size()), view.selected_sync, [&](int i) {
        const session::SyncLogEntry& entry = syncs[view.syncs[static_cast<std::size_t>(i)]];
        ImGui::TextUnformatted(date_time_text(entry.ended_ms).c_str());
        ui::next_cell();
        const bool fine = entry.trouble == SyncTrouble::none;
        ui::badge(fine                          ? ui::State::good
                  : needs_person(entry.trouble) ? ui::State::bad
                                                : ui::State::caution,
                  fine ? icon::check : icon::warning, result_text(entry));
        ui::next_cell();
        ImGui::TextUnformatted(sent_text(entry).c_str());
        ui::next_cell();
        ImGui::TextUnformatted(received_text(entry).c_str());
        ui::next_cell();
        ui::cell_text(entry.place.c_str());
    });
}

}  // namespace fieldseal::desktop
