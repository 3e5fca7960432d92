// Disks that are really full, and files and folders that may not be written.
#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/fault/vault_fixture.h"

using namespace fieldseal;
using namespace fieldseal::tests;
namespace fs = std::filesystem;

namespace {

/// A file system of a few megabytes at `folder`, or, where mounting is not allowed, a limit of as much on every file
/// this process writes.
class SmallDisk {
  public:
    explicit SmallDisk(fs::path folder) : folder_(std::move(folder)) {
        fs::create_directories(folder_);
        mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=3m") == 0;
        if (!mounted_) {
            ::getrlimit(RLIMIT_FSIZE, &before_);
            rlimit limit = before_;
            limit.rlim_cur = 2u << 20;
            ::setrlimit(RLIMIT_FSIZE, &limit);
            std::signal(SIGXFSZ, SIG_IGN);
        }
    }
    ~SmallDisk() {
        if (mounted_) {
            ::umount2(folder_.c_str(), MNT_DETACH);
        } else {
            ::setrlimit(RLIMIT_FSIZE, &before_);
            std::signal(SIGXFSZ, SIG_DFL);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return mounted_; }

  private:
    fs::path folder_;
    bool mounted_ = false;
    rlimit before_{};
};

/// What opening gives somebody who is not root, whom no permission stops: in a process of its own.
std::optional<ErrorCode> code_for_nobody(const std::function<void()>& work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int code = 255;
        if (::geteuid() != 0 || (::setgid(65534) == 0 && ::setuid(65534) == 0)) {
            try {
                work();
                code = 254;
            } catch (const Error& error) {
                code = static_cast<int>(error.code());
            } catch (...) {
                code = 253;
            }
        }
        ::_exit(code);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) != 255);
    REQUIRE(WEXITSTATUS(status) != 253);
    return WEXITSTATUS(status) == 254 ? std::nullopt : std::optional(static_cast<ErrorCode>(WEXITSTATUS(status)));
}

}  // namespace

TEST_CASE_FIXTURE(VaultFixture, "a full disk: saving says so, what was saved stays, and with space it goes on") {
    const SmallDisk small(folder / "small");
    MESSAGE(std::string(small.mounted() ? "a tmpfs of 3 MiB" : "no right to mount: files limited to 2 MiB instead"));
    path = folder / "small" / "a.fieldseal";
    make();
    const fs::path filler = folder / "small" / "filler";
    if (small.mounted()) {
        std::ofstream(filler) << std::string(1'000'000, 'f');
    }
    Expectation expectation;
    auto vault = expectation.open(path, environment);
    Workload workload(3, 0, {}, [&](const std::string& line) { expectation.note(line); });
    ErrorCode code = ErrorCode::failed;
    for (int step = 0; step < 5'000 && code == ErrorCode::failed; ++step) {
        try {
            workload.step(*vault);
        } catch (const Error& error) {
            code = error.code();
        }
    }
    CHECK(code == ErrorCode::disk);
    CHECK(expectation.check(*vault) == "");
    // Evidence does not fit either, and leaves nothing.
    const Bytes photo = random.bytes(1'900'000);
    const fs::path file = fs::temp_directory_path() / (folder.filename().string() + ".jpg");
    std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(photo.data()), 1'900'000);
    CHECK(code_of([&] { vault->add_blob(file); }) == ErrorCode::disk);
    CHECK(vault->blobs().empty());
    fs::remove(file);
    if (small.mounted()) {
        CHECK(code_of([&] {
                  vault::Vault::create(folder / "small" / "b.fieldseal", view_of("p"), crypto::test_cost, environment);
              }) == ErrorCode::disk);
        CHECK_FALSE(fs::exists(folder / "small" / "b.fieldseal"));
        fs::remove(filler);
        const RecordId record = random.id<RecordId>();
        vault->save_draft(record, record::Kind::site, "name", std::string("after"));
        vault->discard_draft(record);
    }
    vault.reset();
    vault = expectation.open(path, environment);
    CHECK(expectation.check(*vault) == "");
}

TEST_CASE_FIXTURE(VaultFixture, "read-only files and folders are named as what they are") {
    make();
    // Not this process's own folder: the user without rights must be able to reach it.
    fs::permissions(folder, fs::perms::all);
    fs::permissions(path, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
    const auto open = [&] { vault::Vault::open(path, view_of(passphrase(0)), environment); };
    CHECK(code_for_nobody(open) == ErrorCode::disk);
    fs::permissions(path, fs::perms::none);
    CHECK(code_for_nobody(open) == ErrorCode::disk);
    fs::permissions(path, fs::perms::all);
    CHECK(code_for_nobody(open) == std::nullopt);
    fs::permissions(folder,
                    fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec | fs::perms::others_read);
    if (::geteuid() == 0) {
        CHECK(code_for_nobody(open) == ErrorCode::disk);
        CHECK(code_for_nobody([&] {
                  vault::Vault::create(folder / "b.fieldseal", view_of("p"), crypto::test_cost, environment);
              }) == ErrorCode::disk);
    }
    CHECK(vault::Vault::open(path, view_of(passphrase(0)), environment) != nullptr);
}

TEST_CASE_FIXTURE(VaultFixture,
                  "a second program is kept out, also after the file was opened and closed beside the vault") {
    make();
    const auto vault = vault::Vault::open(path, view_of(passphrase(0)), environment);
    const auto open = [&] { vault::Vault::open(path, view_of(passphrase(0)), environment); };
    // In this process: POSIX locks would be gone after this.
    CHECK(code_of(open) == ErrorCode::in_use);
    std::ifstream(path).get();
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::execl(FIELDSEAL_VAULT_WORKER, FIELDSEAL_VAULT_WORKER, path.c_str(), passphrase(0).c_str(), "1", "0", nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 10 + static_cast<int>(ErrorCode::in_use));
    vault->save_draft(random.id<RecordId>(), record::Kind::site, "name", std::string("still mine"));
}
