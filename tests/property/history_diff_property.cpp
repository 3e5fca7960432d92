// Differences: what is shown as before and after is before and after.
#include <rapidcheck.h>

#include "model/history/diff.h"
#include "model/history/shortest_edit.h"
#include "model/history/words.h"

using namespace fieldseal;
using namespace fieldseal::history;

namespace {

std::string gen_text() {
    std::string text;
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
        text += *rc::gen::element<std::string>("стан", "мережі", "комп'ютер", "backup", "2", " ", " ", " ", "  ", ",",
                                               ".", "\n", "—", "\xd1", "\xff", "й", "\u2019", "-");
    }
    return text;
}

std::size_t longest_common(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
    std::vector<std::size_t> row(b.size() + 1, 0);
    for (const std::uint32_t element : a) {
        std::size_t diagonal = 0;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = element == b[j] ? diagonal + 1 : std::max(above, row[j]);
            diagonal = above;
        }
    }
    return row.back();
}

std::vector<std::uint32_t> chosen(const std::vector<std::uint32_t>& all, const std::vector<bool>& flags) {
    std::vector<std::uint32_t> result;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (flags[i]) {
            result.push_back(all[i]);
        }
    }
    return result;
}

}  // namespace

TEST_CASE("what stays of two sequences is common to both and as long as can be") {
    CHECK(rc::check([] {
        const auto letters = rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 4));
        const auto a = *letters;
        const auto b = *letters;
        const Kept kept = shortest_edit(a, b);
        const auto common = chosen(a, kept.before);
        RC_ASSERT(common == chosen(b, kept.after));
        RC_ASSERT(common.size() == longest_common(a, b));
    }));
}

TEST_CASE("runs of words give both texts") {
    CHECK(rc::check([] {
        const std::string before = gen_text();
        const std::string after = gen_text();
        std::string from;
        std::string to;
        const std::vector<WordRun> runs = diff_words(before, after);
        for (std::size_t i = 0; i < runs.size(); ++i) {
            RC_ASSERT(!runs[i].text.empty());
            if (i > 0) {
                RC_ASSERT(runs[i].kind != runs[i - 1].kind);
            }
            from += runs[i].kind == WordRun::Kind::added ? "" : runs[i].text;
            to += runs[i].kind == WordRun::Kind::removed ? "" : runs[i].text;
        }
        RC_ASSERT(from == before);
        RC_ASSERT(to == after);
    }));
}

TEST_CASE("a text's pieces are the text, and cut no character") {
    CHECK(rc::check([] {
        const std::string text = gen_text();
        std::string joined;
        for (const std::string_view piece : words_of(text)) {
            RC_ASSERT(!piece.empty());
            RC_ASSERT(!codec::is_text(view_of(text)) || codec::is_text(view_of(piece)));
            joined += piece;
        }
        RC_ASSERT(joined == text);
    }));
}

TEST_CASE("a difference of fields leads from one to the other") {
    CHECK(rc::check([](const std::map<std::string, std::uint8_t>& a, const std::map<std::string, std::uint8_t>& b) {
        const auto fields = [](const std::map<std::string, std::uint8_t>& from) {
            codec::FieldMap map;
            for (const auto& [path, value] : from) {
                map.emplace(path, codec::Value{std::int64_t{value} % 3});
            }
            return map;
        };
        const codec::FieldMap before = fields(a);
        const codec::FieldMap after = fields(b);
        codec::FieldMap changed = before;
        std::string last;
        for (const FieldChange& change : diff(before, after)) {
            RC_ASSERT(change.before != change.after);
            RC_ASSERT(last.empty() || last < change.path);
            last = change.path;
            RC_ASSERT(changed.contains(change.path) == change.before.has_value());
            changed.erase(change.path);
            if (change.after) {
                changed.emplace(change.path, *change.after);
            }
        }
        RC_ASSERT(changed == after);
    }));
}
