// Every screen as each role sees it, in a real window, in both languages, light and dark, at 1366x768 and at 3840x2160 with 200 %: pictures to look
// at in $FIELDSEAL_SCREENSHOTS/gallery, and a contact sheet of each of the eight sets.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "model/environment/durable_file.h"
#include "model/picture/picture.h"
#include "tests/ui/desk.h"
#include "tests/unit/next_questionnaire.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;

namespace {

struct Gallery : test::WindowStage {
    /// Three people who have worked together for a while.
    void people() {
        auto office = create("office").first;
        office->found("Огляд 2026 · Survey 2026", "Олена Коваль");
        auto field = join(*office, "field", team::Role::assessor, "Ігор Шевчук");
        auto reader = join(*office, "reader", team::Role::reviewer, "Ruth Lind");
        office->generate(60, 90, 11);
        field->generate(6, 8, 12);
        const auto exchange = [&] {
            for (int round = 0; round < 3; ++round) {
                for (const auto& each : {&field, &reader, &office}) {
                    sync(**each);
                }
            }
        };
        exchange();
        const auto of_field = field->snapshot()->assessments;
        reader->review(of_field.at(0)->summary.id, record::Verdict::give_back, "CSB-RC-01", "Скільки годин без живлення? Перевірте за журналом.");
        reader->review(of_field.at(1)->summary.id, record::Verdict::approve, "", "Добре.");
        record::Offer offer;
        offer.partner = "Естонія · Estonia";
        offer.text = "Offline backup drives, 4 TB";
        offer.category = "equipment";
        offer.quantity = 40;
        office->add_offer(offer);
        record::Finding finding;
        finding.assessment = of_field.at(0)->summary.id;
        finding.question = "CSB-RC-01";
        finding.urgency = record::Urgency::now;
        finding.text = "Резервні копії лежать на тому самому сервері.";
        const RecordId found = field->add_finding(finding);
        record::Need need;
        need.assessment = of_field.at(0)->summary.id;
        need.findings[found.hex()] = true;
        need.urgency = record::Urgency::now;
        need.category = "equipment";
        need.text = "Зовнішні диски для резервних копій";
        need.quantity = 4;
        field->add_need(need);
        // One field that both change without knowing of each other.
        record::Site disputed;
        disputed.name = "Спірний об’єкт · Disputed site";
        disputed.sector = "health";
        disputed.notes = "Вхід через ворота";
        const RecordId apart = field->add_site(disputed);
        exchange();
        const auto write = [&apart](session::Session& session, const char* notes) {
            record::Site changed = session.site(apart).site;
            changed.notes = notes;
            session.edit_site(apart, changed, session.heads(apart));
        };
        write(*field, "Вхід через північні ворота");
        write(*field, "Вхід через північні ворота, після дев’ятої; спитати чергового інженера Мельника");
        write(*office, "Вхід через ворота до дев’ятої");
        exchange();
        // Sent where somebody else was before.
        const auto now = office->snapshot();
        const auto of_office = std::ranges::find_if(now->assessments, [&](const auto& row) { return row->summary.person == now->own_person; });
        REQUIRE(of_office != now->assessments.end());
        const RecordId visited = (*of_office)->summary.parent;
        office->assign(visited, field->snapshot()->own_person, "2099-12-20", "csb", "Перевірити, чи є резервні копії");
        exchange();
        field->start_assessment(visited, "csb", "");
        roll_back(*office);
        sync(*office);
    }
    /// Somebody puts an old copy of a vault back and goes on with it.
    void roll_back(session::Session& office) {
        auto copied = join(office, "copied", team::Role::assessor, "Павло Ткач");
        record::Site site;
        site.sector = "water";
        const auto add = [&](const char* name) {
            site.name = name;
            copied->add_site(site);
            sync(*copied);
        };
        sync(office);
        add("Насосна станція 1");
        copied.reset();
        fs::copy_file(vault("copied"), folder / "copy");
        copied = open("copied");
        add("Насосна станція 2");
        sync(office);
        copied.reset();
        fs::copy_file(folder / "copy", vault("copied"), fs::copy_options::overwrite_existing);
        copied = open("copied");
        add("Насосна станція 3");
    }
};

struct View {
    const char* vault;
    const char* name;
    std::function<void(test::Desk&)> show;
    /// Closes what `show` opened.
    std::function<void(test::Desk&)> leave = {};
};

void go(test::Desk& desk, Screen screen) {
    desk.app.go(screen);
    desk.driver.settle();
}

RecordId site_of_latest(const App& app) {
    const RecordId assessment = app.snapshot->assessments.front()->summary.id;
    for (const auto& site : app.snapshot->sites) {
        if (site->latest == assessment) {
            return site->summary.id;
        }
    }
    return app.snapshot->sites.front()->summary.id;
}

void open_site(test::Desk& desk) {
    desk.app.open_site(site_of_latest(desk.app));
    desk.driver.settle();
}

void open_assessment(test::Desk& desk) {
    desk.app.open_assessment(desk.app.snapshot->assessments.front()->summary.id);
    desk.driver.settle();
}

/// At its first question, with what was answered there before.
void open_begun(test::Desk& desk) {
    const auto& visits = desk.app.snapshot->assessments;
    const auto begun = std::ranges::find_if(visits, [](const auto& row) { return row->summary.state == static_cast<std::uint8_t>(record::AssessmentState::open); });
    REQUIRE(begun != visits.end());
    desk.app.open_assessment((*begun)->summary.id, "CSB-GV-01");
    desk.driver.settle();
    REQUIRE(desk.app.assessment.loaded->previous);
}

void open_conflict(test::Desk& desk) {
    const auto& sites = desk.app.snapshot->sites;
    const auto disputed = std::ranges::find_if(sites, [](const auto& site) { return site->summary.conflicts > 0; });
    REQUIRE(disputed != sites.end());
    desk.app.open_site((*disputed)->summary.id);
    desk.driver.settle();
}

std::function<void(test::Desk&)> screen(Screen which) {
    return [which](test::Desk& desk) { go(desk, which); };
}

std::function<void(test::Desk&)> help_tab(const char* tab) {
    return [tab](test::Desk& desk) {
        desk.app.needs.tab = tab;
        go(desk, Screen::needs);
    };
}

std::function<void(test::Desk&)> questionnaires_tab(const char* tab) {
    return [tab](test::Desk& desk) {
        desk.app.questionnaires.tab = tab;
        go(desk, Screen::questionnaires);
        // A question that says something else now.
        desk.app.questionnaires.difference = 1;
        desk.app.questionnaires.row = 1;
        desk.driver.settle();
    };
}

void overview_by(test::Desk& desk, const char* by) {
    desk.app.overview.by = by;
    go(desk, Screen::overview);
}

std::function<void(test::Desk&)> overview(const char* by) {
    return [by](test::Desk& desk) { overview_by(desk, by); };
}

/// The sites behind a number of the overview, with what was saved of such lists.
void saved_views(test::Desk& desk) {
    overview_by(desk, "sector");
    desk.driver.click("overview.cell.0.0");
    desk.app.saved_views.views = {{"Лікарні без відвідування · Hospitals overdue", "sites", "", "", {{"sector", "health"}, {"visit", "overdue"}}},
                                  {"Найслабші · Weakest", "sites", "", "score", {}}};
    desk.driver.click("views.menu");
}

/// A file with the next version, checked and not published.
void before_publishing(test::Desk& desk) {
    const fs::path file = desk.stage_.folder / "csb-9.json";
    write_durably(file, samples::next_questionnaire("9.0.0", "1"), true);
    desk.app.questionnaires.tab = "check";
    desk.app.questionnaires.file = file.string();
    go(desk, Screen::questionnaires);
    desk.driver.click("questionnaire.check");
}

void erase_delivered(test::Desk& desk) {
    go(desk, Screen::outbox);
    desk.driver.click("outbox.erase");
}

void erase_everywhere(test::Desk& desk) {
    open_site(desk);
    desk.driver.click("site.erase");
    desk.driver.write("erase.reason", "На прохання власника об’єкта · asked by the owner");
}

void before_kit(test::Desk& desk) {
    go(desk, Screen::team);
    desk.driver.click("team.kit.open");
}

/// As after making one, with a code that opens nothing.
void after_kit(test::Desk& desk) {
    before_kit(desk);
    desk.app.team_view.kit_file = "/media/usb/recovery.fskit";
    desk.app.team_view.kit_code = "01234 56789 01234 56789 01234 56789 01234 56789";
    desk.driver.settle();
}

/// The device of which an old copy was put back.
void rolled_back_device(test::Desk& desk) {
    go(desk, Screen::team);
    const auto& peers = desk.app.snapshot->peers;
    const auto copied = std::ranges::find_if(peers, [&](const exchange::Peer& peer) { return desk.app.name_of(peer) == "Павло Ткач"; });
    REQUIRE(copied != peers.end());
    desk.app.team_view.selected = static_cast<int>(copied - peers.begin());
    desk.driver.settle();
}

std::function<void(test::Desk&)> click(const char* id) {
    return [id](test::Desk& desk) { desk.driver.click(id); };
}

const std::vector<View>& views() {
    static const std::vector<View> all{
        {"field", "assessor-sites", screen(Screen::sites)},
        {"field", "assessor-site", open_site},
        {"field", "assessor-site-form", screen(Screen::site_form)},
        {"field", "assessor-assessment", open_assessment},
        {"field", "assessor-last-visit", open_begun},
        {"field", "assessor-needs", help_tab("needs")},
        {"field", "assessor-outbox", screen(Screen::outbox)},
        {"field", "assessor-questionnaires", screen(Screen::questionnaires)},
        {"field", "assessor-settings", screen(Screen::settings)},
        {"field", "assessor-erase-delivered", erase_delivered, click("erase.delivered.no")},
        {"copied", "old-copy-outbox", screen(Screen::outbox)},
        {"copied", "old-copy-sites", screen(Screen::sites)},
        {"office", "coordinator-overview", overview("sector")},
        {"office", "coordinator-overview-map", overview("map")},
        {"office", "coordinator-saved-views", saved_views},
        {"office", "coordinator-sites", screen(Screen::sites)},
        {"office", "coordinator-site", open_site},
        {"office", "coordinator-conflict", open_conflict},
        {"office", "coordinator-site-import", screen(Screen::site_import)},
        {"office", "coordinator-needs", help_tab("needs")},
        {"office", "coordinator-needs-groups", help_tab("groups")},
        {"office", "coordinator-offers", help_tab("offers")},
        {"office", "coordinator-gaps", help_tab("gaps")},
        {"office", "coordinator-assignments", help_tab("assignments")},
        {"office", "coordinator-inbox", screen(Screen::inbox)},
        {"office", "coordinator-outbox", screen(Screen::outbox)},
        {"office", "coordinator-team", screen(Screen::team)},
        {"office", "coordinator-old-copy", rolled_back_device},
        {"office", "coordinator-kit", before_kit, click("kit.close")},
        {"office", "coordinator-kit-code", after_kit, click("kit.noted")},
        {"office", "coordinator-erase-everywhere", erase_everywhere, click("erase.everywhere.no")},
        {"office", "coordinator-questionnaires", questionnaires_tab("versions")},
        {"office", "coordinator-questionnaires-compare", questionnaires_tab("compare")},
        {"office", "coordinator-questionnaires-check", questionnaires_tab("check")},
        {"office", "coordinator-questionnaires-publish", before_publishing},
        {"office", "coordinator-settings", screen(Screen::settings)},
        {"reader", "reviewer-reviews", screen(Screen::reviews)},
        {"reader", "reviewer-assessment", open_assessment},
        {"reader", "reviewer-search", screen(Screen::search)},
        {"reader", "reviewer-site", open_site},
        {"reader", "reviewer-team", screen(Screen::team)},
    };
    return all;
}

/// Thumbnails of a set, row after row, each `width` pixels wide.
void contact_sheet(const fs::path& folder, const fs::path& sheet) {
    constexpr std::uint32_t width = 640;
    constexpr std::uint32_t height = 360;
    constexpr std::uint32_t columns = 4;
    constexpr std::uint32_t gap = 8;
    const auto count = static_cast<std::uint32_t>(views().size());
    picture::Pixels all(columns * (width + gap) + gap, (count + columns - 1) / columns * (height + gap) + gap);
    std::fill(all.rgb.begin(), all.rgb.end(), std::uint8_t{0x80});
    for (std::uint32_t i = 0; i < count; ++i) {
        const picture::Pixels small =
            picture::fitted(picture::decode(read_file(folder / (std::string(views()[i].name) + ".png"), picture::file_limit)), width);
        REQUIRE(small.height <= height);
        for (std::uint32_t y = 0; y < small.height; ++y) {
            std::copy_n(small.at(0, y), std::size_t{small.width} * 3, all.at(gap + i % columns * (width + gap), gap + i / columns * (height + gap) + y));
        }
    }
    write_durably(sheet, picture::encode_png(all), true);
}

}  // namespace

TEST_CASE("a picture of every screen, and a contact sheet of each set") {
    Gallery gallery;
    gallery.people();
    for (const float scale : {1.0f, 2.0f}) {
        gallery.options.width = scale > 1 ? 1920 : 1366;
        gallery.options.height = scale > 1 ? 1080 : 768;
        std::set<std::string> sets;
        for (const char* vault : {"field", "copied", "office", "reader"}) {
            test::Desk desk(gallery, Language::english, ThemeName::light, scale);
            desk.unlock(vault);
            for (const Language language : {Language::english, Language::ukrainian}) {
                for (const ThemeName theme : {ThemeName::light, ThemeName::dark}) {
                    // Four million pixels more take a software renderer a while: at 200 % each language and each theme once, all with FIELDSEAL_GALLERY=all.
                    if (scale > 1 && std::getenv("FIELDSEAL_GALLERY") == nullptr && (language == Language::ukrainian) != (theme == ThemeName::light)) {
                        continue;
                    }
                    set_language(language);
                    desk.app.preferences.language = language;
                    desk.app.preferences.theme = theme;
                    const std::string set = std::string(language == Language::english ? "en" : "uk") + (theme == ThemeName::light ? "-light" : "-dark") +
                                            (scale > 1 ? "-200" : "-100");
                    sets.insert(set);
                    for (const View& view : views()) {
                        if (std::string_view(view.vault) == vault) {
                            view.show(desk);
                            INFO(view.name);
                            CHECK(desk.driver.drawn.contains("lock"));
                            desk.shot("gallery/" + set + "/" + view.name);
                            if (view.leave) {
                                view.leave(desk);
                            }
                        }
                    }
                }
            }
        }
        for (const std::string& set : sets) {
            contact_sheet(gallery.shots / "gallery" / set, gallery.shots / "gallery" / (set + ".png"));
        }
    }
}
