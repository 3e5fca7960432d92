// A store at an address from outside, which store_peers.py starts: FIELDSEAL_STORE_URL, FIELDSEAL_STORE_USER and
// FIELDSEAL_STORE_SECRET (made up for one run).
#include <chrono>
#include <cstdlib>
#include <iostream>
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

std::unique_ptr<store::Store> open() {
    const std::string secret = variable("FIELDSEAL_STORE_SECRET");
    store::StoreOptions options;
    options.credentials = {variable("FIELDSEAL_STORE_USER"), crypto::Secret(bytes_of(secret))};
    options.first_wait_ms = 1;
    options.pause = [](std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); };
    return store::open_store(variable("FIELDSEAL_STORE_URL"), std::move(options));
}

}  // namespace

TEST_CASE("contract") {
    check_store_contract(*open());
}

TEST_CASE("outcome") {
    // One object put and read again; what came of it is printed for whoever started this.
    try {
        const auto store = open();
        store->put_if_absent("outbox/aa/p-1", bytes_of("whole"));
        std::cout << (store->get("outbox/aa/p-1", 9) == bytes_of("whole") ? "delivered" : "lost") << '\n';
    } catch (const Error& error) {
        std::cout << "code " << exit_code(error.code()) << ": " << error.what() << '\n';
    }
}

TEST_CASE("listing") {
    try {
        std::cout << "objects: " << open()->list("outbox").size() << '\n';
    } catch (const Error& error) {
        std::cout << "code " << exit_code(error.code()) << ": " << error.what() << '\n';
    }
}
