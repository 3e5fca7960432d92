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

namespace {

struct Entry {
    Screen screen;
    const char* id;
    const char* icon;
    const char* text;
};

/// What each role finds at the left, in the order of its day.
std::vector<Entry> entries_of(team::Role role) {
    const Entry sites{Screen::sites, "nav.sites", icon::home, tr("Sites")};
    const Entry overview{Screen::overview, "nav.overview", icon::chart, tr("Overview")};
    const Entry outbox{Screen::outbox, "nav.outbox", icon::outbox, tr("Outbox")};
    const Entry inbox{Screen::inbox, "nav.inbox", icon::inbox, tr("Inbox")};
    const Entry people{Screen::team, "nav.team", icon::people, tr("People")};
    const Entry reviews{Screen::reviews, "nav.reviews", icon::review, tr("Reviews")};
    const Entry needs{Screen::needs, "nav.needs", icon::list, tr("Needs")};
    const Entry questionnaires{Screen::questionnaires, "nav.questionnaires", icon::question, tr("Questionnaires")};
    const Entry settings{Screen::settings, "nav.settings", icon::settings, tr("Settings")};
    switch (role) {
        case team::Role::assessor: return {sites, outbox, inbox, questionnaires, settings};
        case team::Role::reviewer: return {overview, sites, reviews, needs, inbox, outbox, questionnaires, settings};
        case team::Role::coordinator: break;
    }
    return {overview, sites, reviews, needs, inbox, outbox, people, questionnaires, settings};
}

}  // namespace

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

void App::keyboard() {
    if (chord(Key::l)) {
        lock();
        return;
    }
    if (chord(Key::k)) {
        palette_view = {true, {}, 0};
    }
    if (chord(Key::f)) {
        open_search(*this);
    }
    if (pressed(Key::f1)) {
        help_open = !help_open;
    }
    const ImGuiIO& io = ImGui::GetIO();
    // The sign, not the key: it lies elsewhere on a Ukrainian keyboard.
    if (!io.WantTextInput && std::ranges::find(io.InputQueueCharacters, ImWchar('?')) != io.InputQueueCharacters.end()) {
        shortcuts_open = !shortcuts_open;
    }
    if (chord(Key::s) && !background.busy()) {
        sync_now();
    }
    if (io.KeyAlt && pressed(Key::left)) {
        back();
    }
    if (io.KeyAlt && !io.KeyCtrl) {
        const auto entries = entries_of(snapshot->role);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (pressed(static_cast<Key>(static_cast<int>(Key::digit_1) + static_cast<int>(i)))) {
                go(entries[i].screen);
            }
        }
    }
}

void App::navigation() {
    const Palette& p = palette();
    ImGui::PushStyleColor(ImGuiCol_ChildBg, p.card);
    ImGui::PushStyleVar(ImGuiStyleVar_ChildRounding, 0);
    ImGui::BeginChild("navigation", {em(12.5f), 0}, true, ImGuiWindowFlags_NoScrollbar);
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
    ImGui::PushFont(fonts().heading);
    ImGui::PushStyleColor(ImGuiCol_Text, p.accent);
    ImGui::TextUnformatted((std::string(icon::seal) + " Fieldseal").c_str());
    ImGui::PopStyleColor();
    ImGui::PopFont();
    ui::small(snapshot->deployment_name);
    ui::gap(0.6f);
    ImGui::PushStyleVar(ImGuiStyleVar_ButtonTextAlign, {0, 0.5f});
    for (const Entry& entry : entries_of(snapshot->role)) {
        const bool here = screen == entry.screen || (entry.screen == Screen::sites && (screen == Screen::site || screen == Screen::assessment || screen == Screen::site_form || screen == Screen::site_import));
        if (ui::button(entry.id, entry.text, here ? ui::Kind::primary : ui::Kind::quiet, entry.icon, true, -1)) {
            go(entry.screen);
        }
    }
    ImGui::PopStyleVar();
    // What never scrolls away: who one is, and how to lock.
    const float footer = em(7.8f);
    ImGui::SetCursorPosY(std::max(ImGui::GetCursorPosY(), ImGui::GetWindowHeight() - footer));
    ui::bold(snapshot->own_name);
    const char* roles[] = {"", tr("Assessor"), tr("Reviewer"), tr("Coordinator")};
    ui::small(roles[static_cast<int>(snapshot->role)]);
    if (ui::button("lock", tr("Lock"), ui::Kind::plain, icon::lock, true, -1)) {
        lock();
    }
    ui::small(tr("Ctrl+L lock · Ctrl+F search"));
    ImGui::EndChild();
}

void App::header() {
    ImGui::BeginChild("header", {0, em(3.2f)}, false, ImGuiWindowFlags_NoBackground);
    ImGui::SetCursorPos({em(1.2f), em(0.6f)});
    if (!visited.empty()) {
        if (ui::button("back", tr("Back"), ui::Kind::quiet, icon::back)) {
            back();
        }
        ImGui::SameLine();
    }
    const auto jobs = worker.running();
    const bool working = !jobs.empty() && jobs.front().name != "save" && jobs.front().name != "search" && jobs.front().total > 0;
    if (working) {
        ImGui::AlignTextToFramePadding();
        ui::small(jobs.front().name == "import" ? tr("Importing…") : tr("Working…"));
        ImGui::SameLine();
        ImGui::SetCursorPosY(em(1.3f));
        ui::progress_bar(static_cast<float>(jobs.front().done) / static_cast<float>(jobs.front().total), em(12));
        ImGui::SameLine();
        ImGui::SetCursorPosY(em(0.6f));
        if (ui::button("job.cancel", tr("Cancel"), ui::Kind::quiet)) {
            worker.cancel(jobs.front().job);
        }
    } else {
        draw_sync_state(*this);
    }
    const std::string other = language() == Language::english ? "Українська" : "English";
    const float around = 4 * ImGui::GetStyle().FramePadding.x + ImGui::GetStyle().ItemSpacing.x + em(4.2f);
    const float width = ImGui::CalcTextSize(other.c_str()).x + ImGui::CalcTextSize(tr("Help")).x + ImGui::CalcTextSize(tr("Search")).x + around +
                        2 * ImGui::GetStyle().FramePadding.x + ImGui::GetStyle().ItemSpacing.x + em(1.6f);
    ImGui::SameLine();
    ImGui::SetCursorPos({ImGui::GetWindowWidth() - width - em(0.6f), em(0.6f)});
    if (ui::button("header.search", tr("Search"), ui::Kind::quiet, icon::search)) {
        open_search(*this);
    }
    ImGui::SameLine();
    if (ui::button("language", other, ui::Kind::quiet, "\xef\x82\xac")) {
        set_language(language() == Language::english ? Language::ukrainian : Language::english);
        preferences.language = language();
        preferences_changed = true;
    }
    ImGui::SameLine();
    if (ui::button("help", tr("Help"), ui::Kind::quiet, icon::help)) {
        help_open = !help_open;
    }
    ImGui::EndChild();
}

void App::content() {
    const float footer = status ? em(3) : 0;
    ImGui::PushStyleColor(ImGuiCol_ChildBg, palette().background);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {em(1.2f), em(0.3f)});
    ImGui::BeginChild("content", {0, ImGui::GetContentRegionAvail().y - footer}, false, ImGuiWindowFlags_AlwaysUseWindowPadding);
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
    if (snapshot) {
        draw_standing(*this);
    }
    switch (screen) {
        case Screen::overview: draw_overview(*this); break;
        case Screen::welcome:
        case Screen::sites: draw_sites(*this); break;
        case Screen::site: draw_site(*this); break;
        case Screen::site_form: draw_site_form(*this); break;
        case Screen::site_import: draw_site_import(*this); break;
        case Screen::assessment: draw_assessment(*this); break;
        case Screen::outbox: draw_outbox(*this); break;
        case Screen::inbox: draw_inbox(*this); break;
        case Screen::team: draw_team(*this); break;
        case Screen::reviews: draw_reviews(*this); break;
        case Screen::needs: draw_needs(*this); break;
        case Screen::questionnaires: draw_questionnaires(*this); break;
        case Screen::search: draw_search(*this); break;
        case Screen::diff: draw_diff(*this); break;
        case Screen::settings: draw_settings(*this); break;
    }
    ImGui::EndChild();
}

void App::status_line() {
    if (!status) {
        return;
    }
    const bool bad = status->state == ui::State::bad;
    ImGui::PushStyleColor(ImGuiCol_ChildBg, bad ? palette().bad_soft : palette().good_soft);
    ImGui::PushStyleVar(ImGuiStyleVar_ChildRounding, 0);
    ImGui::BeginChild("status", {0, 0}, false, ImGuiWindowFlags_NoScrollbar);
    ImGui::SetCursorPos({em(1.2f), em(0.4f)});
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted((std::string(bad ? icon::warning : icon::check) + "  " + status->text).c_str());
    ui::note("status.text", status->text.c_str());
    ImGui::SameLine();
    ImGui::SetCursorPosX(ImGui::GetWindowWidth() - em(4));
    if (ui::button("status.close", "", ui::Kind::quiet, icon::cross)) {
        status.reset();
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
}

void App::go(Screen to) {
    if (to != screen) {
        visited.push_back(screen);
        if (visited.size() > 50) {
            visited.erase(visited.begin());
        }
    }
    screen = to;
    status.reset();
}

void App::back() {
    if (!visited.empty()) {
        screen = visited.back();
        visited.pop_back();
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
