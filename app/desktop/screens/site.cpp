// One site: its visits with their scores, and its whole history on a time line.
#include <imgui.h>

#include <algorithm>

#include "app/desktop/app.h"
#include "app/desktop/screens/conflicts.h"
#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/erasing.h"
#include "app/desktop/screens/field_names.h"
#include "app/desktop/screens/help_words.h"
#include "app/desktop/screens/regions.h"
#include "app/desktop/screens/questionnaires.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/screens/site_history.h"
#include "app/desktop/text/read_input.h"

namespace fieldseal::desktop {

namespace {

struct Loaded {
    session::SiteView site;
    std::vector<session::HistoryStep> steps;
    std::shared_ptr<const portfolio::Help> help;
    SiteView::Parts parts;
};

SiteView::Parts parts_of(const RecordId& site, const session::Snapshot& snapshot, const portfolio::Help& help) {
    const auto pick = [](const auto& lines, auto& into, const auto& here) {
        for (const auto& line : lines) {
            if (here(line)) {
                into.push_back(&line);
            }
        }
    };
    SiteView::Parts parts;
    std::ranges::copy_if(snapshot.assessments, std::back_inserter(parts.visits), [&](const auto& row) { return row->summary.parent == site; });
    pick(help.needs, parts.needs, [&](const auto& line) { return line.need.site == site; });
    pick(help.findings, parts.findings, [&](const auto& line) { return line.finding.site == site; });
    pick(help.assignments, parts.assignments, [&](const auto& line) { return line.assignment.site == site && !line.done_at; });
    return parts;
}

void refresh_site(App& app) {
    SiteView& view = app.site;
    if (view.loaded_generation == app.snapshot->generation || app.running("site.load")) {
        return;
    }
    view.loaded_generation = app.snapshot->generation;
    app.load<Loaded>(
        "site.load", [id = view.id](session::Session& session) {
            Loaded loaded{session.site(id), session.history(id, true), session.help(), {}};
            loaded.parts = parts_of(id, *session.snapshot(), *loaded.help);
            return loaded;
        },
        [&app, id = view.id](Loaded loaded) {
            if (app.site.id == id) {
                app.site.site = std::move(loaded.site);
                app.site.steps = std::move(loaded.steps);
                app.site.help = std::move(loaded.help);
                app.site.parts = std::move(loaded.parts);
            }
        });
}

/// The one that came before it, by day, of one day by when it was begun.
std::optional<RecordId> visit_before(const std::vector<std::shared_ptr<const session::Row>>& visits, const session::Row& visit) {
    const auto when = [](const session::Row& row) { return std::tuple(row.summary.date, row.summary.created_ms, row.summary.id); };
    const session::Row* before = nullptr;
    for (const auto& row : visits) {
        if (when(*row) < when(visit) && (before == nullptr || when(*before) < when(*row))) {
            before = row.get();
        }
    }
    return before == nullptr ? std::nullopt : std::optional(before->summary.id);
}

void visits(App& app) {
    ui::heading(tr("Visits"));
    bool any = false;
    // Copied: a button may lead away from here.
    const auto rows = app.site.parts.visits;
    for (const auto& row : rows) {
        any = true;
        const std::string id = "visit." + row->summary.id.hex();
        ui::begin_card(id.c_str());
        ui::bold(day_text(row->summary.date) + "  ·  " + app.name_of(row->summary.person));
        ui::score_bar(row->summary.score, row->summary.low, row->summary.high, 0);
        const std::string score = row->summary.score < 0 ? std::string(tr("No score yet")) : percent_text(row->summary.score) + "  " + app.grade_name(row->summary.grade);
        ui::small(score + "  ·  " + tr("answered") + " " + percent_text(row->summary.coverage));
        delivery_badge(row->drafted ? session::Delivery::drafted : row->delivery);
        if (row->verdict) {
            ImGui::SameLine();
            verdict_badge(*row->verdict);
        }
        const bool open = row->summary.state == static_cast<std::uint8_t>(record::AssessmentState::open);
        const bool own = row->summary.person == app.snapshot->own_person;
        if (ui::button((id + ".open").c_str(), open && own ? tr("Continue") : tr("Open"), open && own ? ui::Kind::primary : ui::Kind::plain)) {
            app.open_assessment(row->summary.id);
        }
        if (const std::optional<RecordId> before = visit_before(rows, *row)) {
            const char* text = tr("Compare with the visit before");
            ImGui::SameLine();
            if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(text).x + em(3.2f)) {
                ImGui::NewLine();
            }
            if (ui::button((id + ".compare").c_str(), text, ui::Kind::plain, icon::history)) {
                app.open_diff_of_visits(*before, row->summary.id);
            }
        }
        if (row->summary.conflicts > 0) {
            ImGui::SameLine();
            conflict_button(app, id + ".conflicts", row->summary.id);
        }
        ui::end_card();
        ui::gap(0.2f);
    }
    for (const session::ErasedRow& erased : app.snapshot->erased) {
        const exchange::Stub& stub = erased.stub;
        if (stub.kind != record::Kind::assessment || stub.site != app.site.id) {
            continue;
        }
        any = true;
        ui::begin_card(("stub." + stub.record.hex()).c_str());
        ui::bold(day_text(stub.visited_on));
        stub_badge(stub);
        ImGui::SameLine();
        delivery_badge(stub.delivery);
        if (erased.verdict) {
            ImGui::SameLine();
            verdict_badge(*erased.verdict);
        }
        ui::end_card();
        ui::gap(0.2f);
    }
    if (!any) {
        ui::muted(tr("No visit recorded yet."));
    }
}

/// What is weak here and what would help, over all visits.
void weaknesses(App& app) {
    const SiteView& view = app.site;
    bool any = false;
    const auto head = [&any] {
        if (!any) {
            ui::gap(0.3f);
            ui::heading(tr("Findings and needs"));
            any = true;
        }
    };
    for (const portfolio::NeedLine* const item : view.parts.needs) {
        const portfolio::NeedLine& line = *item;
        head();
        ui::begin_card(("site.need." + line.id.hex()).c_str());
        state_badge(line.state);
        ui::body(line.need.text);
        ui::small(amount_text(line) + "  ·  " + urgency_text(line.need.urgency));
        conflict_button(app, "site.need." + line.id.hex() + ".conflicts", line.id);
        ui::end_card();
        ui::gap(0.2f);
    }
    for (const portfolio::FindingLine* const item : view.parts.findings) {
        const portfolio::FindingLine& line = *item;
        head();
        ui::begin_card(("site.finding." + line.id.hex()).c_str());
        if (line.closed) {
            ui::badge(ui::State::good, icon::check, tr("Closed"));
        } else {
            ui::badge(ui::State::caution, icon::circle, tr("Still open"));
        }
        ui::body(line.finding.text);
        ui::small(line.finding.question + "  ·  " + urgency_text(line.finding.urgency));
        if (!line.finding.closed_why.empty()) {
            ui::small(line.finding.closed_why);
        }
        conflict_button(app, "site.finding." + line.id.hex() + ".conflicts", line.id);
        ui::end_card();
        ui::gap(0.2f);
    }
}

/// The questionnaire that was chosen; there is a choice only where there are several, each in its newest version.
std::string chosen_questionnaire(const App& app) {
    const auto& all = app.snapshot->newest_templates;
    return !app.site.questionnaire.empty() || all.empty() ? app.site.questionnaire : all.front()->id;
}

void choose_questionnaire(App& app) {
    if (app.snapshot->newest_templates.size() < 2) {
        return;
    }
    std::vector<std::pair<std::string, std::string>> options;
    for (const auto& questions : app.snapshot->newest_templates) {
        options.emplace_back(questions->id, version_name(*questions));
    }
    std::string chosen = chosen_questionnaire(app);
    ui::small(tr("Questionnaire"));
    if (ui::segments("site.questionnaire", options, chosen)) {
        app.site.questionnaire = chosen;
    }
}

void assigning(App& app) {
    SiteView& view = app.site;
    ui::begin_card("site.assign.form", std::min(em(40), ImGui::GetContentRegionAvail().x));
    ui::heading(tr("Who is to visit this site?"));
    std::vector<std::pair<std::string, std::string>> people;
    for (const auto& [person, name] : app.snapshot->people) {
        people.emplace_back(person.hex(), name);
    }
    std::ranges::sort(people, {}, [](const auto& person) { return person.second; });
    // Side by side: the history below is what one looks at meanwhile.
    if (ImGui::BeginTable("assign.fields", 2, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_NoPadOuterX)) {
        ImGui::TableNextColumn();
        ui::choice("assign.to", tr("Who"), people, view.assignee, tr("Choose"));
        ui::next_form_cell();
        ui::text_field("assign.due", tr("By when (day)"), view.due, day_example());
        ImGui::EndTable();
    }
    ui::text_field("assign.why", tr("Why"), view.why);
    ui::small(tr("They are told what is open here: findings, and what was handed over and nobody has seen yet."));
    const std::optional<PersonId> person = PersonId::parse(view.assignee);
    if (ui::button("assign.go", tr("Assign"), ui::Kind::primary, icon::check, person.has_value() && !app.running("assign"))) {
        app.run(
            "assign",
            [id = view.id, person = *person, due = read_day(view.due), why = view.why, asked = chosen_questionnaire(app)](
                session::Session& session, const session::Progress&) { session.assign(id, person, due, asked, why); },
            [&app] {
                app.site.assigning = false;
                app.site.assignee.clear();
                app.site.due.clear();
                app.site.why.clear();
                app.say(ui::State::good, tr("Assigned. It reaches them with the next sync."));
            });
    }
    ImGui::SameLine();
    if (ui::button("assign.cancel", tr("Cancel"))) {
        view.assigning = false;
    }
    ui::end_card();
}

void assignments(App& app) {
    const SiteView& view = app.site;
    for (const portfolio::AssignmentLine* const item : view.parts.assignments) {
        const portfolio::AssignmentLine& line = *item;
        const std::string who = app.snapshot->person_name(line.assignment.assignee);
        const std::string text = line.assignment.due.empty() ? fill(tr("Assigned to {}"), {who}) : fill(tr("Assigned to {}, by {}"), {who, day_text(line.assignment.due)});
        // One button may stand in this line, and then all of it is as high.
        if (app.is_coordinator()) {
            ImGui::AlignTextToFramePadding();
        }
        ui::badge(line.overdue ? ui::State::bad : ui::State::accent, line.overdue ? icon::warning : icon::clock, line.overdue ? text + "  ·  " + tr("Overdue") : text);
        if (!line.assignment.why.empty()) {
            ImGui::SameLine();
            ui::small(line.assignment.why);
        }
        if (app.snapshot->find(line.id) && app.snapshot->find(line.id)->summary.conflicts > 0) {
            ImGui::SameLine();
            conflict_button(app, "assign.conflicts." + line.id.hex(), line.id);
        }
        if (app.is_coordinator()) {
            ImGui::SameLine();
            if (ui::button(("assign.back." + line.id.hex()).c_str(), tr("Take back"), ui::Kind::quiet, icon::cross, !app.running("assign"))) {
                app.run("assign", [id = line.id](session::Session& session, const session::Progress&) { session.take_back(id); });
            }
        }
    }
}

}  // namespace

void draw_site(App& app) {
    SiteView& view = app.site;
    refresh_site(app);
    if (!view.site || !view.help) {
        ui::muted(tr("Loading…"));
        return;
    }
    const record::Site& site = view.site->site;
    ui::title(site.name);
    std::string place;
    for (const std::string& part : {app.sector_name(site.sector), region_name(site.region, language()), site.settlement}) {
        place += part.empty() ? "" : (place.empty() ? "" : "  ·  ") + part;
    }
    ui::muted(place);
    if (!view.site->conflicts.empty()) {
        ui::badge(ui::State::bad, icon::warning, trn("%d field in conflict", "%d fields in conflict", static_cast<std::int64_t>(view.site->conflicts.size())));
        for (const session::Conflict& conflict : view.site->conflicts) {
            conflict_choice(app, view.id, conflict);
        }
    }
    if (!app.is_reviewer()) {
        choose_questionnaire(app);
        if (ui::button("site.start", tr("Start an assessment"), ui::Kind::primary, icon::plus)) {
            app.load<RecordId>(
                "start", [id = view.id, questions_id = chosen_questionnaire(app)](session::Session& session) { return session.start_assessment(id, questions_id, ""); },
                [&app](const RecordId& id) { app.open_assessment(id); });
        }
        ImGui::SameLine();
        if (ui::button("site.edit", tr("Change"), ui::Kind::plain, icon::pencil)) {
            app.load<session::SiteForm>(
                "site.load", [id = view.id](session::Session& session) { return session::SiteForm{id, session.site(id).site, session.heads(id)}; },
                [&app](const session::SiteForm& form) { app.open_site_form(form); });
        }
    }
    if (app.is_coordinator() && !view.assigning) {
        ImGui::SameLine();
        if (ui::button("site.assign", tr("Assign"), ui::Kind::plain, icon::people)) {
            view.assigning = true;
        }
    }
    if (app.snapshot->runs_team) {
        ImGui::SameLine();
        if (ui::button("site.erase", tr("Erase on every device"), ui::Kind::quiet, icon::cross, !app.running("would_erase"))) {
            open_erase_everywhere(app, view.id, site.name);
        }
        draw_erase_everywhere(app);
    }
    assignments(app);
    if (view.assigning) {
        assigning(app);
    }
    ui::gap(0.2f);
    const float left = std::min(em(22), ImGui::GetContentRegionAvail().x * 0.38f);
    // Where something stands above that needs the room, the page scrolls.
    const float below = std::max(em(22), ImGui::GetContentRegionAvail().y);
    ImGui::BeginChild("site.visits", {left, below}, false, ImGuiWindowFlags_NoBackground);
    visits(app);
    weaknesses(app);
    ImGui::EndChild();
    ImGui::SameLine();
    ui::begin_card("site.timeline", 0, below);
    draw_time_line(app);
    ui::end_card();
}

}  // namespace fieldseal::desktop
