// Exchange through a store: take what came, send what is new, remove what receipts cover. This file: the order of the
// steps, and what came.
#include <algorithm>

#include "model/codec/writer.h"
#include "model/crypto/hash.h"
#include "sync/bundle/parts.h"
#include "sync/exchange/shelves.h"
#include "sync/exchange/synchronisation.h"

namespace fieldseal::exchange {

namespace {

Bytes seen_key(const std::string& name) {
    const Hash hash = crypto::hash("fieldseal/v1/seen-object", view_of(name));
    return Bytes(hash.bytes.begin(), hash.bytes.begin() + 16);
}

}  // namespace

Synchronisation::Synchronisation(Exchange::Implementation& exchange, SyncOptions options)
    : self_(exchange), options_(options), began_ms_(exchange.vault.environment().clock.uptime_ms()) {}

std::optional<StoreStep> Synchronisation::next() {
    while (true) {
        switch (phase_) {
            case Phase::tell:
                // First of all: whoever was shut out should not use the time of a long transfer.
                if (std::optional<StoreStep> step = tell_hub()) {
                    return step;
                }
                phase_ = Phase::look;
                break;
            case Phase::look:
                return look();
            case Phase::fetch:
                if (!wanted_.empty()) {
                    return FetchBundles{wanted_};
                }
                phase_ = Phase::tidy;
                break;
            case Phase::tidy:
                if (removing_ = remains(); !removing_.empty()) {
                    return RemoveObjects{removing_};
                }
                prepare();
                phase_ = Phase::send;
                break;
            case Phase::send:
                if (std::optional<StoreStep> step = next_bundle()) {
                    return step;
                }
                phase_ = Phase::remove;
                break;
            case Phase::remove:
                if (removing_ = arrived_objects(); !removing_.empty()) {
                    return RemoveObjects{removing_};
                }
                phase_ = Phase::tell_again;
                break;
            case Phase::tell_again:
                if (std::optional<StoreStep> step = tell_hub()) {
                    return step;
                }
                phase_ = Phase::done;
                break;
            case Phase::done:
                report.revoked =
                    self_.roster.device(self_.own_device) != nullptr && self_.roster.device(self_.own_device)->revoked;
                return std::nullopt;
        }
    }
}

void Synchronisation::finish(const StoreAnswer& answer) {
    switch (phase_) {
        case Phase::tell:
            report.access_refused = answer.refused;
            phase_ = Phase::look;
            break;
        case Phase::look:
            note_listings(answer);
            phase_ = Phase::fetch;
            break;
        case Phase::fetch:
            // Evidence may lie before its answers in the order of names: what waits is looked at again when something
            // came. A newer roster may name outboxes that were not looked into.
            wanted_.clear();
            phase_ = may_take_more() ? Phase::look : Phase::tidy;
            break;
        case Phase::tidy:
            report.removed_objects += removing_.size();
            prepare();
            phase_ = Phase::send;
            break;
        case Phase::send:
            note_sent(answer);
            break;
        case Phase::remove:
            report.removed_objects += removing_.size();
            note_removed(removing_);
            phase_ = Phase::tell_again;
            break;
        case Phase::tell_again:
            report.access_refused = answer.refused;
            phase_ = Phase::done;
            break;
        case Phase::done:
            break;
    }
}

std::vector<std::string> Synchronisation::incoming_folders() {
    std::vector<std::string> folders{"mailbox/" + team::mailbox_token(self_.deployment, self_.deployment.own_invite)};
    // Before it is taken in, a device lacks the team's key, and a hub shows it nothing of others'.
    const bool taken_in = self_.roster.device(self_.own_device) != nullptr;
    if (!team::in_team(self_.deployment.own_role) || !taken_in || self_.is_held_back()) {
        return folders;
    }
    std::vector<InviteId> invites;
    for (const team::RosterInvite& invite : self_.roster.invites) {
        invites.push_back(invite.invite);
    }
    // The founder's device has an invite of its own that nobody was given.
    for (const team::RosterDevice& device : self_.roster.devices) {
        invites.push_back(device.invite);
    }
    std::sort(invites.begin(), invites.end());
    invites.erase(std::unique(invites.begin(), invites.end()), invites.end());
    for (const InviteId& invite : invites) {
        if (invite != self_.deployment.own_invite) {
            folders.push_back("outbox/" + team::outbox_token(self_.deployment, invite));
        }
    }
    return folders;
}

StoreStep Synchronisation::look() {
    listed_folders_ = incoming_folders();
    if (!looked_) {
        // What is ours on the store, in the same go: what broke off goes on from there, and what was sent may have
        // vanished.
        for (const bundle::Lane& lane : self_.lanes()) {
            const vault::Shelf pending = self_.vault.shelf(shelves::pending);
            const bool broke_off =
                pending.get(pending_key(lane, false)).has_value() || pending.get(pending_key(lane, true)).has_value() ||
                (lane.to_team && self_.vault.shelf(shelves::sealed_bundles).size() > 0);
            if (broke_off || (options_.check_sent && !self_.lane_state(lane).stored.empty())) {
                listed_folders_.push_back(self_.folder_of(lane));
            }
        }
    }
    looked_ = true;
    bundles_before_ = self_.vault.shelf(shelves::bundles).size();
    roster_before_ = self_.roster.version;
    return ListFolders{listed_folders_};
}

void Synchronisation::note_listings(const StoreAnswer& answer) {
    const std::set<std::string> incoming = [&] {
        const std::vector<std::string> folders = incoming_folders();
        return std::set<std::string>(folders.begin(), folders.end());
    }();
    indexes_.clear();
    for (std::size_t i = 0; i < listed_folders_.size() && i < answer.listings.size(); ++i) {
        if (!incoming.contains(listed_folders_[i])) {
            listings_[listed_folders_[i]] = answer.listings[i];
            continue;
        }
        for (const auto& [name, size] : answer.listings[i]) {
            if (bundle::parse_index_object_name(bundle::last_element(name))) {
                indexes_.push_back(name);
                if (!is_done_with(name)) {
                    wanted_.push_back(name);
                }
            }
        }
    }
}

bool Synchronisation::may_take_more() {
    return self_.roster.version != roster_before_ ||
           (self_.vault.shelf(shelves::bundles).size() != bundles_before_ &&
            std::any_of(indexes_.begin(), indexes_.end(), [&](const std::string& name) { return waits(name); }));
}

Bytes Synchronisation::stamp() const {
    codec::Writer out;
    out.number(self_.roster.version);
    out.number(self_.vault.shelf(shelves::bundles).size());
    return out.take();
}

bool Synchronisation::is_done_with(const std::string& index) {
    const std::optional<Bytes> seen = self_.vault.shelf(shelves::seen).get(seen_key(index));
    return seen && (seen->empty() || *seen == stamp());
}

bool Synchronisation::waits(const std::string& index) {
    const std::optional<Bytes> seen = self_.vault.shelf(shelves::seen).get(seen_key(index));
    return seen && !seen->empty();
}

void Synchronisation::take(const FetchedBundle& bundle) {
    ImportReport taken;
    taken.source = bundle.index;
    taken.outcome = ImportReport::Outcome::refused;
    taken.reason = bundle.reason;
    bool final = false;
    if (bundle.sealed) {
        taken = self_.take_in(*bundle.sealed, bundle.index);
        switch (taken.outcome) {
            case ImportReport::Outcome::imported:
                // Evidence that came too early is offered again once more has been taken in.
                final = self_.vault.shelf(shelves::bundles).get(taken.bundle_id.view()).has_value();
                break;
            case ImportReport::Outcome::already_imported:
                final = true;
                break;
            case ImportReport::Outcome::refused:
                // The key may still come with the next roster.
                final = taken.failure != bundle::OpenFailure::not_for_us &&
                        taken.failure != bundle::OpenFailure::newer_version;
                if (final) {
                    self_.atomically([&] { self_.log_import(taken); });
                } else if (taken.failure == bundle::OpenFailure::not_for_us) {
                    self_.atomically([&] { self_.ask_for_list(); });
                }
                break;
            case ImportReport::Outcome::quarantined:
                final = self_.vault.shelf(shelves::quarantine_bytes)
                            .get(quarantine_id(0, *bundle.sealed).view())
                            .has_value();
                break;
        }
        self_.vault.shelf(shelves::seen).put(seen_key(bundle.index), final ? Bytes() : stamp());
    }
    report.received.push_back(std::move(taken));
}

std::string Exchange::Implementation::folder_of(const bundle::Lane& lane) const {
    if (lane.to_team) {
        return "outbox/" + team::outbox_token(deployment, deployment.own_invite);
    }
    return "mailbox/" + team::mailbox_token(deployment, roster.device(lane.device)->invite);
}

std::string Exchange::own_mailbox() const {
    const Implementation& self = *implementation_;
    return "mailbox/" + team::mailbox_token(self.deployment, self.deployment.own_invite);
}

std::string Exchange::own_outbox() const {
    return implementation_->folder_of({true, {}});
}

std::uint64_t Exchange::own_revisions() {
    return implementation_->known_up_to(implementation_->own_device);
}

SyncSteps::SyncSteps(Exchange& exchange, SyncOptions options)
    : synchronisation_(std::make_unique<Synchronisation>(Synchronisation::of(exchange), options)) {}

SyncSteps::~SyncSteps() = default;

std::optional<StoreStep> SyncSteps::next() {
    return synchronisation_->next();
}

void SyncSteps::take(const FetchedBundle& bundle) {
    synchronisation_->take(bundle);
}

void SyncSteps::finish(const StoreAnswer& answer) {
    synchronisation_->finish(answer);
}

const SyncReport& SyncSteps::report() const {
    return synchronisation_->report;
}

SyncReport Exchange::sync(store::Store& store, const Progress& progress, SyncOptions options) {
    SyncSteps steps(*this, options);
    const StepNote note = [&](const StepProgress& at) {
        const bool sending = at.kind == StepProgress::Kind::sending;
        return !progress || progress(sending ? at.bytes : at.done, sending ? at.bytes_total : at.total);
    };
    while (const std::optional<StoreStep> step = steps.next()) {
        steps.finish(carry_out(
            store, *step, [&steps](const FetchedBundle& fetched) { steps.take(fetched); }, note));
    }
    return steps.report();
}

}  // namespace fieldseal::exchange
