// What each screen remembers between frames: selections, texts being typed, what was loaded for it. Dropped when the vault is locked.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "app/desktop/screens/assessment_views.h"
#include "app/desktop/widgets/file_browser.h"
#include "app/desktop/widgets/secret_field.h"
#include "app/desktop/widgets/widgets.h"
#include "app/session/saved_views.h"
#include "app/session/session.h"
#include "model/portfolio/search.h"
#include "model/portfolio/site_filter.h"

namespace fieldseal::desktop {

enum class Screen { welcome, overview, sites, site, site_form, site_import, assessment, outbox, inbox, team, reviews, needs, questionnaires, search, diff, settings };

struct WelcomeView {
    enum class Mode { choose, create, join, unlock, recover, recovery_code };
    Mode mode = Mode::choose;
    std::string path;
    std::string deployment;
    std::string person;
    std::string invitation;
    std::string code;
    ui::SecretField passphrase;
    ui::SecretField again;
    ui::SecretField recovery;
    /// Shown once after creating, in groups.
    std::string recovery_code;
    bool code_noted = false;
    bool focus = true;
    std::string problem;
    ui::FileBrowser browser;
    enum class Browsing { none, vault, invitation, folder } browsing = Browsing::none;
};

/// Made by the worker, of one snapshot: what was put nth is its nth site.
struct SiteIndex {
    std::shared_ptr<const session::Snapshot> of;
    portfolio::SearchIndex texts;
};

/// What an answer to a filter depends on.
struct FilterAnswer {
    portfolio::SiteFilter filter;
    std::shared_ptr<const portfolio::Overview> overview;
    std::shared_ptr<const std::vector<portfolio::FrequentGap>> gaps;
    std::shared_ptr<const portfolio::Help> help;
    std::string today;
    bool operator==(const FilterAnswer&) const = default;
};

struct SitesView {
    std::string query;
    portfolio::SiteFilter filter;
    /// "" by name, "score" the weakest first, "visit" the longest ago first.
    std::string sort;
    /// Whom a filter that is not plain lets through, ascending, and what it was looked up in.
    std::shared_ptr<const std::vector<RecordId>> behind;
    FilterAnswer behind_for;
    /// A number was pressed: the list takes the keyboard.
    bool focus_list = false;
    /// The newest that is ready; null at first. Typing goes on in an older one until the worker has made the next.
    std::shared_ptr<const SiteIndex> index;
    /// Which one the worker was last asked for: generation and language.
    std::string index_asked;
    /// What the list shows of `shown_of`, which keeps the rows alive, for the query and the sector in `shown_for`.
    std::vector<const session::Row*> shown;
    std::shared_ptr<const session::Snapshot> shown_of;
    std::string shown_for;
    /// Assignments to this person that are not done, due first; of `assigned_of`.
    std::vector<const session::Row*> assigned;
    std::shared_ptr<const session::Snapshot> assigned_of;
    int selected = 0;
    bool focus_search = false;
};

struct SiteView {
    RecordId id;
    std::optional<session::SiteView> site;
    std::vector<session::HistoryStep> steps;
    std::uint64_t loaded_generation = ~0ull;
    /// Two steps to compare.
    std::optional<Hash> first;
    std::optional<Hash> second;
    /// Where the arrows stand in the time line, and what was checked of a step there.
    std::optional<Hash> at;
    std::optional<session::StepSeal> seal;
    /// The time line takes the keyboard; what the arrows stand at comes into sight.
    bool history_focus = false;
    bool history_scroll = false;
    std::shared_ptr<const portfolio::Help> help;
    /// What belongs to the site, picked from everything when it is loaded, not in each frame; the lines lie in `help`.
    struct Parts {
        std::vector<std::shared_ptr<const session::Row>> visits;
        std::vector<const portfolio::NeedLine*> needs;
        std::vector<const portfolio::FindingLine*> findings;
        /// Not done yet.
        std::vector<const portfolio::AssignmentLine*> assignments;
    };
    Parts parts;
    /// Somebody is about to be sent here.
    bool assigning = false;
    std::string assignee;
    std::string due;
    std::string why;
    /// Id of the questionnaire for a new assessment or assignment; empty for the first.
    std::string questionnaire;
};

struct SiteFormView {
    std::optional<RecordId> id;
    record::Site site;
    std::vector<Hash> base;
    std::string criticality;
    /// As it is on the disk, or on its way there.
    record::Site kept;
    bool keeping = false;
};

struct SiteImportView {
    std::string file;
    ui::FileBrowser browser;
    bool browsing = false;
    /// "" as seen from the file, or "utf8", "windows-1251".
    std::string encoding;
    std::shared_ptr<const interchange::SiteTable> table;
    interchange::SiteNames names;
    /// By column; "" is left out.
    std::vector<std::string> fields;
    /// What `fields` was when the worker looked at it.
    std::vector<std::string> looked_at;
    std::optional<interchange::PreparedSites> prepared;
    session::SiteImport would;
    int selected = 0;
};

struct OutboxView {
    int selected = 0;
    int selected_sync = 0;
    std::string sync_query;
    /// Places in Snapshot::syncs of `syncs_of`, for what `syncs_for` says.
    std::vector<std::size_t> syncs;
    std::shared_ptr<const session::Snapshot> syncs_of;
    std::string syncs_for;
    /// "records" or "syncs".
    std::string shown = "records";
    /// The records of `rows_of`, which keeps them alive, that have a way to go or have gone it.
    std::vector<const session::Row*> rows;
    std::shared_ptr<const session::Snapshot> rows_of;
    std::string query;
    /// Those of `found_of` with what `found_for` says, as the worker found them, and what it was asked for last.
    std::vector<const session::Row*> found;
    std::shared_ptr<const session::Snapshot> found_of;
    std::string found_for;
    std::string asked_for;
    /// Folder, or a server's address.
    std::string folder;
    /// The kept store was asked for; `kept` has it without its secret.
    bool asked = false;
    session::KeptStore kept;
    /// For a server: empty where those kept are to stay.
    std::string user;
    ui::SecretField secret;
    ui::FileBrowser browser;
    bool browsing = false;
};

struct InboxView {
    std::string file;
    ui::FileBrowser browser;
    bool browsing = false;
    std::vector<exchange::ImportReport> last;
    std::string query;
    /// Places in Snapshot::imports of `shown_of`, for what `shown_for` says.
    std::vector<std::size_t> shown;
    std::shared_ptr<const session::Snapshot> shown_of;
    std::string shown_for;
    int selected = 0;
    /// In quarantine, and opened to be looked at (quarantine_detail.cpp).
    std::optional<exchange::QuarantineContent> looked;
    /// What the chosen import changed, of `arrived_for`; nothing while the worker looks.
    std::optional<std::vector<session::ArrivedRecord>> arrived;
    std::string arrived_for;
    int record_selected = 0;
    /// The list or the records take the keyboard; the frame that the list was drawn in last.
    bool focus_list = false;
    bool focus_records = false;
    /// Enter was pressed in the list: with the next frame, or it would open a record at once.
    bool to_records = false;
    int frame = -2;
    /// In quarantine, and about to be thrown away.
    std::optional<Hash> dropping;
};

struct TeamView {
    bool inviting = false;
    std::string name;
    std::string role = "assessor";
    /// For a reviewer: "all", "none", or nothing while nobody has chosen.
    std::string history;
    std::string folder;
    /// Shown after an invitation was made.
    std::string code;
    std::string file;
    Bytes file_bytes;
    std::string query;
    /// A place in Snapshot::peers.
    int selected = 0;
    ui::FileBrowser browser;
    bool browsing = false;
    /// The invitation is for another device of somebody who is in the team.
    std::optional<PersonId> another_device_of;
    /// The invitation that is asked about before it is cancelled.
    std::optional<InviteId> cancelling;
    /// How a device goes: "wrong_hands" or "out_of_use".
    std::string leaving = "wrong_hands";
    bool whole_person = false;
    bool making_kit = false;
    /// The card of the team key is open.
    bool renewing_key = false;
    /// Of a kit just made; shown once.
    std::string kit_code;
    std::string kit_file;
};

/// The hub on this computer.
struct HubView {
    bool open = false;
    /// What the vault keeps of it was asked for.
    bool asked = false;
    std::string folder;
    std::string reached_at;
    /// The store that this vault syncs with.
    std::string store_url;
    int selected = 0;
    ui::FileBrowser browser;
    bool browsing = false;
};

struct ReviewsView {
    /// Whom an assessment waits for.
    enum class Waits { review, answered, assessor, nobody };
    struct Line {
        std::shared_ptr<const session::Row> row;
        Waits waits = Waits::review;
        /// When the verdict that counts was given; 0 without one.
        std::int64_t judged_ms = 0;
        /// The last that was written about it is the assessor's answer.
        bool answered_in_words = false;
    };
    std::string query;
    /// Number of one of Waits, or "" for all.
    std::string waits;
    /// "age" or "risk".
    std::string order = "age";
    /// What the table shows, and how many wait for whom, of `shown_of` and for the filter in `shown_for`.
    std::vector<Line> lines;
    std::array<std::size_t, 4> counts{};
    std::shared_ptr<const session::Snapshot> shown_of;
    std::string shown_for;
    int selected = 0;
};

struct NeedsView {
    /// "needs", "groups", "offers", "gaps" or "assignments"; what was typed to find a line of another than the first.
    std::string tab = "needs";
    std::string list_query;
    std::shared_ptr<const portfolio::Help> help;
    std::uint64_t loaded_generation = ~0ull;
    std::string query;
    bool focus_search = false;
    portfolio::NeedFilter filter;
    /// What a filter of one need alone says of it.
    std::string filter_text;
    /// "" the most valuable first, "urgency", "site".
    std::string sort;
    /// A number was pressed: the list takes the keyboard.
    bool focus_list = false;
    /// Places in Help::needs, for the filter in `shown_for` of `shown_of`.
    std::vector<std::size_t> shown;
    std::shared_ptr<const portfolio::Help> shown_of;
    std::string shown_for;
    int selected = 0;
    std::string by = "question";
    std::vector<portfolio::NeedGroup> groups;
    std::shared_ptr<const portfolio::Help> groups_of;
    std::string groups_by;
    int group_selected = 0;
    int offer_selected = 0;
    int gap_selected = 0;
    int assignment_selected = 0;
    /// History of the need that is looked at.
    std::optional<RecordId> steps_of;
    std::vector<session::HistoryStep> steps;
    /// What is about to be pledged or was handed over.
    std::int64_t quantity = 1;
    std::string on;
    std::string why;
    /// An offer being entered.
    bool offering = false;
    record::Offer offer;
    std::string sector;
    std::string region;
    ui::CellChoice group_cells{0, 5};
    ui::CellChoice gap_cells{0, 3};
    /// Null until counted; over so many sites.
    std::shared_ptr<const std::vector<portfolio::FrequentGap>> gaps;
    std::size_t gap_sites = 0;
    /// Question of a gap to how many needs answer to it, counted once for each pair of these.
    std::map<std::string, std::size_t> gap_needs;
    std::pair<std::shared_ptr<const std::vector<portfolio::FrequentGap>>, std::shared_ptr<const portfolio::Help>> gap_needs_of;
    std::uint64_t gaps_generation = ~0ull;
};

struct ConflictsView {
    /// By record, path and revisions of a conflict: how it came to be; nothing while the worker looks.
    std::map<std::string, std::optional<session::ConflictHistory>> histories;
    /// Of records whose conflicts were asked for: those of the state of the vault that is named.
    struct Known {
        std::uint64_t generation = ~0ull;
        std::optional<std::vector<session::Conflict>> conflicts;
    };
    std::map<RecordId, Known> known;
    /// The record of the window that shows some, and that it opens with the next frame.
    RecordId shown;
    bool opening = false;
};

struct DiffScreenView {
    /// What changed about one question, or, without one, of the record itself; places in DiffView's lists.
    struct Group {
        std::string question;
        bool answer_changed = false;
        std::vector<std::size_t> changes;
        std::vector<std::size_t> evidence;
    };
    std::optional<session::DiffView> loaded;
    /// Changed answers first; made once it is loaded.
    std::optional<std::vector<Group>> groups;
    /// Fields that are shown, and pieces of evidence that both sides have.
    std::size_t fields = 0;
    std::size_t same_evidence = 0;
    std::map<std::string, std::vector<history::WordRun>> words;
};

struct ErasingView {
    /// What the open dialogue is about.
    std::vector<exchange::EraseChoice> choices;
    bool delivered_opening = false;
    bool travel_opening = false;
    /// Erasing on every device.
    bool everywhere_opening = false;
    RecordId record;
    std::string title;
    exchange::EraseReport lost;
    std::string reason;
    std::string typed;
};

struct SettingsView {
    ui::SecretField fresh;
    ui::SecretField again;
    std::string recovery_code;
    std::optional<vault::VerifyReport> verified;
};

struct SavedViewsView {
    /// Asked for once after unlocking.
    bool asked = false;
    /// They were read: before that, and where reading failed, nothing is saved over them.
    bool loaded = false;
    std::string problem;
    std::vector<session::SavedView> views;
    /// The list whose menu opens with the next frame.
    std::string open_for;
    std::string name;
    std::optional<std::size_t> renaming;
    std::string new_name;
};

struct PaletteView {
    bool open = false;
    std::string query;
    int selected = 0;
};

}  // namespace fieldseal::desktop
