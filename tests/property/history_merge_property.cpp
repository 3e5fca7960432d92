// The state of a record depends on the set of its revisions alone, and says what the rules of docs/formats/history.md
// say.
#include "history_world.h"

using namespace fieldseal;
using namespace fieldseal::history;
using namespace fieldseal::history::test;

namespace {

using Steps = std::vector<Step>;

MergedRecord merged_in(const World& world, const std::vector<std::size_t>& order) {
    MergedRecord merged;
    for (const std::size_t i : order) {
        add(merged, world.revisions()[i], world.names()[i]);
    }
    return merged;
}

const FieldState& field_of(const MergedRecord& merged, std::size_t field) {
    return merged.fields.find(field_name(field))->second;
}

codec::Edits set(std::size_t field, std::int64_t value) {
    return {{field_name(field), codec::Value{value}}};
}

bool shows(const FieldState& field, const std::optional<codec::Value>& value) {
    return std::any_of(field.versions.begin(), field.versions.end(),
                       [&](const FieldVersion& version) { return version.value == value; });
}

}  // namespace

TEST_CASE("any order, any repetition: the same state") {
    CHECK(rc::check([](const Steps& steps) {
        const World world(steps);
        const MergedRecord batch = merge(world.revisions());
        const MergedRecord shuffled = merged_in(world, gen_delivery(world.revisions().size()));
        RC_ASSERT(deterministic_form(shuffled) == deterministic_form(batch));
        RC_ASSERT(shuffled.heads == batch.heads);
        RC_ASSERT(shuffled.missing_parents().empty());
    }));
}

TEST_CASE("every state on the way, holes and all, is the one that the definition gives") {
    CHECK(rc::check([](const Steps& steps) {
        const World world(steps);
        MergedRecord merged;
        std::vector<Revision> known;
        std::vector<Hash> names;
        for (const std::size_t i : gen_delivery(world.revisions().size())) {
            add(merged, world.revisions()[i], world.names()[i]);
            if (std::find(names.begin(), names.end(), world.names()[i]) == names.end()) {
                known.push_back(world.revisions()[i]);
                names.push_back(world.names()[i]);
            }
            RC_ASSERT(actual_fields(merged) == expected_fields(known, names));
            std::set<Hash> heads(names.begin(), names.end());
            std::set<Hash> missing;
            for (const Revision& revision : known) {
                for (const Hash& parent : revision.parents) {
                    heads.erase(parent);
                    if (std::find(names.begin(), names.end(), parent) == names.end()) {
                        missing.insert(parent);
                    }
                }
            }
            RC_ASSERT(std::vector<Hash>(heads.begin(), heads.end()) == merged.heads);
            RC_ASSERT(std::vector<Hash>(missing.begin(), missing.end()) == merged.missing_parents());
            RC_ASSERT(deterministic_form(merge(known)) == deterministic_form(merged));
        }
    }));
}

TEST_CASE("merging is commutative, associative and idempotent over sets of revisions") {
    CHECK(rc::check([](const Steps& steps) {
        const World world(steps);
        const auto join = [&](const MergedRecord& into, const MergedRecord& from) {
            MergedRecord joined = into;
            for (const RevisionNote& note : from.revisions) {
                const auto found =
                    std::find(world.names().begin(), world.names().end(), note.name) - world.names().begin();
                add(joined, world.revisions()[static_cast<std::size_t>(found)], note.name);
            }
            return joined;
        };
        const MergedRecord& a = world.state(0);
        const MergedRecord& b = world.state(1);
        const MergedRecord& c = world.state(2);
        RC_ASSERT(deterministic_form(join(a, b)) == deterministic_form(join(b, a)));
        RC_ASSERT(deterministic_form(join(join(a, b), c)) == deterministic_form(join(a, join(b, c))));
        RC_ASSERT(deterministic_form(join(a, a)) == deterministic_form(a));
    }));
}

TEST_CASE("a state that was written and read merges on as if nothing had happened") {
    CHECK(rc::check([](const Steps& steps) {
        const World world(steps);
        MergedRecord kept;
        MergedRecord stored;
        std::int64_t row = 5;
        for (const std::size_t i : gen_delivery(world.revisions().size())) {
            row += 3;
            add(kept, world.revisions()[i], world.names()[i], row);
            stored = stored.empty() ? stored : decode_merged(encode(stored));
            add(stored, world.revisions()[i], world.names()[i], row);
            RC_ASSERT(encode(stored) == encode(kept));
            RC_ASSERT(decode_merged(encode(stored)).heads == kept.heads);
            RC_ASSERT(decode_merged(encode(stored)).missing_parents() == kept.missing_parents());
        }
    }));
}

TEST_CASE("rows take no part in the merge") {
    CHECK(rc::check([](const Steps& steps) {
        const World world(steps);
        MergedRecord a;
        MergedRecord b;
        for (std::size_t i = 0; i < world.revisions().size(); ++i) {
            add(a, world.revisions()[i], world.names()[i], static_cast<std::int64_t>(i));
            add(b, world.revisions()[i], world.names()[i], static_cast<std::int64_t>(1000 - i));
        }
        RC_ASSERT(deterministic_form(a) == deterministic_form(b));
    }));
}

TEST_CASE("who has seen everything wins, everywhere and whatever the clocks say") {
    CHECK(rc::check([](const Steps& steps) {
        World world(steps);
        const auto device = *rc::gen::inRange<std::size_t>(0, device_count);
        const auto field = *rc::gen::inRange<std::size_t>(0, field_count);
        world.hear_all(device);
        world.edit(device, set(field, 77));
        const MergedRecord merged = merged_in(world, gen_delivery(world.revisions().size()));
        RC_ASSERT(field_of(merged, field).versions.size() == 1u);
        RC_ASSERT(merged.values().at(field_name(field)) == codec::Value{std::int64_t{77}});
        RC_ASSERT(!field_of(merged, field).in_conflict());
    }));
}

TEST_CASE("concurrent different edits are a conflict that shows both values until it is settled") {
    CHECK(rc::check([](const Steps& steps) {
        World world(steps);
        const auto a = *rc::gen::inRange<std::size_t>(0, device_count);
        const auto b = (a + *rc::gen::inRange<std::size_t>(1, device_count)) % device_count;
        const auto field = *rc::gen::inRange<std::size_t>(0, field_count);
        const bool removes = *rc::gen::arbitrary<bool>();
        world.edit(a, set(field, 101));
        world.edit(b, removes ? codec::Edits{{field_name(field), std::nullopt}} : set(field, 102));
        const std::optional<codec::Value> other =
            removes ? std::nullopt : std::optional<codec::Value>(std::int64_t{102});
        const MergedRecord merged = merged_in(world, gen_delivery(world.revisions().size()));
        RC_ASSERT(field_of(merged, field).in_conflict());
        RC_ASSERT(shows(field_of(merged, field), codec::Value{std::int64_t{101}}));
        RC_ASSERT(shows(field_of(merged, field), other));

        const auto settler = *rc::gen::inRange<std::size_t>(0, device_count);
        world.hear_all(settler);
        world.edit(settler, {{field_name(field), other}});
        const MergedRecord settled = merged_in(world, gen_delivery(world.revisions().size()));
        RC_ASSERT(field_of(settled, field).versions.size() == 1u);
        RC_ASSERT(field_of(settled, field).versions.front().value == other);
    }));
}

TEST_CASE("removing fields drops nobody's edit that the remover had not seen") {
    CHECK(rc::check([](const Steps& steps) {
        World world(steps);
        const auto remover = *rc::gen::inRange<std::size_t>(0, device_count);
        const auto editor = (remover + *rc::gen::inRange<std::size_t>(1, device_count)) % device_count;
        codec::Edits removal{{"removed", codec::Value{true}}};
        for (std::size_t field = 0; field < field_count; ++field) {
            removal.emplace(field_name(field), std::nullopt);
        }
        const Hash removed = world.edit(remover, removal);
        const Hash edited = world.edit(editor, set(0, 55));
        const MergedRecord merged = merged_in(world, gen_delivery(world.revisions().size()));
        RC_ASSERT(shows(field_of(merged, 0), codec::Value{std::int64_t{55}}));
        const std::vector<Hash> unseen = concurrent_with(merged, removed);
        RC_ASSERT(std::find(unseen.begin(), unseen.end(), edited) != unseen.end());
    }));
}

TEST_CASE("a state at a revision holds its ancestors and nothing else") {
    CHECK(rc::check([](const Steps& steps) {
        const World world(steps);
        RC_PRE(!world.revisions().empty());
        const auto at = *rc::gen::inRange<std::size_t>(0, world.revisions().size());
        std::vector<Revision> shuffled;
        for (const std::size_t i : gen_delivery(world.revisions().size())) {
            shuffled.push_back(world.revisions()[i]);
        }
        const MergedRecord all = merge(world.revisions());
        const MergedRecord there = merge_at(shuffled, world.names()[at]);
        RC_ASSERT(there.heads == std::vector<Hash>{world.names()[at]});
        for (const Hash& name : world.names()) {
            const bool inside = name == world.names()[at] || is_ancestor(all, name, world.names()[at]);
            RC_ASSERT(there.knows(name) == inside);
        }
    }));
}

TEST_CASE("one clock years ahead drags nobody along") {
    CHECK(rc::check([](const Steps& steps) {
        const World world(steps);
        for (const Revision& revision : world.revisions()) {
            // Only device 2 (index 1) is ahead; nobody else's logical time may leave its wall clock by more than a day.
            RC_ASSERT(revision.time.logical_ms >= revision.time.wall_ms);
            RC_ASSERT(revision.time.logical_ms - revision.time.wall_ms <= 24 * 3600 * 1000 + 1);
        }
    }));
}

TEST_CASE("damaged states of records are refused or read, never more") {
    CHECK(rc::check([](const Steps& steps, std::uint32_t where, std::uint8_t value, bool cut) {
        const World world(steps);
        Bytes bytes = encode(merge(world.revisions()));
        if (cut) {
            bytes.resize(where % bytes.size());
        } else {
            bytes[where % bytes.size()] = value;
        }
        try {
            MergedRecord merged = decode_merged(bytes);
            (void)encode(merged);
            (void)merged.values();
            (void)merged.missing_parents();
        } catch (const Error& error) {
            RC_ASSERT(error.code() == ErrorCode::damaged || error.code() == ErrorCode::too_large);
        }
    }));
}
