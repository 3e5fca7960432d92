// What a server is asked so that several folders are listed. Used by this folder only.
#pragma once

#include <algorithm>
#include <deque>
#include <map>

#include "sync/store/implementations.h"

namespace fieldseal::store {

/// One PROPFIND: what lies in the folder `prefix`, for the one that `about` names by its place; or all that lies below
/// it, for several.
struct ListingQuestion {
    std::string prefix;
    std::vector<std::size_t> about;
    bool whole = false;
};

/// `together`: where there are more folders than are asked about at a time, those below one ("outbox", "mailbox") are
/// asked about in one question. A hub does that; of other servers it is not known what it costs, or whether they do it.
inline std::deque<ListingQuestion> questions_about(const std::vector<std::string>& under, bool together) {
    std::deque<ListingQuestion> questions;
    std::map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < under.size(); ++i) {
        const std::string prefix = listing_prefix(under[i]);
        const std::string above = prefix.substr(0, prefix.find('/') + 1);
        if (together && under.size() > listings_at_once && above.size() < prefix.size()) {
            groups[above].push_back(i);
        } else {
            questions.push_back({prefix, {i}, false});
        }
    }
    for (auto& [above, about] : groups) {
        const bool whole = about.size() > 1;
        questions.push_back({whole ? above : listing_prefix(under[about.front()]), std::move(about), whole});
    }
    return questions;
}

/// Of objects in ascending order, those whose names begin so.
inline std::vector<StoredObject> objects_below(const std::string& prefix, const std::vector<StoredObject>& objects) {
    auto first =
        std::lower_bound(objects.begin(), objects.end(), prefix,
                         [](const StoredObject& object, const std::string& name) { return object.name < name; });
    const auto last = std::find_if_not(first, objects.end(),
                                       [&](const StoredObject& object) { return object.name.starts_with(prefix); });
    return {first, last};
}

}  // namespace fieldseal::store
