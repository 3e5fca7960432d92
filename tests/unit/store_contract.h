// What every implementation of a store must do; each runs it on an empty store of its own.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "sync/store/store.h"

namespace fieldseal::test {

inline Bytes bytes_of(std::string_view text) {
    return Bytes(text.begin(), text.end());
}

inline ErrorCode code_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        CHECK_FALSE(std::string_view(error.what()).empty());
        return error.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode::failed;
}

inline void check_many_objects(store::Store& store) {
    struct Bundle {
        Bytes part;
        Bytes index;
    };
    constexpr std::uint64_t bundles = 12;
    std::vector<Bundle> content;
    for (std::uint64_t i = 0; i < bundles; ++i) {
        content.push_back({Bytes(1 + i * 9'000, static_cast<std::uint8_t>(i)), bytes_of("index " + std::to_string(i))});
    }
    const auto name = [](std::uint64_t bundle, const char* kind) {
        return "outbox/many/" + std::string(kind) + "-" + std::to_string(100 + bundle);
    };
    std::uint64_t given = 0;
    std::vector<std::string> put;
    store.put_all(
        [&]() -> std::optional<store::Outgoing> {
            const std::uint64_t bundle = given / 2;
            if (bundle == bundles) {
                return std::nullopt;
            }
            return ++given % 2 == 1 ? store::Outgoing{name(bundle, "p"), content[bundle].part, bundle, false}
                                    : store::Outgoing{name(bundle, "i"), content[bundle].index, bundle, true};
        },
        [&](const store::Outgoing& object, store::Store::Put outcome) {
            CHECK(outcome == store::Store::Put::created);
            if (object.closes_group) {
                CHECK(std::find(put.begin(), put.end(), name(object.group, "p")) != put.end());
            }
            put.push_back(object.name);
        });
    CHECK(put.size() == 2 * bundles);
    CHECK(store.list("outbox/many").size() == 2 * bundles);

    // Many folders at a time, more than are asked about at once: each once, and as if asked about alone.
    std::vector<std::string> folders{"outbox/many", "outbox/none", "outbox", "mailbox/none"};
    for (int i = 0; i < 12; ++i) {
        folders.push_back("mailbox/none-" + std::to_string(i));
    }
    const std::size_t in_outbox = store.list("outbox").size();
    std::vector<unsigned> listed(folders.size());
    store.list_all(folders, [&](std::size_t index, std::vector<store::StoredObject> objects) {
        ++listed[index];
        CHECK(objects.size() == (index == 0 ? 2 * bundles : index == 2 ? in_outbox : 0));
        CHECK(std::is_sorted(objects.begin(), objects.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
    });
    CHECK(listed == std::vector<unsigned>(folders.size(), 1));
    CHECK(code_of([&] {
              store.list_all({"outbox/many", "mailbox/none"}, [](std::size_t, const std::vector<store::StoredObject>&) {
                  throw Error(ErrorCode::cancelled, "Cancelled.");
              });
          }) == ErrorCode::cancelled);

    // What the caller throws comes out again, and nothing new is begun.
    unsigned asked = 0;
    CHECK(code_of([&] {
              store.put_all(
                  [&]() -> std::optional<store::Outgoing> {
                      ++asked;
                      throw Error(ErrorCode::disk, "The disk is full.");
                  },
                  [](const store::Outgoing&, store::Store::Put) {});
          }) == ErrorCode::disk);
    CHECK(asked == 1);
    store.put_all([] { return std::optional<store::Outgoing>(); }, [](const store::Outgoing&, store::Store::Put) {});

    std::vector<std::string> names{"outbox/many/none"};
    for (std::uint64_t i = 0; i < bundles; ++i) {
        names.push_back(name(i, "p"));
    }
    constexpr std::size_t limit = 9'000 * (bundles - 1);
    std::vector<unsigned> got(names.size());
    store.get_all(names, limit, [&](std::size_t index, store::Fetched object) {
        ++got[index];
        const auto expected = index == 0         ? store::Fetched::State::absent
                              : index == bundles ? store::Fetched::State::too_large
                                                 : store::Fetched::State::here;
        CHECK(object.state == expected);
        CHECK(object.bytes == (expected == store::Fetched::State::here ? content[index - 1].part : Bytes{}));
    });
    CHECK(got == std::vector<unsigned>(names.size(), 1));

    for (std::uint64_t i = 0; i < bundles; ++i) {
        names.push_back(name(i, "i"));
    }
    store.remove_all(names);
    CHECK(store.list("outbox/many").empty());
}

inline void check_store_contract(store::Store& store) {
    using Put = store::Store::Put;
    INFO("on ", store.description());

    // Nothing there yet.
    CHECK_FALSE(store.get("outbox/aa/p-1", 100));
    CHECK(store.list("outbox").empty());
    CHECK(store.list("").empty());
    store.remove("outbox/aa/p-1");

    // Put, get, and put again leaves what is there.
    CHECK(store.put_if_absent("outbox/aa/p-1", bytes_of("first")) == Put::created);
    if (store.capabilities().creates_once) {
        CHECK(store.put_if_absent("outbox/aa/p-1", bytes_of("second")) == Put::existed);
    } else {
        // Names follow from contents there.
        CHECK(store.put_if_absent("outbox/aa/p-1", bytes_of("first")) == Put::created);
    }
    CHECK(store.get("outbox/aa/p-1", 100) == bytes_of("first"));
    CHECK(store.get("outbox/aa/p-1", 5) == bytes_of("first"));
    CHECK(code_of([&] { store.get("outbox/aa/p-1", 4); }) == ErrorCode::too_large);

    // Empty objects, binary ones, and the largest there may be.
    CHECK(store.put_if_absent("outbox/aa/empty", {}) == Put::created);
    CHECK(store.get("outbox/aa/empty", 0) == Bytes{});
    Bytes largest(store::object_limit);
    for (std::size_t i = 0; i < largest.size(); ++i) {
        largest[i] = static_cast<std::uint8_t>(i * 31 >> 3);
    }
    CHECK(store.put_if_absent("outbox/bb/p-large", largest) == Put::created);
    CHECK(store.get("outbox/bb/p-large", store::object_limit) == largest);

    // Lists are sorted, deep, and of one folder only: "outbox/a" is no folder above "outbox/aa".
    CHECK(store.put_if_absent("mailbox/aa/i-1", bytes_of("x")) == Put::created);
    CHECK(store.put_if_absent("top", bytes_of("yy")) == Put::created);
    const auto names = [&](const std::string& under) {
        std::vector<std::string> found;
        for (const store::StoredObject& object : store.list(under)) {
            found.push_back(object.name + ":" + std::to_string(object.size));
        }
        return found;
    };
    CHECK(names("outbox") ==
          std::vector<std::string>{"outbox/aa/empty:0", "outbox/aa/p-1:5", "outbox/bb/p-large:1048576"});
    CHECK(names("outbox/aa") == std::vector<std::string>{"outbox/aa/empty:0", "outbox/aa/p-1:5"});
    CHECK(names("outbox/aa/") == names("outbox/aa"));
    CHECK(names("outbox/a").empty());
    CHECK(names("").size() == 5);

    store.remove("outbox/aa/p-1");
    store.remove("outbox/aa/p-1");
    CHECK_FALSE(store.get("outbox/aa/p-1", 100));
    CHECK(store.put_if_absent("outbox/aa/p-1", bytes_of("second")) == Put::created);
    CHECK(store.get("outbox/aa/p-1", 100) == bytes_of("second"));

    // Many at a time: each is reported once, an index only after the parts of its group.
    check_many_objects(store);

    // Names that lead elsewhere.
    for (const char* name : {"", "/", "a/", "/a", "a//b", ".", "..", "../a", "a/../b", "a/.b", "A", "a_b", "a b",
                             "a\\b", "1/2/3/4/5", "\xd0\xb0", "a\n"}) {
        INFO("name ", name);
        CHECK(code_of([&] { store.put_if_absent(name, bytes_of("x")); }) == ErrorCode::refused);
        CHECK(code_of([&] { store.get(name, 1); }) == ErrorCode::refused);
        CHECK(code_of([&] { store.remove(name); }) == ErrorCode::refused);
    }
    CHECK(code_of([&] { store.list("../x"); }) == ErrorCode::refused);
    CHECK(code_of([&] { store.put_if_absent(std::string(129, 'a'), bytes_of("x")); }) == ErrorCode::refused);
    CHECK(code_of([&] { store.put_if_absent(std::string("a\0b", 3), bytes_of("x")); }) == ErrorCode::refused);
    CHECK(store.put_if_absent("1/2/3/" + std::string(128, 'a'), bytes_of("x")) == Put::created);
}

}  // namespace fieldseal::test
