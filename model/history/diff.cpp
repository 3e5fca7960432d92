#include "model/history/diff.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "model/history/shortest_edit.h"
#include "model/history/words.h"

namespace fieldseal::history {

namespace {

constexpr std::size_t word_limit = 20'000;

using Pieces = std::vector<std::string_view>;

struct Numbered {
    std::vector<std::uint32_t> numbers;
    /// Place of each among the pieces.
    std::vector<std::size_t> places;
};

/// Numbers for the pieces that the other side has too: no other can stay, and without them the search is short for
/// texts that have little in common.
Numbered number(const Pieces& pieces, const std::unordered_map<std::string_view, std::uint32_t>& shared) {
    Numbered numbered;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (const auto found = shared.find(pieces[i]); found != shared.end()) {
            numbered.numbers.push_back(found->second);
            numbered.places.push_back(i);
        }
    }
    return numbered;
}

std::vector<bool> spread(const std::vector<bool>& kept, const Numbered& numbered, std::size_t size) {
    std::vector<bool> flags(size, false);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        flags[numbered.places[i]] = kept[i];
    }
    return flags;
}

Kept kept_pieces(const Pieces& before, const Pieces& after) {
    std::unordered_map<std::string_view, std::uint32_t> in_before;
    for (const std::string_view piece : before) {
        in_before.try_emplace(piece, static_cast<std::uint32_t>(in_before.size()));
    }
    std::unordered_map<std::string_view, std::uint32_t> shared;
    for (const std::string_view piece : after) {
        if (const auto found = in_before.find(piece); found != in_before.end()) {
            shared.insert(*found);
        }
    }
    const Numbered from = number(before, shared);
    const Numbered to = number(after, shared);
    const Kept kept = shortest_edit(from.numbers, to.numbers);
    return {spread(kept.before, from, before.size()), spread(kept.after, to, after.size())};
}

/// A stretch of the result: what stays, or what is replaced by what.
struct Stretch {
    std::string same;
    std::string removed;
    std::string added;
    bool is_change() const { return same.empty(); }
    bool replaces() const { return !removed.empty() && !added.empty(); }
};

std::vector<Stretch> stretches_of(const Pieces& before, const Pieces& after, const Kept& kept) {
    std::vector<Stretch> stretches;
    const auto current = [&](bool change) -> Stretch& {
        if (stretches.empty() || stretches.back().is_change() != change) {
            stretches.emplace_back();
        }
        return stretches.back();
    };
    for (std::size_t a = 0, b = 0; a < before.size() || b < after.size();) {
        if (a < before.size() && !kept.before[a]) {
            current(true).removed += before[a++];
        } else if (b < after.size() && !kept.after[b]) {
            current(true).added += after[b++];
        } else {
            current(false).same += before[a];
            ++a;
            ++b;
        }
    }
    return stretches;
}

/// "one two" to "three four" reads better as one replacement than as two round a space that stayed.
std::vector<Stretch> join_across_spaces(std::vector<Stretch> stretches) {
    std::vector<Stretch> joined;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        Stretch& stretch = stretches[i];
        const bool between =
            !joined.empty() && i + 1 < stretches.size() && joined.back().replaces() && stretches[i + 1].replaces();
        if (between && words_of(stretch.same).size() == 1 && is_space(stretch.same)) {
            joined.back().removed += stretch.same + stretches[i + 1].removed;
            joined.back().added += stretch.same + stretches[i + 1].added;
            ++i;
        } else {
            joined.push_back(std::move(stretch));
        }
    }
    return joined;
}

}  // namespace

std::vector<FieldChange> diff(const codec::FieldMap& before, const codec::FieldMap& after) {
    std::vector<FieldChange> changes;
    auto a = before.begin();
    auto b = after.begin();
    while (a != before.end() || b != after.end()) {
        const int order = a == before.end() ? 1 : b == after.end() ? -1 : a->first.compare(b->first);
        if (order < 0) {
            changes.push_back({a->first, a->second, std::nullopt});
            ++a;
        } else if (order > 0) {
            changes.push_back({b->first, std::nullopt, b->second});
            ++b;
        } else {
            if (a->second != b->second) {
                changes.push_back({a->first, a->second, b->second});
            }
            ++a;
            ++b;
        }
    }
    return changes;
}

std::vector<WordRun> diff_words(std::string_view before, std::string_view after) {
    Pieces from = words_of(before);
    Pieces to = words_of(after);
    const auto words = [](const Pieces& pieces) {
        return std::count_if(pieces.begin(), pieces.end(), std::not_fn(is_space));
    };
    if (std::max(words(from), words(to)) > static_cast<std::ptrdiff_t>(word_limit)) {
        from = lines_of(before);
        to = lines_of(after);
    }
    std::vector<WordRun> runs;
    for (Stretch& stretch : join_across_spaces(stretches_of(from, to, kept_pieces(from, to)))) {
        if (!stretch.same.empty()) {
            runs.push_back({WordRun::Kind::same, std::move(stretch.same)});
        }
        if (!stretch.removed.empty()) {
            runs.push_back({WordRun::Kind::removed, std::move(stretch.removed)});
        }
        if (!stretch.added.empty()) {
            runs.push_back({WordRun::Kind::added, std::move(stretch.added)});
        }
    }
    return runs;
}

}  // namespace fieldseal::history
