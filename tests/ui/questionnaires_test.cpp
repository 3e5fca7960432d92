// The questionnaires' screen: every version with its uses, what it asks, what changed, and what is wrong with a file.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "model/questionnaire/built_in.h"
#include "model/vault/vault.h"
#include "sync/exchange/exchange.h"
#include "tests/ui/stage.h"
#include "tests/unit/next_questionnaire.h"

using namespace fieldseal;
using namespace fieldseal::desktop;

namespace {

struct Library : test::Stage {
    Library() {
        auto office = create("office").first;
        office->found("Test", "Олена");
        record::Site site;
        site.name = "Лікарня";
        site.sector = "health";
        const RecordId id = office->add_site(site);
        const RecordId fresh = office->start_assessment(id, "csb", "2026-11-20");
        record::Answer hours;
        hours.value = record::AnswerValue::of_number("36.5");
        hours.basis = record::Basis::tested;
        office->save_answer(fresh, "CSB-PR-31", hours);
        hours.value = record::AnswerValue::of_number("0.5");
        office->save_answer(fresh, "CSB-EN-02", hours);
        // Two as a program wrote them for which 1.1.0 was the newest.
        for (const char* day : {"2026-01-10", "2026-02-10"}) {
            const RecordId old = office->start_assessment(id, "csb", day);
            office->save(
                old, {{"template_version", std::string("1.1.0")}, {"template_hash", codec::Value(hash_of("1.1.0"))}});
            office->cut(old);
        }
        office.reset();
        unlock("office");
    }
    static Bytes hash_of(std::string_view version) {
        for (const auto& item : questionnaire::built_in_versions()) {
            if (item.version == version) {
                return *from_hex(item.hash);
            }
        }
        return {};
    }
    std::string write_file(const std::string& text) const {
        const std::filesystem::path file = folder / "own.json";
        std::ofstream(file, std::ios::binary) << text;
        return file.string();
    }
};

}  // namespace

TEST_CASE("all versions are listed with the assessments that keep to them, and each is read by keyboard") {
    Library stage;
    stage.driver.press_with_control(Key::k);
    stage.driver.type("Questionnaires");
    stage.driver.press(Key::enter);
    REQUIRE(stage.app.screen == Screen::questionnaires);
    const QuestionnairesView& view = stage.app.questionnaires;
    REQUIRE(view.versions.size() == questionnaire::built_in_versions().size());
    CHECK(view.versions.front().questions->version == questionnaire::built_in_versions().front().version);
    CHECK(std::ranges::all_of(view.versions, &QuestionnairesView::Version::built_in));
    CHECK(stage.driver.find("questionnaires.uses.1.0.0").text == "0");
    CHECK(stage.driver.find("questionnaires.uses.1.1.0").text == "2");
    CHECK(stage.driver.find("questionnaires.uses." + view.versions.front().questions->version).text == "1");

    // The arrows go through what it asks; another version is chosen in the list above.
    stage.driver.click("questionnaires.contents.0");
    stage.driver.press(Key::down);
    CHECK(view.row == 1);
    REQUIRE(view.rows[1].question != nullptr);
    CHECK(view.rows[1].question->id == "CSB-GV-01");
    CHECK(view.rows.size() == view.rows_of->questions_in_order().size() + view.rows_of->sections.size());
    stage.driver.click("questionnaires.versions.0");
    stage.driver.press(Key::end);
    CHECK(view.rows_of->version == "1.0.0");
    CHECK(view.rows_of->find("CSB-EN-01") == nullptr);

    stage.app.lock();
    stage.driver.settle();
    CHECK(stage.app.questionnaires.versions.empty());
}

TEST_CASE(
    "a version that a coordinator gave out is at hand beside those of the program, and taken by new assessments") {
    Library stage;
    stage.app.lock();
    stage.driver.settle();
    const Bytes file = samples::next_questionnaire("9.0.0");
    {
        const auto vault = vault::Vault::open(stage.vault("office"), view_of(test::Stage::passphrase_text),
                                              session::system_environment(crypto::test_cost));
        exchange::Exchange(*vault).add_questionnaire(file);
    }
    stage.unlock("office");
    stage.driver.click("nav.questionnaires");
    const QuestionnairesView& view = stage.app.questionnaires;
    REQUIRE(view.versions.size() == questionnaire::built_in_versions().size() + 1);
    CHECK(view.versions.front().questions->version == "9.0.0");
    CHECK_FALSE(view.versions.front().built_in);
    CHECK(stage.driver.find("questionnaires.uses.9.0.0").text == "0");
    stage.app.run("start", [](session::Session& session, const session::Progress&) {
        session.start_assessment(session.snapshot()->sites.front()->summary.id, "csb", "2026-11-21");
    });
    stage.driver.settle();
    CHECK(stage.driver.find("questionnaires.uses.9.0.0").text == "1");
    // The same but for its number.
    stage.driver.click("questionnaires.tab.compare");
    CHECK(view.differences.empty());
}

TEST_CASE("two versions are compared side by side, from any to any") {
    Library stage;
    stage.driver.click("nav.questionnaires");
    stage.driver.click("questionnaires.tab.compare");
    QuestionnairesView& view = stage.app.questionnaires;
    // The newest with the one before it.
    REQUIRE_FALSE(view.differences.empty());
    const auto added = std::ranges::count_if(view.differences, [](const auto& each) {
        return std::string_view(each.list) == "question" && each.item->kind == questionnaire::ChangeKind::added;
    });
    CHECK(added == 7);
    const auto changed =
        std::ranges::find_if(view.differences, [](const auto& each) { return each.item->id == "CSB-GV-08"; });
    REQUIRE(changed != view.differences.end());
    stage.driver.click("questionnaires.differences.0");
    for (auto i = view.differences.begin(); i != changed; ++i) {
        stage.driver.press(Key::down);
    }
    CHECK(stage.driver.find("questionnaires.part.meaning").text == "2");
    CHECK(stage.driver.shows("questionnaires.part.text"));
    view.before = view.after;
    stage.driver.settle();
    CHECK(view.differences.empty());
    std::swap(view.before, view.after);
    view.after = view.versions.back().hash.hex();
    stage.driver.settle();
    CHECK(std::ranges::count_if(view.differences, [](const auto& each) {
              return std::string_view(each.list) == "question" && each.item->kind == questionnaire::ChangeKind::removed;
          }) == 7);
}

TEST_CASE("a file is checked without taking it in, and problems are told in the user's language") {
    Library stage;
    stage.driver.click("nav.questionnaires");
    stage.driver.click("questionnaires.tab.check");
    std::string text(text_of(questionnaire::built_in_templates().front()->file));
    stage.driver.write("questionnaire.file", stage.write_file(text));
    stage.driver.click("questionnaire.check");
    CHECK(stage.driver.shows("questionnaire.good"));
    const std::size_t known = stage.app.snapshot->templates.size();

    const std::string weight = "\"weight\": 3";
    text.replace(text.find(weight), weight.size(), "\"weight\": 9");
    stage.write_file(text);
    set_language(Language::ukrainian);
    stage.driver.click("questionnaire.check");
    REQUIRE(stage.app.questionnaires.problems);
    REQUIRE(stage.app.questionnaires.problems->size() == 1);
    CHECK(stage.app.questionnaires.problems->front().place.find("/weight") != std::string::npos);
    CHECK(stage.driver.find("questionnaire.problem.0").text == "має бути від 1 до 3");
    set_language(Language::english);
    stage.write_file("{\"format\": ");
    stage.driver.click("questionnaire.check");
    CHECK(stage.app.questionnaires.problems->front().place.starts_with("line 1"));
    CHECK(stage.app.snapshot->templates.size() == known);
}

TEST_CASE("numbers stand with their unit, and the summary names what gives way first") {
    Library stage;
    const auto& assessments = stage.app.snapshot->assessments;
    const auto visit =
        std::ranges::find_if(assessments, [](const auto& row) { return row->summary.date == "2026-11-20"; });
    REQUIRE(visit != assessments.end());
    stage.app.open_assessment((*visit)->summary.id);
    stage.driver.settle();
    stage.driver.press_with_control(Key::enter);
    stage.driver.click("close.summary");
    CHECK(stage.driver.find("summary.endurance").text.ends_with(": 0.5\u00a0days"));
}

TEST_CASE("a checked file is published after what follows was said, and new assessments take it") {
    Library stage;
    const std::string newest(questionnaire::built_in_versions().front().version);
    stage.driver.click("nav.questionnaires");
    stage.driver.click("questionnaires.tab.check");
    const auto check = [&](const Bytes& file) {
        stage.driver.write("questionnaire.file", stage.write_file(std::string(text_of(file))));
        stage.driver.click("questionnaire.check");
    };
    // A version that is not the next one is refused in words, before anybody can press anything.
    check(samples::next_questionnaire("1.1.5"));
    REQUIRE(stage.driver.shows("questionnaire.refused"));
    CHECK(stage.driver.find("questionnaire.refused").text.find(newest) != std::string::npos);
    CHECK_FALSE(stage.driver.shows("questionnaire.publish"));
    set_language(Language::ukrainian);
    CHECK(stage.driver.find("questionnaire.refused").text.find("не вища") != std::string::npos);
    set_language(Language::english);

    check(samples::next_questionnaire("9.0.0", "1"));
    CHECK(stage.driver.find("questionnaire.follows")
              .text.find("3 assessments here keep the version they were begun with.") != std::string::npos);
    REQUIRE(stage.app.questionnaires.publication_differences.size() == 1);
    CHECK(stage.driver.find("questionnaires.part.weight").text == "1");
    stage.driver.click("questionnaire.publish");
    stage.driver.press(Key::escape);
    CHECK(stage.app.snapshot->templates.size() == questionnaire::built_in_versions().size());
    stage.driver.click("questionnaire.publish");
    stage.driver.click("questionnaire.confirm.yes");
    CHECK(stage.app.questionnaires.tab == "versions");
    REQUIRE(stage.app.snapshot->templates.size() == questionnaire::built_in_versions().size() + 1);
    CHECK(stage.app.questionnaires.versions.front().questions->version == "9.0.0");
    CHECK(stage.driver.find("questionnaires.uses.9.0.0").text == "0");
    CHECK(stage.driver.find("questionnaires.uses." + newest).text == "1");

    stage.app.open_site(stage.app.snapshot->sites.front()->summary.id);
    stage.driver.settle();
    CHECK_FALSE(stage.driver.shows("site.questionnaire." + std::string("csb")));
    stage.driver.click("site.start");
    REQUIRE(stage.app.assessment.loaded);
    CHECK(stage.app.assessment.loaded->questions->version == "9.0.0");

    // One of another kind stands beside it, and is taken only by whoever chooses it.
    std::string other(text_of(samples::next_questionnaire("1.0.0")));
    other.replace(other.find("\"csb\""), 5, "\"own\"");
    stage.driver.click("nav.questionnaires");
    stage.driver.click("questionnaires.tab.check");
    check(Bytes(other.begin(), other.end()));
    stage.driver.click("questionnaire.publish");
    stage.driver.click("questionnaire.confirm.yes");
    stage.app.open_site(stage.app.snapshot->sites.front()->summary.id);
    stage.driver.settle();
    stage.driver.click("site.questionnaire.own");
    stage.driver.click("site.start");
    CHECK(stage.app.assessment.loaded->assessment.template_id == "own");
}

TEST_CASE("who is no coordinator can check a file, and is offered nothing more") {
    test::Stage stage;
    {
        auto office = stage.create("office").first;
        office->found("Test", "Олена");
        stage.join(*office, "ivan", team::Role::assessor, "Іван");
    }
    stage.unlock("ivan");
    stage.driver.click("nav.questionnaires");
    stage.driver.click("questionnaires.tab.check");
    const Bytes file = samples::next_questionnaire("9.0.0");
    write_durably(stage.folder / "own.json", file, false);
    stage.driver.write("questionnaire.file", (stage.folder / "own.json").string());
    stage.driver.click("questionnaire.check");
    CHECK(stage.driver.shows("questionnaire.good"));
    CHECK_FALSE(stage.driver.shows("questionnaire.publish"));
    CHECK_FALSE(stage.driver.shows("questionnaire.refused"));
}
