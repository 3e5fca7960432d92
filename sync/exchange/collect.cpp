// What goes into the next bundle of a lane. Answers first, evidence after them.
#include <algorithm>

#include "model/codec/flatten.h"
#include "model/record/owners.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/reader_scope.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

namespace {

/// Bodies for an assessor are left out where they are not for them, so that a receipt counts names: what belongs
/// together travels together.
constexpr std::size_t device_lane_budget = 24u << 20;
/// Beside items: these must not wait for photos.
constexpr std::size_t chunks_beside_items = 1u << 20;

std::size_t estimated_size(const history::Revision& revision) {
    std::size_t size = 128 + 33 * revision.parents.size();
    for (const auto& [path, value] : revision.edits) {
        size += path.size() + 16;
        if (value) {
            if (const auto* text = std::get_if<std::string>(&*value)) {
                size += text->size();
            } else if (const auto* bytes = std::get_if<Bytes>(&*value)) {
                size += bytes->size();
            }
        }
    }
    return size;
}

std::uint64_t mark_of(const std::map<DeviceId, std::uint64_t>& marks, const DeviceId& device) {
    const auto found = marks.find(device);
    return found == marks.end() ? 0 : found->second;
}

std::size_t items_size(const Collected& collected) {
    std::size_t size = 0;
    for (const bundle::Item& item : collected.contents.items) {
        size += item.body.size();
    }
    return size;
}

void add_item(Collected& into, bundle::ItemType type, Bytes body) {
    into.contents.items.push_back({static_cast<std::uint64_t>(type), std::move(body)});
}

void add_log(Collected& into, const LogItem& item) {
    for (const std::optional<history::Revision>& body : item.bodies) {
        if (body) {
            into.records.insert(body->record);
        }
    }
    add_item(into, bundle::ItemType::segment, encode(item));
}

}  // namespace

Collected Exchange::Implementation::collect(const bundle::Lane& lane, LaneState& state, const Marks& base,
                                            Occasion occasion) {
    Collected collected;
    const bool coordinates = deployment.own_role == team::Role::coordinator && enrolled();
    if (!base.enrolment && lane.to_team) {
        if (const std::optional<Bytes> enrolment = vault.shelf(shelves::deployment).get("enrolment")) {
            add_item(collected, bundle::ItemType::enrolment, *enrolment);
            collected.marks.enrolment = true;
        }
    }
    const team::RosterDevice* reader = lane.to_team ? nullptr : roster.device(lane.device);
    // Others send the roster only to a coordinator that nobody has heard of: restored from a kit, it may have an old
    // one.
    if ((coordinates || enrolled()) && base.roster_version < roster.version) {
        for (Bytes& forgotten : forgotten_words(lane)) {
            add_item(collected, bundle::ItemType::roster, std::move(forgotten));
        }
        for (Bytes& turning_point : turning_points_after(base.roster_version)) {
            add_item(collected, bundle::ItemType::roster, std::move(turning_point));
        }
        add_item(collected, bundle::ItemType::roster, team::encode(roster));
        collected.marks.roster_version = roster.version;
    }
    if (reader != nullptr && (reader->revoked || reader->kit)) {
        return collected;
    }
    const bool apart = reader != nullptr && is_sent_apart(lane.device);
    if (coordinates && (lane.to_team || apart)) {
        for (const Bytes& hash : vault.shelf(shelves::questionnaires).keys()) {
            if (!base.questionnaires.contains(Hash::from(hash))) {
                add_item(collected, bundle::ItemType::questionnaire,
                         vault.shelf(shelves::questionnaires).get(hash).value());
                collected.marks.questionnaires[Hash::from(hash)] = true;
            }
        }
    }
    bool all_logs = true;
    if (apart) {
        all_logs = collect_apart(*reader, state, base, occasion, collected);
    } else if (lane.to_team) {
        std::vector<DeviceId> devices{own_device};
        if (relays()) {
            devices.clear();
            for (const team::RosterDevice& device : roster.devices) {
                devices.push_back(device.device);
            }
        }
        all_logs = collect_whole_logs(devices, base, collected);
    }
    if (lane.to_team || apart) {
        collect_receipt(lane, state, base, occasion.full, collected);
    }
    // Chunks are only taken by a reader that knows the evidence they belong to.
    if (all_logs && lane.to_team) {
        collect_evidence(base, nullptr, occasion, collected);
    } else if (all_logs && apart && roster.role_of(lane.device) != team::Role::assessor) {
        ReaderScope scope = scope_of(*reader);
        collect_evidence(base, &scope, occasion, collected);
    }
    collected.only_evidence = collected.contents.items.empty() && !collected.contents.chunks.empty();
    if (!collected.empty() && lane.to_team && roster.device(own_device) == nullptr && !collected.marks.enrolment) {
        // Until the roster has this device, whichever bundle comes first must prove it.
        if (const std::optional<Bytes> enrolment = vault.shelf(shelves::deployment).get("enrolment")) {
            add_item(collected, bundle::ItemType::enrolment, *enrolment);
        }
    }
    return collected;
}

bool Exchange::Implementation::collect_whole_logs(const std::vector<DeviceId>& devices, const Marks& base,
                                                  Collected& into) {
    std::size_t size = items_size(into);
    for (const DeviceId& device : devices) {
        std::uint64_t mark = mark_of(base.logs, device);
        const std::uint64_t reach = handed_on_up_to(device);
        if (mark >= reach) {
            continue;
        }
        for (history::LogSegment& segment : vault.segments(device, mark + 1)) {
            if (segment.last() <= mark || segment.first > reach) {
                continue;
            }
            LogItem item{std::move(segment), {}, {}};
            item.bodies.resize(item.segment.revisions.size());
            // What is before a hole does not wait for what is behind it in one segment.
            const std::uint64_t last = std::min(item.segment.last(), reach);
            const std::uint64_t before = mark;
            while (mark < last && size < items_budget) {
                const std::size_t place = mark + 1 < item.segment.first ? 0 : mark + 1 - item.segment.first;
                item.bodies[place] = vault.revision(item.segment.revisions[place]);
                size += 40 + (item.bodies[place] ? estimated_size(*item.bodies[place]) : 0);
                mark = item.segment.first + place;
                ++into.revisions;
            }
            if (mark == before) {
                return false;
            }
            into.marks.logs[device] = mark;
            const bool whole = mark == last;
            add_log(into, item);
            if (!whole) {
                return false;
            }
        }
    }
    return true;
}

void Exchange::Implementation::each_run_with(const DeviceId& device, std::set<std::uint64_t> places,
                                             const std::function<void(LogItem, std::size_t)>& take) {
    if (places.empty()) {
        return;
    }
    for (const history::LogSegment& segment : vault.segments(device, *places.begin())) {
        auto place = places.lower_bound(segment.first);
        while (place != places.end() && *place <= segment.last()) {
            LogItem item{segment, {}, {}};
            item.bodies.resize(segment.revisions.size());
            std::size_t size = 0;
            while (place != places.end() && *place <= segment.last() && size < items_budget) {
                const auto index = static_cast<std::size_t>(*place - segment.first);
                item.bodies[index] = vault.revision(segment.revisions[index]);
                size += item.bodies[index] ? estimated_size(*item.bodies[index]) : 0;
                place = places.erase(place);
            }
            if (size > 0) {
                take(std::move(item), size);
            }
        }
    }
}

std::optional<RecordId> Exchange::Implementation::returned_by(const history::Revision& revision) {
    if (revision.kind != record::Kind::review) {
        return std::nullopt;
    }
    const auto review = codec::unflatten<record::Review>(vault.merged(revision.record).values());
    return review.verdict == record::Verdict::give_back ? std::optional(review.assessment) : std::nullopt;
}

std::size_t Exchange::Implementation::bring_back(const std::set<RecordId>& assessments, std::size_t budget,
                                                 Collected& into) {
    if (assessments.empty()) {
        return 0;
    }
    std::set<RecordId> records = assessments;
    for (const RecordId& assessment : assessments) {
        records.insert(codec::unflatten<record::Assessment>(vault.merged(assessment).values()).site);
    }
    vault.each_summary([&](const vault::Summary& summary) {
        if (record::is_part(summary.kind)) {
            // The summary says it where somebody made summaries; opening every record would take long.
            const bool said = !summary.parent.is_zero() && summary.kind != record::Kind::pledge;
            const std::optional<RecordId> assessment = said ? std::optional(summary.parent) : owner_of(summary.id);
            if (assessment && assessments.contains(*assessment)) {
                records.insert(summary.id);
            }
        }
    });
    std::map<DeviceId, std::set<std::uint64_t>> places;
    for (const RecordId& record : records) {
        for (const history::RevisionNote& note : vault.merged(record).revisions) {
            places[note.device].insert(note.sequence);
        }
    }
    std::size_t total = 0;
    for (auto& [device, wanted] : places) {
        each_run_with(device, std::move(wanted), [&](const LogItem& item, std::size_t size) {
            if (total < budget) {
                total += size;
                into.revisions += static_cast<std::uint64_t>(
                    std::ranges::count_if(item.bodies, [](const auto& body) { return body.has_value(); }));
                add_log(into, item);
            }
        });
    }
    return total;
}

ReaderScope Exchange::Implementation::scope_of(const team::RosterDevice& reader) {
    const auto places_of = [this](const RecordId& record) { return places_erased_on_request(record); };
    const auto hold = std::ranges::find(roster.holds, reader.invite, &team::HistoryHold::invite);
    if (roster.role_of(reader.device) == team::Role::assessor || hold == roster.holds.end()) {
        return ReaderScope(vault, roster, reader.person, places_of);
    }
    std::vector<const crypto::BoxKeyPair*> keys_held;
    for (const auto& [number, pair] : team_keys) {
        keys_held.push_back(&pair);
    }
    for (const crypto::BoxKeyPair& pair : stray_team_keys) {
        keys_held.push_back(&pair);
    }
    return ReaderScope(vault, roster, team::open_starts(*hold, keys_held), places_of);
}

bool Exchange::Implementation::collect_late(ReaderScope& scope, LaneState& state, const Marks& base,
                                            const Occasion& occasion, Collected& into,
                                            const std::function<void(const history::Revision&)>& note) {
    std::map<LogPlace, bool> waiting = state.undecided;
    if (occasion.late_again != nullptr) {
        // No receipt speaks of them: a stick, or a bundle that is to replace others, holds them again.
        waiting.insert(occasion.late_again->begin(), occasion.late_again->end());
    }
    if (occasion.exporting) {
        // What is on this stick already.
        std::erase_if(waiting, [&](const auto& place) { return base.late.contains(place.first); });
    }
    std::size_t size = 0;
    std::map<DeviceId, std::set<std::uint64_t>> inside;
    bool fits = true;
    const auto is_again = [&](const LogPlace& place) {
        return occasion.late_again != nullptr && occasion.late_again->contains(place);
    };
    for (const auto& [place, flag] : waiting) {
        if (size > device_lane_budget && !is_again(place)) {
            fits = false;
            continue;
        }
        const auto& [device, sequence] = place;
        const std::optional<Hash> name = vault.log_entry(device, sequence);
        const std::optional<history::Revision> revision = name ? vault.revision(*name) : std::nullopt;
        const Scope verdict = revision ? scope.of(*revision) : Scope::undecided;
        if (verdict == Scope::undecided) {
            continue;
        }
        if (verdict == Scope::inside && mark_of(base.logs, device) < sequence) {
            // The log was kept back as a whole; below it is looked at again.
            state.looked_at.erase(device);
        } else if (verdict == Scope::inside) {
            size += estimated_size(*revision);
            inside[device].insert(sequence);
            into.marks.late[place] = true;
            note(*revision);
        }
        if (!occasion.exporting) {
            state.undecided.erase(place);
        }
    }
    for (auto& [device, places] : inside) {
        into.revisions += places.size();
        each_run_with(device, std::move(places), [&](const LogItem& item, std::size_t) { add_log(into, item); });
    }
    into.marks.all_late = occasion.late_again != nullptr;
    return fits;
}

bool Exchange::Implementation::collect_apart(const team::RosterDevice& reader, LaneState& state, const Marks& base,
                                             Occasion occasion, Collected& into) {
    ReaderScope scope = scope_of(reader);
    std::set<RecordId> returned;
    const bool to_assessor = roster.role_of(reader.device) == team::Role::assessor;
    const auto note_returned = [&](const history::Revision& revision) {
        if (const std::optional<RecordId> back = to_assessor ? returned_by(revision) : std::nullopt) {
            returned.insert(*back);
        }
    };
    if (!collect_late(scope, state, base, occasion, into, note_returned)) {
        bring_back(returned, device_lane_budget, into);
        return false;
    }
    std::size_t size = items_size(into);
    for (const team::RosterDevice& author : roster.devices) {
        if (author.device == reader.device) {
            continue;
        }
        const std::uint64_t reach = handed_on_up_to(author.device);
        const std::uint64_t mark = mark_of(base.logs, author.device);
        if (std::max(mark, mark_of(state.looked_at, author.device)) >= reach) {
            continue;
        }
        std::vector<LogItem> items;
        std::map<std::pair<DeviceId, std::uint64_t>, bool> undecided;
        std::uint64_t reached = mark;
        std::uint64_t inside = 0;
        std::size_t items_bytes = 0;
        for (history::LogSegment& segment : vault.segments(author.device, mark + 1)) {
            // A body that comes later than its name travels alone then: offer_again().
            if (segment.last() <= reached || segment.first > reach) {
                continue;
            }
            LogItem item{std::move(segment), {}, {}};
            item.bodies.resize(item.segment.revisions.size());
            for (std::size_t i = 0; i < item.bodies.size(); ++i) {
                const std::uint64_t sequence = item.segment.first + i;
                std::optional<history::Revision> revision =
                    sequence > mark ? vault.revision(item.segment.revisions[i]) : std::nullopt;
                items_bytes += 33;
                const Scope verdict = revision ? scope.of(*revision) : Scope::outside;
                if (verdict == Scope::undecided) {
                    undecided[{author.device, sequence}] = true;
                } else if (verdict == Scope::inside) {
                    items_bytes += estimated_size(*revision);
                    note_returned(*revision);
                    item.bodies[i] = std::move(revision);
                    ++inside;
                }
            }
            reached = item.segment.last();
            items.push_back(std::move(item));
            if (size + items_bytes > device_lane_budget) {
                break;
            }
        }
        state.undecided.insert(undecided.begin(), undecided.end());
        if (inside == 0) {
            // Nothing for this reader: not even that the log has grown.
            state.looked_at[author.device] = reached;
            continue;
        }
        for (const LogItem& item : items) {
            add_log(into, item);
        }
        into.revisions += inside;
        into.marks.logs[author.device] = reached;
        size += items_bytes;
        if (size > device_lane_budget) {
            bring_back(returned, device_lane_budget, into);
            return false;
        }
    }
    bring_back(returned, device_lane_budget, into);
    return true;
}

void Exchange::Implementation::collect_receipt(const bundle::Lane& lane, const LaneState& state, const Marks& base,
                                               bool full, Collected& into) {
    Receipt receipt;
    receipt.deployment = deployment.id;
    receipt.issuer = own_device;
    receipt.roster_version = roster.version;
    const bool in_team = team::in_team(deployment.own_role);
    std::map<DeviceId, std::uint64_t> logs;
    for (const vault::LogExtent& log : vault.logs()) {
        // Assessors may lack bodies by intention, the team may not.
        const std::uint64_t up_to = in_team && !is_held_back() ? complete_up_to(log.device) : log.contiguous;
        if (log.device != own_device && (lane.to_team || log.device == lane.device) && up_to > 0) {
            logs[log.device] = up_to;
        }
    }
    bool due = state.receipt_owed ||
               (lane.to_team && base.receipt_roster < roster.version && roster.device(own_device) != nullptr);
    for (const auto& [device, up_to] : logs) {
        due = due || mark_of(base.receipt_logs, device) < up_to;
    }
    const bool all = full || state.receipt_owed;
    if (in_team) {
        for (const Bytes& key : vault.shelf(shelves::contents).keys()) {
            const Hash content = Hash::from(key);
            if (!all && base.receipt_blobs.contains(content)) {
                continue;
            }
            const std::vector<ContentUse> uses = uses_of(content);
            const bool concerns = std::any_of(uses.begin(), uses.end(), [&](const ContentUse& use) {
                return use.device != own_device && (lane.to_team || use.device == lane.device);
            });
            const std::optional<vault::BlobInfo> blob = concerns ? vault.blob(content) : std::nullopt;
            if (blob && blob->complete()) {
                receipt.blobs.push_back(content);
                due = due || !base.receipt_blobs.contains(content);
            }
        }
    }
    if (!due && !(full && !into.empty())) {
        return;
    }
    if (logs.empty() && receipt.blobs.empty() && !lane.to_team) {
        return;
    }
    for (const auto& [device, up_to] : logs) {
        receipt.logs.push_back({device, up_to, start_of(vault.log_entry(device, up_to).value())});
    }
    std::sort(receipt.blobs.begin(), receipt.blobs.end());
    receipt.issued_ms = now();
    sign(receipt, keys.signing);
    add_item(into, bundle::ItemType::receipt, encode(receipt));
    into.marks.receipt_logs = std::move(logs);
    into.marks.receipt_roster = roster.version;
    for (const Hash& content : receipt.blobs) {
        into.marks.receipt_blobs[content] = true;
    }
}

void Exchange::Implementation::collect_evidence(const Marks& base, ReaderScope* scope, const Occasion& occasion,
                                                Collected& into) {
    const bool alone = into.contents.items.empty();
    if (alone && !occasion.evidence_alone) {
        return;
    }
    std::vector<vault::BlobInfo> blobs;
    for (const Bytes& key : vault.shelf(shelves::contents).keys()) {
        const Hash content = Hash::from(key);
        const auto mark = base.blobs.find(content);
        const std::optional<vault::BlobInfo> blob = vault.blob(content);
        if (!blob || !blob->complete() || (mark != base.blobs.end() && mark->second >= chunk_count(blob->size))) {
            continue;
        }
        const std::vector<ContentUse> uses = uses_of(content);
        const bool wanted = std::any_of(uses.begin(), uses.end(), [&](const ContentUse& use) {
            return scope != nullptr ? scope->of_part(use.evidence) == Scope::inside
                   : relays()       ? roster.device(use.device) != nullptr
                                    : use.device == own_device && !is_removed(use.evidence);
        });
        if (wanted) {
            blobs.push_back(*blob);
        }
    }
    std::sort(blobs.begin(), blobs.end(), [](const vault::BlobInfo& a, const vault::BlobInfo& b) {
        return std::pair(a.size, a.content) < std::pair(b.size, b.content);
    });
    const std::size_t budget = alone ? chunks_budget : chunks_beside_items;
    std::size_t size = 0;
    for (const vault::BlobInfo& blob : blobs) {
        const auto mark = base.blobs.find(blob.content);
        for (std::uint32_t index = mark == base.blobs.end() ? 0 : mark->second; index < chunk_count(blob.size);
             ++index) {
            std::optional<Bytes> bytes = vault.blob_chunk(blob.content, index);
            if (!bytes) {
                break;  // `verify` names what is damaged; the rest must not wait for it
            }
            if (size + bytes->size() > std::min<std::uint64_t>(budget, occasion.evidence_limit)) {
                into.evidence_left = size + bytes->size() <= budget;
                return;
            }
            size += bytes->size();
            into.contents.chunks.push_back({blob.content, blob.size, index, std::move(*bytes)});
            into.marks.blobs[blob.content] = index + 1;
            ++into.chunks;
        }
    }
}

}  // namespace fieldseal::exchange
