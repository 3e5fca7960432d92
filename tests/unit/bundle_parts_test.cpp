#include <doctest/doctest.h>

#include "bundle_fixture.h"
#include "model/error/error.h"
#include "sync/bundle/parts.h"

using namespace fieldseal;
using namespace fieldseal::bundle;

TEST_CASE("parts put together again are the bundle, each under its own name") {
    crypto::SeededRandom random(3);
    for (const std::size_t size : std::initializer_list<std::size_t>{1, 850, part_size, part_size + 1, 3 * part_size}) {
        CAPTURE(size);
        const Bytes bundle = random.bytes(size);
        const PartIndex index = decode_index(encode_index(index_of(bundle)));
        CHECK(index.whole == crypto::plain_hash(bundle));
        CHECK(index.parts.size() == (size + part_size - 1) / part_size);
        Bytes again;
        for (std::size_t part = 0; part < index.parts.size(); ++part) {
            const ByteView bytes = part_of(bundle, index, part);
            CHECK(bytes.size() == index.parts[part].size);
            CHECK(crypto::plain_hash(bytes) == index.parts[part].hash);
            again.insert(again.end(), bytes.begin(), bytes.end());
        }
        const bool same = again == bundle;
        CHECK(same);
    }
}

TEST_CASE("a small bundle's index costs 42 bytes") {
    crypto::SeededRandom random(3);
    CHECK(encode_index(index_of(random.bytes(850))).size() == 42);
}

TEST_CASE("names of index objects say counter and whole, and nothing else passes for one") {
    Hash whole;
    whole.bytes[0] = 0xab;
    const std::string name = index_object_name(17, whole);
    CHECK(name == "i-0000000000000017-ab000000000000000000000000000000");
    const auto parsed = parse_index_object_name(name);
    REQUIRE(parsed);
    CHECK(parsed->counter == 17);
    CHECK(parsed->whole_prefix == whole.hex().substr(0, 32));
    CHECK(part_object_name(whole) == "p-" + whole.hex());
    CHECK_THROWS_AS(index_object_name(10'000'000'000'000'000u, whole), Error);
    for (const std::string& other : {std::string(), part_object_name(whole), name + "0", "I" + name.substr(1),
                                     name.substr(0, name.size() - 1) + "G", name.substr(0, name.size() - 1) + "A",
                                     "i-000000000000001x-" + name.substr(19), "i-0000000000000000-" + name.substr(19),
                                     "i-0000000000000017_" + name.substr(19)}) {
        CAPTURE(other);
        CHECK(!parse_index_object_name(other));
    }
}
