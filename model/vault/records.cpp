// Records: merged states, summaries, revisions, and this device's own log.
#include <algorithm>
#include <unordered_map>

#include "model/codec/canonical_archive.h"
#include "model/crypto/hash.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

namespace {

constexpr std::string_view device_key = "local_device";
/// A tail row is rewritten with each revision: kept short.
constexpr std::size_t tail_row_entries = 128;
/// One segment's bodies fit into a bundle whatever they hold.
constexpr std::size_t segment_entries = 4096;
constexpr std::size_t segment_bytes = 8u << 20;
/// Of the index of records: a damaged file may have any row number.
constexpr std::int64_t reserve_limit = 1 << 20;

}  // namespace

std::unordered_map<RecordId, Vault::Implementation::RecordEntry>& Vault::Implementation::record_rows() {
    if (!record_index) {
        std::vector<std::int64_t> broken;
        std::unordered_map<RecordId, RecordEntry> index;
        index.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(records.highest(), 0, reserve_limit)));
        records.each(
            [&index](std::int64_t row, const Bytes& plain) {
                auto summary = codec::decode<Summary>(plain, "summary");
                const RecordId id = summary.id;
                index.emplace(id, RecordEntry{row, std::move(summary)});
            },
            [&broken](std::int64_t row) { broken.push_back(row); });
        for (const std::int64_t row : broken) {
            // One bad row must not hide the others; where its state is whole, the summary follows from it.
            if (const std::optional<Bytes> state = states.find(row)) {
                Summary summary = summary_of(history::decode_merged(*state));
                const RecordId id = summary.id;
                index.emplace(id, RecordEntry{row, std::move(summary)});
            }
        }
        record_index = std::move(index);
    }
    return *record_index;
}

LogIndex& Vault::Implementation::logs() {
    if (!log_index) {
        log_index.emplace();
        segments.each([this](std::int64_t row, const Bytes& plain) {
            log_index->add(row, codec::decode<SegmentRow>(plain, "segment"));
        });
    }
    return *log_index;
}

history::Revision Vault::Implementation::decode_row(const Bytes& plain) {
    codec::Reader in(plain, "revision");
    const ByteView head = in.bytes(plain.size());
    const ByteView body = in.bytes(plain.size());
    in.expect_end();
    return history::decode_revision(head, body);
}

history::MergedRecord Vault::Implementation::load(const RecordId& id) {
    const auto found = record_rows().find(id);
    if (found == record_rows().end()) {
        return {};
    }
    const std::optional<Bytes> state = states.find(found->second.row);
    return state ? history::decode_merged(*state) : rebuild(id, found->second.row);
}

history::MergedRecord Vault::Implementation::rebuild(const RecordId& id, std::int64_t row) {
    history::MergedRecord merged;
    revisions.each(
        [&](std::int64_t at, const Bytes& plain) {
            const history::Revision revision = decode_row(plain);
            if (revision.record == id) {
                history::add(merged, revision, history::name_of(revision), at);
            }
        },
        [](std::int64_t) {});
    if (merged.empty()) {
        throw states.damaged(row);
    }
    return merged;
}

history::Revision Vault::Implementation::load_revision(std::int64_t row) {
    return decode_row(revisions.get(row));
}

LogEntry Vault::Implementation::store_revision(const history::Revision& revision, const Hash& name) {
    const Bytes body = history::encode_body(revision);
    return store_revision(history::encode_head(revision, history::hash_of_body(body)), body, name);
}

LogEntry Vault::Implementation::store_revision(ByteView head, ByteView body, const Hash& name) {
    codec::Writer out;
    out.reserve(head.size() + body.size() + 8);
    out.bytes(head);
    out.bytes(body);
    const std::int64_t row = revisions.insert(out.view());
    logs().note_revision(name, row);
    return {name, row, static_cast<std::uint32_t>(out.size())};
}

Summary Vault::Implementation::summary_of(const history::MergedRecord& merged) {
    Summary summary;
    summary.id = merged.id;
    summary.kind = merged.kind;
    const history::RevisionNote* latest = nullptr;
    const DeviceId& own = local();
    bool first = true;
    for (const history::RevisionNote& note : merged.revisions) {
        summary.created_ms = first ? note.time.wall_ms : std::min(summary.created_ms, note.time.wall_ms);
        summary.changed_ms = first ? note.time.wall_ms : std::max(summary.changed_ms, note.time.wall_ms);
        first = false;
        const auto order = [](const history::RevisionNote& each) {
            return std::tie(each.time.logical_ms, each.device, each.sequence);
        };
        if (latest == nullptr || order(*latest) < order(note)) {
            latest = &note;
        }
        if (note.device == own) {
            summary.own_sequence = std::max(summary.own_sequence, note.sequence);
        }
    }
    if (latest != nullptr) {
        summary.device = latest->device;
        summary.last_sequence = latest->sequence;
    }
    summary.revisions = static_cast<std::uint32_t>(merged.revisions.size());
    summary.conflicts = static_cast<std::uint32_t>(
        std::ranges::count_if(merged.fields, [](const auto& field) { return field.second.in_conflict(); }));
    if (summarise) {
        summarise(merged, summary);
    }
    return summary;
}

void Vault::Implementation::store_record(const history::MergedRecord& merged) {
    Summary summary = summary_of(merged);
    const Bytes encoded = codec::encode(summary);
    RecordEntry& entry = record_rows()[merged.id];
    if (entry.row == 0) {
        entry.row = records.insert(encoded);
    } else if (summary != entry.summary) {
        records.put(entry.row, encoded);
    }
    states.put(entry.row, history::encode(merged));
    entry.summary = std::move(summary);
    entry.made = ++summaries_made;
}

bool Vault::Implementation::refresh(RecordEntry& entry) {
    Summary fresh = summary_of(history::decode_merged(states.get(entry.row)));
    entry.made = ++summaries_made;
    if (fresh == entry.summary) {
        return false;
    }
    records.put(entry.row, codec::encode(fresh));
    entry.summary = std::move(fresh);
    return true;
}

void Vault::Implementation::append_to_tail(const DeviceId& owner, std::uint64_t sequence, const Hash& previous,
                                           const LogEntry& entry) {
    DeviceLog& log = logs().log(owner);
    if (!log.tail.empty()) {
        auto row = codec::decode<SegmentRow>(segments.get(log.tail.back()), "segment");
        if (row.entries.size() < tail_row_entries) {
            row.entries.push_back(entry);
            segments.put(log.tail.back(), codec::encode(row));
            log.entries[sequence] = entry;
            return;
        }
    }
    const SegmentRow fresh{owner, sequence, previous, false, {}, {entry}};
    logs().add(segments.insert(codec::encode(fresh)), fresh);
}

const DeviceId& Vault::Implementation::local() {
    static const DeviceId none;
    if (!device) {
        const auto found = shelves().find({"vault", Bytes(device_key.begin(), device_key.end())});
        if (found == shelves().end()) {
            return none;
        }
        device = DeviceId::from(shelf_values.get(found->second));
    }
    return *device;
}

Hash Vault::Implementation::append(const RecordId& record, record::Kind kind, const codec::Edits& edits,
                                   const std::vector<Hash>& parents) {
    if (local().is_zero()) {
        throw Error(
            ErrorCode::refused,
            "This vault has no device of its own yet. Create a deployment, or join one with an invitation file.");
    }
    history::MergedRecord merged = load(record);
    if (merged.empty()) {
        merged.id = record;
        merged.kind = kind;
    }
    const DeviceLog& log = logs().log(*device);
    history::Revision revision;
    revision.record = record;
    revision.kind = kind;
    revision.device = *device;
    revision.sequence = 1;
    if (!log.entries.empty()) {
        revision.sequence = log.entries.rbegin()->first + 1;
        revision.previous = log.entries.rbegin()->second.name;
    }
    revision.parents = parents;
    std::ranges::sort(revision.parents);
    revision.time.wall_ms = environment.clock.wall_ms();
    revision.time.uptime_ms = environment.clock.uptime_ms();
    std::vector<std::int64_t> seen;
    for (const history::RevisionNote& note : merged.revisions) {
        if (std::ranges::binary_search(revision.parents, note.name)) {
            seen.push_back(note.time.logical_ms);
        }
    }
    revision.time.logical_ms = history::logical_time(revision.time.wall_ms, seen);
    revision.salt = environment.random.id<history::RevisionSalt>();
    revision.edits = codec::normalised(edits);
    const Hash name = history::name_of(revision);
    const LogEntry entry = store_revision(revision, name);
    history::add(merged, revision, name, entry.row);
    store_record(merged);
    append_to_tail(*device, revision.sequence, revision.previous, entry);
    return name;
}

std::vector<Summary> Vault::summaries() {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        std::vector<Summary> result;
        result.reserve(self.record_rows().size());
        for (const auto& [id, entry] : self.record_rows()) {
            result.push_back(entry.summary);
        }
        return result;
    });
}

void Vault::each_summary(const std::function<void(const Summary&)>& visit) {
    Implementation& self = *implementation_;
    guarded(self.path, [&] {
        for (const auto& [id, entry] : self.record_rows()) {
            visit(entry.summary);
        }
    });
}

std::optional<Summary> Vault::summary(const RecordId& id) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&]() -> std::optional<Summary> {
        const auto found = self.record_rows().find(id);
        return found == self.record_rows().end() ? std::nullopt : std::optional(found->second.summary);
    });
}

void Vault::refresh_summaries(const Progress& progress) {
    Implementation& self = *implementation_;
    guarded(self.path, [&] {
        Transaction transaction(*this);
        std::uint64_t done = 0;
        for (auto& [id, entry] : self.record_rows()) {
            if (progress && ++done % 256 == 0 && !progress(done, self.record_rows().size())) {
                throw Error(ErrorCode::cancelled, "Cancelled; the lists show what they showed before.");
            }
            self.refresh(entry);
        }
        transaction.commit();
    });
}

std::vector<RecordId> Vault::refresh_parts_of(std::span<const RecordId> parents) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        // A summary made after its parent's knew the parent as it is: after an import that brings sites with their
        // visits, nothing is left to do.
        std::unordered_map<RecordId, std::uint64_t> wanted;
        for (const RecordId& parent : parents) {
            const auto found = self.record_rows().find(parent);
            wanted.emplace(parent, found == self.record_rows().end() ? ~std::uint64_t{0} : found->second.made);
        }
        std::vector<RecordId> changed;
        Transaction transaction(*this);
        for (auto& [id, entry] : self.record_rows()) {
            const auto parent = wanted.find(entry.summary.parent);
            if (parent != wanted.end() && entry.made <= parent->second && self.refresh(entry)) {
                changed.push_back(id);
            }
        }
        transaction.commit();
        return changed;
    });
}

history::MergedRecord Vault::merged(const RecordId& id) {
    return guarded(implementation_->path, [&] { return implementation_->load(id); });
}

std::optional<history::Revision> Vault::revision(const Hash& name) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&]() -> std::optional<history::Revision> {
        const std::int64_t row = self.logs().row_of(name);
        return row == 0 ? std::nullopt : std::optional(self.load_revision(row));
    });
}

std::vector<history::Revision> Vault::revisions(const RecordId& id) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        std::vector<history::Revision> result;
        for (const history::RevisionNote& note : self.load(id).revisions) {
            result.push_back(self.load_revision(note.row));
        }
        return result;
    });
}

std::vector<RecordId> Vault::find_records(std::string_view hex_prefix) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        std::vector<RecordId> result;
        for (const auto& [id, entry] : self.record_rows()) {
            if (id.hex().starts_with(hex_prefix)) {
                result.push_back(id);
            }
        }
        std::ranges::sort(result);
        return result;
    });
}

std::vector<Hash> Vault::find_revisions(std::string_view hex_prefix) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        std::vector<Hash> result;
        for (const auto& [name, row] : self.logs().revisions()) {
            if (name.hex().starts_with(hex_prefix)) {
                result.push_back(name);
            }
        }
        std::ranges::sort(result);
        return result;
    });
}

void Vault::set_local_device(const DeviceId& device) {
    if (const std::optional<DeviceId> known = local_device()) {
        if (*known != device) {
            throw Error(ErrorCode::refused, "This vault belongs to another device already.");
        }
        return;
    }
    shelf("vault").put(device_key, device.view());
    implementation_->device = device;
}

std::optional<DeviceId> Vault::local_device() {
    const std::optional<Bytes> stored = shelf("vault").get(device_key);
    return stored && stored->size() == DeviceId::size ? std::optional(DeviceId::from(*stored)) : std::nullopt;
}

Hash Vault::append(const RecordId& record, record::Kind kind, const codec::Edits& edits,
                   const std::vector<Hash>& parents) {
    return guarded(implementation_->path, [&] {
        Transaction transaction(*this);
        const Hash name = implementation_->append(record, kind, edits, parents);
        transaction.commit();
        return name;
    });
}

std::optional<history::LogSegment> Vault::close_segment(const DeploymentId& deployment, const crypto::SigningKey& key) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&]() -> std::optional<history::LogSegment> {
        const DeviceId device = crypto::device_of(key.verify_key());
        const std::vector<std::int64_t> tail = self.logs().log(device).tail;
        if (tail.empty()) {
            return std::nullopt;
        }
        Transaction transaction(*this);
        SegmentRow open;
        std::vector<SegmentRow> runs;
        std::size_t bytes = 0;
        for (const std::int64_t row : tail) {
            const auto part = codec::decode<SegmentRow>(self.segments.get(row), "segment");
            std::uint64_t sequence = part.first;
            Hash previous = part.previous;
            for (const LogEntry& entry : part.entries) {
                if (runs.empty() || runs.back().entries.size() == segment_entries ||
                    bytes + entry.size > segment_bytes) {
                    runs.push_back({device, sequence, previous, true, {}, {}});
                    bytes = 0;
                }
                runs.back().entries.push_back(entry);
                bytes += entry.size;
                previous = entry.name;
                ++sequence;
            }
            self.segments.remove(row);
        }
        std::optional<history::LogSegment> last;
        DeviceLog& log = self.logs().log(device);
        log.tail.clear();
        for (SegmentRow& run : runs) {
            history::LogSegment segment{device, run.first, run.previous, {}, {}};
            for (const LogEntry& entry : run.entries) {
                segment.revisions.push_back(entry.name);
            }
            history::sign_segment(segment, deployment, key);
            run.signature = segment.signature;
            self.logs().add(self.segments.insert(codec::encode(run)), run);
            last = std::move(segment);
        }
        transaction.commit();
        return last;
    });
}

}  // namespace fieldseal::vault
