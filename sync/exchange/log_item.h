// A log segment on the wire, with what it may carry of its revisions. What follows from the rest (device, sequence,
// previous, body hash) is not sent.
#pragma once

#include <optional>

#include "model/history/revision.h"

namespace fieldseal::exchange {

struct LogItem {
    history::LogSegment segment;
    /// bodies[i] belongs to segment.revisions[i]; nothing where it is left out (not for this reader, or erased), then
    /// only its name travels.
    std::vector<std::optional<history::Revision>> bodies;
    /// Of a decoded item: the bytes of each body, within those that were decoded; empty where there is none.
    std::vector<history::EncodedRevision> encoded;
};

Bytes encode(const LogItem& item);
/// Error(damaged) unless canonical; names of revisions with bodies are computed, so they cannot disagree.
LogItem decode_log_item(ByteView bytes);

}  // namespace fieldseal::exchange
