// Second branches of logs that were taken in: they come again by other ways, and are no news then.
#pragma once

#include <algorithm>

#include "model/history/revision.h"
#include "sync/exchange/log_item.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace shelves {
/// Names of revisions of second branches that were taken in.
constexpr std::string_view settled = "exchange-settled";
}  // namespace shelves

/// What of the item this coordinator has written again in its own name, or looked at and left out.
inline void settle(vault::Vault& vault, const LogItem& item) {
    for (std::size_t i = 0; i < item.bodies.size(); ++i) {
        if (item.bodies[i] && !vault.revision(item.segment.revisions[i])) {
            vault.shelf(shelves::settled).put(item.segment.revisions[i].view(), {});
        }
    }
}

inline bool is_settled(vault::Vault& vault, const Hash& name) {
    return vault.shelf(shelves::settled).get(name.view()).has_value();
}

/// Whether nothing of this run is new: every name is the log's here, or was settled.
inline bool is_settled(vault::Vault& vault, const history::LogSegment& segment) {
    std::uint64_t sequence = segment.first;
    return std::ranges::all_of(segment.revisions, [&](const Hash& name) {
        const std::optional<Hash> here = vault.log_entry(segment.device, sequence++);
        return (here && *here == name) || is_settled(vault, name);
    });
}

}  // namespace fieldseal::exchange
