// Where passphrases and codes come from: a file, a file descriptor, or a prompt without echo. Never the command line,
// which every process of the machine can read, and never the environment, which children inherit.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "model/crypto/secret.h"

namespace fieldseal::ctl {

enum class Ask { once, twice };

struct PassphraseSource {
    std::string file;
    std::optional<int> descriptor;

    /// Adds --NAME-file and --NAME-fd; `what` is for the help.
    void add_to(CLI::App& command, const std::string& name, const std::string& what);
    /// From the file or the descriptor (one line end at the end is left out), or asked for on the terminal. Throws
    /// Error(usage) where there is neither, or where what was typed the second time differs; Error(failed) if it is
    /// empty; Error(cancelled) on Ctrl+C. Warns on stderr, unless --json was given, if other users may read the file.
    crypto::Secret read(const std::string& prompt, Ask ask) const;

  private:
    const CLI::App* command_ = nullptr;
};

/// A file's whole content, at most 64 KiB, read straight into locked memory.
crypto::Secret read_secret_file(const std::string& path);
/// Without echo, from the terminal that the program was started on.
crypto::Secret prompt_secret(const std::string& prompt);

}  // namespace fieldseal::ctl
