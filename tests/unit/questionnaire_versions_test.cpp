// The released versions of the built-in questionnaire: never changed again, all at hand, the newest first.
#include <doctest/doctest.h>

#include "model/questionnaire/built_in.h"
#include "model/questionnaire/scoring.h"

using namespace fieldseal;
using namespace fieldseal::questionnaire;

namespace {

std::shared_ptr<const Template> version(const char* wanted) {
    for (const auto& item : built_in_templates()) {
        if (item->version == wanted) {
            return item;
        }
    }
    return nullptr;
}

/// Of a hospital: levels 0 to 3 in turn by the question's place in the template, tested; numbers are left open.
record::Assessment answered(const Template& questions) {
    record::Assessment assessment;
    for (const Question* question : questions.questions_in_order()) {
        if (!question->is_numeric()) {
            record::Answer& answer = assessment.answers[question->id];
            answer.value = record::AnswerValue::of_level(static_cast<int>(question->order % 4));
            answer.basis = record::Basis::tested;
        }
    }
    return assessment;
}

}  // namespace

TEST_CASE("a released questionnaire keeps its bytes for ever") {
    // Assessments are pinned to these. A change needs a new version in a new file, not a new hash here.
    const std::pair<const char*, const char*> released[] = {
        {"1.2.0", "a137d722b9fcb36bb9f365f543807d5c9c13ae5ae01431fc23056f4ae36d9fa5"},
        {"1.1.0", "521fdc22a5fa98a9b896bcae821a523d9f0b3f2732a98e7f96f3ed83060a0508"},
        {"1.0.0", "2e2631ed7521f6e10614222b63b165ed7057ce4e623bdc064bdaf9e562e5ac3c"}};
    for (const auto& [name, hash] : released) {
        CAPTURE(name);
        const std::shared_ptr<const Template> item = version(name);
        REQUIRE(item);
        CHECK(content_hash(*item).hex() == hash);
        CHECK(built_in_template(*Hash::parse(hash)) == item);
    }
    CHECK(built_in_template(Hash{}) == nullptr);
}

TEST_CASE("what is known of a built-in version is what its file says, and the newest stands first") {
    const std::span<const BuiltIn> known = built_in_versions();
    REQUIRE(known.size() == built_in_templates().size());
    for (std::size_t i = 0; i < known.size(); ++i) {
        const Template& item = *built_in_templates()[i];
        CAPTURE(item.version);
        CHECK(item.id == known[i].id);
        CHECK(item.version == known[i].version);
        CHECK(content_hash(item).hex() == known[i].hash);
        if (i > 0) {
            CHECK(version_order(item.version, known[i - 1].version) < 0);
        }
    }
}

TEST_CASE("old versions score as they did when they were the newest") {
    // Redone by hand from the files: the weighted mean of the function scores over what is answered.
    for (const char* name : {"1.0.0", "1.1.0"}) {
        CAPTURE(name);
        const std::shared_ptr<const Template> item = version(name);
        REQUIRE(item);
        const Score result = score(*item, answered(*item), "health", 0);
        CHECK(result.overall.answered == 75);
        CHECK(*result.overall.score == doctest::Approx(0.5094909012));
    }
}

TEST_CASE("versions are ordered by number, not by letter") {
    CHECK(version_order("1.10.0", "1.9.0") > 0);
    CHECK(version_order("1.9.0", "1.10.0") < 0);
    CHECK(version_order("2", "1.99.99") > 0);
    CHECK(version_order("1.2", "1.2.0") == 0);
    CHECK(version_order("1.2.0", "1.2.0") == 0);
    CHECK(version_order("1.2.rc1", "1.2.0") < 0);
    CHECK(version_order("1.2.rc1", "1.2.rc2") < 0);
    CHECK(version_order("", "") == 0);
}
