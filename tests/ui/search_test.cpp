// The search over everything, and the reviewers' queue: found by words, opened at the very place, and nobody decides over somebody else unseen.
#include <doctest/doctest.h>

#include "app/desktop/screens/assessment.h"
#include "tests/ui/stage.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

constexpr const char* note_text = "Резервні копії лежать\nу серверній, п’ять дисків";

struct Stage : test::Stage {
    RecordId site;
    RecordId visit;
    RecordId finding;

    /// One site and one visit with a note, a finding and an offer; finalised and delivered.
    Stage() {
        auto office = create("office").first;
        office->found("Test", "Олена Коваль");
        auto ivan = join(*office, "ivan", team::Role::assessor, "Іван");
        auto marta = join(*office, "marta", team::Role::reviewer, "Марта");
        auto petro = join(*office, "petro", team::Role::reviewer, "Петро");
        record::Site hospital;
        hospital.name = "Лікарня № 5";
        hospital.settlement = "Кам’янець";
        hospital.sector = "health";
        site = ivan->add_site(hospital);
        visit = ivan->start_assessment(site, ivan->templates().all().front()->id, "2026-01-10");
        record::Answer answer;
        answer.value = record::AnswerValue::of_level(0);
        answer.basis = record::Basis::observed;
        answer.note = note_text;
        ivan->save_answer(visit, "CSB-PR-26", answer);
        record::Finding weak;
        weak.assessment = visit;
        weak.question = "CSB-PR-26";
        weak.text = "Copies lie on the server they are copies of";
        finding = ivan->add_finding(weak);
        ivan->cut_all();
        ivan->finalise(visit);
        record::Offer offer;
        offer.partner = "Естонія";
        offer.text = "Disks for copies";
        office->add_offer(offer);
        for (session::Session* each : {ivan.get(), marta.get(), petro.get(), office.get(), ivan.get(), marta.get(), petro.get()}) {
            sync(*each);
        }
    }
    void search(const std::string& words) {
        driver.press_with_control(Key::f);
        driver.write("search.text", words);
    }
    std::size_t found() const {
        std::size_t count = 0;
        for (const session::FoundGroup& group : app.search.results->groups) {
            count += group.found.size();
        }
        return count;
    }
};

}  // namespace

TEST_CASE("words are found wherever they stand, and Enter opens the very place") {
    Stage stage;
    stage.unlock("office");
    stage.driver.click("nav.settings");
    stage.search("дисків п'ять РЕЗЕРВ");
    REQUIRE(stage.found() == 1);
    const session::FoundText note = stage.app.search.results->groups[0].found[0];
    CHECK(note.kind == record::Kind::assessment);
    CHECK(note.path == "answers/CSB-PR-26/note");
    CHECK(note.title == "Лікарня № 5");
    CHECK(note.visited_on == "2026-01-10");
    CHECK(note.snippet.marks.size() == 3);
    CHECK(note.snippet.text.find('\n') == std::string::npos);
    CHECK(stage.driver.shows("search.found.0"));
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::assessment);
    CHECK(stage.app.assessment.id == stage.visit);
    CHECK(stage.app.assessment.question == "CSB-PR-26");

    stage.search("copies");
    REQUIRE(stage.found() == 2);
    CHECK(stage.app.search.results->groups[0].kind == record::Kind::finding);
    CHECK(stage.app.search.results->groups[0].found[0].question == "CSB-PR-26");
    CHECK(stage.app.search.results->groups[1].kind == record::Kind::offer);
    stage.driver.press(Key::down);
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::needs);
    CHECK(stage.app.needs.tab == "offers");

    stage.search("кам'янець лікарня 5");
    stage.driver.click("search.found.0");
    CHECK(stage.app.screen == Screen::site);
    CHECK(stage.app.site.id == stage.site);
    stage.search("такого немає");
    CHECK(stage.found() == 0);
    // Nothing of what was shown or typed is left once it is locked.
    stage.search("copies");
    stage.driver.press_with_control(Key::l);
    CHECK_FALSE(stage.app.search.results);
    CHECK(stage.app.search.query.empty());
}

TEST_CASE("notes of what was promised and reasons of assignments are found, and lead to the need and the site") {
    Stage stage;
    RecordId need;
    {
        auto office = stage.open("office");
        record::Need asked;
        asked.site = stage.site;
        asked.text = "Drives";
        asked.category = "equipment";
        need = office->add_need(asked);
        office->pledge(need, office->snapshot()->offers.front()->summary.id, 1, true, "2026-02-01", "Через митницю у Львові");
        office->assign(stage.site, office->snapshot()->own_person, "", "csb", "Насосна стояла два дні");
    }
    stage.unlock("office");
    stage.search("митницю");
    REQUIRE(stage.found() == 1);
    CHECK(stage.app.search.results->groups[0].kind == record::Kind::pledge);
    CHECK(stage.app.search.results->groups[0].found[0].title == "Лікарня № 5");
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::needs);
    CHECK(stage.app.needs.filter.need == need);
    stage.search("насосна два");
    REQUIRE(stage.found() == 1);
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::site);
    CHECK(stage.app.site.id == stage.site);
}

TEST_CASE("a search that failed says why, does not wait for ever, and is tried again") {
    Stage stage;
    stage.unlock("office");
    bool broken = true;
    int asked = 0;
    stage.app.find_text = [&](session::Session& session, const std::string& query) {
        ++asked;
        if (broken) {
            throw Error(ErrorCode::disk, "Cannot read or write vault: the disk reports an error. Copy the file to another disk.");
        }
        return read_and_find(session, query);
    };
    stage.driver.press_with_control(Key::f);
    stage.driver.settle();
    REQUIRE(stage.driver.shows("search.problem"));
    CHECK(stage.driver.find("search.problem").text.find("disk reports an error") != std::string::npos);
    CHECK_FALSE(stage.app.search.waiting);
    // Not again and again by itself ...
    const int so_far = asked;
    stage.driver.frame(10);
    stage.driver.settle();
    CHECK(asked == so_far);
    // ... but for each word that is typed, and when somebody says so.
    stage.driver.write("search.text", "disks");
    CHECK(asked > so_far);
    CHECK(stage.driver.shows("search.problem"));
    broken = false;
    stage.driver.click("search.again");
    CHECK_FALSE(stage.driver.shows("search.problem"));
    REQUIRE(stage.app.search.results);
    CHECK(stage.found() == 1);
    // What was found stays on the screen while the next one fails, and is not opened in its place.
    broken = true;
    stage.driver.write("search.text", "copies");
    CHECK(stage.driver.shows("search.problem"));
    stage.driver.press(Key::enter);
    CHECK(stage.app.screen == Screen::search);
    broken = false;
    stage.driver.write("search.text", "copies disks");
    CHECK_FALSE(stage.driver.shows("search.problem"));
    CHECK(stage.found() == 1);
}

TEST_CASE("the search follows what is typed, and forgets what is taken out, sealed away or erased") {
    Stage stage;
    {
        auto ivan = stage.open("ivan");
        const auto found = [&](const char* words) {
            while (!ivan->read_for_search(1).done()) {
            }
            return ivan->search_text(words, 10).groups.size();
        };
        CHECK(found("серверній") == 1);
        const RecordId next = ivan->start_assessment(stage.site, ivan->templates().all().front()->id, "2026-02-10");
        record::Answer answer;
        answer.note = "generator";
        ivan->save_answer(next, "CSB-PR-26", answer);
        // A draft already, and as it is now.
        CHECK(found("gener") == 1);
        answer.note = "accumulator";
        ivan->save_answer(next, "CSB-PR-26", answer);
        CHECK(found("gener") == 0);
        CHECK(found("accum") == 1);
        const std::filesystem::path file = stage.folder / "plan_of_cables.txt";
        write_durably(file, view_of("x"), false);
        const RecordId evidence = ivan->attach(next, "CSB-PR-26", file, "Cellar");
        CHECK(found("plan cellar cables") == 1);
        ivan->remove_evidence(evidence);
        CHECK(found("cellar") == 0);
        // With all that belongs to it, also what has a record of its own.
        CHECK(found("copies") == 1);
        ivan->erase_delivered({stage.visit});
        CHECK(found("серверній") == 0);
        CHECK(found("copies") == 0);
        CHECK(found("accum") == 1);
        ivan->cut_all();
        ivan->finalise(next);
        stage.sync(*ivan);
        ivan->seal(next);
        CHECK(found("accum") == 0);
        CHECK(found("лікарня") == 1);
    }
}

TEST_CASE("the queue says whom an assessment waits for, and is filtered and ordered") {
    Stage stage;
    stage.unlock("marta");
    stage.driver.click("nav.reviews");
    const ReviewsView& view = stage.app.reviews;
    using Waits = ReviewsView::Waits;
    REQUIRE(view.lines.size() == 1);
    CHECK(view.lines[0].waits == Waits::review);
    stage.driver.write("reviews.search", "nobody");
    CHECK(view.lines.empty());
    stage.driver.write("reviews.search", "іван");
    CHECK(view.lines.size() == 1);
    stage.driver.write("reviews.search", "");
    stage.driver.click("reviews.order.risk");
    CHECK(view.lines.size() == 1);
    stage.driver.click("reviews.table.0");
    stage.driver.write("review.reason", "Which server?");
    stage.driver.click("review.return");
    stage.driver.click("nav.reviews");
    CHECK(view.lines[0].waits == Waits::assessor);
    stage.driver.click("reviews.waits.0");
    CHECK(view.lines.empty());
    stage.driver.click("reviews.waits.2");
    CHECK(view.lines.size() == 1);
    stage.driver.click("reviews.waits.");
    stage.sync_app();
    stage.driver.press_with_control(Key::l);
    {
        auto office = stage.open("office");
        stage.sync(*office);
        auto ivan = stage.open("ivan");
        stage.sync(*ivan);
        ivan->reopen(stage.visit);
        record::Answer answer = ivan->assessment(stage.visit).assessment.answers.at("CSB-PR-26");
        answer.note = "The old one";
        ivan->save_answer(stage.visit, "CSB-PR-26", answer);
        ivan->cut_all();
        ivan->finalise(stage.visit);
        stage.sync(*ivan);
        stage.sync(*office);
    }
    stage.reopen("marta");
    stage.sync_app();
    stage.driver.click("nav.reviews");
    REQUIRE(view.lines.size() == 1);
    CHECK(view.lines[0].waits == Waits::answered);
}

TEST_CASE("a verdict that somebody else gave meanwhile is shown before one can give another") {
    Stage stage;
    {
        auto petro = stage.open("petro");
        petro->review(stage.visit, record::Verdict::give_back, "", "Photos are missing");
        stage.sync(*petro);
        auto office = stage.open("office");
        stage.sync(*office);
    }
    stage.unlock("marta");
    stage.app.open_assessment(stage.visit, "CSB-PR-26");
    stage.driver.settle();
    CHECK_FALSE(stage.driver.shows("review.others"));
    stage.sync_app();
    REQUIRE(stage.driver.shows("review.others"));
    CHECK(stage.driver.find("review.others").text == "Петро");
    CHECK_FALSE(stage.driver.find("review.approve").enabled);
    stage.driver.click("review.others.seen");
    CHECK_FALSE(stage.driver.shows("review.others"));
    stage.driver.click("review.approve");
    REQUIRE(stage.app.assessment.loaded->reviews.size() == 2);
    // One's own verdict is no surprise, and what was there before is not either.
    CHECK_FALSE(stage.driver.shows("review.others"));
    stage.app.open_assessment(stage.visit, "CSB-PR-26");
    stage.driver.settle();
    CHECK_FALSE(stage.driver.shows("review.others"));
}

TEST_CASE("versions of a field stand beside each other with what was there before, and one press settles it") {
    Stage stage;
    {
        auto ivan = stage.open("ivan");
        auto office = stage.open("office");
        const auto write = [&](session::Session& session, const char* notes) {
            record::Site changed = session.site(stage.site).site;
            changed.notes = notes;
            session.edit_site(stage.site, changed, session.heads(stage.site));
        };
        write(*ivan, "Ask at the gate");
        for (session::Session* each : {ivan.get(), office.get()}) {
            stage.sync(*each);
        }
        write(*ivan, "Ask at a gate");
        write(*ivan, "Ask at the north gate");
        write(*office, "Ask at the gate before nine");
        stage.sync(*ivan);
        stage.sync(*office);
        REQUIRE(office->site(stage.site).conflicts.size() == 1);
    }
    stage.unlock("office");
    stage.app.open_site(stage.site);
    stage.driver.settle();
    REQUIRE(stage.driver.shows("conflict.notes.before"));
    CHECK(stage.driver.find("conflict.notes.before").text == "Ask at the gate");
    CHECK(stage.driver.shows("conflict.notes.1"));
    const session::Conflict conflict = stage.app.site.site->conflicts[0];
    // Beside each other, not below.
    const float first = stage.driver.find("conflict.notes.0.version").least.x;
    const float second = stage.driver.find("conflict.notes.1.version").least.x;
    CHECK(first < second);
    CHECK(stage.driver.find("conflict.notes.1.version").text == std::get<std::string>(*conflict.versions[1].value));
    // How each side came to it: one took two steps, the other one.
    const auto step = [](const std::string& was, const std::string& is) { return was + "  " + icon::forward + "  " + is; };
    const std::string north = std::get<std::string>(*conflict.versions[0].value) == "Ask at the north gate" ? "0" : "1";
    const std::string office = north == "0" ? "1" : "0";
    CHECK(stage.driver.find("conflict.notes." + north + ".step.0").text == step("Ask at the gate", "Ask at a gate"));
    CHECK(stage.driver.find("conflict.notes." + north + ".step.1").text == step("Ask at a gate", "Ask at the north gate"));
    CHECK_FALSE(stage.driver.shows("conflict.notes." + north + ".step.2"));
    CHECK(stage.driver.find("conflict.notes." + office + ".step.0").text == step("Ask at the gate", "Ask at the gate before nine"));
    CHECK_FALSE(stage.driver.shows("conflict.notes." + office + ".step.1"));
    stage.driver.click("conflict.notes.1");
    CHECK(stage.app.site.site->conflicts.empty());
    CHECK(stage.app.site.site->site.notes == std::get<std::string>(*conflict.versions[1].value));
    CHECK_FALSE(stage.driver.shows("conflict.notes.0"));
    stage.driver.press_with_control(Key::l);
    CHECK(stage.app.conflicts.histories.empty());
}
