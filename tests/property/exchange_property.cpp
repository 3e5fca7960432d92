// Seeds: FIELDSEAL_SEEDS more of them, FIELDSEAL_SEED one alone.
#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>

#include "tests/property/exchange_simulation.h"

using namespace fieldseal;
using namespace fieldseal::test;

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void run(std::uint64_t seed) {
    INFO("FIELDSEAL_SEED=", seed);
    Simulation simulation(seed);
    for (int i = 0; i < 150; ++i) {
        simulation.step();
        if (i % 30 == 29) {
            simulation.check_delivered();
        }
    }
    // Every other seed settles by sticks alone, the rest through the store.
    const bool through_store = seed % 2 == 0;
    CHECK(simulation.settle(through_store));
    simulation.check_delivered();
    simulation.check_settled();
}

}  // namespace

TEST_CASE(
    "Whatever gets lost, doubled or late: in the end all know what they may know, and nothing acknowledged is lost") {
    if (const std::uint64_t seed = number_from("FIELDSEAL_SEED", 0); seed != 0) {
        run(seed);
        return;
    }
    const std::uint64_t seeds = number_from("FIELDSEAL_SEEDS", 100);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        run(seed);
    }
}
