// The built-in questionnaire and the loader: every complaint names file, place and reason.
#include <doctest/doctest.h>

#include <algorithm>

#include "model/error/error.h"
#include "model/questionnaire/built_in.h"
#include "model/questionnaire/scoring.h"

using namespace fieldseal;
using namespace fieldseal::questionnaire;

namespace {

std::string complaint(const std::string& json) {
    try {
        load_template(view_of(json), "t.json");
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

std::string baseline_text() {
    return std::string(text_of(built_in_templates().front()->file));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the baseline has its sections, add-ons and both languages everywhere") {
    const Template& baseline = *built_in_templates().front();
    CHECK(baseline.id == "csb");
    CHECK(baseline.questions_in_order().size() == 119);
    std::size_t add_on_questions = 0;
    for (const Section& section : baseline.sections) {
        add_on_questions += section.add_on ? section.questions.size() : 0;
    }
    CHECK(add_on_questions == 39);
    CHECK(baseline.grades.size() == 5);
    for (const Question* question : baseline.questions_in_order()) {
        CAPTURE(question->id);
        std::vector<const LocalText*> texts{&question->text, &question->guidance, &question->remedy.text};
        for (const LocalText& level : question->levels) {
            texts.push_back(&level);
        }
        for (const LocalText* text : texts) {
            CHECK(!text->en.empty());
            CHECK(!text->uk.empty());
            // A Latin look-alike inside a Ukrainian text would break search; Cyrillic is D0..D2 in UTF-8.
            CHECK(text->en.find("\xd0") == std::string::npos);
        }
        CHECK(question->text.uk.find("\xd0") != std::string::npos);
    }
}

TEST_CASE("the loader names file, place and reason") {
    CHECK(complaint("{").find("t.json: line 1, column") != std::string::npos);
    CHECK(complaint("{\n \"a\": 1,\n}").find("t.json: line 3") != std::string::npos);
    CHECK(complaint("[]").find("no Fieldseal questionnaire") != std::string::npos);
    const std::string text = baseline_text();
    CHECK(complaint(text).empty());
    CHECK(complaint(text.substr(0, text.size() / 2)).find("line") != std::string::npos);
    CHECK(complaint(replaced(text, "\"weight\": 3", "\"weight\": 9"))
              .find("/sections/0/questions/0/weight: must lie between") != std::string::npos);
    CHECK(complaint(replaced(text, "\"weight\": 3", "\"weight\": \"3\"")).find("must be a number") !=
          std::string::npos);
    CHECK(complaint(replaced(text, "\"weight\": 3", "\"wieght\": 3")).find("unknown member \"wieght\"") !=
          std::string::npos);
    CHECK(complaint(replaced(text, "\"id\": \"CSB-GV-02\"", "\"id\": \"CSB-GV-01\""))
              .find("/sections/0/questions/1 (CSB-GV-01): this id stands twice") != std::string::npos);
    CHECK(complaint(replaced(text, "\"uses_it_suppliers\"\n", "\"uses_nothing\"\n"))
              .find("no profile question \"uses_nothing\"") != std::string::npos);
    CHECK(complaint(replaced(text, "\"min_evidence_for_full\": \"documented\"", "\"min_evidence_for_full\": \"heard\""))
              .find("must be stated, documented") != std::string::npos);
    // A language that is missing, a condition that looks ahead, thresholds that do not rise, weights that do not add
    // up.
    CHECK(complaint(replaced(text, "\"uk\": \"Базова", "\"ru\": \"Базова")).find("t.json: /title") !=
          std::string::npos);
    CHECK(complaint(replaced(text, "\"weight\": 3,",
                             "\"weight\": 3, \"applies_if\": {\"answered_at_least\": {\"CSB-RC-01\": 1}},"))
              .find("/sections/0/questions/0 (CSB-GV-01): there is no earlier question \"CSB-RC-01\"") !=
          std::string::npos);
    CHECK(complaint(replaced(text, "\"lower_is_better\": false", "\"lower_is_better\": true"))
              .find("thresholds must fall") != std::string::npos);
    CHECK(complaint(replaced(text, "\"weight\": 0.35", "\"weight\": 0.45"))
              .find("/functions: the weights must add up to 1") != std::string::npos);
    CHECK(complaint(replaced(text, "\"id\": \"CSB-GV-01\"", "\"id\": \"CSB GV 01\""))
              .find("/sections/0/questions/0/id") != std::string::npos);
    CHECK(complaint(std::string(template_size_limit + 1, ' ')).find("at most 4194304 bytes") != std::string::npos);
    CHECK(complaint(replaced(text, "\"format_version\": 1", "\"format_version\": 2")).find("newer Fieldseal") !=
          std::string::npos);
    CHECK(complaint(std::string(100'000, '[')).find("nested deeper") != std::string::npos);
    CHECK(complaint(replaced(text, "\"csb\"", "\"c\xff\"")).find("not valid JSON") != std::string::npos);
}

TEST_CASE("at most twenty problems are told at once") {
    std::string text = baseline_text();
    for (std::size_t at = text.find("\"weight\""); at != std::string::npos; at = text.find("\"weight\"", at + 1)) {
        text.replace(at, 8, "\"wieght\"");
    }
    const std::string message = complaint(text);
    CHECK(std::ranges::count(message, '\n') == 20);
    CHECK(message.find("more") != std::string::npos);
}
