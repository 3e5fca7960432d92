// One need: why it is worth it, who could give it, what was promised and handed over, and what visits saw.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/conflicts.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/help_words.h"
#include "app/desktop/screens/needs.h"
#include "app/desktop/text/read_input.h"

namespace fieldseal::desktop {

namespace {

void load_steps(App& app, const RecordId& need) {
    NeedsView& view = app.needs;
    if (view.steps_of == need || app.running("need.history")) {
        return;
    }
    view.steps_of = need;
    view.steps.clear();
    view.quantity = 1;
    app.load<std::vector<session::HistoryStep>>(
        "need.history", [need](session::Session& session) { return session.history(need, true); },
        [&app, need](std::vector<session::HistoryStep> steps) {
            if (app.needs.steps_of == need) {
                app.needs.steps = std::move(steps);
            }
        });
}

void after_step(App& app, const char* words) {
    app.needs.on.clear();
    app.needs.steps_of.reset();
    app.say(ui::State::good, words);
}

void pledges(App& app, const portfolio::NeedLine& line) {
    NeedsView& view = app.needs;
    if (line.pledges.empty()) {
        return;
    }
    ui::gap(0.3f);
    ui::bold(tr("Pledges"));
    for (const std::size_t place : line.pledges) {
        const portfolio::PledgeLine& pledge = view.help->pledges[place];
        const std::string id = "pledge." + pledge.id.hex().substr(0, 8);
        pledge_badge(pledge);
        ImGui::SameLine();
        ui::body(std::to_string(std::max<std::int64_t>(1, pledge.pledge.quantity)) + "  ·  " + pledge.partner);
        ui::note(id.c_str(), pledge.partner.c_str());
        if (!pledge.pledge.delivered_on.empty()) {
            ui::small(fill(tr("Handed over on {}"), {day_text(pledge.pledge.delivered_on)}) +
                      (pledge.verified_at ? "  ·  " + fill(tr("seen in place on {}"), {day_text(pledge.verified_on)}) : std::string()));
        } else if (!pledge.pledge.pledged_on.empty()) {
            ui::small(fill(tr("Pledged on {}"), {day_text(pledge.pledge.pledged_on)}));
        }
        if (!pledge.pledge.note.empty()) {
            ui::small(pledge.pledge.note);
        }
        draw_record_conflicts(app, pledge.id);
        const bool open = pledge.pledge.state == record::PledgeState::proposed || pledge.pledge.state == record::PledgeState::pledged;
        if (!app.is_coordinator() || !open) {
            continue;
        }
        const bool idle = !app.running("pledge");
        const RecordId record = pledge.id;
        ui::text_field((id + ".on").c_str(), tr("Day (today otherwise)"), view.on, day_example());
        if (pledge.pledge.state == record::PledgeState::proposed) {
            if (ui::button((id + ".agree").c_str(), tr("The partner agreed"), ui::Kind::plain, icon::people, idle)) {
                app.run(
                    "pledge", [record, on = read_day(view.on)](session::Session& session, const session::Progress&) { session.agree(record, on); },
                    [&app] { after_step(app, tr("Noted as pledged.")); });
            }
            ImGui::SameLine();
        }
        if (ui::button((id + ".deliver").c_str(), tr("It was handed over"), ui::Kind::primary, icon::check, idle)) {
            app.run(
                "pledge", [record, on = read_day(view.on)](session::Session& session, const session::Progress&) { session.deliver(record, on, ""); },
                [&app] { after_step(app, tr("Noted as handed over. The next visit looks whether it is in place.")); });
        }
        ImGui::SameLine();
        if (ui::button((id + ".drop").c_str(), tr("Fell through"), ui::Kind::quiet, icon::cross, idle)) {
            app.run(
                "pledge", [record](session::Session& session, const session::Progress&) { session.drop_pledge(record, ""); },
                [&app] { after_step(app, tr("Noted: it fell through.")); });
        }
    }
}

void fitting_offers(App& app, const portfolio::NeedLine& line) {
    NeedsView& view = app.needs;
    if (!app.is_coordinator() || line.open() == 0) {
        return;
    }
    ui::gap(0.3f);
    ui::bold(tr("Offers that fit"));
    const std::vector<std::size_t> places = portfolio::offers_for(*view.help, line);
    if (places.empty()) {
        ui::muted(tr("None of the offers fits this need."));
        return;
    }
    number_field("need.quantity", tr("How many"), view.quantity);
    int number = 0;
    for (const std::size_t place : places) {
        const portfolio::OfferLine& offer = view.help->offers[place];
        const std::string id = "need.offer." + std::to_string(number++);
        ui::body(offer.offer.partner + "  ·  " + (offer.left ? fill(tr("{} left"), {std::to_string(*offer.left)}) : std::string(tr("no limit"))));
        ui::small(offer.offer.text + (offer.offer.until.empty() ? std::string() : "  ·  " + fill(tr("until {}"), {day_text(offer.offer.until)})));
        if (!offer.offer.conditions.empty()) {
            ui::small(offer.offer.conditions);
        }
        if (ui::button((id + ".pledge").c_str(), tr("Pledged"), ui::Kind::primary, icon::people, !app.running("pledge"))) {
            match(app, line, offer, true);
        }
        ImGui::SameLine();
        if (ui::button((id + ".propose").c_str(), tr("Propose to the partner"), ui::Kind::plain, icon::clock, !app.running("pledge"))) {
            match(app, line, offer, false);
        }
    }
}

}  // namespace

void match(App& app, const portfolio::NeedLine& need, const portfolio::OfferLine& offer, bool agreed) {
    const std::int64_t quantity = std::max<std::int64_t>(1, app.needs.quantity);
    app.run(
        "pledge",
        [need = need.id, offer = offer.id, quantity, agreed](session::Session& session, const session::Progress&) {
            session.pledge(need, offer, quantity, agreed, "", "");
        },
        [&app, agreed] { after_step(app, agreed ? tr("Noted as pledged.") : tr("Noted as proposed.")); });
}

void draw_need(App& app, const portfolio::NeedLine& line) {
    NeedsView& view = app.needs;
    load_steps(app, line.id);
    ui::heading(line.need.text);
    state_badge(line.state);
    ImGui::SameLine();
    ui::small(amount_text(line));
    ui::small(line.site.name + "  ·  " + app.sector_name(line.site.sector));
    ui::small(category_name(app, line.need.category) + "  ·  " + urgency_text(line.need.urgency) +
              (line.need.cost > 0 ? "  ·  " + cost_text(line.need.cost, line.need.currency) : std::string()));
    ui::small(fill(tr("Risk it removes {} × urgency {} ÷ cost {}"),
                   {figure_text(line.risk, 0), figure_text(portfolio::urgency_factor(line.need.urgency), 1), figure_text(line.cost_factor, 1)}));
    if (line.need.withdrawn) {
        ui::body(line.need.withdrawn_why);
    }
    draw_record_conflicts(app, line.id);
    for (const auto& [hex, named] : line.need.findings) {
        const std::optional<RecordId> id = RecordId::parse(hex);
        const portfolio::FindingLine* finding = id ? view.help->finding(*id) : nullptr;
        if (finding != nullptr && named) {
            ui::gap(0.2f);
            ui::bold(finding->closed ? tr("Finding, closed") : tr("Finding"));
            ui::body(finding->finding.text);
            ui::small(finding->finding.question + "  ·  " + question_text(app, finding->finding.question));
            draw_record_conflicts(app, *id);
        }
    }
    if (line.seen) {
        ui::gap(0.2f);
        ui::bold(fill(tr("Seen on {}"), {day_text(line.seen->visited_on)}));
        ui::body(result_text(line.seen->check.result, record::Kind::need) + (line.seen->check.note.empty() ? std::string() : ": " + line.seen->check.note));
    }
    if (ui::button("need.visit", tr("Open the site"), ui::Kind::plain, icon::home)) {
        app.open_site(line.need.site);
        return;
    }
    pledges(app, line);
    fitting_offers(app, line);
    if (app.is_coordinator() && !line.is_over()) {
        ui::gap(0.3f);
        ui::text_field("need.why", tr("No longer wanted? Say why"), view.why);
        if (ui::button("need.withdraw", tr("Withdraw"), ui::Kind::quiet, icon::cross, !view.why.empty() && !app.running("pledge"))) {
            app.run(
                "pledge", [id = line.id, why = view.why](session::Session& session, const session::Progress&) { session.withdraw_need(id, why); },
                [&app] {
                    app.needs.why.clear();
                    after_step(app, tr("Withdrawn."));
                });
        }
    }
    ui::gap(0.3f);
    ui::bold(tr("History"));
    for (auto step = view.steps.rbegin(); step != view.steps.rend(); ++step) {
        ui::small(date_time_text(step->time.wall_ms) + "  ·  " + step->person + "  ·  " + kind_text(step->kind) + ", " + changed_text(*step));
    }
}

}  // namespace fieldseal::desktop
