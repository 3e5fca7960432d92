// Differences of fields and of texts, as people read them.
#include "model/history/diff.h"

#include <algorithm>
#include <random>

#include "model/history/words.h"

using namespace fieldseal;
using namespace fieldseal::history;

namespace {

/// "same [-removed-] {+added+}".
std::string marked(std::string_view before, std::string_view after) {
    std::string text;
    for (const WordRun& run : diff_words(before, after)) {
        switch (run.kind) {
            case WordRun::Kind::same:
                text += run.text;
                break;
            case WordRun::Kind::removed:
                text += "[-" + run.text + "-]";
                break;
            case WordRun::Kind::added:
                text += "{+" + run.text + "+}";
                break;
        }
    }
    return text;
}

std::string pieces(std::string_view text) {
    std::string joined;
    for (const std::string_view piece : words_of(text)) {
        joined += (joined.empty() ? "" : "|") + std::string(piece);
    }
    return joined;
}

}  // namespace

TEST_CASE("words, spaces and signs, also in Ukrainian") {
    CHECK(pieces("") == "");
    CHECK(pieces("Стан мережі: добрий.") == "Стан| |мережі|:| |добрий|.");
    CHECK(pieces("комп'ютер комп’ютер об\u02bcєкт") == "комп'ютер| |комп’ютер| |об\u02bcєкт");
    CHECK(pieces("'лапки' пів-дня - так") == "'|лапки|'| |пів-дня| |-| |так");
    CHECK(pieces("«Тест» — №5") == "«|Тест|»| |—| |№|5");
    CHECK(pieces("a\u00a0\n\t b") == "a|\u00a0\n\t |b");
    CHECK(pieces("і\u0301ще") == "і\u0301ще");
    CHECK(pieces("a\xffz") == "a|\xff|z");
    CHECK(pieces("\xd1") == "\xd1");
}

TEST_CASE("texts compared word by word") {
    CHECK(marked("", "") == "");
    CHECK(marked("так", "так") == "так");
    CHECK(marked("", "нова нотатка") == "{+нова нотатка+}");
    CHECK(marked("стара нотатка", "") == "[-стара нотатка-]");
    CHECK(marked("Генератор не працює.", "Генератор працює.") == "Генератор [-не -]працює.");
    CHECK(marked("Резервна копія щодня", "Резервна копія щотижня") == "Резервна копія [-щодня-]{+щотижня+}");
    CHECK(marked("one two end", "three four end") == "[-one two-]{+three four+} end");
    CHECK(marked("so one end", "so, two end") == "so{+,+} [-one-]{+two+} end");
    CHECK(marked("стан", "стан, добрий") == "стан{+, добрий+}");
}

TEST_CASE("long texts with nothing or much in common are compared in bounded time") {
    std::mt19937 random(1);
    std::vector<std::string> words;
    for (int i = 0; i < 19'000; ++i) {
        words.push_back("слово" + std::to_string(random() % 3000));
    }
    const auto joined = [&] {
        std::string text;
        for (const std::string& word : words) {
            text += word + " ";
        }
        return text;
    };
    const std::string before = joined();
    std::shuffle(words.begin(), words.end(), random);
    const std::string after = joined();
    std::string from;
    std::string to;
    for (const WordRun& run : diff_words(before, after)) {
        from += run.kind == WordRun::Kind::added ? "" : run.text;
        to += run.kind == WordRun::Kind::removed ? "" : run.text;
    }
    CHECK(from == before);
    CHECK(to == after);
}

TEST_CASE("very long texts are compared line by line") {
    std::string before;
    for (int i = 0; i < 5'000; ++i) {
        before += "one two three four five " + std::to_string(i) + "\n";
    }
    std::string after = before;
    after.replace(after.find("one two three four five 2500\n"), 3, "six");
    const std::vector<WordRun> runs = diff_words(before, after);
    REQUIRE(runs.size() == 4);
    CHECK(runs[1].text == "one two three four five 2500\n");
    CHECK(runs[1].kind == WordRun::Kind::removed);
    CHECK(runs[2].text == "six two three four five 2500\n");
    CHECK(runs[2].kind == WordRun::Kind::added);
}

TEST_CASE("fields compared") {
    const codec::FieldMap before{
        {"a", codec::Value{std::int64_t{1}}}, {"b", codec::Value{true}}, {"d", codec::Value{std::string("x")}}};
    const codec::FieldMap after{
        {"b", codec::Value{true}}, {"c", codec::Value{2.5}}, {"d", codec::Value{std::string("y")}}};
    const std::vector<FieldChange> changes = diff(before, after);
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].path == "a");
    CHECK(changes[0].before == codec::Value{std::int64_t{1}});
    CHECK_FALSE(changes[0].after);
    CHECK(changes[1].path == "c");
    CHECK_FALSE(changes[1].before);
    CHECK(changes[2].path == "d");
    CHECK(changes[2].after == codec::Value{std::string("y")});
    CHECK(diff(before, before).empty());
}
