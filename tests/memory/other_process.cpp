#include "tests/memory/other_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <stdexcept>

namespace fieldseal::test {

namespace {

void write_all(int file, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written <= 0) {
            throw std::runtime_error("the other process does not listen");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

/// Begin and end of everything that may be read.
std::vector<std::pair<std::uint64_t, std::uint64_t>> mappings_of(pid_t process) {
    std::ifstream maps("/proc/" + std::to_string(process) + "/maps");
    std::vector<std::pair<std::uint64_t, std::uint64_t>> mappings;
    for (std::string line; std::getline(maps, line);) {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        std::array<char, 5> rights{};
        if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %4s", &begin, &end, rights.data()) == 3 &&
            rights[0] == 'r') {
            mappings.emplace_back(begin, end);
        }
    }
    return mappings;
}

/// Looks for all needles in one pass.
class Sieve {
  public:
    explicit Sieve(const std::vector<Needle>& needles) : begins_(1 << 16) {
        for (const Needle& needle : needles) {
            begins_[start_of(needle.bytes.data())].push_back(&needle);
        }
    }
    void sift(ByteView bytes, std::set<std::string>& found) const {
        for (std::size_t at = 0; at + 1 < bytes.size(); ++at) {
            for (const Needle* needle : begins_[start_of(bytes.data() + at)]) {
                if (needle->bytes.size() <= bytes.size() - at &&
                    std::equal(needle->bytes.begin(), needle->bytes.end(), bytes.data() + at)) {
                    found.insert(needle->what);
                }
            }
        }
    }

  private:
    static std::size_t start_of(const std::uint8_t* bytes) { return bytes[0] | std::size_t{bytes[1]} << 8; }
    std::vector<std::vector<const Needle*>> begins_;
};

}  // namespace

OtherProcess::OtherProcess(const std::vector<std::string>& words) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    std::vector<std::string> copies = words;
    std::vector<char*> arguments;
    for (std::string& word : copies) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(in[0], STDIN_FILENO);
        ::dup2(out[1], STDOUT_FILENO);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    to_ = in[1];
    from_ = out[0];
}

OtherProcess::~OtherProcess() {
    if (process_ > 0) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    ::close(to_);
    ::close(from_);
}

void OtherProcess::tell(ByteView bytes) {
    const std::uint64_t size = bytes.size();
    std::array<std::uint8_t, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i) {
        length[i] = static_cast<std::uint8_t>(size >> (8 * i));
    }
    write_all(to_, length);
    write_all(to_, bytes);
}

void OtherProcess::wait_for(const std::string& word) {
    const std::string wanted = "@" + word + "\n";
    std::array<char, 4096> piece{};
    for (std::size_t at = 0; (at = read_.find(wanted)) == std::string::npos;) {
        const ssize_t got = ::read(from_, piece.data(), piece.size());
        if (got <= 0) {
            throw std::runtime_error("waited for \"" + word + "\", but it ended: " + read_);
        }
        read_.append(piece.data(), static_cast<std::size_t>(got));
    }
    read_.erase(0, read_.find(wanted) + wanted.size());
}

std::vector<std::string> OtherProcess::holds(const std::vector<Needle>& needles) const {
    const int memory = ::open(("/proc/" + std::to_string(process_) + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
    if (memory < 0) {
        throw std::runtime_error("the memory of the other process cannot be read");
    }
    std::size_t longest = 1;
    for (const Needle& needle : needles) {
        longest = std::max(longest, needle.bytes.size());
    }
    const Sieve sieve(needles);
    std::set<std::string> found;
    std::uint64_t seen = 0;
    Bytes window;
    constexpr std::size_t step = std::size_t{4} << 20;
    for (const auto& [begin, end] : mappings_of(process_)) {
        for (std::uint64_t at = begin; at < end; at += step) {
            // Past the edge, so that nothing is cut in two.
            window.resize(std::min<std::uint64_t>(end - at, step + longest));
            const ssize_t got = ::pread(memory, window.data(), window.size(), static_cast<off_t>(at));
            if (got <= 0) {
                continue;
            }
            seen += static_cast<std::uint64_t>(got);
            sieve.sift(ByteView(window).first(static_cast<std::size_t>(got)), found);
        }
    }
    ::close(memory);
    if (seen < (std::uint64_t{1} << 20)) {
        throw std::runtime_error("almost nothing of the other process's memory could be read");
    }
    return {found.begin(), found.end()};
}

int OtherProcess::end() {
    ::close(to_);
    to_ = -1;
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace fieldseal::test
