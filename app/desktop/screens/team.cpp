// People and their devices, and inviting new ones.
#include <imgui.h>

#include <algorithm>
#include <utility>

#include "app/desktop/app.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/invitation_qr.h"
#include "app/desktop/screens/needs.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/screens/team.h"
#include "app/desktop/shell/keys.h"
#include "model/environment/durable_file.h"

namespace fieldseal::desktop {

const char* role_text(team::Role role) {
    switch (role) {
        case team::Role::assessor: return tr("Assessor");
        case team::Role::reviewer: return tr("Reviewer");
        case team::Role::coordinator: return tr("Coordinator");
    }
    return "";
}

namespace {

/// A file name that says for whom, in ASCII letters and digits.
std::string invitation_name(const std::string& person) {
    std::string name;
    for (const char c : person) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        name += plain ? c : '-';
    }
    name.erase(0, name.find_first_not_of('-'));
    return (name.empty() ? std::string("invitation") : name.substr(0, 40)) + ".fsinvite";
}

struct Made {
    std::string code;
    std::string file;
    Bytes bytes;
};

void invite(App& app) {
    TeamView& view = app.team_view;
    ui::begin_card("team.invite", std::min(em(44), ImGui::GetContentRegionAvail().x));
    if (view.another_device_of) {
        ui::heading(fill(tr("Another device for {}"), {view.name}));
    } else {
        ui::heading(tr("Invite a person"));
        ui::text_field("invite.name", tr("Person’s name"), view.name);
        ui::small(tr("Role"));
        ui::segments("invite.role", {{"assessor", tr("Assessor")}, {"reviewer", tr("Reviewer")}, {"coordinator", tr("Coordinator")}}, view.role);
        if (view.role == "reviewer") {
            ui::small(tr("What is there already"));
            ui::segments("invite.history", {{"all", tr("Give the whole history")}, {"none", tr("Only what begins from now on")}}, view.history);
            ui::small(tr("What was given cannot be taken back. What is held back can be given later."));
        }
    }
    ui::small(tr("Where to put the invitation file"));
    ui::folder_field("invite", view.folder, view.browser, view.browsing);
    const bool busy = app.running("invite");
    const bool chosen = view.another_device_of || view.role != "reviewer" || !view.history.empty();
    if (ui::button("invite.go", busy ? tr("Working…") : tr("Make the invitation"), ui::Kind::primary, icon::check, !busy && chosen && !view.name.empty() && !view.folder.empty())) {
        const team::Role role = *team::role_from(view.role);
        const team::History history = role == team::Role::reviewer && view.history == "none" ? team::History::none : team::History::all;
        app.load<Made>(
            "invite",
            [role, history, person = view.name, folder = view.folder, known = view.another_device_of](session::Session& session) {
                const exchange::Invited invited = known ? session.invite_device(*known) : session.invite(role, person, history);
                const std::filesystem::path file = std::filesystem::path(folder) / invitation_name(person);
                write_durably(file, invited.file, false);
                return Made{crypto::DigitCode::grouped(invited.code), file.string(), invited.file};
            },
            [&app](Made made) {
                app.team_view.code = std::move(made.code);
                app.team_view.file = std::move(made.file);
                app.team_view.file_bytes = std::move(made.bytes);
                app.team_view.name.clear();
                app.team_view.history.clear();
                app.team_view.another_device_of.reset();
            });
    }
    ImGui::SameLine();
    if (ui::button("invite.close", tr("Close"))) {
        view.inviting = false;
        if (view.another_device_of) {
            view.another_device_of.reset();
            view.name.clear();
        }
        view.code.clear();
        view.file_bytes.clear();
    }
    ui::end_card();
}

void made(const TeamView& view) {
    ui::begin_card("team.made", std::min(em(44), ImGui::GetContentRegionAvail().x));
    ui::heading(tr("Give the file, and tell the code another way"));
    ui::body(view.file);
    ImGui::PushFont(fonts().title);
    ImGui::TextUnformatted(view.code.c_str());
    ui::note("invite.code", view.code.c_str());
    ImGui::PopFont();
    ui::small(tr("Say the 20 digits by phone or in person, never beside the file. They are shown once. The invitation works once and for 14 days."));
    draw_invitation_qr(view.file_bytes);
    ui::end_card();
}

std::string role_words(const exchange::Peer& peer) {
    return std::string(role_text(peer.role)) + (peer.owner ? std::string(", ") + tr("owner") : peer.deputy ? std::string(", ") + tr("deputy") : "");
}

}  // namespace

void draw_team(App& app) {
    TeamView& view = app.team_view;
    ui::title(tr("People"));
    // What each opens below; a button goes while its card is there.
    bool first = true;
    const auto opens = [&first](const char* id, const char* text, ui::Kind kind, const char* sign) {
        if (!std::exchange(first, false)) {
            ImGui::SameLine();
        }
        return ui::button(id, text, kind, sign);
    };
    if (app.snapshot->runs_team && !view.inviting &&
        opens("team.invite.open", tr("Invite a person"), ui::Kind::primary, icon::plus)) {
        view.inviting = true;
        view.another_device_of.reset();
    }
    if (app.snapshot->authority == team::Authority::owner && !view.making_kit &&
        opens("team.kit.open", tr("Recovery kit"), ui::Kind::plain, icon::seal)) {
        view.making_kit = true;
    }
    if (may_renew_team_key(app) && !view.renewing_key &&
        opens("team.key.open", tr("The team key"), ui::Kind::plain, icon::key)) {
        view.renewing_key = true;
    }
    if (offers_hub(app) && !app.hub_view.open &&
        opens("team.hub.open", tr("Hub on this computer"), ui::Kind::plain, icon::server)) {
        app.hub_view.open = true;
    }
    if (view.inviting) {
        invite(app);
    }
    if (!view.code.empty()) {
        made(view);
    }
    ui::draw_folder_browser("team.browser", view.folder, view.browser, view.browsing);
    draw_recovery_kit(app);
    draw_team_key(app);
    draw_hub(app);
    draw_open_invitations(app);
    ui::gap(0.2f);
    const std::vector<ui::Column> columns{{tr("Person’s name"), 2}, {tr("Role"), -11}, {tr("Standing"), -10}, {tr("Device"), -6}, {tr("Last contact"), -10}, {tr("Revisions"), -13}};
    const auto& peers = app.snapshot->peers;
    ui::search_field("team.search", tr("Find by name, role or device (Ctrl+J)"), view.query, em(22), chord(Key::j));
    ImGui::SameLine();
    saved_views_menu(app, "people");
    const std::vector<std::size_t> shown = lines_with(view.query, peers.size(), [&](std::size_t i) {
        const exchange::Peer& peer = peers[i];
        return app.name_of(peer) + " " + role_words(peer) + " " + standing_text(peer) + " " + peer.device.hex().substr(0, 8);
    });
    if (shown.empty()) {
        ui::muted(tr("Nothing fits what you typed."));
        return;
    }
    const float most = std::max(ui::table_height(4), ImGui::GetContentRegionAvail().y * 0.55f);
    // What is chosen stays chosen while one types, as long as it is in the list.
    const auto chosen = std::ranges::find(shown, static_cast<std::size_t>(std::max(0, view.selected)));
    int place = chosen == shown.end() ? 0 : static_cast<int>(chosen - shown.begin());
    ui::table(
        "team.table", columns, static_cast<int>(shown.size()), place,
        [&](int i) {
            const exchange::Peer& peer = peers[shown[static_cast<std::size_t>(i)]];
            ui::cell_text(app.name_of(peer).c_str());
            ui::next_cell();
            ui::cell_text(role_words(peer));
            ui::next_cell();
            standing_badge(peer);
            ui::next_cell();
            ImGui::TextUnformatted(peer.device.hex().substr(0, 8).c_str());
            ui::next_cell();
            contact_cell(peer);
            ui::next_cell();
            revisions_cell(app, peer);
        },
        std::min(most, ui::table_height(static_cast<int>(shown.size()))));
    view.selected = static_cast<int>(shown[static_cast<std::size_t>(place)]);
    draw_erase_everywhere(app);
    if (view.selected >= 0 && view.selected < static_cast<int>(peers.size())) {
        draw_team_device(app, peers[static_cast<std::size_t>(view.selected)]);
    }
}

}  // namespace fieldseal::desktop
