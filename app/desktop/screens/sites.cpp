// All sites: found by typing, with score, last visit and delivery.
#include <imgui.h>

#include <algorithm>
#include <limits>

#include "app/desktop/app.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/numbers.h"
#include "app/desktop/screens/saved_views.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "model/portfolio/summarise.h"

namespace fieldseal::desktop {

namespace {

constexpr std::size_t shown_limit = 200'000;

/// Folding 100,000 texts takes longer than a frame may.
void keep_index(App& app) {
    const std::string wanted = std::to_string(app.snapshot->generation) + (language() == Language::ukrainian ? " uk" : " en");
    if (app.sites.index_asked == wanted || app.running("index")) {
        return;
    }
    app.sites.index_asked = wanted;
    std::map<std::string, std::string> sectors;
    for (const auto& row : app.snapshot->sites) {
        if (!sectors.contains(row->summary.sector)) {
            sectors[row->summary.sector] = app.sector_name(row->summary.sector);
        }
    }
    app.load<std::shared_ptr<const SiteIndex>>(
        "index",
        [of = app.snapshot, sectors = std::move(sectors)](session::Session&) {
            auto index = std::make_shared<SiteIndex>();
            index->of = of;
            for (const auto& row : of->sites) {
                const vault::Summary& site = row->summary;
                index->texts.put(site.id, site.title + " " + site.subject + " " + sectors.at(site.sector));
            }
            return std::shared_ptr<const SiteIndex>(std::move(index));
        },
        [&app](std::shared_ptr<const SiteIndex> index) { app.sites.index = std::move(index); });
}

/// Looks up whom a filter lets through, where that takes more than a row's sector and region. False while something of it is not here yet.
bool look_up_filter(App& app) {
    SitesView& view = app.sites;
    if (view.filter.is_plain()) {
        view.behind = nullptr;
        return true;
    }
    FilterAnswer wanted;
    wanted.filter = view.filter;
    wanted.today = iso_day(app.environment.clock.wall_ms());
    keep_overview(app);
    wanted.overview = app.overview.overview;
    bool there = wanted.overview != nullptr;
    if (!view.filter.gap.empty()) {
        keep_gaps(app);
        wanted.gaps = app.needs.gaps;
        there = there && wanted.gaps;
    }
    if (view.filter.needs) {
        keep_help(app);
        wanted.help = app.needs.help;
        there = there && wanted.help;
    }
    if (!there) {
        view.behind = nullptr;
    } else if (view.behind == nullptr || view.behind_for != wanted) {
        const portfolio::FilterSource source{wanted.overview.get(), wanted.gaps.get(), wanted.help.get(), wanted.today};
        view.behind = std::make_shared<const std::vector<RecordId>>(portfolio::sites_behind(wanted.filter, source));
        view.behind_for = std::move(wanted);
        view.shown_of = nullptr;
    }
    return there;
}

void sort_sites(const session::Snapshot& of, const std::string& by, std::vector<const session::Row*>& rows) {
    if (by != "score" && by != "visit") {
        return;
    }
    // What has no score stands last, who was never visited first.
    using Key = std::pair<int, std::string>;
    std::vector<std::pair<Key, const session::Row*>> keyed;
    for (const session::Row* row : rows) {
        const auto latest = row->latest ? of.find(*row->latest) : nullptr;
        const bool scored = latest && latest->summary.score >= 0;
        keyed.emplace_back(by == "score" ? Key(scored ? latest->summary.score : std::numeric_limits<int>::max(), "") : Key(0, latest ? latest->summary.date : ""), row);
    }
    std::ranges::stable_sort(keyed, {}, &std::pair<Key, const session::Row*>::first);
    std::ranges::transform(keyed, rows.begin(), &std::pair<Key, const session::Row*>::second);
}

/// False while what the filter asks for is not here yet.
bool refresh_sites(App& app) {
    SitesView& view = app.sites;
    keep_index(app);
    const bool there = look_up_filter(app);
    const bool searching = !view.query.empty() && view.index != nullptr;
    const auto of = searching ? view.index->of : app.snapshot;
    std::string wanted = (searching ? view.query : "") + "\n" + view.sort + (there ? "" : "\n?");
    for (const auto& [part, value] : portfolio::parts_of(view.filter)) {
        wanted += "\n" + part + "=" + value;
    }
    if (view.shown_of == of && view.shown_for == wanted) {
        return there;
    }
    view.shown_of = of;
    view.shown_for = wanted;
    view.shown.clear();
    const auto show = [&](const session::Row& row) {
        const bool among = there && (view.behind == nullptr || std::ranges::binary_search(*view.behind, row.summary.id));
        if (among && portfolio::fits(view.filter, row.summary.sector, row.summary.region)) {
            view.shown.push_back(&row);
        }
    };
    if (searching) {
        for (const std::size_t place : view.index->texts.find_places(view.query, shown_limit)) {
            show(*of->sites[place]);
        }
    } else {
        for (const auto& row : of->sites) {
            show(*row);
        }
    }
    sort_sites(*of, view.sort, view.shown);
    view.selected = std::clamp(view.selected, 0, std::max(0, static_cast<int>(view.shown.size()) - 1));
    return there;
}

/// Done is what this person has visited and finalised since.
bool is_done(const session::Snapshot& snapshot, const vault::Summary& assignment) {
    return std::ranges::any_of(snapshot.assessments, [&](const auto& row) {
        const vault::Summary& visit = row->summary;
        return visit.parent == assignment.parent && visit.person == assignment.person && visit.date >= iso_day(assignment.created_ms) &&
               visit.state == static_cast<std::uint8_t>(record::AssessmentState::finalised);
    });
}

void keep_assigned(App& app) {
    SitesView& view = app.sites;
    if (view.assigned_of == app.snapshot) {
        return;
    }
    view.assigned_of = app.snapshot;
    view.assigned.clear();
    for (const auto& row : app.snapshot->assignments) {
        if (row->summary.person == app.snapshot->own_person && !is_done(*app.snapshot, row->summary)) {
            view.assigned.push_back(row.get());
        }
    }
    std::ranges::stable_sort(view.assigned, {}, [](const session::Row* row) { return std::pair(row->summary.date.empty(), row->summary.date); });
}

/// The day's work: where one is expected, by when, and when somebody was there last.
void assigned(App& app) {
    keep_assigned(app);
    const SitesView& view = app.sites;
    if (view.assigned.empty()) {
        return;
    }
    const std::string today = iso_day(app.environment.clock.wall_ms());
    // As high as its lines; only a long list scrolls.
    const ImGuiStyle& style = ImGui::GetStyle();
    const float lines = 2 * style.WindowPadding.y + fonts().heading->FontSize +
                        static_cast<float>(view.assigned.size()) * (ImGui::GetFrameHeight() + style.ItemSpacing.y);
    ui::begin_card("sites.assigned", 0, lines <= em(13) ? 0 : em(13));
    ui::heading(trn("%d site is assigned to you", "%d sites are assigned to you", static_cast<std::int64_t>(view.assigned.size())));
    int number = 0;
    for (const session::Row* row : view.assigned) {
        const auto site = app.snapshot->find(row->summary.parent);
        const std::string name = site ? site->summary.title : std::string(tr("a site that has not arrived yet"));
        if (ui::button(("assigned." + std::to_string(number++)).c_str(), name, ui::Kind::plain, icon::forward, site != nullptr)) {
            app.open_site(row->summary.parent);
        }
        ImGui::SameLine();
        ImGui::AlignTextToFramePadding();
        if (!row->summary.date.empty()) {
            const bool late = row->summary.date < today;
            ui::badge(late ? ui::State::bad : ui::State::accent, late ? icon::warning : icon::clock,
                      fill(late ? tr("was due on {}") : tr("by {}"), {day_text(row->summary.date)}));
            ImGui::SameLine();
        }
        const auto latest = site && site->latest ? app.snapshot->find(*site->latest) : nullptr;
        // Somebody else's visit is told with the assignment only.
        const std::string last = std::max(latest ? latest->summary.date : std::string(), portfolio::told_visit_of(row->summary));
        ui::small((last.empty() ? std::string(tr("not visited yet")) : fill(tr("last visit {}"), {day_text(last)})) +
                  (row->summary.title.empty() ? std::string() : "  ·  " + row->summary.title));
    }
    ui::end_card();
    ui::gap(0.2f);
}

/// Beside "Add a site".
void import_button(App& app) {
    if (!app.is_coordinator()) {
        return;
    }
    ImGui::SameLine();
    if (ui::button("sites.import", tr("Import sites"), ui::Kind::plain, icon::file)) {
        app.site_import = {};
        app.go(Screen::site_import);
    }
}

void row_cells(App& app, const session::Row& row) {
    const bool assigned_here = std::ranges::any_of(app.sites.assigned, [&](const session::Row* item) { return item->summary.parent == row.summary.id; });
    ui::cell_text(((assigned_here ? std::string(icon::clock) + "  " : std::string()) + row.summary.title).c_str());
    ui::next_cell();
    ui::cell_text(app.sector_name(row.summary.sector).c_str());
    ui::next_cell();
    ui::cell_text(row.summary.subject.c_str());
    ui::next_cell();
    const auto latest = row.latest ? app.snapshot->find(*row.latest) : nullptr;
    ImGui::TextUnformatted(latest ? day_text(latest->summary.date).c_str() : "–");
    ui::next_cell();
    if (latest && latest->summary.score >= 0) {
        const std::string score = percent_text(latest->summary.score) + "  " + app.grade_name(latest->summary.grade) + ((latest->summary.grade & 0x80) != 0 ? " *" : "");
        ui::cell_text(score.c_str());
    } else {
        ImGui::TextUnformatted("–");
    }
    ui::next_cell();
    const bool drafted = latest && latest->drafted;
    delivery_badge(drafted ? session::Delivery::drafted : latest ? latest->delivery : row.delivery);
}

}  // namespace

void draw_sites(App& app) {
    SitesView& view = app.sites;
    refresh_sites(app);
    ui::title(tr("Sites"));
    if (app.snapshot->sites.empty()) {
        if (!app.is_reviewer() && ui::button("sites.add", tr("Add a site"), ui::Kind::primary, icon::plus)) {
            app.open_site_form({});
        }
        import_button(app);
        ui::empty_state(icon::home, tr("No sites yet"),
                        app.is_reviewer() ? tr("Sites and their history arrive with the coordinator's next bundle. Sync in the inbox.")
                                          : tr("Add the site you are visiting, or sync to receive those that were prepared for you."));
        return;
    }
    if (!app.is_reviewer()) {
        ImGui::SameLine(0, em(1.5f));
        if (ui::button("sites.add", tr("Add a site"), ui::Kind::primary, icon::plus)) {
            app.open_site_form({});
        }
        import_button(app);
    }
    assigned(app);
    if (chord(Key::j)) {
        view.focus_search = true;
    }
    ui::search_field("sites.search", tr("Find a site (Ctrl+J)"), view.query, em(24), view.focus_search);
    view.focus_search = false;
    ImGui::SameLine();
    std::vector<std::pair<std::string, std::string>> sectors{{"", tr("All sectors")}};
    if (const questionnaire::Template* questions = app.any_template()) {
        for (const questionnaire::Label& sector : questions->sectors) {
            sectors.emplace_back(sector.id, sector.text.in(language()));
        }
    }
    ImGui::BeginChild("sector", {em(16), ImGui::GetFrameHeight() + 2}, false, ImGuiWindowFlags_NoBackground);
    std::string sector = view.filter.sector.value_or("");
    if (ui::choice("sites.sector", "", sectors, sector, tr("All sectors"))) {
        view.filter.sector = sector.empty() ? std::nullopt : std::optional(sector);
    }
    ImGui::EndChild();
    ImGui::SameLine();
    ImGui::BeginChild("order", {em(12), ImGui::GetFrameHeight() + 2}, false, ImGuiWindowFlags_NoBackground);
    ui::choice("sites.sort", "", {{"", tr("By name")}, {"score", tr("Weakest first")}, {"visit", tr("Longest ago first")}}, view.sort, tr("By name"));
    ImGui::EndChild();
    ImGui::SameLine();
    saved_views_menu(app, "sites");
    draw_chips(chips_of(app, view.filter));
    if (!refresh_sites(app)) {
        ui::muted(tr("Loading…"));
        return;
    }
    ui::small(trn("%d site", "%d sites", static_cast<std::int64_t>(view.shown.size())) + std::string("   ") + tr("* provisional: too much is still unknown"));
    const std::vector<ui::Column> columns{{tr("Site"), 4}, {tr("Sector"), 2}, {tr("Place"), 1.5f}, {tr("Last visit"), -6.5f}, {tr("Score"), -10}, {tr("State"), -9}};
    if (std::exchange(view.focus_list, false)) {
        ui::focus_table();
    }
    const int opened = ui::table("sites.table", columns, static_cast<int>(view.shown.size()), view.selected,
                                 [&](int i) { row_cells(app, *view.shown[static_cast<std::size_t>(i)]); });
    if (opened >= 0) {
        app.open_site(view.shown[static_cast<std::size_t>(opened)]->summary.id);
    }
}

}  // namespace fieldseal::desktop
