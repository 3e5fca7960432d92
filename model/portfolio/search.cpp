#include "model/portfolio/search.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace fieldseal::portfolio {

namespace {

/// Between two texts in the buffer; no folded text holds it.
constexpr char separator = '\0';
/// Rebuilt when this share of the buffer is of records that were replaced or removed.
constexpr std::size_t rebuild_below = 4;

constexpr std::string_view apostrophes[] = {"\xe2\x80\x99", "\xca\xbc", "`", "\xe2\x80\x98", "\xc2\xb4"};

void unify_apostrophes(std::string& text) {
    for (const std::string_view apostrophe : apostrophes) {
        for (std::size_t at = text.find(apostrophe); at != std::string::npos; at = text.find(apostrophe, at + 1)) {
            text.replace(at, apostrophe.size(), "'");
        }
    }
}

void unify_spaces(std::string& text) {
    std::ranges::replace_if(
        text, [](char c) { return c == '\0' || c == '\n' || c == '\r' || c == '\t'; }, ' ');
}

std::vector<std::string> words_of(std::string_view query) {
    std::vector<std::string> words;
    const std::string folded = fold(query);
    std::size_t start = 0;
    while (start < folded.size()) {
        const std::size_t end = std::min(folded.find(' ', start), folded.size());
        if (end > start) {
            words.push_back(folded.substr(start, end - start));
        }
        start = end + 1;
    }
    // The longest word rules out most.
    std::ranges::sort(words, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    return words;
}

/// One character of what Ukrainian and English titles are mostly written with: its folded form and how many bytes it
/// takes; 0 where it is another one. None of them combines with its neighbours.
std::size_t fold_common(std::string_view text, std::string& into) {
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : '\0'); };
    const unsigned char lead = at(0);
    const auto two = [&](unsigned first, unsigned second) {
        into += static_cast<char>(first);
        into += static_cast<char>(second);
        return std::size_t{2};
    };
    if (lead < 0x80) {
        const char c = text[0];
        const bool space = c == '\0' || c == '\n' || c == '\r' || c == '\t';
        into += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '`' ? '\'' : space ? ' ' : c;
        return 1;
    }
    const unsigned char tail = at(1);
    if (tail < 0x80 || tail > 0xbf) {
        return 0;
    }
    if (lead == 0xd0) {
        // U+0400 to U+040F fold to U+0450 on, U+0410 to U+042F to U+0430 on.
        return tail < 0x90   ? two(0xd1, tail + 0x10u)
               : tail < 0xa0 ? two(0xd0, tail + 0x20u)
               : tail < 0xb0 ? two(0xd1, tail - 0x20u)
                             : two(0xd0, tail);
    }
    if (lead == 0xd1 && tail <= 0x9f) {
        return two(lead, tail);
    }
    if (lead == 0xd2 && (tail == 0x90 || tail == 0x91)) {
        return two(0xd2, 0x91);
    }
    if (lead == 0xc2 && (tail == 0xab || tail == 0xbb)) {
        return two(lead, tail);
    }
    if (text.starts_with("№")) {
        into += "no";
        return 3;
    }
    for (const std::string_view apostrophe : apostrophes) {
        if (text.starts_with(apostrophe)) {
            into += '\'';
            return apostrophe.size();
        }
    }
    return 0;
}

}  // namespace

std::string fold(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    std::size_t done = 0;
    while (done < text.size()) {
        const std::size_t taken = fold_common(text.substr(done), result);
        if (taken == 0) {
            break;
        }
        done += taken;
    }
    if (done == text.size()) {
        return result;
    }
    result = text;
    // Before folding, which takes the acute accent apart into a space and a combining mark.
    unify_apostrophes(result);
    utf8proc_uint8_t* folded = nullptr;
    const auto length = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(result.data()), static_cast<utf8proc_ssize_t>(result.size()), &folded,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                       UTF8PROC_IGNORE));
    // What is no UTF-8 is searched as it stands.
    if (length >= 0) {
        result.assign(reinterpret_cast<const char*>(folded), static_cast<std::size_t>(length));
        std::free(folded);
        // Folding makes apostrophes too, of wide ones.
        unify_apostrophes(result);
    }
    unify_spaces(result);
    return result;
}

void SearchIndex::clear() {
    ids_.clear();
    starts_.clear();
    texts_.clear();
    places_.clear();
    dead_ = 0;
}

void SearchIndex::put(const RecordId& id, std::string_view text) {
    remove(id);
    places_[id] = ids_.size();
    ids_.push_back(id);
    starts_.push_back(texts_.size());
    texts_ += fold(text);
    texts_ += separator;
}

void SearchIndex::remove(const RecordId& id) {
    const auto found = places_.find(id);
    if (found == places_.end()) {
        return;
    }
    const std::size_t place = found->second;
    const std::size_t end = place + 1 < starts_.size() ? starts_[place + 1] : texts_.size();
    // Overwritten, so that nothing is found there; the buffer is made anew once much of it is dead.
    std::fill(texts_.begin() + static_cast<std::ptrdiff_t>(starts_[place]),
              texts_.begin() + static_cast<std::ptrdiff_t>(end), separator);
    ids_[place] = RecordId{};
    places_.erase(found);
    ++dead_;
    if (dead_ <= 64 || dead_ * rebuild_below < ids_.size()) {
        return;
    }
    std::vector<RecordId> ids;
    std::vector<std::size_t> starts;
    std::string texts;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
        if (ids_[i].is_zero()) {
            continue;
        }
        const std::size_t stop = i + 1 < starts_.size() ? starts_[i + 1] : texts_.size();
        places_[ids_[i]] = ids.size();
        ids.push_back(ids_[i]);
        starts.push_back(texts.size());
        texts.append(texts_, starts_[i], stop - starts_[i]);
    }
    ids_ = std::move(ids);
    starts_ = std::move(starts);
    texts_ = std::move(texts);
    dead_ = 0;
}

std::vector<RecordId> SearchIndex::find(std::string_view query, std::size_t most) const {
    std::vector<RecordId> result;
    for (const std::size_t place : find_places(query, most)) {
        result.push_back(ids_[place]);
    }
    return result;
}

std::vector<std::size_t> SearchIndex::find_places(std::string_view query, std::size_t most) const {
    std::vector<std::size_t> result;
    const std::vector<std::string> words = words_of(query);
    if (words.empty()) {
        for (std::size_t place = 0; place < ids_.size() && result.size() < most; ++place) {
            if (!ids_[place].is_zero()) {
                result.push_back(place);
            }
        }
        return result;
    }
    // Each word is looked for from the record on that the others have reached, so a word that is rare or absent skips
    // over the many that hold the common ones.
    const auto end_of = [this](std::size_t place) {
        return place + 1 < starts_.size() ? starts_[place + 1] : texts_.size();
    };
    std::vector<std::size_t> hits(words.size(), 0);
    std::vector<bool> searched(words.size(), false);
    std::size_t place = 0;
    std::size_t agreeing = 0;
    for (std::size_t w = 0; place < starts_.size() && result.size() < most; w = (w + 1) % words.size()) {
        if (!searched[w] || hits[w] < starts_[place]) {
            const std::size_t from = starts_[place];
            const void* hit = memmem(texts_.data() + from, texts_.size() - from, words[w].data(), words[w].size());
            if (hit == nullptr) {
                break;
            }
            hits[w] = static_cast<std::size_t>(static_cast<const char*>(hit) - texts_.data());
            searched[w] = true;
        }
        if (hits[w] >= end_of(place)) {
            const auto after =
                std::upper_bound(starts_.begin() + static_cast<std::ptrdiff_t>(place), starts_.end(), hits[w]);
            place = static_cast<std::size_t>(after - starts_.begin()) - 1;
            agreeing = 0;
        }
        if (++agreeing == words.size()) {
            // Records that are gone hold separators only and were hit by no word.
            result.push_back(place++);
            agreeing = 0;
        }
    }
    return result;
}

std::size_t SearchIndex::size() const {
    return places_.size();
}

}  // namespace fieldseal::portfolio
