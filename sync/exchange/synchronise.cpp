// Exchange through a store: take what came, send what is new, remove what receipts cover.
//
// outbox/<token>/ holds what a device sends to the team, mailbox/<token>/ what is sent to a device. A bundle is parts
// first, its index last.
#include <algorithm>

#include "model/crypto/hash.h"
#include "sync/bundle/parts.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

using Listing = std::map<std::string, std::uint64_t>;

/// How many receipts that carry nothing else may wait on a lane before one that says everything replaces them.
constexpr std::size_t receipts_limit = 16;

Listing list(store::Store& store, const std::string& folder) {
    Listing names;
    for (const store::StoredObject& object : store.list(folder)) {
        names.emplace(object.name, object.size);
    }
    return names;
}

std::string last_element(const std::string& name) {
    return name.substr(name.rfind('/') + 1);
}

void report_progress(const Progress& progress, std::uint64_t done, std::uint64_t total) {
    if (progress && !progress(done, total)) {
        throw Error(ErrorCode::cancelled,
                    "Cancelled. What was sent and taken in so far is kept; the next time goes on from there.");
    }
}

/// The bundle that an index object names; the reason where it is not whole.
std::optional<Bytes> fetch(store::Store& store, const std::string& index_name, std::string& reason) {
    try {
        const std::optional<Bytes> encoded = store.get(index_name, store::object_limit);
        if (!encoded) {
            reason = "It was removed while it was read.";
            return std::nullopt;
        }
        const bundle::PartIndex index = bundle::decode_index(*encoded);
        const auto name = bundle::parse_index_object_name(last_element(index_name));
        if (!name || name->whole_prefix != index.whole.hex().substr(0, name->whole_prefix.size())) {
            reason = "Its index is not the one that its name says.";
            return std::nullopt;
        }
        const std::string folder = index_name.substr(0, index_name.rfind('/') + 1);
        Bytes whole;
        for (std::size_t i = 0; i < index.parts.size(); ++i) {
            const std::optional<Bytes> part =
                store.get(folder + bundle::part_object_name(index.parts[i].hash), bundle::part_size);
            const std::string place = "Part " + std::to_string(i + 1) + " of " + std::to_string(index.parts.size());
            if (!part) {
                reason = place + " is not there yet. It is tried again next time.";
                return std::nullopt;
            }
            if (part->size() != index.parts[i].size || crypto::plain_hash(*part) != index.parts[i].hash) {
                reason =
                    place + " is damaged. It is tried again next time; if that goes on, ask the sender to export anew.";
                return std::nullopt;
            }
            whole.insert(whole.end(), part->begin(), part->end());
        }
        if (crypto::plain_hash(whole) != index.whole) {
            reason = "Its parts do not make up the bundle that its index names.";
            return std::nullopt;
        }
        return whole;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::unreachable || error.code() == ErrorCode::disk) {
            throw;
        }
        reason = error.what();
        return std::nullopt;
    }
}

}  // namespace

/// One sync() with one store.
class Synchronisation {
  public:
    Synchronisation(Exchange::Implementation& exchange, store::Store& store, const Progress& progress)
        : self_(exchange), store_(store), progress_(progress) {}

    SyncReport run() {
        for (const bundle::Lane& lane : self_.lanes()) {
            if (std::optional<PendingBundle> pending = pending_of(lane)) {
                upload(lane, *pending);
            }
        }
        // Evidence may lie before its answers in the order of names: what waits is looked at again when something came.
        while (receive()) {
        }
        for (const bundle::Lane& lane : self_.lanes()) {
            send(lane);
        }
        return std::move(report_);
    }

  private:
    std::optional<PendingBundle> pending_of(const bundle::Lane& lane) {
        return shelves::get<PendingBundle>(self_.vault, shelves::pending, lane_key(lane));
    }

    /// Whether another round may take more.
    bool receive() {
        const std::size_t before = self_.vault.shelf(shelves::bundles).size();
        const std::uint64_t version = self_.roster.version;
        std::vector<std::string> names;
        std::vector<std::string> listed;
        std::vector<std::string> folders{"mailbox/" +
                                         team::mailbox_token(self_.deployment, self_.deployment.own_invite)};
        if (team::in_team(self_.deployment.own_role) && !self_.is_held_back()) {
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
        }
        for (const std::string& folder : folders) {
            for (const store::StoredObject& object : store_.list(folder)) {
                if (!bundle::parse_index_object_name(last_element(object.name))) {
                    continue;
                }
                listed.push_back(object.name);
                if (!is_done_with(object.name)) {
                    names.push_back(object.name);
                }
            }
        }
        for (std::size_t i = 0; i < names.size(); ++i) {
            report_progress(progress_, i, names.size());
            receive_one(names[i]);
        }
        // A newer roster may name outboxes that were not looked into.
        return self_.roster.version != version ||
               (self_.vault.shelf(shelves::bundles).size() != before &&
                std::any_of(listed.begin(), listed.end(), [&](const std::string& name) { return waits(name); }));
    }

    /// What may let something be taken that was not: the roster, and how much has been taken in.
    Bytes stamp() const {
        codec::Writer out;
        out.number(self_.roster.version);
        out.number(self_.vault.shelf(shelves::bundles).size());
        return out.take();
    }

    static Bytes seen_key(const std::string& name) {
        const Hash hash = crypto::hash("fieldseal/v1/seen-object", view_of(name));
        return Bytes(hash.bytes.begin(), hash.bytes.begin() + 16);
    }

    bool is_done_with(const std::string& name) {
        const std::optional<Bytes> seen = self_.vault.shelf(shelves::seen).get(seen_key(name));
        return seen && (seen->empty() || *seen == stamp());
    }

    /// Looked at, and kept for when something has changed.
    bool waits(const std::string& name) {
        const std::optional<Bytes> seen = self_.vault.shelf(shelves::seen).get(seen_key(name));
        return seen && !seen->empty();
    }

    void receive_one(const std::string& name) {
        ImportReport report;
        report.source = name;
        report.outcome = ImportReport::Outcome::refused;
        const std::optional<Bytes> whole = fetch(store_, name, report.reason);
        bool final = false;
        if (whole) {
            report = self_.take_in(*whole, name);
            switch (report.outcome) {
                case ImportReport::Outcome::imported:
                    // Evidence that came too early is offered again once more has been taken in.
                    final = self_.vault.shelf(shelves::bundles).get(report.bundle_id.view()).has_value();
                    break;
                case ImportReport::Outcome::already_imported:
                    final = true;
                    break;
                case ImportReport::Outcome::refused:
                    // The key may still come with the next roster.
                    final = report.failure != bundle::OpenFailure::not_for_us &&
                            report.failure != bundle::OpenFailure::newer_version;
                    if (final) {
                        self_.atomically([&] { self_.log_import(report); });
                    }
                    break;
                case ImportReport::Outcome::quarantined:
                    final =
                        self_.vault.shelf(shelves::quarantine_bytes).get(quarantine_id(0, *whole).view()).has_value();
                    break;
            }
            self_.vault.shelf(shelves::seen).put(seen_key(name), final ? Bytes() : stamp());
        }
        report_.received.push_back(std::move(report));
    }

    void send(const bundle::Lane& lane) {
        const std::string folder = self_.folder_of(lane);
        const Listing listing = list(store_, folder);
        LaneState state = self_.lane_state(lane);
        prepare(lane, state, listing);
        if (lane.to_team) {
            send_sealed(lane, state);
        }
        const bool full = std::count_if(state.stored.begin(), state.stored.end(), [](const StoredBundle& stored) {
                              return stored.marks.holds_only_receipts();
                          }) >= static_cast<std::ptrdiff_t>(receipts_limit);
        for (std::uint64_t sent = 0;; ++sent) {
            report_progress(progress_, sent, sent + 1);
            PendingBundle pending;
            Collected collected;
            self_.atomically([&] {
                self_.close_segment();
                state = self_.lane_state(lane);
                Marks base = self_.covered(lane);
                base.merge(state.offered);
                const LaneState before = state;
                collected = self_.collect(lane, state, base, {full && sent == 0, false});
                if (collected.empty()) {
                    if (state.looked_at != before.looked_at || state.undecided != before.undecided) {
                        self_.save_lane(lane, state);
                    }
                    return;
                }
                bundle::Sealed sealed = self_.seal(lane, state, std::move(collected.contents));
                pending = {state.counter, collected.marks, std::move(sealed.bytes)};
                self_.save_lane(lane, state);
                shelves::put(self_.vault, shelves::pending, lane_key(lane), pending);
            });
            if (pending.sealed.empty()) {
                break;
            }
            report_.sent.revisions += collected.revisions;
            report_.sent.blobs_chunks += collected.chunks;
            upload(lane, pending);
        }
        remove_covered(lane, full);
    }

    /// What was sealed on finalise and is not on the store (any more): the same bytes each time.
    void send_sealed(const bundle::Lane& lane, const LaneState& state) {
        for (const std::uint64_t number : self_.sealed_to_send()) {
            const bool is_there = std::ranges::any_of(state.stored, [&](const StoredBundle& stored) {
                const auto name = bundle::parse_index_object_name(last_element(stored.index));
                return name && name->counter == number;
            });
            if (!is_there) {
                // What was offered of the log is another matter: it goes ahead by name.
                upload(lane, {number, self_.sealed_bundle(number).marks, self_.sealed_bytes(number)}, Offer::nothing);
            }
            self_.note_sealed_sent(number);
        }
    }

    /// Notices what has vanished from the store without having arrived, and readers that are new.
    void prepare(const bundle::Lane& lane, LaneState& state, const Listing& listing) {
        const Marks covered = self_.covered(lane);
        const auto vanished = [&](const StoredBundle& stored) {
            return !listing.contains(stored.index) ||
                   std::any_of(stored.parts.begin(), stored.parts.end(), [&](const auto& part) {
                       const auto found = listing.find(part.first);
                       return found == listing.end() || found->second != part.second;
                   });
        };
        const bool lost = std::any_of(state.stored.begin(), state.stored.end(), [&](const StoredBundle& stored) {
            return vanished(stored) && !stored.marks.within(covered);
        });
        const bool coordinates = self_.deployment.own_role == team::Role::coordinator;
        std::vector<DeviceId> readers;
        for (const team::RosterDevice* device : self_.other_team_devices()) {
            if (lane.to_team && (coordinates || self_.is_active_coordinator(device->device))) {
                readers.push_back(device->device);
            }
        }
        const auto lacks = [](const std::vector<DeviceId>& some, const std::vector<DeviceId>& all) {
            return std::any_of(all.begin(), all.end(), [&](const DeviceId& reader) {
                return std::find(some.begin(), some.end(), reader) == some.end();
            });
        };
        // Coordinators hand everything to a new reader; everybody hands it to those that are left when a coordinator
        // goes.
        const bool new_reader = coordinates ? lacks(state.readers, readers) : lacks(readers, state.readers);
        const bool any_vanished = std::any_of(state.stored.begin(), state.stored.end(), vanished);
        if (!lost && !new_reader && !any_vanished && readers == state.readers) {
            return;
        }
        if (lost || new_reader) {
            state.offered = covered;
            state.looked_at.clear();
        }
        for (const StoredBundle& stored : state.stored) {
            if (vanished(stored)) {
                // What is left of it is of no use to anybody.
                remove_objects(stored, listing);
            }
        }
        std::erase_if(state.stored, vanished);
        state.readers = readers;
        self_.save_lane(lane, state);
    }

    enum class Offer { nothing, marks };
    void upload(const bundle::Lane& lane, const PendingBundle& pending, Offer offer = Offer::marks) {
        const std::string folder = self_.folder_of(lane) + "/";
        const bundle::PartIndex index = bundle::index_of(pending.sealed);
        const Listing there = list(store_, self_.folder_of(lane));
        StoredBundle stored{folder + bundle::index_object_name(pending.counter, index.whole), {}, pending.marks};
        for (std::size_t i = 0; i < index.parts.size(); ++i) {
            report_progress(progress_, i, index.parts.size());
            const std::string name = folder + bundle::part_object_name(index.parts[i].hash);
            stored.parts.emplace_back(name, index.parts[i].size);
            const auto known = there.find(name);
            if (known != there.end() && known->second == index.parts[i].size) {
                continue;
            }
            if (known != there.end()) {
                // Cut short by whatever copies the folder.
                store_.remove(name);
            }
            store_.put_if_absent(name, bundle::part_of(pending.sealed, index, i));
        }
        store_.put_if_absent(stored.index, bundle::encode_index(index));
        self_.atomically([&] {
            LaneState state = self_.lane_state(lane);
            if (offer == Offer::marks) {
                state.offered.merge(pending.marks);
                self_.note_told(lane, state);
                self_.vault.shelf(shelves::pending).remove(lane_key(lane));
            }
            state.stored.push_back(stored);
            self_.save_lane(lane, state);
        });
        ++report_.sent.bundles;
        report_.sent.bytes += pending.sealed.size();
    }

    void remove_objects(const StoredBundle& stored, const std::optional<Listing>& there) {
        // The index first: what is left of a removal that breaks off is never taken for a bundle.
        std::vector<std::string> names{stored.index};
        for (const auto& [name, size] : stored.parts) {
            names.push_back(name);
        }
        for (const std::string& name : names) {
            if (!there || there->contains(name)) {
                store_.remove(name);
                ++report_.removed_objects;
            }
        }
    }

    /// `all_said`: the newest receipt says everything that those before it said.
    void remove_covered(const bundle::Lane& lane, bool all_said) {
        LaneState state = self_.lane_state(lane);
        const Marks covered = self_.covered(lane);
        std::vector<StoredBundle> left;
        for (std::size_t i = 0; i < state.stored.size(); ++i) {
            StoredBundle& stored = state.stored[i];
            // No receipt speaks of receipts, so those that carry nothing else go when they are replaced.
            const bool to_kit = !lane.to_team && self_.roster.device(lane.device)->kit;
            const bool replaced =
                (to_kit || (all_said && stored.marks.holds_only_receipts())) && i + 1 < state.stored.size();
            const bool arrived = !stored.marks.holds_only_receipts() && stored.marks.within(covered);
            if (!replaced && !arrived) {
                left.push_back(std::move(stored));
                continue;
            }
            remove_objects(stored, std::nullopt);
        }
        if (left.size() != state.stored.size()) {
            state.stored = std::move(left);
            self_.save_lane(lane, state);
        }
    }

    Exchange::Implementation& self_;
    store::Store& store_;
    const Progress& progress_;
    SyncReport report_;
};

std::string Exchange::Implementation::folder_of(const bundle::Lane& lane) const {
    if (lane.to_team) {
        return "outbox/" + team::outbox_token(deployment, deployment.own_invite);
    }
    return "mailbox/" + team::mailbox_token(deployment, roster.device(lane.device)->invite);
}

SyncReport Exchange::sync(store::Store& store, const Progress& progress) {
    SyncReport report = Synchronisation(*implementation_, store, progress).run();
    report.revoked = is_revoked();
    return report;
}

}  // namespace fieldseal::exchange
