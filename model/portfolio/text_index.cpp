#include "model/portfolio/text_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <tuple>

#include "model/portfolio/search.h"
#include "model/portfolio/text_index_words.h"

namespace fieldseal::portfolio {

namespace {

/// A query of more words than anybody types is cut.
constexpr std::size_t most_words = 16;

/// Folded, each once. Empty ones, of signs that folding takes out, are left out.
std::vector<std::string> folded_words_of(std::string_view text) {
    std::vector<std::string> words;
    for (const TextMark& word : words_in(text)) {
        std::string folded = fold(text.substr(word.start, word.size));
        if (!folded.empty()) {
            words.push_back(std::move(folded));
        }
    }
    std::ranges::sort(words);
    const auto repeated = std::ranges::unique(words);
    words.erase(repeated.begin(), repeated.end());
    return words;
}

/// Path and text of each field, in their order.
template <class Visit>
void each_field(std::string_view packed, Visit visit) {
    while (!packed.empty()) {
        const std::size_t path_end = packed.find('\0');
        const std::size_t text_end = packed.find('\0', path_end + 1);
        visit(packed.substr(0, path_end), packed.substr(path_end + 1, text_end - path_end - 1));
        packed.remove_prefix(text_end + 1);
    }
}

std::string pack(const TextPassage& passage) {
    std::string packed;
    for (const TextField& field : passage.fields) {
        if (field.text.empty()) {
            continue;
        }
        packed += field.path;
        packed += '\0';
        const std::size_t start = packed.size();
        packed += field.text;
        std::replace(packed.begin() + static_cast<std::ptrdiff_t>(start), packed.end(), '\0', ' ');
        packed += '\0';
    }
    return packed;
}

std::vector<std::string> words_of_packed(std::string_view packed) {
    std::vector<std::string> words;
    each_field(packed, [&](std::string_view, std::string_view text) {
        for (std::string& word : folded_words_of(text)) {
            words.push_back(std::move(word));
        }
    });
    std::ranges::sort(words);
    const auto repeated = std::ranges::unique(words);
    words.erase(repeated.begin(), repeated.end());
    return words;
}

/// A set of passages, one bit each.
class Bits {
  public:
    explicit Bits(std::size_t size) : blocks_((size + 63) / 64) {}
    Bits(const std::vector<std::uint64_t>& blocks, std::size_t size) : blocks_(blocks) {
        blocks_.resize((size + 63) / 64);
    }
    void set(std::uint32_t number) { blocks_[number / 64] |= std::uint64_t{1} << number % 64; }
    bool has(std::uint32_t number) const { return (blocks_[number / 64] >> number % 64 & 1) != 0; }
    void keep_only(const Bits& other) {
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            blocks_[i] &= other.blocks_[i];
        }
    }
    static constexpr std::uint32_t block_size = 64;
    /// `skip(block, count)` of each block with so many set says whether they need no visit.
    template <class Skip, class Visit>
    void each(Skip skip, Visit visit) const {
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            if (blocks_[i] == 0 || skip(i, static_cast<std::size_t>(std::popcount(blocks_[i])))) {
                continue;
            }
            for (std::uint64_t block = blocks_[i]; block != 0; block &= block - 1) {
                visit(static_cast<std::uint32_t>(i * 64 + static_cast<std::size_t>(std::countr_zero(block))));
            }
        }
    }

  private:
    std::vector<std::uint64_t> blocks_;
};

/// Of these lengths, in characters, beginnings of words are counted and where frequent kept as sets.
constexpr std::size_t longest_beginning = 2;
/// Kept as a set once as many lists stand for it; below that they are gone through in well under a millisecond.
constexpr std::size_t frequent_beginning = 16'384;

/// Up to so many characters of a word.
std::string_view beginning_of(std::string_view word, std::size_t characters) {
    std::size_t size = 0;
    for (; characters > 0 && size < word.size(); --characters) {
        do {
            ++size;
        } while (size < word.size() && continues_character(word[size]));
    }
    return word.substr(0, size);
}

/// Calls visit(beginning) for each beginning of the word that is counted.
template <class Visit>
void each_beginning(std::string_view word, Visit visit) {
    std::size_t before = 0;
    for (std::size_t characters = 1; characters <= longest_beginning; ++characters) {
        const std::string_view beginning = beginning_of(word, characters);
        if (beginning.size() > before) {
            visit(std::string(beginning));
        }
        before = beginning.size();
    }
}

void set_bit(std::vector<std::uint64_t>& blocks, std::uint32_t number) {
    if (blocks.size() <= number / 64) {
        blocks.resize(number / 64 + 1);
    }
    blocks[number / 64] |= std::uint64_t{1} << number % 64;
}

}  // namespace

void TextIndex::clear() {
    passages_.clear();
    kinds_.clear();
    orders_.clear();
    blocks_.clear();
    records_.clear();
    words_.clear();
    beginnings_.clear();
    free_ = 0;
}

void TextIndex::add(const RecordId& record, std::uint8_t kind, std::int64_t order, std::string packed) {
    const auto number = static_cast<Number>(passages_.size());
    for (std::string& word : words_of_packed(packed)) {
        std::vector<Number>& holders = words_.try_emplace(word).first->second;
        holders.push_back(number);
        note_beginnings(word, number);
    }
    passages_.push_back({record, std::move(packed)});
    kinds_.push_back(kind);
    orders_.push_back(order);
    note_in_block(number);
    records_[record].push_back(number);
}

void TextIndex::note_in_block(Number number) {
    const std::size_t place = number / Bits::block_size;
    if (place == blocks_.size()) {
        blocks_.push_back({kinds_[number], orders_[number]});
        return;
    }
    Block& block = blocks_[place];
    block.kind = block.kind == kinds_[number] ? block.kind : mixed;
    block.most_order = std::max(block.most_order, orders_[number]);
}

void TextIndex::note_beginnings(std::string_view word, Number number) {
    each_beginning(word, [&](const std::string& beginning) {
        Beginning& of = beginnings_[beginning];
        ++of.places;
        if (!of.holders.empty()) {
            set_bit(of.holders, number);
        } else if (of.places >= frequent_beginning) {
            of.holders = holders_of_beginning(beginning);
        }
    });
}

void TextIndex::forget_beginnings(std::string_view word, Number number) {
    each_beginning(word, [&](const std::string& beginning) {
        const auto found = beginnings_.find(beginning);
        // The passage goes with all its words, so it holds none with this beginning any more.
        if (!found->second.holders.empty()) {
            found->second.holders[number / 64] &= ~(std::uint64_t{1} << number % 64);
        }
        if (--found->second.places == 0) {
            beginnings_.erase(found);
        }
    });
}

std::vector<std::uint64_t> TextIndex::holders_of_beginning(std::string_view beginning) const {
    std::vector<std::uint64_t> holders;
    for (auto at = words_.lower_bound(beginning); at != words_.end() && at->first.starts_with(beginning); ++at) {
        for (const Number number : at->second) {
            set_bit(holders, number);
        }
    }
    return holders;
}

void TextIndex::drop(Number number) {
    Passage& passage = passages_[number];
    for (const std::string& word : words_of_packed(passage.packed)) {
        const auto found = words_.find(word);
        std::vector<Number>& holders = found->second;
        holders.erase(std::ranges::lower_bound(holders, number));
        if (holders.empty()) {
            words_.erase(found);
        }
        forget_beginnings(word, number);
    }
    passage = {};
    kinds_[number] = 0;
    ++free_;
}

void TextIndex::put(const RecordId& record, record::Kind kind, std::int64_t order,
                    const std::vector<TextPassage>& passages) {
    std::vector<std::string> wanted;
    for (const TextPassage& passage : passages) {
        std::string packed = pack(passage);
        if (!packed.empty()) {
            wanted.push_back(std::move(packed));
        }
    }
    std::vector<Number> kept;
    const auto before = records_.find(record);
    for (const Number number : before == records_.end() ? std::vector<Number>() : before->second) {
        const auto same = std::ranges::find(wanted, passages_[number].packed);
        if (same != wanted.end() && kinds_[number] == static_cast<std::uint8_t>(kind)) {
            orders_[number] = order;
            note_in_block(number);
            wanted.erase(same);
            kept.push_back(number);
        } else {
            drop(number);
        }
    }
    records_[record] = std::move(kept);
    for (std::string& packed : wanted) {
        add(record, static_cast<std::uint8_t>(kind), order, std::move(packed));
    }
    close_gaps();
}

void TextIndex::remove(const RecordId& record) {
    const auto found = records_.find(record);
    if (found == records_.end()) {
        return;
    }
    for (const Number number : found->second) {
        drop(number);
    }
    records_.erase(found);
    close_gaps();
}

void TextIndex::close_gaps() {
    if (free_ <= 256 || free_ * 2 < passages_.size()) {
        return;
    }
    std::vector<Number> fresh(passages_.size());
    Number next = 0;
    for (std::size_t i = 0; i < passages_.size(); ++i) {
        fresh[i] = next;
        if (kinds_[i] != 0) {
            if (next != i) {
                passages_[next] = std::move(passages_[i]);
                kinds_[next] = kinds_[i];
                orders_[next] = orders_[i];
            }
            ++next;
        }
    }
    passages_.resize(next);
    passages_.shrink_to_fit();
    kinds_.resize(next);
    orders_.resize(next);
    blocks_.clear();
    for (Number number = 0; number < next; ++number) {
        note_in_block(number);
    }
    free_ = 0;
    // Nothing that is gone stands in these lists any more, and the order stays.
    const auto renumber = [&](std::vector<Number>& numbers) {
        for (Number& number : numbers) {
            number = fresh[number];
        }
    };
    for (auto& [word, holders] : words_) {
        renumber(holders);
    }
    for (auto& [beginning, of] : beginnings_) {
        if (!of.holders.empty()) {
            of.holders = holders_of_beginning(beginning);
        }
    }
    for (auto& [record, numbers] : records_) {
        renumber(numbers);
    }
}

std::vector<RecordId> TextIndex::records() const {
    std::vector<RecordId> result;
    result.reserve(records_.size());
    for (const auto& [record, numbers] : records_) {
        result.push_back(record);
    }
    return result;
}

std::vector<TextGroup> TextIndex::find(std::string_view query, std::size_t most_of_kind) const {
    std::vector<std::string> words = folded_words_of(query);
    words.resize(std::min(words.size(), most_words));
    std::vector<TextGroup> groups;
    if (words.empty() || most_of_kind == 0) {
        return groups;
    }
    std::optional<Bits> hits;
    std::vector<Bits> whole;
    for (const std::string& word : words) {
        const auto beginning = beginnings_.find(word);
        const bool kept = beginning != beginnings_.end() && !beginning->second.holders.empty();
        Bits holding = kept ? Bits(beginning->second.holders, passages_.size()) : Bits(passages_.size());
        for (auto at = words_.lower_bound(word); !kept && at != words_.end() && at->first.starts_with(word); ++at) {
            for (const Number number : at->second) {
                holding.set(number);
            }
        }
        if (const auto itself = words_.find(word); itself != words_.end()) {
            Bits& exact = whole.emplace_back(passages_.size());
            for (const Number number : itself->second) {
                exact.set(number);
            }
        }
        if (hits) {
            hits->keep_only(holding);
        } else {
            hits = std::move(holding);
        }
    }
    // Better ones first; the worst that is kept stands at the top of the heap.
    using Ranked = std::tuple<int, std::int64_t, std::int64_t>;
    const auto better = [](const Ranked& a, const Ranked& b) { return a > b; };
    struct Kept {
        std::size_t total = 0;
        std::vector<Ranked> best;
    };
    std::array<Kept, 256> kinds;
    // The worst of those kept holds as many whole words as any can, and goes first: nothing to look at.
    const auto is_behind = [&](const Kept& kept, std::int64_t order) {
        return kept.best.size() == most_of_kind && order <= std::get<1>(kept.best.front()) &&
               std::get<0>(kept.best.front()) == static_cast<int>(whole.size());
    };
    const auto skip = [&](std::size_t place, std::size_t count) {
        const Block& block = blocks_[place];
        if (block.kind == mixed || !is_behind(kinds[block.kind], block.most_order)) {
            return false;
        }
        kinds[block.kind].total += count;
        return true;
    };
    hits->each(skip, [&](Number number) {
        Kept& kept = kinds[kinds_[number]];
        ++kept.total;
        if (is_behind(kept, orders_[number])) {
            return;
        }
        int exact = 0;
        for (const Bits& each : whole) {
            exact += each.has(number) ? 1 : 0;
        }
        const Ranked ranked{exact, orders_[number], -static_cast<std::int64_t>(number)};
        if (kept.best.size() == most_of_kind) {
            if (!better(ranked, kept.best.front())) {
                return;
            }
            std::ranges::pop_heap(kept.best, better);
            kept.best.pop_back();
        }
        kept.best.push_back(ranked);
        std::ranges::push_heap(kept.best, better);
    });
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        Kept& kept = kinds[kind];
        if (kept.total == 0) {
            continue;
        }
        TextGroup group{static_cast<record::Kind>(kind), kept.total, {}};
        std::ranges::sort(kept.best, better);
        for (const Ranked& ranked : kept.best) {
            const Passage& passage = passages_[static_cast<std::size_t>(-std::get<2>(ranked))];
            TextHit hit;
            hit.record = passage.record;
            std::string_view shown;
            int most_held = -1;
            each_field(passage.packed, [&](std::string_view path, std::string_view text) {
                const int held = words_held(text, words);
                if (held > most_held) {
                    most_held = held;
                    hit.path = path;
                    shown = text;
                }
            });
            hit.snippet = snippet_of(shown, words);
            group.hits.push_back(std::move(hit));
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

}  // namespace fieldseal::portfolio
