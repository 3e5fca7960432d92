// What a Vault holds. Private to this folder.
#pragma once

#include <set>

#include "model/vault/log_index.h"
#include "model/vault/slots.h"

namespace fieldseal::vault {

constexpr std::size_t recovery_digits = 40;

/// A row of table `draft`: one edited field, or, with an empty path, the draft itself with its base.
struct DraftRow {
    RecordId record;
    record::Kind kind = record::Kind::site;
    std::string path;
    std::vector<Hash> base;
    std::int64_t changed_ms = 0;
    /// The edit, as codec::write_edits of one; empty for the draft itself.
    Bytes edit;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(record, kind, path, base, changed_ms, edit);
    }
};

struct OpenDraft {
    std::int64_t row = 0;
    record::Kind kind = record::Kind::site;
    std::vector<Hash> base;
    std::int64_t changed_ms = 0;
    std::map<std::string, std::int64_t, std::less<>> rows;
    codec::Edits edits;
};

/// A row of table `blob`.
struct BlobRow {
    Hash content;
    std::uint64_t size = 0;
    std::uint64_t held = 0;
    /// Being taken in from a file on this machine: its name is not known yet, and it is dropped if the program dies
    /// meanwhile.
    bool pending = false;
    /// Rows of table `chunk`, 0 where it is not here.
    std::vector<std::int64_t> chunks;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(content, size, held, pending, chunks);
    }
};

struct Vault::Implementation {
    Implementation(std::filesystem::path file, OpenDatabase opened, crypto::Secret vault_key, const VaultId& id,
                   Environment outside);
    /// Opens the file and the slot; see Vault::open for the errors.
    static std::unique_ptr<Implementation> unlock(const std::filesystem::path& path, SlotKind kind, ByteView secret,
                                                  Environment environment);

    std::filesystem::path path;
    /// Before `database`, so that it is closed after it.
    Descriptor lock;
    std::unique_ptr<SQLite::Database> database;
    crypto::Secret key;
    VaultId vault_id;
    Environment environment;
    Summarise summarise;

    SealedTable shelf_keys, shelf_values, records, states, revisions, segments, drafts, blobs, chunks;
    SQLite::Statement begin, commit, rollback;
    int depth = 0;
    bool failed = false;
    /// A replaced key still lies in the WAL or the file, since the disk refused: tried again with each commit, and at
    /// opening.
    bool overwrite_pending = false;

    // Caches of sealed rows; dropped when a transaction is undone.
    struct RecordEntry {
        std::int64_t row = 0;
        Summary summary;
        /// Which of all summaries made since the index was read; 0 where it was read with it.
        std::uint64_t made = 0;
    };
    std::uint64_t summaries_made = 0;
    std::optional<std::map<std::pair<std::string, Bytes>, std::int64_t>> shelf_index;
    std::optional<std::unordered_map<RecordId, RecordEntry>> record_index;
    std::optional<LogIndex> log_index;
    std::optional<std::map<RecordId, OpenDraft>> draft_index;
    std::optional<std::unordered_map<Hash, std::pair<std::int64_t, BlobRow>>> blob_index;
    std::optional<DeviceId> device;

    /// Whose log local revisions go into; zero where none is set yet.
    const DeviceId& local();
    void drop_caches();
    /// Rolls back.
    void undo();
    /// One durable transaction; the replaced key survives neither in free pages nor in the WAL.
    void replace_slot(SlotKind kind, ByteView secret, crypto::PassphraseCost cost);
    /// The keys of all tables and the vault's: nothing opens any more.
    void forget_keys();
    std::map<std::pair<std::string, Bytes>, std::int64_t>& shelves();
    std::unordered_map<RecordId, RecordEntry>& record_rows();
    LogIndex& logs();
    std::map<RecordId, OpenDraft>& open_drafts();
    std::unordered_map<Hash, std::pair<std::int64_t, BlobRow>>& blob_rows();

    /// The state; empty if there is no such record. A damaged state is made anew from its revisions.
    history::MergedRecord load(const RecordId& id);
    history::MergedRecord rebuild(const RecordId& id, std::int64_t row);
    static history::Revision decode_row(const Bytes& plain);
    history::Revision load_revision(std::int64_t row);
    /// Writes head and body; returns row and size.
    LogEntry store_revision(const history::Revision& revision, const Hash& name);
    LogEntry store_revision(ByteView head, ByteView body, const Hash& name);
    /// Writes state and summary.
    void store_record(const history::MergedRecord& merged);
    Summary summary_of(const history::MergedRecord& merged);
    /// Makes the summary anew from the state; whether it changed.
    bool refresh(RecordEntry& entry);
    Hash append(const RecordId& record, record::Kind kind, const codec::Edits& edits, const std::vector<Hash>& parents);
    void append_to_tail(const DeviceId& owner, std::uint64_t sequence, const Hash& previous, const LogEntry& entry);
    void remove_draft(const RecordId& record);
    /// The bodies at these places of the device's log are no longer here.
    void empty_places(const DeviceId& device, const std::set<std::uint64_t>& places);
    void drop_blob(std::int64_t row, const BlobRow& blob);
    void drop_contents(const std::vector<Hash>& contents, Forgotten& forgotten);
    void remove_pending_blobs();
};

}  // namespace fieldseal::vault
