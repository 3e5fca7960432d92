#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "model/crypto/random.h"
#include "store_contract.h"

using namespace fieldseal;
using namespace fieldseal::test;
namespace fs = std::filesystem;

namespace {

class Folder {
  public:
    Folder() {
        crypto::SystemRandom random;
        path_ = fs::temp_directory_path() / ("fieldseal-store-" + to_hex(random.bytes(8)));
        fs::create_directory(path_);
    }
    ~Folder() {
        ::chmod(path_.c_str(), 0700);
        fs::remove_all(path_);
    }
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

void write(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("A store in memory keeps the contract") {
    check_store_contract(*store::make_memory_store());
}

TEST_CASE("A folder keeps the contract, with and without its scheme") {
    const Folder first;
    check_store_contract(*store::open_store("folder:" + first.path().string()));
    const Folder second;
    check_store_contract(*store::open_store(second.path().string()));
    // Nothing but the objects stays behind.
    for (const auto& entry : fs::recursive_directory_iterator(second.path())) {
        CHECK(entry.path().filename().string().front() != '.');
    }
}

TEST_CASE("Objects survive closing the store") {
    const Folder folder;
    store::open_store(folder.path().string())->put_if_absent("a/b", bytes_of("x"));
    CHECK(store::open_store(folder.path().string())->get("a/b", 9) == bytes_of("x"));
}

TEST_CASE("A folder that is not there is not made") {
    const Folder folder;
    const fs::path missing = folder.path() / "stick";
    CHECK(code_of([&] { store::open_store("folder:" + missing.string()); }) == ErrorCode::unreachable);
    CHECK_FALSE(fs::exists(missing));
    write(folder.path() / "file", "x");
    CHECK(code_of([&] { store::open_store((folder.path() / "file").string()); }) == ErrorCode::unreachable);
    CHECK(code_of([] { store::open_store(""); }) == ErrorCode::unreachable);
}

TEST_CASE("A folder that goes away, or becomes another one, is noticed by every call") {
    const Folder folder;
    const fs::path stick = folder.path() / "stick";
    fs::create_directory(stick);
    const auto store = store::open_store(stick.string());
    store->put_if_absent("a/b", bytes_of("x"));
    fs::rename(stick, folder.path() / "elsewhere");
    const auto check_gone = [&] {
        CHECK(code_of([&] { store->put_if_absent("a/c", bytes_of("x")); }) == ErrorCode::unreachable);
        CHECK(code_of([&] { store->get("a/b", 9); }) == ErrorCode::unreachable);
        CHECK(code_of([&] { store->list("a"); }) == ErrorCode::unreachable);
        CHECK(code_of([&] { store->remove("a/b"); }) == ErrorCode::unreachable);
    };
    check_gone();
    // The bare mount point.
    fs::create_directory(stick);
    check_gone();
    CHECK(fs::is_empty(stick));
}

TEST_CASE("An error of a store says what it takes to go on") {
    try {
        store::open_store("folder:/nowhere/at/all");
        FAIL("opened");
    } catch (const store::StoreError& error) {
        CHECK(error.obstacle() == store::Obstacle::away);
        CHECK(error.code() == ErrorCode::unreachable);
    }
}

TEST_CASE("A folder that cannot be written to is unreachable, but can be read") {
    if (::geteuid() == 0) {
        MESSAGE("skipped: run as root, whom permissions do not stop");
        return;
    }
    const Folder folder;
    const auto store = store::open_store(folder.path().string());
    store->put_if_absent("a/b", bytes_of("x"));
    ::chmod(folder.path().c_str(), 0500);
    CHECK(code_of([&] { store->put_if_absent("c/b", bytes_of("x")); }) == ErrorCode::unreachable);
    CHECK(store->get("a/b", 9) == bytes_of("x"));
}

TEST_CASE("Links do not lead out of a store") {
    const Folder inside;
    const Folder outside;
    write(outside.path() / "secret", "secret");
    const auto store = store::open_store(inside.path().string());
    fs::create_symlink(outside.path(), inside.path() / "folder");
    fs::create_symlink(outside.path() / "secret", inside.path() / "file");
    CHECK(code_of([&] { store->get("folder/secret", 99); }) == ErrorCode::refused);
    CHECK(code_of([&] { store->get("file", 99); }) == ErrorCode::refused);
    CHECK(code_of([&] { store->put_if_absent("folder/new", bytes_of("x")); }) == ErrorCode::refused);
    CHECK(code_of([&] { store->put_if_absent("file", bytes_of("x")); }) == ErrorCode::refused);
    CHECK(code_of([&] { store->remove("folder/secret"); }) == ErrorCode::refused);
    CHECK(store->list("").empty());
    CHECK(fs::exists(outside.path() / "secret"));
    CHECK_FALSE(fs::exists(outside.path() / "new"));
}

TEST_CASE("Half-written files and what other programs leave are not listed") {
    const Folder folder;
    write(folder.path() / "outbox/aa/.p-1.0123456789abcdef.part", "half");
    write(folder.path() / "outbox/aa/.syncthing.p-2.tmp", "half");
    write(folder.path() / "outbox/aa/p-3 (conflicted copy)", "other");
    write(folder.path() / "System Volume Information/x", "other");
    write(folder.path() / "outbox/aa/p-4", "whole");
    const auto found = store::open_store(folder.path().string())->list("");
    REQUIRE(found.size() == 1);
    CHECK(found[0].name == "outbox/aa/p-4");
}

TEST_CASE("What a killed write left goes with the next write of the same object, and nothing else does") {
    const Folder folder;
    const std::string hash(64, 'a');
    const fs::path own = folder.path() / ("outbox/aa/.p-" + hash.substr(2) + ".0123456789abcdef.part");
    const fs::path others = folder.path() / "outbox/aa/.p-2.0123456789abcdef.part";
    write(own, "half");
    write(others, "half");
    write(folder.path() / "outbox/aa/.part", "other");
    const auto store = store::open_store(folder.path().string());
    store->put_if_absent("outbox/aa/p-" + hash, bytes_of("whole"));
    CHECK_FALSE(fs::exists(own));
    CHECK(fs::exists(others));
    CHECK(fs::exists(folder.path() / "outbox/aa/.part"));
    CHECK(store->get("outbox/aa/p-" + hash, 9) == bytes_of("whole"));
}

TEST_CASE("A sparse file of 10 GB is refused before it is read") {
    const Folder folder;
    write(folder.path() / "a", "");
    fs::resize_file(folder.path() / "a", 10'000'000'000);
    const auto store = store::open_store(folder.path().string());
    CHECK(code_of([&] { store->get("a", store::object_limit); }) == ErrorCode::too_large);
    CHECK(store->list("")[0].size == 10'000'000'000);
}

TEST_CASE("Stores of other kinds are refused with what to use instead") {
    for (const char* url : {"ftp://x", "http://x", "s3s://x/y"}) {
        CHECK(code_of([&] { store::open_store(url); }) == ErrorCode::usage);
    }
}

TEST_CASE("Addresses of WebDAV stores that make no sense, or would send without encryption, are refused") {
    for (const char* url : {"webdav://example.org/y", "webdav://127.0.0.1.example.org/y", "webdavs://", "webdavs:///y",
                            "webdavs://user:word@host/y", "webdavs://host/a b", "webdavs://host/?x", "webdavs://h/#pin",
                            "webdavs://h/#pin=md5//x", "webdavs://h/a\r\nX: y"}) {
        INFO(url);
        CHECK(code_of([&] { store::open_store(url); }) == ErrorCode::usage);
    }
    CHECK(store::open_store("webdavs://host:8443/a/#pin=sha256//AAAA")->description() ==
          "WebDAV folder https://host:8443/a");
}

TEST_CASE("Addresses of buckets that make no sense, or would send without encryption, are refused") {
    for (const char* url : {"s3://", "s3://host", "s3://host/", "s3:///bucket", "s3://host/a%20b", "s3://host/a b",
                            "s3://host/b?region=", "s3://host/b?region=a&x=y", "s3://host/b?prefix=x",
                            "s3://k:s@host/b", "s3://host/b/../c", "s3://host/./c", "s3://host/b//c",
                            "s3+http://host/b", "s3+http://127.0.0.1.example.org/b", "s3://host/b#pin=md5//x"}) {
        INFO(url);
        CHECK(code_of([&] { store::open_store(url); }) == ErrorCode::usage);
    }
    CHECK(store::open_store("s3://host:8443/survey/a/b/?region=eu-1#pin=sha256//AAAA")->description() ==
          "S3 bucket https://host:8443/survey/a/b");
    CHECK(store::open_store("s3+http://127.0.0.1:9/survey")->description() == "S3 bucket http://127.0.0.1:9/survey");
    CHECK_FALSE(store::open_store("s3://host/survey")->capabilities().creates_once);
}

TEST_CASE("A server that is not there is unreachable at once") {
    for (const char* url : {"webdav://127.0.0.1:1/y", "s3+http://127.0.0.1:1/y"}) {
        const auto store = store::open_store(url);
        CHECK(code_of([&] { store->list("a"); }) == ErrorCode::unreachable);
    }
}
