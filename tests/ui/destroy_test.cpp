// The chord on a vault that is being written: what it overwrites is on the disk before the program may end. This
// program stands between Fieldseal and the system's calls, and notes the order in which they come.
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <mutex>

#include "tests/ui/stage.h"

namespace {

struct Call {
    enum class Kind { write, cut, sync };
    Kind kind;
    std::string file;
    off_t at;
    std::string bytes;
};

/// What the thread that listens did to files, in order.
struct Listened {
    std::mutex mutex;
    pid_t thread = 0;
    std::vector<Call> calls;
};

Listened& listened() {
    static Listened kept;
    return kept;
}

void note(Call::Kind kind, int descriptor, off_t at = 0, const void* bytes = nullptr, std::size_t size = 0) {
    Listened& kept = listened();
    const std::lock_guard guard(kept.mutex);
    if (kept.thread != ::gettid()) {
        return;
    }
    char path[PATH_MAX];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t length = ::readlink(link.c_str(), path, sizeof path);
    kept.calls.push_back({kind, std::string(path, static_cast<std::size_t>(std::max<ssize_t>(length, 0))), at,
                          std::string(static_cast<const char*>(bytes), bytes == nullptr ? 0 : size)});
}

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
    static const auto call = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    const ssize_t result = call(descriptor, bytes, size, at);
    if (result > 0) {
        note(Call::Kind::write, descriptor, at, bytes, static_cast<std::size_t>(result));
    }
    return result;
}
int ftruncate(int descriptor, off_t size) noexcept {
    static const auto call = real<int(int, off_t)>("ftruncate");
    const int result = call(descriptor, size);
    if (result == 0) {
        note(Call::Kind::cut, descriptor, size);
    }
    return result;
}
int fsync(int descriptor) {
    static const auto call = real<int(int)>("fsync");
    const int result = call(descriptor);
    if (result == 0) {
        note(Call::Kind::sync, descriptor);
    }
    return result;
}
}

using namespace fieldseal;
using namespace fieldseal::desktop;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
    const Bytes bytes = read_file(path, 1u << 30);
    return std::string(bytes.begin(), bytes.end());
}

/// Calls on this file that change it and are not followed by a sync of it.
std::size_t left_unsynced(const std::vector<Call>& calls, const std::string& file) {
    std::size_t waiting = 0;
    for (const Call& call : calls) {
        if (call.file == file) {
            waiting = call.kind == Call::Kind::sync ? 0 : waiting + 1;
        }
    }
    return waiting;
}

}  // namespace

TEST_CASE(
    "the chord on a vault that is being written: keys and WAL are overwritten and synced before the program may end") {
    test::Stage stage;
    {
        const auto [session, code] = stage.create("laptop");
        session->found("Test", "Олена");
        session->generate(20, 20, 5);
    }
    const std::string vault = fs::canonical(stage.vault("laptop")).string();
    const std::string wal = vault + "-wal";
    const std::string before = content_of(vault);
    stage.app.preferences.destroy_chord = true;
    stage.unlock("laptop");
    // One transaction after the other, until the program is told to end.
    std::atomic<int> written{0};
    stage.app.worker.post("import", [&](std::unique_ptr<session::Session>& session, const session::Progress& progress) {
        for (std::uint64_t seed = 6; progress(0, 0); ++seed) {
            session->generate(3, 3, seed);
            ++written;
        }
    });
    while (written < 2) {
        ::usleep(1000);
    }
    REQUIRE(fs::file_size(wal) > 0);
    {
        const std::lock_guard guard(listened().mutex);
        listened().thread = ::gettid();
    }
    for (int i = 0; i < 3; ++i) {
        stage.driver.press_with_control_and_shift(Key::f12);
    }
    REQUIRE(stage.app.destroyed());
    std::vector<Call> calls;
    {
        const std::lock_guard guard(listened().mutex);
        listened().thread = 0;
        calls.swap(listened().calls);
    }
    // Both wrapped keys, of 48 bytes and a nonce, each where it lay.
    const auto overwritten = [&](const Call& call) { return call.kind == Call::Kind::write && call.file == vault; };
    CHECK(std::ranges::count_if(calls, overwritten) >= 2);
    for (const Call& call : calls) {
        if (overwritten(call)) {
            CHECK(call.bytes.size() >= 48);
            CHECK(before.substr(static_cast<std::size_t>(call.at), call.bytes.size()) != call.bytes);
        }
    }
    CHECK(std::ranges::any_of(
        calls, [&](const Call& call) { return call.kind == Call::Kind::write && call.file == wal && call.at == 0; }));
    CHECK(std::ranges::any_of(
        calls, [&](const Call& call) { return call.kind == Call::Kind::cut && call.file == wal && call.at == 0; }));
    CHECK(std::ranges::any_of(calls,
                              [&](const Call& call) { return call.kind == Call::Kind::sync && call.file == vault; }));
    CHECK(left_unsynced(calls, vault) == 0);
    CHECK(left_unsynced(calls, wal) == 0);
    // The WAL's old bytes were overwritten on the disk before it was cut: what a cut frees is no longer theirs.
    std::vector<Call::Kind> on_wal;
    for (const Call& call : calls) {
        if (call.file == wal && (on_wal.empty() || on_wal.back() != call.kind)) {
            on_wal.push_back(call.kind);
        }
    }
    CHECK(on_wal == std::vector{Call::Kind::write, Call::Kind::sync, Call::Kind::cut, Call::Kind::sync});
    stage.app.lock();
    stage.driver.settle();
    CHECK_THROWS_AS(stage.open("laptop"), Error);
}
