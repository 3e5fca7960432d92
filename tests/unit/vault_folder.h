// A folder for a vault of a test, with a clock, randomness and the keys of one device.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "model/vault/vault.h"

namespace fieldseal::test {

struct VaultFolder {
    std::filesystem::path folder;
    ManualClock clock{1'790'000'000'000};
    crypto::SystemRandom random;
    Environment environment{clock, random};
    crypto::SigningKey key = crypto::SigningKey::make(random);
    DeploymentId deployment = random.id<DeploymentId>();
    /// Of the vault that make() made last.
    std::string code;

    VaultFolder() {
        static int count = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("fieldseal-vault-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(folder);
    }
    ~VaultFolder() { std::filesystem::remove_all(folder); }
    VaultFolder(const VaultFolder&) = delete;
    VaultFolder& operator=(const VaultFolder&) = delete;

    DeviceId device() const { return crypto::device_of(key.verify_key()); }
    /// By "passphrase", with this device's log.
    std::unique_ptr<vault::Vault> make_at(const std::filesystem::path& path) {
        vault::Vault::Created created =
            vault::Vault::create(path, view_of("passphrase"), crypto::test_cost, environment);
        code = crypto::DigitCode::grouped(created.recovery_code);
        created.vault->set_local_device(device());
        return std::move(created.vault);
    }
    vault::VerifyReport verify(vault::Vault& vault) {
        return vault.verify(deployment, [this](const DeviceId& of) {
            return of == device() ? std::optional(key.verify_key()) : std::nullopt;
        });
    }
    /// Database, WAL and whatever else lies in a folder.
    static std::string bytes_in(const std::filesystem::path& where) {
        std::string all;
        for (const auto& entry : std::filesystem::directory_iterator(where)) {
            std::ifstream file(entry.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(file), {});
        }
        return all;
    }
};

}  // namespace fieldseal::test
