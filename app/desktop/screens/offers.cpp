// What partner states and organisations would give, and which needs it fits.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/conflicts.h"
#include "app/desktop/screens/help_words.h"
#include "app/desktop/screens/needs.h"
#include "app/desktop/screens/regions.h"
#include "app/desktop/text/read_input.h"

namespace fieldseal::desktop {

namespace {

constexpr std::size_t fitting_limit = 50;

std::string chosen_text(const App& app, const record::Offer& offer) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    for (const auto& [sector, chosen] : offer.sectors) {
        if (chosen) {
            add(app.sector_name(sector));
        }
    }
    for (const auto& [region, chosen] : offer.regions) {
        if (chosen) {
            add(region_name(region, language()));
        }
    }
    return text.empty() ? std::string(tr("all sectors and regions")) : text;
}

void form(App& app) {
    NeedsView& view = app.needs;
    record::Offer& offer = view.offer;
    ui::begin_card("offer.form", std::min(em(46), ImGui::GetContentRegionAvail().x));
    ui::heading(tr("Add an offer"));
    ui::text_field("offer.partner", tr("Partner: the state or organisation"), offer.partner);
    ui::text_field("offer.text", tr("What is offered"), offer.text);
    ui::choice("offer.category", tr("Kind of help"), category_options(app), offer.category, tr("Choose"));
    number_field("offer.quantity", tr("How many (empty: no limit)"), offer.quantity);
    ui::text_field("offer.unit", tr("Of what (disks, licences, days)"), offer.unit);
    std::vector<std::pair<std::string, std::string>> sectors;
    if (const questionnaire::Template* questions = app.any_template()) {
        for (const questionnaire::Label& sector : questions->sectors) {
            sectors.emplace_back(sector.id, sector.text.in(language()));
        }
    }
    if (ui::choice("offer.sector", tr("Only for sectors (none: for all)"), sectors, view.sector, tr("Add a sector")) && !view.sector.empty()) {
        offer.sectors[view.sector] = true;
        view.sector.clear();
    }
    if (ui::choice("offer.region", tr("Only for regions (none: for all)"), region_options(language()), view.region, tr("Add a region")) && !view.region.empty()) {
        offer.regions[view.region] = true;
        view.region.clear();
    }
    ui::small(chosen_text(app, offer));
    if (!offer.sectors.empty() || !offer.regions.empty()) {
        ImGui::SameLine();
        if (ui::button("offer.for_all", tr("For all"), ui::Kind::quiet, icon::cross)) {
            offer.sectors.clear();
            offer.regions.clear();
        }
    }
    ui::text_field("offer.until", tr("Until (day)"), offer.until, day_example());
    ui::text_field("offer.conditions", tr("Conditions"), offer.conditions);
    ui::text_field("offer.contact", tr("Whom to ask"), offer.contact);
    if (ui::button("offer.save", tr("Save"), ui::Kind::primary, icon::check, !offer.partner.empty() && !offer.category.empty() && !app.running("offer"))) {
        record::Offer written = offer;
        written.until = read_day(offer.until);
        app.run("offer", [written](session::Session& session, const session::Progress&) { session.add_offer(written); },
                [&app] {
                    app.needs.offering = false;
                    app.needs.offer = {};
                    app.say(ui::State::good, tr("The offer is saved."));
                });
    }
    ImGui::SameLine();
    if (ui::button("offer.cancel", tr("Cancel"))) {
        view.offering = false;
    }
    ui::end_card();
}

void detail(App& app, const portfolio::OfferLine& line) {
    NeedsView& view = app.needs;
    ui::heading(line.offer.partner);
    ui::body(line.offer.text);
    ui::small(category_name(app, line.offer.category) + "  ·  " + chosen_text(app, line.offer));
    if (!line.offer.conditions.empty()) {
        ui::small(line.offer.conditions);
    }
    if (!line.offer.contact.empty()) {
        ui::small(line.offer.contact);
    }
    draw_record_conflicts(app, line.id);
    ui::gap(0.3f);
    ui::bold(tr("Needs that it fits, the most valuable first"));
    const std::vector<std::size_t> places = portfolio::needs_for(*view.help, line);
    if (places.empty()) {
        ui::muted(tr("None that is still open."));
        return;
    }
    if (app.is_coordinator()) {
        number_field("need.quantity", tr("How many"), view.quantity);
    }
    for (std::size_t i = 0; i < std::min(places.size(), fitting_limit); ++i) {
        const portfolio::NeedLine& need = view.help->needs[places[i]];
        ui::body(need.need.text);
        ui::small(need.site.name + "  ·  " + amount_text(need) + "  ·  " + urgency_text(need.need.urgency));
        if (app.is_coordinator() && ui::button(("offer.need." + std::to_string(i)).c_str(), tr("Pledged"), ui::Kind::plain, icon::people, !app.running("pledge"))) {
            match(app, need, line, true);
        }
    }
}

}  // namespace

void draw_offers(App& app) {
    NeedsView& view = app.needs;
    if (app.is_coordinator() && !view.offering && ui::button("offer.add", tr("Add an offer"), ui::Kind::primary, icon::plus)) {
        view.offering = true;
    }
    if (view.offering) {
        form(app);
        return;
    }
    const auto& offers = view.help->offers;
    if (offers.empty()) {
        ui::empty_state(icon::people, tr("No offers yet"), tr("Add what partner states and organisations would give; it is matched with what sites need."));
        return;
    }
    find_in_list(app);
    const std::vector<std::size_t> shown = lines_with(view.list_query, offers.size(), [&](std::size_t i) {
        const record::Offer& offer = offers[i].offer;
        return offer.partner + " " + offer.text + " " + category_name(app, offer.category);
    });
    if (shown.empty()) {
        ui::muted(tr("Nothing fits what you typed."));
        return;
    }
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float right = std::min(em(27), space.x * 0.4f);
    ImGui::BeginChild("offers.list", {space.x - right - ImGui::GetStyle().ItemSpacing.x, 0}, false, ImGuiWindowFlags_NoBackground);
    const std::vector<ui::Column> columns{{tr("Partner"), 2}, {tr("What is offered"), 3}, {tr("Kind of help"), 1.5f}, {tr("Left"), -7}, {tr("Until"), -7}};
    ui::table("offers.table", columns, static_cast<int>(shown.size()), view.offer_selected, [&](int i) {
        const portfolio::OfferLine& line = offers[shown[static_cast<std::size_t>(i)]];
        ui::cell_text(line.offer.partner.c_str());
        ui::next_cell();
        ui::cell_text(line.offer.text.c_str());
        ui::next_cell();
        ui::cell_text(category_name(app, line.offer.category).c_str());
        ui::next_cell();
        ui::cell_text(line.left ? (std::to_string(*line.left) + " / " + std::to_string(line.offer.quantity)).c_str() : tr("no limit"));
        ui::next_cell();
        if (line.over) {
            ui::badge(ui::State::neutral, icon::clock, tr("Over"));
        } else {
            ImGui::TextUnformatted(line.offer.until.empty() ? "–" : day_text(line.offer.until).c_str());
        }
    });
    ImGui::EndChild();
    ImGui::SameLine();
    ui::begin_card("offers.detail", 0, -1);
    view.offer_selected = std::clamp(view.offer_selected, 0, static_cast<int>(shown.size()) - 1);
    detail(app, offers[shown[static_cast<std::size_t>(view.offer_selected)]]);
    ui::end_card();
}

}  // namespace fieldseal::desktop
