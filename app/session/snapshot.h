// Everything that the lists of the window show, as immutable values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/session/sync_log.h"
#include "model/questionnaire/template.h"
#include "model/vault/summary.h"
#include "sync/exchange/exchange.h"

namespace fieldseal::session {

using exchange::Delivery;

/// A record as lists show it.
struct Row {
    vault::Summary summary;
    Delivery delivery = Delivery::none;
    bool drafted = false;
    /// Assessment: its evidence; site: its assessments.
    std::uint32_t children = 0;
    /// Site: score, grade, date and so on of its latest assessment lie in `latest`.
    std::optional<RecordId> latest;
    /// Assessment: last verdict of a reviewer, if any (comment does not change it).
    std::optional<record::Verdict> verdict;
};

/// What is still shown of a record that was erased on this device.
struct ErasedRow {
    exchange::Stub stub;
    /// A reviewer's verdict that came after it was erased.
    std::optional<record::Verdict> verdict;
};

/// Everything the lists need, at one moment.
struct Snapshot {
    std::uint64_t generation = 0;
    std::string deployment_name;
    std::string own_name;
    DeviceId own_device;
    PersonId own_person;
    team::Role role = team::Role::assessor;
    /// Owner or deputy.
    bool runs_team = false;
    team::Authority authority = team::Authority::none;
    /// Of the list of the team in force; grows with each change.
    std::uint64_t roster_version = 0;
    /// Of the team key that is sealed to now: 1 for the first.
    std::uint64_t team_key_number = 0;
    /// The owner shut this device out: it takes in, but sends nothing.
    bool revoked = false;
    /// Only what is not delivered stays on this device.
    bool travel_mode = false;
    /// What is finalised here is sealed to the team at once.
    bool seal_on_finalise = false;
    /// An old copy of this vault was put back, and somebody noticed.
    std::optional<exchange::Rollback> rollback;
    std::optional<exchange::ListRollback> list_rollback;
    std::string own_fingerprint;
    std::vector<std::shared_ptr<const Row>> sites;        // by title
    std::vector<std::shared_ptr<const Row>> assessments;  // newest first
    std::vector<std::shared_ptr<const Row>> evidence;
    std::vector<std::shared_ptr<const Row>> reviews;      // newest first
    std::vector<std::shared_ptr<const Row>> findings;     // newest first, as needs, pledges and assignments
    std::vector<std::shared_ptr<const Row>> needs;
    std::vector<std::shared_ptr<const Row>> offers;       // by partner
    std::vector<std::shared_ptr<const Row>> pledges;
    std::vector<std::shared_ptr<const Row>> assignments;
    std::vector<std::shared_ptr<const Row>> by_id;        // every record, also removed ones, for find()
    std::vector<ErasedRow> erased;                        // newest first; in none of the lists above
    std::vector<exchange::Peer> peers;
    std::vector<exchange::OpenInvitation> invitations;
    std::vector<exchange::MissingRange> missing;
    std::vector<exchange::QuarantineEntry> quarantine;
    std::vector<exchange::Fork> forks;
    std::vector<exchange::ImportLogEntry> imports;
    std::vector<SyncLogEntry> syncs;  // newest first
    /// How long this device's own log is: it grows when there is something to send.
    std::uint64_t own_log = 0;
    std::vector<std::shared_ptr<const questionnaire::Template>> templates;
    /// Of each questionnaire the version that a new assessment takes; the program's own first.
    std::vector<std::shared_ptr<const questionnaire::Template>> newest_templates;
    /// Person to name, from member records.
    std::map<PersonId, std::string> people;

    std::shared_ptr<const Row> find(const RecordId& id) const;
    const std::string& person_name(const PersonId& person) const;
};

}  // namespace fieldseal::session
