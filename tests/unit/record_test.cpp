// Records as fields.
#include "model/record/record.h"

#include "model/codec/flatten.h"

using namespace fieldseal;
using namespace fieldseal::record;

TEST_CASE("an answer's value has one text form each way") {
    const std::vector<std::pair<AnswerValue, std::string>> forms = {
        {{}, ""},
        {AnswerValue::of_level(0), "0"},
        {AnswerValue::of_level(3), "3"},
        {AnswerValue::of_number("36.5"), "=36.5"},
        {AnswerValue::of_number("-0.25"), "=-0.25"},
        {AnswerValue::of_number("007"), "=007"},
        {AnswerValue::of_number("123456789012345.123456"), "=123456789012345.123456"},
        {AnswerValue::not_applicable(), "na"},
        {AnswerValue::unknown(), "unknown"},
    };
    for (const auto& [value, form] : forms) {
        CAPTURE(form);
        CHECK(flat_form(value) == form);
        AnswerValue back = AnswerValue::of_level(2);
        CHECK(from_flat_form(form, back));
        CHECK(back == value);
    }
}

TEST_CASE("other texts are no answer and change nothing") {
    for (const std::string_view text :
         {"4",          "-1",   "00",    " 1",   "1 ",       "NA",   "n/a",    "Unknown", "=",
          "=-",         "=.5",  "=5.",   "=1e3", "=+1",      "=1,5", "=1.2.3", "= 1",     "=1234567890123456",
          "=1.1234567", "=--1", "=0x10", "36.5", "=\xd9\xa1"}) {
        CAPTURE(text);
        AnswerValue value = AnswerValue::of_level(2);
        CHECK_FALSE(from_flat_form(text, value));
        CHECK(value == AnswerValue::of_level(2));
    }
}

TEST_CASE("kinds have names, and enums know their values") {
    CHECK(name_of(Kind::site) == "site");
    CHECK(name_of(Kind::assessment) == "assessment");
    CHECK(name_of(Kind::evidence) == "evidence");
    CHECK(name_of(Kind::review) == "review");
    CHECK(name_of(Kind::member) == "member");
    CHECK_FALSE(is_valid(static_cast<Kind>(0)));
    CHECK(name_of(Kind::finding) == "finding");
    CHECK(name_of(Kind::need) == "need");
    CHECK(name_of(Kind::offer) == "offer");
    CHECK(name_of(Kind::pledge) == "pledge");
    CHECK(name_of(Kind::assignment) == "assignment");
    CHECK(is_valid(static_cast<Kind>(10)));
    CHECK_FALSE(is_valid(static_cast<Kind>(11)));
    CHECK_FALSE(is_valid(static_cast<Verdict>(3)));
    CHECK_FALSE(is_valid(static_cast<Basis>(5)));
    CHECK_FALSE(is_valid(static_cast<AssessmentState>(2)));
}

TEST_CASE("an assessment's fields lie under the paths that the format names") {
    Assessment assessment;
    assessment.site.bytes[0] = 1;
    assessment.state = AssessmentState::finalised;
    assessment.started_ms = -5;
    assessment.profile["has_ot"] = "yes";
    Answer& answer = assessment.answers["CSB-GV-01"];
    answer.value = AnswerValue::of_level(0);
    answer.basis = Basis::observed;
    answer.measures["max_downtime_hours"] = "4";
    assessment.sign_off.name = "Олена";

    codec::FieldMap expected;
    Bytes site(16);
    site[0] = 1;
    expected["site"] = site;
    expected["state"] = std::int64_t{1};
    expected["started_ms"] = std::int64_t{-5};
    expected["profile/has_ot"] = std::string("yes");
    expected["answers/CSB-GV-01/value"] = std::string("0");
    expected["answers/CSB-GV-01/basis"] = std::int64_t{3};
    expected["answers/CSB-GV-01/measures/max_downtime_hours"] = std::string("4");
    expected["sign_off/name"] = std::string("Олена");
    CHECK(codec::flatten(assessment) == expected);

    std::vector<std::string> unknown;
    const auto back = codec::unflatten<Assessment>(expected, &unknown);
    CHECK(unknown.empty());
    CHECK(codec::flatten(back) == expected);
    CHECK(back.answers.at("CSB-GV-01").value == AnswerValue::of_level(0));
}

TEST_CASE("what a newer program wrote is left aside and named") {
    codec::FieldMap fields;
    fields["name"] = std::string("x");
    fields["altitude"] = 3.5;
    fields["criticality"] = std::string("high");
    fields["removed"] = std::int64_t{1};
    fields["profile/has_ot/more"] = std::string("yes");
    std::vector<std::string> unknown;
    const auto site = codec::unflatten<Site>(fields, &unknown);
    CHECK(site.name == "x");
    CHECK(site.criticality == 0);
    CHECK_FALSE(site.removed);
    CHECK(site.profile.empty());
    CHECK(unknown == std::vector<std::string>{"altitude", "criticality", "profile/has_ot/more", "removed"});

    codec::FieldMap review;
    review["verdict"] = std::int64_t{3};
    review["author"] = Bytes(15);
    unknown.clear();
    CHECK(codec::unflatten<Review>(review, &unknown).verdict == Verdict::comment);
    CHECK(unknown == std::vector<std::string>{"author", "verdict"});
}

TEST_CASE("a photo's fields lie under the paths that the format names, and evidence that is none has none of them") {
    Evidence evidence;
    evidence.file_name = "order.pdf";
    evidence.size = 3;
    CHECK(codec::flatten(evidence).size() == 2);
    CHECK_FALSE(codec::unflatten<Evidence>(codec::flatten(evidence)).was_cleaned());
    evidence.original.sealed.bytes[0] = 1;
    evidence.original.size = 850;
    evidence.original.commitment.bytes[0] = 2;
    evidence.original.media_type = "image/jpeg";
    evidence.original.keys["00.11"].bytes[0] = 3;
    evidence.cleaning = {1, "0 0 1 1", 2000, 1500, 2000, true, true, true};
    const codec::FieldMap fields = codec::flatten(evidence);
    for (const char* path :
         {"original/sealed", "original/size", "original/commitment", "original/media_type", "original/keys/00.11",
          "cleaning/quarter_turns", "cleaning/boxes", "cleaning/longest_side", "cleaning/width", "cleaning/height",
          "cleaning/location", "cleaning/camera", "cleaning/other"}) {
        CAPTURE(path);
        CHECK(fields.contains(path));
    }
    CHECK(fields.size() == 15);
    CHECK(std::get<Bytes>(fields.at("original/keys/00.11")).size() == 80);
    CHECK(codec::flatten(codec::unflatten<Evidence>(fields)) == fields);
}
