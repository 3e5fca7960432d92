// A vault in a fresh folder for the fault tests.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "model/error/error.h"
#include "tests/fault/vault_workload.h"

namespace fieldseal::tests {

struct VaultFixture {
    std::filesystem::path folder;
    std::filesystem::path path;
    SystemClock clock;
    crypto::SystemRandom random;
    Environment environment{clock, random};
    Cast cast;

    VaultFixture() {
        static int count = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("fieldseal-fault-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(folder);
        path = folder / "a.fieldseal";
    }
    ~VaultFixture() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    VaultFixture(const VaultFixture&) = delete;
    VaultFixture& operator=(const VaultFixture&) = delete;

    void make() { make_at(path); }
    void make_at(const std::filesystem::path& at) {
        auto created = vault::Vault::create(at, view_of(passphrase(0)), crypto::test_cost, environment);
        created.vault->set_local_device(crypto::device_of(cast.here.verify_key()));
    }
    /// Files of nothing, one byte, some chunks and more than one transaction's worth.
    std::vector<std::filesystem::path> make_attachments(std::size_t count = 4) {
        std::vector<std::filesystem::path> files;
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{700'000}, std::size_t{9'000'000}}) {
            files.push_back(folder / ("attachment-" + std::to_string(size)));
            const Bytes content = random.bytes(size);
            std::ofstream(files.back(), std::ios::binary)
                .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(size));
        }
        files.resize(count);
        return files;
    }
    std::string secret_of(const Expectation& expectation) const { return passphrase(expectation.passphrase_number()); }
    /// What `work` throws; fails the test if it throws nothing.
    static ErrorCode code_of(const std::function<void()>& work) {
        try {
            work();
        } catch (const Error& error) {
            INFO(std::string(error.what()));
            return error.code();
        }
        FAIL("no error");
        return ErrorCode::cancelled;
    }
};

}  // namespace fieldseal::tests
