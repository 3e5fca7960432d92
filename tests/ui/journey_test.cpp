// The journey of the product through a real window on a display, with screenshots left in a folder: a coordinator
// founds and invites, an assessor records and finalises, a bundle travels, a receipt comes back, a reviewer reads the
// history, returns and approves, a second visit shows what changed.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/ui/desk.h"
#include "tests/unit/picture_samples.h"

using namespace fieldseal;
using namespace fieldseal::desktop;
using test::Desk;
using Stage = test::WindowStage;
namespace fs = std::filesystem;

namespace {

void join(Stage& stage, Desk& desk, const std::string& invitation, const std::string& code, const std::string& vault) {
    desk.driver.click("welcome.join");
    desk.driver.write("welcome.invitation", (stage.folder / invitation).string());
    desk.driver.write("welcome.code", code);
    desk.driver.write("welcome.path", (stage.folder / (vault + ".fieldseal")).string());
    desk.driver.write("welcome.passphrase", "correct horse battery");
    desk.driver.write("welcome.again", "correct horse battery");
    desk.driver.click("welcome.join.go");
    INFO(desk.app.welcome.problem);
    REQUIRE(desk.driver.shows("welcome.noted"));
    desk.driver.click("welcome.noted");
    desk.driver.click("welcome.continue");
}

std::string invite(Stage& stage, Desk& desk, const std::string& name, const std::string& role) {
    desk.driver.click("nav.team");
    if (desk.driver.shows("team.invite.open")) {
        desk.driver.click("team.invite.open");
    }
    desk.driver.write("invite.name", name);
    desk.driver.click("invite.role." + role);
    if (role == "reviewer") {
        desk.driver.click("invite.history.all");
    }
    desk.driver.write("invite.folder", stage.folder.string());
    desk.driver.click("invite.go");
    return desk.driver.find("invite.code").text;
}

}  // namespace

TEST_CASE("the main job through a real window") {
    Stage stage;
    std::string assessor_code;
    std::string reviewer_code;
    {
        Desk desk(stage, Language::english);
        desk.shot("01-welcome-en");
        desk.driver.click("welcome.create");
        desk.driver.write("welcome.deployment", "Poltava region 2026");
        desk.driver.write("welcome.person", "Olena Koval");
        desk.driver.write("welcome.path", (stage.folder / "coordinator.fieldseal").string());
        desk.driver.write("welcome.passphrase", "correct horse battery");
        desk.driver.write("welcome.again", "correct horse batterY");
        desk.driver.click("welcome.create.go");
        CHECK(desk.app.welcome.problem.find("differ") != std::string::npos);
        desk.driver.write("welcome.passphrase", "correct horse battery");
        desk.driver.write("welcome.again", "correct horse battery");
        desk.shot("02-create-en");
        desk.driver.click("welcome.create.go");
        desk.shot("03-recovery-code-en");
        desk.driver.click("welcome.noted");
        desk.driver.click("welcome.continue");
        desk.shot("04-sites-empty-en");
        assessor_code = invite(stage, desk, "Ihor Bondar", "assessor");
        desk.shot("05-invitation-en");
        reviewer_code = invite(stage, desk, "Marta Hnatiuk", "reviewer");
    }
    {
        Desk desk(stage, Language::ukrainian);
        join(stage, desk, "Ihor-Bondar.fsinvite", assessor_code, "assessor");
        desk.shot("10-sites-empty-uk");
        desk.driver.click("sites.add");
        desk.driver.write("site.name", "Міська лікарня № 5");
        desk.driver.click("site.sector");
        desk.driver.click("site.sector.health");
        desk.driver.write("site.settlement", "Кременчук");
        desk.driver.click("site.criticality.3");
        desk.shot("11-site-form-uk");
        desk.driver.click("site.save");
        desk.driver.click("site.start");
        REQUIRE(desk.driver.shows("level.2"));
        desk.shot("12-question-uk");
        // By keyboard: basis, then the level, which leads on.
        for (int i = 0; i < 12; ++i) {
            desk.driver.press(Key::b);
            desk.driver.press(static_cast<Key>(static_cast<int>(Key::digit_0) + i % 4));
        }
        desk.driver.press(Key::u);
        desk.driver.write("answer.note", "Адміністратор у відпустці, показати не змогли.");
        desk.driver.press(Key::escape);
        CHECK(desk.app.assessment.loaded->assessment.answers.at(desk.app.assessment.question).note ==
              "Адміністратор у відпустці, показати не змогли.");
        CHECK(desk.app.assessment.loaded->score->overall.score.has_value());
        CHECK(desk.app.assessment.loaded->assessment.answers.size() == 13);
        desk.shot("13-answered-uk");
        const Bytes photo = picture::samples::with_exif(picture::encode_jpeg(picture::samples::pattern(1600, 1200), 90), picture::samples::exif(1));
        std::ofstream(stage.folder / "photo.jpg", std::ios::binary) << text_of(photo);
        desk.app.drop({stage.folder / "photo.jpg"});
        desk.driver.settle();
        desk.driver.settle();
        desk.driver.press(Key::b);
        desk.shot("13b-photo-editor-uk");
        desk.driver.click("photo.attach");
        desk.driver.settle();
        desk.shot("13c-photo-attached-uk");
        desk.driver.click("evidence." + desk.app.assessment.loaded->evidence.front().id.hex() + ".look");
        desk.shot("13d-photo-large-uk");
        desk.driver.click("viewer.close");
        CHECK(desk.app.assessment.loaded->evidence.size() == 1);
        desk.driver.click("assessment.finalise");
        desk.shot("14-finalise-uk");
        desk.driver.click("finalise.go");
        REQUIRE(desk.app.status);
        CHECK(desk.app.status->state == ui::State::good);
        desk.driver.click("nav.outbox");
        desk.shot("15-outbox-sealed-uk");
        desk.sync();
        desk.shot("16-outbox-sent-uk");
        desk.driver.press_with_control(Key::l);
        CHECK(desk.app.locked);
        CHECK(desk.app.snapshot == nullptr);
        desk.shot("17-locked-uk");
    }
    {
        Desk desk(stage, Language::english, ThemeName::dark);
        desk.unlock("coordinator");
        desk.sync();
        desk.driver.click("nav.inbox");
        desk.shot("20-inbox-en-dark");
        desk.driver.click("nav.sites");
        CHECK(desk.app.snapshot->sites.size() == 1);
        desk.shot("21-sites-en-dark");
        desk.driver.click("nav.team");
        // The assessor's device, which could be shut out from here.
        const auto& peers = desk.app.snapshot->peers;
        desk.app.team_view.selected = static_cast<int>(
            std::find_if(peers.begin(), peers.end(),
                         [](const exchange::Peer& peer) { return peer.role == team::Role::assessor; }) -
            peers.begin());
        desk.shot("22-people-en-dark");
        CHECK(desk.app.snapshot->peers.size() == 2);
    }
    {
        Desk desk(stage, Language::english);
        join(stage, desk, "Marta-Hnatiuk.fsinvite", reviewer_code, "reviewer");
        desk.sync();
    }
    {
        Desk desk(stage, Language::ukrainian);
        desk.unlock("coordinator");
        desk.sync();
    }
    {
        Desk desk(stage, Language::ukrainian, ThemeName::light);
        desk.unlock("reviewer");
        desk.sync();
        desk.driver.click("nav.reviews");
        desk.shot("30-reviews-uk");
        desk.driver.click("reviews.table.0");
        desk.driver.write("review.text", "Хто показав журнал?");
        desk.driver.click("review.comment");
        desk.driver.write("review.reason", "Уточніть, коли востаннє перевіряли відновлення.");
        desk.shot("31-review-uk");
        desk.driver.click("review.return");
        REQUIRE(desk.app.status);
        CHECK(desk.app.status->state == ui::State::good);
        desk.driver.click("nav.sites");
        desk.driver.click("sites.table.0");
        desk.shot("32-timeline-uk");
        CHECK(desk.app.site.steps.size() >= 4);
        desk.sync();
    }
    {
        Desk desk(stage, Language::english);
        desk.unlock("coordinator");
        desk.sync();
    }
    {
        Desk desk(stage, Language::ukrainian);
        desk.unlock("assessor");
        desk.sync();
        desk.shot("40-delivered-uk");
        for (const auto& row : desk.app.snapshot->assessments) {
            CHECK(row->delivery == session::Delivery::delivered);
            CHECK(row->verdict == record::Verdict::give_back);
        }
        desk.driver.click("outbox.erase");
        desk.shot("42-erase-delivered-uk");
        desk.driver.click("erase.delivered.no");
        desk.app.open_assessment(desk.app.snapshot->assessments.front()->summary.id);
        desk.driver.settle();
        desk.shot("41-returned-uk");
        desk.driver.click("assessment.reopen");
        desk.driver.press(Key::digit_3);
        desk.driver.click("assessment.finalise");
        desk.driver.click("finalise.seal");
        desk.shot("43-finalise-seal-uk");
        desk.driver.click("finalise.go");
        CHECK(desk.app.screen == Screen::site);
        REQUIRE(desk.app.snapshot->erased.size() == 1);
        desk.shot("44-site-sealed-away-uk");
        // A second visit, months later.
        desk.driver.click("nav.sites");
        desk.driver.click("sites.table.0");
        desk.driver.click("site.start");
        for (int i = 0; i < 6; ++i) {
            desk.driver.press(Key::digit_3);
        }
        desk.sync();
        desk.shot("45-outbox-sealed-away-uk");
        desk.driver.click("nav.settings");
        desk.driver.click("settings.travel");
        desk.shot("46-travel-uk");
        desk.driver.click("travel.no");
        desk.shot("47-settings-uk");
    }
    {
        Desk desk(stage, Language::english);
        desk.unlock("coordinator");
        desk.sync();
        desk.driver.click("nav.sites");
        desk.driver.click("sites.table.0");
        desk.driver.click("site.erase");
        desk.driver.write("erase.reason", "asked by the site's owner");
        desk.shot("48-erase-everywhere-en");
        desk.driver.click("erase.everywhere.no");
    }
    {
        Desk desk(stage, Language::ukrainian, ThemeName::light, 2);
        desk.unlock("reviewer");
        desk.sync();
        desk.driver.click("nav.sites");
        desk.driver.click("sites.table.0");
        desk.shot("50-timeline-uk-200");
        REQUIRE(desk.app.site.steps.size() >= 6);
        // To the history, to the newest step of an assessment, then to the oldest one; the newest is checked on the way.
        const auto& steps = desk.app.site.steps;
        std::vector<std::size_t> lines;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (steps[steps.size() - 1 - i].kind == record::Kind::assessment) {
                lines.push_back(i);
            }
        }
        REQUIRE(lines.size() >= 2);
        desk.driver.press(Key::h);
        for (std::size_t i = 0; i < lines.front(); ++i) {
            desk.driver.press(Key::down);
        }
        desk.driver.press(Key::enter);
        desk.driver.press(Key::k);
        REQUIRE(desk.app.site.seal);
        CHECK(desk.app.site.seal->verdict() == session::StepSeal::Verdict::holds);
        desk.shot("50b-step-seal-uk-200");
        for (std::size_t i = lines.front(); i < lines.back(); ++i) {
            desk.driver.press(Key::down);
        }
        desk.driver.press(Key::enter);
        desk.shot("50c-two-steps-uk-200");
        desk.driver.press(Key::c);
        REQUIRE(desk.app.diff.loaded);
        CHECK(!desk.app.diff.loaded->changes.empty());
        desk.shot("51-diff-uk-200");
        desk.driver.click("back");
        REQUIRE(desk.app.site.parts.visits.size() == 2);
        const auto visit = std::ranges::max(desk.app.site.parts.visits, {}, [](const auto& row) { return row->summary.created_ms; });
        desk.driver.click("visit." + visit->summary.id.hex() + ".compare");
        REQUIRE(desk.app.diff.loaded);
        CHECK(desk.app.diff.loaded->then.step.record != desk.app.diff.loaded->now.step.record);
        desk.shot("51b-visits-compared-uk-200");
        desk.driver.click("nav.settings");
        desk.driver.click("settings.verify");
        REQUIRE(desk.app.settings.verified);
        CHECK(desk.app.settings.verified->findings.empty());
        desk.shot("52-verified-uk-200");
    }
}

TEST_CASE("findings, needs and offers through a real window") {
    Stage stage;
    {
        const crypto::Secret passphrase{view_of("correct horse battery")};
        auto session = session::Session::create(stage.folder / "office.fieldseal", passphrase, session::system_environment(crypto::test_cost)).first;
        session->found("Полтавська область 2026", "Олена Коваль");
        session->generate(40, 40, 11);
        const auto snapshot = session->snapshot();
        record::Offer offer;
        offer.partner = "Естонія";
        offer.text = "Автономні диски для резервних копій, з доставкою";
        offer.category = "equipment";
        offer.quantity = 30;
        offer.until = "2099-12-31";
        offer.conditions = "Передача за актом у присутності представника громади";
        const RecordId first = session->add_offer(offer);
        offer.partner = "Організація «Кібердопомога»";
        offer.text = "Навчання персоналу";
        offer.category = "training";
        offer.quantity = 0;
        session->add_offer(offer);
        std::vector<RecordId> needs;
        for (std::size_t i = 0; i < 12; ++i) {
            const RecordId visit = session->start_assessment(snapshot->sites[i]->summary.id, "csb", "");
            for (const char* question : {"CSB-PR-27", "CSB-PR-31", "CSB-RS-01"}) {
                record::Answer answer;
                answer.value = record::AnswerValue::of_level(static_cast<int>(i % 2));
                answer.basis = record::Basis::observed;
                session->save_answer(visit, question, answer);
                record::Finding finding;
                finding.assessment = visit;
                finding.question = question;
                finding.text = session->assessment(visit).questions->find(question)->levels[i % 2].uk;
                finding.urgency = static_cast<record::Urgency>(1 + i % 3);
                record::Need need;
                need.assessment = visit;
                need.findings[session->add_finding(finding).hex()] = true;
                need.text = session->assessment(visit).questions->find(question)->remedy.text.uk;
                need.quantity = static_cast<std::int64_t>(1 + i % 4);
                need.unit = "шт.";
                need.cost = static_cast<std::int64_t>(200 * (i + 1) * (i + 1));
                need.currency = i % 2 == 0 ? "EUR" : "UAH";
                needs.push_back(session->add_need(need));
            }
        }
        const RecordId pledge = session->pledge(needs[0], first, 1, true, "2026-02-01", "");
        session->deliver(pledge, "2026-03-01", "Отримав головний лікар");
        const auto status = session->snapshot();
        session->assign(status->sites[0]->summary.id, status->own_person, "2026-04-01", "csb", "Перевірити, чи встановлено диски");
        session->assign(status->sites[3]->summary.id, status->own_person, "2099-05-01", "csb", "");
    }
    for (const auto& [chosen, theme, scale, suffix] : {std::tuple(Language::ukrainian, ThemeName::light, 1.0f, "uk"), std::tuple(Language::english, ThemeName::dark, 1.0f, "en-dark"),
                                                       std::tuple(Language::ukrainian, ThemeName::light, 2.0f, "uk-200")}) {
        Desk desk(stage, chosen, theme, scale);
        desk.unlock("office");
        desk.shot(std::string("60-assigned-") + suffix);
        desk.driver.click("nav.overview");
        desk.shot(std::string("59-overview-") + suffix);
        desk.driver.click("nav.needs");
        CHECK(desk.app.needs.shown.size() == 36);
        desk.shot(std::string("61-needs-") + suffix);
        for (const char* tab : {"groups", "offers", "gaps", "assignments"}) {
            desk.driver.click(std::string("needs.tab.") + tab);
            desk.shot(std::string("62-") + tab + "-" + suffix);
        }
        desk.driver.click("needs.tab.offers");
        desk.driver.click("offer.add");
        desk.shot(std::string("63-offer-form-") + suffix);
        desk.app.open_site(desk.app.snapshot->sites[0]->summary.id);
        desk.driver.settle();
        desk.driver.click("site.assign");
        desk.shot(std::string("64-site-") + suffix);
        const auto& visits = desk.app.snapshot->assessments;
        const auto open = std::ranges::find_if(visits, [](const auto& row) { return row->summary.state == 0; });
        REQUIRE(open != visits.end());
        desk.app.open_assessment((*open)->summary.id, "CSB-PR-27");
        desk.driver.settle();
        desk.shot(std::string("65-finding-") + suffix);
        desk.driver.click("list.@help");
        desk.shot(std::string("66-findings-") + suffix);
        std::ofstream(stage.folder / "sites.csv") << "Назва;Область;Галузь;Широта;Довгота;Код\nЛікарня № 1;Харківська;health;49.9;36.2;1\nШкола;Марс;education;far;36;2\n";
        desk.driver.click("nav.sites");
        desk.driver.click("sites.import");
        desk.driver.write("import.file", (stage.folder / "sites.csv").string());
        desk.driver.click("import.read");
        desk.shot(std::string("67-import-") + suffix);
    }
}
