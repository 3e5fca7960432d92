#include "app/ctl/passphrase_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <iostream>

#include "app/ctl/output.h"
#include "model/environment/descriptor.h"

namespace fieldseal::ctl {

namespace {

constexpr std::size_t secret_limit = 64u << 10;

[[noreturn]] void throw_too_long(const std::string& source) {
    throw Error(ErrorCode::too_large,
                source + " has more than " + std::to_string(secret_limit) + " bytes; is it the right file?");
}

crypto::Secret read_to_end(int descriptor, const std::string& source) {
    crypto::Secret buffer(secret_limit + 1);
    std::size_t size = 0;
    while (size < buffer.size()) {
        const ssize_t got = ::read(descriptor, buffer.writable().data() + size, buffer.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw read_error(source, errno);
        }
        if (got == 0) {
            return crypto::Secret(buffer.view().first(size));
        }
        size += static_cast<std::size_t>(got);
    }
    throw_too_long(source);
}

crypto::Secret without_line_end(const crypto::Secret& secret) {
    ByteView view = secret.view();
    if (!view.empty() && view.back() == '\n') {
        view = view.first(view.size() - 1);
        if (!view.empty() && view.back() == '\r') {
            view = view.first(view.size() - 1);
        }
    }
    return crypto::Secret(view);
}

void on_interrupt(int) {}

/// Turns the terminal's echo off while it lives, and makes Ctrl+C end a read instead of the program, which would leave
/// the echo off.
class Silence {
  public:
    explicit Silence(int terminal) : terminal_(terminal) {
        struct sigaction action {};
        action.sa_handler = on_interrupt;
        sigaction(SIGINT, &action, &before_);
        tcgetattr(terminal_, &echoing_);
        termios silent = echoing_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ICANON | ISIG;
        tcsetattr(terminal_, TCSAFLUSH, &silent);
    }
    ~Silence() {
        tcsetattr(terminal_, TCSAFLUSH, &echoing_);
        sigaction(SIGINT, &before_, nullptr);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

  private:
    int terminal_;
    termios echoing_{};
    struct sigaction before_ {};
};

void say(int terminal, std::string_view text) {
    // A prompt that cannot be shown is no reason to stop: the read that follows says what is wrong.
    [[maybe_unused]] const ssize_t written = ::write(terminal, text.data(), text.size());
}

void warn_if_others_may_read(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
        std::cerr << "fieldsealctl: warning: other users of this machine may read " << plain(path)
                  << "; chmod 600 keeps it to you.\n";
    }
}

}  // namespace

void PassphraseSource::add_to(CLI::App& command, const std::string& name, const std::string& what) {
    auto* from_file =
        command.add_option("--" + name + "-file", file, "Read " + what + " from FILE (asked for otherwise)")
            ->type_name("FILE");
    auto* from_descriptor =
        command.add_option("--" + name + "-fd", descriptor, "Read " + what + " from file descriptor N")->type_name("N");
    from_file->excludes(from_descriptor);
    command_ = &command;
}

crypto::Secret PassphraseSource::read(const std::string& prompt, Ask ask) const {
    crypto::Secret secret;
    if (!file.empty()) {
        secret = without_line_end(read_secret_file(file));
        // With --json, stderr holds one JSON document or nothing.
        if (command_ != nullptr && command_->count("--json") == 0) {
            warn_if_others_may_read(file);
        }
    } else if (descriptor) {
        secret = without_line_end(read_to_end(*descriptor, "file descriptor " + std::to_string(*descriptor)));
    } else {
        secret = prompt_secret(prompt);
        if (ask == Ask::twice && !prompt_secret("Again: ").equals(secret.view())) {
            throw Error(ErrorCode::usage, "The two passphrases differ. Nothing was changed.");
        }
    }
    if (secret.empty()) {
        throw Error(ErrorCode::failed, "The passphrase is empty.");
    }
    return secret;
}

crypto::Secret read_secret_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
        throw read_error(path, errno);
    }
    return read_to_end(file.number(), path);
}

crypto::Secret prompt_secret(const std::string& prompt) {
    const Descriptor terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!terminal.valid()) {
        throw Error(ErrorCode::usage,
                    "There is no terminal to ask on. Use an option that reads from a file (see --help).");
    }
    crypto::Secret line(secret_limit);
    std::size_t size = 0;
    const Silence silence(terminal.number());
    say(terminal.number(), prompt);
    while (true) {
        std::uint8_t byte = 0;
        const ssize_t got = ::read(terminal.number(), &byte, 1);
        if (got < 0 && errno == EINTR) {
            say(terminal.number(), "\n");
            throw Error(ErrorCode::cancelled, "Cancelled.");
        }
        if (got <= 0 || byte == '\n') {
            break;
        }
        if (size == line.size()) {
            throw_too_long("What was typed");
        }
        line.writable()[size++] = byte;
    }
    say(terminal.number(), "\n");
    return crypto::Secret(line.view().first(size));
}

}  // namespace fieldseal::ctl
