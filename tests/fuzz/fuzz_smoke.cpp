// What fuzzing found worth keeping, replayed, and some thousand deterministic changes to good inputs: in every build.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "targets.h"

using namespace fieldseal;
using fuzz::Target;

namespace {

std::vector<Bytes> corpus_of(const Target& target) {
    std::vector<Bytes> corpus;
    const auto folder = std::filesystem::path(FIELDSEAL_SOURCE_DIR) / "tests/fuzz/corpus" / target.name;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return corpus;
}

class Mutator {
  public:
    explicit Mutator(const std::vector<Bytes>& corpus) : corpus_(corpus) {}

    Bytes next() {
        Bytes bytes = corpus_[below(corpus_.size())];
        for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
            change(bytes);
        }
        return bytes;
    }

  private:
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : numbers_() % bound; }

    void change(Bytes& bytes) {
        static constexpr std::uint8_t telling[] = {0, 1, 0x7f, 0x80, 0xff};
        const std::size_t at = below(bytes.size());
        const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        const auto length = static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(bytes.size() - at, 64)));
        switch (bytes.empty() ? 4 : below(7)) {
            case 0:
                bytes[at] ^= static_cast<std::uint8_t>(1u << below(8));
                break;
            case 1:
                bytes[at] = telling[below(std::size(telling))];
                break;
            case 2:
                bytes.erase(place, place + length);
                break;
            case 3: {
                const Bytes repeated(place, place + length);
                bytes.insert(place, repeated.begin(), repeated.end());
                break;
            }
            case 4:
                bytes.insert(place, 1 + below(4), telling[below(std::size(telling))]);
                break;
            case 5:
                bytes.resize(at);
                break;
            default: {
                const Bytes& other = corpus_[below(corpus_.size())];
                bytes.resize(at);
                bytes.insert(bytes.end(), other.begin() + static_cast<std::ptrdiff_t>(below(other.size())),
                             other.end());
            }
        }
    }

    const std::vector<Bytes>& corpus_;
    std::mt19937_64 numbers_{20'260'101};
};

void smoke(const std::string& name, int mutations) {
    const Target& target = fuzz::target(name);
    std::vector<Bytes> corpus = corpus_of(target);
    CHECK(!corpus.empty());
    for (const Bytes& seed : target.seeds()) {
        corpus.push_back(seed);
    }
    for (const Bytes& input : corpus) {
        target.run(input);
    }
    Mutator mutator(corpus);
    for (int i = 0; i < mutations; ++i) {
        target.run(mutator.next());
    }
}

}  // namespace

TEST_CASE("bundle: any part of it") {
    smoke("bundle", 3'000);
}
TEST_CASE("bundle and part index: whole files") {
    smoke("bundle_file", 3'000);
}
TEST_CASE("roster") {
    smoke("roster", 5'000);
}
TEST_CASE("invitation") {
    smoke("invitation", 5'000);
}
TEST_CASE("enrolment") {
    smoke("enrolment", 5'000);
}
TEST_CASE("edits") {
    smoke("edits", 10'000);
}
TEST_CASE("revision") {
    smoke("revision", 10'000);
}
TEST_CASE("compressed") {
    smoke("decompress", 10'000);
}
TEST_CASE("log segment") {
    smoke("log_item", 5'000);
}
TEST_CASE("receipt") {
    smoke("receipt", 5'000);
}
TEST_CASE("questionnaire") {
    smoke("questionnaire", 1'000);
}
TEST_CASE("invitation and recovery kit: whole files") {
    smoke("sealed_file", 200);
}
TEST_CASE("recovery kit") {
    smoke("kit", 5'000);
}
TEST_CASE("vault: first page, key slots, rows") {
    smoke("vault", 300);
}
TEST_CASE("an item taken in, and quarantine") {
    smoke("import", 500);
}
TEST_CASE("hub: access list, token, path, question") {
    smoke("access_list", 5'000);
    smoke("hub_token", 5'000);
    smoke("hub_path", 5'000);
    smoke("propfind", 2'000);
}
TEST_CASE("what servers answer") {
    smoke("server_answer", 2'000);
}
TEST_CASE("picture") {
    smoke("picture", 500);
}
TEST_CASE("sites from tables and map layers") {
    smoke("site_table", 3'000);
}
TEST_CASE("every target is tried above") {
    CHECK(fuzz::targets().size() == 22);
}
