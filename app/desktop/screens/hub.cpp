// The hub on this computer: where it lies, its switch, the address for invitations, and who asked last.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/screens/team.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

namespace {

using session::HubStatus;

void hub_badge(const HubStatus& status) {
    switch (status.state) {
        case HubStatus::State::off:
            return ui::badge(ui::State::neutral, icon::circle, tr("Off"));
        case HubStatus::State::starting:
            return ui::badge(ui::State::accent, icon::refresh, tr("Being switched on…"));
        case HubStatus::State::on:
            return ui::badge(ui::State::good, icon::check, tr("On"));
        case HubStatus::State::stopping:
            return ui::badge(ui::State::accent, icon::refresh, tr("Being switched off…"));
        case HubStatus::State::failed:
            return ui::badge(ui::State::bad, icon::warning, tr("It could not be switched on"));
    }
}

const char* asked_text(const hub::LogEntry& entry) {
    if (entry.method == "PUT" || entry.method == "MOVE" || entry.method == "MKCOL" || entry.method == "COPY") {
        return tr("Delivers");
    }
    if (entry.method == "GET" || entry.method == "HEAD") {
        return tr("Fetches");
    }
    return entry.method == "DELETE" ? tr("Tidies up") : tr("Looks what is new");
}

void answer_badge(const hub::LogEntry& entry) {
    switch (entry.status) {
        case 401:
            return ui::badge(ui::State::caution, icon::lock, tr("Not let in"));
        case 403:
            return ui::badge(ui::State::caution, icon::lock, tr("Not allowed"));
        case 429:
            return ui::badge(ui::State::caution, icon::clock, tr("Too much at once"));
        case 507:
            return ui::badge(ui::State::bad, icon::warning, tr("No room"));
        default:
            break;
    }
    if (entry.status >= 500) {
        return ui::badge(ui::State::bad, icon::warning, tr("Failed"));
    }
    if (!entry.whole) {
        return ui::badge(ui::State::caution, icon::warning, tr("Broke off"));
    }
    ui::badge(ui::State::good, icon::check, tr("Done"));
}

/// Whose device it was; the log has the first digits of its id.
std::string asker_of(const App& app, const hub::LogEntry& entry) {
    if (entry.key.empty()) {
        return tr("Somebody unknown");
    }
    for (const exchange::Peer& peer : app.snapshot->peers) {
        if (peer.device.hex().starts_with(entry.key)) {
            return app.name_of(peer);
        }
    }
    return entry.key;
}

void requests(App& app, const HubStatus& status) {
    if (status.requests.empty()) {
        ui::small(tr("Nobody has asked for anything yet."));
        return;
    }
    ui::small(fill(tr("{} since it was switched on; the last ones:"),
                   {trn("%d request", "%d requests", static_cast<std::int64_t>(status.requests_in_all))}));
    const std::vector<ui::Column> columns{
        {tr("When"), -5.5f}, {tr("Who"), 1.4f}, {tr("What"), 1.4f}, {tr("Size"), -6}, {tr("Answer"), 1.2f}};
    ui::table(
        "hub.requests", columns, static_cast<int>(status.requests.size()), app.hub_view.selected,
        [&](int i) {
            const hub::LogEntry& entry = status.requests[static_cast<std::size_t>(i)];
            ImGui::TextUnformatted(clock_text(entry.time_ms).c_str());
            ui::next_cell();
            ui::cell_text(asker_of(app, entry).c_str());
            ui::next_cell();
            ImGui::TextUnformatted(asked_text(entry));
            ui::next_cell();
            ImGui::TextUnformatted(size_text(std::max(entry.received, entry.sent)).c_str());
            ui::next_cell();
            answer_badge(entry);
        },
        ImGui::GetFrameHeight() * 1.5f * 5);
}

void use_as_store(App& app, const std::string& address) {
    app.run(
        "set_store", [address](session::Session& session, const session::Progress&) { session.set_store_url(address); },
        [&app, address] {
            app.hub_view.store_url = address;
            app.outbox.asked = false;
            app.sync_settings_changed();
            app.sync_now();
        });
}

void running_hub(App& app, const HubStatus& status) {
    ui::small(tr("Its address, with the fingerprint of its key"));
    ui::body(status.address);
    ui::note("hub.address", status.address.c_str());
    if (ui::button("hub.copy", tr("Copy the address"), ui::Kind::plain, icon::file)) {
        ImGui::SetClipboardText(status.address.c_str());
        app.say(ui::State::good, tr("The address is in the clipboard."));
    }
    if (app.hub_view.store_url == status.address) {
        ImGui::SameLine();
        ui::badge(ui::State::good, icon::check, tr("Invitations carry this address"));
    } else if (app.snapshot->runs_team) {
        ImGui::SameLine();
        if (ui::button("hub.use", tr("Sync with it and put it into invitations"), ui::Kind::primary, icon::refresh,
                       !app.running("set_store"))) {
            use_as_store(app, status.address);
        }
    }
    ui::small(fill(tr("It lets in {}."), {trn("%d device or open invitation", "%d devices and open invitations",
                                              static_cast<std::int64_t>(status.boxes))}));
    if (!status.message.empty()) {
        ui::body(std::string(icon::warning) + "  " + message_text(status.message));
    }
    ui::gap(0.2f);
    requests(app, status);
}

void place_fields(HubView& view) {
    ui::small(tr("A folder of its own for what is delivered"));
    ui::folder_field("hub", view.folder, view.browser, view.browsing);
    ImGui::BeginChild("hub.address.field", {em(24), em(4.4f)}, false, ImGuiWindowFlags_NoBackground);
    ui::text_field("hub.reached_at", tr("Address and port by which others reach this computer"), view.reached_at,
                   "192.168.1.20:8443");
    ImGui::EndChild();
    ui::small(tr("Others must get through to this port: a firewall or router may have to let them."));
}

void ask_kept(App& app) {
    if (app.hub_view.asked) {
        return;
    }
    app.hub_view.asked = true;
    app.load<std::pair<session::KeptHub, std::string>>(
        "hub", [](session::Session& session) { return std::pair(session.kept_hub(), session.store_url()); },
        [&app, beside = std::filesystem::path(app.preferences.last_vault).parent_path() /
                        "fieldseal-hub"](const std::pair<session::KeptHub, std::string>& kept) {
            const session::HubPlace& place = kept.first.place;
            HubView& view = app.hub_view;
            view.folder = place.folder.empty() ? beside.string() : place.folder.string();
            view.reached_at = place.reached_at.empty() ? session::likely_hub_address() : place.reached_at;
            view.store_url = kept.second;
        });
}

}  // namespace

bool offers_hub(const App& app) {
    return app.is_coordinator() && (app.snapshot->runs_team || app.hub.state() != HubStatus::State::off);
}

void draw_hub(App& app) {
    HubView& view = app.hub_view;
    if (!view.open || !offers_hub(app)) {
        return;
    }
    ask_kept(app);
    const HubStatus status = app.hub.status();
    ui::begin_card("team.hub", std::min(em(52), ImGui::GetContentRegionAvail().x));
    ui::heading(tr("Hub on this computer"));
    hub_badge(status);
    ui::small(tr(
        "A small server that the team's devices deliver to and fetch from, over the network. What lies there is "
        "sealed, and it holds no key that opens it. It goes on while the vault is locked, until this program ends."));
    const bool moves = status.state == HubStatus::State::starting || status.state == HubStatus::State::stopping;
    const bool on = status.state == HubStatus::State::on || moves;
    if (status.state == HubStatus::State::on) {
        running_hub(app, status);
    } else if (!on) {
        if (!status.message.empty()) {
            ui::body(message_text(status.message));
        }
        place_fields(view);
    }
    ui::gap(0.2f);
    const bool busy = app.running("hub") || moves;
    if (on && ui::button("hub.off", tr("Switch the hub off"), ui::Kind::plain, icon::cross, !busy)) {
        app.switch_hub({view.folder, view.reached_at}, false);
    }
    if (!on && ui::button("hub.on", tr("Switch the hub on"), ui::Kind::primary, icon::server,
                          !busy && app.snapshot->runs_team && !view.folder.empty() && !view.reached_at.empty())) {
        app.switch_hub({view.folder, view.reached_at}, true);
    }
    ImGui::SameLine();
    if (ui::button("hub.close", tr("Close"))) {
        view.open = false;
    }
    ui::end_card();
    ui::draw_folder_browser("hub.browser", view.folder, view.browser, view.browsing);
}

}  // namespace fieldseal::desktop
