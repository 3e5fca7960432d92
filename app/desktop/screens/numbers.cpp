#include "app/desktop/screens/numbers.h"

#include <imgui.h>

#include "app/desktop/screens/help_words.h"
#include "app/desktop/screens/regions.h"
#include "app/desktop/shell/keys.h"
#include "model/codec/text.h"

namespace fieldseal::desktop {

void keep_overview(App& app) {
    OverviewView& view = app.overview;
    if (view.generation == app.snapshot->generation || app.running("overview")) {
        return;
    }
    view.generation = app.snapshot->generation;
    auto made = std::make_shared<portfolio::Overview>();
    app.run(
        "overview", [made](session::Session& session, const session::Progress& progress) { *made = session.overview(progress); },
        [&app, made] {
            app.overview.overview = made;
            app.overview.trend = portfolio::trend(*made);
            app.overview.waiting = portfolio::overdue(*made, iso_day(app.environment.clock.wall_ms()), portfolio::months_between_visits);
            app.overview.rows_by.clear();
        });
}

void keep_gaps(App& app) {
    NeedsView& view = app.needs;
    if (view.gaps_generation == app.snapshot->generation || app.running("gaps")) {
        return;
    }
    view.gaps_generation = app.snapshot->generation;
    auto count = std::make_shared<portfolio::GapCount>();
    app.run(
        "gaps", [count](session::Session& session, const session::Progress& progress) { *count = session.frequent_gaps(progress); },
        [&app, count] {
            app.needs.gaps = std::make_shared<const std::vector<portfolio::FrequentGap>>(count->result());
            app.needs.gap_sites = count->sites();
        });
}

void keep_help(App& app) {
    NeedsView& view = app.needs;
    if (view.loaded_generation == app.snapshot->generation || app.running("help.load")) {
        return;
    }
    view.loaded_generation = app.snapshot->generation;
    app.load<std::shared_ptr<const portfolio::Help>>(
        "help.load", [](session::Session& session) { return session.help(); },
        [&app](std::shared_ptr<const portfolio::Help> help) { app.needs.help = std::move(help); });
}

void open_sites(App& app, const portfolio::SiteFilter& filter) {
    SitesView& view = app.sites;
    view.filter = filter;
    view.query.clear();
    view.sort.clear();
    view.selected = 0;
    view.focus_list = true;
    app.go(Screen::sites);
}

void open_needs(App& app, const portfolio::NeedFilter& filter) {
    NeedsView& view = app.needs;
    view.tab = "needs";
    view.filter = filter;
    view.filter_text.clear();
    view.query.clear();
    view.sort.clear();
    view.selected = 0;
    view.focus_list = true;
    app.go(Screen::needs);
}

std::string sector_text(const App& app, const std::string& sector) {
    return sector.empty() ? tr("no sector given") : app.sector_name(sector);
}

std::string region_text(const std::string& region) {
    return region.empty() ? tr("no region given") : region_name(region, language());
}

std::string function_text(const App& app, const std::string& function) {
    const questionnaire::Template* questions = app.any_template();
    const auto name = questions == nullptr ? decltype(questions->function_names.end())() : questions->function_names.find(function);
    return questions != nullptr && name != questions->function_names.end() ? name->second.in(language()) : function;
}

namespace {

const char* visit_text(portfolio::VisitState visit) {
    switch (visit) {
        case portfolio::VisitState::any: break;
        case portfolio::VisitState::visited: return tr("Visited");
        case portfolio::VisitState::unvisited: return tr("Not visited yet");
        case portfolio::VisitState::overdue: return tr("Overdue");
        case portfolio::VisitState::scored: return tr("With a score");
    }
    return "";
}

const char* part_text(portfolio::NeedPart part) {
    switch (part) {
        case portfolio::NeedPart::any: break;
        case portfolio::NeedPart::promised: return tr("Promised");
        case portfolio::NeedPart::delivered: return tr("Handed over");
        case portfolio::NeedPart::verified: return tr("Seen in place");
    }
    return "";
}

/// Long questions must not push the other chips off the line.
std::string chip_text(const std::string& what, const std::string& value) {
    constexpr std::size_t most = 60;
    const std::string line = value.substr(0, value.find('\n'));
    return what + ": " + std::string(codec::whole_characters(line, most)) + (line.size() > most ? "…" : "");
}

}  // namespace

std::vector<Chip> chips_of(App& app, portfolio::SiteFilter& filter) {
    std::vector<Chip> chips;
    if (filter.sector) {
        chips.push_back({"chip.sector", chip_text(tr("Sector"), sector_text(app, *filter.sector)), [&filter] { filter.sector.reset(); }});
    }
    if (filter.region) {
        chips.push_back({"chip.region", chip_text(tr("Region"), region_text(*filter.region)), [&filter] { filter.region.reset(); }});
    }
    if (filter.visit != portfolio::VisitState::any) {
        chips.push_back({"chip.visit", visit_text(filter.visit), [&filter] { filter.visit = portfolio::VisitState::any; }});
    }
    if (!filter.function.empty()) {
        chips.push_back({"chip.function", chip_text(tr("With a score in"), function_text(app, filter.function)), [&filter] { filter.function.clear(); }});
    }
    if (!filter.quarter.empty()) {
        chips.push_back({"chip.quarter", chip_text(tr("Visited in"), quarter_text(filter.quarter)), [&filter] { filter.quarter.clear(); }});
    }
    if (!filter.gap.empty()) {
        const std::string what = filter.gap_critical ? tr("Critical gap") : tr("Serious gap");
        chips.push_back({"chip.gap", chip_text(what, filter.gap + " " + question_text(app, filter.gap)), [&filter] {
                             filter.gap.clear();
                             filter.gap_critical = false;
                         }});
    }
    if (filter.needs) {
        for (Chip& chip : chips_of(app, *filter.needs)) {
            chips.push_back({"chip.needs" + chip.id.substr(4), chip_text(tr("Needs"), chip.text), [&filter, take_off = std::move(chip.take_off)] {
                                 take_off();
                                 if (*filter.needs == portfolio::NeedFilter()) {
                                     filter.needs.reset();
                                 }
                             }});
        }
    }
    return chips;
}

std::vector<Chip> chips_of(App& app, portfolio::NeedFilter& filter) {
    std::vector<Chip> chips;
    const auto add = [&](const char* id, const char* what, const std::string& value, std::optional<std::string>& part) {
        chips.push_back({id, chip_text(what, value), [&part] { part.reset(); }});
    };
    if (filter.question) {
        add("chip.question", tr("Gap"), filter.question->empty() ? std::string(tr("not said")) : *filter.question + " " + question_text(app, *filter.question), filter.question);
    }
    if (filter.category) {
        add("chip.category", tr("Kind of help"), filter.category->empty() ? std::string(tr("not said")) : category_name(app, *filter.category), filter.category);
    }
    if (filter.sector) {
        add("chip.sector", tr("Sector"), sector_text(app, *filter.sector), filter.sector);
    }
    if (filter.region) {
        add("chip.region", tr("Region"), region_text(*filter.region), filter.region);
    }
    if (filter.partner) {
        add("chip.partner", tr("Partner"), filter.partner->empty() ? std::string(tr("not said")) : *filter.partner, filter.partner);
    }
    if (filter.part != portfolio::NeedPart::any) {
        chips.push_back({"chip.part", part_text(filter.part), [&filter] { filter.part = portfolio::NeedPart::any; }});
    }
    if (filter.need) {
        chips.push_back({"chip.need", app.needs.filter_text.empty() ? std::string(tr("One need")) : chip_text(tr("Need"), app.needs.filter_text), [&filter] { filter.need.reset(); }});
    }
    return chips;
}

bool draw_chips(const std::vector<Chip>& chips) {
    if (chips.empty()) {
        return false;
    }
    const Chip* off = nullptr;
    bool first = true;
    for (const Chip& chip : chips) {
        if (!first) {
            ImGui::SameLine(0, em(0.3f));
            const float width = ImGui::CalcTextSize((std::string(icon::cross) + "  " + chip.text).c_str()).x + 2 * ImGui::GetStyle().FramePadding.x;
            if (ImGui::GetContentRegionAvail().x < width) {
                ImGui::NewLine();
            }
        }
        first = false;
        if (ui::button(chip.id.c_str(), chip.text, ui::Kind::plain, icon::cross)) {
            off = &chip;
        }
    }
    if (!ImGui::GetIO().WantTextInput && pressed(Key::backspace) && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) {
        off = &chips.back();
    }
    if (off != nullptr) {
        off->take_off();
    }
    return off != nullptr;
}

}  // namespace fieldseal::desktop
