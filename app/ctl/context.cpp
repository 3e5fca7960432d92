#include "app/ctl/context.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>

#include "model/environment/durable_file.h"

namespace fieldseal::ctl {

namespace {

std::atomic<bool> cancel_asked = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch it");

void ask_to_cancel(int) {
    cancel_asked = true;
}

void on_signals(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    // The second signal finds the default again, so that a program that hangs can be stopped.
    action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

constexpr std::uint64_t form_limit = 8u << 20;

}  // namespace

void VaultOptions::add_to(CLI::App& command) {
    command.add_option("VAULT", path, "The vault file")->required()->type_name("");
    passphrase.add_to(command, "passphrase", "the vault's passphrase");
}

std::unique_ptr<session::Session> VaultOptions::open() const {
    const crypto::Secret secret = passphrase.read("Passphrase: ", Ask::once);
    return session::Session::open(path, secret, environment());
}

CLI::App& add_command(CLI::App& group, Context& context, const std::string& name, const std::string& description,
                      std::function<int()> run) {
    CLI::App* command = group.add_subcommand(name, description);
    command->add_flag("--json", context.json, "Print the result as JSON");
    command->callback([&context, run = std::move(run)] { context.action = run; });
    return *command;
}

CLI::App& add_group(CLI::App& app, const std::string& name, const std::string& description) {
    CLI::App* group = app.add_subcommand(name, description);
    group->require_subcommand(1);
    return *group;
}

Cancellable::Cancellable() {
    cancel_asked = false;
    on_signals(ask_to_cancel);
}

Cancellable::~Cancellable() {
    on_signals(SIG_DFL);
}

bool Cancellable::asked() const {
    return cancel_asked;
}

vault::Progress Cancellable::progress(const std::string& what) const {
    const bool terminal = isatty(STDERR_FILENO) == 1;
    return [what, terminal, shown = std::uint64_t{101}](std::uint64_t done, std::uint64_t total) mutable {
        const std::uint64_t percent = total == 0 ? 0 : done * 100 / total;
        if (terminal && percent != shown) {
            shown = percent;
            std::cerr << '\r' << what << " ... " << percent << " %" << (done >= total ? "\n" : "") << std::flush;
        }
        return !cancel_asked;
    };
}

std::string read_text_file(const std::string& path) {
    const Bytes bytes = read_file(path == "-" ? "/dev/stdin" : path, form_limit);
    return std::string(text_of(bytes));
}

}  // namespace fieldseal::ctl
