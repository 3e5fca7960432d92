// All logs: what is known of them, and taking in what arrived.
#include <algorithm>
#include <unordered_set>

#include "model/codec/canonical_archive.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

namespace {

/// Some ten megabytes of records: what an import holds in memory does not grow with what it brings.
constexpr std::size_t held_limit = 50'000;

}  // namespace

std::vector<LogExtent> Vault::logs() {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        std::vector<LogExtent> result;
        for (const auto& [device, log] : self.logs().logs()) {
            if (log.entries.empty()) {
                continue;
            }
            LogExtent extent{device, 0, log.entries.rbegin()->first, {}};
            if (log.entries.size() == extent.highest) {
                // Numbers from 1 on, each once: nothing is missing. Asked at every import, however long the logs are.
                extent.contiguous = extent.highest;
                result.push_back(std::move(extent));
                continue;
            }
            std::uint64_t expected = 1;
            for (const auto& [sequence, entry] : log.entries) {
                if (sequence != expected) {
                    extent.missing.emplace_back(expected, sequence - 1);
                }
                expected = sequence + 1;
            }
            extent.contiguous = extent.missing.empty() ? extent.highest : extent.missing.front().first - 1;
            result.push_back(std::move(extent));
        }
        std::ranges::sort(result, {}, &LogExtent::device);
        return result;
    });
}

std::vector<history::LogSegment> Vault::segments(const DeviceId& device, std::uint64_t from) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        std::vector<history::LogSegment> result;
        const DeviceLog* log = self.logs().find(device);
        if (log == nullptr) {
            return result;
        }
        for (const auto& [run, row] : log->segments) {
            if (run.first + run.second <= from) {
                continue;
            }
            const auto stored = codec::decode<SegmentRow>(self.segments.get(row), "segment");
            history::LogSegment segment{device, stored.first, stored.previous, {}, stored.signature};
            for (const LogEntry& entry : stored.entries) {
                segment.revisions.push_back(entry.name);
            }
            result.push_back(std::move(segment));
        }
        return result;
    });
}

std::optional<Hash> Vault::log_entry(const DeviceId& device, std::uint64_t sequence) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&]() -> std::optional<Hash> {
        const DeviceLog* log = self.logs().find(device);
        if (log == nullptr) {
            return std::nullopt;
        }
        const auto found = log->entries.find(sequence);
        return found == log->entries.end() ? std::nullopt : std::optional(found->second.name);
    });
}

bool Vault::has_body(const DeviceId& device, std::uint64_t sequence) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        const DeviceLog* log = self.logs().find(device);
        if (log == nullptr) {
            return false;
        }
        const auto found = log->entries.find(sequence);
        return found != log->entries.end() && found->second.row != 0;
    });
}

struct Vault::Intake::State {
    explicit State(Vault& owner) : vault(owner), self(*owner.implementation_) {}

    Vault& vault;
    Implementation& self;
    /// Records being changed: loaded once, written once, unless so much lies between two revisions of one that it was
    /// written meanwhile.
    std::unordered_map<RecordId, history::MergedRecord> touched;
    std::vector<RecordId> unwritten;
    /// Fields taken in since records were last written.
    std::size_t held = 0;
    std::vector<RecordId> order;
    std::vector<RecordId> fresh;
    std::unordered_set<RecordId> seen;
    std::uint64_t added = 0;

    history::MergedRecord& record(const RecordId& id, record::Kind kind) {
        const auto found = touched.find(id);
        if (found != touched.end()) {
            return found->second;
        }
        history::MergedRecord merged = self.load(id);
        const bool is_new = merged.empty();
        if (is_new) {
            merged.id = id;
            merged.kind = kind;
        }
        unwritten.push_back(id);
        if (seen.insert(id).second) {
            order.push_back(id);
            if (is_new) {
                fresh.push_back(id);
            }
        }
        return touched.emplace(id, std::move(merged)).first->second;
    }

    void write() {
        // Sites first: their visits are scored by what they say.
        std::ranges::stable_partition(
            unwritten, [&](const RecordId& id) { return touched.find(id)->second.kind == record::Kind::site; });
        for (const RecordId& id : unwritten) {
            const auto found = touched.find(id);
            self.store_record(found->second);
            touched.erase(found);
        }
        unwritten.clear();
        held = 0;
    }

    /// What the record is known as, or nothing.
    std::optional<record::Kind> known_kind(const RecordId& id) {
        const auto found = touched.find(id);
        if (found != touched.end() && !found->second.empty()) {
            return found->second.kind;
        }
        const auto row = self.record_rows().find(id);
        return row == self.record_rows().end() ? std::nullopt : std::optional(row->second.summary.kind);
    }

    /// Whether the run continues what is known before it, and what is known in and after it continues the run.
    static bool joins(const DeviceLog& log, const history::LogSegment& segment) {
        const auto before = log.entries.find(segment.first - 1);
        if (before != log.entries.end() && before->second.name != segment.previous) {
            return false;
        }
        for (auto run = log.previous.lower_bound(segment.first);
             run != log.previous.end() && run->first <= segment.last() + 1; ++run) {
            const Hash& expected = run->first == segment.first
                                       ? segment.previous
                                       : segment.revisions[static_cast<std::size_t>(run->first - segment.first - 1)];
            if (run->second != expected) {
                return false;
            }
        }
        return true;
    }

    /// Looks before anything is taken.
    Accepted look(const history::LogSegment& segment, std::span<const std::optional<history::Revision>> bodies) {
        const DeviceLog& log = self.logs().log(segment.device);
        bool anything_new = false;
        for (std::size_t i = 0; i < segment.revisions.size(); ++i) {
            const auto known = log.entries.find(segment.first + i);
            if (known == log.entries.end()) {
                anything_new = true;
            } else if (known->second.name != segment.revisions[i]) {
                return Accepted::forked;
            } else if (known->second.row == 0 && bodies[i]) {
                anything_new = true;
            }
        }
        if (!joins(log, segment)) {
            return Accepted::broken;
        }
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            const Hash& before = i == 0 ? segment.previous : segment.revisions[i - 1];
            if (bodies[i] && (bodies[i]->device != segment.device || bodies[i]->sequence != segment.first + i ||
                              bodies[i]->previous != before)) {
                return Accepted::broken;
            }
        }
        std::unordered_map<RecordId, record::Kind> kinds;
        for (const std::optional<history::Revision>& body : bodies) {
            if (!body) {
                continue;
            }
            const record::Kind kind =
                kinds.emplace(body->record, known_kind(body->record).value_or(body->kind)).first->second;
            if (kind != body->kind) {
                return Accepted::broken;
            }
        }
        // A run already known, but now under a signature that was not here, is kept for those who get it from us.
        const bool run_known = log.segments.contains({segment.first, segment.revisions.size()});
        return anything_new || !run_known ? Accepted::added : Accepted::known;
    }

    /// Body is an optional revision: a constant one is copied from, another moved.
    template <class Body>
    Accepted add(const history::LogSegment& segment, std::span<Body> bodies,
                 std::span<const history::EncodedRevision> encoded) {
        if (segment.revisions.empty() || segment.first == 0 || bodies.size() != segment.revisions.size()) {
            return Accepted::broken;
        }
        const Accepted verdict = look(segment, bodies);
        if (verdict != Accepted::added) {
            return verdict;
        }
        DeviceLog& log = self.logs().log(segment.device);
        SegmentRow row{segment.device, segment.first, segment.previous, true, segment.signature, {}};
        const std::uint64_t before = added;
        for (std::size_t i = 0; i < segment.revisions.size(); ++i) {
            const auto known = log.entries.find(segment.first + i);
            LogEntry entry = known == log.entries.end() ? LogEntry{segment.revisions[i], 0, 0} : known->second;
            if (entry.row == 0 && bodies[i]) {
                entry = encoded.empty() ? self.store_revision(*bodies[i], segment.revisions[i])
                                        : self.store_revision(encoded[i].head, encoded[i].body, segment.revisions[i]);
                held += bodies[i]->edits.size();
                history::add(record(bodies[i]->record, bodies[i]->kind), *std::move(bodies[i]), segment.revisions[i],
                             entry.row);
                ++added;
                if (held > held_limit) {
                    write();
                }
                if (known != log.entries.end()) {
                    known->second = entry;
                }
            }
            row.entries.push_back(entry);
        }
        const auto same = log.segments.find({segment.first, segment.revisions.size()});
        if (same != log.segments.end()) {
            self.segments.put(same->second, codec::encode(row));
        } else {
            self.logs().add(self.segments.insert(codec::encode(row)), row);
        }
        return added > before || same == log.segments.end() ? Accepted::added : Accepted::known;
    }
};

Vault::Intake::Intake(Vault& vault) : state_(std::make_unique<State>(vault)) {}

Vault::Intake::~Intake() = default;

Accepted Vault::Intake::add(const history::LogSegment& segment,
                            std::span<const std::optional<history::Revision>> bodies) {
    return guarded(state_->self.path, [&] {
        // Where this fails half-way, the transaction that the intake lives in must not be committed.
        Transaction transaction(state_->vault);
        const Accepted accepted = state_->add(segment, bodies, {});
        transaction.commit();
        return accepted;
    });
}

Accepted Vault::Intake::take(const history::LogSegment& segment, std::span<std::optional<history::Revision>> bodies,
                             std::span<const history::EncodedRevision> encoded) {
    return guarded(state_->self.path, [&] {
        Transaction transaction(state_->vault);
        const Accepted accepted = state_->add(segment, bodies, encoded);
        transaction.commit();
        return accepted;
    });
}

void Vault::Intake::finish() {
    guarded(state_->self.path, [&] { state_->write(); });
}

std::uint64_t Vault::Intake::added_revisions() const {
    return state_->added;
}

const std::vector<RecordId>& Vault::Intake::touched_records() const {
    return state_->order;
}

const std::vector<RecordId>& Vault::Intake::new_records() const {
    return state_->fresh;
}

}  // namespace fieldseal::vault
