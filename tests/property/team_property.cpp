// Seeds: FIELDSEAL_SEED one alone; FIELDSEAL_SEEDS how many, from FIELDSEAL_FIRST_SEED (1) on; FIELDSEAL_TEAM=large for
// each with 3 coordinators, 5 reviewers and 40 assessors. tests/property/many_seeds.sh runs thousands.
#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/property/team_simulation.h"

using namespace fieldseal;
using namespace fieldseal::test;

namespace {

constexpr TeamSize small{2, 2, 4};
constexpr TeamSize large{2, 5, 40};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

Tally run(std::uint64_t seed, TeamSize size, int steps) {
    INFO("FIELDSEAL_SEED=", seed);
    TeamSimulation simulation(seed, size);
    for (int i = 0; i < steps; ++i) {
        simulation.live();
    }
    REQUIRE(simulation.settle_team());
    if (std::getenv("FIELDSEAL_SEED") != nullptr) {
        MESSAGE(simulation.standing());
    }
    simulation.check_team();
    return simulation.tally();
}

}  // namespace

TEST_CASE("A team over its life: all honest devices end with the same, nothing forbidden is taken, forks are told") {
    const char* wanted = std::getenv("FIELDSEAL_TEAM");
    const TeamSize size = wanted != nullptr && std::string_view(wanted) == "large" ? large : small;
    const int steps = size.assessors > 10 ? 600 : 200;
    if (const std::uint64_t seed = number_from("FIELDSEAL_SEED", 0); seed != 0) {
        run(seed, size, steps);
        return;
    }
    const std::uint64_t seeds = number_from("FIELDSEAL_SEEDS", size.assessors > 10 ? 1 : 16);
    const std::uint64_t first = number_from("FIELDSEAL_FIRST_SEED", 1);
    Tally together;
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        for (const auto& [what, times] : run(seed, size, steps)) {
            together[what] += times;
        }
    }
    std::string told;
    for (const auto& [what, times] : together) {
        told += "\n  " + what + ": " + std::to_string(times);
    }
    MESSAGE(seeds, " lives:", told);
    if (seeds < 16) {
        return;
    }
    // Lives in which nothing happens show nothing.
    for (const char* what : {"devices revoked", "deputies appointed", "handed over", "team keys renewed", "kits made",
                             "machines burnt", "erased on request", "written against the role", "old copies put back",
                             "forks told", "reviewers without history", "history given", "assessments sealed",
                             "assessments returned", "records erased in travel", "gaps met"}) {
        INFO(what);
        CHECK(together[what] > 0);
    }
}

TEST_CASE("A team of 3 coordinators, 5 reviewers and 40 assessors over its life") {
    run(4711, large, 600);
}
