// What this device has made, and how far each record has come: draft, sealed, sent, delivered. Handing over by folder or stick.
#include <imgui.h>

#include "app/desktop/app.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/screens.h"

namespace fieldseal::desktop {

namespace {

std::vector<std::shared_ptr<const session::Row>> own_rows(const session::Snapshot& snapshot) {
    std::vector<std::shared_ptr<const session::Row>> rows;
    for (const auto* list : {&snapshot.assessments, &snapshot.reviews, &snapshot.sites, &snapshot.evidence}) {
        for (const auto& row : *list) {
            if (row->drafted || row->delivery != session::Delivery::none) {
                rows.push_back(row);
            }
        }
    }
    return rows;
}

std::string title_of(const session::Snapshot& snapshot, const session::Row& row) {
    if (row.summary.kind == record::Kind::assessment) {
        const auto site = snapshot.find(row.summary.parent);
        return (site ? site->summary.title : std::string("–")) + "  ·  " + day_text(row.summary.date);
    }
    return row.summary.title.empty() ? std::string("–") : row.summary.title;
}

/// What is still shown of a record that is not here any more.
void stub_cells(const exchange::Stub& stub) {
    ImGui::TextUnformatted(kind_text(stub.kind));
    ui::next_cell();
    const std::string title = stub.title.empty() ? std::string("–") : stub.title;
    ImGui::TextUnformatted((stub.kind == record::Kind::assessment ? title + "  ·  " + day_text(stub.visited_on) : title).c_str());
    ImGui::SameLine();
    stub_badge(stub);
    ui::next_cell();
    ImGui::TextUnformatted(date_time_text(stub.erased_ms).c_str());
    ui::next_cell();
    delivery_badge(stub.delivery);
}

void hand_over(App& app) {
    OutboxView& view = app.outbox;
    ui::begin_card("outbox.hand");
    ui::heading(tr("Hand over"));
    ui::small(tr("A folder shared with the coordinator, or a USB stick. What is written there is sealed: whoever finds it learns nothing."));
    ui::folder_field("outbox", view.folder, view.browser, view.browsing, "/media");
    ImGui::SameLine();
    const bool busy = app.running("sync") || app.running("export");
    if (ui::button("outbox.sync", tr("Sync with this folder"), ui::Kind::primary, icon::refresh, !busy && !view.folder.empty())) {
        app.run("set_store", [url = view.folder](session::Session& session, const session::Progress&) { session.set_store_url(url); }, [&app] { app.sync_now(); });
    }
    ImGui::SameLine();
    if (ui::button("outbox.export", tr("Write files for a stick"), ui::Kind::plain, icon::usb, !busy && !view.folder.empty())) {
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
        app.load<std::string>("store", [](session::Session& session) { return session.store_url(); }, [&app](const std::string& url) { app.outbox.folder = url; });
    }
    ui::title(tr("Outbox"));
    hand_over(app);
    ui::gap(0.3f);
    const auto rows = own_rows(*app.snapshot);
    const auto& stubs = app.snapshot->erased;
    draw_erase_delivered(app);
    if (rows.empty() && stubs.empty()) {
        ui::empty_state(icon::outbox, tr("Nothing to send"), tr("What you record shows here with its way to the coordinator."));
        return;
    }
    const std::vector<ui::Column> columns{{tr("Kind"), -9}, {tr("Record"), 3}, {tr("Changed"), -10}, {tr("State"), -9}};
    const int opened = ui::table("outbox.table", columns, static_cast<int>(rows.size() + stubs.size()), view.selected, [&](int i) {
        if (i >= static_cast<int>(rows.size())) {
            stub_cells(stubs[static_cast<std::size_t>(i) - rows.size()].stub);
            return;
        }
        const session::Row& row = *rows[static_cast<std::size_t>(i)];
        ImGui::TextUnformatted(kind_text(row.summary.kind));
        ui::next_cell();
        ImGui::TextUnformatted(title_of(*app.snapshot, row).c_str());
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
