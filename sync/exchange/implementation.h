// What an Exchange holds. Seen by the files of this folder only.
//
// All state lies on the vault's shelves; members that mirror it are loaded by load() and loaded again when a
// transaction fails.
#pragma once

#include <functional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "sync/exchange/erased.h"
#include "sync/exchange/exchange.h"
#include "sync/exchange/lane_state.h"
#include "sync/exchange/log_item.h"
#include "sync/exchange/log_place.h"

namespace fieldseal::exchange {

/// Where this device's own revisions stand, by record; filled from the log as it grows.
struct OwnLog {
    struct Evidence {
        RecordId assessment;
        /// What readers get, and the sealed original where there is one; zero otherwise.
        Hash content;
        Hash original;
    };
    /// What was there when the vault was opened is taken from summaries; only what follows is read from the log.
    bool begun = false;
    std::uint64_t scanned = 0;
    std::unordered_map<RecordId, std::uint64_t> last;
    std::unordered_map<RecordId, record::Kind> kinds;
    std::unordered_map<RecordId, Evidence> evidence;
    std::unordered_map<RecordId, std::vector<RecordId>> evidence_of;
    /// Evidence whose use of its content is not on the shelf yet.
    std::vector<RecordId> to_note;
};

/// Rollback, as it lies on the shelf.
struct RollbackNote {
    std::uint64_t others_hold = 0;
    std::uint64_t held = 0;
    DeviceId noticed_by;
    std::int64_t noticed_ms = 0;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(others_hold, held, noticed_by, noticed_ms);
    }
};

/// ListRollback, as it lies on the shelf.
struct ListRollbackNote {
    DeviceId noticed_by;
    std::int64_t noticed_ms = 0;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(noticed_by, noticed_ms);
    }
};

/// Of a bundle's id, kept beside its number.
constexpr std::size_t counter_id_size = 8;

/// Of the items of one bundle, about. Small enough that a broken transfer repeats little.
constexpr std::size_t items_budget = 8u << 20;
/// Of pieces of evidence in one bundle.
constexpr std::size_t chunks_budget = 15u << 20;

/// Of a template's file.
constexpr std::size_t questionnaire_limit = 4u << 20;

constexpr std::uint32_t chunk_count(std::uint64_t size) {
    return static_cast<std::uint32_t>((size + vault::blob_chunk_size - 1) / vault::blob_chunk_size);
}

/// A bundle about to be sealed, and what it adds to the lane's marks.
struct Collected {
    bundle::Contents contents;
    Marks marks;
    std::uint64_t revisions = 0;
    /// That these revisions are of.
    std::set<RecordId> records;
    std::uint64_t chunks = 0;
    /// Evidence is left that Occasion::evidence_limit did not allow.
    bool evidence_left = false;
    /// Evidence and nothing else, but for what proves who sends it.
    bool only_evidence = false;
    bool empty() const { return contents.items.empty() && contents.chunks.empty(); }
};

/// Why an item was not taken; nothing where it was.
struct Refusal {
    QuarantineReason reason;
    std::string explanation;
};

struct Pass;
class ReaderScope;

struct Exchange::Implementation {
    explicit Implementation(vault::Vault& opened);
    void load();
    void load_team_keys();
    /// Opens the shares of the roster in force that are for this device.
    void take_shares();

    // members.cpp
    /// Runs `work` in one transaction; what it changed in memory is loaded anew if it throws.
    void atomically(const std::function<void()>& work);
    void write_member(const PersonId& person, const std::string& name);

    // rosters.cpp
    /// Signs `next` as the version after the one in force, or after `above`, and puts it in force.
    void publish(team::Roster next, std::uint64_t above = 0);
    void put_in_force(team::Roster next);
    bool may_publish() const;
    /// Team keys that this device holds, for those who get a share.
    std::vector<std::pair<std::uint64_t, const crypto::BoxKeyPair*>> held_team_keys() const;
    /// Puts what `outranked` says and the roster in force does not into a next version; true if there was anything.
    bool publish_what_lacks(const team::Roster& outranked);
    /// A roster by somebody whose right the owner has taken: the owner goes above it, so that devices that took it come
    /// back.
    bool outbid(const team::Roster& arrived);
    /// What a revoked device of a coordinator said and is not known here waits for people's word: roster.md, "Of a
    /// revoked device".
    std::optional<Refusal> refuse_word_of_revoked(const team::Roster& arrived);
    void accept_word_of_revoked(const team::Roster& list);
    /// Those that a reader who has the roster of this version needs before the one in force, ascending.
    std::vector<Bytes> turning_points_after(std::uint64_t version);
    /// In which version this device first saw the other one revoked; 0 where it is not.
    std::uint64_t revoked_since(const DeviceId& device);

    // old_copies.cpp
    /// What the person who signed `arrived` said last of what was in force here; nothing where that is not known.
    std::optional<team::Roster> last_word_of(const team::Roster& arrived);
    /// Puts a roster of one's own making, or one that came into force, among the last words.
    void remember_word();
    /// The device lacks the list in force, and is sent it anew, also where it cannot open what is sealed to the team.
    /// `published` is the hash of a list that it made without; zeros where only its receipt tells.
    void note_behind(const DeviceId& device, const Hash& published);
    /// The same with what it said before, which is sent along: so that it sees that it forgot.
    void note_forgetful(const team::Roster& published, const team::Roster& forgotten);
    /// What those whom the lane reaches have forgotten of their own word.
    std::vector<Bytes> forgotten_words(const bundle::Lane& lane);
    /// The issuer holds less than an earlier receipt of its said: an old copy, to be given again what it lost.
    bool holds_less(const Receipt& receipt, const HeldBy& before, const Pass& pass) const;
    /// What is offered to the device is again what its receipts cover.
    void offer_what_is_not_covered(const DeviceId& device);
    bool reaches(const bundle::Lane& lane, const DeviceId& device) const;
    void forget_behind(const DeviceId& device);
    /// Whoever lacked what is in force has said so in a list that has it now.
    void forget_behind_publishers();
    bool reaches_behind(const bundle::Lane& lane) const;
    /// This device's own word came back to it as something new.
    void note_list_rollback(const DeviceId& by);
    /// Answers on every lane, so that others see under which numbers this copy sends.
    void owe_receipts();
    /// A coordinator that cannot open what the team seals lacks a list: asks for it, once for the one in force.
    void ask_for_list();

    // authority.cpp
    /// Error(refused) for whoever may not publish.
    void require_authority() const;
    void change_team(const std::function<void(team::Roster&)>& change);
    void start_epoch(team::Roster& next);
    /// Writes the second branch of a forked log into this device's own, as far as its author may write it.
    void adopt_branch(const LogItem& item, const Hash& entry);
    void adopt(const history::Revision& revision);

    // Devices
    struct Known {
        crypto::VerifyKey key;
        PersonId person;
        team::Role role = team::Role::assessor;
        bool revoked = false;
        std::uint64_t accepted_up_to = 0;
        bool provisional = false;
    };
    std::optional<Known> known(const DeviceId& device) const;
    DeviceId own() const { return own_device; }
    bool enrolled() const;
    std::int64_t now() { return vault.environment().clock.wall_ms(); }

    // holdings.cpp: what is held here, and what others said they hold
    /// Up to where the log is held with bodies, or in quarantine: what a receipt of the team may say.
    std::uint64_t complete_up_to(const DeviceId& device);
    std::uint64_t known_up_to(const DeviceId& device);
    /// A hole in the log of a device that was shut out may never be filled: what is behind it is handed on as it is.
    std::uint64_t handed_on_up_to(const DeviceId& device);
    HeldBy& held_by(const DeviceId& device);
    bool is_active_coordinator(const DeviceId& device) const;
    /// Holds everything, so that it can hand on others' logs.
    bool relays() const;
    /// Whether what was written before this device's invitation is held back from it.
    bool is_held_back() const { return roster.holds_back(deployment.own_invite); }
    /// Does not read what is sealed to the team: a coordinator sends it what is for it, alone.
    bool is_sent_apart(const DeviceId& device) const;
    /// Receipts from before the history was given count names; from then on they must count bodies.
    void forget_receipts_by_name(const team::Roster& before);
    /// What no longer needs to travel on this lane, from receipts.
    Marks covered(const bundle::Lane& lane);
    Marks covered_by_receipts(const bundle::Lane& lane);
    enum class By { store, file };
    /// Where bundles may go to; a recovery kit is written to on stores only.
    std::vector<bundle::Lane> lanes(By by = By::store);
    std::vector<const team::RosterDevice*> other_team_devices() const;
    /// The roster that tells a revoked device so is on the store: nothing more is for it there. Sticks get lost, so
    /// each one says it again.
    void note_told(const bundle::Lane& lane, LaneState& state);
    std::vector<ContentUse> uses_of(const Hash& content);
    void note_use(const Hash& content, const ContentUse& use);
    void scan_own_log();
    void begin_own_log();
    void note_own(const history::Revision& revision);
    /// Writes what scan_own_log() found of evidence to the shelf. Runs inside a transaction.
    void note_own_uses();
    /// Contents of evidence of this device that must reach a coordinator: what a record's delivery waits for.
    std::vector<Hash> own_contents(const RecordId& record);
    bool is_removed(const RecordId& record);

    // erase.cpp: what is no longer here by intention
    void load_erased();
    bool is_erased(const DeviceId& device, std::uint64_t sequence) const {
        return erased_places.contains({device, sequence});
    }
    void put_erased(const ErasedRecord& record);
    /// Bodies of these records came: what is whole again is no longer a stub.
    void note_return_of(const std::vector<RecordId>& records);

    // seal_finalised.cpp: what was sealed to the team when it was finalised
    /// Drops the bundles of a sealing that was broken off: what they hold is still open.
    void drop_unfinished_sealing();
    /// Numbers of the sealed bundles that no receipt covers, ascending; the others are dropped.
    std::vector<std::uint64_t> sealed_to_send();
    SealedBundle sealed_bundle(std::uint64_t number);
    Bytes sealed_bytes(std::uint64_t number);
    void note_sealed_sent(std::uint64_t number);
    /// Of records that nothing is left of: what was erased on request.
    void drop_sealed_of(const RecordId& record);

    // erase_everywhere.cpp: what is erased on request
    void load_erasures();
    /// Drops what the roster in force names and is still here. Runs inside a transaction.
    void apply_erasures();
    /// Where revisions of this record that were erased on request stand, as far as their places are known here.
    std::vector<LogPlace> places_erased_on_request(const RecordId& record);
    /// What was written of erased records and was not named yet: whoever may publish names it.
    void extend_erasures(const std::vector<RecordId>& records, std::map<RecordId, std::vector<Hash>> late);
    /// A body that is erased on request came: what else it told is kept in mind, so that its files are not waited for.
    void note_erased_body(const history::Revision& revision);
    void forget_contents(const std::set<Hash>& contents);
    void clear_copies_of_erased();
    /// The erasure that this record, or the assessment that it belongs to, is noted under as a whole; null without.
    const team::Erasure* erasure_of(const RecordId& record);
    const team::Erasure* erasure_of(const history::Revision& revision);
    const team::Erasure* erasure_of(const std::vector<RecordId>& owners) const;
    const team::Erasure* whole_erasure(const RecordId& record) const;
    /// What a part of a record belonged to, once nothing of it is left: later revisions of it may not say.
    void note_erased_part(const history::Revision& revision);

    // collect*.cpp: what goes out
    LaneState lane_state(const bundle::Lane& lane);
    void save_lane(const bundle::Lane& lane, const LaneState& state);
    struct Occasion {
        /// Receipts say everything, whatever was said before.
        bool full = false;
        bool exporting = false;
        /// Whether a bundle may hold evidence alone; and bytes of evidence that it may hold at most.
        bool evidence_alone = true;
        std::uint64_t evidence_limit = SyncOptions::no_limit;
        /// Late bodies that were sent before, to be sent again.
        const std::map<LogPlace, bool>* late_again = nullptr;
    };
    /// The next bundle of the lane beyond `base`; empty when there is nothing new.
    Collected collect(const bundle::Lane& lane, LaneState& state, const Marks& base, Occasion occasion);
    void collect_receipt(const bundle::Lane& lane, const LaneState& state, const Marks& base, bool full,
                         Collected& into);
    /// Everything of these logs; false where more is left than fits.
    bool collect_whole_logs(const std::vector<DeviceId>& devices, const Marks& base, Collected& into);
    /// What is for one device that does not read what is sealed to the team.
    bool collect_apart(const team::RosterDevice& reader, LaneState& state, const Marks& base, Occasion occasion,
                       Collected& into);
    /// The signed runs that hold these places, with their bodies alone as far as they are here, in items of about
    /// items_budget at most; `take` is also given how large each is, about.
    void each_run_with(const DeviceId& device, std::set<std::uint64_t> places,
                       const std::function<void(LogItem, std::size_t)>& take);
    /// Returned to their assessor, who may have erased or sealed them: these assessments with their sites and what
    /// belongs to them, also of the reader's own log. How large that is, about.
    std::size_t bring_back(const std::set<RecordId>& assessments, std::size_t budget, Collected& into);
    /// Bodies whose names went ahead and that are for the reader, each of which is also told to `note`; false where
    /// more is left than fits.
    bool collect_late(ReaderScope& scope, LaneState& state, const Marks& base, const Occasion& occasion,
                      Collected& into, const std::function<void(const history::Revision&)>& note);
    /// What evidence or a review says it belongs to.
    std::optional<RecordId> owner_of(const RecordId& part);
    /// The assessment that this revision returns to its assessor.
    std::optional<RecordId> returned_by(const history::Revision& revision);
    /// All held, or what is in the scope of one reader.
    void collect_evidence(const Marks& base, ReaderScope* scope, const Occasion& occasion, Collected& into);
    /// What is for this device, which is_sent_apart().
    ReaderScope scope_of(const team::RosterDevice& reader);
    /// Seals, and writes the lane's counter. Runs inside a transaction.
    bundle::Sealed seal(const bundle::Lane& lane, LaneState& state, bundle::Contents contents);
    /// Signs what was written since; before anything is collected.
    void close_segment();
    /// All bundles of a lane that no receipt covers; `take` is given each of them.
    void export_lane(const bundle::Lane& lane, const std::function<void(bundle::Sealed, const Collected&)>& take);

    // synchronise.cpp, send_steps.cpp
    std::string folder_of(const bundle::Lane& lane) const;

    // take_in.cpp, admit.cpp, take_segment.cpp: what comes in
    /// With every key that this device has.
    bundle::Opened open_bundle(ByteView sealed);
    ImportReport take_in(ByteView sealed, const std::string& source);
    void take_opened(const bundle::Opened& opened, ByteView sealed, ImportReport& report);
    std::optional<Refusal> take_item(std::uint64_t type, ByteView body, Pass& pass);
    std::optional<Refusal> take_roster(ByteView body, Pass& pass);
    void take_newer(team::Roster arrived);
    /// Whether the sender is known or becomes known with this bundle; the reason where not.
    std::optional<Refusal> admit_sender(const bundle::Contents& contents, ImportReport& report);
    /// May take bodies out of the run.
    std::optional<Refusal> take_run(LogItem& item, Pass& pass);
    std::optional<Refusal> take_receipt(ByteView body, Pass& pass);
    std::optional<Refusal> take_questionnaire(ByteView body, Pass& pass);
    std::optional<Refusal> check_revision(const history::Revision& revision, const Hash& name, const Known& author,
                                          Pass& pass);
    /// Whether a review by an assessor is what assessors may write: a comment in their own name on a visit of their
    /// own.
    std::optional<Refusal> check_answer(const history::Revision& revision, const Known& author, Pass& pass);
    /// Whether a finding, a need or an answer is about a visit of its author, who is an assessor.
    std::optional<Refusal> check_visit(const history::Revision& revision, const Known& author, Pass& pass);
    /// Bodies came after their names had been handed on.
    void offer_again(const DeviceId& device, const std::vector<std::uint64_t>& late);
    /// A name of the author's log that arrives now was erased on request.
    void note_erased_author(const Hash& name, const Known& author, Pass& pass);
    /// The people whose devices made the record's first revisions.
    std::vector<PersonId>& creators_of(const RecordId& record, Pass& pass);
    /// What the author wrote of the record, whose beginning is not here, was erased on request.
    void add_erased_author(const RecordId& record, team::Role role, const PersonId& author,
                           std::vector<PersonId>& people, Pass& pass);
    /// For whom a coordinator began it: the assessor that an assessment names, and whoever began the assessment that a
    /// piece of evidence, a finding or a need belongs to.
    void add_begun_for(const history::Revision& beginning, std::vector<PersonId>& people, Pass& pass);
    void take_chunk(const bundle::BlobChunk& chunk, Pass& pass);
    /// What was accepted and what it changes besides the records.
    void finish(Pass& pass);
    void log_import(const ImportReport& report);
    /// Entries that tell of nothing that is missing or was refused.
    void clear_import_log();

    // quarantine.cpp
    /// Keeps what was refused; false where there is no room, so that only the import log tells of it.
    bool quarantine(std::uint64_t type, ByteView bytes, const DeviceId& sender, const Refusal& refusal,
                    std::uint64_t size);
    void release(const Hash& id);
    /// What neither another list of the team nor more revisions can let in.
    void drop_hopeless();
    /// A coordinator's receipt from before it learnt of a revocation says that it took more of that log.
    void raise_marks(const Receipt& receipt, team::Role issuer_role, Pass& pass);
    void note_rollback(std::uint64_t others_hold, const DeviceId& by);
    /// Two bundles under one number of one lane: kept in mind, for people.
    void note_counter(const bundle::Manifest& manifest, const Hash& id);
    /// Tries again what may be taken now that something changed.
    void retry_quarantine();

    std::string name_of_person(const PersonId& person);
    /// First place of a run that arrived at once, to its last place and when.
    std::map<std::uint64_t, std::pair<std::uint64_t, std::int64_t>>& arrivals_of(const DeviceId& device);

    vault::Vault& vault;
    team::Deployment deployment;
    team::DeviceKeys keys;
    DeviceId own_device;
    team::Roster roster;
    std::map<std::uint64_t, crypto::BoxKeyPair> team_keys;
    /// Of epochs that the roster in force does not name (any more): bundles sealed to them may still come.
    std::vector<crypto::BoxKeyPair> stray_team_keys;
    /// Devices that an enrolment in a bundle proved, and that the roster does not have yet.
    std::map<DeviceId, team::Enrolment> provisional;
    std::map<DeviceId, HeldBy> held;
    std::map<DeviceId, Hash> behind;
    OwnLog own_log;
    /// Up to where complete_up_to() and known_up_to() have looked.
    std::map<DeviceId, std::uint64_t> complete_marks;
    std::map<DeviceId, std::uint64_t> known_marks;
    std::map<DeviceId, std::map<std::uint64_t, std::pair<std::uint64_t, std::int64_t>>> arrivals;
    std::map<RecordId, ErasedRecord> erased;
    /// From `erased`: the places, and what each part belongs to.
    std::set<LogPlace> erased_places;
    std::unordered_map<RecordId, RecordId> erased_parts;
    /// Erased on request: revisions, contents, and parts of records of which nothing is left.
    std::unordered_set<Hash> erased_names;
    /// Where in the logs those revisions stand that are known here; found when first asked for.
    std::optional<std::unordered_map<Hash, LogPlace>> erased_name_places;
    std::set<Hash> erased_contents;
    std::map<RecordId, std::optional<RecordId>> erased_part_owners;  // with what it belonged to
    bool retrying = false;
};

/// One bundle, or one item out of quarantine, being taken in.
struct Pass {
    Pass(vault::Vault& vault, ImportReport& into) : report(into), intake(vault) {}

    ImportReport& report;
    DeviceId sender;
    team::Role sender_role = team::Role::assessor;
    bool sender_revoked = false;
    /// The bundle is one to the team.
    bool to_team = false;
    vault::Vault::Intake intake;
    /// Of records that came in this pass or were looked up.
    std::unordered_map<RecordId, record::Kind> kinds;
    std::unordered_map<RecordId, std::vector<PersonId>> creators;
    /// Of these no beginning is held: assessors whose logs hold what was erased of them count as having begun them.
    std::unordered_set<RecordId> without_beginning;
    /// And of these a coordinator's log holds something erased, which may have been the beginning.
    std::unordered_set<RecordId> perhaps_begun_in_office;
    std::vector<DeviceId> logs;
    std::unordered_set<Hash> quarantined;
    /// By the record of their erasure: revisions that came after it.
    std::map<RecordId, std::vector<Hash>> erased_late;
    std::size_t erased_late_count = 0;
    bool roster_changed = false;
    bool anything_new = false;
    /// Something was here already, so the sender has no receipt for it.
    bool repeated = false;
    /// Pieces of evidence that no revision known here names, yet.
    std::uint64_t chunks_refused = 0;
};

Hash quarantine_id(std::uint64_t type, ByteView bytes);
/// The uses that a revision makes of contents as evidence: what readers get, and the sealed original.
std::vector<std::pair<Hash, ContentUse>> content_uses(const history::Revision& revision);
/// All contents that a record of evidence names, in all versions of its fields.
std::vector<Hash> contents_of(const history::MergedRecord& evidence);

}  // namespace fieldseal::exchange
