#include "model/error/error.h"
#include "model/interchange/record_json.h"
#include "model/questionnaire/built_in.h"

#include <doctest/doctest.h>

#include "model/codec/flatten.h"

using namespace fieldseal;
using namespace fieldseal::interchange;

namespace {

const questionnaire::Template& baseline() {
    return *questionnaire::built_in_templates().front();
}

template <class Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// Letters of many scripts, right-to-left, combining, outside the basic plane, quotes, controls that JSON escapes.
constexpr std::string_view any_unicode =
    "Їжак ґанок \"q\" \\ / \t\n שלום مرحبا e\u0301 東京 🏥👩‍⚕️ \u202e\u200b \x01\x1f";

record::Assessment read_answers(std::string_view json) {
    record::Assessment assessment;
    answers_from_json(json, "answers.json", baseline(), assessment);
    return assessment;
}

}  // namespace

TEST_CASE("the example of a site is read as it stands and printed the same") {
    const std::string example = example_site_json();
    const record::Site site = site_from_json(example, "site.json");
    CHECK(site.sector == "health");
    CHECK(site.criticality == 3);
    CHECK(site.profile.at("has_ad") == "yes");
    CHECK(to_json(site) == example);
}

TEST_CASE("every field of a site comes back with any Unicode and long notes") {
    const std::string text(any_unicode);
    record::Site site;
    site.name = text;
    site.name_latin = "latin " + text;
    site.sector = "water";
    site.region = "UA-63";
    site.settlement = "s " + text;
    site.address = "a " + text;
    site.latitude = "-48.457";
    site.longitude = "180";
    site.criticality = 2;
    site.owner = "o " + text;
    site.contact = "c " + text;
    for (int i = 0; i < 100'000; ++i) {
        site.notes += "ї";
    }
    site.external_id = "e " + text;
    site.profile = {{"has_ot", "no"}, {"has_ad", "yes"}};
    site.removed = true;
    const record::Site back = site_from_json(to_json(site), "site.json");
    CHECK(codec::flatten(back) == codec::flatten(site));
}

TEST_CASE("a site's mistakes are named with file, place and reason, all at once") {
    const std::string message = message_of([] {
        site_from_json(
            R"({"nmae": "x", "sector": "a b", "region": "63", "latitude": 48.4, "longitude": "200", "criticality": 4,
                           "profile": {"has_ot": true, "a/b": "yes"}, "notes": "\u0000"})",
            "my site.json");
    });
    CHECK(contains(message, "my site.json: /nmae: is not a member"));
    CHECK(contains(message, "my site.json: /name: is missing"));
    CHECK(contains(message, "my site.json: /sector: must be the id"));
    CHECK(contains(message, "my site.json: /region: must be an ISO 3166-2"));
    CHECK(contains(message, "my site.json: /latitude: must be a text"));
    CHECK(contains(message, "my site.json: /longitude: must be decimal degrees"));
    CHECK(contains(message, "my site.json: /criticality: must be a whole number from 0 to 3"));
    CHECK(contains(message, "my site.json: /profile/has_ot: must be \"yes\" or \"no\""));
    CHECK(contains(message, "my site.json: /profile/a~1b: is no id"));
    CHECK(contains(message, "my site.json: /notes: holds a NUL"));
}

TEST_CASE("syntax errors and repeated members name their place") {
    CHECK(contains(message_of([] { site_from_json("{\n \"name\": \"x\",\n}", "f"); }), "f: line 3, column"));
    CHECK(contains(message_of([] { site_from_json("", "f"); }), "f: line 1"));
    CHECK(contains(message_of([] { site_from_json("null", "f"); }), "must be an object"));
    CHECK(contains(message_of([] { site_from_json("[]", "f"); }), "must be an object"));
    CHECK(contains(message_of([] { site_from_json(R"({"name": "a", "name": "b"})", "f"); }),
                   "f: /name: stands here twice"));
    CHECK(contains(message_of([] { site_from_json("{\"name\": \"\xff\"}", "f"); }), "not valid JSON (UTF-8)"));
    CHECK(contains(
        message_of([] { read_answers(R"({"answers": {"CSB-GV-01": {"value": 1}, "CSB-GV-01": {"value": 2}}})"); }),
        "/answers/CSB-GV-01: stands here twice"));
}

TEST_CASE("the example answers cover the whole template, are read as they stand and printed the same") {
    for (const auto& questions : questionnaire::built_in_templates()) {
        const std::string example = example_answers_json(*questions);
        record::Assessment assessment;
        answers_from_json(example, "answers.json", *questions, assessment);
        CHECK(assessment.answers.size() == questions->questions_in_order().size());
        CHECK(to_json(assessment) == example);
        bool seen[5] = {};
        for (const auto& [id, answer] : assessment.answers) {
            seen[static_cast<std::size_t>(answer.value.state)] = true;
        }
        CHECK(seen[static_cast<std::size_t>(record::AnswerValue::State::level)]);
        CHECK(seen[static_cast<std::size_t>(record::AnswerValue::State::number)]);
        CHECK(seen[static_cast<std::size_t>(record::AnswerValue::State::not_applicable)]);
        CHECK(seen[static_cast<std::size_t>(record::AnswerValue::State::unknown)]);
        CHECK_FALSE(seen[static_cast<std::size_t>(record::AnswerValue::State::open)]);
    }
}

TEST_CASE("every field of an answer comes back with any Unicode and long notes") {
    record::Assessment assessment;
    assessment.visited_on = "2024-02-29";
    assessment.profile = {{"has_ot", "yes"}};
    assessment.summary = any_unicode;
    assessment.sign_off = {std::string(any_unicode), "role", std::string(100'000, 'x')};
    record::Answer full;
    full.value = record::AnswerValue::of_level(3);
    full.basis = record::Basis::tested;
    full.unsure = true;
    for (int i = 0; i < 100'000; ++i) {
        full.note += "🏥";
    }
    full.reason = any_unicode;
    full.measures = {{"critical_services", "4"}, {"max_downtime_hours", "0.5"}};
    full.answered_ms = 1'764'000'000'123;
    assessment.answers["CSB-GV-04"] = full;
    assessment.answers["CSB-GV-01"].value = record::AnswerValue::of_level(0);
    assessment.answers["CSB-PR-31"].value = record::AnswerValue::of_number("36.50");
    assessment.answers["CSB-GV-02"].value = record::AnswerValue::unknown();
    assessment.answers["CSB-GV-03"].note = "only a note so far";
    const record::Assessment back = read_answers(to_json(assessment));
    CHECK(codec::flatten(back) == codec::flatten(assessment));
}

TEST_CASE("answers are checked against the template") {
    const auto complaint = [](std::string_view answer) {
        return message_of([&] { read_answers("{\"answers\": {" + std::string(answer) + "}}"); });
    };
    CHECK(
        contains(complaint(R"("NO-SUCH": {"value": 1})"), "answers.json: /answers/NO-SUCH: is not a question of csb"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"value": 4})"), "/answers/CSB-GV-01/value: must be 0, 1, 2, 3"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"value": -1})"), "/answers/CSB-GV-01/value: must be"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"value": 1.5})"), "/answers/CSB-GV-01/value: must be"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"value": "2"})"), "/answers/CSB-GV-01/value: must be"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"value": true})"), "/answers/CSB-GV-01/value: must be"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"value": 18446744073709551615})"), "/answers/CSB-GV-01/value: must be"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"value": "na"})"), "/answers/CSB-GV-01/reason: is missing"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"basis": "seen"})"), "/answers/CSB-GV-01/basis: must be"));
    CHECK(contains(complaint(R"("CSB-GV-01": {"number": "3"})"), "answered with a level"));
    CHECK(contains(complaint(R"("CSB-PR-31": {"value": 3})"), "answered with a number"));
    CHECK(contains(complaint(R"("CSB-PR-31": {"number": "3,5"})"), "/answers/CSB-PR-31/number: must be a decimal"));
    CHECK(contains(complaint(R"("CSB-PR-31": {"number": "3", "value": "na"})"), "give one of them"));
    CHECK(contains(complaint(R"("CSB-GV-04": {"measures": {"height": "4"}})"),
                   "/answers/CSB-GV-04/measures/height: is not a measure"));
    CHECK(contains(complaint(R"("CSB-GV-04": {"measures": {"max_downtime_hours": "long"}})"),
                   "/measures/max_downtime_hours: must be a decimal"));
    CHECK(contains(complaint(R"("CSB-GV-01": 2)"), "/answers/CSB-GV-01: must be an object"));
    CHECK(contains(message_of([] { read_answers(R"({"visited_on": "2026-02-29"})"); }), "/visited_on: must be a day"));
    CHECK(contains(message_of([] { read_answers(R"({"profile": {"has_everything": "yes"}})"); }),
                   "/profile/has_everything: is not a profile question"));
    CHECK(complaint(R"("CSB-GV-01": {"value": 2, "note": ""}, "CSB-PR-31": {"value": "unknown"})").empty());
}

TEST_CASE("at most twenty problems are listed and the rest counted, the assessment stays as it was") {
    std::string json = "{\"answers\": {";
    for (int i = 0; i < 30; ++i) {
        json += (i == 0 ? "\"Q" : ", \"Q") + std::to_string(i) + "\": {}";
    }
    json += R"(, "CSB-GV-01": {"value": 2}}})";
    record::Assessment assessment;
    assessment.summary = "before";
    const std::string message = message_of([&] { answers_from_json(json, "f", baseline(), assessment); });
    CHECK(std::count(message.begin(), message.end(), '\n') == 20);
    CHECK(contains(message, "and 10 more"));
    CHECK(assessment.answers.empty());
    CHECK(assessment.summary == "before");
}

TEST_CASE("limits: a form of more than 6 MiB, a note of more than 1 MiB, nesting") {
    const std::string note(1u << 20, 'x');
    CHECK(message_of([&] { site_from_json("{\"name\": \"a\", \"notes\": \"" + note + "\"}", "f"); }).empty());
    CHECK(contains(message_of([&] { site_from_json("{\"name\": \"a\", \"notes\": \"" + note + "x\"}", "f"); }),
                   "/notes: has 1048577 bytes"));
    const std::string large(6u << 20, ' ');
    CHECK(contains(message_of([&] { site_from_json("{\"name\": \"a\"}" + large, "f"); }), "at most 6291456"));
    CHECK(contains(message_of([&] { site_from_json(std::string(1000, '['), "f"); }), "nested deeper"));
}
