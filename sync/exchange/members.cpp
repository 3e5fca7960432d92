// Founding, joining, inviting; the roster in force.
#include <algorithm>

#include "model/codec/flatten.h"
#include "model/crypto/hash.h"
#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"
#include "sync/team/sealed_share.h"

namespace fieldseal::exchange {

namespace {

constexpr std::string_view no_deployment =
    "This vault does not belong to a deployment yet. Create one, or join with an invitation.";

constexpr std::string_view team_key_prefix = "team-key/";

std::string team_key_name(const team::PublicKey& key) {
    return std::string(team_key_prefix) + to_hex(key);
}

void write_member_to(vault::Vault& vault, const PersonId& person, const std::string& name) {
    const RecordId record = member_record(person);
    const history::MergedRecord merged = vault.merged(record);
    codec::FieldMap before = merged.values();
    codec::FieldMap after = before;
    after["person"] = Bytes(person.bytes.begin(), person.bytes.end());
    after["name"] = name;
    const codec::Edits edits = codec::difference(before, after);
    if (!edits.empty()) {
        vault.append(record, record::Kind::member, edits, merged.heads);
    }
}

void require_new(vault::Vault& vault) {
    if (Exchange::has_deployment(vault)) {
        throw Error(ErrorCode::refused,
                    "This vault belongs to a deployment already. Create another vault for another deployment.");
    }
}

void put_secret(vault::Shelf& shelf, std::string_view key, const crypto::Secret& secret) {
    shelf.put(key, secret.view());
}

/// Decodes a secret value and wipes the copy that the shelf gave.
template <class Decode>
auto with_secret(const vault::Shelf& shelf, std::string_view key, Decode decode) {
    std::optional<Bytes> bytes = shelf.get(key);
    if (!bytes) {
        throw Error(ErrorCode::refused, std::string(no_deployment));
    }
    struct Wipe {
        Bytes& bytes;
        ~Wipe() { crypto::wipe(bytes); }
    } wipe{*bytes};
    return decode(ByteView(*bytes));
}

/// What makes this vault a device of the deployment. Runs inside a transaction.
void put_identity(vault::Vault& vault, const team::Deployment& deployment, const team::DeviceKeys& keys,
                  const team::Roster& roster) {
    vault::Shelf shelf = vault.shelf(shelves::deployment);
    put_secret(shelf, "deployment", team::encode(deployment));
    put_secret(shelf, "device-keys", team::encode(keys));
    shelf.put("roster", team::encode(roster));
    vault.set_local_device(keys.id());
}

/// Until the person's own record arrives.
void put_name_for_now(vault::Vault& vault, const PersonId& person, const std::string& name) {
    vault::Shelf shelf = vault.shelf(shelves::deployment);
    shelf.put("inviter", view_of(name));
    shelf.put("inviter-person", person.view());
}

}  // namespace

RecordId member_record(const PersonId& person) {
    const Hash hash = crypto::hash("fieldseal/v1/member", person.view());
    return RecordId::from(hash.view().first(RecordId::size));
}

bool Exchange::has_deployment(vault::Vault& vault) {
    return vault.shelf(shelves::deployment).get("deployment").has_value();
}

void Exchange::found(vault::Vault& vault, const std::string& name, const std::string& person_name) {
    require_new(vault);
    const team::Founding founding = team::found(name, vault.environment());
    vault::Transaction transaction(vault);
    put_identity(vault, founding.deployment, founding.keys, founding.roster);
    vault::Shelf shelf = vault.shelf(shelves::deployment);
    put_secret(shelf, team_key_name(founding.team_key.public_key), founding.team_key.secret_key);
    write_member_to(vault, founding.deployment.own_person, person_name);
    transaction.commit();
}

void Exchange::join(vault::Vault& vault, const team::Invitation& invitation) {
    require_new(vault);
    const std::int64_t now = vault.environment().clock.wall_ms();
    if (now > invitation.expires_ms) {
        throw Error(
            ErrorCode::refused,
            "This invitation has expired by this machine's clock. Check the clock, or ask for a new invitation.");
    }
    const team::DeviceKeys keys = team::DeviceKeys::make(vault.environment().random);
    const team::RosterDevice* inviter = invitation.roster.device(invitation.roster.signer);
    vault::Transaction transaction(vault);
    put_identity(vault, team::deployment_of(invitation), keys, invitation.roster);
    vault.shelf(shelves::deployment).put("enrolment", team::encode(team::make_enrolment(invitation, keys, now)));
    if (inviter != nullptr) {
        put_name_for_now(vault, inviter->person, invitation.inviter_name);
    }
    write_member_to(vault, invitation.person, invitation.person_name);
    transaction.commit();
}

void Exchange::restore(vault::Vault& vault, const team::Kit& kit) {
    require_new(vault);
    vault::Transaction transaction(vault);
    put_identity(vault, team::deployment_of(kit), kit.keys, kit.roster);
    // Who had no contact since the kit was made does not know its device, and needs this list to judge the next.
    vault.shelf(shelves::turning_points).put(shelves::number_key(kit.roster.version), team::encode(kit.roster));
    // The person's own record comes with the others; this device has nothing of its own to say about it.
    put_name_for_now(vault, kit.person, kit.person_name);
    Exchange exchange(vault);
    Implementation& self = *exchange.implementation_;
    self.take_shares();
    // From here on an ordinary device, whichever roster the others have: what this one says is added to it.
    team::Roster next = self.roster;
    for (team::RosterDevice& device : next.devices) {
        device.kit = device.kit && device.device != self.own_device;
    }
    self.publish(std::move(next));
    transaction.commit();
}

Exchange::Implementation::Implementation(vault::Vault& opened)
    : vault(opened),
      deployment(with_secret(opened.shelf(shelves::deployment), "deployment", team::decode_deployment)),
      keys(with_secret(opened.shelf(shelves::deployment), "device-keys", team::decode_device_keys)),
      own_device(keys.id()) {
    load();
}

void Exchange::Implementation::load() {
    const vault::Shelf shelf = vault.shelf(shelves::deployment);
    const std::optional<Bytes> bytes = shelf.get("roster");
    if (!bytes) {
        throw Error(ErrorCode::damaged,
                    "The vault lacks its deployment's roster. Restore the vault from a copy, or join anew.");
    }
    roster = team::decode_roster(*bytes);
    load_team_keys();
    provisional.clear();
    for (const Bytes& device : vault.shelf(shelves::provisional).keys()) {
        provisional.emplace(DeviceId::from(device),
                            team::decode_enrolment(vault.shelf(shelves::provisional).get(device).value()));
    }
    held.clear();
    for (const Bytes& issuer : vault.shelf(shelves::receipts).keys()) {
        held.emplace(DeviceId::from(issuer), shelves::get<HeldBy>(vault, shelves::receipts, issuer).value());
    }
    behind.clear();
    for (const Bytes& device : vault.shelf(shelves::behind).keys()) {
        behind.emplace(DeviceId::from(device), Hash::from(vault.shelf(shelves::behind).get(device).value()));
    }
    own_log = {};
    complete_marks.clear();
    known_marks.clear();
    arrivals.clear();
    load_erased();
    load_erasures();
}

void Exchange::Implementation::load_team_keys() {
    team_keys.clear();
    stray_team_keys.clear();
    const vault::Shelf shelf = vault.shelf(shelves::deployment);
    for (const Bytes& key : shelf.keys()) {
        if (!text_of(key).starts_with(team_key_prefix)) {
            continue;
        }
        crypto::BoxKeyPair pair = with_secret(shelf, text_of(key), crypto::box_key_pair_from);
        const auto epoch = std::ranges::find(roster.epochs, pair.public_key, &team::Epoch::public_key);
        if (epoch == roster.epochs.end()) {
            stray_team_keys.push_back(std::move(pair));
        } else {
            team_keys.insert_or_assign(epoch->number, std::move(pair));
        }
    }
}

void Exchange::Implementation::take_shares() {
    vault::Shelf shelf = vault.shelf(shelves::deployment);
    for (const team::Epoch& epoch : roster.epochs) {
        if (shelf.get(team_key_name(epoch.public_key))) {
            continue;
        }
        // A share that does not open, or opens to another key, leaves us without this epoch; the roster itself is
        // signed.
        if (const auto pair = team::open_share(epoch, own_device, keys.box)) {
            put_secret(shelf, team_key_name(epoch.public_key), pair->secret_key);
        }
    }
    load_team_keys();
}

void Exchange::Implementation::atomically(const std::function<void()>& work) {
    try {
        vault::Transaction transaction(vault);
        work();
        transaction.commit();
    } catch (...) {
        load();
        throw;
    }
}

void Exchange::Implementation::write_member(const PersonId& person, const std::string& name) {
    write_member_to(vault, person, name);
}

Invited Exchange::invite(team::Role role, const std::string& person_name, crypto::PassphraseCost cost,
                         std::optional<PersonId> person, team::History history, const std::string& store_url) {
    Implementation& self = *implementation_;
    if (!self.may_publish()) {
        throw Error(ErrorCode::refused,
                    "Only the owner of the deployment and deputies can invite people. Ask one of them to.");
    }
    if (person && self.roster.person(*person) == nullptr) {
        throw Error(ErrorCode::not_found, "This person is not in the deployment. Invite them by name.");
    }
    if (person && is_name_erased(*person)) {
        throw Error(
            ErrorCode::refused,
            "This person's name was erased on request and cannot be written again. Invite them as a new person, "
            "by a name of their choice.");
    }
    crypto::Random& random = self.vault.environment().random;
    const PersonId invited = person.value_or(random.id<PersonId>());
    Invited result{{}, crypto::DigitCode::make(20, random), {}};
    self.atomically([&] {
        team::Roster next = self.roster;
        const std::string name = person_name.empty() ? self.name_of_person(invited) : person_name;
        team::Invitation invitation =
            team::make_invitation(self.deployment, next, invited, name, role,
                                  self.name_of_person(self.deployment.own_person), self.vault.environment());
        invitation.store_url = store_url;
        if (history == team::History::none) {
            team::LogStarts starts;
            for (const vault::LogExtent& log : self.vault.logs()) {
                starts[log.device] = log.highest;
            }
            team::hold_back_history(next, invitation.invite, starts);
        }
        self.publish(std::move(next));
        invitation.roster = self.roster;
        invitation.store_url = store_url;
        // Whoever invites vouches for the list: a deputy as well as the owner.
        invitation.root = self.keys.signing.verify_key();
        self.write_member(invited, name);
        result.invite = invitation.invite;
        result.file = team::seal_invitation(invitation, result.code, cost, random);
    });
    return result;
}

}  // namespace fieldseal::exchange
