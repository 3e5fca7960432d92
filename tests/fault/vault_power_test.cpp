// Power cuts that lose or tear what was not flushed, and disks that fail or are full for a while.
#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/fault/fault_disk.h"
#include "tests/fault/vault_fixture.h"

using namespace fieldseal;
using namespace fieldseal::tests;

namespace {

std::uint64_t count_from(const char* variable, std::uint64_t otherwise) {
    const char* given = std::getenv(variable);
    return given != nullptr ? std::stoull(given) : otherwise;
}

}  // namespace

TEST_CASE_FIXTURE(VaultFixture, "a power cut at any write loses nothing that was acknowledged") {
    make();
    const auto attachments = make_attachments(3);
    const std::uint64_t rounds = count_from("FIELDSEAL_POWER_CUTS", 60);
    Expectation expectation;
    std::mt19937_64 dice(7);
    std::uint64_t lost = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        CAPTURE(round);
        FaultDisk disk;
        std::string stopped;
        try {
            const auto vault = expectation.open(path, environment);
            disk.fail_after(dice() % 120, FaultDisk::Fault::broken);
            Workload workload(dice(), expectation.counter(), attachments,
                              [&](const std::string& line) { expectation.note(line); });
            for (int step = 0; step < 1000; ++step) {
                workload.step(*vault);
            }
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::disk);
            stopped = error.what();
        }
        REQUIRE_MESSAGE(!stopped.empty(), "the disk never failed");
        disk.work_again();
        disk.cut_power(dice());
        lost += disk.lost();
        const auto vault = expectation.open(path, environment);
        const std::string wrong = expectation.check(*vault);
        REQUIRE_MESSAGE(wrong.empty(), wrong);
    }
    MESSAGE("acknowledged: ", expectation.acknowledged(), ", writes lost or torn: ", lost);
    CHECK(lost > rounds);
    CHECK(expectation.acknowledged() > rounds);
}

TEST_CASE_FIXTURE(VaultFixture,
                  "while the disk is full or fails, nothing is half-saved, when it works again, the open vault does") {
    make();
    const auto attachments = make_attachments(3);
    const std::uint64_t rounds = count_from("FIELDSEAL_DISK_FAULTS", 60);
    Expectation expectation;
    FaultDisk disk;
    std::mt19937_64 dice(11);
    auto vault = expectation.open(path, environment);
    std::uint64_t refused = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        CAPTURE(round);
        const auto fault = dice() % 2 == 0 ? FaultDisk::Fault::full : FaultDisk::Fault::broken;
        disk.fail_after(dice() % 60, fault, 1 + dice() % 4);
        Workload workload(dice(), expectation.counter(), attachments,
                          [&](const std::string& line) { expectation.note(line); });
        for (int step = 0; step < 4; ++step) {
            try {
                workload.step(*vault);
            } catch (const Error& error) {
                CHECK(error.code() == ErrorCode::disk);
                ++refused;
                // What was begun did not happen, or happened wholly and only what came after it failed.
                disk.work_again();
                const std::string wrong = expectation.check(*vault);
                REQUIRE_MESSAGE(wrong.empty(), wrong);
            }
        }
        disk.work_again();
        if (round % 20 == 0) {
            vault.reset();
            vault = expectation.open(path, environment);
        }
        const std::string wrong = expectation.check(*vault);
        REQUIRE_MESSAGE(wrong.empty(), wrong);
    }
    MESSAGE("refused: ", refused);
    CHECK(refused > rounds / 10);
}

TEST_CASE_FIXTURE(VaultFixture, "a vault that could not be made leaves nothing behind") {
    FaultDisk disk;
    std::uint64_t failed = 0;
    for (std::uint64_t good = 0;; ++good) {
        CAPTURE(good);
        disk.fail_after(good, good % 2 == 0 ? FaultDisk::Fault::full : FaultDisk::Fault::broken);
        bool made = false;
        try {
            vault::Vault::create(path, view_of("p"), crypto::test_cost, environment);
            made = true;
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::disk);
            ++failed;
        }
        disk.work_again();
        if (made) {
            break;
        }
        if (std::filesystem::exists(path)) {
            // Only after it was whole: then it opens.
            CHECK(vault::Vault::open(path, view_of("p"), environment) != nullptr);
            std::filesystem::remove(path);
            std::filesystem::remove(path.string() + "-wal");
        }
        CHECK(std::filesystem::is_empty(folder));
    }
    CHECK(failed > 5);
    CHECK(vault::Vault::open(path, view_of("p"), environment) != nullptr);
}

TEST_CASE_FIXTURE(VaultFixture, "a vault on a failing disk can be destroyed all the same") {
    make();
    FaultDisk disk;
    {
        const auto vault = vault::Vault::open(path, view_of(passphrase(0)), environment);
        vault->change_passphrase(view_of("fresh"), crypto::test_cost);
        disk.fail_after(0, FaultDisk::Fault::full);
        vault->destroy();
        CHECK_THROWS_AS(vault->change_passphrase(view_of("again"), crypto::test_cost), Error);
    }
    disk.work_again();
    CHECK(code_of([&] { vault::Vault::open(path, view_of("fresh"), environment); }) == ErrorCode::damaged);
}
