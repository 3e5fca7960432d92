// What a synchronisation sends, and what it removes again. Answers overtake evidence: between a few parts of evidence
// it is looked whether anything else has come up.
#include <algorithm>

#include "model/codec/writer.h"
#include "sync/bundle/parts.h"
#include "sync/exchange/shelves.h"
#include "sync/exchange/synchronisation.h"

namespace fieldseal::exchange {

namespace {

/// How many receipts that carry nothing else may wait on a lane before one that says everything replaces them.
constexpr std::size_t receipts_limit = 16;
/// Of evidence, before it is looked whether an answer waits.
constexpr std::size_t parts_at_once = 4;

/// No receipt speaks of receipts, nor of bodies whose names went ahead: what carries these stays until a bundle that
/// says everything replaces it. That one is due where many wait, or a late body has been erased here.
bool is_full_due(const LaneState& state, vault::Vault& vault) {
    // Before a bundle that holds all late bodies again there is nothing left to say again, read or not.
    const auto last_full = std::find_if(state.stored.rbegin(), state.stored.rend(),
                                        [](const StoredBundle& stored) { return stored.marks.all_late; });
    const auto since = std::ranges::subrange(
        last_full == state.stored.rend() ? state.stored.begin() : std::prev(last_full.base()), state.stored.end());
    const auto unconfirmed = std::ranges::count_if(since, [](const StoredBundle& stored) {
        return stored.marks.holds_only_receipts() || !stored.marks.late.empty();
    });
    return unconfirmed >= static_cast<std::ptrdiff_t>(receipts_limit) ||
           std::ranges::any_of(since, [&](const StoredBundle& stored) {
               return std::ranges::any_of(stored.marks.late, [&](const auto& late) {
                   return !vault.has_body(late.first.first, late.first.second);
               });
           });
}

/// Whether the late bodies of this bundle are in a later one, or nowhere any more.
bool are_late_bodies_elsewhere(const std::vector<StoredBundle>& all, std::size_t place, vault::Vault& vault) {
    const auto later = std::ranges::subrange(all.begin() + static_cast<std::ptrdiff_t>(place) + 1, all.end());
    return std::ranges::any_of(later, [](const StoredBundle& stored) { return stored.marks.all_late; }) ||
           std::ranges::none_of(all[place].marks.late,
                                [&](const auto& late) { return vault.has_body(late.first.first, late.first.second); });
}

bool has_vanished(const StoredBundle& stored, const Listing& listing) {
    return !listing.contains(stored.index) ||
           std::any_of(stored.parts.begin(), stored.parts.end(), [&](const auto& part) {
               const auto found = listing.find(part.first);
               return found == listing.end() || found->second != part.second;
           });
}

/// The index first: what is left of a removal that breaks off is never taken for a bundle.
void add_objects(const StoredBundle& stored, std::vector<std::string>& names) {
    names.push_back(stored.index);
    for (const auto& [name, size] : stored.parts) {
        names.push_back(name);
    }
}

}  // namespace

Bytes pending_key(const bundle::Lane& lane, bool evidence) {
    Bytes key = lane_key(lane);
    if (evidence) {
        key.push_back(1);
    }
    return key;
}

const Listing* Synchronisation::listing_of(const bundle::Lane& lane) const {
    const auto found = listings_.find(self_.folder_of(lane));
    return found == listings_.end() ? nullptr : &found->second;
}

std::vector<std::string> Synchronisation::remains() {
    std::vector<std::string> names;
    for (const bundle::Lane& lane : self_.lanes()) {
        const Listing* listing = listing_of(lane);
        if (listing == nullptr) {
            continue;
        }
        std::vector<std::string> gone;
        for (const StoredBundle& stored : self_.lane_state(lane).stored) {
            if (has_vanished(stored, *listing)) {
                add_objects(stored, gone);
            }
        }
        std::erase_if(gone, [&](const std::string& name) { return !listing->contains(name); });
        names.insert(names.end(), gone.begin(), gone.end());
    }
    return names;
}

void Synchronisation::prepare() {
    const bool coordinates = self_.deployment.own_role == team::Role::coordinator;
    for (const bundle::Lane& lane : self_.lanes()) {
        LaneState state = self_.lane_state(lane);
        const Listing* listing = listing_of(lane);
        const Marks covered = self_.covered(lane);
        const auto vanished = [&](const StoredBundle& stored) {
            return listing != nullptr && has_vanished(stored, *listing);
        };
        const bool lost = std::any_of(state.stored.begin(), state.stored.end(), [&](const StoredBundle& stored) {
            return vanished(stored) && !stored.marks.within(covered);
        });
        const auto before = state.undecided.size();
        for (const StoredBundle& stored : state.stored) {
            if (vanished(stored)) {
                state.undecided.insert(stored.marks.late.begin(), stored.marks.late.end());
            }
        }
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
        if (lost || new_reader) {
            state.offered = covered;
            state.looked_at.clear();
        }
        if (lost || state.undecided.size() != before || readers != state.readers ||
            std::erase_if(state.stored, vanished) > 0) {
            std::erase_if(state.stored, vanished);
            state.readers = readers;
            self_.save_lane(lane, state);
        }
        if (is_full_due(state, self_.vault)) {
            full_.insert(lane_key(lane));
        }
    }
}

Bytes Synchronisation::own_stamp() {
    codec::Writer out;
    out.number(self_.roster.version);
    out.number(self_.vault.shelf(shelves::bundles).size());
    out.number(self_.known_up_to(self_.own_device));
    return out.take();
}

std::optional<StoreStep> Synchronisation::next_bundle() {
    if (upload_) {
        return send_on();
    }
    if (const Bytes stamp = own_stamp(); stamp != answered_at_) {
        answered_at_ = stamp;
        answered_.clear();
    }
    if (std::optional<StoreStep> step = next_of(answered_, false)) {
        return step;
    }
    if (std::optional<StoreStep> step = next_sealed_finalised()) {
        return step;
    }
    report.own_log = self_.known_up_to(self_.own_device);
    if (evidence_upload_) {
        upload_ = std::exchange(evidence_upload_, std::nullopt);
        return send_on();
    }
    return report.more ? std::nullopt : next_of(shown_, true);
}

std::optional<StoreStep> Synchronisation::next_of(std::set<Bytes>& done, bool evidence) {
    for (const bundle::Lane& lane : self_.lanes()) {
        if (done.contains(lane_key(lane))) {
            continue;
        }
        if (std::optional<StoreStep> step = resume(lane, evidence)) {
            return step;
        }
        if (std::optional<StoreStep> step = seal_next(lane, evidence)) {
            return step;
        }
        done.insert(lane_key(lane));
    }
    return std::nullopt;
}

std::optional<StoreStep> Synchronisation::next_sealed_finalised() {
    const std::vector<bundle::Lane> lanes = self_.lanes();
    const auto to_office = std::ranges::find_if(lanes, [](const bundle::Lane& lane) { return lane.to_team; });
    if (to_office == lanes.end()) {
        return std::nullopt;
    }
    for (const std::uint64_t number : self_.sealed_to_send()) {
        const LaneState state = self_.lane_state(*to_office);
        const bool is_there = std::ranges::any_of(state.stored, [&](const StoredBundle& stored) {
            const auto name = bundle::parse_index_object_name(bundle::last_element(stored.index));
            return name && name->counter == number;
        });
        if (is_there) {
            self_.note_sealed_sent(number);
            continue;
        }
        upload_ = Upload{*to_office,
                         {},
                         std::make_shared<const Bytes>(self_.sealed_bytes(number)),
                         number,
                         self_.sealed_bundle(number).marks,
                         false,
                         0,
                         1};
        return send_on();
    }
    return std::nullopt;
}

std::optional<StoreStep> Synchronisation::resume(const bundle::Lane& lane, bool evidence) {
    const Bytes key = pending_key(lane, evidence);
    std::optional<PendingBundle> pending = shelves::get<PendingBundle>(self_.vault, shelves::pending, key);
    if (!pending) {
        return std::nullopt;
    }
    upload_ = Upload{lane,
                     key,
                     std::make_shared<const Bytes>(std::move(pending->sealed)),
                     pending->counter,
                     std::move(pending->marks),
                     evidence,
                     0,
                     0};
    return send_on();
}

std::optional<StoreStep> Synchronisation::seal_next(const bundle::Lane& lane, bool evidence) {
    const Bytes key = lane_key(lane);
    const bool evidence_waits = self_.vault.shelf(shelves::pending).get(pending_key(lane, true)).has_value();
    Exchange::Implementation::Occasion occasion;
    occasion.full = full_.contains(key) && !full_said_.contains(key);
    occasion.evidence_alone = evidence;
    // What is sealed already is on its way.
    occasion.evidence_limit = evidence_waits ? 0 : options_.evidence_limit;
    full_said_.insert(key);
    PendingBundle pending;
    Collected collected;
    bool only_evidence = false;
    self_.atomically([&] {
        self_.close_segment();
        LaneState state = self_.lane_state(lane);
        Marks base = self_.covered(lane);
        base.merge(state.offered);
        const LaneState before = state;
        occasion.late_again = occasion.full ? &base.late : nullptr;
        collected = self_.collect(lane, state, base, occasion);
        if (collected.empty()) {
            if (state.looked_at != before.looked_at || state.undecided != before.undecided) {
                self_.save_lane(lane, state);
            }
            return;
        }
        only_evidence = collected.only_evidence;
        for (const bundle::BlobChunk& chunk : collected.contents.chunks) {
            options_.evidence_limit -= std::min<std::uint64_t>(options_.evidence_limit, chunk.bytes.size());
            report.evidence_bytes += chunk.bytes.size();
        }
        bundle::Sealed sealed = self_.seal(lane, state, std::move(collected.contents));
        pending = {state.counter, collected.marks, std::move(sealed.bytes)};
        self_.save_lane(lane, state);
        shelves::put(self_.vault, shelves::pending, pending_key(lane, only_evidence), pending);
    });
    report.evidence_waits = report.evidence_waits || (evidence && collected.evidence_left);
    if (pending.sealed.empty()) {
        return std::nullopt;
    }
    report.sent.revisions += collected.revisions;
    report.sent.blobs_chunks += collected.chunks;
    upload_ = Upload{lane,
                     pending_key(lane, only_evidence),
                     std::make_shared<const Bytes>(std::move(pending.sealed)),
                     pending.counter,
                     std::move(pending.marks),
                     only_evidence,
                     0,
                     collected.records.size()};
    return send_on();
}

StoreStep Synchronisation::send_on() {
    const Listing* listing = listing_of(upload_->lane);
    return SendBundle{self_.folder_of(upload_->lane) + "/",
                      upload_->counter,
                      upload_->sealed,
                      listing == nullptr ? Listing() : *listing,
                      upload_->parts,
                      upload_->evidence ? parts_at_once : std::size_t{1} << 20,
                      upload_->records};
}

void Synchronisation::note_sent(const StoreAnswer& answer) {
    Upload upload = std::move(upload_.value());
    upload_.reset();
    upload.parts = answer.parts;
    if (!answer.complete) {
        evidence_upload_ = std::move(upload);
        return;
    }
    const bundle::PartIndex index = bundle::index_of(*upload.sealed);
    const std::string folder = self_.folder_of(upload.lane) + "/";
    StoredBundle stored{folder + bundle::index_object_name(upload.counter, index.whole), {}, upload.marks};
    for (const bundle::PartName& part : index.parts) {
        stored.parts.emplace_back(folder + bundle::part_object_name(part.hash), part.size);
    }
    self_.atomically([&] {
        LaneState state = self_.lane_state(upload.lane);
        // What was offered of the log is another matter for what was sealed on finalise: the log goes ahead by name.
        if (!upload.key.empty()) {
            state.offered.merge(upload.marks);
            self_.note_told(upload.lane, state);
            self_.vault.shelf(shelves::pending).remove(upload.key);
        } else {
            self_.note_sealed_sent(upload.counter);
        }
        state.stored.push_back(std::move(stored));
        self_.save_lane(upload.lane, state);
    });
    ++report.sent.bundles;
    report.sent.bytes += upload.sealed->size();
    if (upload.evidence && self_.vault.environment().clock.uptime_ms() - began_ms_ > options_.long_run_ms) {
        report.more = true;
    }
}

std::vector<std::string> Synchronisation::arrived_objects() {
    std::vector<std::string> names;
    for (const bundle::Lane& lane : self_.lanes()) {
        const LaneState state = self_.lane_state(lane);
        if (state.stored.empty()) {
            continue;
        }
        const Marks covered = self_.covered(lane);
        // The newest receipt says everything that those before it said.
        const bool all_said = full_.contains(lane_key(lane));
        const bool to_kit = !lane.to_team && self_.roster.device(lane.device)->kit;
        for (std::size_t i = 0; i < state.stored.size(); ++i) {
            const StoredBundle& stored = state.stored[i];
            const bool replaced =
                (to_kit || (all_said && stored.marks.holds_only_receipts())) && i + 1 < state.stored.size();
            const bool arrived = !stored.marks.holds_only_receipts() && stored.marks.within(covered);
            if ((replaced || arrived) && are_late_bodies_elsewhere(state.stored, i, self_.vault)) {
                add_objects(stored, names);
            }
        }
    }
    return names;
}

void Synchronisation::note_removed(const std::vector<std::string>& names) {
    const std::set<std::string> gone(names.begin(), names.end());
    for (const bundle::Lane& lane : self_.lanes()) {
        LaneState state = self_.lane_state(lane);
        if (std::erase_if(state.stored, [&](const StoredBundle& stored) { return gone.contains(stored.index); }) > 0) {
            self_.save_lane(lane, state);
        }
    }
}

}  // namespace fieldseal::exchange
