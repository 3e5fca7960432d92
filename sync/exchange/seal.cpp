// What is sealed: this device's own log, before others see it, and the next bundle of a lane.
#include <algorithm>

#include "sync/exchange/implementation.h"

namespace fieldseal::exchange {

void Exchange::Implementation::close_segment() {
    vault.close_segment(deployment.id, keys.signing);
    note_own_uses();
    if (!roster.erasures.empty() && may_publish()) {
        // Written here of what is erased, by somebody who had it open.
        std::vector<RecordId> erased_records;
        for (const team::Erasure& erasure : roster.erasures) {
            erased_records.push_back(erasure.record);
        }
        extend_erasures(erased_records, {});
    }
}

bundle::Sealed Exchange::Implementation::seal(const bundle::Lane& lane, LaneState& state, bundle::Contents contents) {
    bundle::Manifest& manifest = contents.manifest;
    manifest.deployment = deployment.id;
    manifest.lane = lane;
    manifest.counter = state.counter + 1;
    manifest.previous = state.previous;
    manifest.created_ms = now();
    std::ranges::sort(contents.chunks, {},
                      [](const bundle::BlobChunk& chunk) { return std::pair(chunk.content, chunk.index); });
    std::vector<bundle::PublicKey> recipients;
    recipients.push_back(lane.to_team ? roster.current_epoch().public_key : roster.device(lane.device)->box_key);
    for (const auto& [device, published] : behind) {
        // It may lack the team's key as well, which comes with the list.
        const team::RosterDevice* reader = lane.to_team ? roster.device(device) : nullptr;
        if (reader != nullptr && !reader->revoked && !is_sent_apart(device)) {
            recipients.push_back(reader->box_key);
        }
    }
    bundle::Sealed sealed = bundle::seal(std::move(contents), recipients, deployment.shared_key.view(), keys.signing,
                                         vault.environment().random);
    ++state.counter;
    state.previous = sealed.id;
    state.receipt_owed = false;
    return sealed;
}

}  // namespace fieldseal::exchange
