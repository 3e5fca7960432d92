// Merging by hand-made examples: every pair of operations, holes, settling, and what a state says of itself.
#include "model/history/merge.h"

#include <algorithm>

using namespace fieldseal;
using namespace fieldseal::history;

namespace {

using Value = std::optional<codec::Value>;

const std::string path = "answers/Q1/value";

template <class Fixed>
Fixed filled(std::uint8_t byte) {
    Fixed result;
    result.bytes.fill(byte);
    return result;
}

Value text(const char* value) {
    return codec::Value{std::string(value)};
}

/// Revisions with names of one letter, in hand-made order.
struct Made {
    Revision revision;
    Hash name;
};

Made made(std::uint8_t name, std::uint8_t device, std::vector<std::uint8_t> parents, codec::Edits edits,
          std::int64_t logical = 0) {
    Made result;
    result.name = filled<Hash>(name);
    result.revision.record = filled<RecordId>(0xaa);
    result.revision.kind = record::Kind::assessment;
    result.revision.device = filled<DeviceId>(device);
    result.revision.sequence = name;
    result.revision.time.logical_ms = logical;
    for (const std::uint8_t parent : parents) {
        result.revision.parents.push_back(filled<Hash>(parent));
    }
    result.revision.edits = std::move(edits);
    return result;
}

MergedRecord merged(const std::vector<Made>& in_order) {
    MergedRecord result;
    for (const Made& one : in_order) {
        add(result, one.revision, one.name);
    }
    return result;
}

/// The same with edits that are given away.
MergedRecord merged_by_moving(std::vector<Made> in_order) {
    MergedRecord result;
    for (Made& one : in_order) {
        add(result, std::move(one.revision), one.name);
    }
    return result;
}

/// The state, after checking that it is the same in every order, and read back.
MergedRecord merged_anyhow(std::vector<Made> all) {
    const MergedRecord result = merged(all);
    const Bytes form = deterministic_form(result);
    CHECK(deterministic_form(decode_merged(encode(result))) == form);
    std::sort(all.begin(), all.end(), [](const Made& a, const Made& b) { return a.name < b.name; });
    do {
        CHECK(deterministic_form(merged(all)) == form);
        CHECK(deterministic_form(merged_by_moving(all)) == form);
    } while (
        std::next_permutation(all.begin(), all.end(), [](const Made& a, const Made& b) { return a.name < b.name; }));
    return result;
}

std::vector<Value> versions(const MergedRecord& state, const std::string& of = path) {
    std::vector<Value> values;
    for (const FieldVersion& version : state.fields.find(of)->second.versions) {
        values.push_back(version.value);
    }
    return values;
}

}  // namespace

TEST_CASE("every pair of concurrent operations on one field") {
    struct Case {
        Value before;
        Value a;
        Value b;
        bool conflict;
    };
    const Value nothing;
    const Case cases[] = {
        {nothing, text("1"), text("1"), false},                       // created alike
        {nothing, text("1"), text("2"), true},                        // created differently
        {text("0"), text("1"), text("1"), false},                     // set alike
        {text("0"), text("1"), text("2"), true},                      // set differently
        {text("0"), text("1"), nothing, true},                        // set and removed
        {text("0"), nothing, text("1"), true},                        // removed and set
        {text("0"), nothing, nothing, false},                         // removed twice
        {text("0"), text("0"), text("1"), true},                      // set to what it was, and to another
        {text("0"), text("0"), nothing, true},                        // set to what it was, and removed
        {text("0"), codec::Value{std::int64_t{1}}, text("1"), true},  // set to another type
        {text("0"), text(""), nothing, false},                        // emptied and removed are the same
    };
    for (const Case& one : cases) {
        std::vector<Made> all;
        std::vector<std::uint8_t> base;
        if (one.before) {
            all.push_back(made(1, 1, {}, {{path, one.before}}, 10));
            base = {1};
        }
        all.push_back(made(2, 1, base, {{path, one.a}}, 30));
        all.push_back(made(3, 2, base, {{path, one.b}}, 20));
        const MergedRecord state = merged_anyhow(all);
        CHECK(state.fields.find(path)->second.in_conflict() == one.conflict);
        CHECK(versions(state).size() == 2);
        CHECK(versions(state)[1] == one.b);
        CHECK(state.conflicts() == (one.conflict ? std::vector<std::string>{path} : std::vector<std::string>{}));
        CHECK(state.heads == std::vector{filled<Hash>(2), filled<Hash>(3)});

        all.push_back(made(4, 3, {2, 3}, {{path, one.b}}, 5));
        const MergedRecord settled = merged_anyhow(all);
        CHECK(settled.conflicts().empty());
        CHECK(versions(settled) == std::vector<Value>{one.b});
        CHECK(settled.heads == std::vector{filled<Hash>(4)});
    }
}

TEST_CASE("edits of different fields never conflict") {
    const MergedRecord state =
        merged_anyhow({made(1, 1, {}, {{"a", text("0")}, {"b", text("0")}}), made(2, 1, {1}, {{"a", text("1")}}),
                       made(3, 2, {1}, {{"b", text("2")}})});
    CHECK(state.conflicts().empty());
    CHECK(state.values() == codec::FieldMap{{"a", *text("1")}, {"b", *text("2")}});
}

TEST_CASE("which of concurrent values is shown: latest logical time, then device, then name") {
    CHECK(versions(merged_anyhow({made(1, 9, {}, {{path, text("old")}}, 1), made(2, 1, {}, {{path, text("new")}}, 2)}))
              .front() == text("new"));
    CHECK(versions(merged_anyhow({made(2, 1, {}, {{path, text("low")}}, 1), made(1, 2, {}, {{path, text("high")}}, 1)}))
              .front() == text("high"));
    CHECK(versions(merged_anyhow({made(1, 1, {}, {{path, text("low")}}, 1), made(2, 1, {}, {{path, text("high")}}, 1)}))
              .front() == text("high"));
}

TEST_CASE("a clock years ahead wins among concurrent edits but not against one that has seen it") {
    const Made ahead = made(1, 1, {}, {{path, text("future")}}, 9'000'000'000'000);
    const Made beside = made(2, 2, {}, {{path, text("now")}}, 1000);
    CHECK(merged_anyhow({ahead, beside}).values().at(path) == *text("future"));
    const MergedRecord state = merged_anyhow({ahead, beside, made(3, 2, {1, 2}, {{path, text("later")}}, 1001)});
    CHECK(versions(state) == std::vector<Value>{text("later")});
}

TEST_CASE("a hole makes a conflict only until it is filled") {
    const Made first = made(1, 1, {}, {{path, text("1")}});
    const Made between = made(2, 2, {1}, {{"other", text("x")}});
    const Made last = made(3, 3, {2}, {{path, text("3")}});
    MergedRecord state = merged({first, last});
    CHECK(state.conflicts() == std::vector<std::string>{path});
    CHECK(state.missing_parents() == std::vector{filled<Hash>(2)});
    CHECK(state.heads == std::vector{filled<Hash>(1), filled<Hash>(3)});
    CHECK_FALSE(is_ancestor(state, first.name, last.name));
    add(state, between.revision, between.name);
    CHECK(state.conflicts().empty());
    CHECK(state.missing_parents().empty());
    CHECK(state.heads == std::vector{filled<Hash>(3)});
    CHECK(is_ancestor(state, first.name, last.name));
    CHECK_FALSE(is_ancestor(state, last.name, first.name));
    CHECK_FALSE(is_ancestor(state, last.name, last.name));
}

TEST_CASE("the example of the format") {
    const Made a = made(1, 1, {}, {{path, text("1")}}, 1);
    const Made b = made(2, 1, {1}, {{path, text("2")}}, 2);
    const Made c = made(3, 2, {1}, {{path, text("3")}}, 3);
    const Made d = made(4, 1, {2, 3}, {{path, text("3")}}, 4);
    CHECK(versions(merged_anyhow({a})) == std::vector<Value>{text("1")});
    CHECK(versions(merged_anyhow({a, b})) == std::vector<Value>{text("2")});
    CHECK(versions(merged_anyhow({a, b, c})) == std::vector<Value>{text("3"), text("2")});
    CHECK(versions(merged_anyhow({c, d})) == std::vector<Value>{text("3")});
    CHECK(versions(merged_anyhow({a, d})) == std::vector<Value>{text("3"), text("1")});
    CHECK(versions(merged_anyhow({a, b, d})) == std::vector<Value>{text("3")});
    CHECK(versions(merged_anyhow({a, b, c, d})) == std::vector<Value>{text("3")});
}

TEST_CASE("three ways apart, settled two by two") {
    std::vector<Made> all{made(1, 1, {}, {{path, text("a")}}, 3), made(2, 2, {}, {{path, text("b")}}, 2),
                          made(3, 3, {}, {{path, text("c")}}, 1)};
    CHECK(versions(merged_anyhow(all)) == std::vector<Value>{text("a"), text("b"), text("c")});
    all.push_back(made(4, 1, {1, 2}, {{path, text("b")}}, 4));
    CHECK(versions(merged_anyhow(all)) == std::vector<Value>{text("b"), text("c")});
    all.push_back(made(5, 2, {3, 4}, {{path, text("c")}}, 5));
    CHECK(versions(merged_anyhow(all)) == std::vector<Value>{text("c")});
}

TEST_CASE("two who settle differently are in conflict again") {
    const MergedRecord state =
        merged_anyhow({made(1, 1, {}, {{path, text("a")}}), made(2, 2, {}, {{path, text("b")}}),
                       made(3, 1, {1, 2}, {{path, text("a")}}, 8), made(4, 2, {1, 2}, {{path, text("b")}}, 7)});
    CHECK(versions(state) == std::vector<Value>{text("a"), text("b")});
}

TEST_CASE("who removes a record overrules only what they had seen") {
    const Made site = made(1, 1, {}, {{"name", text("Hospital")}});
    const Made removal = made(2, 1, {1}, {{"removed", codec::Value{true}}});
    const Made edit = made(3, 2, {1}, {{"notes", text("generator fails")}});
    const MergedRecord state = merged_anyhow({site, removal, edit});
    CHECK(state.values().at("notes") == *text("generator fails"));
    CHECK(concurrent_with(state, removal.name) == std::vector{edit.name});
    CHECK(concurrent_with(merged_anyhow({site, removal}), removal.name).empty());
    CHECK(concurrent_with(state, filled<Hash>(77)).empty());
}

TEST_CASE("a known revision is not added again, one of another record not at all") {
    MergedRecord state = merged({made(1, 1, {}, {{path, text("a")}})});
    add(state, made(1, 1, {}, {{path, text("a")}}).revision, filled<Hash>(1), 99);
    CHECK(state.revisions.size() == 1);
    CHECK(state.revisions[0].row == 0);
    Revision foreign = made(2, 1, {1}, {}).revision;
    foreign.record = filled<RecordId>(0xbb);
    CHECK_THROWS_AS(add(state, foreign, filled<Hash>(2)), Error);
    foreign = made(2, 1, {1}, {}).revision;
    foreign.kind = record::Kind::site;
    CHECK_THROWS_AS(add(state, foreign, filled<Hash>(2)), Error);
    CHECK(state.revisions.size() == 1);
}

TEST_CASE("the state at a revision") {
    std::vector<Revision> all;
    Hash last;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        Revision revision = made(1, 1, {}, {{path, codec::Value{static_cast<std::int64_t>(i)}}}).revision;
        revision.sequence = i;
        revision.previous = last;
        if (i > 1) {
            revision.parents = {last};
        }
        last = name_of(revision);
        all.push_back(revision);
    }
    CHECK(merge_at(all, name_of(all[41])).values().at(path) == codec::Value{std::int64_t{42}});
    CHECK(merge_at(all, last).revisions.size() == 100);
    CHECK_THROWS_AS((void)merge_at(all, filled<Hash>(1)), Error);
}

TEST_CASE("a state in bytes is short, and comes back") {
    std::vector<Made> all;
    for (std::uint8_t i = 1; i <= 200; ++i) {
        all.push_back(made(
            i, 1, i == 1 ? std::vector<std::uint8_t>{} : std::vector<std::uint8_t>{static_cast<std::uint8_t>(i - 1)},
            {{path, codec::Value{std::int64_t{i}}}}, 1'700'000'000'000 + i));
    }
    const MergedRecord state = merged(all);
    const Bytes bytes = encode(state);
    CHECK(bytes.size() < 200 * 60);
    const MergedRecord back = decode_merged(bytes);
    CHECK(encode(back) == bytes);
    CHECK(back.id == state.id);
    CHECK(back.kind == state.kind);
    CHECK(back.heads == state.heads);
    CHECK(back.values() == state.values());
    CHECK(back.knows(filled<Hash>(150)));
    CHECK_FALSE(back.knows(filled<Hash>(250)));
    CHECK(is_ancestor(back, filled<Hash>(1), filled<Hash>(200)));
    CHECK(decode_merged(encode(MergedRecord{})).empty());
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK_THROWS_AS((void)decode_merged(longer), Error);
    CHECK_THROWS_AS((void)decode_merged({}), Error);
}
