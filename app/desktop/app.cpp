#include "app/desktop/app.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/conflicts.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/text/error_texts.h"
#include "app/desktop/widgets/shown_text.h"
#include "model/memory/memory.h"

namespace fieldseal::desktop {

std::string message_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& caught) {
        return message_text(caught.what());
    } catch (...) {
        return tr("Something went wrong.");
    }
}

App::App(std::function<void()> wake, Environment outside)
    : worker(wake), environment(outside), background(worker, outside, wake), hub(outside, wake) {}

void App::draw() {
    notice_activity();
    watch_for_destroy_chord();
    worker.collect();
    snapshot = worker.snapshot();
    look_at_sync();
    look_at_hub();
    const ImGuiViewport& viewport = *ImGui::GetMainViewport();
    ImGui::SetNextWindowPos(viewport.Pos);
    ImGui::SetNextWindowSize(viewport.Size);
    constexpr ImGuiWindowFlags plain = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::Begin("fieldseal", nullptr, plain);
    ImGui::PopStyleVar();
    if (locked || !snapshot) {
        draw_welcome(*this);
        help_open = pressed(Key::f1);
        draw_help(*this);
    } else {
        keep_saved_views(*this);
        ignore_lone_alt();
        keyboard();
        navigation();
        ImGui::SameLine(0, 0);
        ImGui::BeginGroup();
        header();
        content();
        if (screen != Screen::assessment) {
            assessment.turning.reset();
        }
        status_line();
        ImGui::EndGroup();
        draw_palette(*this);
        draw_help(*this);
        draw_conflicts_window(*this);
        keep_place();
    }
    ImGui::End();
    if (lock_due_) {
        forget();
    }
}

void App::say(ui::State state, std::string text) {
    status = Status{state, std::move(text)};
}

void App::run(const char* name, std::function<void(session::Session&, const session::Progress&)> work, std::function<void()> done, std::function<void(const std::string&)> failed) {
    run_unlocked(
        name,
        [work = std::move(work)](std::unique_ptr<session::Session>& session, const session::Progress& progress) {
            if (!session) {
                throw Error(ErrorCode::locked, "The vault is locked.");
            }
            work(*session, progress);
        },
        std::move(done), std::move(failed));
}

void App::run_unlocked(const char* name, std::function<void(std::unique_ptr<session::Session>&, const session::Progress&)> work, std::function<void()> done,
                       std::function<void(const std::string&)> failed) {
    worker.post(name, std::move(work), [this, done = std::move(done), failed = std::move(failed)](const std::exception_ptr& error) {
        if (error && failed) {
            failed(message_of(error));
        } else if (error) {
            welcome.problem = message_of(error);
            say(ui::State::bad, welcome.problem);
        } else {
            snapshot = worker.snapshot();
            if (done) {
                done();
            }
        }
    });
}

void App::save(std::function<void(session::Session&)> work, std::function<void()> done, std::function<void(const Error*)> failed) {
    const auto saved = [work = std::move(work)](std::unique_ptr<session::Session>& session, const session::Progress&) {
        if (session) {
            work(*session);
        }
    };
    worker.post(
        "save", saved,
        [this, done = std::move(done), failed = std::move(failed)](const std::exception_ptr& error) {
            if (!error) {
                snapshot = worker.snapshot();
                if (done) {
                    done();
                }
                return;
            }
            say(ui::State::bad, message_of(error));
            if (failed) {
                try {
                    std::rethrow_exception(error);
                } catch (const Error& known) {
                    failed(&known);
                } catch (...) {
                    failed(nullptr);
                }
            }
        },
        session::Worker::OnLock::finish);
}

bool App::running(std::string_view name) const {
    for (const session::JobProgress& job : worker.running()) {
        if (job.name == name) {
            return true;
        }
    }
    return false;
}

void App::lock() {
    save_typed();
    background.close();
    worker.lock();
    // The rest of this frame still reads what is shown.
    lock_due_ = true;
}

void App::forget() {
    lock_due_ = sync_open_ = false;
    kept_place_.reset();
    place_ = Place{preferences.last_vault, screen, site.id, assessment.id, assessment.question};
    snapshot.reset();
    locked = true;
    screen = Screen::sites;
    visited.clear();
    // Wiped, not only emptied: short texts lie in the objects themselves.
    memory::renew(status);
    memory::renew(sites);
    memory::renew(site);
    memory::renew(site_form);
    memory::renew(site_import);
    memory::renew(assessment);
    memory::renew(outbox);
    memory::renew(inbox);
    memory::renew(team_view);
    memory::renew(hub_view);
    memory::renew(reviews);
    memory::renew(overview);
    memory::renew(needs);
    memory::renew(questionnaires);
    memory::renew(search);
    memory::renew(conflicts);
    memory::renew(diff);
    memory::renew(settings);
    memory::renew(erasing);
    memory::renew(saved_views);
    memory::renew(palette_view);
    memory::renew(welcome);
    welcome.mode = WelcomeView::Mode::unlock;
    welcome.path = preferences.last_vault;
    ui::forget_shown();
    memory::wipe_stack();
}

void App::drop(const std::vector<std::filesystem::path>& files) {
    if (locked) {
        for (const auto& file : files) {
            if (file.extension() == ".fsinvite" || file.extension() == ".fskit") {
                welcome.mode = WelcomeView::Mode::join;
                welcome.invitation = file.string();
            } else if (file.extension() == ".fieldseal") {
                welcome.mode = WelcomeView::Mode::unlock;
                welcome.path = file.string();
            }
        }
        return;
    }
    std::vector<std::filesystem::path> bundles;
    for (const auto& file : files) {
        if (file.extension() == ".fsbundle") {
            bundles.push_back(file);
        } else if (screen == Screen::assessment && !assessment.question.empty()) {
            attach_files(*this, {file});
        } else {
            bundles.push_back(file);
        }
    }
    if (!bundles.empty()) {
        import(bundles);
    }
}

const questionnaire::Template* App::any_template() const {
    return snapshot && !snapshot->newest_templates.empty() ? snapshot->newest_templates.front().get() : nullptr;
}

std::string App::sector_name(const std::string& id) const {
    if (!snapshot) {
        return id;
    }
    // Another version, or another questionnaire, may have a sector that the newest has no more.
    for (const auto* list : {&snapshot->newest_templates, &snapshot->templates}) {
        for (const auto& questions : *list) {
            if (const questionnaire::Label* label = questions->sector(id)) {
                return label->text.in(language());
            }
        }
    }
    return id;
}

std::string App::grade_name(std::uint8_t summary_grade) const {
    const questionnaire::Template* questions = any_template();
    const std::size_t grade = summary_grade & 0x7f;
    if (questions == nullptr || grade == 0 || grade > questions->grades.size()) {
        return "–";
    }
    return questions->grades[grade - 1].name.in(language());
}

std::string App::person_of(const DeviceId& device) const {
    for (const exchange::Peer& peer : snapshot->peers) {
        if (peer.device == device) {
            return name_of(peer);
        }
    }
    return device.hex().substr(0, 8);
}

std::string App::name_of(const exchange::Peer& peer) const {
    // The first groups tell people apart in a list; the device's card shows all.
    return peer.name_erased ? fill(tr("name erased ({})"), {peer.fingerprint.substr(0, 11)}) : peer.name;
}

std::string App::name_of(const PersonId& person) const {
    const auto peer = std::ranges::find_if(snapshot->peers, [&](const exchange::Peer& each) { return each.person == person && each.name_erased; });
    return peer != snapshot->peers.end() ? name_of(*peer) : snapshot->person_name(person);
}

void App::open_site(const RecordId& id) {
    site = {};
    site.id = id;
    go(Screen::site);
}

void App::open_site_form(const session::SiteForm& form) {
    site_form = {};
    site_form.id = form.id;
    site_form.site = site_form.kept = form.site;
    site_form.base = form.base;
    site_form.criticality = form.site.criticality > 0 ? std::to_string(form.site.criticality) : "";
    go(Screen::site_form);
}

void App::open_assessment(RecordId id, const std::string& question) {
    assessment = {};
    assessment.id = id;
    assessment.question = question;
    go(Screen::assessment);
}

void App::open_diff(const Hash& before, const Hash& after) {
    diff = {};
    go(Screen::diff);
    load<session::DiffView>("diff", [before, after](session::Session& session) { return session.diff(before, after); },
                            [this](session::DiffView loaded) { diff.loaded = std::move(loaded); });
}

void App::open_diff_of_visits(const RecordId& before, const RecordId& after) {
    diff = {};
    go(Screen::diff);
    load<session::DiffView>("diff", [before, after](session::Session& session) { return session.diff_visits(before, after); },
                            [this](session::DiffView loaded) { diff.loaded = std::move(loaded); });
}

}  // namespace fieldseal::desktop
