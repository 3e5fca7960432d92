// What every implementation of a store must do; each runs it on an empty store of its own.
#pragma once

#include <doctest/doctest.h>

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
    CHECK(store.put_if_absent("outbox/aa/p-1", bytes_of("second")) == Put::existed);
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
