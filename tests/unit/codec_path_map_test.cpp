// Fields side by side in memory: what a std::map would hold, and joining two of them.
#include "model/codec/path_map.h"

#include <map>

#include "model/codec/value.h"

using namespace fieldseal;
using namespace fieldseal::codec;

namespace {

using Numbers = PathMap<int>;

std::map<std::string, int> content(const Numbers& numbers) {
    CHECK(std::ranges::is_sorted(numbers, {}, &Numbers::value_type::first));
    return {numbers.begin(), numbers.end()};
}

/// What a map would hold of numbers taken from `bits`, in the order of their paths.
Numbers chosen(unsigned bits, int factor) {
    Numbers numbers;
    for (int i = 0; i < 5; ++i) {
        if ((bits >> i & 1u) != 0) {
            numbers.append("answers/a-path-longer-than-a-short-text/" + std::to_string(i), factor * (i + 1));
        }
    }
    return numbers;
}

}  // namespace

TEST_CASE("a path map holds its paths in order, each once") {
    Numbers numbers{{"b", 2}, {"a", 1}, {"b", 3}};
    CHECK(content(numbers) == std::map<std::string, int>{{"a", 1}, {"b", 2}});
    numbers["c/d"] = 5;
    ++numbers["a"];
    CHECK(numbers.emplace("aa", 7).second);
    CHECK_FALSE(numbers.emplace("aa", 8).second);
    CHECK(content(numbers) == std::map<std::string, int>{{"a", 2}, {"aa", 7}, {"b", 2}, {"c/d", 5}});
    CHECK(numbers.at("aa") == 7);
    CHECK_THROWS_AS(numbers.at("ab"), Error);
    CHECK(numbers.find("ab") == numbers.end());
    CHECK(numbers.lower_bound("ab")->first == "b");
    CHECK(numbers.contains("b"));
    CHECK(numbers.erase("b") == 1);
    CHECK(numbers.erase("b") == 0);
    CHECK(numbers.erase(numbers.find("a"))->first == "aa");
    CHECK(numbers == Numbers{{"c/d", 5}, {"aa", 7}});
    numbers.merge({{"aa", 1}, {"z", 2}});
    CHECK(content(numbers) == std::map<std::string, int>{{"aa", 7}, {"c/d", 5}, {"z", 2}});
}

TEST_CASE("joining makes room for every path, visits each in order, and takes paths from what is given away") {
    for (unsigned here = 0; here < 32; ++here) {
        for (unsigned there = 0; there < 32; ++there) {
            const Numbers other = chosen(there, 100);
            std::map<std::string, int> expected = content(chosen(here, 1));
            for (const auto& [path, number] : other) {
                expected[path] += number;
            }
            Numbers copied = chosen(here, 1);
            std::vector<int> visited;
            copied.join(other, [&](int& mine, const int& theirs) {
                visited.push_back(theirs);
                mine += theirs;
            });
            CHECK(content(copied) == expected);
            CHECK(visited.size() == other.size());
            CHECK(std::ranges::is_sorted(visited));
            CHECK(other == chosen(there, 100));
            Numbers moved = chosen(here, 1);
            moved.join(chosen(there, 100), [](int& mine, int& theirs) { mine += theirs; });
            CHECK(content(moved) == expected);
        }
    }
    // One path joined to many is searched for.
    Numbers many;
    for (int i = 0; i < 100; ++i) {
        many.append("p" + std::to_string(1000 + i), i);
    }
    many.join(Numbers{{"p1042", 1}, {"p1099", 1}}, [](int& mine, int theirs) { mine += theirs; });
    CHECK(many.size() == 100);
    CHECK(many.at("p1042") == 43);
    CHECK(many.at("p1099") == 100);
    many.join(Numbers{{"p1", 7}, {"p1042a", 7}, {"q", 7}}, [](int& mine, int theirs) { mine += theirs; });
    CHECK(many.size() == 103);
    CHECK(many.begin()->second == 7);
    CHECK(many.at("p1042a") == 7);
    CHECK(std::prev(many.end())->first == "q");
}

TEST_CASE("texts of any length are checked for UTF-8 and NUL, wherever it stands") {
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'x');
            CHECK(is_text(view_of(text)));
            text[at] = '\x7f';
            CHECK(is_text(view_of(text)));
            text[at] = '\x01';
            CHECK(is_text(view_of(text)));
            text[at] = '\0';
            CHECK_FALSE(is_text(view_of(text)));
            text[at] = '\x80';
            CHECK_FALSE(is_text(view_of(text)));
            text.replace(at, 1, "ї");
            CHECK(is_text(view_of(text)));
        }
    }
}

TEST_CASE("a path is keys joined by single slashes") {
    const std::string longest(128, 'k');
    for (const std::string& path : {std::string("a"), std::string("a/b"), longest, longest + "/" + longest}) {
        CHECK(is_path(path));
    }
    for (const std::string& path :
         {std::string(), std::string("/"), std::string("a/"), std::string("/a"), std::string("a//b"), longest + "k",
          "a/" + longest + "k", longest + "k/a", std::string("a b"), std::string("ї"),
          longest + "/" + longest + "/" + longest + "/" + longest}) {
        CHECK_FALSE(is_path(path));
    }
}
