// Laws of fields, edits and the canonical encoding, over random values and over damaged bytes.
#include <rapidcheck.h>

#include "model/codec/canonical_archive.h"
#include "model/codec/flatten.h"
#include "model/record/help.h"

using namespace fieldseal;
using codec::Edits;
using codec::FieldMap;
using codec::Value;

namespace {

rc::Gen<std::string> key() {
    // Short keys with signs that sort before and after the slash, so that neighbours get in each other's way if they
    // can.
    return rc::gen::nonEmpty(
        rc::gen::resize(3, rc::gen::container<std::string>(rc::gen::element('a', 'b', '-', '.', '0', 'Z'))));
}

rc::Gen<std::string> words() {
    return rc::gen::map(rc::gen::resize(8, rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                                               "a", " ", "\n", "Київ", "ґ", "\xf0\x9f\x94\x92", "\""))),
                        [](const std::vector<std::string>& pieces) {
                            std::string text;
                            for (const std::string& piece : pieces) {
                                text += piece;
                            }
                            return text;
                        });
}

rc::Gen<std::string> path() {
    return rc::gen::map(rc::gen::resize(3, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(key()))),
                        [](const std::vector<std::string>& keys) {
                            std::string joined;
                            for (const std::string& one : keys) {
                                joined += joined.empty() ? one : "/" + one;
                            }
                            return joined;
                        });
}

rc::Gen<Value> value() {
    const auto real = rc::gen::suchThat(rc::gen::arbitrary<double>(), [](double v) { return std::isfinite(v); });
    return rc::gen::oneOf(rc::gen::map(rc::gen::arbitrary<bool>(), [](bool v) { return Value(v); }),
                          rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t v) { return Value(v); }),
                          rc::gen::map(real, [](double v) { return Value(v); }),
                          rc::gen::map(words(), [](const std::string& v) { return Value(v); }),
                          rc::gen::map(rc::gen::arbitrary<Bytes>(), [](const Bytes& v) { return Value(v); }));
}

rc::Gen<FieldMap> fields() {
    const auto nonzero = rc::gen::suchThat(value(), [](const Value& v) { return !codec::is_zero(v); });
    return rc::gen::resize(20, rc::gen::container<FieldMap>(path(), nonzero));
}

rc::Gen<Edits> edits() {
    const auto change = rc::gen::oneOf(rc::gen::just(std::optional<Value>()),
                                       rc::gen::map(value(), [](const Value& v) { return std::optional<Value>(v); }));
    using Changes = std::map<std::string, std::optional<Value>>;
    return rc::gen::map(rc::gen::resize(20, rc::gen::container<Changes>(path(), change)),
                        [](const Changes& changes) { return Edits(changes.begin(), changes.end()); });
}

template <class Id>
rc::Gen<Id> id() {
    return rc::gen::map(rc::gen::arbitrary<std::uint8_t>(), [](std::uint8_t byte) {
        Id result;
        result.bytes[0] = byte;
        return result;
    });
}

record::Answer random_answer() {
    record::Answer answer;
    answer.value = *rc::gen::element(record::AnswerValue{}, record::AnswerValue::of_level(0),
                                     record::AnswerValue::of_level(3), record::AnswerValue::of_number("-36.5"),
                                     record::AnswerValue::not_applicable(), record::AnswerValue::unknown());
    answer.basis = static_cast<record::Basis>(*rc::gen::inRange(0, 5));
    answer.unsure = *rc::gen::arbitrary<bool>();
    answer.note = *words();
    answer.reason = *words();
    answer.measures = *rc::gen::resize(5, rc::gen::container<std::map<std::string, std::string>>(key(), words()));
    answer.answered_ms = *rc::gen::arbitrary<std::int64_t>();
    return answer;
}

record::Assessment random_assessment() {
    record::Assessment assessment;
    assessment.site = *id<RecordId>();
    assessment.template_id = *words();
    assessment.template_hash = *id<Hash>();
    assessment.assessor = *id<PersonId>();
    assessment.started_ms = *rc::gen::arbitrary<std::int64_t>();
    assessment.state = static_cast<record::AssessmentState>(*rc::gen::inRange(0, 2));
    assessment.summary = *words();
    assessment.profile = *rc::gen::resize(5, rc::gen::container<std::map<std::string, std::string>>(key(), words()));
    for (const std::string& question : *rc::gen::resize(5, rc::gen::container<std::vector<std::string>>(key()))) {
        assessment.answers[question] = random_answer();
    }
    assessment.sign_off.remark = *words();
    assessment.removed = *rc::gen::arbitrary<bool>();
    return assessment;
}

record::Assignment random_assignment() {
    record::Assignment assignment;
    assignment.site = *id<RecordId>();
    assignment.assignee = *id<PersonId>();
    assignment.why = *words();
    assignment.ask[(*id<RecordId>()).hex()].text = *words();
    assignment.last.visited_on = *words();
    assignment.last.template_hash = *id<Hash>();
    for (const std::string& question : *rc::gen::resize(5, rc::gen::container<std::vector<std::string>>(key()))) {
        assignment.last.answers[question] = random_answer();
    }
    return assignment;
}

template <class Write>
Bytes written(Write write) {
    codec::Writer out;
    write(out);
    return out.take();
}

/// `bytes` with some of them changed, left out or added.
Bytes mutated(Bytes bytes) {
    for (int change = *rc::gen::inRange(1, 4); change > 0; --change) {
        const auto at = static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
        const auto byte = *rc::gen::oneOf(rc::gen::arbitrary<std::uint8_t>(),
                                          rc::gen::element<std::uint8_t>(0x00, 0x01, 0x02, 0x7f, 0x80, 0xff));
        const bool inside = static_cast<std::size_t>(at) < bytes.size();
        switch (*rc::gen::inRange(0, 3)) {
            case 0:
                bytes.insert(bytes.begin() + at, byte);
                break;
            case 1:
                if (inside) {
                    bytes.erase(bytes.begin() + at);
                }
                break;
            default:
                if (inside) {
                    bytes[static_cast<std::size_t>(at)] = byte;
                }
        }
    }
    return bytes;
}

/// Reads `bytes`; whatever is not refused with an Error must be written as the same bytes again. Says whether it was
/// accepted.
template <class Read, class Write>
bool reads_only_what_it_writes(ByteView bytes, Read read, Write write) {
    codec::Reader in(bytes, "test");
    std::optional<decltype(read(in))> thing;
    try {
        thing = read(in);
        in.expect_end();
    } catch (const Error&) {
        return false;
    }
    RC_ASSERT(written([&](codec::Writer& out) { write(out, *thing); }) == Bytes(bytes.begin(), bytes.end()));
    return true;
}

bool reads_edits(ByteView bytes) {
    return reads_only_what_it_writes(bytes, codec::read_edits, codec::write_edits);
}

bool reads_assessment(ByteView bytes) {
    return reads_only_what_it_writes(bytes, codec::read<record::Assessment>, codec::write<record::Assessment>);
}

/// RapidCheck says what failed and with which seed; doctest counts it.
#define HOLDS(...) CHECK(rc::check(__VA_ARGS__))

}  // namespace

TEST_CASE("a record comes back from its fields with nothing unknown") {
    HOLDS([] {
        const FieldMap flat = codec::flatten(random_assessment());
        std::vector<std::string> unknown;
        const auto back = codec::unflatten<record::Assessment>(flat, &unknown);
        RC_ASSERT(unknown.empty());
        RC_ASSERT(codec::flatten(back) == flat);
    });
}

TEST_CASE("whatever fields there are, a record takes what it knows and names the rest") {
    HOLDS([] {
        FieldMap mixed = codec::flatten(random_assessment());
        for (const auto& [name, field] : *fields()) {
            mixed[*rc::gen::element<std::string>("", "answers/", "answers/a/", "profile/", "sign_off/") + name] = field;
        }
        std::vector<std::string> unknown;
        const auto record = codec::unflatten<record::Assessment>(mixed, &unknown);
        RC_ASSERT(std::is_sorted(unknown.begin(), unknown.end()));
        FieldMap known = mixed;
        for (const std::string& name : unknown) {
            RC_ASSERT(known.erase(name) == 1u);
        }
        RC_ASSERT(codec::flatten(record) == known);
    });
}

TEST_CASE("a record comes back from its canonical encoding") {
    HOLDS([] {
        const auto assessment = random_assessment();
        const Bytes bytes = codec::encode(assessment);
        RC_ASSERT(codec::encode(codec::decode<record::Assessment>(bytes, "test")) == bytes);
        const auto assignment = random_assignment();
        const FieldMap flat = codec::flatten(assignment);
        RC_ASSERT(codec::flatten(codec::unflatten<record::Assignment>(flat)) == flat);
    });
}

TEST_CASE("applying the difference gives the other state, and no difference changes nothing") {
    HOLDS([] {
        const FieldMap before = *fields();
        const FieldMap after = *fields();
        FieldMap state = before;
        codec::apply(state, codec::difference(before, after));
        RC_ASSERT(state == after);
        RC_ASSERT(codec::difference(before, before).empty());
        const Edits edits = codec::difference(before, after);
        RC_ASSERT(codec::normalised(edits) == edits);
    });
}

TEST_CASE("applying edits twice is applying them once, and the difference is no more than the edits") {
    HOLDS([] {
        const FieldMap before = *fields();
        const Edits change = *edits();
        FieldMap once = before;
        codec::apply(once, change);
        FieldMap twice = once;
        codec::apply(twice, change);
        RC_ASSERT(once == twice);
        const Edits normal = codec::normalised(change);
        for (const auto& [name, field] : codec::difference(before, once)) {
            RC_ASSERT(normal.at(name) == field);
        }
    });
}

TEST_CASE("edits and fields come back from their bytes") {
    HOLDS([] {
        const Edits change = codec::normalised(*edits());
        const Bytes bytes = written([&](codec::Writer& out) { codec::write_edits(out, change); });
        codec::Reader in(bytes, "test");
        RC_ASSERT(codec::read_edits(in) == change);
        const FieldMap flat = *fields();
        const Bytes flat_bytes = written([&](codec::Writer& out) { codec::write_fields(out, flat); });
        codec::Reader flat_in(flat_bytes, "test");
        RC_ASSERT(codec::read_fields(flat_in) == flat);
        RC_ASSERT(in.at_end());
        RC_ASSERT(flat_in.at_end());
    });
}

TEST_CASE("random bytes are refused or are what would be written") {
    HOLDS([] {
        const Bytes bytes = *rc::gen::arbitrary<Bytes>();
        reads_edits(bytes);
        reads_assessment(bytes);
    });
}

TEST_CASE("damaged bytes are refused or are what would be written") {
    // Both must happen, or the property would say nothing.
    int accepted = 0;
    int refused = 0;
    HOLDS([&] {
        const Edits change = *edits();
        const bool read = reads_edits(mutated(written([&](codec::Writer& out) { codec::write_edits(out, change); })));
        const bool also = reads_assessment(mutated(codec::encode(random_assessment())));
        accepted += (read ? 1 : 0) + (also ? 1 : 0);
        refused += (read ? 0 : 1) + (also ? 0 : 1);
    });
    CHECK(accepted > 0);
    CHECK(refused > 0);
}
