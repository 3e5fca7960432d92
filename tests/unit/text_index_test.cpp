// The search over all texts: words as people write them, and the same hits as reading everything through.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "model/crypto/random.h"
#include "model/portfolio/search.h"
#include "model/portfolio/text_index.h"

using namespace fieldseal;
using namespace fieldseal::portfolio;

namespace {

RecordId record_of(std::uint8_t number) {
    RecordId id;
    id.bytes.fill(number);
    return id;
}

TextPassage passage(const std::string& text) {
    return {{{"notes", text}}};
}

std::vector<RecordId> found(const TextIndex& index, std::string_view query) {
    std::vector<RecordId> records;
    for (const TextGroup& group : index.find(query, 1000)) {
        for (const TextHit& hit : group.hits) {
            records.push_back(hit.record);
        }
    }
    return records;
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> result;
    for (const TextMark& word : words_in(text)) {
        result.emplace_back(text.substr(word.start, word.size));
    }
    return result;
}

}  // namespace

TEST_CASE("words are parted by what is no letter or digit, and apostrophes join") {
    CHECK(words("Школа №5, м. Кам’янець-Подільський") == std::vector<std::string>{"Школа", "5", "м", "Кам’янець", "Подільський"});
    CHECK(words("IMG_2026.jpg 'quoted' п' 10.0.0.1") == std::vector<std::string>{"IMG", "2026", "jpg", "quoted", "п", "10", "0", "0", "1"});
    CHECK(words("") == std::vector<std::string>{});
    CHECK(words("«—»") == std::vector<std::string>{});
    CHECK(words("ґанок,єдність") == std::vector<std::string>{"ґанок", "єдність"});
}

TEST_CASE("words in any order, as beginnings, whatever the case and the apostrophe") {
    TextIndex index;
    index.put(record_of(1), record::Kind::site, 1, {passage("Лікарня у Кам’янці, резервне живлення")});
    index.put(record_of(2), record::Kind::site, 2, {passage("Backup copies lie in the server room")});
    CHECK(found(index, "ЖИВЛ лікарня") == std::vector<RecordId>{record_of(1)});
    CHECK(found(index, "кам'ян") == std::vector<RecordId>{record_of(1)});
    CHECK(found(index, "room back") == std::vector<RecordId>{record_of(2)});
    CHECK(found(index, "ackup").empty());
    CHECK(found(index, "backup живлення").empty());
    CHECK(found(index, "").empty());
    CHECK(found(index, " ,. ").empty());
}

TEST_CASE("the fields of a passage are found together, passages of one record apart") {
    TextIndex index;
    index.put(record_of(1), record::Kind::site, 1, {{{{"name", "Школа"}, {"settlement", "Лозова"}}}});
    index.put(record_of(2), record::Kind::assessment, 1, {passage("копії щодня"), passage("сервер старий")});
    CHECK(found(index, "лозова школа") == std::vector<RecordId>{record_of(1)});
    CHECK(index.find("лозова", 5)[0].hits[0].path == "settlement");
    CHECK(found(index, "копії сервер").empty());
    CHECK(found(index, "сервер") == std::vector<RecordId>{record_of(2)});
}

TEST_CASE("groups are bounded, count all, and put whole words and what is newer first") {
    TextIndex index;
    for (std::uint8_t i = 1; i <= 30; ++i) {
        index.put(record_of(i), record::Kind::finding, i, {passage("Школа " + std::to_string(i))});
    }
    index.put(record_of(40), record::Kind::site, 1, {passage("школа")});
    const std::vector<TextGroup> groups = index.find("школа 3", 4);
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].total == 2);
    CHECK(groups[0].hits[0].record == record_of(3));
    CHECK(groups[0].hits[1].record == record_of(30));
    const std::vector<TextGroup> all = index.find("шко", 4);
    REQUIRE(all.size() == 2);
    CHECK(all[0].kind == record::Kind::site);
    CHECK(all[1].total == 30);
    REQUIRE(all[1].hits.size() == 4);
    CHECK(all[1].hits[0].record == record_of(30));
}

TEST_CASE("a snippet stands around the first word found, on one line, with its words marked") {
    const std::string before(300, 'x');
    const Snippet snippet = snippet_of(before + " дуже\nстарий Сервер, без копій" + std::string(300, ' ') + "сервер", {"сервер", "коп"});
    CHECK(snippet.text.starts_with("…"));
    CHECK(snippet.text.ends_with("…"));
    CHECK(snippet.text.find("дуже старий Сервер") != std::string::npos);
    REQUIRE(snippet.marks.size() == 2);
    CHECK(snippet.text.substr(snippet.marks[0].start, snippet.marks[0].size) == "Сервер");
    CHECK(snippet.text.substr(snippet.marks[1].start, snippet.marks[1].size) == "копій");
    CHECK(snippet_of("коротко", {"нема"}).text == "коротко");
    // Cut between characters only, whatever stands there.
    for (std::size_t i = 0; i < 200; ++i) {
        const Snippet cut = snippet_of(std::string(i, 'a') + " " + [] {
            std::string long_word;
            for (int n = 0; n < 200; ++n) {
                long_word += "ї";
            }
            return long_word;
        }(), {"ї"});
        CHECK(cut.marks.size() == 1);
        CHECK(fold(cut.text).find("\xef\xbf\xbd") == std::string::npos);
        CHECK(cut.marks[0].start + cut.marks[0].size <= cut.text.size());
    }
}

TEST_CASE("what was removed or replaced is found no more, not even by its words") {
    TextIndex index;
    index.put(record_of(1), record::Kind::need, 1, {passage("generator"), passage("fuel")});
    index.put(record_of(1), record::Kind::need, 1, {passage("fuel"), passage("cable")});
    CHECK(found(index, "gen").empty());
    CHECK(found(index, "fuel") == std::vector<RecordId>{record_of(1)});
    CHECK(found(index, "cab") == std::vector<RecordId>{record_of(1)});
    CHECK(index.size() == 2);
    index.remove(record_of(1));
    index.remove(record_of(1));
    CHECK(found(index, "fuel").empty());
    CHECK(index.size() == 0);
    CHECK_FALSE(index.holds(record_of(1)));
    index.put(record_of(2), record::Kind::need, 1, {{{{"text", ""}}}});
    CHECK(index.holds(record_of(2)));
    CHECK(index.size() == 0);
}

namespace {

const std::vector<std::string>& pieces() {
    static const std::vector<std::string> all{"а", "аб", "Аба", "б", "ґ", "x", "Xy", "5", "’", "'", "ʼ", " ", "\n", "-", ".", "№", "ї", "é", "и\xcc\x86", "\xff"};
    return all;
}

std::string any_text(std::size_t most) {
    std::string text;
    const auto count = *rc::gen::inRange<std::size_t>(0, most);
    for (std::size_t i = 0; i < count; ++i) {
        text += *rc::gen::elementOf(pieces());
    }
    return text;
}

/// Reads the text through for every word of the query.
bool reads(const std::string& text, const std::string& query) {
    const std::vector<std::string> wanted = words(query);
    return !wanted.empty() && std::ranges::all_of(wanted, [&](const std::string& word) {
        return std::ranges::any_of(words(text), [&](const std::string& each) { return fold(each).starts_with(fold(word)); });
    });
}

}  // namespace

TEST_CASE("the index finds what a plain scan finds, through additions, changes and removals") {
    CHECK(rc::check([] {
        TextIndex index;
        std::map<RecordId, std::vector<std::string>> plain;
        const auto steps = *rc::gen::inRange<std::size_t>(1, 40);
        for (std::size_t step = 0; step < steps; ++step) {
            const RecordId id = record_of(*rc::gen::inRange<std::uint8_t>(1, 12));
            if (*rc::gen::inRange(0, 4) == 0) {
                index.remove(id);
                plain.erase(id);
                continue;
            }
            std::vector<TextPassage> passages;
            plain[id].clear();
            for (auto count = *rc::gen::inRange(0, 4); count > 0; --count) {
                plain[id].push_back(any_text(12));
                passages.push_back(passage(plain[id].back()));
            }
            index.put(id, record::Kind::finding, 0, passages);
        }
        const std::string query = any_text(5);
        std::multiset<RecordId> expected;
        for (const auto& [id, texts] : plain) {
            for (const std::string& text : texts) {
                if (reads(text, query)) {
                    expected.insert(id);
                }
            }
        }
        const std::vector<RecordId> hits = found(index, query);
        RC_ASSERT(std::multiset<RecordId>(hits.begin(), hits.end()) == expected);
    }));
}

TEST_CASE("the numbers of what was dropped are used anew, and everything is still found") {
    TextIndex index;
    for (int round = 0; round < 40; ++round) {
        for (std::uint8_t i = 1; i <= 50; ++i) {
            index.put(record_of(i), record::Kind::review, round, {passage("word" + std::to_string(i) + " round" + std::to_string(round)), passage("stays")});
        }
    }
    CHECK(index.size() == 100);
    CHECK(found(index, "round39").size() == 50);
    CHECK(found(index, "round38").empty());
    CHECK(found(index, "stays").size() == 50);
    for (std::uint8_t i = 1; i <= 50; ++i) {
        CHECK(found(index, "word" + std::to_string(i) + " round39").front() == record_of(i));
    }
}

TEST_CASE("of many thousands the best are the same as when all are looked at, kind by kind") {
    struct Kept {
        RecordId record;
        record::Kind kind = record::Kind::site;
        std::int64_t order = 0;
        std::string text;
    };
    crypto::SeededRandom random(7);
    TextIndex index;
    std::map<std::uint32_t, Kept> plain;
    const auto put = [&](std::uint32_t number) {
        Kept kept;
        for (std::size_t i = 0; i < 4; ++i) {
            kept.record.bytes[i] = static_cast<std::uint8_t>(number >> 8 * i);
        }
        // Long runs of one kind, and some where kinds alternate.
        kept.kind = number < 2000 ? record::Kind::site : number < 4000 ? record::Kind::finding : number % 2 == 0 ? record::Kind::review : record::Kind::need;
        kept.order = static_cast<std::int64_t>(random.below(300));
        kept.text = random.below(3) == 0 ? "pump" : "pumps";
        kept.text += random.below(50) == 0 ? " rare" : " often";
        index.put(kept.record, kept.kind, kept.order, {passage(kept.text)});
        plain[number] = kept;
    };
    for (std::uint32_t number = 0; number < 5000; ++number) {
        put(number);
    }
    for (int round = 0; round < 3; ++round) {
        for (const auto& [query, whole] : {std::pair("pump", "pump "), std::pair("pum", "-"), std::pair("r", "-"), std::pair("pumps", "pumps "), std::pair("often", " often")}) {
            for (const TextGroup& group : index.find(query, 5)) {
                std::vector<std::tuple<bool, std::int64_t>> all;
                for (const auto& [number, kept] : plain) {
                    if (kept.kind == group.kind && (" " + kept.text).find(std::string(" ") + query) != std::string::npos) {
                        all.emplace_back((kept.text + " ").find(whole) != std::string::npos, kept.order);
                    }
                }
                std::ranges::sort(all, std::greater<>());
                CAPTURE(query);
                CHECK(group.total == all.size());
                std::vector<std::tuple<bool, std::int64_t>> shown;
                for (const TextHit& hit : group.hits) {
                    const auto kept = std::ranges::find(plain, hit.record, [](const auto& item) { return item.second.record; });
                    REQUIRE(kept != plain.end());
                    shown.emplace_back((kept->second.text + " ").find(whole) != std::string::npos, kept->second.order);
                }
                all.resize(std::min<std::size_t>(all.size(), 5));
                CHECK(shown == all);
            }
        }
        // Some change, more and more go, so that the gaps are closed too.
        for (int change = 0; change < 1500; ++change) {
            const auto number = static_cast<std::uint32_t>(random.below(5000));
            if (round > 0 || change % 3 == 0) {
                if (const auto found = plain.find(number); found != plain.end()) {
                    index.remove(found->second.record);
                    plain.erase(found);
                }
            } else {
                put(number);
            }
        }
    }
}

TEST_CASE("beginnings of one or two letters that very many words have are found as the others are, whatever comes and goes") {
    crypto::SeededRandom random(11);
    TextIndex index;
    std::map<std::uint32_t, std::string> plain;
    const auto id_of = [](std::uint32_t number) {
        RecordId id;
        for (std::size_t i = 0; i < 4; ++i) {
            id.bytes[i] = static_cast<std::uint8_t>(number >> 8 * i);
        }
        return id;
    };
    const std::vector<std::string> words{"насос", "насоси", "на", "н", "ніч", "pump", "p", "їжак", "9", "і"};
    const auto put = [&](std::uint32_t number) {
        std::string text = words[random.below(words.size())];
        for (std::uint64_t more = random.below(4); more > 0; --more) {
            text += " " + words[random.below(words.size())];
        }
        index.put(id_of(number), record::Kind::finding, static_cast<std::int64_t>(random.below(1000)), {passage(text)});
        plain[number] = text;
    };
    const auto check = [&] {
        for (const std::string query : {"н", "на", "нас", "ні", "p", "pu", "pump", "ї", "9", "і", "ж", "н p", "на на"}) {
            std::size_t expected = 0;
            for (const auto& [number, text] : plain) {
                bool all = true;
                for (std::size_t at = 0; at != std::string::npos;) {
                    const std::size_t space = query.find(' ', at);
                    all = all && (" " + text).find(" " + query.substr(at, space - at)) != std::string::npos;
                    at = space == std::string::npos ? space : space + 1;
                }
                expected += all ? 1 : 0;
            }
            const std::vector<TextGroup> groups = index.find(query, 3);
            CAPTURE(query);
            CHECK((groups.empty() ? 0 : groups.front().total) == expected);
            CHECK(groups.size() == (expected == 0 ? 0 : 1));
        }
    };
    for (std::uint32_t number = 0; number < 40'000; ++number) {
        put(number);
    }
    check();
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        put(static_cast<std::uint32_t>(random.below(40'000)));
    }
    check();
    // More than half goes, which moves all that stays; then as much comes again.
    for (std::uint32_t number = 0; number < 26'000; ++number) {
        index.remove(id_of(number));
        plain.erase(number);
    }
    check();
    for (std::uint32_t number = 0; number < 20'000; ++number) {
        put(number);
    }
    check();
}
