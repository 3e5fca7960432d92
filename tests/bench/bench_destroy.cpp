#include "tests/bench/bench_destroy.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <iostream>

#include "app/session/session.h"

namespace fieldseal::bench {

namespace fs = std::filesystem;

namespace {

crypto::Secret bench_passphrase() {
    return crypto::Secret(view_of("a passphrase of the benchmark"));
}

/// Another process that has the vault open and writes it, from when the constructor returns until it is killed.
class Writer {
  public:
    explicit Writer(const fs::path& vault) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) {
            throw std::runtime_error("no pipe");
        }
        child_ = ::fork();
        if (child_ == 0) {
            write_for_ever(vault, ends[1]);
        }
        ::close(ends[1]);
        char writing = 0;
        const bool began = ::read(ends[0], &writing, 1) == 1;
        ::close(ends[0]);
        if (!began) {
            throw std::runtime_error("the vault could not be opened for writing");
        }
    }
    ~Writer() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

  private:
    [[noreturn]] static void write_for_ever(const fs::path& vault, int began) {
        try {
            auto session =
                session::Session::open(vault, bench_passphrase(), session::system_environment(crypto::test_cost));
            session->generate(5, 5, 7);
            if (::write(began, "x", 1) != 1) {
                ::_exit(1);
            }
            for (std::uint64_t seed = 8;; ++seed) {
                session->generate(5, 5, seed);
            }
        } catch (const std::exception&) {
            // What is destroyed under its feet stops it.
        }
        while (true) {
            ::pause();
        }
    }
    pid_t child_ = -1;
};

/// What the disk itself takes: two places in two files overwritten and synced, one after the other.
void overwrite_twice(const fs::path& folder) {
    for (const char* name : {"bare-1", "bare-2"}) {
        const int file = ::open((folder / name).c_str(), O_RDWR | O_CREAT, 0600);
        const std::array<char, 4096> page{};
        for (int place = 0; place < 2; ++place) {
            if (::pwrite(file, page.data(), page.size(), place * 65536) != static_cast<ssize_t>(page.size())) {
                throw std::runtime_error("the disk is full");
            }
        }
        ::fsync(file);
        ::close(file);
    }
}

}  // namespace

void measure_destroy(const fs::path& folder, std::size_t sites, std::vector<Row>& rows) {
    const fs::path original = folder / "destroy.fieldseal";
    {
        std::cerr << "making " << sites << " sites\n";
        auto made =
            session::Session::create(original, bench_passphrase(), session::system_environment(crypto::test_cost));
        made.first->found("Bench", "Coordinator");
        made.first->generate(sites, 0, 6);
    }
    crypto::SystemRandom random;
    std::vector<double> ours;
    std::vector<double> bare;
    for (int round = 0; round < 7; ++round) {
        const fs::path copy = folder / ("destroyed-" + std::to_string(round) + ".fieldseal");
        fs::copy_file(original, copy);
        const Writer writer(copy);
        bare.push_back(seconds_of([&] { overwrite_twice(folder); }));
        ours.push_back(seconds_of([&] { vault::Vault::destroy_file(copy, random); }));
    }
    const double slowest = *std::ranges::max_element(ours);
    const std::string size = std::to_string(fs::file_size(original) / 1'000'000) + " MB";
    rows.push_back({"destroy a vault of " + size + " that is being written", "ms", median(ours) * 1e3,
                    median(bare) * 1e3, "two files overwritten in two places and synced", "< 1000 ms",
                    median(ours) < 1});
    rows.push_back({"the same, slowest of 7", "ms", slowest * 1e3, 0, "", "< 1000 ms", slowest < 1});
}

}  // namespace fieldseal::bench
