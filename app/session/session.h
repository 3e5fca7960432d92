// An open vault and everything one can do with it: what the window and fieldsealctl share.
//
// Rules: a Session is used by one thread at a time (fieldsealctl's own, or the window's Worker). It shows state as immutable values; nothing it hands out
// changes later. Passphrases come in as crypto::Secret and go no further.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/session/assessment_view.h"
#include "app/session/found_text.h"
#include "app/session/history_view.h"
#include "app/session/hub_place.h"
#include "app/session/publication.h"
#include "app/session/snapshot.h"
#include "model/interchange/site_table.h"
#include "model/picture/clean.h"
#include "model/portfolio/groups.h"
#include "model/portfolio/overview.h"
#include "sync/exchange/quarantine_content.h"
#include "sync/exchange/sync_steps.h"

namespace fieldseal::session {

using vault::Progress;

/// The machine's clock and randomness, for programs.
Environment system_environment(crypto::PassphraseCost cost = crypto::standard_cost);

/// How a file is attached.
struct AttachChoice {
    /// A photo as it is, to be read by everybody who reads the answers: with the place where it was taken, if it says so.
    bool keep_metadata = false;
    /// Of a photo.
    picture::Cleaning cleaning;
};

/// What a file is before it is attached, so that limits are told first.
struct FileLook {
    std::uint64_t size = 0;
    std::string media_type;
    /// A photo that is cleaned.
    bool is_photo = false;
    /// Empty where it can be attached so; else why not, and what to do.
    std::string problem;
};

/// A site as it is being entered or changed: no record yet.
struct SiteForm {
    /// None for a new site.
    std::optional<RecordId> id;
    record::Site site;
    /// Heads that the form was filled from.
    std::vector<Hash> base;
};

/// What an import of sites did, or would do.
struct SiteImport {
    std::uint64_t added = 0;
    std::uint64_t updated = 0;
    std::uint64_t unchanged = 0;
};

/// What an import brought to a record.
struct ArrivedRecord {
    RecordId record;
    /// Those of them that are still here; 0 also where the import came before the log told which they were.
    std::size_t revisions = 0;
    /// Paths they touched, ascending; at most 2,000.
    std::vector<std::string> paths;
};

struct Status {
    std::vector<exchange::RecordDelivery> records;
    std::vector<exchange::MissingRange> missing;
    std::vector<exchange::QuarantineEntry> quarantine;
    std::uint64_t drafted = 0, sealed = 0, sent = 0, delivered = 0;
};

/// What the vault keeps for syncing by itself.
struct KeptStore {
    std::string url;  // "" where none is set
    store::Credentials credentials;
    bool stay_offline = false;
    /// Bytes of evidence; 0 for no limit.
    std::uint64_t evidence_per_hour = 0;
    /// Folders of this device on it.
    std::string mailbox;
    std::string outbox;
    bool has_credentials = false;

    /// What may be shown.
    KeptStore without_secret() &&;
};

/// The hub on this computer, as the vault keeps it: whether it is to run whenever the vault is opened, and where.
struct KeptHub {
    HubPlace place;
    bool on = false;
};

class Session {
  public:
    /// New vault, no deployment yet. Returns the recovery code to show once.
    static std::pair<std::unique_ptr<Session>, crypto::Secret> create(const std::filesystem::path& path, const crypto::Secret& passphrase,
                                                                      Environment environment);
    static std::unique_ptr<Session> open(const std::filesystem::path& path, const crypto::Secret& passphrase, Environment environment);
    static std::unique_ptr<Session> open_with_recovery(const std::filesystem::path& path, const crypto::Secret& code, Environment environment);
    ~Session();

    const std::filesystem::path& path() const;
    /// False between creating a vault and founding or joining.
    bool has_deployment() const;
    void found(const std::string& deployment, const std::string& person);
    /// By an invitation file, or by a file that holds its text (docs/formats/invitation.md, "As text").
    void join(const std::filesystem::path& invitation, const crypto::Secret& code);
    /// By what such a file holds.
    void join(ByteView invitation, const crypto::Secret& code);
    /// Goes on from a recovery kit, as the owner's new device.
    void restore(const std::filesystem::path& kit, const crypto::Secret& code);
    void change_passphrase(const crypto::Secret& fresh);
    crypto::Secret change_recovery_code();
    void destroy();

    /// Of the state now; cheap where nothing changed since the last one.
    std::shared_ptr<const Snapshot> snapshot();

    // Sites
    RecordId add_site(const record::Site& site);
    /// Saves the form's difference to the current state as a revision; `base` are the heads the form was filled from.
    void edit_site(const RecordId& id, const record::Site& site, const std::vector<Hash>& base);
    SiteView site(const RecordId& id);
    /// Keeps what is typed, durable when it returns, until drop_site_form(): one form at a time.
    void keep_site_form(const SiteForm& form);
    void drop_site_form();
    std::optional<SiteForm> kept_site_form();
    std::vector<Hash> heads(const RecordId& id);
    /// Words for sectors, regions and profile questions, of all questionnaires here.
    interchange::SiteNames site_names();
    /// A site that is known by its outside id, or where a row has none or a new one by name, region and settlement, takes what the table says; others are added.
    /// Coordinators only. All or nothing. With `dry_run` nothing is written.
    SiteImport import_sites(const interchange::PreparedSites& prepared, bool dry_run, const Progress& progress = {});

    // Assessments
    /// A draft at once (autosaved from here on). `visited_on` "" is today by the clock. Error(not_found) for an unknown site or template.
    RecordId start_assessment(const RecordId& site, std::string_view template_id, const std::string& visited_on);
    /// Durable when it returns. Fields are flat paths of record::Assessment ("answers/CSB-GV-01/value"). Error(refused) once finalised (until returned).
    void save(const RecordId& assessment, const codec::Edits& edits);
    void save_answer(const RecordId& assessment, const std::string& question, const record::Answer& answer);
    AssessmentView assessment(const RecordId& id);
    /// Makes a revision of what is drafted, if anything.
    void cut(const RecordId& record);
    void cut_all();

    // Evidence (evidence.cpp)
    /// Reads the beginning of the file only. Error(not_found), Error(disk).
    FileLook look_at_file(const std::filesystem::path& file, bool keep_metadata = false);
    /// A photo becomes a copy that readers get, without metadata, and the original is sealed to coordinators and this device: docs/formats/original.md. Other
    /// files are kept as they are. Error(too_large) before the file is read, Error(refused) for pictures that cannot be cleaned, Error(damaged).
    RecordId attach(const RecordId& assessment, const std::string& question, const std::filesystem::path& file, const std::string& caption,
                    const Progress& progress = {}, const AttachChoice& choice = {});
    /// As attach(), of a photo that is no file, such as one from the clipboard.
    RecordId attach_photo(const RecordId& assessment, const std::string& question, const std::string& file_name, ByteView photo,
                          const std::string& caption, const AttachChoice& choice = {});
    /// Takes a piece of evidence out of its assessment; its history stays, and what the file holds.
    void remove_evidence(const RecordId& evidence);
    /// Takes that back.
    void put_back_evidence(const RecordId& evidence);
    /// To look at: turned as its metadata says, no longer than `longest_side`. Of an original only where original_opens. Errors as save_evidence and picture::decode.
    picture::Pixels evidence_picture(const RecordId& evidence, std::uint32_t longest_side, bool original = false);
    /// Gives the keys of originals that this device can open to coordinators' devices that lack them; returns how many records were changed.
    std::uint64_t share_originals(const Progress& progress = {});

    /// What stands in the way or should be looked at.
    std::vector<questionnaire::Remark> check(const RecordId& assessment);
    /// Error(refused) for remarks that block. Seals it as well where seal_on_finalise() says so.
    void finalise(const RecordId& assessment);
    /// Takes a finalised assessment out of this device's own hands: only a stub is shown from then on; exchange::Exchange::seal_finalised says what may be sealed.
    exchange::EraseReport seal(const RecordId& assessment, const Progress& progress = {});
    /// Kept in the vault; off at first. Error(refused) when switched on for whoever is no assessor.
    bool seal_on_finalise();
    void set_seal_on_finalise(bool on);
    /// Opens a finalised assessment for editing again, after a return; Error(refused) otherwise.
    void reopen(const RecordId& assessment);
    /// Writes a piece of evidence to a file: what readers get, or a photo's original. Error(not_found) while it is not wholly here, Error(refused) for an original whose
    /// key this device was not given.
    void save_evidence(const RecordId& evidence, const std::filesystem::path& file, const Progress& progress = {}, bool original = false);
    /// Settles a conflict for one of its versions. Error(refused) for reviewers, and for assessors where the record is
    /// neither a site nor of their own visit.
    void settle(const RecordId& record, const std::string& path, const std::optional<codec::Value>& value);

    // Findings, needs and what becomes of them (help.cpp). Assessors write findings and needs of their own visits, coordinators everything:
    // Error(refused) otherwise.
    /// Site and time are filled in. Error(failed) without words.
    RecordId add_finding(record::Finding finding);
    RecordId add_need(record::Need need);
    /// Fields of a finding, need or offer, as a draft: durable when it returns, a revision when it is cut.
    void save_part(const RecordId& record, const codec::Edits& edits);
    /// `at` is the visit that showed it.
    void close_finding(const RecordId& finding, const std::string& why, const std::optional<RecordId>& at);
    void withdraw_need(const RecordId& need, const std::string& why);
    /// What this visit sees of an earlier finding or need; a part of the assessment, autosaved like answers.
    void save_check(const RecordId& assessment, const RecordId& record, const record::Check& check);
    RecordId add_offer(record::Offer offer);
    /// Of an offer for a need; Error(refused) for more than is left of either. `agreed` where the partner has said yes; `on` "" is today.
    RecordId pledge(const RecordId& need, const RecordId& offer, std::int64_t quantity, bool agreed, const std::string& on, const std::string& note);
    void agree(const RecordId& pledge, const std::string& on);
    void deliver(const RecordId& pledge, const std::string& on, const std::string& note);
    void drop_pledge(const RecordId& pledge, const std::string& note);
    /// Tells the assignee what is open at the site: findings, needs that were delivered and nobody has seen, and the last visit's answers without their notes.
    RecordId assign(const RecordId& site, const PersonId& assignee, const std::string& due, const std::string& questionnaire, const std::string& why);
    void take_back(const RecordId& assignment);
    /// Of the state now; cheap where nothing changed since the last one.
    std::shared_ptr<const portfolio::Help> help();
    /// Over the latest finalised assessments of all sites.
    portfolio::GapCount frequent_gaps(const Progress& progress = {});
    /// All sites by their latest finalised visits. Reads each of them: a matter of seconds with 100,000 sites.
    portfolio::Overview overview(const Progress& progress = {});
    /// Of sites whose record gives coordinates; no others are guessed.
    std::vector<portfolio::SitePlace> site_places(const Progress& progress = {});

    // Search over all texts (search_text.cpp): sites, answers' notes, findings, needs, offers, pledges, assignments, reviews, evidence. Words in any order, each the beginning of a word.
    /// Reads at most so many records that are new or changed since.
    TextReading read_for_search(std::size_t most);
    TextResults search_text(const std::string& query, std::size_t most_of_kind);

    // Review and history
    /// Assessors answer reviewers on visits of their own, by comments; verdicts are the reviewers' and coordinators': Error(refused).
    RecordId review(const RecordId& assessment, record::Verdict verdict, const std::string& question, const std::string& text);
    /// What somebody is typing to the assessor or a reviewer, by its place in the assessment: durable when it returns, until it is "" or kept_words() is not asked any more.
    void keep_words(const RecordId& assessment, const std::string& place, const std::string& words);
    std::map<std::string, std::string> kept_words(const RecordId& assessment);
    /// Of a record; of a site with its assessments, evidence and reviews where `whole`. Causes before effects, else oldest first.
    std::vector<HistoryStep> history(const RecordId& record, bool whole);
    /// The step's hash, its place in its device's log with the links there, and the signature over it: read from the disk anew (step_seal.cpp).
    StepSeal check_step(const HistoryStep& step);
    /// Error(usage) for records of two kinds (comparing.cpp).
    DiffView diff(const Hash& before, const Hash& after);
    /// Two visits as they are now.
    DiffView diff_visits(const RecordId& before, const RecordId& after);
    /// State of its record at a revision.
    codec::FieldMap state_at(const Hash& revision);
    /// Of any record: fields that were changed apart; none where there is no such record (arrivals.cpp).
    std::vector<Conflict> conflicts(const RecordId& record);
    /// What the authors of all versions had seen of the field, and each side's steps since (conflict_history.cpp).
    ConflictHistory conflict_history(const RecordId& record, const Conflict& conflict);
    std::optional<history::Revision> revision(const Hash& name);

    // Exchange
    exchange::Invited invite(team::Role role, const std::string& person, team::History history = team::History::all);
    /// Another device for somebody who is in the team, without history where the person's others are.
    exchange::Invited invite_device(const PersonId& person);
    // The team; who may do what and what follows stands with exchange::Exchange.
    void revoke_device(const DeviceId& device, bool out_of_use);
    void revoke_person(const PersonId& person, bool out_of_use);
    void cancel_invitation(const InviteId& invite);
    void renew_team_key();
    void give_history(const PersonId& person);
    void set_deputy(const PersonId& person, bool deputy);
    void hand_over(const PersonId& person);
    exchange::MadeKit make_kit();
    /// An entry opened as far as it can be: for whoever has to decide about it.
    exchange::QuarantineContent quarantine_content(const Hash& entry);
    void accept_quarantine(const Hash& entry);
    void drop_quarantine(const Hash& entry);
    exchange::OutgoingReport export_bundles(const std::filesystem::path& folder, const Progress& progress = {});
    /// What this import brought to its records, the first `most` of them, in their order.
    std::vector<ArrivedRecord> arrived(const exchange::ImportReport& report, std::size_t most);
    std::vector<exchange::ImportReport> import_files(const std::vector<std::filesystem::path>& files, const Progress& progress = {});
    /// Cuts drafts first. In one go; keeps the address where no store is kept yet.
    exchange::SyncReport sync(const std::string& store_url, const Progress& progress = {}, store::StoreOptions options = {},
                              const exchange::SyncOptions& sync_options = {});
    // The same in steps, so that the network can have a thread of its own (sync/exchange/sync_steps.h). One at a time: a new one ends the one before, and calls
    // for one that has ended throw Error(cancelled).
    /// Cuts drafts. `place` is for the log of syncs. Returns the run's number, which no other session has.
    std::uint64_t begin_sync(const std::string& place, const exchange::SyncOptions& options);
    std::optional<exchange::StoreStep> next_sync_step(std::uint64_t run);
    void take_synced(std::uint64_t run, const exchange::FetchedBundle& bundle);
    void finish_sync_step(std::uint64_t run, const exchange::StoreAnswer& answer);
    /// However it ended: what was done shows, and goes into the log of syncs.
    exchange::SyncReport end_sync(std::uint64_t run, SyncTrouble trouble, const std::string& message);
    /// Newest first.
    std::vector<SyncLogEntry> sync_log(std::size_t most = 200);
    Status status();

    // Erasing (erasing.cpp)
    /// Assessments that can be erased here now: finalised, not returned, and covered by coordinators' receipts with all evidence.
    std::vector<RecordId> erasable();
    /// Erases these sites and assessments on this device, all erasable() ones where none is given. All or nothing: Error(refused) says what is not delivered.
    exchange::EraseReport erase_delivered(const std::vector<RecordId>& records = {});
    /// This device's assessments, with the reason where one must stay.
    std::vector<exchange::EraseChoice> erase_choices();
    /// Travel mode: after each import and sync, and when it is switched on, what coordinators' receipts cover is erased here.
    std::vector<exchange::EraseChoice> travel_choices();
    bool travel_mode();
    exchange::EraseReport set_travel_mode(bool on);
    /// Erasing on every device, for good; who may and what follows stands with exchange::Exchange.
    exchange::EraseReport would_erase(const RecordId& record, const std::optional<Hash>& revision = std::nullopt);
    exchange::EraseReport erase_everywhere(const RecordId& record, const std::string& reason, const std::optional<Hash>& revision = std::nullopt);
    std::vector<exchange::Erased> erased_everywhere();
    /// The record to erase when a person's name is to go.
    RecordId record_of_name(const PersonId& person);

    vault::VerifyReport verify(const Progress& progress = {});

    /// Realistic sites and assessments from a seed, for benchmarks and trials.
    void generate(std::uint64_t sites, std::uint64_t assessments, std::uint64_t seed, const Progress& progress = {});

    const portfolio::TemplateShelf& templates() const;
    /// How many assessments, without those removed, keep to which of the versions that are here: by the hash of its contents. Counted over summaries.
    std::map<Hash, std::uint64_t> template_uses();
    /// What publish() would do. Error(failed) for a file that `questionnaire::check_template` complains about.
    Publication would_publish(ByteView file);
    /// Hands a questionnaire out to the whole team, for good. Error(refused) for whoever is no coordinator, and for a version that is not the next one.
    Publication publish(ByteView file);
    /// Records and revisions by the beginning of their hexadecimal id, at least 4 digits. Error(not_found), or Error(usage) if several match.
    RecordId resolve_record(std::string_view hex_prefix);
    Hash resolve_revision(std::string_view hex_prefix);
    /// Of the team, by the beginning of the id; a person also by their whole name. Errors as resolve_record.
    DeviceId resolve_device(std::string_view hex_prefix);
    PersonId resolve_person(std::string_view name_or_hex_prefix);
    InviteId resolve_invitation(std::string_view hex_prefix);
    Hash resolve_quarantine(std::string_view hex_prefix);
    std::string name_of_person(const PersonId& person);

    // The store that is kept in the vault, with its credentials: sealed, and never shown again.
    std::string store_url();
    /// Forgets the credentials if it is another store.
    void set_store_url(const std::string& url);
    /// No credentials where there is no secret.
    void set_store(const std::string& url, const store::Credentials& credentials);
    /// What this device shows to the store at this address: what is kept for it, a hub's token, nothing for others.
    store::Credentials credentials_for(const std::string& url);
    KeptStore kept_store();
    void set_stay_offline(bool offline);
    void set_evidence_per_hour(std::uint64_t bytes);
    /// Who may use a hub, by what is known here (docs/formats/hub.md). Owner or deputy: Error(refused).
    Bytes hub_access_list();
    KeptHub kept_hub();
    void keep_hub(const KeptHub& hub);
    /// What shows this device to the hub at this address, hub://, webdavs:// or webdav://. Error(usage) for others.
    crypto::Secret hub_token(const std::string& hub_url);
    /// Small settings of the screen (language, theme, scale, where one stood), kept sealed in the vault.
    std::string setting(std::string_view name);
    void set_setting(std::string_view name, std::string_view value);

  private:
    Session(std::unique_ptr<vault::Vault> vault);
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace fieldseal::session
