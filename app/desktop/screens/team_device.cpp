// One device of the team: who, in which standing, and what its owner or a deputy can do about it.
#include "app/desktop/screens/team.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/screens.h"

namespace fieldseal::desktop {

namespace {

/// Two people read the digits to each other.
void fingerprint(const exchange::Peer& peer) {
    ui::small(tr("Fingerprint: compare it by phone or in person, group by group"));
    ImGui::PushFont(fonts().title);
    ImGui::TextUnformatted(peer.fingerprint.c_str());
    ui::note("team.fingerprint", peer.fingerprint.c_str());
    ImGui::PopFont();
}

void news(App& app, const exchange::Peer& peer) {
    if (peer.revoked) {
        ui::body(peer.accepted_up_to == team::everything_accepted
                     ? std::string(tr("Revoked: it can read nothing new. All that it wrote stays welcome."))
                     : fill(tr("Revoked: it can read nothing new. What it wrote after revision {} goes to quarantine."),
                            {std::to_string(peer.accepted_up_to)}));
    }
    if (peer.kit) {
        ui::body(tr("A recovery kit: a file and a code on paper from which a lost machine of the owner is replaced."));
    }
    if (peer.rolled_back) {
        ui::badge(ui::State::bad, icon::warning, tr("An old copy of its vault was put back, or it was copied"));
        if (!peer.revoked && app.snapshot->runs_team && !peer.own) {
            ui::body(
                tr("Take in from the inbox what only the copy has. Then invite the person with another device, and "
                   "once nothing more comes from this one, shut it out as out of use."));
        }
    }
    for (const exchange::MissingRange& range : app.snapshot->missing) {
        if (range.device == peer.device) {
            ui::badge(ui::State::caution, icon::warning,
                      fill(tr("Missing: revisions {} to {}"), {std::to_string(range.from), std::to_string(range.to)}));
        }
    }
}

/// Of a reviewer who joined without.
void give_history(App& app, const exchange::Peer& peer) {
    ui::body(tr("Joined without history: sees the sites, and what began after the invitation."));
    if (ui::button("team.history", tr("Give the whole history"), ui::Kind::plain, nullptr, !app.running("team"))) {
        ui::open_confirm("team.history");
    }
    if (ui::confirm("team.history", fill(tr("Give {} the whole history?"), {app.name_of(peer)}),
                    tr("All that was written before they were invited becomes theirs to read. That cannot be taken "
                       "back."),
                    tr("Give the whole history"), tr("Cancel"), true)) {
        change_team(
            app, [person = peer.person](session::Session& session) { session.give_history(person); },
            tr("Given. The next sync brings it to them."));
    }
}

void revoke(App& app, const exchange::Peer& peer) {
    TeamView& view = app.team_view;
    const bool last = ui::confirm(
        "team.revoke",
        view.whole_person ? fill(tr("Shut out {} with all devices?"), {app.name_of(peer)})
                          : fill(tr("Shut out this device of {}?"), {app.name_of(peer)}),
        view.leaving == "out_of_use"
            ? tr("For good: it can read nothing new and send nothing. What it wrote stays welcome, also what arrives "
                 "later. What only lies on it and never arrives is lost. Its person needs a new invitation to go on.")
            : tr("For good: it can read nothing new and send nothing. What it wrote and nobody has received yet goes "
                 "to quarantine. What only lies on it and never arrives is lost. Its person needs a new invitation to "
                 "go on."),
        tr("Shut out"), tr("Cancel"), true);
    if (!last) {
        return;
    }
    const bool out_of_use = view.leaving == "out_of_use";
    if (view.whole_person) {
        change_team(
            app,
            [person = peer.person, out_of_use](session::Session& session) {
                session.revoke_person(person, out_of_use);
            },
            tr("Shut out, and the team has a new key. The next sync tells everybody."));
    } else {
        change_team(
            app,
            [device = peer.device, out_of_use](session::Session& session) {
                session.revoke_device(device, out_of_use);
            },
            tr("Shut out, and the team has a new key. The next sync tells everybody."));
    }
}

void leave(App& app, const exchange::Peer& peer) {
    TeamView& view = app.team_view;
    ui::gap(0.2f);
    ui::small(tr("If it was lost, stolen, or its person leaves"));
    ui::segments("team.leaving", {{"wrong_hands", tr("May be in wrong hands")}, {"out_of_use", tr("Only out of use")}},
                 view.leaving);
    const bool busy = app.running("team");
    if (ui::button("team.revoke.device", tr("Shut out this device"), ui::Kind::danger, icon::lock,
                   !busy && !peer.revoked)) {
        view.whole_person = false;
        ui::open_confirm("team.revoke");
    }
    if (!peer.owner) {
        ImGui::SameLine();
        if (ui::button("team.revoke.person", tr("Shut out the person"), ui::Kind::danger, nullptr, !busy)) {
            view.whole_person = true;
            ui::open_confirm("team.revoke");
        }
    }
    revoke(app, peer);
}

void appoint(App& app, const exchange::Peer& peer) {
    const bool busy = app.running("team");
    if (ui::button("team.deputy", peer.deputy ? tr("No deputy any more") : tr("Make deputy"), ui::Kind::plain, nullptr,
                   !busy)) {
        change_team(
            app,
            [person = peer.person, on = !peer.deputy](session::Session& session) { session.set_deputy(person, on); },
            peer.deputy ? tr("No deputy any more. The next sync tells everybody.")
                        : tr("A deputy now: may invite, take in and shut out. The next sync tells everybody."));
    }
    ImGui::SameLine();
    if (ui::button("team.hand_over", tr("Hand the deployment over"), ui::Kind::plain, nullptr, !busy)) {
        ui::open_confirm("team.hand_over");
    }
    if (ui::confirm("team.hand_over", fill(tr("Hand the deployment over to {}?"), {app.name_of(peer)}),
                    tr("They alone say from then on who runs it, and only they can hand it back. You become a deputy. "
                       "Recovery kits made before stop working."),
                    tr("Hand over"), tr("Cancel"), true)) {
        change_team(
            app, [person = peer.person](session::Session& session) { session.hand_over(person); },
            tr("Handed over. The next sync tells everybody."));
    }
}

}  // namespace

void change_team(App& app, std::function<void(session::Session&)> work, std::string done) {
    app.run(
        "team", [work = std::move(work)](session::Session& session, const session::Progress&) { work(session); },
        [&app, done = std::move(done)] { app.say(ui::State::good, done); });
}

const char* standing_text(const exchange::Peer& peer) {
    return peer.revoked            ? tr("shut out")
           : peer.rolled_back      ? tr("old copy")
           : peer.kit              ? tr("recovery kit")
           : peer.own              ? tr("this device")
           : peer.enrolled_ms == 0 ? tr("awaits the owner")
                                   : tr("active");
}

void standing_badge(const exchange::Peer& peer) {
    const auto [state, sign] = peer.revoked            ? std::pair(ui::State::bad, icon::cross)
                               : peer.rolled_back      ? std::pair(ui::State::bad, icon::warning)
                               : peer.kit              ? std::pair(ui::State::neutral, icon::seal)
                               : peer.own              ? std::pair(ui::State::accent, icon::check)
                               : peer.enrolled_ms == 0 ? std::pair(ui::State::caution, icon::clock)
                                                       : std::pair(ui::State::good, icon::check);
    ui::badge(state, sign, standing_text(peer));
}

void contact_cell(const exchange::Peer& peer) {
    const std::string when = peer.own || peer.kit ? "–" : date_time_text(peer.last_contact_ms);
    ImGui::TextUnformatted(when.c_str());
    ui::note(("team.contact." + peer.device.hex().substr(0, 8)).c_str(), when.c_str());
}

void revisions_cell(const App& app, const exchange::Peer& peer) {
    std::uint64_t missing = 0;
    for (const exchange::MissingRange& range : app.snapshot->missing) {
        missing += range.device == peer.device ? range.to - range.from + 1 : 0;
    }
    ImGui::TextUnformatted(std::to_string(peer.revisions_held).c_str());
    if (missing > 0) {
        ImGui::SameLine();
        const std::string text = fill(tr("{} missing"), {std::to_string(missing)});
        ui::badge(ui::State::caution, icon::warning, text);
        ui::note(("team.missing." + peer.device.hex().substr(0, 8)).c_str(), text.c_str());
    }
}

void draw_team_device(App& app, const exchange::Peer& peer) {
    ui::gap(0.3f);
    ui::begin_card("team.device");
    ui::heading(app.name_of(peer).empty() ? peer.device.hex().substr(0, 8) : app.name_of(peer));
    news(app, peer);
    fingerprint(peer);
    const session::Snapshot& snapshot = *app.snapshot;
    const bool owner = snapshot.authority == team::Authority::owner;
    if (snapshot.runs_team && !peer.own) {
        if (!peer.kit &&
            !peer.name_erased && ui::button("team.another", tr("Another device for this person"), ui::Kind::plain, icon::plus)) {
            app.team_view.inviting = true;
            app.team_view.another_device_of = peer.person;
            app.team_view.name = peer.name;
            app.team_view.code.clear();
        }
        if (peer.without_history && !peer.revoked) {
            give_history(app, peer);
        }
        if (owner && !peer.owner && peer.role == team::Role::coordinator && !peer.revoked) {
            appoint(app, peer);
        }
        if (owner || !peer.owner) {
            leave(app, peer);
        }
    }
    if (snapshot.runs_team && !peer.name_erased && !peer.name.empty() &&
        ui::button("team.erase_name", tr("Erase the name on every device"), ui::Kind::quiet, icon::cross, !app.running("would_erase"))) {
        open_erase_everywhere(app, exchange::member_record(peer.person), peer.name);
    }
    ui::end_card();
}

void draw_standing(App& app) {
    const session::Snapshot& snapshot = *app.snapshot;
    if (snapshot.revoked) {
        ui::badge(ui::State::bad, icon::lock, tr("This device was shut out"));
        ui::note("standing.revoked", "");
        ui::body(
            tr("It sends nothing any more; what it holds stays here. Talk to the coordinator: to go on you need a new "
               "invitation."));
        ui::gap(0.3f);
    }
    if (snapshot.rollback) {
        ui::badge(ui::State::bad, icon::warning, tr("This vault is an old copy"));
        ui::note("standing.old_copy", "");
        ui::body(
            tr("Others hold newer work of this device. What you write now arrives only when a coordinator accepts it."));
        ui::body(
            tr("Write nothing more here. Sync once more, so that a coordinator gets what only this copy has, and tell "
               "them. They invite you again, for another device; join with that in a new vault and go on there. Keep "
               "this vault until they say that all has arrived."));
        ui::gap(0.3f);
    } else if (snapshot.list_rollback) {
        ui::badge(ui::State::bad, icon::warning, tr("This vault was put back from an old copy"));
        ui::note("standing.old_list", "");
        ui::body(
            tr("It had forgotten what it said of the team since. Others still had that list, and it is in force here "
               "again. Look through the people and devices: changes made on this copy meanwhile stay as well."));
        ui::gap(0.3f);
    }
}

void draw_open_invitations(App& app) {
    TeamView& view = app.team_view;
    for (const exchange::OpenInvitation& open : app.snapshot->invitations) {
        if (open.cancelled) {
            continue;
        }
        // On the middle of the button beside it.
        const float row = ImGui::GetCursorPosY();
        if (app.snapshot->runs_team) {
            ImGui::SetCursorPosY(row + (ImGui::GetFrameHeight() - fonts().small->FontSize) / 2 - em(0.14f));
        }
        ui::badge(ui::State::neutral, icon::clock,
                  fill(tr("{} ({}) has not joined yet; the invitation is good until {}"),
                       {open.name, role_text(open.role), date_text(open.expires_ms)}));
        if (app.snapshot->runs_team) {
            ImGui::SameLine();
            ImGui::SetCursorPosY(row);
            if (ui::button(("team.cancel." + open.invite.hex().substr(0, 8)).c_str(), tr("Cancel the invitation"),
                           ui::Kind::quiet, icon::cross, !app.running("team"))) {
                view.cancelling = open.invite;
                ui::open_confirm("team.cancel");
            }
        }
    }
    const auto& all = app.snapshot->invitations;
    const auto asked = std::ranges::find_if(all, [&view](const exchange::OpenInvitation& open) { return open.invite == view.cancelling; });
    const std::string name = asked == all.end() ? std::string() : asked->name;
    if (ui::confirm("team.cancel", fill(tr("Cancel the invitation for {}?"), {name}),
                    tr("For good: nobody can join with it any more, also not who has the file and the code already. If a device has joined with it and you have not heard of it yet, what it wrote goes to "
                       "quarantine. The person can be invited again."),
                    tr("Cancel the invitation"), tr("Keep it"), true) &&
        asked != all.end()) {
        change_team(
            app, [invite = asked->invite](session::Session& session) { session.cancel_invitation(invite); },
            tr("Cancelled: nobody can join with it any more."));
    }
}

}  // namespace fieldseal::desktop
