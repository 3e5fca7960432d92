// The folders depend in the direction that DESIGN.md gives, and each outside library is included only by the folder that wraps it.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

/// What each folder may include, besides itself. A folder that is not here may not exist.
const std::map<std::string, std::set<std::string>> allowed = [] {
    std::map<std::string, std::set<std::string>> rules;
    rules["model/error"] = {};
    rules["model/memory"] = {};
    rules["model/crypto"] = {"model/error"};
    rules["model/environment"] = {"model/error", "model/crypto"};
    rules["model/codec"] = {"model/error", "model/crypto"};
    rules["model/picture"] = {"model/error", "model/crypto"};
    rules["model/record"] = {"model/error", "model/crypto", "model/codec"};
    rules["model/questionnaire"] = {"model/error", "model/crypto", "model/codec", "model/record"};
    rules["model/history"] = {"model/error", "model/crypto", "model/codec", "model/record"};
    rules["model/vault"] = {"model/error", "model/crypto", "model/codec", "model/record", "model/history", "model/environment"};
    std::set<std::string> under_vault = rules["model/vault"];
    under_vault.insert({"model/vault", "model/questionnaire"});
    rules["model/portfolio"] = under_vault;
    rules["model/interchange"] = under_vault;
    rules["sync/bundle"] = {"model/error", "model/crypto", "model/codec", "model/environment"};
    rules["sync/team"] = {"model/error", "model/crypto", "model/codec", "model/environment", "model/record"};
    rules["sync/store"] = {"model/error", "model/crypto", "model/environment"};
    std::set<std::string> all_model;
    for (const auto& [folder, uses] : rules) {
        if (folder.starts_with("model/")) {
            all_model.insert(folder);
        }
    }
    // Locking is the session's and the window's.
    all_model.erase("model/memory");
    rules["sync/exchange"] = all_model;
    rules["sync/exchange"].insert({"sync/bundle", "sync/team", "sync/store"});
    rules["sync/hub"] = rules["sync/team"];
    rules["sync/hub"].insert("sync/team");
    std::set<std::string> below_app = rules["sync/exchange"];
    below_app.insert({"sync/exchange", "sync/hub", "model/memory"});
    rules["app/session"] = below_app;
    std::set<std::string> program = below_app;
    program.insert("app/session");
    rules["app/ctl"] = program;
    rules["app/desktop"] = program;
    return rules;
}();

struct LibraryRule {
    std::regex include;
    std::vector<std::string> folders;
    std::string reason;
};

const std::vector<LibraryRule> library_rules{
    {std::regex("sodium(\\.h|/.*)"), {"model/crypto"}, "one place names what is used of libsodium"},
    {std::regex("sqlite3\\.h|SQLiteCpp/.*"), {"model/vault"}, "SQL is written in one folder"},
    {std::regex("(imgui|GLFW/|GL/|imgui_).*"), {"app/desktop"}, "model and sync know no screen"},
    {std::regex("cereal/.*"), {"model/codec", "model/record"}, "only the codec reads and writes; records name their fields"},
    {std::regex("nlohmann/.*"), {"model/questionnaire", "model/interchange", "app/ctl"}, "JSON is for people and templates, not between parts"},
    {std::regex("CLI/.*"), {"app/ctl"}, "the command line is one program"},
    {std::regex("curl/.*"), {"sync/store"}, "one place sets time-outs, checks certificates and signs requests"},
    {std::regex("pugixml.*"), {"sync/store", "sync/hub"}, "what WebDAV says is read where it arrives"},
    {std::regex("microhttpd.*"), {"sync/hub"}, "one place serves requests"},
    {std::regex("gnutls/.*"), {"sync/hub"}, "the hub makes its own certificate; everything else is libsodium's"},
    {std::regex("jpeglib\\.h|jerror\\.h|png\\.h|libexif/.*"), {"model/picture"}, "pictures from outside are read within limits in one place"},
    {std::regex("zstd.*"), {"model/codec"}, "compression is bounded in one place"},
};

std::string folder_of(const fs::path& relative) {
    auto part = relative.begin();
    const std::string top = *part++;
    return top + "/" + part->string();
}

struct Include {
    std::string file;
    std::string folder;
    std::string target;
};

std::vector<Include> includes_in(const std::string& top) {
    static const std::regex line_form(R"rx(^\s*#\s*include\s*[<"]([^>"]+)[>"])rx");
    std::vector<Include> found;
    const fs::path root = FIELDSEAL_SOURCE_DIR;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".h" && extension != ".cpp") {
            continue;
        }
        const fs::path relative = fs::relative(entry.path(), root);
        std::ifstream file(entry.path());
        std::string line;
        while (std::getline(file, line)) {
            std::smatch match;
            if (std::regex_search(line, match, line_form)) {
                found.push_back({relative.string(), folder_of(relative), match[1].str()});
            }
        }
    }
    return found;
}

}  // namespace

TEST_CASE("folders include only what lies below them") {
    std::size_t checked = 0;
    for (const char* top : {"model", "sync", "app"}) {
        for (const Include& include : includes_in(top)) {
            CAPTURE(include.file);
            CAPTURE(include.target);
            const auto rule = allowed.find(include.folder);
            REQUIRE_MESSAGE(rule != allowed.end(), "a folder without a rule: say here what it may use");
            const bool ours = include.target.starts_with("model/") || include.target.starts_with("sync/") || include.target.starts_with("app/");
            if (!ours) {
                continue;
            }
            ++checked;
            const std::string target = folder_of(include.target);
            CHECK((target == include.folder || rule->second.contains(target)));
        }
    }
    CHECK(checked > 100);
}

TEST_CASE("each library is included by the folder that wraps it") {
    for (const char* top : {"model", "sync", "app"}) {
        for (const Include& include : includes_in(top)) {
            for (const LibraryRule& rule : library_rules) {
                if (!std::regex_match(include.target, rule.include)) {
                    continue;
                }
                const bool inside = std::ranges::find(rule.folders, include.folder) != rule.folders.end();
                CHECK_MESSAGE(inside, include.file << " includes " << include.target << ": " << rule.reason);
            }
        }
    }
}

TEST_CASE("nothing below the screen sleeps, prints or reads the clock by itself") {
    static const std::regex banned(R"(std::(cout|cerr|clog)|\bprintf\s*\(|std::this_thread::sleep|system_clock::now|\brand\s*\()");
    const fs::path root = FIELDSEAL_SOURCE_DIR;
    for (const char* top : {"model", "sync"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
            if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") {
                continue;
            }
            std::ifstream file(entry.path());
            std::string line;
            while (std::getline(file, line)) {
                CHECK_MESSAGE(!std::regex_search(line, banned), fs::relative(entry.path(), root).string() << ": " << line);
            }
        }
    }
}
