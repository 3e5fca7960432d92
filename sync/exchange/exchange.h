// What goes out of a vault and what may come in: outbox, inbox, import, receipts, quarantine. docs/formats/exchange.md
// says what each lane carries.
//
// Rules: everything is idempotent and in any order; one import is one transaction; what is not allowed goes to
// quarantine with its reason, never half into the records; nothing here knows a screen.
#pragma once

#include <filesystem>
#include <limits>

#include "model/vault/vault.h"
#include "sync/bundle/bundle.h"
#include "sync/exchange/log_place.h"
#include "sync/exchange/receipt.h"
#include "sync/store/store.h"
#include "sync/team/authority.h"
#include "sync/team/invitation.h"
#include "sync/team/kit.h"

namespace fieldseal::exchange {

using vault::Progress;

/// Where a record's latest local change stands.
enum class Delivery : std::uint8_t {
    none,       // nothing of this device's in it
    drafted,    // a working copy that is not yet a revision
    sealed,     // in the signed log or about to be; not yet on its way
    sent,       // put on a store or exported; no receipt yet
    delivered,  // a coordinator's signed receipt covers every local revision and evidence of it
};
std::string_view name_of(Delivery delivery);

struct RecordDelivery {
    RecordId record;
    record::Kind kind = record::Kind::site;
    Delivery delivery = Delivery::none;
    /// Newest receipt that covers it, by the issuer's clock; 0 without.
    std::int64_t delivered_ms = 0;
    /// When it was erased or sealed on this device; 0 where it is here.
    std::int64_t erased_ms = 0;
    /// Sealed when it was finalised.
    bool sealed_here = false;
};

/// What this device still shows of a record that was erased on it.
struct Stub {
    RecordId record;
    record::Kind kind = record::Kind::site;
    /// The site's name.
    std::string title;
    /// Assessment: day of the visit, site, id of its questionnaire.
    std::string visited_on;
    RecordId site;
    std::string questionnaire;
    std::uint32_t evidence = 0;
    /// By the receipts of coordinators that are active now: less than `delivered` once the one that held it is gone.
    Delivery delivery = Delivery::none;
    std::int64_t delivered_ms = 0;
    std::int64_t erased_ms = 0;
    /// Sealed when it was finalised, before it was delivered.
    bool sealed = false;
};

struct EraseReport {
    /// Sites, assessments and names of people; what belongs to them went with them.
    std::vector<RecordId> records;
    std::uint64_t revisions = 0;
    std::uint64_t blobs = 0;
    /// Of evidence.
    std::uint64_t bytes = 0;
};

/// A record of this device that somebody may want to be rid of here.
struct EraseChoice {
    RecordId record;
    record::Kind kind = record::Kind::site;
    /// Why it must stay, for people; empty where it may go.
    std::string reason;
};

/// Something that was erased on every device, by request.
struct Erased {
    RecordId record;
    /// The record with all that belongs to it; otherwise single revisions.
    bool whole = false;
    DeviceId device;
    /// Of the person who asked; empty where not known here.
    std::string person;
    std::int64_t asked_ms = 0;
    std::string reason;
    std::vector<Hash> revisions;
};

struct MissingRange {
    DeviceId device;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

/// Neighbouring places of a device's log.
struct LogRun {
    DeviceId device;
    std::uint64_t from = 0;
    std::uint64_t to = 0;

    bool operator==(const LogRun&) const = default;
};

enum class QuarantineReason : std::uint8_t {
    unknown_device = 1,  // neither in the roster nor enrolled by a valid invitation
    enrolment_refused,   // invitation used before, cancelled, expired, or forged
    role_not_allowed,    // a role that may not write such a record
    revoked_device,      // written after the device's last accepted revision
    bad_signature,       // a segment, receipt or roster whose signature does not hold
    forked_log,          // another revision stands at this place of the device's log
    broken_chain,        // does not continue what is known
    bad_content,         // revision that does not fit its record
    bad_roster,
    erasures_full,  // written of something that is erased on request, and the list cannot name more revisions
};
std::string_view name_of(QuarantineReason reason);

/// Kept and shown until it is accepted or dropped. `bytes` is the item (or the whole sealed bundle where its sender is
/// unknown).
struct QuarantineEntry {
    Hash id;
    QuarantineReason reason = QuarantineReason::unknown_device;
    /// For people: what was refused and why, without contents.
    std::string explanation;
    DeviceId sender;
    std::int64_t received_ms = 0;
    std::uint64_t item_type = 0;
    std::uint64_t size = 0;
    /// Whether accept_quarantine() can take it in; what that means, or what else to do, for people.
    bool acceptable = false;
    std::string advice;
};

struct QuarantineContent;

/// A device's log that goes on in two ways: its vault was copied, or an old copy was put back. What was known first
/// stands in the log, the other branch lies in quarantine until somebody settles it.
struct Fork {
    DeviceId device;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    /// Of the quarantine entry.
    Hash entry;
};

/// This vault is behind what others hold of its own log: an old copy was put back.
struct Rollback {
    /// Up to where the others hold this device's log, in another branch than this vault from some place on; and how
    /// long it was here when that was noticed.
    std::uint64_t others_hold = 0;
    std::uint64_t held = 0;
    DeviceId noticed_by;
    std::int64_t noticed_ms = 0;
};

/// An old copy of a vault that runs the team was put back: others had a newer list of the team by this very device. It
/// is in force here again.
struct ListRollback {
    DeviceId noticed_by;
    std::int64_t noticed_ms = 0;
};

struct ImportReport {
    /// File or object name as given.
    std::string source;
    enum class Outcome : std::uint8_t { imported, already_imported, refused, quarantined };
    Outcome outcome = Outcome::imported;
    bundle::OpenFailure failure = bundle::OpenFailure::none;
    /// For people, where outcome is refused or quarantined: what to do.
    std::string reason;
    Hash bundle_id;
    DeviceId sender;
    std::uint64_t counter = 0;
    std::uint64_t new_revisions = 0;
    std::uint64_t new_blobs = 0;  // completed by this bundle
    std::uint64_t new_receipts = 0;
    std::uint64_t quarantined = 0;
    std::vector<RecordId> records;      // touched
    std::vector<RecordId> new_records;  // those of them of which nothing was here before
    std::vector<LogRun> arrived;        // where in the logs of devices its revisions stand
    std::vector<DeviceId> enrolled;     // devices that joined with this bundle
    bool new_roster = false;
    std::vector<MissingRange> missing;  // of the sender's log and others touched
};

/// What the log keeps of an import: of its records, of those that were new and of its runs the first 1,000 each.
struct ImportLogEntry {
    std::int64_t at_ms = 0;
    ImportReport report;
    /// How many records it touched. Nothing where an older program took it in, which kept neither that nor what was new
    /// nor the runs.
    std::optional<std::uint64_t> touched;
};

struct OutgoingReport {
    std::vector<std::filesystem::path> files;  // export only
    std::uint64_t bundles = 0;
    std::uint64_t revisions = 0;
    std::uint64_t blobs_chunks = 0;
    std::uint64_t bytes = 0;
};

struct SyncReport {
    OutgoingReport sent;
    std::vector<ImportReport> received;
    std::uint64_t removed_objects = 0;  // of ours, covered by receipts
    /// The owner shut this device out, so nothing was sent.
    bool revoked = false;
    /// A hub did not take the list of who may use it: it belongs to another deployment, or the owner must sync first.
    bool access_refused = false;
    /// How long this device's log was when all of it had been sent.
    std::uint64_t own_log = 0;
    /// Evidence that was sealed, and whether some is left that SyncOptions::evidence_limit did not allow.
    std::uint64_t evidence_bytes = 0;
    bool evidence_waits = false;
    /// It ended after SyncOptions::long_run_ms, and there is more to send.
    bool more = false;
};

struct SyncOptions {
    static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();
    /// Looks whether what was sent and no receipt covers still lies there. Without, and with nothing new, a
    /// synchronisation is one listing of each folder that others write to.
    bool check_sent = true;
    /// Bytes of evidence that may be sealed; what is sealed already is sent all the same.
    std::uint64_t evidence_limit = no_limit;
    /// Ends after the piece of evidence that is under way then, so that what came meanwhile need not wait for all of
    /// it.
    std::int64_t long_run_ms = std::numeric_limits<std::int64_t>::max();
    /// The store is a hub: it is told who may use it, where this device may say so.
    bool hub = false;
};

/// A device as the roster and the exchange know it.
struct Peer {
    DeviceId device;
    PersonId person;
    std::string name;  // of the person; empty where no member record is here
    /// The name was erased on request, on every device.
    bool name_erased = false;
    team::Role role = team::Role::assessor;
    bool owner = false;
    bool deputy = false;
    bool revoked = false;
    /// The owner's recovery kit, not restored so far.
    bool kit = false;
    bool own = false;
    std::string fingerprint;
    std::int64_t enrolled_ms = 0;
    /// When something of it was last imported; 0 never.
    std::int64_t last_contact_ms = 0;
    std::uint64_t revisions_held = 0;
    /// Where revoked: the last revision of it that is accepted, known by name when it was; team::everything_accepted
    /// for a device that is only out of use.
    std::uint64_t accepted_up_to = 0;
    /// Joined without history: it gets what began after its invitation.
    bool without_history = false;
    /// It sent two different bundles under one number: its vault was copied, or an old copy was put back.
    bool rolled_back = false;
};

/// An invitation not used yet.
struct OpenInvitation {
    InviteId invite;
    std::string name;
    team::Role role = team::Role::assessor;
    std::int64_t expires_ms = 0;
    bool cancelled = false;
    bool without_history = false;
};

struct Invited {
    Bytes file;
    crypto::Secret code;  // 20 digits, to be told over another channel
    InviteId invite;
};

struct MadeKit {
    Bytes file;
    crypto::Secret code;  // 40 digits, to be printed and kept apart from the file
    DeviceId device;
};

/// The record that holds a person's name, the same on every machine: hash("fieldseal/v1/member", person), first 16
/// bytes.
RecordId member_record(const PersonId& person);

class Exchange {
  public:
    /// Whether the vault belongs to a deployment yet.
    static bool has_deployment(vault::Vault& vault);
    /// Founds a deployment: keys, team key, roster 1, the founder's member record. Error(refused) if the vault has one.
    static void found(vault::Vault& vault, const std::string& name, const std::string& person_name);
    /// Joins: keys, enrolment waiting for the first bundle, own member record, the invitation's roster. Error(refused)
    /// if the vault has a deployment or the invitation has expired by this machine's clock.
    static void join(vault::Vault& vault, const team::Invitation& invitation);

    /// Takes over what a recovery kit holds, as the owner's new device. Error(refused) if the vault has a deployment.
    static void restore(vault::Vault& vault, const team::Kit& kit);

    /// For a vault that has a deployment; Error(refused) otherwise. The vault outlives it.
    explicit Exchange(vault::Vault& vault);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    const team::Deployment& deployment() const;
    const team::Roster& roster() const;
    DeviceId own_device() const;
    /// Folders of this device on a store.
    std::string own_mailbox() const;
    std::string own_outbox() const;
    /// How many revisions this device has written.
    std::uint64_t own_revisions();
    team::Role own_role() const;
    /// Owner or deputy.
    bool runs_team() const;
    team::Authority authority() const;
    /// Whether the owner shut this device out: it takes in, but sends nothing.
    bool is_revoked() const;
    /// For Vault::verify.
    /// This device's box key, and what was sealed to it; nothing where it does not open.
    team::PublicKey box_key() const;
    std::optional<crypto::Secret> open_box(ByteView sealed) const;
    /// Of any device that a list had or that enrolled, so that what is held of its log can be checked; it says nothing of
    /// what is taken in.
    std::optional<crypto::VerifyKey> key_of(const DeviceId& device) const;

    /// Owner or deputy only (Error(refused) otherwise). Publishes a new roster. `person` adds a device to somebody
    /// known. Without history (reviewers only, Error(refused) otherwise) the device gets sites, members, and what
    /// begins after all that is known here now: docs/formats/roster.md, "Without history". `store_url`: where the
    /// device is to sync; empty where that is not known.
    Invited invite(team::Role role, const std::string& person_name, crypto::PassphraseCost cost,
                   std::optional<PersonId> person = std::nullopt, team::History history = team::History::all,
                   const std::string& store_url = {});

    // Running the team (authority.cpp). Owner or deputy, where not said otherwise: Error(refused). Each publishes a new
    // roster; the next export or sync carries it. A revocation starts a new team key that the revoked device lacks.

    /// What it wrote beyond what is held here goes to quarantine, everywhere; with `out_of_use` all of it stays
    /// welcome. Error(not_found), Error(refused).
    void revoke_device(const DeviceId& device, bool out_of_use);
    /// All devices of the person, and their open invitations.
    void revoke_person(const PersonId& person, bool out_of_use);
    void cancel_invitation(const InviteId& invite);
    void renew_team_key();
    /// Gives a reviewer who joined without history all of it. Error(refused) where nothing is held back.
    void give_history(const PersonId& person);
    /// Owner only.
    void set_deputy(const PersonId& person, bool deputy);
    /// Owner only: the person owns the deployment from now on, and this one becomes a deputy.
    void hand_over(const PersonId& person);
    /// Owner only: the kit's device joins the roster; those before stay good until they are revoked.
    MadeKit make_kit(crypto::PassphraseCost cost, const std::string& store_url);
    /// Takes in what was refused: raises a revoked device's mark, allows what a role does not, or writes the second
    /// branch of a forked log into this device's own. Error(refused) where `acceptable` is false, with what to do
    /// instead; Error(not_found).
    void accept_quarantine(const Hash& entry);
    /// Throws it away, here. Coordinators only (Error(refused)).
    void drop_quarantine(const Hash& entry);
    std::vector<Fork> forks();
    /// Noticed from a receipt or from our own log coming back.
    std::optional<Rollback> rollback();
    std::optional<ListRollback> list_rollback();

    /// Seals everything that no receipt covers yet for the team and, at a coordinator's, for each device, into
    /// `*.fsbundle` files in `folder` (USB stick). Cuts nothing: the session cuts drafts first. A lost stick loses
    /// nothing: the next export holds it again.
    OutgoingReport export_bundles(const std::filesystem::path& folder, const Progress& progress = {});
    /// Imports one file. Bad bundles are reported, not thrown; Error(disk), Error(not_found) where the file cannot be
    /// read. The file is left as it is.
    ImportReport import_file(const std::filesystem::path& file, const Progress& progress = {});
    ImportReport import_bundle(ByteView sealed, const std::string& source);
    /// Sends what is new, takes what is new, removes own objects that receipts cover. Error(unreachable) if the store
    /// cannot be reached; what was done before stays.
    /// In one go; sync_steps.h has it in steps.
    SyncReport sync(store::Store& store, const Progress& progress = {}, SyncOptions options = {});

    // Hubs (hub_access.cpp): docs/formats/hub.md.
    /// Who may use one, by the roster in force. Owner or deputy: Error(refused).
    Bytes hub_access_list();
    /// What shows this device to the hub of that name (store::hub_audience).
    crypto::Secret hub_token(std::string_view audience);

    /// As a bare export, in memory, for tests and simulation: the bundles of one lane, at most one sealed bundle's
    /// worth each.
    std::vector<bundle::Sealed> outgoing(const bundle::Lane& lane);

    std::vector<RecordDelivery> deliveries();
    Delivery delivery(const RecordId& record);
    // Erasing on this device (erase.cpp)
    /// Assessments of this device that are finalised, not returned, and covered by coordinators' receipts with all of
    /// their evidence. At a coordinator none: what its receipts said must stay true.
    std::vector<RecordId> erasable();
    /// Erases these sites and assessments here, with evidence and reviews; all erasable() ones where none is given. All
    /// or nothing: Error(refused) that names the record and what is missing, Error(not_found).
    EraseReport erase_delivered(const std::vector<RecordId>& records = {});
    /// What was erased here and is not back, newest first.
    std::vector<Stub> stubs();
    /// Whether the record, or what it belongs to, was erased here and is not back.
    bool is_erased(const RecordId& record) const;

    /// This device's assessments, in no order, with the reason where one must stay. None at a coordinator.
    std::vector<EraseChoice> erase_choices();

    // Sealing on finalise (seal_finalised.cpp)
    /// Seals a finalised assessment of this device, with its evidence, to the team, and erases the open form: from then
    /// on this device shows its stub only. What is sealed is sent until receipts cover it. Killed at any moment, it is
    /// wholly sealed or wholly open. Error(refused) for whoever is no assessor, where it is not finalised or was
    /// returned, and with a draft; Error(not_found); Error(cancelled), where all is as before.
    EraseReport seal_finalised(const RecordId& assessment, const Progress& progress = {});

    // Travel mode (travel.cpp): only what is not delivered stays.
    bool travel_mode() const;
    /// Error(refused) at a coordinator's. Switching on erases nothing by itself.
    void set_travel_mode(bool on);
    /// What erase_for_travel() would erase now, whether the mode is on or not: assessments, sites, and names of people.
    std::vector<EraseChoice> travel_choices();
    /// In travel mode: erases what coordinators' receipts cover and nothing here needs, and clears what the import log
    /// and quarantine say of it. To be called after whatever may bring receipts. Nothing where the mode is off.
    EraseReport erase_for_travel();

    // Erasing on every device (erase_everywhere.cpp). Owner or deputy: Error(refused).
    /// What erase_everywhere() would erase of what is here: the record with what belongs to it (a site: with its
    /// assessments), a person's name, or one revision of it. Error(not_found).
    EraseReport would_erase(const RecordId& record, const std::optional<Hash>& revision = std::nullopt);
    /// Asks every device to drop it for good: a new roster says so, the next sync or export carries it. `reason` is
    /// read by everybody.
    EraseReport erase_everywhere(const RecordId& record, const std::string& reason,
                                 const std::optional<Hash>& revision = std::nullopt);
    /// Ascending by record.
    std::vector<Erased> erased_everywhere();

    /// Gaps in the logs known.
    std::vector<MissingRange> missing();
    std::vector<QuarantineEntry> quarantine();
    /// An entry opened as far as it can be (quarantine_content.h). Error(not_found).
    QuarantineContent quarantine_content(const Hash& id);
    /// Newest first.
    std::vector<ImportLogEntry> import_log(std::size_t most = 200);
    std::vector<Peer> peers();
    std::vector<OpenInvitation> open_invitations();
    /// Names by person, from member records.
    std::string name_of_person(const PersonId& person);
    std::string name_of_device(const DeviceId& device);
    /// Erased on request, on every device.
    bool is_name_erased(const PersonId& person) const;
    std::optional<PersonId> person_of(const DeviceId& device) const;
    /// Where revisions of this record that were erased on request stand in logs, as far as their places are known here.
    std::vector<LogPlace> places_erased(const RecordId& record);
    /// When this device received a revision of another device's log; 0 for its own or where not known.
    std::int64_t received_ms(const DeviceId& device, std::uint64_t sequence);

    /// Templates besides the built-in ones, by content hash: the file's bytes. A coordinator's travel to everybody.
    std::vector<Bytes> questionnaires();
    /// Error(refused) where add_questionnaire() would not take any.
    void require_may_publish() const;
    /// Coordinators only; Error(refused). Error(too_large), and Error(failed) for what is no questionnaire.
    void add_questionnaire(ByteView file);

  private:
    friend struct DeliveryView;
    friend class Erasing;
    friend class Sealing;
    friend class Travel;
    friend class Synchronisation;
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace fieldseal::exchange
