// The encrypted store: one SQLite file whose every value is sealed. docs/formats/vault.md gives its tables and keys.
//
// Rules: one thread uses a Vault at a time (app/session's worker owns it). Every call that changes something is one
// durable transaction unless it runs inside a Transaction. A call either happens wholly or throws and changes nothing.
// SQL is written in this folder only.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "model/crypto/passphrase.h"
#include "model/environment/environment.h"
#include "model/vault/step_check.h"
#include "model/vault/summary.h"

namespace fieldseal::vault {

class Vault;
class Verification;
class StepChecking;

/// Everything done until commit() happens at once or, when the object goes away before, not at all. Transactions do not
/// nest: an inner one joins.
class Transaction {
  public:
    explicit Transaction(Vault& vault);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Vault& vault_;
    bool outermost_;
    bool done_ = false;
};

/// Named values of one purpose: settings, roster, receipts, quarantine, states of deliveries. Keys and values are
/// sealed; keys are held in memory.
class Shelf {
  public:
    std::optional<Bytes> get(ByteView key) const;
    void put(ByteView key, ByteView value);
    /// Nothing happens where there is no such key.
    void remove(ByteView key);
    /// In ascending byte order.
    std::vector<Bytes> keys() const;
    std::size_t size() const;

    std::optional<Bytes> get(std::string_view key) const { return get(view_of(key)); }
    void put(std::string_view key, ByteView value) { put(view_of(key), value); }
    void remove(std::string_view key) { remove(view_of(key)); }

  private:
    friend class Vault;
    Shelf(Vault& vault, std::string name) : vault_(&vault), name_(std::move(name)) {}
    Vault* vault_;
    std::string name_;
};

/// The working copy of one record: edits that are not yet a revision.
struct Draft {
    RecordId record;
    record::Kind kind = record::Kind::site;
    /// The record's heads when the first edit was made: they become the revision's parents, so that what arrived
    /// meanwhile is not overruled unseen.
    std::vector<Hash> base;
    std::int64_t changed_ms = 0;
    codec::Edits edits;
};

/// What is known of one device's log.
struct LogExtent {
    DeviceId device;
    /// Everything from 1 up to here is known (by name at least).
    std::uint64_t contiguous = 0;
    std::uint64_t highest = 0;
    /// Gaps: first and last missing sequence number.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> missing;
};

enum class Accepted {
    added,   // at least one revision or body was new
    known,   // nothing new
    forked,  // names another revision where one is known already: nothing was taken
    broken,  // does not continue what is known before or after it: nothing was taken
};

struct BlobInfo {
    Hash content;
    std::uint64_t size = 0;
    /// Bytes held; equal to size when complete.
    std::uint64_t held = 0;
    bool complete() const { return held == size; }
};
constexpr std::size_t blob_chunk_size = 256 * 1024;
constexpr std::uint64_t blob_limit = 2ull << 30;

/// What forget() removed.
struct Forgotten {
    std::uint64_t records = 0;
    std::uint64_t revisions = 0;
    std::uint64_t blobs = 0;
    /// Of the blobs.
    std::uint64_t bytes = 0;
};

/// One thing that `verify` found wrong.
struct Finding {
    enum class Kind { seal, state, chain, signature, blob, database };
    Kind kind = Kind::seal;
    /// Table and row, or device and sequence number, or record id.
    std::string place;
    std::string reason;
};

struct VerifyReport {
    std::uint64_t rows = 0;
    std::uint64_t revisions = 0;
    std::uint64_t segments = 0;
    std::uint64_t records = 0;
    std::uint64_t blobs = 0;
    std::vector<Finding> findings;
};

/// Called now and then during long work with done and total; returning false cancels it (Error(cancelled)).
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

class Vault {
  public:
    struct Created {
        std::unique_ptr<Vault> vault;
        /// 40 digits; shown once, stored nowhere.
        crypto::Secret recovery_code;
    };
    /// Makes a new file; Error(refused) if one is there. A file is complete or absent, also after a crash.
    static Created create(const std::filesystem::path& path, ByteView passphrase, crypto::PassphraseCost cost,
                          Environment environment);
    /// Error(locked) wrong passphrase, Error(damaged) no vault or broken, Error(newer_version), Error(in_use),
    /// Error(not_found), Error(disk).
    static std::unique_ptr<Vault> open(const std::filesystem::path& path, ByteView passphrase, Environment environment);
    /// As open, with the 40-digit recovery code as typed.
    static std::unique_ptr<Vault> open_with_recovery(const std::filesystem::path& path, ByteView code,
                                                     Environment environment);
    ~Vault();
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;

    const std::filesystem::path& path() const;
    Environment& environment();

    /// The passphrase slot is replaced in one transaction; the old wrapped key does not survive in free pages or WAL.
    void change_passphrase(ByteView fresh, crypto::PassphraseCost cost);
    /// A new recovery code; the old one no longer opens the vault.
    crypto::Secret change_recovery_code();

    /// Content part of summaries; set right after opening, before anything is written. Without one, titles are empty.
    void use_summarise(Summarise summarise);
    /// Rewrites all summaries, for example when a template arrived that scores assessments already here.
    void refresh_summaries(const Progress& progress = {});
    /// The same for what belongs to these: a site's assessments are scored by its sector, and may have come before it.
    /// Returns those that changed.
    std::vector<RecordId> refresh_parts_of(std::span<const RecordId> parents);

    Shelf shelf(std::string_view name);

    // Records
    /// All, in no order; opens every summary row.
    std::vector<Summary> summaries();
    /// As summaries, without copies. `visit` must not change the vault.
    void each_summary(const std::function<void(const Summary&)>& visit);
    std::optional<Summary> summary(const RecordId& id);
    /// The merged state without the draft; empty() if there is no such record.
    history::MergedRecord merged(const RecordId& id);
    std::optional<history::Revision> revision(const Hash& name);
    /// All revisions of a record whose bodies are here, in the order they were merged.
    std::vector<history::Revision> revisions(const RecordId& id);
    /// Records whose ids start with these hexadecimal digits.
    std::vector<RecordId> find_records(std::string_view hex_prefix);
    std::vector<Hash> find_revisions(std::string_view hex_prefix);

    // Drafts: autosave. One field is one small sealed row, so that a key press costs one short durable commit.
    void save_draft(const RecordId& record, record::Kind kind, std::string_view path,
                    const std::optional<codec::Value>& value);
    void save_draft(const RecordId& record, record::Kind kind, const codec::Edits& edits);
    std::optional<Draft> draft(const RecordId& record);
    std::vector<RecordId> drafted_records();
    void discard_draft(const RecordId& record);
    /// Cuts a revision from the draft (nothing where it changes nothing) and removes the draft, at once.
    std::optional<Hash> cut_draft(const RecordId& record);

    // This device's log
    /// Whose log local revisions go into; set once, when the vault joins or founds a deployment.
    void set_local_device(const DeviceId& device);
    std::optional<DeviceId> local_device();
    /// Writes one revision of this device; `parents` are the record's heads the author had seen (ascending).
    Hash append(const RecordId& record, record::Kind kind, const codec::Edits& edits, const std::vector<Hash>& parents);
    /// Puts everything not yet under a signature into one segment and signs it; nothing if there is nothing.
    std::optional<history::LogSegment> close_segment(const DeploymentId& deployment, const crypto::SigningKey& key);

    // All logs
    std::vector<LogExtent> logs();
    /// Signed segments of the device's log that hold anything from `from` on, in order of `first`. Overlapping ones may
    /// occur.
    std::vector<history::LogSegment> segments(const DeviceId& device, std::uint64_t from = 1);
    /// Name of the revision at this place of the log, if known.
    std::optional<Hash> log_entry(const DeviceId& device, std::uint64_t sequence);
    bool has_body(const DeviceId& device, std::uint64_t sequence);

    /// One import; lives inside a Transaction. States and summaries are written once per record, by finish().
    class Intake {
      public:
        explicit Intake(Vault& vault);
        ~Intake();
        /// A segment whose signature the caller has verified, with the bodies that came along: bodies[i] belongs to
        /// segment.revisions[i] and has that name (checked by the caller), or is nothing where it was left out. Bodies
        /// may be filled in later by giving the segment again.
        Accepted add(const history::LogSegment& segment, std::span<const std::optional<history::Revision>> bodies);
        /// The same with the bytes of each body that is here. The edits of what is taken are moved out of `bodies`.
        Accepted take(const history::LogSegment& segment, std::span<std::optional<history::Revision>> bodies,
                      std::span<const history::EncodedRevision> encoded);
        void finish();
        std::uint64_t added_revisions() const;
        const std::vector<RecordId>& touched_records() const;
        /// Those of them of which nothing was here before.
        const std::vector<RecordId>& new_records() const;

      private:
        struct State;
        std::unique_ptr<State> state_;
    };

    // Blobs: contents of evidence, in sealed chunks of blob_chunk_size.
    /// Takes a whole file in; several transactions, complete at the last. Known content is stored once.
    /// Error(too_large) above blob_limit.
    BlobInfo add_blob(const std::filesystem::path& file, const Progress& progress = {});
    std::optional<BlobInfo> blob(const Hash& content);
    std::vector<BlobInfo> blobs();
    /// Bytes of chunk `index`; nothing if it is not here.
    std::optional<Bytes> blob_chunk(const Hash& content, std::uint32_t index);
    /// A chunk that arrived. When the last one is in, the whole is hashed: Error(damaged), and the chunks are dropped,
    /// if it is not `content`.
    void put_blob_chunk(const Hash& content, std::uint64_t size, std::uint32_t index, ByteView bytes);

    // Erasing
    /// Removes the bodies of these records' revisions, their states and summaries, and these contents: overwritten in
    /// the file and the WAL when the transaction is committed. Logs keep the names, places and signatures, so that
    /// chains still hold. What is not here is passed over; a body that is given to an Intake again is taken again.
    /// Error(refused) if one of them has a draft.
    Forgotten forget(const std::vector<RecordId>& records, const std::vector<Hash>& contents);

    /// The same for single revisions: a record that loses all of them is gone with its draft, the state of others is
    /// made anew from what is left.
    Forgotten forget_revisions(const std::vector<Hash>& names, const std::vector<Hash>& contents);

    /// Opens every row, rebuilds every state from the logs and compares, checks every chain and signature (`key_of`
    /// gives a device's key, or nothing where it is not known), and names what is wrong. Changes nothing.
    VerifyReport verify(const DeploymentId& deployment,
                        const std::function<std::optional<crypto::VerifyKey>(const DeviceId&)>& key_of,
                        const Progress& progress = {});

    /// Of one step: its content's hash, its place in the device's log with the links to its neighbours, the signature.
    /// Reads the rows of the file anew. Changes nothing.
    StepCheck check_step(const StepPlace& step, const DeploymentId& deployment,
                         const std::function<std::optional<crypto::VerifyKey>(const DeviceId&)>& key_of);

    /// Overwrites and removes all key slots, flushes, truncates the WAL: what remains cannot be opened by anyone. The
    /// object is unusable afterwards.
    void destroy();
    /// The same for a vault that is locked, or open in this very program, without its passphrase and without waiting
    /// for anybody: what uses it must end right after. Whatever lies in its WAL is lost as well. Error(not_found),
    /// Error(damaged) no vault, Error(disk).
    static void destroy_file(const std::filesystem::path& path, crypto::Random& random);

  private:
    friend class Transaction;
    friend class Shelf;
    friend class Verification;
    friend class StepChecking;
    struct Implementation;
    explicit Vault(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace fieldseal::vault
