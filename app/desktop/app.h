// The window's content: what is open, where the user is, and what they may do. Knows no GLFW; a test draws it without a window.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/desktop/screens/overview.h"
#include "app/desktop/screens/questionnaires.h"
#include "app/desktop/screens/search.h"
#include "app/desktop/screens/views.h"
#include "app/desktop/shell/clipboard_picture.h"
#include "app/desktop/shell/idle_lock.h"
#include "app/desktop/text/translate.h"
#include "app/desktop/widgets/widgets.h"
#include "app/session/background_sync.h"
#include "app/session/hub_host.h"

namespace fieldseal::desktop {

/// What the window remembers between starts, in a small file of its own: nothing of a vault's contents.
struct Preferences {
    std::string last_vault;
    Language language = Language::english;
    ThemeName theme = ThemeName::light;
    /// 0 follows the monitor.
    float scale = 0;
    /// Locks when nobody was there for so long; 0 never.
    int lock_minutes = 5;
    /// Whether the chord that destroys the vault works. Off until somebody who was told what is lost switches it on: by accident it must not happen.
    bool destroy_chord = false;
    /// Whether a level given by its key leads on to the next question.
    bool go_on = true;
};

/// Where one stood when the vault was locked: ids only, nothing that was shown.
struct Place {
    std::string vault;
    Screen screen = Screen::sites;
    RecordId site;
    RecordId assessment;
    std::string question;
};

struct Status {
    ui::State state = ui::State::neutral;
    std::string text;
};

/// What an exception says, in the current language.
std::string message_of(const std::exception_ptr& error);

class App {
  public:
    /// `wake` is called from the worker's thread when a frame is due.
    App(std::function<void()> wake, Environment environment);

    /// One frame. Collects finished jobs first.
    void draw();
    /// Files dropped on the window.
    void drop(const std::vector<std::filesystem::path>& files);
    /// Closes the vault; what is shown of it goes away with it.
    void lock();
    /// Locks where nobody was there for too long or the machine slept; before each frame. `slept_ms` as of desktop::slept_ms().
    void lock_if_due(std::int64_t slept_ms);
    /// Until lock_if_due() may act by itself, in milliseconds; -1 where it cannot.
    std::int64_t lock_left_ms();
    /// Until a frame is due though nobody does anything, in milliseconds; -1 for never.
    std::int64_t wake_left_ms();
    /// Back to where one stood, if it is the same vault.
    void return_to_place();
    /// The key slots of the vault are overwritten; the program must end at once.
    bool destroyed() const { return destroyed_; }
    /// Nothing runs, waits or was finished and not collected, and no page is about to turn.
    bool idle() const { return worker.idle() && !saving() && !background.busy() && !hub.busy() && !assessment.turning; }
    bool saving() const { return assessment.saving; }

    // What screens use
    void go(Screen screen);
    void back();
    void say(ui::State state, std::string text);
    /// Runs on the worker; an error is said in the status line, or told to `failed` in the current language where there is one.
    void run(const char* name, std::function<void(session::Session&, const session::Progress&)> work, std::function<void()> done = {},
             std::function<void(const std::string&)> failed = {});
    /// As `run`, for what a person typed: it is saved even if the vault is locked meanwhile. `failed` is given the error, which is said as well.
    void save(std::function<void(session::Session&)> work, std::function<void()> done = {}, std::function<void(const Error*)> failed = {});
    /// Runs on the worker and hands the result over at frame start.
    template <class T>
    void load(const char* name, std::function<T(session::Session&)> work, std::function<void(T)> done, std::function<void(const std::string&)> failed = {}) {
        auto result = std::make_shared<std::optional<T>>();
        run(
            name, [work = std::move(work), result](session::Session& open, const session::Progress&) { *result = work(open); },
            [result, done = std::move(done)] { done(std::move(**result)); }, std::move(failed));
    }
    /// As `run`, for what makes or opens the session itself.
    void run_unlocked(const char* name, std::function<void(std::unique_ptr<session::Session>&, const session::Progress&)> work, std::function<void()> done,
                      std::function<void(const std::string&)> failed = {});
    bool running(std::string_view name) const;

    bool is_assessor() const { return snapshot && snapshot->role == team::Role::assessor; }
    bool is_reviewer() const { return snapshot && snapshot->role == team::Role::reviewer; }
    bool is_coordinator() const { return snapshot && snapshot->role == team::Role::coordinator; }
    const questionnaire::Template* any_template() const;
    std::string sector_name(const std::string& id) const;
    std::string grade_name(std::uint8_t summary_grade) const;
    std::string person_of(const DeviceId& device) const;
    /// Of the person, or what stands for a name that was erased.
    std::string name_of(const exchange::Peer& peer) const;
    std::string name_of(const PersonId& person) const;

    void open_site(const RecordId& id);
    /// `base`: the heads that `site` was read at; none of both for a new one.
    void open_site_form(const session::SiteForm& form);
    // By value: `id` may be the one that is shown and replaced.
    void open_assessment(RecordId id, const std::string& question = {});
    void open_diff(const Hash& before, const Hash& after);
    /// Of two visits as they are now.
    void open_diff_of_visits(const RecordId& before, const RecordId& after);
    void sync_now();
    /// Whether one runs, by itself or asked for.
    bool syncing() const { return background.busy() || background.status().state == session::SyncStatus::State::syncing; }
    /// The hub of the vault that is open, for whoever runs the team: on or off, now and whenever the vault is opened.
    void switch_hub(const session::HubPlace& place, bool on);
    /// The kept store, staying offline, or the limit have changed.
    void sync_settings_changed() { background.settings_changed(); }
    void import(const std::vector<std::filesystem::path>& files);

    /// Null without a window: then pictures are grey.
    Textures* textures = nullptr;
    /// A picture from the clipboard, as a file; runs on the worker. Tests put another in its place.
    std::function<Bytes()> clipboard = clipboard_picture;

    /// What answers a search; runs on the worker. Tests put another in its place.
    std::function<session::TextResults(session::Session&, const std::string& query)> find_text = read_and_find;

    session::Worker worker;
    Environment environment;
    /// Whether vaults that are opened sync by themselves; the program switches it on.
    bool sync_by_itself = false;
    /// Goes before the worker that it uses.
    session::BackgroundSync background;
    /// The hub on this computer: goes on while the vault is locked.
    session::HubHost hub;
    std::shared_ptr<const session::Snapshot> snapshot;
    Preferences preferences;
    bool preferences_changed = false;
    /// Locked, and so only the welcome screen.
    bool locked = true;

    Screen screen = Screen::welcome;
    std::vector<Screen> visited;
    std::optional<Status> status;

    WelcomeView welcome;
    SitesView sites;
    SiteView site;
    SiteFormView site_form;
    SiteImportView site_import;
    AssessmentScreenView assessment;
    OutboxView outbox;
    InboxView inbox;
    TeamView team_view;
    HubView hub_view;
    ReviewsView reviews;
    OverviewView overview;
    NeedsView needs;
    QuestionnairesView questionnaires;
    SearchView search;
    ConflictsView conflicts;
    DiffScreenView diff;
    SettingsView settings;
    ErasingView erasing;
    SavedViewsView saved_views;
    PaletteView palette_view;
    bool help_open = false;
    bool shortcuts_open = false;

  private:
    /// Drops everything that was shown of the vault.
    void forget();
    void keyboard();
    void navigation();
    void header();
    void content();
    void status_line();

    /// Everything typed that is not on its way to the disk yet.
    void save_typed();
    /// Notes in the vault at which question of which assessment one stands, for after a crash or an empty battery.
    void keep_place();
    void notice_activity();
    // exchanging.cpp
    /// Tells the background sync what is open and what was written, and collects what it was asked for.
    void look_at_sync();
    void tell_synced(const session::SyncEnd& end);
    // hosting.cpp
    /// Starts the hub that the vault keeps, and tells it of changes of the team.
    void look_at_hub();
    void watch_for_destroy_chord();

    bool lock_due_ = false;
    bool sync_open_ = false;
    std::uint64_t own_log_ = 0;
    /// The device whose vault the hub belongs to.
    DeviceId hub_of_;
    /// The list of the team that the hub was last told of.
    std::uint64_t hub_told_ = 0;
    bool destroyed_ = false;
    IdleLock idle_lock_;
    DestroyChord destroy_chord_;
    std::optional<Place> place_;
    /// What the vault holds of keep_place(); nothing until that was read.
    std::optional<std::string> kept_place_;
};

}  // namespace fieldseal::desktop
