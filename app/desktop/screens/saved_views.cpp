#include "app/desktop/screens/saved_views.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/numbers.h"
#include "app/desktop/shell/keys.h"

namespace fieldseal::desktop {

namespace {

/// A list that is filtered by typing alone; `sort` and `tab` where it has such.
struct PlainList {
    const char* id;
    const char* text;
    Screen screen;
    std::string* query;
    std::string* sort = nullptr;
    std::string* tab = nullptr;
    /// What `tab` is then, where that is not the list's own id.
    const char* tab_is = nullptr;
};

std::vector<PlainList> plain_lists(App& app) {
    NeedsView& needs = app.needs;
    return {
        {"inbox", tr("Inbox"), Screen::inbox, &app.inbox.query},
        {"outbox", tr("Outbox"), Screen::outbox, &app.outbox.query, nullptr, &app.outbox.shown, "records"},
        {"syncs", tr("Tries to sync"), Screen::outbox, &app.outbox.sync_query, nullptr, &app.outbox.shown},
        {"people", tr("People"), Screen::team, &app.team_view.query},
        {"questionnaires", tr("Questionnaires"), Screen::questionnaires, &app.questionnaires.query},
        {"groups", tr("Over sites"), Screen::needs, &needs.list_query, &needs.by, &needs.tab},
        {"offers", tr("Offers"), Screen::needs, &needs.list_query, nullptr, &needs.tab},
        {"gaps", tr("Frequent gaps"), Screen::needs, &needs.list_query, nullptr, &needs.tab},
        {"assignments", tr("Assignments"), Screen::needs, &needs.list_query, nullptr, &needs.tab},
    };
}

std::optional<PlainList> plain_list(App& app, const std::string& id) {
    for (const PlainList& list : plain_lists(app)) {
        if (list.id == id) {
            return list;
        }
    }
    return std::nullopt;
}

bool is_grouping(const std::string& by) {
    return by == "question" || by == "category" || by == "sector" || by == "region" || by == "partner";
}

session::SavedView shown_now(App& app, const std::string& list) {
    session::SavedView view;
    view.list = list;
    if (list == "sites") {
        view.query = app.sites.query;
        view.sort = app.sites.sort;
        view.filter = portfolio::parts_of(app.sites.filter);
    } else if (list == "needs") {
        view.query = app.needs.query;
        view.sort = app.needs.sort;
        view.filter = portfolio::parts_of(app.needs.filter);
    } else if (const std::optional<PlainList> plain = plain_list(app, list)) {
        view.query = *plain->query;
        view.sort = plain->sort == nullptr ? std::string() : *plain->sort;
    } else {
        view.query = app.reviews.query;
        view.sort = app.reviews.order;
        if (!app.reviews.waits.empty()) {
            view.filter["waits"] = app.reviews.waits;
        }
    }
    return view;
}

const char* problem_of(session::ViewName name) {
    switch (name) {
        case session::ViewName::fine: break;
        case session::ViewName::empty: return tr("A name is needed.");
        case session::ViewName::too_long: return tr("The name is too long.");
        case session::ViewName::not_text: return tr("The name must be one line of text.");
        case session::ViewName::taken: return tr("There is a view of this name.");
        case session::ViewName::too_many: return tr("No more views fit: remove one first.");
    }
    return "";
}

/// Shown at once, and on the disk soon after.
void keep(App& app, std::vector<session::SavedView> views) {
    app.saved_views.views = views;
    app.save([views = std::move(views)](session::Session& session) { session::keep_views(session, views); }, {},
             [&app](const Error*) { app.saved_views.asked = false; });
}

/// True when Enter was pressed in the field that was drawn last.
bool entered() {
    return ImGui::IsItemDeactivated() && pressed(Key::enter);
}

void rename_row(App& app, std::size_t place) {
    SavedViewsView& view = app.saved_views;
    ui::text_field("views.new_name", "", view.new_name);
    const bool by_enter = entered();
    session::SavedView renamed = view.views[place];
    renamed.name = view.new_name;
    const session::ViewName name = session::check_view_name(view.views, renamed, place);
    const bool fine = name == session::ViewName::fine;
    if ((ui::button("views.rename.go", tr("Rename"), ui::Kind::primary, icon::check, fine) || by_enter) && fine) {
        std::vector<session::SavedView> views = view.views;
        views[place] = std::move(renamed);
        view.renaming.reset();
        keep(app, std::move(views));
        return;
    }
    ImGui::SameLine();
    if (ui::button("views.rename.cancel", tr("Cancel"))) {
        view.renaming.reset();
    }
    if (!fine) {
        ui::small(problem_of(name));
    }
}

/// True when one was opened.
bool rows(App& app, const std::string& list, const session::SavedView& now) {
    SavedViewsView& view = app.saved_views;
    bool any = false;
    for (std::size_t i = 0; i < view.views.size(); ++i) {
        const session::SavedView& saved = view.views[i];
        if (saved.list != list) {
            continue;
        }
        any = true;
        const std::string number = std::to_string(i);
        if (view.renaming == i) {
            rename_row(app, i);
            continue;
        }
        session::SavedView same = now;
        same.name = saved.name;
        const float tools = 2 * (ImGui::GetFrameHeight() + em(0.8f));
        ImGui::PushStyleVar(ImGuiStyleVar_ButtonTextAlign, {0, 0.5f});
        const bool opened = ui::button(("views.open." + number).c_str(), saved.name, same == saved ? ui::Kind::primary : ui::Kind::quiet, nullptr, true,
                                       ImGui::GetContentRegionAvail().x - tools);
        ImGui::PopStyleVar();
        if (opened) {
            open_view(app, session::SavedView(saved));
            return true;
        }
        ImGui::SameLine(0, em(0.2f));
        if (ui::button(("views.rename." + number).c_str(), "", ui::Kind::quiet, icon::pencil)) {
            view.renaming = i;
            view.new_name = saved.name;
        }
        ImGui::SameLine(0, em(0.2f));
        if (ui::button(("views.remove." + number).c_str(), "", ui::Kind::quiet, icon::cross)) {
            std::vector<session::SavedView> views = view.views;
            views.erase(views.begin() + static_cast<std::ptrdiff_t>(i));
            keep(app, std::move(views));
            return false;
        }
    }
    if (!any) {
        ui::small(tr("Nothing saved yet. A view keeps what was typed, the filters and the order; it stays on this device, sealed."));
    }
    return false;
}

void save_row(App& app, const session::SavedView& now) {
    SavedViewsView& view = app.saved_views;
    ui::text_field("views.name", tr("Save what the list shows now as"), view.name, tr("Name of the view"));
    const bool by_enter = entered();
    session::SavedView fresh = now;
    fresh.name = view.name;
    const session::ViewName name = session::check_view_name(view.views, fresh);
    const bool fine = name == session::ViewName::fine;
    if ((ui::button("views.save", tr("Save"), ui::Kind::primary, icon::check, fine) || by_enter) && fine) {
        std::vector<session::SavedView> views = view.views;
        views.push_back(std::move(fresh));
        view.name.clear();
        keep(app, std::move(views));
    } else if (!view.name.empty() && !fine) {
        ui::small(problem_of(name));
    }
}

}  // namespace

void keep_saved_views(App& app) {
    if (app.saved_views.asked) {
        return;
    }
    app.saved_views.asked = true;
    app.load<std::vector<session::SavedView>>(
        "views", [](session::Session& session) { return session::saved_views(session); },
        [&app](std::vector<session::SavedView> views) {
            app.saved_views.views = std::move(views);
            app.saved_views.loaded = true;
            app.saved_views.problem.clear();
        },
        [&app](const std::string& problem) { app.saved_views.problem = problem; });
}

void saved_views_menu(App& app, const std::string& list) {
    SavedViewsView& view = app.saved_views;
    const session::SavedView now = shown_now(app, list);
    const auto open = std::ranges::find_if(view.views, [&](const session::SavedView& saved) {
        session::SavedView same = now;
        same.name = saved.name;
        return same == saved;
    });
    bool opening = std::exchange(view.open_for, {}) == list;
    opening = ui::button("views.menu", open == view.views.end() ? std::string(tr("Views")) : open->name, ui::Kind::plain, icon::list) || opening;
    const ImVec2 below{ImGui::GetItemRectMin().x, ImGui::GetItemRectMax().y + em(0.2f)};
    if (opening) {
        view.renaming.reset();
        ImGui::OpenPopup("views.popup");
    }
    ImGui::SetNextWindowPos(below, ImGuiCond_Appearing);
    ImGui::SetNextWindowSize({em(24), 0});
    if (!ImGui::BeginPopup("views.popup", ImGuiWindowFlags_NoMove)) {
        return;
    }
    ui::bold(tr("Views"));
    if (view.loaded) {
        if (rows(app, list, now)) {
            ImGui::CloseCurrentPopup();
        }
        ui::line();
        save_row(app, now);
    } else if (!view.problem.empty()) {
        ui::body(view.problem);
        ui::note("views.problem", view.problem.c_str());
        if (ui::button("views.again", tr("Try again"))) {
            view.problem.clear();
            view.asked = false;
        }
    }
    ImGui::EndPopup();
}

void open_view(App& app, const session::SavedView& view) {
    const char* const unknown = tr("This view cannot be opened here: it asks for something that this version does not know.");
    if (view.list == "sites") {
        const auto filter = portfolio::site_filter_of(view.filter);
        if (!filter) {
            app.say(ui::State::bad, unknown);
            return;
        }
        open_sites(app, *filter);
        app.sites.query = view.query;
        app.sites.sort = view.sort;
    } else if (view.list == "needs") {
        const auto filter = portfolio::need_filter_of(view.filter);
        if (!filter) {
            app.say(ui::State::bad, unknown);
            return;
        }
        open_needs(app, *filter);
        app.needs.query = view.query;
        app.needs.sort = view.sort;
    } else if (view.list == "reviews") {
        const auto waits = view.filter.find("waits");
        if (view.filter.size() > (waits == view.filter.end() ? 0u : 1u)) {
            app.say(ui::State::bad, unknown);
            return;
        }
        app.reviews.query = view.query;
        app.reviews.order = view.sort.empty() ? "age" : view.sort;
        app.reviews.waits = waits == view.filter.end() ? std::string() : waits->second;
        app.reviews.selected = 0;
        app.go(Screen::reviews);
    } else if (const std::optional<PlainList> plain = plain_list(app, view.list)) {
        if (!view.filter.empty() || (plain->sort == nullptr ? !view.sort.empty() : !is_grouping(view.sort))) {
            app.say(ui::State::bad, unknown);
            return;
        }
        *plain->query = view.query;
        if (plain->sort != nullptr) {
            *plain->sort = view.sort;
        }
        if (plain->tab != nullptr) {
            *plain->tab = plain->tab_is == nullptr ? view.list : std::string(plain->tab_is);
        }
        app.go(plain->screen);
    } else {
        app.say(ui::State::bad, unknown);
    }
}

const char* list_text(App& app, const std::string& list) {
    const std::optional<PlainList> plain = plain_list(app, list);
    return plain                 ? plain->text
           : list == "sites"     ? tr("Sites")
           : list == "needs"     ? tr("Needs")
           : list == "reviews"   ? tr("Reviews")
                                 : tr("Views");
}

bool may_open_list(const App& app, const std::string& list) {
    const bool own =
        list == "sites" || list == "inbox" || list == "outbox" || list == "syncs" || list == "questionnaires";
    return own || (list == "people" ? app.is_coordinator() : !app.is_assessor());
}

std::string list_on_screen(const App& app) {
    switch (app.screen) {
        case Screen::sites: return app.snapshot->sites.empty() ? "" : "sites";
        case Screen::needs: return app.needs.tab == "offers" && app.needs.offering ? "" : app.needs.tab;
        case Screen::reviews: return "reviews";
        case Screen::inbox: return app.snapshot->imports.empty() ? "" : "inbox";
        case Screen::outbox:
            return app.outbox.shown == "records" ? "outbox" : app.snapshot->syncs.empty() ? "" : "syncs";
        case Screen::team: return "people";
        case Screen::questionnaires: return app.questionnaires.tab == "versions" ? "questionnaires" : "";
        default: return "";
    }
}

}  // namespace fieldseal::desktop
