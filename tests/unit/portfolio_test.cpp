// Summaries of records, and search over many of them beside a naive search that does what the header says.
#include "model/portfolio/search.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "model/codec/flatten.h"
#include "model/portfolio/summarise.h"
#include "model/questionnaire/built_in.h"
#include "model/questionnaire/scoring.h"

using namespace fieldseal;
using namespace fieldseal::portfolio;

namespace {

RecordId record_id(std::uint64_t number) {
    RecordId id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    id.bytes[15] = 1;  // never zero
    return id;
}

std::vector<std::string> words_of(const std::string& folded) {
    std::vector<std::string> words(1);
    for (const char c : folded) {
        if (c != ' ') {
            words.back() += c;
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) {
        words.pop_back();
    }
    return words;
}

/// What SearchIndex promises, with nothing clever.
class NaiveIndex {
  public:
    void put(const RecordId& id, const std::string& text) {
        remove(id);
        records_.emplace_back(id, fold(text));
    }
    void remove(const RecordId& id) {
        std::erase_if(records_, [&id](const auto& record) { return record.first == id; });
    }
    std::vector<RecordId> find(const std::string& query, std::size_t most) const {
        const std::vector<std::string> words = words_of(fold(query));
        std::vector<RecordId> found;
        for (const auto& [id, text] : records_) {
            const bool all = std::ranges::all_of(
                words, [&held = text](const std::string& word) { return held.find(word) != std::string::npos; });
            if (all && found.size() < most) {
                found.push_back(id);
            }
        }
        return found;
    }
    std::size_t size() const { return records_.size(); }

  private:
    std::vector<std::pair<RecordId, std::string>> records_;
};

std::vector<RecordId> everything(const SearchIndex& index, std::string_view query) {
    return index.find(query, 1'000'000);
}

bool finds(std::string_view text, std::string_view query) {
    SearchIndex index;
    index.put(record_id(1), text);
    return everything(index, query).size() == 1;
}

/// Texts that share pieces, so that queries hit, and that hold what could go wrong at the seams.
std::string any_text() {
    static const std::vector<std::string> pieces = {"a",    "ab", "ba", "A", "Л", "л",  "їж",
                                                    " ",    " ",  "'",  "’", "ʼ", "\t", std::string(1, '\0'),
                                                    "\xff", "ﬁ",  "№",  "5"};
    std::string text;
    const auto count = *rc::gen::inRange<std::size_t>(0, 8);
    for (std::size_t i = 0; i < count; ++i) {
        text += *rc::gen::elementOf(pieces);
    }
    return text;
}

vault::Summary summarised(record::Kind kind, const codec::FieldMap& fields, std::string sector = {},
                          std::int64_t now_ms = 1'764'000'000'000) {
    history::Revision revision;
    revision.record = record_id(7);
    revision.kind = kind;
    revision.device = DeviceId{};
    revision.sequence = 1;
    revision.edits = codec::difference({}, fields);
    history::MergedRecord merged;
    history::add(merged, revision, Hash{});
    static const TemplateShelf templates;
    vault::Summary summary;
    summary.kind = kind;
    make_summarise(
        templates, [sector](const RecordId&) { return sector; }, [now_ms] { return now_ms; })(merged, summary);
    return summary;
}

}  // namespace

TEST_CASE("case, width, compatibility and apostrophes do not matter") {
    CHECK(finds("Міська лікарня № 5, Київ", "КИЇВ"));
    CHECK(finds("Міська лікарня № 5, Київ", "лікар 5"));
    CHECK(finds("Straße", "STRASSE"));
    CHECK(finds("ＡＢＣ　１２", "abc 12"));
    CHECK(finds("oﬃce", "OFFICE"));
    CHECK(finds("Ёлка", "ё"));
    // Composed and decomposed.
    CHECK(finds("Ки\xd1\x96\xcc\x88в", "Київ"));
    for (const char* apostrophe : {"'", "’", "ʼ", "`", "‘", "´", "＇"}) {
        for (const char* typed : {"'", "’", "ʼ", "`", "‘", "´", "＇"}) {
            CAPTURE(apostrophe);
            CAPTURE(typed);
            CHECK(finds("Кам" + std::string("\xca\xbc").replace(0, 2, apostrophe) + "янець",
                        "кам" + std::string(typed) + "янець"));
        }
    }
    CHECK(finds("O´Brien", "o'brien"));
    CHECK_FALSE(finds("Київ", "Львів"));
    CHECK_FALSE(finds("Київ", "Київ Львів"));
    CHECK_FALSE(finds("г", "ґ"));
}

TEST_CASE("common characters fold as Unicode says, alone and beside others") {
    std::vector<std::string> characters = {"№", "’", "ʼ", "‘", "´", "«", "»", "é", "ﬁ"};
    for (unsigned code = 1; code < 0x80; ++code) {
        characters.push_back(std::string(1, static_cast<char>(code)));
    }
    for (unsigned code = 0x400; code < 0x530; ++code) {
        characters.push_back({static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))});
    }
    for (const std::string& character : characters) {
        // An "é" beside it sends the whole text through utf8proc.
        const std::string beside = fold("é " + character);
        CHECK(beside == "é " + fold(character));
        CHECK(fold("Їж" + character + "я") == "їж" + fold(character) + "я");
    }
}

TEST_CASE("folding twice is folding once, also for what is not UTF-8") {
    CHECK(rc::check([] {
        const std::string text = any_text();
        RC_ASSERT(fold(fold(text)) == fold(text));
        RC_ASSERT(fold(text).find('\0') == std::string::npos);
    }));
    CHECK(fold("a\tb\nc") == "a b c");
    CHECK(fold("Ї\tb\nc") == "ї b c");
}

TEST_CASE("order of putting, most, and an empty query") {
    SearchIndex index;
    for (std::uint64_t i = 0; i < 5; ++i) {
        index.put(record_id(i), "site " + std::to_string(i));
    }
    CHECK(index.find("site", 3) == std::vector<RecordId>{record_id(0), record_id(1), record_id(2)});
    CHECK(index.find("  ", 2) == std::vector<RecordId>{record_id(0), record_id(1)});
    CHECK(index.find("site", 0).empty());
    CHECK(index.find_places("site 3", 5) == std::vector<std::size_t>{3});
    CHECK(index.find_places("", 2) == std::vector<std::size_t>{0, 1});
    index.put(record_id(0), "site again");
    CHECK(everything(index, "site").back() == record_id(0));
    CHECK(everything(index, "0").empty());
    CHECK(index.size() == 5);
    index.clear();
    CHECK(index.size() == 0);
    CHECK(everything(index, "").empty());
}

TEST_CASE("a word does not reach over the end of a text") {
    SearchIndex index;
    index.put(record_id(1), "abc");
    index.put(record_id(2), "def");
    CHECK(everything(index, "cd").empty());
    CHECK(everything(index, std::string_view("c\0d", 3)).empty());
    CHECK(everything(index, std::string_view("\xff\0", 2)).empty());
}

TEST_CASE("whatever is put, replaced and removed: what a naive search finds, in the same order") {
    CHECK(rc::check([] {
        SearchIndex index;
        NaiveIndex naive;
        const auto steps = *rc::gen::inRange<std::size_t>(0, 60);
        for (std::size_t i = 0; i < steps; ++i) {
            const RecordId id = record_id(*rc::gen::inRange<std::uint64_t>(0, 12));
            if (*rc::gen::inRange(0, 3) == 0) {
                index.remove(id);
                naive.remove(id);
            } else {
                const std::string text = any_text();
                index.put(id, text);
                naive.put(id, text);
            }
        }
        RC_ASSERT(index.size() == naive.size());
        for (int i = 0; i < 5; ++i) {
            const std::string query = any_text();
            const auto most = *rc::gen::elementOf(std::vector<std::size_t>{1, 3, 100});
            RC_ASSERT(index.find(query, most) == naive.find(query, most));
        }
    }));
}

TEST_CASE("many replacements and removals: the buffer made anew holds the same") {
    SearchIndex index;
    NaiveIndex naive;
    std::uint64_t seed = 1;
    const auto next = [&seed](std::uint64_t below) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        return (seed >> 33) % below;
    };
    for (int i = 0; i < 5'000; ++i) {
        const RecordId id = record_id(next(400));
        if (next(3) == 0) {
            index.remove(id);
            naive.remove(id);
        } else {
            const std::string text = "лікарня " + std::to_string(next(50)) + (next(2) == 0 ? " Київ" : " Одеса");
            index.put(id, text);
            naive.put(id, text);
        }
        if (i % 250 == 0) {
            for (const char* query : {"лікарня", "київ 1", "одеса", "7", "немає"}) {
                REQUIRE(everything(index, query) == naive.find(query, 1'000'000));
            }
        }
    }
    CHECK(index.size() == naive.size());
}

TEST_CASE("a site's summary") {
    record::Site site;
    site.name = "Лікарня";
    site.sector = "health";
    site.region = "UA-63";
    site.settlement = "Харків";
    site.criticality = 3;
    const vault::Summary summary = summarised(record::Kind::site, codec::flatten(site));
    CHECK(summary.title == site.name);
    CHECK(summary.sector == site.sector);
    CHECK(summary.region == site.region);
    CHECK(summary.subject == site.settlement);
    CHECK(summary.state == 3);
    CHECK_FALSE(summary.removed);
    site.removed = true;
    // Anything may stand in a field that came from elsewhere.
    site.criticality = -7;
    CHECK(summarised(record::Kind::site, codec::flatten(site)).removed);
    CHECK(summarised(record::Kind::site, codec::flatten(site)).state == 0);
    site.criticality = INT64_MAX;
    CHECK(summarised(record::Kind::site, codec::flatten(site)).state == 3);
}

TEST_CASE("an assessment's summary holds the score that scoring gives") {
    const questionnaire::Template& questions = *questionnaire::built_in_templates().front();
    record::Assessment assessment;
    assessment.site = record_id(3);
    assessment.template_id = questions.id;
    assessment.template_hash = questionnaire::content_hash(questions);
    assessment.visited_on = "2026-11-20";
    assessment.state = record::AssessmentState::finalised;
    CHECK(summarised(record::Kind::assessment, codec::flatten(assessment)).score == -1);
    CHECK((summarised(record::Kind::assessment, codec::flatten(assessment)).grade & 0x7f) == 0);
    for (const questionnaire::Question* question : questions.questions_in_order()) {
        if (!question->is_numeric()) {
            assessment.answers[question->id].value = record::AnswerValue::of_level(2);
        }
    }
    constexpr std::int64_t now = 1'764'000'000'000;
    for (const char* sector : {"", "health", "electricity"}) {
        const questionnaire::Score expected = questionnaire::score(questions, assessment, sector, now);
        const vault::Summary summary = summarised(record::Kind::assessment, codec::flatten(assessment), sector, now);
        REQUIRE(expected.overall.score.has_value());
        CHECK(summary.score == std::lround(*expected.overall.score * 1000));
        CHECK(summary.low == std::lround(expected.overall.low * 1000));
        CHECK(summary.high == std::lround(expected.overall.high * 1000));
        CHECK(summary.coverage == std::lround(expected.overall.coverage * 1000));
        REQUIRE(expected.grade.has_value());
        CHECK((summary.grade & 0x7f) == static_cast<int>(*expected.grade) + 1);
        CHECK(((summary.grade & 0x80) != 0) == expected.provisional);
        CHECK(summary.parent == assessment.site);
        CHECK(summary.date == "2026-11-20");
        CHECK(summary.state == 1);
    }
    // A questionnaire that is not here yet: shown, without a score.
    assessment.template_hash = Hash{};
    const vault::Summary unknown = summarised(record::Kind::assessment, codec::flatten(assessment));
    CHECK(unknown.score == -1);
    CHECK(unknown.date == "2026-11-20");
}

TEST_CASE("a review's summary begins with its words, cut between characters") {
    for (std::size_t length = 110; length < 130; ++length) {
        record::Review review;
        review.assessment = record_id(4);
        review.question = "CSB-GV-01";
        review.verdict = record::Verdict::give_back;
        review.text = std::string(length, 'x') + "їїїїїїїїїї";
        const vault::Summary summary = summarised(record::Kind::review, codec::flatten(review));
        CHECK(summary.parent == review.assessment);
        CHECK(summary.subject == review.question);
        CHECK(summary.state == static_cast<int>(record::Verdict::give_back));
        CHECK(summary.title.size() <= 120 + std::string_view("…").size());
        CHECK(summary.title.ends_with("…"));
        const std::string kept = summary.title.substr(0, summary.title.size() - std::string_view("…").size());
        CHECK(review.text.starts_with(kept));
        CHECK((static_cast<unsigned char>(review.text[kept.size()]) & 0xc0) != 0x80);
    }
    record::Review brief;
    brief.text = "Гаразд.";
    CHECK(summarised(record::Kind::review, codec::flatten(brief)).title == brief.text);
}

TEST_CASE("templates on the shelf: once each, the newest of an id first") {
    TemplateShelf shelf;
    const auto built_in = shelf.all();
    REQUIRE_FALSE(built_in.empty());
    shelf.add(built_in.front());
    CHECK(shelf.all().size() == built_in.size());
    CHECK(shelf.by_hash(questionnaire::content_hash(*built_in.front())) == built_in.front());
    CHECK(shelf.by_hash(Hash{}) == nullptr);
    CHECK(shelf.by_id("no-such") == nullptr);
    const std::string file = std::string(text_of(built_in.front()->file)) + "\n";
    const auto newer =
        std::make_shared<const questionnaire::Template>(questionnaire::load_template(view_of(file), "newer"));
    shelf.add(newer);
    CHECK(shelf.by_id(newer->id) == newer);
    CHECK(shelf.by_version(newer->id, newer->version) == newer);
    CHECK(shelf.all().size() == built_in.size() + 1);
}

TEST_CASE("a new assessment takes the newest version, whatever came last") {
    TemplateShelf shelf;
    const auto newest = shelf.by_id("csb");
    REQUIRE(newest);
    const auto changed = [&](const std::string& to) {
        std::string file(text_of(newest->file));
        const std::string from = "\"version\": \"" + newest->version + "\"";
        file.replace(file.find(from), from.size(), "\"version\": \"" + to + "\"");
        return std::make_shared<const questionnaire::Template>(questionnaire::load_template(view_of(file), to));
    };
    // From a coordinator whose program is older.
    shelf.add(changed("1.0.9"));
    CHECK(shelf.by_id("csb") == newest);
    const auto later = changed("1.99.0");
    shelf.add(later);
    shelf.add(changed("1.10.0"));
    CHECK(shelf.by_id("csb") == later);
    for (const char* old : {"1.0.0", "1.0.9", "1.1.0"}) {
        REQUIRE(shelf.by_version("csb", old));
        CHECK(shelf.by_version("csb", old)->version == old);
    }
    CHECK(shelf.by_version("csb", "0.1") == nullptr);
}
