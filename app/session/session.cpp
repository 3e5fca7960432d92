#include "app/session/session.h"

#include <algorithm>

#include "app/session/implementation.h"
#include "model/codec/flatten.h"
#include "model/crypto/hash.h"
#include "model/environment/durable_file.h"
#include "sync/team/invitation_text.h"

namespace fieldseal::session {

Environment system_environment(crypto::PassphraseCost cost) {
    static SystemClock clock;
    static crypto::SystemRandom random;
    return {clock, random, cost};
}

std::shared_ptr<const Row> Snapshot::find(const RecordId& id) const {
    const auto found = std::ranges::lower_bound(by_id, id, {}, [](const auto& row) { return row->summary.id; });
    return found != by_id.end() && (*found)->summary.id == id ? *found : nullptr;
}

const std::string& Snapshot::person_name(const PersonId& person) const {
    static const std::string unknown;
    const auto found = people.find(person);
    return found == people.end() ? unknown : found->second;
}

Session::Implementation::Implementation(std::unique_ptr<vault::Vault> opened) : vault(std::move(opened)) {
    vault->use_summarise(portfolio::make_summarise(
        templates, [this](const RecordId& site) { return sector_of(site); }, [this] { return now(); }));
    load_deployment();
}

void Session::Implementation::load_deployment() {
    if (!exchange::Exchange::has_deployment(*vault)) {
        return;
    }
    exchange = std::make_unique<exchange::Exchange>(*vault);
    load_questionnaires();
    touch_everything();
    renew_summaries();
}

exchange::Exchange& Session::Implementation::joined() {
    if (!exchange) {
        throw Error(ErrorCode::refused, "This vault belongs to no deployment yet. Create a deployment, or join one with an invitation file.");
    }
    return *exchange;
}

void Session::Implementation::touch(const RecordId& id) {
    changed.push_back(id);
    ++generation;
}

void Session::Implementation::touch_everything() {
    all_changed = true;
    exchange_changed = true;
    open_for_editing.clear();
    ++generation;
    drop_words_of_gone();
}

codec::FieldMap Session::Implementation::current(const RecordId& id, record::Kind kind, history::MergedRecord* merged) {
    history::MergedRecord state = vault->merged(id);
    if (exchange && exchange->is_erased(id)) {
        for (const exchange::Stub& stub : exchange->stubs()) {
            if (stub.record == id && stub.sealed) {
                throw Error(ErrorCode::refused, "Record " + id.hex().substr(0, 8) +
                                                    " was sealed to the team when it was finalised: nobody can read it on this device. It comes back if a reviewer returns it.");
            }
        }
        throw Error(ErrorCode::refused, "Record " + id.hex().substr(0, 8) +
                                            " was erased on this device: only where it stands is still shown. Coordinators have it; what is to be added needs a new assessment.");
    }
    if (state.empty() || state.kind != kind) {
        throw Error(ErrorCode::not_found, "There is no " + std::string(record::name_of(kind)) + " " + id.hex() + " in this vault.");
    }
    codec::FieldMap fields = state.values();
    if (const std::optional<vault::Draft> draft = vault->draft(id)) {
        codec::apply(fields, draft->edits);
    }
    if (merged != nullptr) {
        *merged = std::move(state);
    }
    return fields;
}

std::string Session::Implementation::sector_of(const RecordId& site) {
    // Not from the rows, which show the last snapshot: the site may have changed since.
    const std::optional<vault::Summary> summary = vault->summary(site);
    return summary ? summary->sector : std::string();
}

std::vector<Conflict> Session::Implementation::conflicts(const history::MergedRecord& merged) {
    std::vector<Conflict> result;
    for (const auto& [path, field] : merged.fields) {
        if (!field.in_conflict()) {
            continue;
        }
        Conflict conflict{path, {}};
        for (const history::FieldVersion& version : field.versions) {
            const history::RevisionNote& note = merged.revisions[version.revision];
            conflict.versions.push_back(
                {version.value, exchange ? exchange->name_of_device(note.device) : std::string(), note.device, note.time, note.name});
        }
        result.push_back(std::move(conflict));
    }
    return result;
}

Hash Session::Implementation::append(const RecordId& id, record::Kind kind, const codec::Edits& edits, const std::vector<Hash>& parents) {
    const Hash name = vault->append(id, kind, edits, parents);
    touch(id);
    return name;
}

Session::Session(std::unique_ptr<vault::Vault> vault) : implementation_(std::make_unique<Implementation>(std::move(vault))) {}

Session::~Session() {
    if (implementation_->syncing) {
        try {
            // Locked on the way: the log of syncs is to say so.
            implementation_->end_sync(*implementation_->syncing, SyncTrouble::cancelled, {});
        } catch (const std::exception&) {
            // The vault cannot be written any more: what was synced is in it all the same.
        }
        implementation_->syncing.reset();
    }
}

std::pair<std::unique_ptr<Session>, crypto::Secret> Session::create(const std::filesystem::path& path, const crypto::Secret& passphrase,
                                                                    Environment environment) {
    vault::Vault::Created created = vault::Vault::create(path, passphrase.view(), environment.passphrase_cost, environment);
    return {std::unique_ptr<Session>(new Session(std::move(created.vault))), std::move(created.recovery_code)};
}

std::unique_ptr<Session> Session::open(const std::filesystem::path& path, const crypto::Secret& passphrase, Environment environment) {
    return std::unique_ptr<Session>(new Session(vault::Vault::open(path, passphrase.view(), environment)));
}

std::unique_ptr<Session> Session::open_with_recovery(const std::filesystem::path& path, const crypto::Secret& code, Environment environment) {
    return std::unique_ptr<Session>(new Session(vault::Vault::open_with_recovery(path, code.view(), environment)));
}

const std::filesystem::path& Session::path() const {
    return implementation_->vault->path();
}

bool Session::has_deployment() const {
    return implementation_->exchange != nullptr;
}

void Session::found(const std::string& deployment, const std::string& person) {
    exchange::Exchange::found(*implementation_->vault, deployment, person);
    implementation_->load_deployment();
}

void Session::join(const std::filesystem::path& invitation, const crypto::Secret& code) {
    join(team::invitation_in(read_file(invitation, team::invitation_limit)), code);
}

void Session::join(ByteView invitation, const crypto::Secret& code) {
    const team::Invitation opened = team::open_invitation(invitation, code);
    exchange::Exchange::join(*implementation_->vault, opened);
    implementation_->keep_store_of(opened.store_url);
    implementation_->load_deployment();
}

void Session::restore(const std::filesystem::path& kit, const crypto::Secret& code) {
    const team::Kit opened = team::open_kit(read_file(kit, team::sealed_file_limit), code);
    exchange::Exchange::restore(*implementation_->vault, opened);
    implementation_->load_deployment();
}

void Session::change_passphrase(const crypto::Secret& fresh) {
    implementation_->vault->change_passphrase(fresh.view(), implementation_->vault->environment().passphrase_cost);
}

crypto::Secret Session::change_recovery_code() {
    return implementation_->vault->change_recovery_code();
}

void Session::destroy() {
    implementation_->syncing.reset();
    implementation_->exchange.reset();
    implementation_->vault->destroy();
}

std::shared_ptr<const Snapshot> Session::snapshot() {
    Implementation& self = *implementation_;
    if (self.shown && self.shown->generation == self.generation) {
        return self.shown;
    }
    if (self.all_changed) {
        self.rows.load(*self.vault, self.exchange.get());
    } else {
        self.rows.refresh(*self.vault, self.exchange.get(), self.changed);
        if (self.deliveries_changed && self.exchange) {
            self.rows.refresh_deliveries(*self.vault, *self.exchange);
        }
    }
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->generation = self.generation;
    self.rows.show(*snapshot);
    snapshot->templates = self.templates.all();
    snapshot->newest_templates = self.templates.newest();
    if (self.exchange) {
        const exchange::Exchange& exchange = *self.exchange;
        snapshot->deployment_name = exchange.deployment().name;
        snapshot->own_device = exchange.own_device();
        snapshot->own_person = exchange.deployment().own_person;
        snapshot->role = exchange.own_role();
        snapshot->runs_team = exchange.runs_team();
        snapshot->authority = exchange.authority();
        snapshot->roster_version = exchange.roster().version;
        snapshot->team_key_number = exchange.roster().current_epoch().number;
        snapshot->revoked = exchange.is_revoked();
        snapshot->travel_mode = exchange.travel_mode();
        snapshot->seal_on_finalise = seal_on_finalise();
        snapshot->rollback = self.exchange->rollback();
        snapshot->list_rollback = self.exchange->list_rollback();
        if (self.exchange_changed || !self.shown) {
            snapshot->peers = self.exchange->peers();
            snapshot->invitations = self.exchange->open_invitations();
            snapshot->missing = self.exchange->missing();
            snapshot->quarantine = self.exchange->quarantine();
            snapshot->forks = self.exchange->forks();
            snapshot->imports = self.exchange->import_log();
            for (const exchange::Peer& peer : snapshot->peers) {
                snapshot->people[peer.person] = peer.name;
            }
        } else {
            snapshot->peers = self.shown->peers;
            snapshot->invitations = self.shown->invitations;
            snapshot->missing = self.shown->missing;
            snapshot->quarantine = self.shown->quarantine;
            snapshot->forks = self.shown->forks;
            snapshot->imports = self.shown->imports;
            snapshot->people = self.shown->people;
        }
        snapshot->syncs = self.syncs_changed || !self.shown ? sync_log(50) : self.shown->syncs;
        snapshot->own_log = self.exchange->own_revisions();
        self.show_erased(*snapshot);
        for (const exchange::Peer& peer : snapshot->peers) {
            if (peer.own) {
                snapshot->own_fingerprint = peer.fingerprint;
            }
        }
        snapshot->own_name = self.exchange->name_of_person(snapshot->own_person);
        snapshot->people[snapshot->own_person] = snapshot->own_name;
    }
    self.all_changed = self.exchange_changed = self.deliveries_changed = self.syncs_changed = false;
    self.changed.clear();
    self.shown = snapshot;
    return snapshot;
}

const portfolio::TemplateShelf& Session::templates() const {
    return implementation_->templates;
}

namespace {

template <class Id>
Id only(const std::vector<Id>& found, std::string_view prefix, const char* what) {
    if (found.empty()) {
        throw Error(ErrorCode::not_found, "No " + std::string(what) + " here starts with " + std::string(prefix) + ".");
    }
    if (found.size() > 1) {
        throw Error(ErrorCode::usage, "Several " + std::string(what) + "s start with " + std::string(prefix) + "; give more digits.");
    }
    return found.front();
}

/// Whether its digits start so, in either case.
template <class Id>
bool starts_with(const Id& id, std::string_view hex_prefix) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; };
    const std::string hex = id.hex();
    return hex_prefix.size() >= 4 && hex_prefix.size() <= hex.size() &&
           std::ranges::equal(hex_prefix, std::string_view(hex).substr(0, hex_prefix.size()), {}, lower);
}

void check_prefix(std::string_view prefix, std::size_t whole) {
    const bool hexadecimal = prefix.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    if (prefix.size() < 4 || prefix.size() > whole || !hexadecimal) {
        throw Error(ErrorCode::usage, "'" + std::string(prefix) + "' is no id: give 4 to " + std::to_string(whole) + " hexadecimal digits.");
    }
}

/// The one whose digits start so, of all that `list` has; `id_of` says which id.
template <class Id, class List, class IdOf>
Id resolve(const List& list, IdOf id_of, std::string_view hex_prefix, const char* what) {
    check_prefix(hex_prefix, 2 * Id::size);
    std::vector<Id> found;
    for (const auto& each : list) {
        if (starts_with(std::invoke(id_of, each), hex_prefix)) {
            found.push_back(std::invoke(id_of, each));
        }
    }
    return only(found, hex_prefix, what);
}

}  // namespace

RecordId Session::resolve_record(std::string_view hex_prefix) {
    check_prefix(hex_prefix, 2 * RecordId::size);
    std::vector<RecordId> found = implementation_->vault->find_records(hex_prefix);
    // Named, so that what is asked of it can be refused with the reason.
    for (const exchange::Stub& stub : implementation_->exchange ? implementation_->exchange->stubs() : std::vector<exchange::Stub>()) {
        if (starts_with(stub.record, hex_prefix) && std::ranges::find(found, stub.record) == found.end()) {
            found.push_back(stub.record);
        }
    }
    for (const exchange::Erased& erased : implementation_->exchange ? implementation_->exchange->erased_everywhere() : std::vector<exchange::Erased>()) {
        if (starts_with(erased.record, hex_prefix) && std::ranges::find(found, erased.record) == found.end()) {
            found.push_back(erased.record);
        }
    }
    return only(found, hex_prefix, "record");
}

Hash Session::resolve_revision(std::string_view hex_prefix) {
    check_prefix(hex_prefix, 2 * Hash::size);
    return only(implementation_->vault->find_revisions(hex_prefix), hex_prefix, "revision");
}

DeviceId Session::resolve_device(std::string_view hex_prefix) {
    return resolve<DeviceId>(implementation_->joined().peers(), &exchange::Peer::device, hex_prefix, "device");
}

PersonId Session::resolve_person(std::string_view name_or_hex_prefix) {
    exchange::Exchange& exchange = implementation_->joined();
    const std::vector<team::RosterPerson>& people = exchange.roster().people;
    std::vector<PersonId> named;
    for (const team::RosterPerson& person : people) {
        if (exchange.name_of_person(person.person) == name_or_hex_prefix) {
            named.push_back(person.person);
        }
    }
    if (!named.empty() || name_or_hex_prefix.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
        return only(named, name_or_hex_prefix, "person");
    }
    return resolve<PersonId>(people, &team::RosterPerson::person, name_or_hex_prefix, "person");
}

InviteId Session::resolve_invitation(std::string_view hex_prefix) {
    return resolve<InviteId>(implementation_->joined().roster().invites, &team::RosterInvite::invite, hex_prefix, "invitation");
}

Hash Session::resolve_quarantine(std::string_view hex_prefix) {
    return resolve<Hash>(implementation_->joined().quarantine(), &exchange::QuarantineEntry::id, hex_prefix, "entry in quarantine");
}

std::string Session::name_of_person(const PersonId& person) {
    return implementation_->joined().name_of_person(person);
}

std::string Session::setting(std::string_view name) {
    const std::optional<Bytes> value = implementation_->vault->shelf("setting").get(name);
    return value ? std::string(text_of(*value)) : std::string();
}

void Session::set_setting(std::string_view name, std::string_view value) {
    vault::Shelf shelf = implementation_->vault->shelf("setting");
    shelf.put(name, view_of(value));
}

}  // namespace fieldseal::session
