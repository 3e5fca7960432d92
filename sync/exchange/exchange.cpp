#include "sync/exchange/exchange.h"

#include <algorithm>

#include "model/crypto/hash.h"
#include "model/questionnaire/template.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"

namespace fieldseal::exchange {

Exchange::Exchange(vault::Vault& vault) : implementation_(std::make_unique<Implementation>(vault)) {
    implementation_->drop_unfinished_sealing();
}

Exchange::~Exchange() = default;

const team::Deployment& Exchange::deployment() const {
    return implementation_->deployment;
}

const team::Roster& Exchange::roster() const {
    return implementation_->roster;
}

DeviceId Exchange::own_device() const {
    return implementation_->own_device;
}

team::Role Exchange::own_role() const {
    return implementation_->deployment.own_role;
}

bool Exchange::runs_team() const {
    return implementation_->may_publish();
}

team::Authority Exchange::authority() const {
    return team::authority_of(implementation_->roster, implementation_->own_device);
}

bool Exchange::is_revoked() const {
    const team::RosterDevice* own = implementation_->roster.device(implementation_->own_device);
    return own != nullptr && own->revoked;
}

std::optional<crypto::VerifyKey> Exchange::key_of(const DeviceId& device) const {
    if (const auto known = implementation_->known(device)) {
        return known->key;
    }
    if (const auto waiting = implementation_->provisional.find(device); waiting != implementation_->provisional.end()) {
        return waiting->second.sign_key;
    }
    const std::optional<Bytes> dropped = implementation_->vault.shelf(shelves::dropped_keys).get(device.view());
    return dropped ? std::optional(crypto::VerifyKey::from(*dropped)) : std::nullopt;
}

team::PublicKey Exchange::box_key() const {
    return implementation_->keys.box.public_key;
}

std::optional<crypto::Secret> Exchange::open_box(ByteView sealed) const {
    return crypto::open_box(implementation_->keys.box, sealed);
}

std::string Exchange::Implementation::name_of_person(const PersonId& person) {
    const codec::FieldMap fields = vault.merged(member_record(person)).values();
    if (const auto name = fields.find("name"); name != fields.end()) {
        if (const std::string* text = std::get_if<std::string>(&name->second)) {
            return *text;
        }
    }
    // Until the inviter's own record arrives, the invitation says who it is.
    const vault::Shelf shelf = vault.shelf(shelves::deployment);
    const std::optional<Bytes> inviter = shelf.get("inviter-person");
    if (inviter && std::ranges::equal(*inviter, person.view())) {
        return std::string(text_of(shelf.get("inviter").value_or(Bytes())));
    }
    return {};
}

std::string Exchange::name_of_person(const PersonId& person) {
    return implementation_->name_of_person(person);
}

std::string Exchange::name_of_device(const DeviceId& device) {
    const std::optional<PersonId> person = person_of(device);
    return person ? name_of_person(*person) : std::string();
}

std::optional<PersonId> Exchange::person_of(const DeviceId& device) const {
    const auto known = implementation_->known(device);
    return known ? std::optional(known->person) : std::nullopt;
}

std::int64_t Exchange::received_ms(const DeviceId& device, std::uint64_t sequence) {
    Implementation& self = *implementation_;
    std::map<std::uint64_t, std::pair<std::uint64_t, std::int64_t>>& runs = self.arrivals_of(device);
    // The last run that starts at or before it; runs that fill holes start later than the hole.
    for (auto run = runs.upper_bound(sequence); run != runs.begin();) {
        --run;
        if (run->second.first >= sequence) {
            return run->second.second;
        }
    }
    return 0;
}

std::map<std::uint64_t, std::pair<std::uint64_t, std::int64_t>>& Exchange::Implementation::arrivals_of(
    const DeviceId& device) {
    const auto found = arrivals.find(device);
    if (found != arrivals.end()) {
        return found->second;
    }
    auto& runs = arrivals[device];
    for (const Bytes& key : vault.shelf(shelves::arrivals).keys()) {
        if (std::ranges::equal(ByteView(key).first(DeviceId::size), device.view())) {
            runs[shelves::sequence_of(key)] =
                shelves::get<std::pair<std::uint64_t, std::int64_t>>(vault, shelves::arrivals, key).value();
        }
    }
    return runs;
}

std::vector<Peer> Exchange::peers() {
    Implementation& self = *implementation_;
    std::vector<Peer> peers;
    const auto add = [&](const DeviceId& device, const crypto::VerifyKey& sign_key, const team::PublicKey& box_key,
                         std::int64_t enrolled_ms) {
        const Implementation::Known known = self.known(device).value();
        const team::RosterPerson* person = self.roster.person(known.person);
        Peer peer;
        peer.device = device;
        peer.person = known.person;
        peer.name = name_of_person(known.person);
        peer.name_erased = is_name_erased(known.person);
        peer.role = known.role;
        peer.owner = person != nullptr && person->owner;
        peer.deputy = person != nullptr && person->deputy;
        peer.revoked = known.revoked;
        peer.accepted_up_to = known.accepted_up_to;
        const team::RosterDevice* entry = self.roster.device(device);
        peer.kit = entry != nullptr && entry->kit;
        peer.without_history = entry != nullptr && self.roster.holds_back(entry->invite);
        peer.rolled_back = self.vault.shelf(shelves::rolled_back).get(device.view()).has_value();
        peer.own = device == self.own_device;
        peer.fingerprint = team::fingerprint(sign_key, box_key);
        peer.enrolled_ms = enrolled_ms;
        peer.last_contact_ms = shelves::get<std::int64_t>(self.vault, shelves::contacts, device.view()).value_or(0);
        peer.revisions_held = self.known_up_to(device);
        peers.push_back(std::move(peer));
    };
    for (const team::RosterDevice& device : self.roster.devices) {
        add(device.device, device.sign_key, device.box_key, device.enrolled_ms);
    }
    for (const auto& [device, enrolment] : self.provisional) {
        if (self.known(device)) {
            add(device, enrolment.sign_key, enrolment.box_key, 0);
        }
    }
    if (self.roster.device(self.own_device) == nullptr) {
        add(self.own_device, self.keys.signing.verify_key(), self.keys.box.public_key, 0);
    }
    return peers;
}

std::vector<OpenInvitation> Exchange::open_invitations() {
    Implementation& self = *implementation_;
    std::vector<OpenInvitation> open;
    for (const team::RosterInvite& invite : self.roster.invites) {
        const bool used = std::any_of(self.roster.devices.begin(), self.roster.devices.end(),
                                      [&](const team::RosterDevice& device) { return device.invite == invite.invite; });
        if (!used) {
            open.push_back({invite.invite, name_of_person(invite.person), invite.role, invite.expires_ms,
                            invite.cancelled, self.roster.holds_back(invite.invite)});
        }
    }
    return open;
}

std::vector<Bytes> Exchange::questionnaires() {
    vault::Vault& vault = implementation_->vault;
    std::vector<Bytes> files;
    for (const Bytes& hash : vault.shelf(shelves::questionnaires).keys()) {
        files.push_back(vault.shelf(shelves::questionnaires).get(hash).value());
    }
    return files;
}

void Exchange::require_may_publish() const {
    if (own_role() != team::Role::coordinator) {
        throw Error(ErrorCode::refused, "Only a coordinator can hand out a questionnaire.");
    }
    if (is_revoked()) {
        throw Error(ErrorCode::refused, "This device was shut out of the team: nobody takes a questionnaire from it.");
    }
}

void Exchange::add_questionnaire(ByteView file) {
    require_may_publish();
    if (file.size() > questionnaire_limit) {
        throw Error(ErrorCode::too_large, "A questionnaire may have 4 MiB at most.");
    }
    // Refused here with its place and reason: others would only find it in quarantine.
    questionnaire::load_template(file, "questionnaire");
    vault::Shelf shelf = implementation_->vault.shelf(shelves::questionnaires);
    const Hash hash = crypto::plain_hash(file);
    if (!shelf.get(hash.view())) {
        shelf.put(hash.view(), file);
    }
}

}  // namespace fieldseal::exchange
