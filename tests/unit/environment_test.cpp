// Clocks, and files that are whole or absent.
#include "model/environment/environment.h"

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "model/environment/durable_file.h"
#include "model/error/error.h"

using namespace fieldseal;
namespace fs = std::filesystem;

namespace {

/// A fresh folder, removed with everything in it.
struct Folder {
    fs::path path = fs::temp_directory_path() / ("fieldseal-environment-" + to_hex(crypto::SystemRandom().bytes(8)));
    Folder() { fs::create_directory(path); }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator(path)) {
            found.push_back(entry.path().filename());
        }
        return found;
    }
};

/// A file system of 64 KiB in memory, so that a full and a read-only disk are real ones. Not mounted where the system
/// does not let us.
struct SmallDisk {
    Folder folder;
    bool mounted = ::mount("tmpfs", folder.path.c_str(), "tmpfs", 0, "size=64k") == 0;
    ~SmallDisk() {
        if (mounted) {
            ::umount(folder.path.c_str());
        }
    }
    void make_read_only() { REQUIRE(::mount("tmpfs", folder.path.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0); }
};

template <class Call>
std::pair<ErrorCode, std::string> error_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    FAIL("nothing was thrown");
    return {};
}

Bytes text(std::string_view text) {
    return Bytes(text.begin(), text.end());
}

}  // namespace

TEST_CASE("the system's clocks tell milliseconds and go forward") {
    SystemClock clock;
    const std::int64_t since_2024 = 1'704'067'200'000;
    CHECK(clock.wall_ms() > since_2024);
    const std::int64_t up = clock.uptime_ms();
    CHECK(up > 0);
    CHECK(clock.uptime_ms() >= up);
    ManualClock manual(5);
    manual.advance(3);
    CHECK(manual.wall_ms() == 8);
    CHECK(manual.uptime_ms() == 3);
}

TEST_CASE("a file that is written durably is there as it was given, alone and private") {
    const Folder folder;
    const fs::path path = folder.path / "one.fsbundle";
    const Bytes bytes = crypto::SystemRandom().bytes(700'001);
    write_durably(path, bytes, false);
    CHECK(read_file(path, bytes.size()) == bytes);
    CHECK(folder.names() == std::vector<std::string>{"one.fsbundle"});
    CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    write_durably(folder.path / "empty", {}, false);
    CHECK(read_file(folder.path / "empty", 0).empty());
}

TEST_CASE("a shared file follows the umask") {
    const Folder folder;
    const mode_t before = ::umask(0022);
    write_durably(folder.path / "shared", text("x"), false, FileAccess::by_umask);
    ::umask(before);
    CHECK((fs::status(folder.path / "shared").permissions() & fs::perms::others_read) != fs::perms::none);
}

TEST_CASE("a file is replaced only on request") {
    const Folder folder;
    const fs::path path = folder.path / "name";
    write_durably(path, text("old"), false);
    const auto [code, message] = error_of([&] { write_durably(path, text("new"), false); });
    CHECK(code == ErrorCode::refused);
    CHECK(message.find(path.string()) != std::string::npos);
    CHECK(read_file(path, 10) == text("old"));
    write_durably(path, text("newer"), true);
    CHECK(read_file(path, 10) == text("newer"));
    // A link that leads nowhere is something, too.
    fs::create_symlink(folder.path / "nowhere", folder.path / "link");
    CHECK(error_of([&] { write_durably(folder.path / "link", text("x"), false); }).first == ErrorCode::refused);
    CHECK(folder.names().size() == 2);
}

TEST_CASE("of several that write one new name at once, exactly one succeeds") {
    for (int round = 0; round < 20; ++round) {
        const Folder folder;
        const fs::path path = folder.path / "name";
        std::atomic<int> written{0};
        std::atomic<int> refused{0};
        std::vector<std::thread> writers;
        for (std::uint8_t writer = 1; writer <= 4; ++writer) {
            writers.emplace_back([&, writer] {
                try {
                    write_durably(path, Bytes(50'000, writer), false);
                    ++written;
                } catch (const Error& error) {
                    refused += error.code() == ErrorCode::refused ? 1 : 0;
                }
            });
        }
        for (std::thread& writer : writers) {
            writer.join();
        }
        CHECK(written == 1);
        CHECK(refused == 3);
        CHECK(folder.names() == std::vector<std::string>{"name"});
    }
}

TEST_CASE("a write that fails leaves the old file and nothing else") {
    const Folder folder;
    const fs::path path = folder.path / "name";
    write_durably(path, text("old"), false);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{100'000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto [code, message] = error_of([&] { write_durably(path, Bytes(300'000, 7), true); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(code == ErrorCode::disk);
    CHECK(message.find("too large for this disk") != std::string::npos);
    CHECK(read_file(path, 10) == text("old"));
    CHECK(folder.names() == std::vector<std::string>{"name"});
}

TEST_CASE("a full and a read-only disk are named as what they are") {
    SmallDisk disk;
    if (!disk.mounted) {
        MESSAGE("not run: this user may not mount a small disk");
        return;
    }
    const fs::path path = disk.folder.path / "name";
    write_durably(path, text("old"), false);
    const auto full = error_of([&] { write_durably(path, Bytes(100'000, 7), true); });
    CHECK(full.first == ErrorCode::disk);
    CHECK(full.second.find("the disk is full. Free some space") != std::string::npos);
    CHECK(disk.folder.names() == std::vector<std::string>{"name"});
    {
        FileWriter writer(disk.folder.path / "large");
        CHECK(error_of([&] { writer.write(Bytes(100'000, 7)); }).first == ErrorCode::disk);
    }
    CHECK(disk.folder.names() == std::vector<std::string>{"name"});
    disk.make_read_only();
    const auto read_only = error_of([&] { write_durably(path, text("new"), true); });
    CHECK(read_only.first == ErrorCode::disk);
    CHECK(read_only.second.find("read-only") != std::string::npos);
    CHECK(read_file(path, 10) == text("old"));
}

TEST_CASE("writing into a folder that is not there is the disk's error") {
    const Folder folder;
    const auto [code, message] = error_of([&] { write_durably(folder.path / "none" / "name", text("x"), false); });
    CHECK(code == ErrorCode::disk);
    CHECK(message.find("is not there") != std::string::npos);
}

TEST_CASE("reading names what is wrong") {
    const Folder folder;
    CHECK(error_of([&] { read_file(folder.path / "none", 10); }).first == ErrorCode::not_found);
    CHECK(error_of([&] { read_file(folder.path, 10); }).first == ErrorCode::disk);
    CHECK(error_of([&] { FileReader(folder.path / "none"); }).first == ErrorCode::not_found);
    CHECK(error_of([&] { FileReader{folder.path}; }).first == ErrorCode::refused);
    const fs::path path = folder.path / "file";
    write_durably(path, Bytes(11), false);
    CHECK(read_file(path, 11).size() == 11);
    CHECK(error_of([&] { read_file(path, 10); }).first == ErrorCode::too_large);
    // Ten gigabytes with nothing in them: refused by their size, before anything is read.
    fs::resize_file(path, 10'000'000'000);
    CHECK(error_of([&] { read_file(path, 1'000'000); }).first == ErrorCode::too_large);
}

TEST_CASE("a pipe is read to its end, within the limit") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    REQUIRE(::write(ends[1], "passphrase", 10) == 10);
    ::close(ends[1]);
    CHECK(read_file("/dev/fd/" + std::to_string(ends[0]), 10) == text("passphrase"));
    ::close(ends[0]);
    CHECK(error_of([] { read_file("/dev/zero", 1000); }).first == ErrorCode::too_large);
}

TEST_CASE("a file is read piece by piece") {
    const Folder folder;
    const Bytes bytes = crypto::SystemRandom().bytes(100'003);
    write_durably(folder.path / "file", bytes, false);
    FileReader reader(folder.path / "file");
    CHECK(reader.size() == bytes.size());
    Bytes all;
    Bytes piece(4096);
    while (const std::size_t got = reader.read(piece)) {
        all.insert(all.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
    }
    CHECK(all == bytes);
    CHECK(reader.read(piece) == 0);
}

TEST_CASE("a file that is written piece by piece appears when it is finished, or not at all") {
    const Folder folder;
    const fs::path path = folder.path / "photo";
    {
        FileWriter writer(path);
        writer.write(text("half"));
        CHECK_FALSE(fs::exists(path));
    }
    CHECK(folder.names().empty());
    FileWriter writer(path);
    writer.write(text("first "));
    writer.write(text("second"));
    writer.finish();
    CHECK(read_file(path, 100) == text("first second"));
    CHECK(folder.names() == std::vector<std::string>{"photo"});
    CHECK(error_of([&] { FileWriter{path}; }).first == ErrorCode::refused);
}
