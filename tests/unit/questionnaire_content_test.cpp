// What the built-in questionnaire says: mappings that exist, texts in both languages, levels that differ, nothing left
// generic.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "model/questionnaire/built_in.h"
#include "tests/unit/framework_ids.h"

using namespace fieldseal;
using namespace fieldseal::questionnaire;
using tests::framework_items;

namespace {

bool has_item(const std::string& framework, const std::string& id) {
    const auto found = framework_items.find(framework);
    return found != framework_items.end() && found->second.find(" " + id + " ") != std::string::npos;
}

bool is_latin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Cyrillic U+0400 to U+04FF is D0 to D3 and one more byte in UTF-8.
bool starts_cyrillic(char c) {
    return c >= '\xd0' && c <= '\xd3';
}

bool has_cyrillic(const std::string& text) {
    return std::ranges::any_of(text, starts_cyrillic);
}

/// Whether a Latin letter touches a Cyrillic one, as where "o" was typed for "о": such a word is not found by search.
bool mixes_alphabets(const std::string& text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (is_latin(text[i]) && starts_cyrillic(text[i + 1])) {
            return true;
        }
        if (starts_cyrillic(text[i]) && i + 2 < text.size() && is_latin(text[i + 2])) {
            return true;
        }
    }
    return false;
}

bool has_foreign_letter(const std::string& text) {
    return std::ranges::any_of(std::array{"ы", "Ы", "э", "Э", "ъ", "Ъ", "ё", "Ё"},
                               [&](const char* letter) { return text.find(letter) != std::string::npos; });
}

/// A straight apostrophe between letters, or a straight quote.
bool has_typewriter_marks(const std::string& text) {
    return text.find('\'') != std::string::npos || text.find('"') != std::string::npos;
}

std::map<std::string, LocalText> all_texts(const Template& questions) {
    std::map<std::string, LocalText> texts{{"title", questions.title}, {"description", questions.description}};
    for (const auto* labels : {&questions.sectors, &questions.need_categories}) {
        for (const Label& label : *labels) {
            texts["label " + label.id] = label.text;
        }
    }
    for (const ProfileQuestion& question : questions.profile_questions) {
        texts["profile " + question.id] = question.text;
    }
    for (const Incident& incident : questions.incidents) {
        texts["incident " + incident.id] = incident.lesson;
    }
    for (const auto& [function, name] : questions.function_names) {
        texts["function " + function] = name;
    }
    for (const Grade& grade : questions.grades) {
        texts["grade " + grade.id] = grade.name;
    }
    for (const ConsistencyRule& rule : questions.checks) {
        texts["check " + rule.id] = rule.text;
    }
    for (const Section& section : questions.sections) {
        texts["section " + section.id] = section.title;
    }
    for (const Question* question : questions.questions_in_order()) {
        texts[question->id + " text"] = question->text;
        texts[question->id + " guidance"] = question->guidance;
        texts[question->id + " remedy"] = question->remedy.text;
        for (std::size_t i = 0; i < question->levels.size(); ++i) {
            texts[question->id + " level " + std::to_string(i)] = question->levels[i];
        }
        for (std::size_t i = 0; i < question->evidence.size(); ++i) {
            texts[question->id + " evidence " + std::to_string(i)] = question->evidence[i];
        }
        for (const Measure& measure : question->measures) {
            texts[question->id + " measure " + measure.id] = measure.label;
        }
        if (question->number) {
            texts[question->id + " number"] = question->number->label;
        }
    }
    return texts;
}

}  // namespace

TEST_CASE("every mapping of the baseline names an item that its framework has") {
    CHECK(has_item("nist_csf_2_0", "GV.OC-01"));
    CHECK(has_item("nist_csf_2_0", "RC.CO-04"));
    CHECK_FALSE(has_item("nist_csf_2_0", "ID.AM-06"));
    CHECK_FALSE(has_item("nis2_21_2", "k"));
    for (const Question* question : built_in_templates().front()->questions_in_order()) {
        CAPTURE(question->id);
        CHECK(!question->mappings.empty());
        for (const auto& [framework, ids] : question->mappings) {
            std::set<std::string> once;
            for (const std::string& id : ids) {
                CAPTURE(id);
                CHECK(has_item(framework, id));
                CHECK(once.insert(id).second);
            }
        }
    }
}

TEST_CASE("the baseline has the questions that its sections are known by") {
    const std::map<std::string, std::size_t> expected{
        {"GV", 10}, {"ID", 10},       {"PR", 32},     {"DE", 6},       {"RS", 7},   {"RC", 6},
        {"EN", 9},  {"energy_ot", 8}, {"telecom", 8}, {"hospital", 7}, {"bank", 8}, {"municipality", 8}};
    std::map<std::string, std::size_t> found;
    for (const Section& section : built_in_templates().front()->sections) {
        found[section.id] = section.questions.size();
    }
    CHECK(found == expected);
}

TEST_CASE("each level of each question is said in words of its own") {
    std::map<std::string, std::string> seen;
    for (const Question* question : built_in_templates().front()->questions_in_order()) {
        CAPTURE(question->id);
        for (const LocalText& level : question->levels) {
            for (const std::string& text : {level.en, level.uk}) {
                CAPTURE(text);
                // A text that two questions share says nothing about either.
                CHECK(seen.emplace(text, question->id).second);
                CHECK(text.back() != '.');
            }
        }
        CHECK(question->evidence.size() >= 2);
    }
}

TEST_CASE("Ukrainian is Ukrainian, English is English, and marks are typographic") {
    CHECK(mixes_alphabets("к\x6fд"));
    CHECK_FALSE(mixes_alphabets("код MFA, VPN-доступ"));
    CHECK(has_foreign_letter("объект"));
    for (const auto& [place, text] : all_texts(*built_in_templates().front())) {
        CAPTURE(place);
        CAPTURE(text.uk);
        CHECK(!text.en.empty());
        CHECK(has_cyrillic(text.uk));
        CHECK_FALSE(has_cyrillic(text.en));
        CHECK_FALSE(mixes_alphabets(text.uk));
        CHECK_FALSE(has_foreign_letter(text.uk));
        CHECK_FALSE(has_typewriter_marks(text.uk));
        CHECK_FALSE(has_typewriter_marks(text.en));
    }
}

TEST_CASE("questions on endurance are answered with a number") {
    const Template& baseline = *built_in_templates().front();
    for (const char* id : {"CSB-PR-31", "CSB-RC-02", "CSB-HO-06", "CSB-BK-08"}) {
        const Question* question = baseline.find(id);
        REQUIRE(question != nullptr);
        CHECK(question->is_numeric());
    }
    for (const Section& section : baseline.sections) {
        for (const Question& question : section.questions) {
            if (section.id == "EN") {
                CAPTURE(question.id);
                REQUIRE(question.is_numeric());
                // The words of a level name the number where it begins: what is read there is what is counted.
                const bool lower = question.number->lower_is_better;
                for (std::size_t i = 0; i < 3; ++i) {
                    const double at = question.number->thresholds[i];
                    CHECK(question.number->level_of(at) == static_cast<int>(i + 1));
                    CHECK(question.number->level_of(lower ? at + 0.01 : at - 0.01) == static_cast<int>(i));
                }
            }
        }
    }
}
