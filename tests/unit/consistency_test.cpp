// What is looked at before an assessment is finalised: each kind of remark, the rules of the template, and the order.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/error/error.h"
#include "model/questionnaire/built_in.h"
#include "model/questionnaire/consistency.h"

using namespace fieldseal;
using namespace fieldseal::questionnaire;

namespace {

using Kind = RemarkKind;

const Template& baseline() {
    return *built_in_templates().front();
}

record::Answer level(int value, record::Basis basis = record::Basis::tested, const std::string& note = "seen") {
    record::Answer answer;
    answer.value = record::AnswerValue::of_level(value);
    answer.basis = basis;
    answer.note = note;
    return answer;
}

/// Every question answered at level 1, observed, and signed.
record::Assessment complete() {
    record::Assessment assessment;
    for (const Question* question : baseline().questions_in_order()) {
        record::Answer answer = level(1, record::Basis::observed, "");
        if (question->is_numeric()) {
            answer.value = record::AnswerValue::of_number(question->number->lower_is_better ? "1000" : "0");
        }
        assessment.answers[question->id] = answer;
    }
    assessment.sign_off.name = "О. Приклад";
    return assessment;
}

std::vector<Remark> check(const record::Assessment& assessment, const Surroundings& around = {},
                          const Template& questions = baseline(), std::string_view sector = "") {
    return check_consistency(questions, assessment, sector, around);
}

std::vector<Remark> of_kind(std::vector<Remark> remarks, Kind kind) {
    std::erase_if(remarks, [kind](const Remark& each) { return each.kind != kind; });
    return remarks;
}

/// The baseline with other checks.
Template with_checks(const std::vector<nlohmann::json>& checks) {
    nlohmann::json json = nlohmann::json::parse(text_of(baseline().file));
    json["checks"] = checks;
    return load_template(view_of(json.dump()), "t.json");
}

std::string complaint(const std::vector<nlohmann::json>& checks) {
    try {
        with_checks(checks);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

nlohmann::json rule(const nlohmann::json& when, const nlohmann::json& expects) {
    return {{"id", "r"}, {"when", when}, {"expects", expects}, {"text", {{"en", "Both."}, {"uk", "Обидва."}}}};
}

}  // namespace

TEST_CASE("nothing is said of an assessment that is complete and consistent") {
    CHECK(check(complete()).empty());
}

TEST_CASE("each gap is a remark of its kind") {
    record::Assessment assessment = complete();
    const auto only = [&](const Surroundings& around = {}) {
        const std::vector<Remark> remarks = check(assessment, around);
        REQUIRE(remarks.size() == 1);
        return remarks.front();
    };
    SUBCASE("not answered, and critical") {
        assessment.answers.erase("CSB-GV-01");
        CHECK(only() == Remark{Kind::unanswered, "CSB-GV-01", "", ""});
        assessment = complete();
        assessment.answers["CSB-DE-01"].value = {};
        CHECK(only() == Remark{Kind::critical_unanswered, "CSB-DE-01", "", ""});
    }
    SUBCASE("unknown needs a note") {
        assessment.answers["CSB-GV-02"].value = record::AnswerValue::unknown();
        CHECK(only().kind == Kind::unknown_without_note);
        assessment.answers["CSB-GV-02"].note = "  \n";
        CHECK(only().kind == Kind::unknown_without_note);
        assessment.answers["CSB-GV-02"].note = "nobody was there";
        CHECK(check(assessment).empty());
    }
    SUBCASE("not applicable needs a reason, and blocks") {
        assessment.answers["CSB-GV-06"].value = record::AnswerValue::not_applicable();
        CHECK(only().kind == Kind::not_applicable_without_reason);
        CHECK(blocks(only().kind));
        assessment.answers["CSB-GV-06"].reason = "no suppliers";
        CHECK(check(assessment).empty());
        assessment.profile["uses_it_suppliers"] = "yes";
        CHECK(only() == Remark{Kind::not_applicable_against_profile, "CSB-GV-06", "uses_it_suppliers", ""});
    }
    SUBCASE("a top level that is not shown") {
        assessment.answers["CSB-GV-02"] = level(3, record::Basis::stated);
        CHECK(only().kind == Kind::top_level_without_evidence);
        assessment.answers["CSB-GV-02"] = level(3, record::Basis::documented, "");
        CHECK(only().kind == Kind::top_level_shown_by_nothing);
        CHECK(check(assessment, {{"CSB-GV-02"}, {}, {}, {}}).empty());
        assessment.answers["CSB-GV-02"].note = "order 14 of 2 May";
        CHECK(check(assessment).empty());
    }
    SUBCASE("a number that reaches the top level needs as much as a level") {
        assessment.answers["CSB-PR-17"].value = record::AnswerValue::of_number("96");
        assessment.answers["CSB-PR-17"].basis = record::Basis::stated;
        CHECK(of_kind(check(assessment), Kind::top_level_without_evidence).size() == 1);
    }
    SUBCASE("how it is known") {
        assessment.answers["CSB-GV-02"].basis = record::Basis::none;
        CHECK(only().kind == Kind::without_basis);
    }
    SUBCASE("conflicts, earlier findings and the signature come from outside the answers") {
        CHECK(only({{}, {"CSB-GV-03"}, {}, {}}) == Remark{Kind::in_conflict, "CSB-GV-03", "", ""});
        CHECK(only({{}, {}, {}, {"CSB-GV-03"}}) == Remark{Kind::reviewer_asks, "CSB-GV-03", "", ""});
        CHECK_FALSE(blocks(Kind::reviewer_asks));
        CHECK(only({{}, {}, {""}, {}}) == Remark{Kind::earlier_not_followed_up, "", "", ""});
        assessment.sign_off.name.clear();
        CHECK(only() == Remark{Kind::not_signed, "", "", ""});
    }
}

TEST_CASE("what does not apply is not missed") {
    record::Assessment assessment = complete();
    // The other sectors' add-ons.
    std::erase_if(assessment.answers, [](const auto& item) {
        return item.first.starts_with("CSB-HO") || item.first.starts_with("CSB-BK");
    });
    CHECK(check(assessment, {}, baseline(), "energy").empty());
    CHECK(of_kind(check(assessment, {}, baseline(), "health"), Kind::critical_unanswered).size() == 3);
    assessment.answers.erase("CSB-PR-15");
    CHECK(of_kind(check(assessment, {}, baseline(), "energy"), Kind::critical_unanswered).size() == 1);
    assessment.profile["has_ot"] = "no";
    CHECK(check(assessment, {}, baseline(), "energy").empty());
}

TEST_CASE("a rule is broken by a level above what another answer allows") {
    record::Assessment assessment = complete();
    assessment.answers["CSB-PR-28"] = level(2);
    CHECK(check(assessment).empty());
    assessment.answers["CSB-PR-26"] = level(0);
    const std::vector<Remark> remarks = check(assessment);
    REQUIRE(remarks.size() == 1);
    CHECK(remarks.front() == Remark{Kind::above_related, "CSB-PR-28", "CSB-PR-26", "restore-without-copies"});
    REQUIRE(baseline().check("restore-without-copies") != nullptr);
    CHECK_FALSE(blocks(Kind::above_related));
    // Not known, or not answered: no contradiction, whatever it turns out to be.
    assessment.answers["CSB-PR-26"].value = record::AnswerValue::unknown();
    CHECK(of_kind(check(assessment), Kind::above_related).empty());
    assessment.answers.erase("CSB-PR-26");
    CHECK(of_kind(check(assessment), Kind::above_related).empty());
    // "There are no copies here" is level 0 of it.
    assessment.answers["CSB-PR-26"].value = record::AnswerValue::not_applicable();
    assessment.answers["CSB-PR-26"].reason = "no data";
    CHECK(of_kind(check(assessment), Kind::above_related).size() == 1);
}

TEST_CASE("every rule of the baseline can be broken, on its own side") {
    CHECK(baseline().checks.size() >= 10);
    for (const ConsistencyRule& rule : baseline().checks) {
        CAPTURE(rule.id);
        record::Assessment assessment = complete();
        const auto set = [&](const LevelBound& bound, int value) {
            const Question* question = baseline().find(bound.question);
            REQUIRE(question != nullptr);
            record::Answer& answer = assessment.answers[bound.question];
            answer = level(value);
            if (question->is_numeric()) {
                answer.value = record::AnswerValue::of_number(
                    value == 0 ? "0"
                               : std::to_string(static_cast<int>(
                                     question->number->thresholds.at(static_cast<std::size_t>(value - 1)) + 0.9)));
            }
        };
        for (const LevelBound& bound : rule.when) {
            set(bound, bound.level);
        }
        for (const LevelBound& bound : rule.expects) {
            set(bound, bound.is_least ? bound.level - 1 : bound.level + 1);
        }
        // For whichever sector asks all of it.
        bool told = false;
        for (const Label& sector : baseline().sectors) {
            const auto remarks = check(assessment, {}, baseline(), sector.id);
            told = told || std::ranges::any_of(remarks, [&](const Remark& each) { return each.rule == rule.id; });
        }
        CHECK(told);
        for (const LevelBound& bound : rule.expects) {
            set(bound, bound.level);
        }
        for (const Label& sector : baseline().sectors) {
            const auto remarks = check(assessment, {}, baseline(), sector.id);
            CHECK(std::ranges::none_of(remarks, [&](const Remark& each) { return each.rule == rule.id; }));
        }
    }
}

TEST_CASE("rules look from above and from below, and need all of their conditions") {
    const Template questions = with_checks(
        {rule({{"CSB-GV-01", {{"at_most", 0}}}, {"CSB-GV-02", {{"at_least", 2}}}}, {{"CSB-GV-10", {{"at_most", 1}}}})});
    record::Assessment assessment = complete();
    assessment.answers["CSB-GV-02"] = level(2);
    assessment.answers["CSB-GV-10"] = level(2);
    CHECK(check(assessment, {}, questions).empty());
    assessment.answers["CSB-GV-01"] = level(0);
    const std::vector<Remark> remarks = check(assessment, {}, questions);
    REQUIRE(remarks.size() == 1);
    CHECK(remarks.front() == Remark{Kind::contradiction, "CSB-GV-01", "CSB-GV-10", "r"});
    // What is not applicable meets nothing.
    assessment.answers["CSB-GV-01"].value = record::AnswerValue::not_applicable();
    assessment.answers["CSB-GV-01"].reason = "no staff";
    CHECK(check(assessment, {}, questions).empty());
}

TEST_CASE("what matters most comes first, and then the template's order counts") {
    record::Assessment assessment = complete();
    assessment.answers.erase("CSB-GV-01");
    assessment.answers.erase("CSB-PR-12");
    assessment.answers.erase("CSB-DE-01");
    assessment.answers["CSB-RC-07"].value = record::AnswerValue::not_applicable();
    assessment.answers["CSB-PR-28"] = level(2);
    assessment.answers["CSB-PR-26"] = level(0);
    assessment.sign_off = {};
    std::vector<std::string> order;
    for (const Remark& remark : check(assessment)) {
        order.push_back(std::string(name_of(remark.kind)) + " " + remark.question);
    }
    CHECK(order == std::vector<std::string>{"not_applicable_without_reason CSB-RC-07", "above_related CSB-PR-28",
                                            "critical_unanswered CSB-PR-12", "critical_unanswered CSB-DE-01",
                                            "unanswered CSB-GV-01", "not_signed "});
}

TEST_CASE("a check of a template that makes no sense is refused with its place") {
    const nlohmann::json least = {{"at_least", 2}};
    CHECK(complaint({}).empty());
    CHECK(complaint({rule({{"CSB-GV-01", least}}, {{"CSB-GV-02", least}})}).empty());
    CHECK(complaint({rule({{"CSB-XX-01", least}}, {{"CSB-GV-02", least}})})
              .find("t.json: /checks/0 (r): there is no question \"CSB-XX-01\"") != std::string::npos);
    CHECK(complaint({rule({{"CSB-GV-01", least}}, {{"CSB-GV-01", least}})})
              .find("/checks/0 (r): the question \"CSB-GV-01\" stands on both sides") != std::string::npos);
    CHECK(complaint({rule({{"CSB-GV-01", {{"at_least", 4}}}}, {{"CSB-GV-02", least}})})
              .find("/checks/0/when/CSB-GV-01/at_least: must lie between") != std::string::npos);
    CHECK(complaint({rule({{"CSB-GV-01", {{"at_most", 3}}}}, {{"CSB-GV-02", least}})})
              .find("/checks/0/when/CSB-GV-01/at_most: must lie between") != std::string::npos);
    CHECK(complaint({rule({{"CSB-GV-01", {{"at_least", 1}, {"at_most", 2}}}}, {{"CSB-GV-02", least}})})
              .find("must have one of") != std::string::npos);
    CHECK(complaint({rule(nlohmann::json::object(), {{"CSB-GV-02", least}})})
              .find("/checks/0/when: must name a question") != std::string::npos);
    CHECK(complaint({rule({{"CSB-GV-01", 2}}, {{"CSB-GV-02", least}})})
              .find("/checks/0/when/CSB-GV-01: must be an object") != std::string::npos);
    const nlohmann::json good = rule({{"CSB-GV-01", least}}, {{"CSB-GV-02", least}});
    CHECK(complaint({good, good}).find("/checks/1 (r): this id stands twice") != std::string::npos);
    nlohmann::json one_language = good;
    one_language["text"].erase("uk");
    CHECK(complaint({one_language}).find("/checks/0/text/uk: is missing") != std::string::npos);
    CHECK(complaint({nlohmann::json("r")}).find("/checks/0") != std::string::npos);
}
