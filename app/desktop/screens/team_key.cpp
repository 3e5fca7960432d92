// The team key: what it is for, when one wants another, and giving the team one.
#include "app/desktop/app.h"
#include "app/desktop/screens/team.h"

namespace fieldseal::desktop {

void draw_team_key(App& app) {
    TeamView& view = app.team_view;
    if (!view.renewing_key) {
        return;
    }
    if (!may_renew_team_key(app)) {
        view.renewing_key = false;
        return;
    }
    ui::begin_card("team.key", std::min(em(44), ImGui::GetContentRegionAvail().x));
    ui::heading(tr("The team key"));
    const std::string number = std::to_string(app.snapshot->team_key_number);
    ui::small(fill(tr("Number {}"), {number}));
    ui::note("team.key.number", number.c_str());
    ui::body(
        tr("All that goes to coordinators and reviewers is sealed to the team key; each of their devices holds it. A "
           "new key goes to the same devices, and the old one opens nothing that is sealed from then on."));
    ui::body(tr(
        "Renew it when somebody may have copied the old one: a coordinator’s or reviewer’s device was searched and "
        "given back, or was left unlocked out of sight. After a device is shut out the team has a new key already."));
    ui::small(
        tr("What was sealed before stays readable with the old key. If a device itself is in wrong hands, shut it out "
           "instead: as long as it is in the team, it gets each new key as well."));
    ui::gap(0.2f);
    const bool busy = app.running("team");
    if (ui::button("team.key.go", busy ? tr("Working…") : tr("Renew the team key"), ui::Kind::primary, icon::key,
                   !busy)) {
        ui::open_confirm("team.key");
    }
    ImGui::SameLine();
    if (ui::button("team.key.close", tr("Close"))) {
        view.renewing_key = false;
    }
    const bool owner = app.snapshot->authority == team::Authority::owner;
    if (ui::confirm("team.key", tr("Give the team a new key?"),
                    tr("The next sync tells everybody. Who has not synced by then goes on sealing to the old key until "
                       "the news arrives; nothing is lost. The old key does not come back."),
                    tr("Renew the team key"), tr("Cancel"), false)) {
        view.renewing_key = false;
        change_team(
            app, [](session::Session& session) { session.renew_team_key(); },
            owner ? tr("The team has a new key. The next sync tells everybody. Make a new recovery kit as well.")
                  : tr("The team has a new key. The next sync tells everybody."));
    }
    ui::end_card();
}

bool may_renew_team_key(const App& app) {
    return app.snapshot->runs_team && !app.snapshot->revoked;
}

}  // namespace fieldseal::desktop
