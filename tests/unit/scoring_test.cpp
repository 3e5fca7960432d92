// Every formula of docs/scoring.md by examples worked by hand.
#include <doctest/doctest.h>

#include "model/questionnaire/built_in.h"
#include "model/questionnaire/scoring.h"

using namespace fieldseal;
using namespace fieldseal::questionnaire;
using record::Answer;
using record::AnswerValue;
using record::Basis;

namespace {

constexpr std::int64_t day_ms = 24ll * 3600 * 1000;
constexpr std::int64_t now = 1'790'000'000'000;

Question question(std::string id, int weight, std::string function = "PR", bool critical = false) {
    Question result;
    result.id = std::move(id);
    result.weight = weight;
    result.function = std::move(function);
    result.critical = critical;
    result.min_evidence_for_full = Basis::observed;
    return result;
}

Template make(std::vector<Question> questions, std::vector<std::pair<std::string, double>> weights = {{"PR", 1.0}}) {
    Template result;
    Section section;
    section.id = "S";
    section.questions = std::move(questions);
    result.sections.push_back(std::move(section));
    result.function_weights = std::move(weights);
    const char* names[] = {"critical", "weak", "basic", "managed", "resilient"};
    for (int i = 0; i < 5; ++i) {
        result.grades.push_back({names[i], {}, 0.2 * i});
    }
    result.profile_questions.push_back({"has_ot", {}});
    result.index();
    return result;
}

Answer level(int value, Basis basis = Basis::tested) {
    Answer answer;
    answer.value = AnswerValue::of_level(value);
    answer.basis = basis;
    answer.answered_ms = now;
    return answer;
}

Answer unknown() {
    Answer answer;
    answer.value = AnswerValue::unknown();
    return answer;
}

}  // namespace

TEST_CASE("the worked example of the scoring model, digit for digit") {
    Template t = make({question("A", 3), question("B", 2), question("C", 1)});
    t.sections[0].questions[1].cost = 2;
    t.sections[0].questions[1].effort = 2;
    record::Assessment a;
    a.answers = {{"A", level(3)}, {"B", level(1)}, {"C", unknown()}};
    const Figures f = score(t, a, "", now).sections.front().figures;
    CHECK(*f.score == doctest::Approx(0.733).epsilon(0.001));
    CHECK(f.low == doctest::Approx(0.611).epsilon(0.001));
    CHECK(f.high == doctest::Approx(0.778).epsilon(0.001));
    CHECK(f.coverage == doctest::Approx(0.833).epsilon(0.001));
    const auto gaps = rank_gaps(t, a, "", 3);
    REQUIRE(gaps.size() == 2);
    CHECK(gaps[0].question == "B");
    CHECK(gaps[0].priority == doctest::Approx(23.7).epsilon(0.005));
    CHECK(gaps[1].question == "C");
    CHECK(gaps[1].priority == doctest::Approx(16.7).epsilon(0.005));
    CHECK(gaps[1].kind == GapClass::find_out);
}

TEST_CASE("without an answer there is no score, and the range is everything") {
    const Template t = make({question("A", 3), question("B", 1)});
    const Score s = score(t, {}, "", now);
    CHECK(!s.overall.score);
    CHECK(!s.grade);
    CHECK(s.overall.low == 0);
    CHECK(s.overall.high == 1);
    CHECK(s.overall.coverage == 0);
    CHECK(s.functions_left_out == std::vector<std::string>{"PR"});
}

TEST_CASE("what is not applicable counts nowhere") {
    const Template t = make({question("A", 3), question("B", 1)});
    record::Assessment a;
    a.answers["A"].value = AnswerValue::not_applicable();
    a.answers["B"] = level(2);
    const Score s = score(t, a, "", now);
    CHECK(*s.overall.score == doctest::Approx(2.0 / 3));
    CHECK(s.overall.coverage == 1);
    CHECK(s.overall.not_applicable == 1);
}

TEST_CASE("the top level counts two thirds without the evidence it asks for") {
    const Template t = make({question("A", 1)});
    record::Assessment a;
    a.answers["A"] = level(3, Basis::documented);
    const Score s = score(t, a, "", now);
    CHECK(*s.overall.score == doctest::Approx(2.0 / 3));
    CHECK(s.capped_for_evidence == std::vector<std::string>{"A"});
    a.answers["A"] = level(3, Basis::observed);
    CHECK(*score(t, a, "", now).overall.score == doctest::Approx(1));
}

TEST_CASE("the overall score is the weighted mean of functions, one without a score is left out and named") {
    // PR 1.0, DE 1/3: (0.35 * 1 + 0.10 / 3) / 0.45 = 0.852
    const Template t = make({question("A", 1, "PR"), question("B", 3, "DE"), question("C", 1, "RS")}, {{"PR", 0.35}, {"DE", 0.10}, {"RS", 0.55}});
    record::Assessment a;
    a.answers = {{"A", level(3)}, {"B", level(1)}};
    const Score s = score(t, a, "", now);
    CHECK(*s.overall.score == doctest::Approx(0.85185));
    CHECK(s.functions_left_out == std::vector<std::string>{"RS"});
    CHECK(s.overall.low <= *s.overall.score);
    CHECK(*s.overall.score <= s.overall.high);
}

TEST_CASE("critical questions gate the grade, and the gate names them") {
    const Template t = make({question("A", 1, "PR", true), question("B", 3), question("C", 3), question("D", 1, "PR", true), question("E", 1, "PR", true)});
    record::Assessment a;
    a.answers = {{"A", level(3)}, {"B", level(3)}, {"C", level(3)}, {"D", level(3)}, {"E", level(3)}};
    CHECK(*score(t, a, "", now).grade == 4);
    a.answers["A"] = level(1);
    Score s = score(t, a, "", now);
    CHECK(*s.grade_before_gates == 4);
    CHECK(*s.grade == 3);
    CHECK(s.gates.front().rule == Gate::Rule::critical_below_two);
    a.answers["A"] = level(0);
    s = score(t, a, "", now);
    CHECK(*s.grade == 2);
    CHECK(s.gates.front().questions == std::vector<std::string>{"A"});
    a.answers["D"] = a.answers["E"] = level(0);
    s = score(t, a, "", now);
    CHECK(*s.overall.score == doctest::Approx(6.0 / 9));
    CHECK(*s.grade == 1);
    CHECK(s.gates.front().rule == Gate::Rule::three_critical_absent);
}

TEST_CASE("grades start at their thresholds") {
    const Template t = make({question("A", 3), question("B", 2)});
    record::Assessment a;
    // 3 * 1 / 5 = 0.6 exactly on the threshold of "managed".
    a.answers = {{"A", level(3)}, {"B", level(0)}};
    CHECK(*score(t, a, "", now).overall.score == doctest::Approx(0.6));
    CHECK(*score(t, a, "", now).grade == 3);
}

TEST_CASE("confidence is basis times certainty, weighted") {
    const Template t = make({question("A", 3), question("B", 1)});
    record::Assessment a;
    a.answers = {{"A", level(1, Basis::documented)}, {"B", level(1, Basis::observed)}};
    a.answers["B"].unsure = true;
    // (3 * 0.7 + 1 * 0.9 * 0.5) / 4 = 0.6375
    CHECK(*score(t, a, "", now).overall.confidence == doctest::Approx(0.6375));
}

TEST_CASE("coverage below nine tenths or too much unknown makes a score provisional") {
    const Template t = make({question("A", 3), question("B", 3), question("C", 3), question("D", 1)});
    record::Assessment a;
    a.answers = {{"A", level(2)}, {"B", level(2)}, {"C", level(2)}};
    CHECK_FALSE(score(t, a, "", now).provisional);
    a.answers.erase("C");
    CHECK(score(t, a, "", now).provisional);
}

TEST_CASE("answers past their validity are stale, and more than a quarter of them dates the score") {
    const Template t = make({question("A", 1), question("B", 3)});
    record::Assessment a;
    a.answers = {{"A", level(2)}, {"B", level(2)}};
    a.answers["A"].answered_ms = now - 366 * day_ms;
    Score s = score(t, a, "", now);
    CHECK(s.stale == std::vector<std::string>{"A"});
    CHECK_FALSE(s.dated);
    a.answers["B"].answered_ms = now - 366 * day_ms;
    CHECK(score(t, a, "", now).dated);
}

TEST_CASE("numbers map to levels by thresholds, rising or falling") {
    NumberScale rising;
    rising.thresholds = {2, 8, 72};
    CHECK(rising.level_of(1.9) == 0);
    CHECK(rising.level_of(2) == 1);
    CHECK(rising.level_of(71.5) == 2);
    CHECK(rising.level_of(72) == 3);
    NumberScale falling;
    falling.thresholds = {30, 7, 1};
    falling.lower_is_better = true;
    CHECK(falling.level_of(31) == 0);
    CHECK(falling.level_of(30) == 1);
    CHECK(falling.level_of(1) == 3);
}

TEST_CASE("conditions: an open profile question asks, a denied one does not, add-ons follow the sector") {
    Template t = make({question("A", 1), question("B", 1)});
    t.sections[0].questions[0].applies_if.any = {"has_ot"};
    t.sections[0].questions[1].applies_if.answered_at_least = {{"A", 2}};
    record::Assessment a;
    CHECK(applicability(t, a, "").applies("A"));
    a.profile["has_ot"] = "no";
    CHECK(applicability(t, a, "").of("A") == Applies::no_profile);
    CHECK(!reason(t, a, "", "A").en.empty());
    a.profile["has_ot"] = "yes";
    a.answers["A"] = level(1);
    CHECK(applicability(t, a, "").of("B") == Applies::no_answer);
    a.answers["A"] = level(2);
    CHECK(applicability(t, a, "").applies("B"));
    const Template& baseline = *built_in_templates().front();
    CHECK(applicability(baseline, {}, "health").applies("CSB-HO-01"));
    CHECK(applicability(baseline, {}, "finance").of("CSB-HO-01") == Applies::no_sector);
}

TEST_CASE("gap classes and the order of ties") {
    Template t = make({question("A", 2), question("B", 3), question("C", 3, "PR", true), question("D", 3)});
    t.sections[0].questions[3].effort = 3;
    record::Assessment a;
    a.answers = {{"A", level(0)}, {"B", level(1)}, {"C", level(1)}, {"D", level(0)}};
    const auto gaps = rank_gaps(t, a, "", 1);
    REQUIRE(gaps.size() == 4);
    // C: (2/3 * 3 * 1.5) = 3 -> 44.4; D: 3 * 0.8 = 2.4 -> 35.6; A and B: 2 -> 29.6 each, the heavier question first.
    CHECK(gaps[0].question == "C");
    CHECK(gaps[0].kind == GapClass::do_now);
    CHECK(gaps[0].priority == doctest::Approx(44.444));
    CHECK(gaps[1].question == "D");
    CHECK(gaps[1].kind == GapClass::project);
    CHECK(gaps[2].question == "B");
    CHECK(gaps[3].question == "A");
    CHECK(gaps[3].kind == GapClass::quick_win);
}

TEST_CASE("two visits are compared on questions whose meaning is unchanged") {
    const Template before = make({question("A", 1), question("B", 1), question("C", 1)});
    Template after = make({question("A", 1), question("B", 1), question("D", 1)});
    after.sections[0].questions[1].meaning_version = 2;
    record::Assessment first;
    first.answers = {{"A", level(0)}, {"B", level(3)}, {"C", level(3)}};
    record::Assessment second;
    second.answers = {{"A", level(2)}, {"B", level(0)}};
    const Comparison c = compare(before, first, after, second, "");
    CHECK(*c.before == doctest::Approx(0));
    CHECK(*c.after == doctest::Approx(2.0 / 3));
    CHECK(c.improved == std::vector<std::string>{"A"});
    CHECK(c.not_comparable == std::vector<std::string>{"B", "D", "C"});
}
