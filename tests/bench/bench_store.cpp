// bench_store FOLDER put|get: carries the files below FOLDER to, or from, the store at FIELDSEAL_STORE_URL. Parts come
// before the index of their folder. What is measured is the time of the whole process, as of any copying program.
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <iostream>

#include "model/environment/durable_file.h"
#include "sync/store/store.h"

using namespace fieldseal;
namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

struct File {
    std::string name;
    std::uint64_t group;
    bool closes;
};

std::vector<File> files_below(const fs::path& root) {
    std::vector<File> files;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.is_regular_file()) {
            const std::string last = entry.path().filename().string();
            // "p-BUNDLE-PART" and "i-BUNDLE".
            files.push_back(
                {fs::relative(entry.path(), root).string(), std::stoull(last.substr(2)), last.starts_with("i-")});
        }
    }
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) {
        return std::tie(a.group, a.closes, a.name) < std::tie(b.group, b.closes, b.name);
    });
    return files;
}

void put(store::Store& store, const fs::path& root) {
    std::deque<File> left;
    for (File& file : files_below(root)) {
        left.push_back(std::move(file));
    }
    std::deque<std::pair<std::string, Bytes>> held;
    store.put_all(
        [&]() -> std::optional<store::Outgoing> {
            if (left.empty()) {
                return std::nullopt;
            }
            const File file = left.front();
            left.pop_front();
            held.emplace_back(file.name, read_file(root / file.name, store::object_limit));
            return store::Outgoing{file.name, held.back().second, file.group, file.closes};
        },
        [&](const store::Outgoing& object, store::Store::Put) {
            held.erase(
                std::find_if(held.begin(), held.end(), [&](const auto& one) { return one.first == object.name; }));
        });
}

void get(store::Store& store) {
    std::vector<std::string> names;
    for (const store::StoredObject& object : store.list("")) {
        names.push_back(object.name);
    }
    std::uint64_t bytes = 0;
    store.get_all(names, store::object_limit,
                  [&](std::size_t, store::Fetched object) { bytes += object.bytes.size(); });
    std::cout << names.size() << " objects, " << bytes << " bytes\n";
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::cerr << "usage: bench_store FOLDER put|get\n";
        return 2;
    }
    try {
        const std::string secret = variable("FIELDSEAL_STORE_SECRET");
        store::StoreOptions options;
        options.credentials = {variable("FIELDSEAL_STORE_USER"), crypto::Secret(Bytes(secret.begin(), secret.end()))};
        const auto store = store::open_store(variable("FIELDSEAL_STORE_URL"), std::move(options));
        if (std::string(arguments[2]) == "put") {
            put(*store, arguments[1]);
        } else {
            get(*store);
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
