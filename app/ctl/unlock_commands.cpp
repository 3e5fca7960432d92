// passphrase change, recovery new.
#include <iostream>

#include "app/ctl/commands.h"
#include "app/ctl/new_vault.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

struct PassphraseOptions {
    VaultOptions vault;
    PassphraseSource fresh;
    std::string with_recovery_code;
};

std::unique_ptr<session::Session> open_somehow(const PassphraseOptions& options) {
    if (options.with_recovery_code.empty()) {
        return options.vault.open();
    }
    const crypto::Secret code = read_secret_file(options.with_recovery_code);
    return session::Session::open_with_recovery(options.vault.path, code, environment());
}

int change_passphrase(const Context& context, const PassphraseOptions& options) {
    const auto session = open_somehow(options);
    session->change_passphrase(options.fresh.read("New passphrase: ", Ask::twice));
    if (context.json) {
        print({{"vault", options.vault.path}, {"passphrase_changed", true}});
    } else {
        std::cout << "The passphrase was changed. The recovery code stays as it was.\n";
    }
    return exit_done;
}

struct RecoveryOptions {
    VaultOptions vault;
    std::string file;
};

int make_recovery_code(const Context& context, const RecoveryOptions& options) {
    require_absent(options.file);
    const auto session = options.vault.open();
    const crypto::Secret code = session->change_recovery_code();
    Json json;
    json["vault"] = options.vault.path;
    hand_over_recovery_code(options.file, code, json);
    if (context.json) {
        print(json);
    } else {
        std::cout << "The recovery code of before no longer opens this vault.\n";
        tell_recovery_code(options.file, code);
    }
    return exit_done;
}

}  // namespace

void add_unlock_commands(CLI::App& app, Context& context) {
    CLI::App& passphrase = add_group(app, "passphrase", "Change a vault's passphrase");
    auto change = std::make_shared<PassphraseOptions>();
    CLI::App& change_command = add_command(passphrase, context, "change", "Give the vault another passphrase",
                                           [&context, change] { return change_passphrase(context, *change); });
    change->vault.add_to(change_command);
    change->fresh.add_to(change_command, "new-passphrase", "the new passphrase");
    change_command
        .add_option("--with-recovery-code-file", change->with_recovery_code,
                    "Open with the recovery code in FILE; the passphrase is forgotten")
        ->type_name("FILE")
        ->excludes("--passphrase-file")
        ->excludes("--passphrase-fd");

    CLI::App& recovery = add_group(app, "recovery", "Make a new recovery code");
    auto fresh = std::make_shared<RecoveryOptions>();
    CLI::App& fresh_command =
        add_command(recovery, context, "new", "Make a new recovery code; the one of before stops working",
                    [&context, fresh] { return make_recovery_code(context, *fresh); });
    fresh->vault.add_to(fresh_command);
    add_recovery_code_file(fresh_command, fresh->file);
}

}  // namespace fieldseal::ctl
