#include "app/desktop/screens/erasing.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/screens/deliveries.h"
#include "app/desktop/screens/screens.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/text/error_texts.h"

namespace fieldseal::desktop {

namespace {

using Choices = std::vector<exchange::EraseChoice>;

bool begin_dialogue(const char* id, bool& opening, float width) {
    if (opening) {
        ImGui::OpenPopup(id);
        opening = false;
    }
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({std::min(em(width), ImGui::GetMainViewport()->Size.x - em(2)), 0});
    return ui::begin_modal(id, ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove);
}

void cancel_button(const char* id) {
    ImGui::SameLine();
    if (ui::button(id, tr("Cancel")) || pressed(Key::escape)) {
        ImGui::CloseCurrentPopup();
    }
}

std::string title_of(const App& app, const exchange::EraseChoice& choice) {
    const auto row = app.snapshot->find(choice.record);
    if (!row) {
        return choice.record.hex().substr(0, 8);
    }
    if (choice.kind == record::Kind::assessment) {
        const auto site = app.snapshot->find(row->summary.parent);
        return (site ? site->summary.title : std::string("–")) + "  ·  " + day_text(row->summary.date);
    }
    return row->summary.title.empty() ? choice.record.hex().substr(0, 8) : row->summary.title;
}

/// One part of the choices: what goes, or what stays with the reasons. How many.
std::size_t list(const App& app, const char* id, const Choices& choices, bool going) {
    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(choices, [&](const auto& choice) { return choice.reason.empty() == going; }));
    if (count == 0) {
        return count;
    }
    ui::bold(going ? tr("This goes:") : tr("This stays:"));
    const float lines = std::min<float>(static_cast<float>(count) * (going ? 1.8f : 3.3f) + 1.2f, 9.5f);
    ImGui::BeginChild(id, {0, em(lines)}, true);
    for (const exchange::EraseChoice& choice : choices) {
        if (choice.reason.empty() == going) {
            ui::body(std::string(kind_text(choice.kind)) + "  ·  " + title_of(app, choice));
            if (!going) {
                ui::small(message_text(choice.reason));
            }
        }
    }
    ImGui::EndChild();
    return count;
}

/// Screens of what is gone: one does not go back to them.
void leave_behind(App& app, std::initializer_list<Screen> screens) {
    std::erase_if(app.visited, [&](Screen visited) { return std::ranges::find(screens, visited) != screens.end(); });
}

std::string size_of(const exchange::EraseReport& report) {
    return trn("%d record", "%d records", static_cast<std::int64_t>(report.records.size())) + ", " +
           trn("%d revision", "%d revisions", static_cast<std::int64_t>(report.revisions)) + ", " +
           trn("%d file", "%d files", static_cast<std::int64_t>(report.blobs)) + " (" + size_text(report.bytes) + ")";
}

void load_choices(App& app, const char* job, std::function<Choices(session::Session&)> work,
                  bool ErasingView::*opening) {
    app.load<Choices>(job, std::move(work), [&app, opening](Choices choices) {
        app.erasing.choices = std::move(choices);
        app.erasing.*opening = true;
    });
}

void erase_delivered_dialogue(App& app) {
    ErasingView& view = app.erasing;
    if (!begin_dialogue("erase.delivered", view.delivered_opening, 38)) {
        return;
    }
    ui::heading(tr("Erase what was delivered?"));
    const std::size_t going = list(app, "erase.delivered.going", view.choices, true);
    ui::body(going == 0
                 ? tr("Nothing can be erased now.")
                 : tr("Answers, notes and files of these are overwritten on this laptop. Coordinators have them; "
                      "here only site, day and delivery stay to be seen."));
    list(app, "erase.delivered.staying", view.choices, false);
    ui::gap(0.3f);
    if (ui::button("erase.delivered.yes", tr("Erase here"), ui::Kind::danger, icon::cross, going > 0)) {
        std::vector<RecordId> records;
        for (const exchange::EraseChoice& choice : view.choices) {
            if (choice.reason.empty()) {
                records.push_back(choice.record);
            }
        }
        auto report = std::make_shared<exchange::EraseReport>();
        app.run(
            "erase",
            [records, report](session::Session& session, const session::Progress&) {
                *report = session.erase_delivered(records);
            },
            [&app, report] { app.say(ui::State::good, fill(tr("Erased here: {}."), {size_of(*report)})); });
        ImGui::CloseCurrentPopup();
    }
    cancel_button("erase.delivered.no");
    ImGui::EndPopup();
}

void travel_dialogue(App& app) {
    ErasingView& view = app.erasing;
    if (!begin_dialogue("travel", view.travel_opening, 38)) {
        return;
    }
    ui::heading(tr("Switch travel mode on?"));
    ui::body(
        tr("Whatever a coordinator has acknowledged is erased from this laptop, now and after each import and sync: "
           "assessments, sites that nothing here needs, names of colleagues. It does not come back by itself, also "
           "not when you switch it off; only what a reviewer returns does."));
    list(app, "travel.going", view.choices, true);
    list(app, "travel.staying", view.choices, false);
    ui::gap(0.3f);
    if (ui::button("travel.yes", tr("Switch it on"), ui::Kind::danger)) {
        auto report = std::make_shared<exchange::EraseReport>();
        app.run(
            "travel",
            [report](session::Session& session, const session::Progress&) { *report = session.set_travel_mode(true); },
            [&app, report] {
                app.say(ui::State::good, fill(tr("Travel mode is on. Erased here: {}."), {size_of(*report)}));
            });
        ImGui::CloseCurrentPopup();
    }
    cancel_button("travel.no");
    ImGui::EndPopup();
}

}  // namespace

void draw_erase_delivered(App& app) {
    if (app.is_coordinator()) {
        return;
    }
    if (ui::button("outbox.erase", tr("Erase what was delivered"), ui::Kind::plain, icon::cross,
                   !app.running("erase"))) {
        load_choices(
            app, "erase", [](session::Session& session) { return session.erase_choices(); },
            &ErasingView::delivered_opening);
    }
    erase_delivered_dialogue(app);
}

void draw_kept_here(App& app) {
    ui::heading(tr("What can be read on this laptop"));
    if (app.is_coordinator()) {
        ui::small(tr("A coordinator's laptop keeps everything: others erase because of what it acknowledges."));
        return;
    }
    const bool busy = app.running("travel") || app.running("settings");
    if (app.is_assessor()) {
        bool seal = app.snapshot->seal_on_finalise;
        if (ui::check_box("settings.seal_on_finalise", tr("Seal every assessment away when it is finalised"), seal) &&
            !busy) {
            app.run("settings", [seal](session::Session& session, const session::Progress&) {
                session.set_seal_on_finalise(seal);
            });
        }
        ui::small(sealing_text());
        ui::gap(0.3f);
    }
    bool travel = app.snapshot->travel_mode;
    if (ui::check_box("settings.travel", tr("Travel mode: keep only what is not delivered"), travel) && !busy) {
        if (travel) {
            load_choices(
                app, "travel", [](session::Session& session) { return session.travel_choices(); },
                &ErasingView::travel_opening);
        } else {
            app.run("travel",
                    [](session::Session& session, const session::Progress&) { session.set_travel_mode(false); });
        }
    }
    ui::small(tr("What a coordinator has acknowledged is erased here by itself, after each import and sync."));
    travel_dialogue(app);
}

void open_erase_everywhere(App& app, const RecordId& record, const std::string& title) {
    app.load<exchange::EraseReport>(
        "would_erase", [record](session::Session& session) { return session.would_erase(record); },
        [&app, record, title](exchange::EraseReport lost) {
            app.erasing.record = record;
            app.erasing.title = title;
            app.erasing.lost = std::move(lost);
            app.erasing.reason.clear();
            app.erasing.typed.clear();
            app.erasing.everywhere_opening = true;
        });
}

void draw_erase_everywhere(App& app) {
    ErasingView& view = app.erasing;
    if (!begin_dialogue("erase.everywhere", view.everywhere_opening, 36)) {
        return;
    }
    ui::heading(fill(tr("Erase on every device: {}"), {view.title}));
    ui::body(fill(tr("{} known here go for good, from every device as soon as it hears of it, and so does whatever is "
                     "written of it meanwhile. Nobody can bring it back."),
                  {size_of(view.lost)}));
    ui::small(tr("Out of reach: what was exported, printed or noted elsewhere, and sticks that are still under way."));
    ui::text_field("erase.reason", tr("Why? Everybody on the team can read this, so name nobody"), view.reason);
    const std::string word = tr("ERASE");
    ui::text_field("erase.typed", fill(tr("Type {} if you mean it"), {word}), view.typed);
    ui::gap(0.3f);
    const bool meant = view.typed == word && !view.reason.empty();
    if (ui::button("erase.everywhere.yes", tr("Erase on every device"), ui::Kind::danger, icon::cross,
                   meant && !app.running("erase"))) {
        app.run(
            "erase",
            [record = view.record, reason = view.reason](session::Session& session, const session::Progress&) {
                session.erase_everywhere(record, reason);
            },
            [&app] {
                if (app.screen == Screen::site || app.screen == Screen::assessment) {
                    app.site = {};
                    app.assessment = {};
                    app.go(Screen::sites);
                    leave_behind(app, {Screen::site, Screen::assessment, Screen::diff});
                }
                app.say(ui::State::good, tr("Erased here. The next sync or export tells every device."));
            });
        ImGui::CloseCurrentPopup();
    }
    cancel_button("erase.everywhere.no");
    ImGui::EndPopup();
}

const char* sealing_text() {
    return tr(
        "From then on nobody can open it on this laptop, not even you: no reading, no correcting, no photos. Site, day "
        "and delivery stay to be seen. It comes back if a reviewer returns it. If the laptop is lost before it is "
        "delivered, it is lost too.");
}

void seal_assessment(App& app, bool finalise) {
    const RecordId id = app.assessment.id;
    const RecordId site = app.assessment.loaded->assessment.site;
    app.run(
        "finalise",
        [id, finalise](session::Session& session, const session::Progress& progress) {
            if (finalise) {
                session.finalise(id);
            }
            if (!finalise || !session.seal_on_finalise()) {
                session.seal(id, progress);
            }
        },
        [&app, site] {
            app.assessment = {};
            app.diff = {};
            app.open_site(site);
            leave_behind(app, {Screen::assessment, Screen::diff});
            app.say(ui::State::good,
                    tr("Sealed away: this laptop can read it no more. It goes out with the next sync."));
        });
}

void stub_badge(const exchange::Stub& stub) {
    ui::badge(ui::State::neutral, stub.sealed ? icon::seal : icon::cross,
              stub.sealed ? tr("Sealed away") : tr("Erased here"));
}

}  // namespace fieldseal::desktop
