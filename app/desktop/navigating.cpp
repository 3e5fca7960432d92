// What stands around every screen: the ways to the others, what runs, what was said last; and the keys that hold everywhere.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

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

}  // namespace fieldseal::desktop
