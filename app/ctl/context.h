// What every command of fieldsealctl shares: how a vault is opened, how results are printed, how work is cancelled.
//
// Rules: results go to stdout, everything else to stderr; nothing secret and nothing of a record goes to stderr. A
// command is declared with its options while the command line is read, and runs only when all of it has been
// understood.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/ctl/passphrase_source.h"
#include "app/session/session.h"

namespace fieldseal::ctl {

using Json = nlohmann::ordered_json;

/// Exit codes beyond those of fieldseal::exit_code.
constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_damaged = 4;

struct Context {
    bool json = false;
    /// Set by the command that was named; returns the exit code.
    std::function<int()> action;
};

/// What the program runs in. Each program defines its own: fieldsealctl in main.cpp, and a program of the tests that stretches
/// passphrases cheaply.
Environment environment();

/// The vault that a command works on, and how it is unlocked.
struct VaultOptions {
    std::string path;
    PassphraseSource passphrase;

    /// Adds VAULT, --passphrase-file and --passphrase-fd.
    void add_to(CLI::App& command);
    std::unique_ptr<session::Session> open() const;
};

/// A command that prints: has --json, and runs `run` when it is named on the command line.
CLI::App& add_command(CLI::App& group, Context& context, const std::string& name, const std::string& description,
                      std::function<int()> run);
/// A word that commands follow, like "bundle".
CLI::App& add_group(CLI::App& app, const std::string& name, const std::string& description);

/// Runs while it lives: Ctrl+C and SIGTERM make progress() return false instead of ending the program; a second one
/// ends it.
class Cancellable {
  public:
    Cancellable();
    ~Cancellable();
    Cancellable(const Cancellable&) = delete;
    Cancellable& operator=(const Cancellable&) = delete;
    /// Shows "what ... 40 %" on a terminal, and says whether to go on.
    vault::Progress progress(const std::string& what) const;
    /// Whether to stop.
    bool asked() const;
};

/// A form of at most a few megabytes; "-" is standard input. Throws as read_file.
std::string read_text_file(const std::string& path);

}  // namespace fieldseal::ctl
