// A store at an address from outside, which the programs beside this file start: FIELDSEAL_STORE_URL,
// FIELDSEAL_STORE_USER and FIELDSEAL_STORE_SECRET (made up for one run). What came of a case is printed for whoever
// started this.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string_view>
#include <thread>

#include "store_contract.h"

using namespace fieldseal;
using namespace fieldseal::test;

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::uint64_t number(const char* name, std::uint64_t otherwise) {
    const std::string text = variable(name);
    return text.empty() ? otherwise : std::stoull(text);
}

store::StoreOptions options() {
    const std::string secret = variable("FIELDSEAL_STORE_SECRET");
    store::StoreOptions options;
    options.credentials = {variable("FIELDSEAL_STORE_USER"), crypto::Secret(bytes_of(secret))};
    options.first_wait_ms = 1;
    options.pause = [](std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); };
    return options;
}

std::unique_ptr<store::Store> open() {
    return store::open_store(variable("FIELDSEAL_STORE_URL"), options());
}

void report(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        std::cout << "code " << exit_code(error.code()) << ": " << error.what() << '\n';
    }
}

/// The same bytes in every run, different from object to object, and not to be compressed on the way.
Bytes content_of(std::uint64_t object, std::size_t size) {
    Bytes bytes(size);
    std::uint64_t state = object * 0x9e3779b97f4a7c15u + 1;
    for (std::uint8_t& byte : bytes) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        byte = static_cast<std::uint8_t>(state);
    }
    return bytes;
}

/// A bundle of FIELDSEAL_STORE_OBJECTS parts of FIELDSEAL_STORE_SIZE bytes and its index.
class Bundle {
  public:
    std::string name(std::uint64_t object) const {
        return object == count ? "outbox/aa/i-index" : "outbox/aa/p-" + std::to_string(10'000 + object);
    }

    /// Leaves out what lies there with the right size, as sync does.
    void put(store::Store& store) {
        std::map<std::string, std::uint64_t> there;
        for (const store::StoredObject& object : store.list("outbox/aa")) {
            there.emplace(object.name, object.size);
        }
        std::uint64_t next = 0;
        std::map<std::uint64_t, Bytes> held;
        std::uint64_t sent = 0;
        store.put_all(
            [&]() -> std::optional<store::Outgoing> {
                while (next < count && there.contains(name(next)) && there.at(name(next)) == size) {
                    ++next;
                }
                if (next > count) {
                    return std::nullopt;
                }
                const std::uint64_t object = next++;
                const Bytes& bytes =
                    held.emplace(object, content_of(object, object == count ? 100 : size)).first->second;
                return store::Outgoing{name(object), bytes, 0, object == count};
            },
            [&](const store::Outgoing& object, store::Store::Put) {
                ++sent;
                std::erase_if(held, [&](const auto& entry) { return name(entry.first) == object.name; });
            });
        std::cout << "sent " << sent << '\n';
    }

    void get(store::Store& store) const {
        std::vector<std::string> names;
        for (std::uint64_t object = 0; object <= count; ++object) {
            names.push_back(name(object));
        }
        std::uint64_t whole = 0;
        store.get_all(names, store::object_limit, [&](std::size_t object, store::Fetched fetched) {
            whole += fetched.bytes == content_of(object, object == count ? 100 : size) ? 1u : 0u;
        });
        std::cout << "whole " << whole << '\n';
    }

  private:
    std::uint64_t count = number("FIELDSEAL_STORE_OBJECTS", 20);
    std::size_t size = number("FIELDSEAL_STORE_SIZE", store::object_limit);
};

}  // namespace

TEST_CASE("contract") {
    check_store_contract(*open());
}

TEST_CASE("outcome") {
    report([] {
        const auto store = open();
        store->put_if_absent("outbox/aa/p-1", bytes_of("whole"));
        std::cout << (store->get("outbox/aa/p-1", 9) == bytes_of("whole") ? "delivered" : "lost") << '\n';
    });
}

TEST_CASE("listing") {
    report([] { std::cout << "objects: " << open()->list("outbox").size() << '\n'; });
}

TEST_CASE("put bundle") {
    report([] { Bundle().put(*open()); });
}

TEST_CASE("get bundle") {
    report([] { Bundle().get(*open()); });
}

TEST_CASE("remove bundle") {
    report([] {
        const auto store = open();
        std::vector<std::string> names;
        for (const store::StoredObject& object : store->list("outbox/aa")) {
            names.push_back(object.name);
        }
        store->remove_all(names);
        std::cout << "removed " << names.size() << '\n';
    });
}

// The store asks often enough whether it shall stop, and stops when it is told: counted, since clocks of test machines
// stand still at times. It asks ten times a second at least, so it is told to stop after some three seconds here.
TEST_CASE("cancel") {
    report([] {
        unsigned asked = 0;
        unsigned after = 0;
        store::StoreOptions cancelling = options();
        cancelling.cancelled = [&] {
            after += asked >= 30 ? 1 : 0;
            return ++asked > 30;
        };
        const auto store = store::open_store(variable("FIELDSEAL_STORE_URL"), std::move(cancelling));
        try {
            store->put_if_absent("outbox/aa/p-1", Bytes(store::object_limit));
        } catch (const Error& error) {
            std::cout << (error.code() == ErrorCode::cancelled ? "cancelled" : error.what()) << ", asked " << after
                      << " more\n";
        }
    });
}
