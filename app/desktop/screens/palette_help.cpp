// Ctrl+K: go anywhere by typing. F1: what this screen is for. ?: all shortcuts.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

struct Command {
    std::string text;
    std::function<void()> act;
};

constexpr std::size_t found_limit = 12;

std::vector<Command> commands(App& app) {
    std::vector<Command> all{
        {tr("Sites"), [&app] { app.go(Screen::sites); }},
        {tr("Outbox"), [&app] { app.go(Screen::outbox); }},
        {tr("Inbox"), [&app] { app.go(Screen::inbox); }},
        {tr("Questionnaires"), [&app] { app.go(Screen::questionnaires); }},
        {tr("Settings"), [&app] { app.go(Screen::settings); }},
        {tr("Sync now (Ctrl+S)"), [&app] { app.sync_now(); }},
        {tr("Search everything (Ctrl+F)"), [&app] { open_search(app); }},
        {tr("Lock"), [&app] { app.lock(); }},
    };
    if (!app.is_assessor()) {
        all.push_back({tr("Overview"), [&app] { app.go(Screen::overview); }});
        all.push_back({tr("Reviews"), [&app] { app.go(Screen::reviews); }});
        all.push_back({tr("Needs"), [&app] { app.go(Screen::needs); }});
    }
    if (app.is_coordinator()) {
        all.push_back({tr("People"), [&app] { app.go(Screen::team); }});
        all.push_back({tr("Import sites"), [&app] { app.go(Screen::site_import); }});
    }
    if (!app.is_reviewer()) {
        all.push_back({tr("Add a site"), [&app] { app.open_site_form({}); }});
    }
    if (const std::string list = list_on_screen(app); !list.empty()) {
        all.push_back({tr("Views of this list: open or save one"), [&app, list] { app.saved_views.open_for = list; }});
    }
    for (const session::SavedView& view : app.saved_views.views) {
        if (may_open_list(app, view.list)) {
            all.push_back({std::string(icon::list) + "  " + list_text(app, view.list) + ": " + view.name, [&app, view] { open_view(app, view); }});
        }
    }
    return all;
}

const char* help_text(Screen screen) {
    switch (screen) {
        case Screen::overview: return tr("All sites at a glance: mean scores by function for each sector or region, the weakest first, how scores moved, and which sites wait for a visit. Every number opens the sites behind it.");
        case Screen::sites: return tr("All sites that you may see. Type to find one by name, place or sector; Enter opens it. The score is that of the last visit, with * while too much is unknown.");
        case Screen::site: return tr("One site with its visits and its whole history: who changed what, on which device, when it was written and when it arrived. Choose two steps of the same kind and compare them, or two visits; or check the seal of one step: its hash, its place in the log of its device, and the signature.");
        case Screen::site_form: return tr("What is known of the site. The profile decides which questions are asked; leave open what you do not know.");
        case Screen::site_import: return tr("Sites from a table (CSV) or a map layer (GeoJSON). Say what each column is; rows that cannot be taken are listed with their reason and stop nothing else. Sites that are known by their outside id are updated.");
        case Screen::assessment:
            return tr(
                "Answer with the keys 0 to 3: the level is shown for a moment, then the next question comes; Backspace "
                "goes back, Shift with the digit stays. Digits go into the field where a number is asked for. Say how "
                "you know it before the level; with Shift it holds for what follows, until you change it. By touch or "
                "mouse: once the level and how you know it are both said, the next question comes; what was answered "
                "stands above it, and a press on it goes back. Each change is sealed and on disk at once. The score "
                "shows the range that open and unknown answers leave.");
        case Screen::outbox: return tr("What you recorded and how far it has come. Sealed: safe here. Sent: on its way. Delivered: a coordinator's signed receipt says it is there.");
        case Screen::inbox: return tr("What arrived, from whom, and which records it changed. Enter goes from the list to the records, Enter again opens one. What was not allowed lies in quarantine with its reason, and changed nothing.");
        case Screen::team: return tr("People, their devices and fingerprints. Compare a fingerprint by phone to be sure that nobody stands between you.");
        case Screen::reviews: return tr("Finalised assessments, the longest waiting or the weakest first, and whom each waits for. Open one to comment on an answer, return it with reasons, or approve it.");
        case Screen::needs: return tr("What sites need, the most valuable first: risk reduced for the cost, sooner where it is urgent. Match a need with an offer, note what was pledged and handed over; the next visit sees whether it is in place.");
        case Screen::questionnaires: return tr("Every version of the questionnaires that is known here and how many assessments keep to it. The arrows move through the lists. Compare two versions to see what changed, or check a file of your own before it is given out.");
        case Screen::search: return tr("Words in everything that you may see: sites, notes, summaries, findings, needs, offers, reviews, captions and file names. Words stand in any order, and a beginning is enough. The arrows choose, Enter opens the very place. What was erased or sealed away is not found.");
        case Screen::diff: return tr("Two steps or two visits side by side: whose they are and when, changed answers first, evidence then and now. Removed words are struck through, added words underlined.");
        case Screen::settings: return tr("Look and language, passphrase and recovery code, and a check that nothing in this vault was altered.");
        case Screen::welcome: break;
    }
    return tr("Create a deployment, join one with an invitation or a recovery kit, or open a vault with its passphrase. Without passphrase and recovery code nobody can open it.");
}

void shortcut(const char* keys, const char* text) {
    const float start = ImGui::GetCursorPosX();
    ImGui::PushFont(fonts().bold);
    ImGui::TextUnformatted(keys);
    ImGui::PopFont();
    // Within a group, from its own left.
    ImGui::SameLine(em(8));
    ImGui::PushTextWrapPos(start + em(27));
    ImGui::TextUnformatted(text);
    ImGui::PopTextWrapPos();
}

}  // namespace

void draw_palette(App& app) {
    PaletteView& view = app.palette_view;
    if (view.open) {
        ImGui::OpenPopup("palette");
    }
    const ImVec2 middle = ImGui::GetMainViewport()->GetCenter();
    ImGui::SetNextWindowPos({middle.x, em(6)}, ImGuiCond_Always, {0.5f, 0});
    ImGui::SetNextWindowSize({em(32), em(22)});
    if (!ImGui::BeginPopup("palette", ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
        return;
    }
    if (ui::search_field("palette.search", tr("Go to a site, or do something"), view.query, -1, view.open)) {
        view.selected = 0;
    }
    view.open = false;
    std::vector<Command> found;
    const std::string wanted = portfolio::fold(view.query);
    for (Command& command : commands(app)) {
        if (wanted.empty() || portfolio::fold(command.text).find(wanted) != std::string::npos) {
            found.push_back(std::move(command));
        }
    }
    if (!wanted.empty()) {
        for (const auto& row : app.snapshot->sites) {
            if (found.size() >= found_limit) {
                break;
            }
            if (portfolio::fold(row->summary.title).find(wanted) != std::string::npos) {
                found.push_back({std::string(icon::home) + "  " + row->summary.title, [&app, id = row->summary.id] { app.open_site(id); }});
            }
        }
    }
    if (pressed(Key::down)) {
        ++view.selected;
    }
    if (pressed(Key::up)) {
        --view.selected;
    }
    view.selected = std::clamp(view.selected, 0, std::max(0, static_cast<int>(found.size()) - 1));
    int chosen = pressed(Key::enter) && !found.empty() ? view.selected : -1;
    for (int i = 0; i < static_cast<int>(found.size()); ++i) {
        if (ImGui::Selectable((found[static_cast<std::size_t>(i)].text + "###palette." + std::to_string(i)).c_str(), i == view.selected)) {
            chosen = i;
        }
    }
    if (chosen >= 0) {
        ImGui::CloseCurrentPopup();
        found[static_cast<std::size_t>(chosen)].act();
    }
    ImGui::EndPopup();
}

void draw_help(App& app) {
    // The key that opens it closes it as well.
    const bool pushed = app.help_open || app.shortcuts_open;
    app.help_open = app.shortcuts_open = false;
    const bool was_open = ImGui::IsPopupOpen("help.popup");
    if (pushed && !was_open) {
        ImGui::OpenPopup("help.popup");
    }
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Appearing, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({std::min(em(58), ImGui::GetMainViewport()->Size.x - em(2)), 0});
    if (!ImGui::BeginPopup("help.popup")) {
        return;
    }
    if (pushed && was_open) {
        ImGui::CloseCurrentPopup();
    }
    ui::heading(tr("Help"));
    const char* const text = help_text(app.locked ? Screen::welcome : app.screen);
    ui::body(text);
    ui::note("help.text", text);
    ui::gap(0.4f);
    ui::heading(tr("Keys"));
    ImGui::BeginGroup();
    shortcut("Ctrl+L", tr("Lock at once"));
    shortcut("Ctrl+K", tr("Go anywhere by typing"));
    shortcut("Ctrl+F", tr("Search everything"));
    shortcut("Ctrl+J", tr("Find in the list"));
    shortcut("Backspace", tr("Take the last filter off a list"));
    shortcut((std::string(icon::back) + "  " + icon::forward + "  Enter").c_str(), tr("Choose a number of a row, open what is behind it"));
    shortcut("H", tr("On a site: to its history; Enter chooses a step"));
    shortcut("K  C", tr("In the history: check the step, compare the two chosen"));
    shortcut("Ctrl+S", tr("Sync"));
    shortcut("Alt+1 … 9", tr("The screens at the left"));
    shortcut((std::string("Alt+") + icon::back).c_str(), tr("Back"));
    ImGui::EndGroup();
    ImGui::SameLine(0, em(1.5f));
    ImGui::BeginGroup();
    shortcut("0 1 2 3", tr("Level of the answer, and on to the next"));
    shortcut("Shift+0 … 3", tr("Level, and stay"));
    shortcut("G", tr("Whether a level leads on"));
    shortcut("Backspace", tr("Back to the question before"));
    shortcut("U  N", tr("Unknown, not applicable"));
    shortcut("S D B T", tr("Stated, document seen, observed, tested"));
    shortcut("Shift+S D B T", tr("Likewise for all that follows"));
    shortcut("C  M  A", tr("Unsure, note, attach"));
    shortcut("Ctrl+V", tr("Paste a picture"));
    shortcut("Enter, PgDn", tr("Next question"));
    shortcut("O", tr("Next open question"));
    shortcut("F  H", tr("Add a finding, ask for help"));
    shortcut("L", tr("Unchanged since the last visit"));
    shortcut("Ctrl+Enter", tr("Check and finalise; back to the check"));
    shortcut("Ctrl+Z", tr("Undo (Ctrl+Shift+Z: redo)"));
    ImGui::EndGroup();
    ui::gap(0.3f);
    if (ui::button("help.close", tr("Close"), ui::Kind::primary)) {
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

}  // namespace fieldseal::desktop
