#include "app/desktop/shell/clipboard_picture.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "model/error/error.h"
#include "model/picture/picture.h"

extern char** environ;

namespace fieldseal::desktop {

namespace {

constexpr std::chrono::seconds patience{5};

/// What the program printed; nothing where it could not be started, failed, took too long or printed too much.
struct Printed {
    bool started = false;
    Bytes bytes;
};

Printed ask(const std::vector<const char*>& words) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return {};
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    std::vector<char*> arguments;
    for (const char* word : words) {
        arguments.push_back(const_cast<char*>(word));
    }
    arguments.push_back(nullptr);
    pid_t child = 0;
    Printed printed;
    printed.started = ::posix_spawnp(&child, words.front(), &actions, nullptr, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    bool good = printed.started;
    const auto until = std::chrono::steady_clock::now() + patience;
    std::array<std::uint8_t, 65536> piece;
    while (good) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
        pollfd waiting{ends[0], POLLIN, 0};
        const int ready = left > 0 ? ::poll(&waiting, 1, static_cast<int>(left)) : 0;
        const ssize_t got = ready > 0 ? ::read(ends[0], piece.data(), piece.size()) : -1;
        if (got < 0 && ready != 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            good = got == 0;
            break;
        }
        printed.bytes.insert(printed.bytes.end(), piece.begin(), piece.begin() + got);
        good = printed.bytes.size() <= picture::file_limit;
    }
    ::close(ends[0]);
    if (printed.started) {
        if (!good) {
            ::kill(child, SIGKILL);
        }
        int status = 0;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
        // Where the system only finds out in the child that there is no such program.
        printed.started = !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
    }
    if (!good) {
        printed.bytes.clear();
    }
    return printed;
}

}  // namespace

Bytes clipboard_picture() {
    bool asked = false;
    std::vector<std::vector<const char*>> questions;
    for (const char* type : {"image/png", "image/jpeg"}) {
        if (std::getenv("WAYLAND_DISPLAY") != nullptr) {
            questions.push_back({"wl-paste", "--no-newline", "--type", type});
        }
        if (std::getenv("DISPLAY") != nullptr) {
            questions.push_back({"xclip", "-selection", "clipboard", "-target", type, "-out"});
        }
    }
    for (const std::vector<const char*>& question : questions) {
        Printed printed = ask(question);
        asked = asked || printed.started;
        if (picture::format_of(printed.bytes) != picture::Format::none) {
            return std::move(printed.bytes);
        }
    }
    if (!asked) {
        throw Error(ErrorCode::not_found, "To paste pictures, install xclip (or wl-clipboard where the desktop uses Wayland). Or drop the file on the window.");
    }
    throw Error(ErrorCode::not_found, "There is no picture in the clipboard.");
}

}  // namespace fieldseal::desktop
