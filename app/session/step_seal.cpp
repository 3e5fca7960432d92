// What one step of a history proves, on demand.
#include <algorithm>

#include "app/session/implementation.h"

namespace fieldseal::session {

StepSeal::Verdict StepSeal::verdict() const {
    if (check.is_broken()) {
        return Verdict::broken;
    }
    if (check.signature == vault::StepCheck::Signature::not_signed) {
        return Verdict::open;
    }
    return check.holds() && parents_missing == 0 ? Verdict::holds : Verdict::partly;
}

StepSeal Session::check_step(const HistoryStep& step) {
    exchange::Exchange& exchange = implementation_->joined();
    vault::Vault& vault = *implementation_->vault;
    StepSeal seal;
    seal.revision = step.revision;
    seal.device = step.device;
    seal.sequence = step.sequence;
    seal.own = step.device == exchange.own_device();
    seal.received_ms = step.received_ms;
    seal.erased = step.body == HistoryStep::Body::erased;
    for (const exchange::Peer& peer : exchange.peers()) {
        if (peer.device == step.device) {
            seal.person = peer.name;
            seal.fingerprint = peer.fingerprint;
            seal.role = peer.role;
            seal.revoked = peer.revoked;
        }
    }
    // Whether they are here by name: their bodies may be damaged, which is their own story.
    std::vector<history::RevisionNote> known;
    if (!step.parents.empty()) {
        known = vault.merged(step.record).revisions;
    }
    seal.parents_missing = static_cast<std::size_t>(std::ranges::count_if(step.parents, [&](const Hash& parent) {
        return std::ranges::find(known, parent, &history::RevisionNote::name) == known.end();
    }));
    seal.check = vault.check_step({step.device, step.sequence, step.revision}, exchange.deployment().id,
                                  [&exchange](const DeviceId& device) { return exchange.key_of(device); });
    return seal;
}

}  // namespace fieldseal::session
