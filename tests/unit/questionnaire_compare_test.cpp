// What changed between two versions: nothing of one with itself, everything mirrored the other way round, and each
// kind of change found where it was made.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "model/questionnaire/built_in.h"
#include "model/questionnaire/compare.h"

using namespace fieldseal;
using namespace fieldseal::questionnaire;

namespace {

Template altered(const Template& from, const std::function<void(nlohmann::json&)>& change) {
    nlohmann::json json = nlohmann::json::parse(text_of(from.file));
    change(json);
    return load_template(view_of(json.dump()), "altered.json");
}

const Template& newest() {
    return *built_in_templates().front();
}

nlohmann::json& question_of(nlohmann::json& json, std::string_view id) {
    for (const char* list : {"sections", "add_ons"}) {
        for (nlohmann::json& section : json[list]) {
            for (nlohmann::json& question : section["questions"]) {
                if (question["id"] == id) {
                    return question;
                }
            }
        }
    }
    throw std::runtime_error("no such question");
}

/// Every change as a line, sorted; with the sides changed over if `mirrored`.
std::multiset<std::string> lines_of(const TemplateChanges& changes, bool mirrored) {
    std::multiset<std::string> lines;
    const std::pair<const char*, const std::vector<ItemChange>*> lists[] = {{"question", &changes.questions},
                                                                            {"section", &changes.sections},
                                                                            {"check", &changes.checks},
                                                                            {"profile", &changes.profile_questions},
                                                                            {"scoring", &changes.scoring},
                                                                            {"sector", &changes.sectors},
                                                                            {"category", &changes.need_categories},
                                                                            {"framework", &changes.frameworks},
                                                                            {"incident", &changes.incidents},
                                                                            {"about", &changes.about}};
    for (const auto& [name, list] : lists) {
        for (const ItemChange& item : *list) {
            const bool appears = item.kind == (mirrored ? ChangeKind::removed : ChangeKind::added);
            const bool stays = item.kind == ChangeKind::changed;
            // What an item says is of the newer side where both have it: its parts tell both.
            lines.insert(std::string(name) + " " + item.id +
                         (stays     ? " changed"
                          : appears ? " added "
                                    : " removed ") +
                         (stays ? "" : item.text.en + item.where.uk));
            for (const PartChange& part : item.parts) {
                const LocalText& before = mirrored ? part.after : part.before;
                const LocalText& after = mirrored ? part.before : part.after;
                lines.insert(item.id + std::string(name_of(part.part)) + std::to_string(part.level) + before.en +
                             before.uk + ">" + after.en + after.uk);
            }
        }
    }
    return lines;
}

}  // namespace

TEST_CASE("a version compared with itself has no changes, and the other way round they are mirrored") {
    for (const auto& a : built_in_templates()) {
        for (const auto& b : built_in_templates()) {
            CAPTURE(a->version);
            CAPTURE(b->version);
            const TemplateChanges there = compare_templates(*a, *b);
            const TemplateChanges back = compare_templates(*b, *a);
            CHECK(there.empty() == (a == b));
            CHECK(lines_of(there, false) == lines_of(back, true));
        }
    }
}

TEST_CASE("from 1.1.0 to 1.2.0: endurance came, two questions moved there, two mean something else") {
    const TemplateChanges changes = compare_templates(*built_in_templates()[1], *built_in_templates()[0]);
    std::set<std::string> added;
    std::map<std::string, std::vector<Part>> changed;
    for (const ItemChange& item : changes.questions) {
        if (item.kind == ChangeKind::added) {
            added.insert(item.id);
        } else {
            CHECK(item.kind == ChangeKind::changed);
            for (const PartChange& part : item.parts) {
                changed[item.id].push_back(part.part);
            }
        }
    }
    CHECK(added == std::set<std::string>{"CSB-EN-01", "CSB-EN-02", "CSB-EN-03", "CSB-EN-04", "CSB-EN-05", "CSB-EN-06",
                                         "CSB-EN-07"});
    CHECK(changed["CSB-PR-31"] == std::vector<Part>{Part::section});
    CHECK(changed["CSB-RC-02"] == std::vector<Part>{Part::section});
    for (const char* id : {"CSB-GV-08", "CSB-PR-33"}) {
        CHECK(changed[id].front() == Part::meaning);
    }
    CHECK(changed.size() == 4);
    REQUIRE(changes.sections.size() == 1);
    CHECK(changes.sections.front().id == "EN");
    CHECK(changes.checks.size() == 5);
    REQUIRE(changes.profile_questions.size() == 1);
    CHECK(changes.profile_questions.front().id == "has_generator");
    CHECK(changes.scoring.empty());
}

TEST_CASE("each kind of change is found where it was made, with both values") {
    using Json = nlohmann::json;
    struct Case {
        Part part;
        std::function<void(Json&)> change;
        std::string before;
        std::string after;
    };
    const char* id = "CSB-EN-02";
    const Question& was = *newest().find(id);
    const std::vector<Case> cases{
        {Part::meaning, [](Json& q) { q["meaning_version"] = 2; }, "1", "2"},
        {Part::text, [](Json& q) { q["text"]["en"] = "Is it?"; }, was.text.en, "Is it?"},
        {Part::guidance, [](Json& q) { q["guidance"]["en"] = "Look."; }, was.guidance.en, "Look."},
        {Part::level, [](Json& q) { q["levels"][2]["en"] = "Some"; }, was.levels[2].en, "Some"},
        {Part::number,
         [](Json& q) {
             q["number"]["thresholds"] = {1, 2, 5};
         },
         was.number->label.en + ": ≥ 0.5 / 1 / 3 d", was.number->label.en + ": ≥ 1 / 2 / 5 d"},
        {Part::evidence, [](Json& q) { q["evidence"] = Json::array(); }, was.evidence[0].en + "\n" + was.evidence[1].en,
         ""},
        {Part::weight, [](Json& q) { q["weight"] = 1; }, "3", "1"},
        {Part::critical, [](Json& q) { q["critical"] = true; }, "no", "yes"},
        {Part::cost, [](Json& q) { q["cost"] = 3; }, "2", "3"},
        {Part::effort, [](Json& q) { q["effort"] = 3; }, "1", "3"},
        {Part::least_evidence, [](Json& q) { q["min_evidence_for_full"] = "tested"; }, "document seen", "tested"},
        {Part::validity, [](Json& q) { q["validity_days"] = 30; }, "90", "30"},
        {Part::condition, [](Json& q) { q.erase("applies_if"); },
         "any of: Is there a generator on site or one that the site may count on?", ""},
        {Part::function, [](Json& q) { q["function"] = "RC"; }, "PR", "RC"},
        {Part::incidents, [](Json& q) { q["incidents"] = Json::array(); }, "blackenergy-2015", ""},
        {Part::references, [](Json& q) { q["ua_refs"] = Json::array(); }, "CMU-600-2024", ""},
    };
    for (const Case& each : cases) {
        CAPTURE(name_of(each.part));
        const Template after = altered(newest(), [&](Json& json) { each.change(question_of(json, id)); });
        const TemplateChanges changes = compare_templates(newest(), after);
        REQUIRE(changes.questions.size() == 1);
        CHECK(changes.questions[0].id == id);
        REQUIRE(changes.questions[0].parts.size() == 1);
        CHECK(changes.questions[0].parts[0].part == each.part);
        CHECK(changes.questions[0].parts[0].level == (each.part == Part::level ? 2 : 0));
        CHECK(changes.questions[0].parts[0].before.en == each.before);
        CHECK(changes.questions[0].parts[0].after.en == each.after);
        CHECK(changes.sections.empty());
        CHECK(changes.checks.empty());
    }
    // What is the same for all and for one check.
    const Template after = altered(newest(), [](Json& json) {
        json["functions"][0]["weight"] = 0.15;
        json["functions"][1]["weight"] = 0.1;
        json["checks"].erase(0);
        json["checks"][0]["text"]["en"] = "Hm.";
    });
    const TemplateChanges changes = compare_templates(newest(), after);
    CHECK(changes.questions.empty());
    CHECK(changes.scoring.size() == 2);
    REQUIRE(changes.checks.size() == 2);
    CHECK(changes.checks[0].kind == ChangeKind::changed);
    CHECK(changes.checks[1].kind == ChangeKind::removed);
}

TEST_CASE("another order is told with both orders, and what came or went is none") {
    const Template swapped = altered(newest(), [](nlohmann::json& json) {
        nlohmann::json& questions = json["sections"][0]["questions"];
        std::swap(questions[0], questions[2]);
        std::swap(json["sections"][1], json["sections"][2]);
    });
    const TemplateChanges changes = compare_templates(newest(), swapped);
    CHECK(changes.questions.empty());
    REQUIRE(changes.sections.size() == 1);
    CHECK(changes.sections[0].id == newest().sections[0].id);
    REQUIRE(changes.sections[0].parts.size() == 1);
    const PartChange& order = changes.sections[0].parts[0];
    CHECK(order.part == Part::order);
    CHECK(order.before.en.starts_with("CSB-GV-01, CSB-GV-02, CSB-GV-03, "));
    CHECK(order.after.uk.starts_with("CSB-GV-03, CSB-GV-02, CSB-GV-01, "));
    REQUIRE(changes.about.size() == 1);
    CHECK(changes.about[0].id == "sections");
    CHECK(changes.about[0].parts.at(0).part == Part::order);
    CHECK(lines_of(changes, false) == lines_of(compare_templates(swapped, newest()), true));

    // Taken out of the middle: the others stand as they did.
    const Template shorter = altered(newest(), [](nlohmann::json& json) {
        nlohmann::json& questions = json["sections"][0]["questions"];
        nlohmann::json checks = nlohmann::json::array();
        json["checks"] = checks;
        for (nlohmann::json* list : {&json["sections"], &json["add_ons"]}) {
            for (nlohmann::json& section : *list) {
                for (nlohmann::json& question : section["questions"]) {
                    if (question.contains("applies_if")) {
                        question["applies_if"].erase("answered_at_least");
                    }
                }
            }
        }
        questions.erase(1);
    });
    const TemplateChanges fewer = compare_templates(newest(), shorter);
    REQUIRE(fewer.questions.size() == 1);
    CHECK(fewer.questions[0].kind == ChangeKind::removed);
    CHECK(fewer.sections.empty());
    CHECK(fewer.about.empty());
}

TEST_CASE("sectors, kinds of help, frameworks, incidents and the title are compared too") {
    const Template after = altered(newest(), [](nlohmann::json& json) {
        json["title"]["en"] = "Another";
        json["sectors"].push_back({{"id", "post"}, {"text", {{"en", "Post"}, {"uk", "Пошта"}}}});
        json["need_categories"][0]["text"]["uk"] = "Інше";
        json["frameworks"][0]["version"] = "9.9";
        json["incidents"][0]["lesson"]["en"] = "Learn.";
    });
    const TemplateChanges changes = compare_templates(newest(), after);
    CHECK_FALSE(changes.empty());
    CHECK(changes.questions.empty());
    REQUIRE(changes.sectors.size() == 1);
    CHECK(changes.sectors[0].kind == ChangeKind::added);
    CHECK(changes.sectors[0].text.uk == "Пошта");
    REQUIRE(changes.need_categories.size() == 1);
    CHECK(changes.need_categories[0].parts.at(0).after.uk == "Інше");
    REQUIRE(changes.frameworks.size() == 1);
    CHECK(changes.frameworks[0].parts.at(0).part == Part::version);
    CHECK(changes.frameworks[0].parts.at(0).after.en == "9.9");
    REQUIRE(changes.incidents.size() == 1);
    CHECK(changes.incidents[0].parts.at(0).part == Part::lesson);
    CHECK(changes.incidents[0].parts.at(0).after.en == "Learn.");
    REQUIRE(changes.about.size() == 1);
    CHECK(changes.about[0].id == "title");
    CHECK(compare_templates(after, newest()).sectors.at(0).kind == ChangeKind::removed);
}
