#include "app/desktop/text/error_texts.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "app/desktop/text/error_patterns.h"
#include "app/desktop/text/translate.h"

namespace fieldseal::desktop {

namespace {

std::vector<std::string_view> pieces_of(std::string_view pattern) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0;;) {
        const std::size_t hole = pattern.find("{}", at);
        pieces.push_back(pattern.substr(at, hole == std::string_view::npos ? hole : hole - at));
        if (hole == std::string_view::npos) {
            return pieces;
        }
        at = hole + 2;
    }
}

/// What stands in the holes, if the message is of this pattern.
bool match(std::string_view message, std::string_view pattern, std::vector<std::string>& holes) {
    const std::vector<std::string_view> pieces = pieces_of(pattern);
    holes.clear();
    if (pieces.size() == 1) {
        return message == pattern;
    }
    if (!message.starts_with(pieces.front()) || !message.ends_with(pieces.back()) ||
        message.size() < pieces.front().size() + pieces.back().size()) {
        return false;
    }
    const std::size_t end = message.size() - pieces.back().size();
    std::size_t at = pieces.front().size();
    for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
        const std::size_t next = message.find(pieces[i], at);
        if (next == std::string_view::npos || next + pieces[i].size() > end) {
            return false;
        }
        holes.emplace_back(message.substr(at, next - at));
        at = next + pieces[i].size();
    }
    holes.emplace_back(message.substr(at, end - at));
    return true;
}

/// With the most literal text first: the plainest fit wins.
const std::vector<const char*>& by_weight() {
    static const std::vector<const char*> sorted = [] {
        std::vector<const char*> all(error_patterns().begin(), error_patterns().end());
        const auto weight = [](const char* pattern) {
            std::size_t size = 0;
            for (const std::string_view piece : pieces_of(pattern)) {
                size += piece.size();
            }
            return size;
        };
        std::ranges::stable_sort(all, std::ranges::greater{}, weight);
        return all;
    }();
    return sorted;
}

}  // namespace

std::string message_text(const std::string& message) {
    std::vector<std::string> holes;
    for (const char* pattern : by_weight()) {
        if (!match(message, pattern, holes)) {
            continue;
        }
        for (std::string& hole : holes) {
            // A message within a message; names and numbers stay as they are.
            if (hole.find(' ') != std::string::npos && hole != message) {
                hole = message_text(hole);
            }
        }
        return fill(tr(pattern), std::vector<std::string_view>(holes.begin(), holes.end()));
    }
    return message;
}

}  // namespace fieldseal::desktop
