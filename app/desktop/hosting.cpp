// The hub on this computer, beside the vault: it belongs to one, needs it only to be switched and to hear of changes of
// the team, and goes on while it is locked.
#include "app/desktop/app.h"

namespace fieldseal::desktop {

void App::switch_hub(const session::HubPlace& place, bool on) {
    if (!on) {
        hub.stop();
        run("hub", [place](session::Session& session, const session::Progress&) { session.keep_hub({place, false}); });
        return;
    }
    hub_told_ = snapshot->roster_version;
    load<Bytes>(
        "hub",
        [place](session::Session& session) {
            Bytes list = session.hub_access_list();
            session.keep_hub({place, true});
            return list;
        },
        [this, place](Bytes list) { hub.start(place, std::move(list)); });
}

void App::look_at_hub() {
    if (locked || !snapshot || snapshot->own_device.is_zero()) {
        return;
    }
    const session::HubStatus::State state = hub.state();
    if (hub_of_ != snapshot->own_device) {
        // One computer, another vault: its hub is none of this one's business.
        if (state != session::HubStatus::State::off) {
            hub.stop();
        }
        hub_of_ = snapshot->own_device;
        hub_told_ = 0;
        if (is_coordinator() && snapshot->runs_team) {
            load<session::KeptHub>(
                "hub", [](session::Session& session) { return session.kept_hub(); },
                [this](const session::KeptHub& kept) {
                    if (kept.on) {
                        switch_hub(kept.place, true);
                    }
                });
        }
        return;
    }
    if (state == session::HubStatus::State::on && snapshot->runs_team && snapshot->roster_version > hub_told_) {
        hub_told_ = snapshot->roster_version;
        load<Bytes>(
            "hub", [](session::Session& session) { return session.hub_access_list(); },
            [this](Bytes list) { hub.take_access_list(std::move(list)); });
    }
}

}  // namespace fieldseal::desktop
