// Making a vault: passphrase, recovery code, and nothing left behind where founding or joining fails.
#pragma once

#include "app/ctl/context.h"

namespace fieldseal::ctl {

/// A vault just made. Unless keep() was called, its file is removed again: nobody can have put anything into it.
struct NewVault {
    NewVault(std::filesystem::path path, std::pair<std::unique_ptr<session::Session>, crypto::Secret> created);
    NewVault(NewVault&&) = default;
    NewVault& operator=(NewVault&&) = delete;
    ~NewVault();
    void keep() { kept = true; }

    std::filesystem::path path;
    std::unique_ptr<session::Session> session;
    crypto::Secret recovery_code;
    bool kept = false;
};

struct NewVaultOptions {
    std::string path;
    PassphraseSource passphrase;
    std::string recovery_code_file;

    void add_to(CLI::App& command);
    NewVault make() const;
    /// `vault`, `deployment`, `device`, `fingerprint` of what was made.
    Json describe(const session::Snapshot& snapshot) const;
    /// Writes the code to --recovery-code-file, readable by its owner only, or puts it into `json` as "recovery_code".
    void hand_over(const crypto::Secret& recovery_code, Json& json) const;
    /// Prints the code, or where it was written, for people.
    void tell(const crypto::Secret& recovery_code) const;
};

/// --recovery-code-file; see NewVaultOptions.
void add_recovery_code_file(CLI::App& command, std::string& file);
void hand_over_recovery_code(const std::string& file, const crypto::Secret& recovery_code, Json& json);
void tell_recovery_code(const std::string& file, const crypto::Secret& recovery_code);
/// Error(refused) if the file is there already: asked before the code is made, since it is shown only once.
void require_absent(const std::string& file);

}  // namespace fieldseal::ctl
