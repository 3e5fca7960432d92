// Locking by itself, coming back to the same place, and the chord that destroys.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/text/error_texts.h"
#include "model/vault/vault.h"

namespace fieldseal::desktop {

void App::save_typed() {
    if (locked || !snapshot) {
        return;
    }
    save_answers(*this);
    assessment.words_saving = false;
    keep_words(*this);
    if (screen == Screen::site_form && !running("site")) {
        site_form.keeping = false;
        keep_site_form(*this);
    }
}

void App::notice_activity() {
    const ImGuiIO& io = ImGui::GetIO();
    const bool moved = io.MouseDelta.x != 0 || io.MouseDelta.y != 0 || io.MouseWheel != 0 || io.MouseWheelH != 0;
    const bool held = std::ranges::any_of(io.MouseDown, [](bool down) { return down; }) || io.KeyCtrl || io.KeyShift ||
                      io.KeyAlt || any_key_down();
    if (moved || held || !io.InputQueueCharacters.empty()) {
        idle_lock_.active(environment.clock.uptime_ms());
    }
}

void App::lock_if_due(std::int64_t slept) {
    const std::int64_t limit = std::int64_t{preferences.lock_minutes} * 60'000;
    const std::int64_t now = environment.clock.uptime_ms();
    // What runs is let finish: a long import at night must not be cut off by nobody watching.
    if (idle_lock_.due(now, slept, worker.idle() ? limit : 0) && !locked) {
        lock();
    }
}

std::int64_t App::lock_left_ms() {
    return locked || !worker.idle()
               ? -1
               : idle_lock_.left_ms(environment.clock.uptime_ms(), std::int64_t{preferences.lock_minutes} * 60'000);
}

std::int64_t App::wake_left_ms() {
    const std::int64_t lock = lock_left_ms();
    if (!assessment.turning || locked) {
        return lock;
    }
    const std::int64_t turn = std::max<std::int64_t>(0, assessment.turning->due_ms - environment.clock.uptime_ms());
    return lock < 0 ? turn : std::min(lock, turn);
}

namespace {

constexpr const char* place_setting = "assessment_place";

struct LeftOff {
    std::optional<session::SiteForm> form;
    /// As keep_place() wrote it.
    std::string place;
    std::optional<RecordId> assessment;
    std::string question;
};

/// Where somebody stood who did not leave: the program ended by itself. Of an assessment that cannot be gone on with nothing.
LeftOff left_off(session::Session& session) {
    LeftOff left{session.kept_site_form(), session.setting(place_setting), std::nullopt, {}};
    const std::size_t space = left.place.find(' ');
    const std::optional<RecordId> id = RecordId::parse(left.place.substr(0, space));
    const auto row = id ? session.snapshot()->find(*id) : nullptr;
    if (row && space != std::string::npos && row->summary.kind == record::Kind::assessment &&
        row->summary.state == static_cast<std::uint8_t>(record::AssessmentState::open)) {
        left.assessment = id;
        left.question = left.place.substr(space + 1);
    }
    return left;
}

}  // namespace

void App::keep_place() {
    if (!kept_place_ || locked || !snapshot) {
        return;
    }
    const bool stands = screen == Screen::assessment && can_edit(*this) && !assessment.question.empty();
    std::string place = stands ? assessment.id.hex() + " " + assessment.question : std::string();
    if (place != *kept_place_ && !(screen == Screen::assessment && !assessment.loaded)) {
        kept_place_ = place;
        save([place = std::move(place)](session::Session& session) { session.set_setting(place_setting, place); });
    }
}

void App::return_to_place() {
    idle_lock_.active(environment.clock.uptime_ms());
    // A form that was being filled in comes before anything else: after a lock, an empty battery, a crash.
    load<LeftOff>("form", left_off, [this, locked_here = place_ && place_->vault == preferences.last_vault](const LeftOff& left) {
        kept_place_ = left.place;
        if (left.form && !is_reviewer()) {
            open_site_form(*left.form);
            say(ui::State::good, tr("What you had typed is still here. Save it, or cancel to give it up."));
        } else if (left.assessment && !locked_here && visited.empty() && !is_reviewer()) {
            open_assessment(*left.assessment, left.question);
            say(ui::State::good, tr("You are where you stopped. All that was typed is here."));
        }
    });
    if (!place_ || place_->vault != preferences.last_vault) {
        return;
    }
    const Place place = *std::exchange(place_, std::nullopt);
    const auto here = [&](const RecordId& id) { return !id.is_zero() && snapshot && snapshot->find(id) != nullptr; };
    if (place.screen == Screen::assessment && here(place.assessment)) {
        open_assessment(place.assessment, place.question);
    } else if (place.screen == Screen::site && here(place.site)) {
        open_site(place.site);
    } else if (place.screen != Screen::assessment && place.screen != Screen::site &&
               place.screen != Screen::site_form && place.screen != Screen::diff) {
        go(place.screen);
    }
    visited.clear();
    status.reset();
}

void App::watch_for_destroy_chord() {
    if (!preferences.destroy_chord || !strong_chord(Key::f12) || !destroy_chord_.press(environment.clock.uptime_ms())) {
        return;
    }
    const std::filesystem::path path = locked && !welcome.path.empty() ? welcome.path : preferences.last_vault;
    try {
        vault::Vault::destroy_file(path, environment.random);
        destroyed_ = true;
    } catch (const std::exception& error) {
        welcome.problem = message_text(error.what());
        say(ui::State::bad, welcome.problem);
    }
}

}  // namespace fieldseal::desktop
