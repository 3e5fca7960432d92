// Opens everything, rebuilds every state from the logs and compares.
#include <algorithm>
#include <set>

#include "model/codec/canonical_archive.h"
#include "model/crypto/hash.h"
#include "model/vault/implementation.h"

namespace fieldseal::vault {

namespace {

using KeyOf = std::function<std::optional<crypto::VerifyKey>(const DeviceId&)>;

std::string short_name(const DeviceId& device) {
    return device.hex().substr(0, 8);
}

}  // namespace

class Verification {
  public:
    Verification(Vault::Implementation& vault, const DeploymentId& deployment, const KeyOf& key_of,
                 const Progress& progress)
        : self_(vault), deployment_(deployment), key_of_(key_of), progress_(progress) {}

    VerifyReport run() {
        check_database();
        total_ = self_.revisions.count() + self_.segments.count() + self_.records.count() + self_.chunks.count();
        check_small_tables();
        read_revisions();
        check_segments();
        check_records();
        check_blobs();
        check_counts();
        return std::move(report_);
    }

  private:
    void find(Finding::Kind kind, std::string place, std::string reason) {
        report_.findings.push_back({kind, std::move(place), std::move(reason)});
    }

    void step() {
        ++report_.rows;
        if (progress_ && report_.rows % 256 == 0 && !progress_(report_.rows, std::max(total_, report_.rows))) {
            throw Error(ErrorCode::cancelled,
                        "Cancelled; what was checked so far is not enough to say that the vault is sound.");
        }
    }

    /// Visits every row; one that does not open, or does not decode, is a finding.
    template <class Visit>
    void rows(SealedTable& table, Visit visit) {
        try {
            open_rows(table, visit);
        } catch (const SQLite::Exception& error) {
            find(Finding::Kind::database, table.name(), error.getErrorStr());
        }
    }

    template <class Visit>
    void open_rows(SealedTable& table, Visit visit) {
        const auto place = [&table](std::int64_t row) { return table.name() + " " + std::to_string(row); };
        table.each(
            [&](std::int64_t row, const Bytes& plain) {
                step();
                try {
                    visit(row, plain);
                } catch (const Error& error) {
                    if (error.code() == ErrorCode::cancelled) {
                        throw;
                    }
                    find(Finding::Kind::seal, place(row), error.what());
                }
            },
            [&](std::int64_t row) {
                step();
                find(Finding::Kind::seal, place(row), "the row does not open: it was changed or moved");
            });
    }

    void check_database() {
        try {
            SQLite::Statement check(*self_.database, "PRAGMA integrity_check(20)");
            while (check.executeStep()) {
                const std::string line = check.getColumn(0).getString();
                if (line != "ok") {
                    find(Finding::Kind::database, "file", line);
                }
            }
        } catch (const SQLite::Exception& error) {
            find(Finding::Kind::database, "file", error.getErrorStr());
        }
    }

    /// Rows that nothing refers to, or that are missing, where two tables go together.
    void check_counts() {
        const auto compare = [this](Finding::Kind kind, const char* what, std::uint64_t here, std::uint64_t expected) {
            if (here != expected) {
                find(kind, what, std::to_string(here) + " rows where " + std::to_string(expected) + " are referred to");
            }
        };
        compare(Finding::Kind::database, "shelf", self_.shelf_values.count(), self_.shelf_keys.count());
        compare(Finding::Kind::state, "state", self_.states.count(), self_.records.count());
        compare(Finding::Kind::blob, "chunk", self_.chunks.count(), chunks_);
    }

    void check_small_tables() {
        rows(self_.shelf_keys, [this](std::int64_t row, const Bytes& plain) {
            codec::decode<std::pair<std::string, Bytes>>(plain, "shelf");
            self_.shelf_values.get(row);
        });
        rows(self_.drafts, [](std::int64_t, const Bytes& plain) { codec::decode<DraftRow>(plain, "draft"); });
    }

    void read_revisions() {
        rows(self_.revisions, [this](std::int64_t row, const Bytes& plain) {
            history::Revision revision = Vault::Implementation::decode_row(plain);
            const Hash name = history::name_of(revision);
            ++report_.revisions;
            rows_[row] = {name, revision.device, revision.sequence, revision.previous};
            by_record_[revision.record].push_back(std::move(revision));
        });
    }

    void check_segments() {
        std::map<DeviceId, std::map<std::uint64_t, Hash>> logs;
        rows(self_.segments, [&](std::int64_t row, const Bytes& plain) {
            const auto run = codec::decode<SegmentRow>(plain, "segment");
            ++report_.segments;
            const std::string place = "log of " + short_name(run.device) + ", " + std::to_string(run.first) + " to " +
                                      std::to_string(run.last());
            history::LogSegment segment{run.device, run.first, run.previous, {}, run.signature};
            Hash before = run.previous;
            std::uint64_t sequence = run.first;
            for (const LogEntry& entry : run.entries) {
                segment.revisions.push_back(entry.name);
                check_entry(run.device, sequence, before, entry, place);
                const auto [known, fresh] = logs[run.device].emplace(sequence, entry.name);
                if (!fresh && known->second != entry.name) {
                    find(Finding::Kind::chain, place, "the log is forked at " + std::to_string(sequence));
                }
                before = entry.name;
                ++sequence;
            }
            previous_.push_back({run.device, run.first, run.previous, place});
            check_signature(run, segment, place);
            static_cast<void>(row);
        });
        for (const auto& [device, first, previous, place] : previous_) {
            if (first == 1) {
                continue;
            }
            const auto before = logs[device].find(first - 1);
            if (before != logs[device].end() && before->second != previous) {
                find(Finding::Kind::chain, place, "does not continue the run before it");
            }
        }
    }

    void check_entry(const DeviceId& device, std::uint64_t sequence, const Hash& before, const LogEntry& entry,
                     const std::string& place) {
        if (entry.row == 0) {
            return;
        }
        const auto found = rows_.find(entry.row);
        if (found == rows_.end()) {
            find(Finding::Kind::chain, place, "revision " + std::to_string(sequence) + " is missing");
            return;
        }
        const auto& [name, owner, place_in_log, previous] = found->second;
        if (name != entry.name || owner != device || place_in_log != sequence || previous != before) {
            find(Finding::Kind::chain, place,
                 "revision " + std::to_string(sequence) + " is not the one that the log names");
        }
        known_rows_.insert(entry.row);
    }

    void check_signature(const SegmentRow& run, const history::LogSegment& segment, const std::string& place) {
        if (!run.is_signed) {
            if (!self_.device || run.device != *self_.device) {
                find(Finding::Kind::signature, place, "not signed, though it is no open tail of this device");
            }
            return;
        }
        const std::optional<crypto::VerifyKey> key = key_of_(run.device);
        if (!key) {
            find(Finding::Kind::signature, place, "the device is not known, so its signature cannot be checked");
        } else if (!history::verify_segment(segment, deployment_, *key)) {
            find(Finding::Kind::signature, place, "the signature does not hold");
        }
    }

    void check_records() {
        for (const auto& [row, about] : rows_) {
            if (!known_rows_.contains(row)) {
                find(Finding::Kind::chain, "revision " + std::to_string(row), "stands in no log");
            }
        }
        rows(self_.records, [this](std::int64_t row, const Bytes& plain) {
            const auto summary = codec::decode<Summary>(plain, "summary");
            ++report_.records;
            const std::string place = "record " + summary.id.hex();
            const history::MergedRecord stored = history::decode_merged(self_.states.get(row));
            const auto found = by_record_.find(summary.id);
            if (found == by_record_.end() || stored.id != summary.id) {
                find(Finding::Kind::state, place, "has no revisions");
                return;
            }
            if (history::deterministic_form(stored) != history::deterministic_form(history::merge(found->second))) {
                find(Finding::Kind::state, place, "its state is not what its revisions give");
            }
            by_record_.erase(found);
        });
        for (const auto& [id, revisions] : by_record_) {
            find(Finding::Kind::state, "record " + id.hex(), "has revisions but no state");
        }
    }

    void check_blobs() {
        rows(self_.blobs, [this](std::int64_t, const Bytes& plain) {
            const auto blob = codec::decode<BlobRow>(plain, "blob");
            ++report_.blobs;
            crypto::Hasher hasher;
            for (const std::int64_t chunk : blob.chunks) {
                if (chunk != 0) {
                    step();
                    ++chunks_;
                    hasher.add(self_.chunks.get(chunk));
                }
            }
            if (!blob.pending && blob.held == blob.size && hasher.finish() != blob.content) {
                find(Finding::Kind::blob, "evidence " + blob.content.hex().substr(0, 16),
                     "its bytes are not those that were attached");
            }
        });
    }

    struct Seen {
        Hash name;
        DeviceId device;
        std::uint64_t sequence = 0;
        Hash previous;
    };
    struct RunStart {
        DeviceId device;
        std::uint64_t first = 0;
        Hash previous;
        std::string place;
    };

    Vault::Implementation& self_;
    const DeploymentId& deployment_;
    const KeyOf& key_of_;
    const Progress& progress_;
    VerifyReport report_;
    std::uint64_t total_ = 0;
    std::uint64_t chunks_ = 0;
    std::unordered_map<std::int64_t, Seen> rows_;
    std::map<RecordId, std::vector<history::Revision>> by_record_;
    std::vector<RunStart> previous_;
    std::set<std::int64_t> known_rows_;
};

VerifyReport Vault::verify(const DeploymentId& deployment, const KeyOf& key_of, const Progress& progress) {
    Implementation& self = *implementation_;
    return guarded(self.path, [&] {
        self.device = local_device();
        return Verification(self, deployment, key_of, progress).run();
    });
}

}  // namespace fieldseal::vault
