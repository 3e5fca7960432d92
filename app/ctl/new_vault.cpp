#include "app/ctl/new_vault.h"

#include <iostream>

#include "model/environment/durable_file.h"

namespace fieldseal::ctl {

NewVault::NewVault(std::filesystem::path made_at, std::pair<std::unique_ptr<session::Session>, crypto::Secret> created)
    : path(std::move(made_at)), session(std::move(created.first)), recovery_code(std::move(created.second)) {}

NewVault::~NewVault() {
    if (kept || !session) {
        return;
    }
    session.reset();
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::filesystem::remove(path.string() + suffix, ignored);
    }
}

void NewVaultOptions::add_to(CLI::App& command) {
    command.add_option("VAULT", path, "The vault file to make")->required()->type_name("");
    passphrase.add_to(command, "passphrase", "the new vault's passphrase");
    add_recovery_code_file(command, recovery_code_file);
}

NewVault NewVaultOptions::make() const {
    if (std::filesystem::exists(path)) {
        throw Error(ErrorCode::refused, path + " exists already. Name another file.");
    }
    require_absent(recovery_code_file);
    const crypto::Secret secret = passphrase.read("New passphrase: ", Ask::twice);
    return {path, session::Session::create(path, secret, environment())};
}

Json NewVaultOptions::describe(const session::Snapshot& snapshot) const {
    Json json;
    json["vault"] = path;
    json["deployment"] = snapshot.deployment_name;
    json["device"] = snapshot.own_device.hex();
    json["fingerprint"] = snapshot.own_fingerprint;
    return json;
}

void NewVaultOptions::hand_over(const crypto::Secret& recovery_code, Json& json) const {
    hand_over_recovery_code(recovery_code_file, recovery_code, json);
}

void NewVaultOptions::tell(const crypto::Secret& recovery_code) const {
    tell_recovery_code(recovery_code_file, recovery_code);
}

void add_recovery_code_file(CLI::App& command, std::string& file) {
    command.add_option("--recovery-code-file", file, "Write the recovery code to FILE instead of printing it")
        ->type_name("FILE");
}

void hand_over_recovery_code(const std::string& file, const crypto::Secret& recovery_code, Json& json) {
    if (file.empty()) {
        json["recovery_code"] = text_of(recovery_code.view());
        return;
    }
    crypto::Secret line(recovery_code.size() + 1);
    std::ranges::copy(recovery_code.view(), line.writable().begin());
    line.writable().back() = '\n';
    write_durably(file, line.view(), false);
    json["recovery_code_file"] = file;
}

void tell_recovery_code(const std::string& file, const crypto::Secret& recovery_code) {
    if (!file.empty()) {
        std::cout << "The recovery code is in " << file << ". Keep it away from this device.\n";
        return;
    }
    std::cout << "Recovery code, shown this once; write it down and keep it away from this device:\n  "
              << crypto::DigitCode::grouped(recovery_code) << '\n';
}

void require_absent(const std::string& file) {
    if (!file.empty() && std::filesystem::exists(file)) {
        throw Error(ErrorCode::refused, file + " exists already. Name another file.");
    }
}

}  // namespace fieldseal::ctl
