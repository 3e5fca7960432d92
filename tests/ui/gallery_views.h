// What is done before each picture of the gallery, and the list of them all.
#pragma once

#include <algorithm>
#include <fstream>
#include <functional>

#include "app/desktop/screens/assessment.h"
#include "app/desktop/screens/numbers.h"
#include "app/desktop/screens/screens.h"
#include "model/environment/durable_file.h"
#include "tests/ui/gallery_team.h"
#include "tests/unit/next_questionnaire.h"

namespace fieldseal::desktop::test {

struct View {
    /// "" is before a vault is open.
    const char* vault;
    const char* name;
    std::function<void(Desk&)> show;
    /// Closes what `show` opened.
    std::function<void(Desk&)> leave = {};
};

inline void go(Desk& desk, Screen screen) {
    desk.app.go(screen);
    desk.driver.settle();
}

inline RecordId site_of_latest(const App& app) {
    const RecordId assessment = app.snapshot->assessments.front()->summary.id;
    for (const auto& site : app.snapshot->sites) {
        if (site->latest == assessment) {
            return site->summary.id;
        }
    }
    return app.snapshot->sites.front()->summary.id;
}

inline void open_site(Desk& desk) {
    desk.app.open_site(site_of_latest(desk.app));
    desk.driver.settle();
}

inline bool is_open(const session::Row& visit) {
    return visit.summary.state == static_cast<std::uint8_t>(record::AssessmentState::open);
}

/// The newest finalised visit.
inline RecordId finalised_visit(const App& app) {
    const auto& visits = app.snapshot->assessments;
    const auto found = std::ranges::find_if(visits, [](const auto& row) { return !is_open(*row); });
    REQUIRE(found != visits.end());
    return (*found)->summary.id;
}

/// The newest that is not finalised, at the question.
inline void open_begun(Desk& desk, const char* question) {
    const auto& visits = desk.app.snapshot->assessments;
    const auto begun = std::ranges::find_if(visits, [](const auto& row) { return is_open(*row); });
    REQUIRE(begun != visits.end());
    desk.app.open_assessment((*begun)->summary.id, question);
    desk.driver.settle();
    desk.driver.settle();
}

inline void open_assessment(Desk& desk) {
    desk.app.open_assessment(finalised_visit(desk.app));
    desk.driver.settle();
}

inline void answering(Desk& desk) {
    open_begun(desk, "CSB-GV-02");
}

/// At its first question, with what was answered there before.
inline void last_visit(Desk& desk) {
    open_begun(desk, "CSB-GV-01");
    REQUIRE(desk.app.assessment.loaded->previous);
}

inline void check_page(Desk& desk) {
    open_begun(desk, "CSB-GV-02");
    desk.driver.click("assessment.finalise");
}

inline void summary_page(Desk& desk) {
    desk.app.open_assessment(finalised_visit(desk.app), close_page);
    desk.app.assessment.close.shown = "summary";
    desk.driver.settle();
}

/// What was found at the visit that a reviewer returned, and what would help.
inline void found_there(Desk& desk) {
    const auto& findings = desk.app.snapshot->findings;
    const auto found = std::ranges::find_if(
        findings, [&](const auto& row) { return !is_open(*desk.app.snapshot->find(row->summary.parent)); });
    REQUIRE(found != findings.end());
    desk.app.open_assessment((*found)->summary.parent, help_page);
    desk.driver.settle();
}

inline void photo_editor(Desk& desk) {
    open_begun(desk, "CSB-GV-03");
    const std::filesystem::path file = desk.stage_.folder / "IMG_2042.jpg";
    write_durably(file,
                  picture::samples::with_exif(picture::encode_jpeg(picture::samples::pattern(1200, 900), 85),
                                              picture::samples::exif(1)),
                  true);
    desk.app.drop({file});
    desk.driver.settle();
    desk.driver.press(Key::b);
}

inline void photo_viewer(Desk& desk) {
    answering(desk);
    REQUIRE_FALSE(desk.app.assessment.loaded->evidence.empty());
    desk.driver.click("evidence." + desk.app.assessment.loaded->evidence.front().id.hex() + ".look");
    desk.driver.settle();
}

inline std::function<void(Desk&)> key_on(Screen which, Key key) {
    return [which, key](Desk& desk) {
        go(desk, which);
        desk.driver.press(key);
    };
}

inline void palette_of_commands(Desk& desk) {
    go(desk, Screen::sites);
    desk.driver.press_with_control(Key::k);
    desk.driver.type(language() == Language::english ? "s" : "о");
}

inline void question_mark(Desk& desk) {
    answering(desk);
    desk.driver.type("?");
}

inline void escape(Desk& desk) {
    desk.driver.press(Key::escape);
}

inline void open_conflict(Desk& desk) {
    const auto& sites = desk.app.snapshot->sites;
    const auto disputed = std::ranges::find_if(sites, [](const auto& site) { return site->summary.conflicts > 0; });
    REQUIRE(disputed != sites.end());
    desk.app.open_site((*disputed)->summary.id);
    desk.driver.settle();
}

inline std::function<void(Desk&)> screen(Screen which) {
    return [which](Desk& desk) { go(desk, which); };
}

inline std::function<void(Desk&)> help_tab(const char* tab) {
    return [tab](Desk& desk) {
        desk.app.needs.tab = tab;
        desk.app.needs.offering = false;
        go(desk, Screen::needs);
    };
}

inline std::function<void(Desk&)> questionnaires_tab(const char* tab) {
    return [tab](Desk& desk) {
        desk.app.questionnaires.tab = tab;
        go(desk, Screen::questionnaires);
        // A question that says something else now.
        desk.app.questionnaires.difference = 1;
        desk.app.questionnaires.row = 1;
        desk.driver.settle();
    };
}

inline void overview_by(Desk& desk, const char* by) {
    desk.app.overview.by = by;
    go(desk, Screen::overview);
}

inline std::function<void(Desk&)> overview(const char* by) {
    return [by](Desk& desk) { overview_by(desk, by); };
}

/// The sites behind a number of the overview, with what was saved of such lists.
inline void saved_views(Desk& desk) {
    overview_by(desk, "sector");
    desk.driver.click("overview.cell.0.0");
    desk.app.saved_views.views = {
        {"Лікарні без відвідування · Hospitals overdue", "sites", "", "", {{"sector", "health"}, {"visit", "overdue"}}},
        {"Найслабші · Weakest", "sites", "", "score", {}}};
    desk.driver.click("views.menu");
}

/// As it is before a file was checked.
inline void nothing_checked(Desk& desk) {
    desk.app.questionnaires = {};
    questionnaires_tab("check")(desk);
}

/// A file with the next version, checked and not published.
inline void before_publishing(Desk& desk) {
    const std::filesystem::path file = desk.stage_.folder / "csb-9.json";
    write_durably(file, samples::next_questionnaire("9.0.0", "1"), true);
    desk.app.questionnaires = {};
    desk.app.questionnaires.tab = "check";
    desk.app.questionnaires.file = file.string();
    go(desk, Screen::questionnaires);
    desk.driver.click("questionnaire.check");
}

inline void erase_delivered(Desk& desk) {
    go(desk, Screen::outbox);
    desk.driver.click("outbox.erase");
}

inline void erase_everywhere(Desk& desk) {
    open_site(desk);
    desk.driver.click("site.erase");
    desk.driver.write("erase.reason", "На прохання власника об’єкта · asked by the owner");
}

inline void team_key(Desk& desk) {
    go(desk, Screen::team);
    desk.driver.click("team.key.open");
}

inline void before_kit(Desk& desk) {
    go(desk, Screen::team);
    desk.driver.click("team.kit.open");
}

/// As after making one, with a code that opens nothing.
inline void after_kit(Desk& desk) {
    before_kit(desk);
    desk.app.team_view.kit_file = "/media/usb/recovery.fskit";
    desk.app.team_view.kit_code = "01234 56789 01234 56789 01234 56789 01234 56789";
    desk.driver.settle();
}

/// The device of which an old copy was put back.
inline void rolled_back_device(Desk& desk) {
    go(desk, Screen::team);
    const auto& peers = desk.app.snapshot->peers;
    const auto copied =
        std::ranges::find_if(peers, [&](const exchange::Peer& peer) { return desk.app.name_of(peer) == "Павло Ткач"; });
    REQUIRE(copied != peers.end());
    desk.app.team_view.selected = static_cast<int>(copied - peers.begin());
    desk.driver.settle();
}

inline std::function<void(Desk&)> click(const char* id) {
    return [id](Desk& desk) { desk.driver.click(id); };
}

/// Closes the menu and takes the filter off.
inline void all_sites(Desk& desk) {
    escape(desk);
    desk.app.sites.filter = {};
    desk.driver.settle();
}

/// A table with a row that cannot be taken.
inline void import_preview(Desk& desk) {
    const std::filesystem::path file = desk.stage_.folder / "sites.csv";
    std::ofstream(file) << "Назва,Сектор,Область,Місто,Широта,Довгота\n"
                           "Лікарня № 7,Охорона здоров’я,Полтавська,Полтава,49.59,34.55\n"
                           "Водоканал,Вода,Харківська,Харків,зовсім не число,36.2\n"
                           "Підстанція,Енергетика,Київська,Бориспіль,50.35,30.95\n";
    desk.app.site_import = {};
    desk.app.site_import.file = file.string();
    go(desk, Screen::site_import);
    desk.driver.click("import.read");
}

inline void empty_import(Desk& desk) {
    desk.app.site_import = {};
    go(desk, Screen::site_import);
}

inline void offer_form(Desk& desk) {
    help_tab("offers")(desk);
    desk.driver.click("offer.add");
}

inline void assign_form(Desk& desk) {
    open_site(desk);
    desk.driver.click("site.assign");
}

/// The import that changed most.
inline void what_arrived(Desk& desk) {
    go(desk, Screen::inbox);
    const auto& imports = desk.app.snapshot->imports;
    const auto most = std::ranges::max_element(
        imports, {}, [](const exchange::ImportLogEntry& entry) { return entry.report.records.size(); });
    REQUIRE(most != imports.end());
    desk.app.inbox.query.clear();
    desk.app.inbox.selected = static_cast<int>(most - imports.begin());
    desk.driver.settle();
}

inline RecordId disputed_visit(const App& app) {
    const auto& visits = app.snapshot->assessments;
    const auto found = std::ranges::find_if(visits, [](const auto& row) { return row->summary.conflicts > 0; });
    REQUIRE(found != visits.end());
    return (*found)->summary.id;
}

inline void conflicts_of_visit(Desk& desk) {
    desk.app.open_assessment(disputed_visit(desk.app), close_page);
    desk.app.assessment.close.shown = "conflicts";
    desk.driver.settle();
}

inline void conflicts_of_finding(Desk& desk) {
    go(desk, Screen::sites);
    const auto& findings = desk.app.snapshot->findings;
    const auto found = std::ranges::find_if(findings, [](const auto& row) { return row->summary.conflicts > 0; });
    REQUIRE(found != findings.end());
    desk.app.conflicts.shown = (*found)->summary.id;
    desk.app.conflicts.opening = true;
    desk.driver.settle();
}

inline void hub_form(Desk& desk) {
    go(desk, Screen::team);
    desk.app.team_view.selected = 0;
    desk.app.hub_view.open = true;
    desk.driver.settle();
}

inline void no_hub(Desk& desk) {
    desk.app.hub_view.open = false;
}

inline void invite_form(Desk& desk) {
    go(desk, Screen::team);
    desk.driver.click("team.invite.open");
    desk.driver.write("invite.name", "Ґанна Мельник");
    desk.driver.click("invite.role.reviewer");
}

inline void team_at_first(Desk& desk) {
    desk.app.team_view.selected = 0;
    go(desk, Screen::team);
}

/// From its beginning to where it is now.
inline void comparison(Desk& desk) {
    const RecordId visit = finalised_visit(desk.app);
    go(desk, Screen::sites);
    desk.app.load<std::vector<session::HistoryStep>>(
        "history", [visit](session::Session& session) { return session.history(visit, false); },
        [&desk](std::vector<session::HistoryStep> steps) {
            REQUIRE(steps.size() > 1);
            desk.app.open_diff(steps.front().revision, steps.back().revision);
        });
    desk.driver.settle();
}

inline void found_words(Desk& desk) {
    desk.app.search.query = "лікарня";
    go(desk, Screen::search);
}

inline void nothing_searched(Desk& desk) {
    desk.app.search = {};
    go(desk, Screen::search);
}

inline std::function<void(Desk&)> welcome(WelcomeView::Mode mode) {
    return [mode](Desk& desk) {
        desk.app.welcome.mode = mode;
        desk.app.welcome.path = mode == WelcomeView::Mode::unlock || mode == WelcomeView::Mode::recover
                                    ? "/home/olena/coordinator.fieldseal"
                                    : "";
        desk.app.welcome.recovery_code = "01234 56789 01234 56789 01234 56789 01234 56789";
        desk.driver.settle();
    };
}

/// All pictures, in the order of the contact sheet.
inline const std::vector<View>& views() {
    using Mode = WelcomeView::Mode;
    static const std::vector<View> all{
        {"", "welcome", welcome(Mode::choose)},
        {"", "welcome-create", welcome(Mode::create)},
        {"", "welcome-recovery-code", welcome(Mode::recovery_code)},
        {"", "welcome-join", welcome(Mode::join)},
        {"", "welcome-locked", welcome(Mode::unlock)},
        {"", "welcome-recover", welcome(Mode::recover)},
        {"field", "assessor-sites", screen(Screen::sites)},
        {"field", "assessor-site", open_site},
        {"field", "assessor-site-form", screen(Screen::site_form)},
        {"field", "assessor-assessment", open_assessment},
        {"field", "assessor-answering", answering},
        {"field", "assessor-last-visit", last_visit},
        {"field", "assessor-findings", found_there},
        {"field", "assessor-photo-editor", photo_editor, click("photo.cancel")},
        {"field", "assessor-photo", photo_viewer, click("viewer.close")},
        {"field", "assessor-check", check_page},
        {"field", "assessor-summary", summary_page},
        {"field", "assessor-commands", palette_of_commands, escape},
        {"field", "assessor-help", key_on(Screen::sites, Key::f1), escape},
        {"field", "assessor-shortcuts", question_mark, escape},
        {"field", "assessor-needs", help_tab("needs")},
        {"field", "assessor-outbox", screen(Screen::outbox)},
        {"field", "assessor-questionnaires", screen(Screen::questionnaires)},
        {"field", "assessor-settings", screen(Screen::settings)},
        {"field", "assessor-erase-delivered", erase_delivered, click("erase.delivered.no")},
        {"copied", "old-copy-outbox", screen(Screen::outbox)},
        {"copied", "old-copy-sites", screen(Screen::sites)},
        {"office", "coordinator-overview", overview("sector")},
        {"office", "coordinator-overview-map", overview("map")},
        {"office", "coordinator-saved-views", saved_views, all_sites},
        {"office", "coordinator-sites", screen(Screen::sites)},
        {"office", "coordinator-site", open_site},
        {"office", "coordinator-assign", assign_form},
        {"office", "coordinator-conflict", open_conflict},
        {"office", "coordinator-conflict-visit", conflicts_of_visit},
        {"office", "coordinator-conflict-finding", conflicts_of_finding, click("conflicts.close")},
        {"office", "coordinator-site-import", empty_import},
        {"office", "coordinator-import-preview", import_preview},
        {"office", "coordinator-needs", help_tab("needs")},
        {"office", "coordinator-needs-groups", help_tab("groups")},
        {"office", "coordinator-offers", help_tab("offers")},
        {"office", "coordinator-offer-form", offer_form, click("offer.cancel")},
        {"office", "coordinator-gaps", help_tab("gaps")},
        {"office", "coordinator-assignments", help_tab("assignments")},
        {"office", "coordinator-inbox", what_arrived},
        {"office", "coordinator-outbox", screen(Screen::outbox)},
        {"office", "coordinator-team", team_at_first},
        {"office", "coordinator-invite", invite_form, click("invite.close")},
        {"office", "coordinator-hub", hub_form, no_hub},
        {"office", "coordinator-old-copy", rolled_back_device},
        {"office", "coordinator-team-key", team_key, click("team.key.close")},
        {"office", "coordinator-kit", before_kit, click("kit.close")},
        {"office", "coordinator-kit-code", after_kit, click("kit.noted")},
        {"office", "coordinator-erase-everywhere", erase_everywhere, click("erase.everywhere.no")},
        {"office", "coordinator-questionnaires", questionnaires_tab("versions")},
        {"office", "coordinator-questionnaires-compare", questionnaires_tab("compare")},
        {"office", "coordinator-questionnaires-check", nothing_checked},
        {"office", "coordinator-questionnaires-publish", before_publishing},
        {"office", "coordinator-settings", screen(Screen::settings)},
        {"reader", "reviewer-reviews", screen(Screen::reviews)},
        {"reader", "reviewer-assessment", open_assessment},
        {"reader", "reviewer-comparison", comparison},
        {"reader", "reviewer-summary", summary_page},
        {"reader", "reviewer-search", nothing_searched},
        {"reader", "reviewer-search-found", found_words},
        {"reader", "reviewer-needs", help_tab("needs")},
        {"reader", "reviewer-inbox", screen(Screen::inbox)},
        {"reader", "reviewer-site", open_site},
        {"reader", "reviewer-team", screen(Screen::team)},
    };
    return all;
}

}  // namespace fieldseal::desktop::test
