// kill -9 at random moments of saving, cutting, importing, attaching and changing the passphrase.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "tests/fault/vault_fixture.h"

using namespace fieldseal;
using namespace fieldseal::tests;

namespace {

/// A worker whose lines are read; killed at the latest when the object goes away.
class Worker {
  public:
    Worker(const std::filesystem::path& vault, const std::string& secret, std::uint64_t seed, std::uint64_t counter,
           const std::vector<std::filesystem::path>& attachments) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        std::vector<std::string> words{FIELDSEAL_VAULT_WORKER, vault.string(), secret, std::to_string(seed),
                                       std::to_string(counter)};
        for (const auto& attachment : attachments) {
            words.push_back(attachment.string());
        }
        std::vector<char*> arguments;
        for (std::string& word : words) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        process_ = ::fork();
        REQUIRE(process_ >= 0);
        if (process_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::close(ends[0]);
            ::close(ends[1]);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        pipe_ = ends[0];
    }
    ~Worker() { kill(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void kill() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, &status_, 0);
            process_ = 0;
        }
    }
    bool was_killed() const { return WIFSIGNALED(status_) && WTERMSIG(status_) == SIGKILL; }
    /// Everything it said, whole lines only; call after kill().
    std::vector<std::string> lines() {
        std::string text = first_;
        std::array<char, 4096> piece{};
        for (ssize_t got = 0; (got = ::read(pipe_, piece.data(), piece.size())) > 0;) {
            text.append(piece.data(), static_cast<std::size_t>(got));
        }
        ::close(pipe_);
        std::vector<std::string> result;
        for (std::size_t start = 0, end = 0; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
            result.push_back(text.substr(start, end - start));
        }
        return result;
    }
    /// Until it has said something.
    void wait_for_start() {
        std::array<char, 64> piece{};
        const ssize_t got = ::read(pipe_, piece.data(), piece.size());
        REQUIRE(got > 0);
        first_.assign(piece.data(), static_cast<std::size_t>(got));
    }

  private:
    pid_t process_ = 0;
    int pipe_ = -1;
    int status_ = 0;
    std::string first_;
};

}  // namespace

TEST_CASE_FIXTURE(VaultFixture, "killed at any moment, a vault holds everything that was acknowledged") {
    const char* more = std::getenv("FIELDSEAL_KILL_ROUNDS");
    const int rounds = more != nullptr ? std::atoi(more) : 25;
    make();
    const auto attachments = make_attachments();
    Expectation expectation;
    std::mt19937_64 dice(20261123);
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        {
            const std::string secret = secret_of(expectation);
            Worker worker(path, secret, dice(), expectation.counter(), attachments);
            worker.wait_for_start();
            std::this_thread::sleep_for(std::chrono::microseconds(dice() % 150'000));
            worker.kill();
            REQUIRE(worker.was_killed());
            for (const std::string& line : worker.lines()) {
                expectation.note(line);
            }
        }
        const auto vault = expectation.open(path, environment);
        const std::string wrong = expectation.check(*vault);
        REQUIRE_MESSAGE(wrong.empty(), wrong);
    }
    MESSAGE("acknowledged: ", expectation.acknowledged());
    CHECK(expectation.acknowledged() > static_cast<std::uint64_t>(rounds));
}
