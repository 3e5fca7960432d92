// The window's look and language, the vault's keys, and the proof that nothing was altered.
#include <imgui.h>

#include "app/desktop/app.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/screens.h"

namespace fieldseal::desktop {

namespace {

void look(App& app) {
    ui::heading(tr("Look"));
    std::string theme = std::to_string(static_cast<int>(app.preferences.theme));
    if (ui::segments("settings.theme", {{"0", tr("Light")}, {"1", tr("Dark")}, {"2", tr("High contrast")}}, theme)) {
        app.preferences.theme = static_cast<ThemeName>(theme[0] - '0');
        app.preferences_changed = true;
    }
    std::string scale = app.preferences.scale == 0 ? "0" : std::to_string(static_cast<int>(app.preferences.scale * 100 + 0.5f));
    if (ui::segments("settings.scale", {{"0", tr("As the screen")}, {"100", "100 %"}, {"125", "125 %"}, {"150", "150 %"}, {"200", "200 %"}, {"300", "300 %"}}, scale)) {
        app.preferences.scale = static_cast<float>(std::stoi(scale)) / 100;
        app.preferences_changed = true;
    }
}

void keys(App& app) {
    SettingsView& view = app.settings;
    ui::heading(tr("Passphrase"));
    view.fresh.draw("settings.passphrase", tr("New passphrase, at least 10 characters"));
    view.again.draw("settings.again", tr("Passphrase again"));
    if (ui::button("settings.change", tr("Change the passphrase"), ui::Kind::plain, icon::lock, !view.fresh.empty() && !app.running("passphrase"))) {
        if (!view.fresh.equals(view.again)) {
            app.say(ui::State::bad, tr("The two passphrases differ. Type both again."));
            view.fresh.clear();
            view.again.clear();
        } else {
            auto fresh = std::make_shared<crypto::Secret>(view.fresh.take());
            view.again.clear();
            if (fresh->size() < 10) {
                app.say(ui::State::bad, tr("This passphrase is too short. Use at least 10 characters, better several words."));
            } else {
                app.run(
                    "passphrase", [fresh](session::Session& session, const session::Progress&) { session.change_passphrase(*fresh); },
                    [&app] { app.say(ui::State::good, tr("The passphrase is changed. The old one no longer opens this vault.")); });
            }
        }
    }
    ui::gap(0.3f);
    if (ui::button("settings.recovery", tr("Make a new recovery code"))) {
        ui::open_confirm("recovery.confirm");
    }
    if (ui::confirm("recovery.confirm", tr("A new recovery code?"), tr("The code on your paper stops working. The new one is shown once."), tr("Make a new code"), tr("Cancel"), true)) {
        app.load<std::string>(
            "recovery", [](session::Session& session) { return crypto::DigitCode::grouped(session.change_recovery_code()); },
            [&app](std::string code) { app.settings.recovery_code = std::move(code); });
    }
    if (!view.recovery_code.empty()) {
        ui::bold(view.recovery_code);
        if (ui::button("settings.recovery.noted", tr("I have written it down"), ui::Kind::primary)) {
            crypto::wipe({reinterpret_cast<std::uint8_t*>(view.recovery_code.data()), view.recovery_code.size()});
            view.recovery_code.clear();
        }
    }
}

void pressure(App& app) {
    ui::heading(tr("If somebody else gets hold of this laptop"));
    ui::small(tr("Lock by itself when nobody was there for"));
    std::string minutes = std::to_string(app.preferences.lock_minutes);
    if (ui::segments("settings.lock_minutes", {{"1", tr("1 min")}, {"5", tr("5 min")}, {"15", tr("15 min")}, {"30", tr("30 min")}, {"0", tr("never")}}, minutes)) {
        app.preferences.lock_minutes = std::stoi(minutes);
        app.preferences_changed = true;
    }
    ui::small(tr("It also locks when the laptop sleeps, and with Ctrl+L."));
    ui::gap(0.3f);
    bool chord = app.preferences.destroy_chord;
    if (ui::check_box("settings.destroy_chord", tr("Destroy the vault with Ctrl+Shift+F12, pressed three times within two seconds"), chord)) {
        if (chord) {
            ui::open_confirm("settings.destroy");
        } else {
            app.preferences.destroy_chord = false;
            app.preferences_changed = true;
        }
    }
    ui::small(tr("Works on every screen, also while locked, and asks nothing: the keys are overwritten, the window closes, and nobody can open this vault any more, not even you. What was not delivered is lost for good."));
    if (ui::confirm("settings.destroy", tr("Switch the chord on?"), tr("Three presses of Ctrl+Shift+F12 within two seconds then destroy this vault without a question. What was not delivered is lost for good."), tr("Switch it on"),
                    tr("Cancel"), true)) {
        app.preferences.destroy_chord = true;
        app.preferences_changed = true;
    }
}

void proof(App& app) {
    SettingsView& view = app.settings;
    ui::heading(tr("Is everything as it was written?"));
    ui::small(tr("Opens every seal, follows every log, checks every signature and rebuilds every record from its history."));
    if (ui::button("settings.verify", app.running("verify") ? tr("Checking…") : tr("Check this vault"), ui::Kind::plain, icon::seal, !app.running("verify"))) {
        view.verified.reset();
        auto report = std::make_shared<vault::VerifyReport>();
        app.run(
            "verify", [report](session::Session& session, const session::Progress& progress) { *report = session.verify(progress); },
            [&app, report] { app.settings.verified = *report; });
    }
    if (!view.verified) {
        return;
    }
    const vault::VerifyReport& report = *view.verified;
    if (report.findings.empty()) {
        ui::badge(ui::State::good, icon::check,
                  fill(tr("Nothing was altered: {}, {} and {} are sound."), {trn("%d record", "%d records", static_cast<std::int64_t>(report.records)),
                                                                          trn("%d revision", "%d revisions", static_cast<std::int64_t>(report.revisions)),
                                                                          trn("%d signed run", "%d signed runs", static_cast<std::int64_t>(report.segments))}));
        return;
    }
    ui::badge(ui::State::bad, icon::warning, trn("%d thing is wrong", "%d things are wrong", static_cast<std::int64_t>(report.findings.size())));
    for (const vault::Finding& finding : report.findings) {
        ui::body(finding.place + ": " + finding.reason);
    }
}

}  // namespace

void draw_settings(App& app) {
    ui::title(tr("Settings"));
    const float width = std::min(em(46), ImGui::GetContentRegionAvail().x);
    ui::begin_card("settings.look", width);
    look(app);
    ui::end_card();
    ui::gap(0.3f);
    ui::begin_card("settings.verify.card", width);
    proof(app);
    ui::end_card();
    ui::gap(0.3f);
    ui::begin_card("settings.kept", width);
    draw_kept_here(app);
    ui::end_card();
    ui::gap(0.3f);
    ui::begin_card("settings.pressure", width);
    pressure(app);
    ui::end_card();
    ui::gap(0.3f);
    ui::begin_card("settings.keys", width);
    keys(app);
    ui::end_card();
    ui::gap(0.3f);
    ui::small(fill(tr("This device: {}"), {app.snapshot->own_fingerprint}));
    ui::gap(1);
}

}  // namespace fieldseal::desktop
