// Needs, offers and pledges: states that follow, the ranking of docs/scoring.md by its worked example, matching, totals.
#include <doctest/doctest.h>

#include <algorithm>

#include "model/portfolio/groups.h"
#include "model/questionnaire/scoring.h"

using namespace fieldseal;
using namespace fieldseal::portfolio;
using record::CheckResult;
using record::PledgeState;
using record::Urgency;

namespace {

RecordId id_of(std::uint8_t number) {
    RecordId id;
    id.bytes.fill(number);
    return id;
}

/// Two sites with one visit each, as the worked example has them.
struct Example {
    TemplateShelf shelf;
    HelpSource source;
    const RecordId vital = id_of(1);
    const RecordId ordinary = id_of(2);
    const RecordId first_visit = id_of(0x11);
    const RecordId second_visit = id_of(0x12);
    const RecordId backups = id_of(0x21);
    const RecordId training = id_of(0x22);
    const RecordId generators = id_of(0x31);
    const RecordId course = id_of(0x32);
    const RecordId estonia = id_of(0x41);

    Example() {
        questionnaire::Template made;
        questionnaire::Section section;
        section.id = "S";
        section.questions.resize(2);
        section.questions[0].id = "Q-POWER";
        section.questions[0].weight = 3;
        section.questions[0].critical = true;
        section.questions[0].cost = 2;
        section.questions[1].id = "Q-COURSE";
        section.questions[1].weight = 2;
        section.questions[1].cost = 3;
        section.questions[0].function = section.questions[1].function = "PR";
        made.sections.push_back(std::move(section));
        made.function_weights = {{"PR", 1.0}};
        made.id = "two";
        made.index();
        const Hash hash = questionnaire::content_hash(made);
        shelf.add(std::make_shared<const questionnaire::Template>(std::move(made)));

        source.today = "2026-06-01";
        source.sites[vital] = {"Hospital", "health", "UA-63", 3};
        source.sites[ordinary] = {"Town hall", "local_government", "UA-32", 1};
        add_visit(first_visit, vital, hash, "2026-01-10", "Q-POWER", 0);
        add_visit(second_visit, ordinary, hash, "2026-01-11", "Q-COURSE", 1);
        add_finding(backups, vital, first_visit, "Q-POWER");
        add_finding(training, ordinary, second_visit, "Q-COURSE");
        record::Need power = need(vital, first_visit, backups, "power", Urgency::now);
        power.quantity = 2;
        power.cost = 10'000;
        power.currency = "EUR";
        source.needs.emplace_back(generators, power);
        record::Need teaching = need(ordinary, second_visit, training, "training", Urgency::this_year);
        teaching.cost = 800;
        teaching.currency = "EUR";
        source.needs.emplace_back(course, teaching);
        record::Offer offer;
        offer.partner = "Estonia";
        offer.category = "power";
        offer.quantity = 3;
        source.offers.emplace_back(estonia, offer);
    }

    void add_visit(const RecordId& id, const RecordId& site, const Hash& hash, const char* day, const char* question,
                   int level) {
        record::Assessment visit;
        visit.site = site;
        visit.template_hash = hash;
        visit.visited_on = day;
        visit.answers[question].value = record::AnswerValue::of_level(level);
        visit.answers[question].basis = record::Basis::tested;
        source.assessments.emplace_back(id, visit);
    }
    void add_finding(const RecordId& id, const RecordId& site, const RecordId& visit, const char* question) {
        record::Finding finding;
        finding.site = site;
        finding.assessment = visit;
        finding.question = question;
        source.findings.emplace_back(id, finding);
    }
    static record::Need need(const RecordId& site, const RecordId& visit, const RecordId& finding, const char* category,
                             Urgency urgency) {
        record::Need need;
        need.site = site;
        need.assessment = visit;
        need.findings[finding.hex()] = true;
        need.category = category;
        need.urgency = urgency;
        return need;
    }
    void pledge(std::uint8_t number, std::int64_t quantity, PledgeState state, const char* delivered = "") {
        record::Pledge pledge;
        pledge.need = generators;
        pledge.offer = estonia;
        pledge.site = vital;
        pledge.quantity = quantity;
        pledge.state = state;
        pledge.delivered_on = delivered;
        source.pledges.emplace_back(id_of(number), pledge);
    }
    /// Another visit of the hospital, which looks at this.
    void look(std::uint8_t number, const char* day, const RecordId& at, CheckResult result, std::int64_t seen = 0) {
        record::Assessment visit;
        visit.site = vital;
        visit.visited_on = day;
        visit.checks[at.hex()] = {result, seen, ""};
        source.assessments.emplace_back(id_of(number), visit);
    }
    Help help() const { return make_help(source, shelf); }
    NeedState state_of(const RecordId& id) const { return help().need(id)->state; }
};

}  // namespace

TEST_CASE_FIXTURE(Example, "the worked example of the ranking, by hand") {
    Help help = this->help();
    REQUIRE(help.needs.size() == 2);
    CHECK(help.needs[0].id == generators);
    CHECK(help.needs[0].risk == doctest::Approx(100));
    CHECK(help.needs[0].cost_factor == doctest::Approx(2));
    CHECK(help.needs[0].value == doctest::Approx(100));
    CHECK(help.needs[1].risk == doctest::Approx(19.75).epsilon(0.001));
    CHECK(help.needs[1].value == doctest::Approx(29.63).epsilon(0.001));
    SUBCASE("what is promised already counts no more") {
        pledge(0x51, 1, PledgeState::pledged);
        CHECK(this->help().need(generators)->value == doctest::Approx(50));
        pledge(0x52, 1, PledgeState::delivered, "2026-03-01");
        CHECK(this->help().need(generators)->value == 0);
        CHECK(this->help().needs[0].id == course);
    }
    SUBCASE("without a price the question's cost class stands in") {
        source.needs[1].second.cost = 0;
        CHECK(this->help().need(course)->value == doctest::Approx(9.88).epsilon(0.001));
    }
    SUBCASE("a closed finding is no risk any more") {
        source.findings[0].second.state = record::FindingState::closed;
        CHECK(this->help().need(generators)->value == 0);
    }
}

TEST_CASE("the cost counts by its order of magnitude, in any currency that has a rate") {
    CHECK(cost_factor(1, "EUR", 3) == 1);
    CHECK(cost_factor(1'000, "EUR", 3) == 1);
    CHECK(cost_factor(100'000, "EUR", 1) == doctest::Approx(3));
    CHECK(cost_factor(100'000'000, "UAH", 1) == doctest::Approx(4.322).epsilon(0.001));
    CHECK(cost_factor(100'000, "XXX", 2) == 2);
    CHECK(cost_factor(0, "EUR", 2) == 2);
}

TEST_CASE_FIXTURE(Example, "a need's state follows from pledges and visits") {
    CHECK(state_of(generators) == NeedState::wanted);
    pledge(0x51, 1, PledgeState::fell_through);
    CHECK(state_of(generators) == NeedState::wanted);
    pledge(0x52, 2, PledgeState::proposed);
    CHECK(state_of(generators) == NeedState::matched);
    source.pledges.back().second.state = PledgeState::pledged;
    CHECK(state_of(generators) == NeedState::pledged);
    source.pledges.back().second.state = PledgeState::delivered;
    source.pledges.back().second.delivered_on = "2026-03-01";
    CHECK(state_of(generators) == NeedState::delivered);
    SUBCASE("seen in part, then whole") {
        look(0x61, "2026-04-01", generators, CheckResult::in_part, 1);
        CHECK(state_of(generators) == NeedState::delivered);
        CHECK(help().need(generators)->verified == 1);
        look(0x62, "2026-05-01", generators, CheckResult::solved);
        CHECK(state_of(generators) == NeedState::verified);
        const Help help = this->help();
        const PledgeLine* line = help.pledge(id_of(0x52));
        CHECK(line->verified_at == id_of(0x62));
        CHECK(line->verified_on == "2026-05-01");
    }
    SUBCASE("the latest visit decides, whichever is read first") {
        look(0x62, "2026-05-01", generators, CheckResult::not_solved);
        look(0x61, "2026-04-01", generators, CheckResult::solved);
        CHECK(state_of(generators) == NeedState::delivered);
        std::swap(source.assessments[2], source.assessments[3]);
        CHECK(state_of(generators) == NeedState::delivered);
    }
    SUBCASE("a visit before the delivery verifies no pledge") {
        look(0x61, "2026-02-01", generators, CheckResult::solved);
        CHECK_FALSE(help().pledge(id_of(0x52))->verified_at);
    }
    SUBCASE("withdrawn") {
        source.needs[0].second.withdrawn = true;
        CHECK(state_of(generators) == NeedState::withdrawn);
        CHECK(help().need(generators)->open() == 0);
    }
}

TEST_CASE_FIXTURE(Example, "a later visit closes a finding and may open it again") {
    CHECK_FALSE(help().finding(backups)->closed);
    look(0x61, "2026-04-01", backups, CheckResult::solved);
    CHECK(help().finding(backups)->closed);
    look(0x62, "2026-05-01", backups, CheckResult::not_solved);
    CHECK_FALSE(help().finding(backups)->closed);
}

TEST_CASE_FIXTURE(Example, "offers fit by category, sector, region, day and what is left") {
    const auto fitting = [this] {
        const Help help = this->help();
        return needs_for(help, *help.offer(estonia)).size();
    };
    CHECK(fitting() == 1);
    record::Offer& offer = source.offers[0].second;
    SUBCASE("category") {
        offer.category = "licence";
        CHECK(fitting() == 0);
    }
    SUBCASE("sector") {
        offer.sectors["energy"] = true;
        CHECK(fitting() == 0);
        offer.sectors["health"] = true;
        CHECK(fitting() == 1);
    }
    SUBCASE("region") {
        offer.regions["UA-32"] = true;
        CHECK(fitting() == 0);
        offer.regions["UA-32"] = false;
        CHECK(fitting() == 1);
    }
    SUBCASE("day") {
        offer.until = "2026-06-01";
        CHECK(fitting() == 1);
        offer.until = "2026-05-31";
        CHECK(fitting() == 0);
    }
    SUBCASE("what is left") {
        pledge(0x51, 1, PledgeState::proposed);
        CHECK(help().offer(estonia)->left == 2);
        source.pledges.back().second.quantity = 3;
        CHECK(help().offer(estonia)->left == 0);
        CHECK(fitting() == 0);
        source.pledges.back().second.state = PledgeState::fell_through;
        CHECK(help().offer(estonia)->left == 3);
    }
    SUBCASE("those that cover all of it come first, then those meant for fewer") {
        record::Offer meant = offer;
        record::Offer one = offer;
        one.quantity = 1;
        one.regions["UA-63"] = true;
        source.offers.emplace_back(id_of(0x42), one);
        meant.regions["UA-63"] = true;
        source.offers.emplace_back(id_of(0x43), meant);
        const Help help = this->help();
        std::vector<RecordId> order;
        for (const std::size_t place : offers_for(help, *help.need(generators))) {
            order.push_back(help.offers[place].id);
        }
        CHECK(order == std::vector<RecordId>{id_of(0x43), estonia, id_of(0x42)});
    }
}

TEST_CASE_FIXTURE(Example, "groups count sites once, and money by currency") {
    record::Need more = source.needs[0].second;
    more.cost = 40'000;
    more.currency = "UAH";
    source.needs.emplace_back(id_of(0x33), more);
    record::Need gone = more;
    gone.withdrawn = true;
    source.needs.emplace_back(id_of(0x34), gone);
    pledge(0x51, 1, PledgeState::delivered, "2026-03-01");
    pledge(0x52, 1, PledgeState::pledged);
    look(0x61, "2026-04-01", generators, CheckResult::in_part, 1);
    const std::vector<NeedGroup> groups = group_needs(help(), GroupBy::question);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].key == "Q-COURSE");
    CHECK(groups[1].key == "Q-POWER");
    CHECK(groups[1].sites == 1);
    CHECK(groups[1].needs == 2);
    CHECK(groups[1].quantity == 4);
    CHECK(groups[1].promised == 2);
    CHECK(groups[1].delivered == 1);
    CHECK(groups[1].verified == 1);
    CHECK(groups[1].cost == Money{{"EUR", 10'000}, {"UAH", 40'000}});
    CHECK(groups[1].by_state[static_cast<std::size_t>(NeedState::wanted)] == 1);
    CHECK(group_needs(help(), GroupBy::region).size() == 2);
    const std::vector<NeedGroup> partners = group_needs(help(), GroupBy::partner);
    REQUIRE(partners.size() == 1);
    CHECK(partners[0].key == "Estonia");
    CHECK(partners[0].needs == 1);
    CHECK(partners[0].promised == 2);
    CHECK(partners[0].delivered == 1);
    CHECK(partners[0].verified == 1);
}

TEST_CASE_FIXTURE(Example, "what bundles bring cannot run sums out of range") {
    source.needs[0].second.quantity = INT64_MAX;
    source.needs[0].second.cost = INT64_MAX;
    source.needs.emplace_back(id_of(0x33), source.needs[0].second);
    pledge(0x51, INT64_MAX, PledgeState::delivered, "2026-03-01");
    pledge(0x52, INT64_MAX, PledgeState::delivered, "2026-03-02");
    pledge(0x53, -5, PledgeState::pledged);
    look(0x61, "2026-04-01", generators, CheckResult::in_part, INT64_MIN);
    const std::vector<NeedGroup> groups = group_needs(help(), GroupBy::category);
    const auto power = std::ranges::find(groups, "power", &NeedGroup::key);
    REQUIRE(power != groups.end());
    CHECK(power->quantity == INT64_MAX);
    CHECK(power->cost.at("EUR") == INT64_MAX);
    CHECK(help().need(generators)->verified == 0);
    CHECK(help().offer(estonia)->left == 0);
}

TEST_CASE_FIXTURE(Example, "serious gaps are counted over sites") {
    GapCount count;
    const auto questions = shelf.by_hash(source.assessments[0].second.template_hash);
    count.add(vital, *questions, source.assessments[0].second, source.sites.at(vital));
    count.add(ordinary, *questions, source.assessments[0].second, source.sites.at(ordinary));
    // Not serious: level 1 of a question that weighs 2, at an ordinary site.
    count.add(id_of(3), *questions, source.assessments[1].second, source.sites.at(ordinary));
    CHECK(count.sites() == 3);
    const std::vector<FrequentGap> gaps = count.result();
    REQUIRE(gaps.size() == 1);
    CHECK(gaps[0].question == "Q-POWER");
    CHECK(gaps[0].sites == 2);
    CHECK(gaps[0].critical == 2);
    CHECK(gaps[0].where == std::vector<RecordId>{vital, ordinary});
}

TEST_CASE_FIXTURE(Example, "an assignment is done by its person's finalised visit, and overdue until then") {
    record::Assignment assignment;
    assignment.site = vital;
    assignment.assignee.bytes.fill(7);
    assignment.due = "2026-05-20";
    assignment.assigned_ms = 1'776'000'000'000;  // 2026-04-12
    source.assignments.emplace_back(id_of(0x71), assignment);
    CHECK(help().assignments[0].overdue);
    CHECK(help().assignments[0].last_visit == "2026-01-10");
    look(0x61, "2026-05-15", backups, CheckResult::solved);
    record::Assessment& visit = source.assessments.back().second;
    visit.assessor.bytes.fill(7);
    CHECK(help().assignments[0].overdue);
    visit.state = record::AssessmentState::finalised;
    CHECK(help().assignments[0].done_at == id_of(0x61));
    CHECK_FALSE(help().assignments[0].overdue);
    visit.assessor.bytes.fill(8);
    CHECK_FALSE(help().assignments[0].done_at);
}
