// What this device has made, and how far each record has come: draft, sealed, sent, delivered. Handing over by folder or stick.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/needs.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/screens/sync_state.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

/// What has a way to go, or has gone it.
std::vector<const session::Row*> rows_on_their_way(const session::Snapshot& snapshot) {
    std::vector<const session::Row*> rows;
    for (const auto* list : {&snapshot.assessments, &snapshot.reviews, &snapshot.sites, &snapshot.evidence}) {
        for (const auto& row : *list) {
            if (row->drafted || row->delivery != session::Delivery::none) {
                rows.push_back(row.get());
            }
        }
    }
    return rows;
}

/// Once for each snapshot: a coordinator's vault may have 300,000 records.
const std::vector<const session::Row*>& own_rows(OutboxView& view, const std::shared_ptr<const session::Snapshot>& snapshot) {
    if (view.rows_of != snapshot) {
        view.rows = rows_on_their_way(*snapshot);
        view.rows_of = snapshot;
    }
    return view.rows;
}

std::string title_of(const session::Snapshot& snapshot, const session::Row& row) {
    if (row.summary.kind == record::Kind::assessment) {
        const auto site = snapshot.find(row.summary.parent);
        return (site ? site->summary.title : std::string("–")) + "  ·  " + day_text(row.summary.date);
    }
    return row.summary.title.empty() ? std::string("–") : row.summary.title;
}

/// The rows that fit what was typed. The worker looks: folding so many titles takes longer than a frame may; until it
/// answers, the rows of the words before stay.
const std::vector<const session::Row*>& found_rows(App& app) {
    OutboxView& view = app.outbox;
    const std::vector<const session::Row*>& all = own_rows(view, app.snapshot);
    if (view.query.empty()) {
        return all;
    }
    const std::string wanted = std::to_string(app.snapshot->generation) + (language() == Language::english ? " en " : " uk ") + view.query;
    if (view.asked_for != wanted && !app.running("outbox.find")) {
        view.asked_for = wanted;
        std::map<record::Kind, std::string> kinds;
        for (const record::Kind kind : {record::Kind::assessment, record::Kind::review, record::Kind::site, record::Kind::evidence}) {
            kinds[kind] = kind_text(kind);
        }
        std::map<session::Delivery, std::string> ways;
        for (const session::Delivery way : {session::Delivery::none, session::Delivery::drafted, session::Delivery::sealed, session::Delivery::sent, session::Delivery::delivered}) {
            ways[way] = delivery_text(way);
        }
        app.load<std::vector<const session::Row*>>(
            "outbox.find",
            [of = app.snapshot, folded = portfolio::fold(view.query), kinds = std::move(kinds), ways = std::move(ways)](session::Session&) {
                std::vector<const session::Row*> rows = rows_on_their_way(*of);
                std::erase_if(rows, [&](const session::Row* row) {
                    const auto site = row->summary.kind == record::Kind::assessment ? of->find(row->summary.parent) : nullptr;
                    const std::string text = (site ? site->summary.title : row->summary.title) + " " + row->summary.date + " " + kinds.at(row->summary.kind) + " " +
                                             ways.at(row->drafted ? session::Delivery::drafted : row->delivery);
                    return portfolio::fold(text).find(folded) == std::string::npos;
                });
                return rows;
            },
            [&app, of = app.snapshot, wanted](std::vector<const session::Row*> rows) {
                app.outbox.found = std::move(rows);
                app.outbox.found_of = of;
                app.outbox.found_for = wanted;
            });
    }
    return view.found_of ? view.found : all;
}

bool is_server(const std::string& address) {
    return address.find("://") != std::string::npos;
}

/// What was typed; nothing of it stays in the fields.
store::Credentials take_credentials(OutboxView& view) {
    store::Credentials credentials{std::exchange(view.user, {}), view.secret.empty() ? crypto::Secret() : view.secret.take()};
    view.secret.clear();
    return credentials;
}

/// Keeps the address, and what was typed for it; then syncs with it.
void use_store(App& app) {
    OutboxView& view = app.outbox;
    const auto credentials = std::make_shared<store::Credentials>(take_credentials(view));
    app.run(
        "set_store",
        [url = view.folder, credentials](session::Session& session, const session::Progress&) {
            if (credentials->user.empty() && credentials->secret.empty()) {
                session.set_store_url(url);
            } else {
                session.set_store(url, *credentials);
            }
        },
        [&app] {
            app.outbox.asked = false;
            app.sync_settings_changed();
            app.sync_now();
        });
}

void credentials_fields(App& app) {
    OutboxView& view = app.outbox;
    ImGui::BeginChild("outbox.credentials", {em(24), em(9.2f)}, false, ImGuiWindowFlags_NoBackground);
    ui::text_field("outbox.user", tr("User name; empty for a token"), view.user);
    const bool kept = view.kept.has_credentials && view.kept.url == view.folder;
    view.secret.draw("outbox.secret", kept ? tr("Password or token: kept. Type a new one to replace it") : tr("Password or token"));
    ImGui::EndChild();
}

/// What is still shown of a record that is not here any more.
void stub_cells(const exchange::Stub& stub) {
    ImGui::TextUnformatted(kind_text(stub.kind));
    ui::next_cell();
    const std::string title = stub.title.empty() ? std::string("–") : stub.title;
    ui::cell_text((stub.kind == record::Kind::assessment ? title + "  ·  " + day_text(stub.visited_on) : title).c_str());
    ImGui::SameLine();
    stub_badge(stub);
    ui::next_cell();
    ImGui::TextUnformatted(date_time_text(stub.erased_ms).c_str());
    ui::next_cell();
    delivery_badge(stub.delivery);
}

std::vector<const exchange::Stub*> found_stubs(const App& app) {
    const auto& erased = app.snapshot->erased;
    std::vector<const exchange::Stub*> stubs;
    for (const std::size_t place : lines_with(app.outbox.query, erased.size(), [&](std::size_t i) {
             const exchange::Stub& stub = erased[i].stub;
             return std::string(kind_text(stub.kind)) + " " + stub.title + " " + stub.visited_on + " " + delivery_text(stub.delivery);
         })) {
        stubs.push_back(&erased[place].stub);
    }
    return stubs;
}

void hand_over(App& app) {
    OutboxView& view = app.outbox;
    ui::begin_card("outbox.hand");
    ui::heading(tr("Hand over"));
    ui::small(tr("A folder shared with the coordinator, a server, or a USB stick. What is written there is sealed: whoever finds it learns nothing."));
    ui::folder_field("outbox", view.folder, view.browser, view.browsing, "/media");
    const bool server = is_server(view.folder);
    if (server) {
        credentials_fields(app);
    } else {
        ImGui::SameLine();
    }
    const bool busy = app.background.busy() || app.running("export");
    if (ui::button("outbox.sync", server ? tr("Sync with this server") : tr("Sync with this folder"), ui::Kind::primary, icon::refresh,
                   !busy && !view.folder.empty() && !view.kept.stay_offline)) {
        use_store(app);
    }
    ImGui::SameLine();
    if (ui::button("outbox.test", tr("Test the connection"), ui::Kind::plain, icon::question, !busy && !view.folder.empty())) {
        store::Credentials credentials{view.user, view.secret.empty() ? crypto::Secret() : view.secret.copy()};
        app.background.test(view.folder, std::move(credentials));
    }
    ImGui::SameLine();
    if (ui::button("outbox.export", tr("Write files for a stick"), ui::Kind::plain, icon::usb, !busy && !server && !view.folder.empty())) {
        auto report = std::make_shared<exchange::OutgoingReport>();
        app.run(
            "export", [report, folder = view.folder](session::Session& session, const session::Progress& progress) { *report = session.export_bundles(folder, progress); },
            [&app, report] {
                app.say(ui::State::good, report->files.empty() ? std::string(tr("Nothing to hand over: everything is delivered."))
                                                               : fill(tr("{} written, checked and flushed. It is safe to remove the stick once the system says so."),
                                                                      {trn("%d file", "%d files", static_cast<std::int64_t>(report->files.size()))}));
            });
    }
    ui::end_card();
    ui::draw_folder_browser("outbox.browser", view.folder, view.browser, view.browsing);
}

}  // namespace

void draw_outbox(App& app) {
    OutboxView& view = app.outbox;
    if (!view.asked) {
        view.asked = true;
        app.load<session::KeptStore>("store", [](session::Session& session) { return session.kept_store().without_secret(); },
                                     [&app](session::KeptStore kept) {
                                         app.outbox.folder = kept.url;
                                         app.outbox.kept = std::move(kept);
                                     });
    }
    ui::title(tr("Outbox"));
    draw_sync_card(app);
    ui::gap(0.3f);
    hand_over(app);
    ui::gap(0.3f);
    ui::segments("outbox.show", {{"records", tr("Records")}, {"syncs", tr("Tries to sync")}}, view.shown);
    if (view.shown == "syncs") {
        draw_sync_log(app);
        return;
    }
    draw_erase_delivered(app);
    if (own_rows(view, app.snapshot).empty() && app.snapshot->erased.empty()) {
        ui::empty_state(icon::outbox, tr("Nothing to send"), tr("What you record shows here with its way to the coordinator."));
        return;
    }
    ui::search_field("outbox.search", tr("Find a record (Ctrl+J)"), view.query, em(20), chord(Key::j));
    ImGui::SameLine();
    saved_views_menu(app, "outbox");
    const auto& rows = found_rows(app);
    const std::vector<const exchange::Stub*> stubs = found_stubs(app);
    if (rows.empty() && stubs.empty()) {
        ui::muted(tr("Nothing fits what you typed."));
        return;
    }
    view.selected = std::clamp(view.selected, 0, static_cast<int>(rows.size() + stubs.size()) - 1);
    const std::vector<ui::Column> columns{{tr("Kind"), -9}, {tr("Record"), 3}, {tr("Changed"), -10}, {tr("State"), -9}};
    const int opened = ui::table("outbox.table", columns, static_cast<int>(rows.size() + stubs.size()), view.selected, [&](int i) {
        if (i >= static_cast<int>(rows.size())) {
            stub_cells(*stubs[static_cast<std::size_t>(i) - rows.size()]);
            return;
        }
        const session::Row& row = *rows[static_cast<std::size_t>(i)];
        ImGui::TextUnformatted(kind_text(row.summary.kind));
        ui::next_cell();
        ui::cell_text(title_of(*app.snapshot, row).c_str());
        ui::next_cell();
        ImGui::TextUnformatted(date_time_text(row.summary.changed_ms).c_str());
        ui::next_cell();
        delivery_badge(row.drafted ? session::Delivery::drafted : row.delivery);
    });
    if (opened >= 0 && opened < static_cast<int>(rows.size())) {
        const vault::Summary& summary = rows[static_cast<std::size_t>(opened)]->summary;
        if (summary.kind == record::Kind::site) {
            app.open_site(summary.id);
        } else if (summary.kind == record::Kind::assessment) {
            app.open_assessment(summary.id);
        } else {
            app.open_assessment(summary.parent, summary.subject);
        }
    }
}

}  // namespace fieldseal::desktop
