// Realistic data from a seed: the same seed gives the same sites and answers (ids and salts are fresh).
#include <algorithm>

#include "app/session/implementation.h"
#include "app/session/sample_data.h"
#include "model/codec/flatten.h"

namespace fieldseal::session {

namespace {

constexpr std::int64_t day_ms = 24ll * 3600 * 1000;
constexpr std::uint64_t records_per_transaction = 500;

/// Picks by the seed.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
    bool chance(std::uint64_t percent) { return below(100) < percent; }
    template <class List>
    const auto& of(const List& list) {
        return list[static_cast<std::size_t>(below(list.size()))];
    }

  private:
    crypto::SeededRandom random_;
};

record::Site make_site(Dice& dice, std::uint64_t number, const questionnaire::Template& questions) {
    const SampleSite& kind = dice.of(sample_sites);
    const SampleTown& town = dice.of(sample_towns);
    record::Site site;
    const std::string serial = std::to_string(number + 1);
    site.name = std::string(kind.uk) + " № " + serial + ", " + std::string(town.uk);
    site.name_latin = std::string(kind.en) + " No. " + serial + ", " + std::string(town.en);
    site.sector = kind.sector;
    site.region = town.region;
    site.settlement = town.uk;
    site.criticality = static_cast<std::int64_t>(1 + dice.below(3));
    site.external_id = "GEN-" + serial;
    for (const questionnaire::ProfileQuestion& question : questions.profile_questions) {
        if (dice.chance(85)) {
            site.profile[question.id] = dice.chance(60) ? "yes" : "no";
        }
    }
    return site;
}

record::Answer make_answer(Dice& dice, const questionnaire::Question& question, std::uint64_t maturity, std::int64_t when) {
    record::Answer answer;
    answer.answered_ms = when;
    const std::uint64_t fate = dice.below(100);
    if (fate < 4) {
        answer.value = record::AnswerValue::unknown();
        answer.note = dice.of(sample_notes);
        return answer;
    }
    if (fate < 7) {
        answer.value = record::AnswerValue::not_applicable();
        answer.reason = "Такої системи на об’єкті немає.";
        return answer;
    }
    if (question.is_numeric()) {
        answer.value = record::AnswerValue::of_number(std::to_string(dice.below(72)));
    } else {
        const auto spread = static_cast<int>(dice.below(3)) - 1;
        answer.value = record::AnswerValue::of_level(std::clamp(static_cast<int>(maturity) + spread, 0, 3));
    }
    answer.basis = static_cast<record::Basis>(1 + dice.below(4));
    answer.unsure = dice.chance(8);
    if (dice.chance(20)) {
        answer.note = dice.of(sample_notes);
    }
    return answer;
}

}  // namespace

void Session::generate(std::uint64_t sites, std::uint64_t assessments, std::uint64_t seed, const Progress& progress) {
    Implementation& self = *implementation_;
    exchange::Exchange& exchange = self.joined();
    if (sites == 0 && assessments > 0) {
        throw Error(ErrorCode::usage, "Assessments need sites: give --sites at least 1.");
    }
    const std::shared_ptr<const questionnaire::Template> questions = self.templates.all().front();
    const Hash template_hash = questionnaire::content_hash(*questions);
    Dice dice(seed);
    crypto::Random& random = self.vault->environment().random;
    const std::int64_t now = self.now();
    std::vector<std::pair<RecordId, record::Site>> made;
    std::uint64_t done = 0;
    auto transaction = std::make_unique<vault::Transaction>(*self.vault);
    const auto step = [&] {
        if (++done % records_per_transaction == 0) {
            transaction->commit();
            transaction.reset();
            if (progress && !progress(done, sites + assessments)) {
                throw Error(ErrorCode::cancelled, "Cancelled; what was generated so far is kept.");
            }
            transaction = std::make_unique<vault::Transaction>(*self.vault);
        }
    };
    for (std::uint64_t i = 0; i < sites; ++i) {
        record::Site site = make_site(dice, i, *questions);
        const auto id = random.id<RecordId>();
        self.vault->append(id, record::Kind::site, codec::difference({}, codec::flatten(site)), {});
        made.emplace_back(id, std::move(site));
        step();
    }
    for (std::uint64_t i = 0; i < assessments; ++i) {
        const auto& [site_id, site] = made[static_cast<std::size_t>(i % made.size())];
        record::Assessment assessment;
        assessment.site = site_id;
        assessment.template_id = questions->id;
        assessment.template_version = questions->version;
        assessment.template_hash = template_hash;
        assessment.assessor = exchange.deployment().own_person;
        assessment.started_ms = now - static_cast<std::int64_t>(dice.below(540)) * day_ms;
        assessment.visited_on = record::day_of(assessment.started_ms);
        assessment.profile = site.profile;
        const auto id = random.id<RecordId>();
        const codec::FieldMap opened = codec::flatten(assessment);
        const Hash first = self.vault->append(id, record::Kind::assessment, codec::difference({}, opened), {});
        const std::uint64_t maturity = dice.below(4);
        const auto shown = questionnaire::applicability(*questions, assessment, site.sector);
        std::int64_t when = assessment.started_ms;
        for (const questionnaire::Question* question : questions->questions_in_order()) {
            if (shown.applies(question->id)) {
                when += 60'000;
                assessment.answers[question->id] = make_answer(dice, *question, maturity, when);
            }
        }
        assessment.state = record::AssessmentState::finalised;
        assessment.finalised_ms = when;
        self.vault->append(id, record::Kind::assessment, codec::difference(opened, codec::flatten(assessment)), {first});
        step();
    }
    transaction->commit();
    transaction.reset();
    self.touch_everything();
}

}  // namespace fieldseal::session
