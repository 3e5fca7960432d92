// Before a vault is open: create a deployment, join one, unlock, recover.
#include <imgui.h>

#include "app/desktop/app.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "model/environment/durable_file.h"
#include "sync/team/invitation_text.h"

namespace fieldseal::desktop {

namespace {

using Mode = WelcomeView::Mode;
constexpr std::size_t least_passphrase = 10;

void switch_to(WelcomeView& view, Mode mode) {
    view.mode = mode;
    view.problem.clear();
    view.passphrase.clear();
    view.again.clear();
    view.focus = true;
}

void problem_line(const WelcomeView& view) {
    if (!view.problem.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, palette().bad);
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted((std::string(icon::warning) + "  " + view.problem).c_str());
        ui::note("welcome.problem", view.problem.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
    }
}

/// A field for a path with a button that browses.
void path_field(const char* id, const std::string& label, std::string& value, const std::string& hint, WelcomeView& view, WelcomeView::Browsing browsing,
                ui::FileBrowser::Wanted wanted, std::vector<std::string> endings) {
    ui::small(label);
    ImGui::PushID(id);
    const float button_width = em(7);
    ImGui::BeginGroup();
    ImGui::PushItemWidth(ImGui::GetContentRegionAvail().x - button_width);
    ImGui::BeginChild("field", {ImGui::GetContentRegionAvail().x - button_width, ImGui::GetFrameHeight() + 2}, false, ImGuiWindowFlags_NoBackground);
    ui::text_field(id, "", value, hint);
    ImGui::EndChild();
    ImGui::PopItemWidth();
    ImGui::SameLine();
    if (ui::button((std::string(id) + ".browse").c_str(), tr("Browse"))) {
        view.browser.open(wanted, value, std::move(endings));
        view.browsing = browsing;
    }
    ImGui::EndGroup();
    ImGui::PopID();
}

bool new_passphrase_fields(WelcomeView& view, bool focus) {
    view.passphrase.draw("welcome.passphrase", tr("Passphrase, at least 10 characters: several words are best"), focus);
    const bool entered = view.again.draw("welcome.again", tr("Passphrase again"));
    return entered;
}

std::filesystem::path vault_path(const std::string& typed, const std::string& fallback) {
    std::filesystem::path path = typed;
    if (typed.empty()) {
        const char* home = std::getenv("HOME");
        path = std::filesystem::path(home == nullptr ? "." : home) / fallback;
    }
    return path.extension() == ".fieldseal" ? path : std::filesystem::path(path.string() + ".fieldseal");
}

void unlocked(App& app, const std::string& path) {
    app.preferences.last_vault = path;
    app.preferences_changed = true;
    app.locked = false;
    app.go(app.is_reviewer() ? Screen::reviews : Screen::sites);
    app.visited.clear();
    app.status.reset();
    app.sites.focus_search = true;
    app.return_to_place();
}

void choose(App& app) {
    WelcomeView& view = app.welcome;
    ui::body(tr("Records of site visits, sealed as they are written. Choose how to begin."));
    ui::gap(0.4f);
    if (ui::button("welcome.unlock", tr("Unlock my vault"), ui::Kind::primary, icon::unlock, true, -1)) {
        switch_to(view, Mode::unlock);
        view.path = app.preferences.last_vault;
    }
    if (ui::button("welcome.join", tr("Join with an invitation file"), ui::Kind::plain, icon::people, true, -1)) {
        switch_to(view, Mode::join);
    }
    if (ui::button("welcome.create", tr("Create a deployment"), ui::Kind::plain, icon::plus, true, -1)) {
        switch_to(view, Mode::create);
    }
    ui::gap(0.3f);
    ui::small(tr("You can also drop an invitation or a vault on this window."));
}

struct NewVault {
    std::filesystem::path path;
    std::shared_ptr<crypto::Secret> passphrase;
    std::shared_ptr<std::string> recovery = std::make_shared<std::string>();
};

/// Takes the passphrase fields; nothing (and a problem shown) if they will not do.
std::optional<NewVault> new_vault(WelcomeView& view, const std::string& fallback) {
    if (!view.passphrase.equals(view.again)) {
        view.problem = tr("The two passphrases differ. Type both again.");
        view.passphrase.clear();
        view.again.clear();
        return std::nullopt;
    }
    auto passphrase = std::make_shared<crypto::Secret>(view.passphrase.take());
    view.again.clear();
    if (passphrase->size() < least_passphrase) {
        view.problem = tr("This passphrase is too short. Use at least 10 characters, better several words.");
        return std::nullopt;
    }
    view.problem.clear();
    return NewVault{vault_path(view.path, fallback), std::move(passphrase), std::make_shared<std::string>()};
}

void show_recovery_code(App& app, const NewVault& made) {
    app.welcome.recovery_code = *made.recovery;
    crypto::wipe({reinterpret_cast<std::uint8_t*>(made.recovery->data()), made.recovery->size()});
    app.welcome.path = made.path.string();
    app.welcome.mode = Mode::recovery_code;
    app.welcome.code_noted = false;
}

void create(App& app) {
    WelcomeView& view = app.welcome;
    const bool busy = app.running("create");
    ImGui::BeginDisabled(busy);
    ui::text_field("welcome.deployment", tr("Name of the deployment"), view.deployment, tr("for example: Poltava region 2026"), view.focus);
    view.focus = false;
    ui::text_field("welcome.person", tr("Your name"), view.person);
    path_field("welcome.path", tr("Where the vault is kept, not on a USB stick"), view.path, vault_path("", "coordinator").string(), view, WelcomeView::Browsing::folder,
               ui::FileBrowser::Wanted::folder, {});
    const bool entered = new_passphrase_fields(view, false);
    problem_line(view);
    const bool ready = !view.deployment.empty() && !view.person.empty() && !view.passphrase.empty();
    if (ui::button("welcome.create.go", busy ? tr("Creating…") : tr("Create"), ui::Kind::primary, icon::check, ready && !busy) || (entered && ready)) {
        if (const auto made = new_vault(view, "coordinator")) {
            const NewVault wanted = *made;
            app.run_unlocked(
                "create",
                [wanted, deployment = view.deployment, person = view.person, environment = app.environment](
                    std::unique_ptr<session::Session>& session, const session::Progress&) {
                    auto [fresh, code] = session::Session::create(wanted.path, *wanted.passphrase, environment);
                    fresh->found(deployment, person);
                    *wanted.recovery = crypto::DigitCode::grouped(code);
                    session = std::move(fresh);
                },
                [&app, wanted] { show_recovery_code(app, wanted); });
        }
    }
    ImGui::EndDisabled();
}

void join(App& app) {
    WelcomeView& view = app.welcome;
    const bool busy = app.running("join");
    ImGui::BeginDisabled(busy);
    path_field("welcome.invitation", tr("Invitation file (.fsinvite), the text of its QR code, or recovery kit (.fskit)"), view.invitation, tr("drop it here, browse, or paste the text"), view,
               WelcomeView::Browsing::invitation, ui::FileBrowser::Wanted::file, {".fsinvite", ".fskit"});
    const bool kit = !team::is_invitation_text(view.invitation) && std::filesystem::path(view.invitation).extension() == ".fskit";
    ui::text_field("welcome.code", kit ? tr("The 40 digits on the kit's paper") : tr("The 20 digits that you were told"), view.code, "00000-00000-00000-00000", view.focus);
    view.focus = false;
    path_field("welcome.path", tr("Where the vault is kept, not on a USB stick"), view.path, vault_path("", "fieldwork").string(), view, WelcomeView::Browsing::folder,
               ui::FileBrowser::Wanted::folder, {});
    const bool entered = new_passphrase_fields(view, false);
    problem_line(view);
    const bool ready = !view.invitation.empty() && !view.code.empty() && !view.passphrase.empty();
    if (ui::button("welcome.join.go", busy ? tr("Joining…") : tr("Join"), ui::Kind::primary, icon::check, ready && !busy) || (entered && ready)) {
        std::optional<crypto::Secret> code = crypto::DigitCode::parse(view_of(view.code), kit ? team::kit_code_digits : 20);
        if (!code) {
            view.problem = kit ? tr("The kit's code has 40 digits. Check what you typed.") : tr("The code has 20 digits. Check what you typed.");
        } else if (const auto made = new_vault(view, "fieldwork")) {
            const NewVault wanted = *made;
            auto digits = std::make_shared<crypto::Secret>(std::move(*code));
            app.run_unlocked(
                "join",
                [wanted, digits, kit, invitation = view.invitation, environment = app.environment](std::unique_ptr<session::Session>& session,
                                                                                                             const session::Progress&) {
                    // The invitation is opened first: a wrong code leaves no vault behind.
                    const bool pasted = team::is_invitation_text(invitation);
                    const Bytes file = team::invitation_in(pasted ? Bytes(invitation.begin(), invitation.end()) : read_file(invitation, team::sealed_file_limit));
                    if (kit) {
                        team::open_kit(file, *digits);
                    } else {
                        team::open_invitation(file, *digits);
                    }
                    auto [fresh, recovery] = session::Session::create(wanted.path, *wanted.passphrase, environment);
                    if (kit) {
                        fresh->restore(invitation, *digits);
                    } else {
                        fresh->join(file, *digits);
                    }
                    *wanted.recovery = crypto::DigitCode::grouped(recovery);
                    session = std::move(fresh);
                },
                [&app, wanted] { show_recovery_code(app, wanted); });
        }
    }
    ImGui::EndDisabled();
}

void open_with(App& app, bool by_code) {
    WelcomeView& view = app.welcome;
    auto secret = std::make_shared<crypto::Secret>(by_code ? view.recovery.take() : view.passphrase.take());
    const std::string path = view.path;
    view.problem.clear();
    app.run_unlocked(
        "unlock",
        [secret, path, by_code, environment = app.environment](std::unique_ptr<session::Session>& session, const session::Progress&) {
            session.reset();
            session = by_code ? session::Session::open_with_recovery(path, *secret, environment) : session::Session::open(path, *secret, environment);
        },
        [&app, path] { unlocked(app, path); });
}

void unlock(App& app) {
    WelcomeView& view = app.welcome;
    const bool busy = app.running("unlock");
    ImGui::BeginDisabled(busy);
    path_field("welcome.path", tr("Vault"), view.path, tr("drop it here, or browse"), view, WelcomeView::Browsing::vault, ui::FileBrowser::Wanted::file, {".fieldseal"});
    bool entered = false;
    if (view.mode == Mode::unlock) {
        entered = view.passphrase.draw("welcome.passphrase", tr("Passphrase"), view.focus && !view.path.empty());
    } else {
        entered = view.recovery.draw("welcome.recovery", tr("The 40 digits of the recovery code"), view.focus, true);
    }
    view.focus = false;
    problem_line(view);
    const bool by_code = view.mode == Mode::recover;
    const bool ready = !view.path.empty() && !(by_code ? view.recovery.empty() : view.passphrase.empty());
    if (ui::button("welcome.unlock.go", busy ? tr("Unlocking…") : tr("Unlock"), ui::Kind::primary, icon::unlock, ready && !busy) || (entered && ready)) {
        open_with(app, by_code);
    }
    if (!by_code) {
        ImGui::SameLine();
        if (ui::button("welcome.recover", tr("Passphrase forgotten"), ui::Kind::quiet)) {
            switch_to(view, Mode::recover);
        }
    }
    ImGui::EndDisabled();
}

void recovery_code(App& app) {
    WelcomeView& view = app.welcome;
    ui::body(tr("This recovery code opens the vault when the passphrase is forgotten. Write it on paper and keep it away from this laptop. It is shown once and stored nowhere."));
    ui::gap(0.3f);
    ImGui::PushFont(fonts().heading);
    const std::size_t half = view.recovery_code.size() / 2;
    ImGui::TextUnformatted(view.recovery_code.substr(0, half).c_str());
    ImGui::TextUnformatted(view.recovery_code.substr(half + 1).c_str());
    ui::note("welcome.recovery_code", "");
    ImGui::PopFont();
    ui::gap(0.3f);
    ui::check_box("welcome.noted", tr("I have written it down"), view.code_noted);
    if (ui::button("welcome.continue", tr("Continue"), ui::Kind::primary, icon::forward, view.code_noted)) {
        crypto::wipe({reinterpret_cast<std::uint8_t*>(view.recovery_code.data()), view.recovery_code.size()});
        view.recovery_code.clear();
        unlocked(app, view.path);
    }
}

void browsing(WelcomeView& view) {
    if (view.browsing == WelcomeView::Browsing::none || !view.browser.draw("welcome.browser", tr("Choose"))) {
        return;
    }
    const std::filesystem::path chosen = view.browser.chosen();
    switch (view.browsing) {
        case WelcomeView::Browsing::vault: view.path = chosen.string(); break;
        case WelcomeView::Browsing::invitation: view.invitation = chosen.string(); break;
        case WelcomeView::Browsing::folder: view.path = (chosen / (view.mode == Mode::join ? "fieldwork.fieldseal" : "coordinator.fieldseal")).string(); break;
        case WelcomeView::Browsing::none: break;
    }
    view.browsing = WelcomeView::Browsing::none;
}

}  // namespace

void draw_welcome(App& app) {
    WelcomeView& view = app.welcome;
    const ImVec2 window = ImGui::GetWindowSize();
    const float width = std::min(em(32), window.x - em(2));
    const bool tall = view.mode == Mode::create || view.mode == Mode::join;
    ImGui::SetCursorPos({(window.x - width) / 2, std::max(em(1), window.y * (tall ? 0.08f : 0.16f))});
    ImGui::BeginGroup();
    ImGui::PushFont(fonts().title);
    ImGui::PushStyleColor(ImGuiCol_Text, palette().accent);
    ImGui::TextUnformatted((std::string(icon::seal) + " Fieldseal").c_str());
    ImGui::PopStyleColor();
    ImGui::PopFont();
    ui::begin_card("welcome", width);
    const char* headings[] = {tr("Welcome"), tr("Create a deployment"), tr("Join a deployment"), tr("Unlock"), tr("Recover"), tr("Recovery code")};
    ui::heading(headings[static_cast<int>(view.mode)]);
    switch (view.mode) {
        case Mode::choose: choose(app); break;
        case Mode::create: create(app); break;
        case Mode::join: join(app); break;
        case Mode::unlock:
        case Mode::recover: unlock(app); break;
        case Mode::recovery_code: recovery_code(app); break;
    }
    ui::end_card();
    if (view.mode != Mode::choose && view.mode != Mode::recovery_code) {
        if (ui::button("welcome.back", tr("Back"), ui::Kind::quiet, icon::back) || (pressed(Key::escape) && view.browsing == WelcomeView::Browsing::none)) {
            switch_to(view, Mode::choose);
        }
        ImGui::SameLine();
    }
    if (ui::button("language", language() == Language::english ? "Українська" : "English", ui::Kind::quiet, "\xef\x82\xac")) {
        set_language(language() == Language::english ? Language::ukrainian : Language::english);
        app.preferences.language = language();
        app.preferences_changed = true;
    }
    ImGui::EndGroup();
    browsing(view);
}

}  // namespace fieldseal::desktop
