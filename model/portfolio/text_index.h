// Search over texts of any length: words in any order, each the beginning of a word. In memory only, kept current text
// by text; what it was given and no longer holds is found by nothing.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/crypto/bytes.h"
#include "model/record/record.h"

namespace fieldseal::portfolio {

/// A text and the path of the field that it stands in.
struct TextField {
    std::string path;
    std::string text;
};

/// What is found as one: all words of a query stand in its fields together.
struct TextPassage {
    std::vector<TextField> fields;
};

/// A part of a text, in bytes.
struct TextMark {
    std::size_t start = 0;
    std::size_t size = 0;
    bool operator==(const TextMark&) const = default;
};

/// The words of a text, where they stand: letters and digits, with apostrophes between them. Everything else parts
/// words.
std::vector<TextMark> words_in(std::string_view text);

/// A piece of a text around what was looked for, on one line, and where the words stand in it.
struct Snippet {
    std::string text;
    std::vector<TextMark> marks;
};
Snippet snippet_of(std::string_view text, const std::vector<std::string>& folded_words);

struct TextHit {
    RecordId record;
    /// Of the field that holds most of the words.
    std::string path;
    Snippet snippet;
};

/// Hits in records of one kind.
struct TextGroup {
    record::Kind kind = record::Kind::site;
    /// How many passages there are; `hits` holds the first of them.
    std::size_t total = 0;
    std::vector<TextHit> hits;
};

class TextIndex {
  public:
    TextIndex() = default;
    // Its parts point at each other.
    TextIndex(const TextIndex&) = delete;
    TextIndex& operator=(const TextIndex&) = delete;

    void clear();
    /// Adds or replaces all of a record; what stayed as it was costs little. Of passages that fit equally well those
    /// with the larger `order` come first.
    void put(const RecordId& record, record::Kind kind, std::int64_t order, const std::vector<TextPassage>& passages);
    void remove(const RecordId& record);
    bool holds(const RecordId& record) const { return records_.contains(record); }
    /// Of each kind at most `most_of_kind`, kinds in their order; whole words before beginnings of words. Nothing for a
    /// query without words.
    std::vector<TextGroup> find(std::string_view query, std::size_t most_of_kind) const;
    /// How many passages it holds.
    std::size_t size() const { return passages_.size() - free_; }
    /// Every record that it holds, in no order.
    std::vector<RecordId> records() const;

  private:
    using Number = std::uint32_t;
    struct Passage {
        RecordId record;
        /// Path and text of each field, each closed by a zero byte.
        std::string packed;
    };
    using Words = std::map<std::string, std::vector<Number>, std::less<>>;
    void add(const RecordId& record, std::uint8_t kind, std::int64_t order, std::string packed);
    void drop(Number number);
    void note_in_block(Number number);
    void note_beginnings(std::string_view word, Number number);
    void forget_beginnings(std::string_view word, Number number);
    std::vector<std::uint64_t> holders_of_beginning(std::string_view beginning) const;
    void close_gaps();

    std::vector<Passage> passages_;
    /// Of each passage, apart from it since they are asked of every hit: its kind, 0 where there is none any more, and
    /// its order.
    std::vector<std::uint8_t> kinds_;
    std::vector<std::int64_t> orders_;
    /// Of 64 passages in a row, so that most of a frequent word's hits are counted without a look at each: their kind,
    /// or `mixed`, and an order that none of them exceeds.
    struct Block {
        std::uint8_t kind = 0;
        std::int64_t most_order = 0;
    };
    static constexpr std::uint8_t mixed = 0xff;
    std::vector<Block> blocks_;
    std::unordered_map<RecordId, std::vector<Number>> records_;
    /// Every word, folded, to the passages that hold it, ascending.
    Words words_;
    /// Of one letter or two, with which words begin.
    struct Beginning {
        /// In how many lists of words_ a passage stands for it.
        std::size_t places = 0;
        /// The passages that hold such a word, one bit each; kept where the lists would take longer to go through.
        std::vector<std::uint64_t> holders;
    };
    std::unordered_map<std::string, Beginning> beginnings_;
    std::size_t free_ = 0;
};

}  // namespace fieldseal::portfolio
