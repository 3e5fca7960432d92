// status and quarantine list: where everything stands.
#include <algorithm>
#include <iostream>

#include "app/ctl/columns.h"
#include "app/ctl/commands.h"
#include "app/ctl/exchange_output.h"
#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

Json records_json(const session::Status& status) {
    Json records = Json::array();
    for (const exchange::RecordDelivery& record : status.records) {
        records.push_back(
            {{"record", record.record.hex()},
             {"kind", record::name_of(record.kind)},
             {"delivery", exchange::name_of(record.delivery)},
             {"delivered_at", record.delivered_ms == 0 ? Json(nullptr) : Json(iso_time(record.delivered_ms))},
             {"erased_at", record.erased_ms == 0 ? Json(nullptr) : Json(iso_time(record.erased_ms))},
             {"sealed_here", record.sealed_here}});
    }
    return records;
}

Json devices_json(const session::Snapshot& snapshot) {
    Json devices = Json::array();
    for (const exchange::Peer& peer : snapshot.peers) {
        devices.push_back(
            {{"device", peer.device.hex()},
             {"person", peer.name},
             {"name_erased", peer.name_erased},
             {"role", team::name_of(peer.role)},
             {"owner", peer.owner},
             {"own", peer.own},
             {"revoked", peer.revoked},
             {"fingerprint", peer.fingerprint},
             {"last_contact", peer.last_contact_ms == 0 ? Json(nullptr) : Json(iso_time(peer.last_contact_ms))},
             {"revisions_held", peer.revisions_held}});
    }
    return devices;
}

Json list_rollback_json(const std::optional<exchange::ListRollback>& rollback) {
    return rollback ? Json{{"noticed_by", rollback->noticed_by.hex()}, {"noticed_at", iso_time(rollback->noticed_ms)}} : Json();
}

Json rollback_json(const std::optional<exchange::Rollback>& rollback) {
    if (!rollback) {
        return nullptr;
    }
    return {{"others_hold", rollback->others_hold},
            {"held_here", rollback->held},
            {"noticed_by", rollback->noticed_by.hex()},
            {"noticed_at", iso_time(rollback->noticed_ms)}};
}

Json forks_json(const session::Snapshot& snapshot) {
    Json forks = Json::array();
    for (const exchange::Fork& fork : snapshot.forks) {
        forks.push_back(
            {{"device", fork.device.hex()}, {"from", fork.from}, {"to", fork.to}, {"quarantine", fork.entry.hex()}});
    }
    return forks;
}

Json status_json(const session::Snapshot& snapshot, const session::Status& status, Json erased) {
    Json json;
    json["deployment"] = snapshot.deployment_name;
    json["person"] = snapshot.own_name;
    json["role"] = team::name_of(snapshot.role);
    json["device"] = snapshot.own_device.hex();
    json["fingerprint"] = snapshot.own_fingerprint;
    json["revoked"] = snapshot.revoked;
    json["old_copy"] = rollback_json(snapshot.rollback);
    json["old_list"] = list_rollback_json(snapshot.list_rollback);
    json["forks"] = forks_json(snapshot);
    json["drafted"] = status.drafted;
    json["sealed"] = status.sealed;
    json["sent"] = status.sent;
    json["delivered"] = status.delivered;
    json["records"] = records_json(status);
    json["missing"] = missing_json(status.missing);
    json["quarantine"] = quarantine_json(status.quarantine);
    json["devices"] = devices_json(snapshot);
    json["invitations"] = invitations_json(snapshot.invitations);
    json["erased_on_request"] = std::move(erased);
    return json;
}

std::string person_of(const session::Snapshot& snapshot, const DeviceId& device) {
    for (const exchange::Peer& peer : snapshot.peers) {
        if (peer.device == device && !peer.name.empty()) {
            return one_line(peer.name, 40) + " (device " + short_id(device.view()) + ")";
        }
    }
    return "device " + short_id(device.view());
}

/// What must not be overlooked.
std::string standing_lines(const session::Snapshot& snapshot) {
    std::string lines;
    if (snapshot.revoked) {
        lines +=
            "This device was revoked: it sends nothing any more. What it holds stays here; talk to the coordinator.\n";
    }
    if (snapshot.rollback) {
        lines += "This vault is an old copy: others hold " + std::to_string(snapshot.rollback->others_hold) +
                 " revisions of this device, in another branch than this one. What you write arrives only when a "
                 "coordinator accepts it. Write nothing more here. Sync once more, so that a coordinator gets what "
                 "only this copy has, and tell them. They invite you again with 'invite --device-of'; join with that "
                 "in a new vault and go on there. Keep this vault until they say that all has arrived.\n";
    }
    if (snapshot.list_rollback) {
        lines += "An old copy of this vault was put back: it had forgotten what it said of the team since. Others still had "
                 "that list, and it is in force here again. Look through 'team list': invitations and changes made on this "
                 "copy meanwhile stay as well.\n";
    }
    for (const exchange::Fork& fork : snapshot.forks) {
        lines += "The log of " + person_of(snapshot, fork.device) + " goes on in two ways from revision " +
                 std::to_string(fork.from) +
                 ": its vault was copied or put back. The second branch lies in quarantine as " +
                 short_id(fork.entry.view()) + ".\n";
    }
    if (!snapshot.forks.empty()) {
        lines +=
            "Take the second branch in with 'quarantine accept'; give the person another device with 'invite "
            "--device-of' and, once nothing more comes from the old one, shut that out with 'team revoke "
            "--out-of-use'.\n";
    }
    return lines.empty() ? lines : lines + "\n";
}

void print_status(const session::Snapshot& snapshot, const session::Status& status) {
    std::cout << plain(snapshot.deployment_name) << ": " << one_line(snapshot.own_name) << ", "
              << team::name_of(snapshot.role) << "\nFingerprint of this device: " << snapshot.own_fingerprint << "\n\n"
              << standing_lines(snapshot) << status.drafted << " drafted, " << status.sealed << " sealed, "
              << status.sent << " sent, " << status.delivered << " delivered\n";
    Columns records;
    for (const exchange::RecordDelivery& record : status.records) {
        if (record.delivery == exchange::Delivery::none) {
            continue;
        }
        const auto row = snapshot.find(record.record);
        const auto erased = std::ranges::find(snapshot.erased, record.record,
                                              [](const session::ErasedRow& each) { return each.stub.record; });
        const std::string title = erased != snapshot.erased.end() ? erased->stub.title
                                  : row                           ? row->summary.title
                                                                  : std::string();
        records.add({short_id(record.record.view()),
                     std::string(exchange::name_of(record.delivery)) + (record.sealed_here      ? ", sealed here"
                                                                        : record.erased_ms != 0 ? ", erased here"
                                                                                                : ""),
                     std::string(record::name_of(record.kind)), one_line(title, 60)});
    }
    records.print(std::cout, "  ");
    for (const exchange::MissingRange& range : status.missing) {
        std::cout << "Missing from " << person_of(snapshot, range.device) << ": revisions " << range.from << " to "
                  << range.to << '\n';
    }
    if (!status.quarantine.empty()) {
        std::cout << "In quarantine:\n";
        print_quarantine(status.quarantine);
    }
    std::cout << "Devices:\n";
    Columns devices;
    for (const exchange::Peer& peer : snapshot.peers) {
        devices.add({short_id(peer.device.view()), std::string(team::name_of(peer.role)),
                     peer.name_erased ? "(name erased)" : one_line(peer.name, 40),
                     std::to_string(peer.revisions_held) + " revisions", peer.own ? "this device" : "",
                     peer.revoked ? "revoked" : ""});
    }
    devices.print(std::cout, "  ");
    print_invitations(snapshot.invitations);
}

int show_status(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const session::Status status = session->status();
    const auto snapshot = session->snapshot();
    if (context.json) {
        Json erased = Json::array();
        for (const exchange::Erased& each : session->erased_everywhere()) {
            erased.push_back(erased_json(each));
        }
        print(status_json(*snapshot, status, std::move(erased)));
    } else {
        print_status(*snapshot, status);
    }
    return exit_done;
}

int list_quarantine(const Context& context, const VaultOptions& vault) {
    const auto session = vault.open();
    const std::vector<exchange::QuarantineEntry> entries = session->status().quarantine;
    if (context.json) {
        print({{"quarantine", quarantine_json(entries)}});
    } else if (entries.empty()) {
        std::cout << "Nothing lies in quarantine.\n";
    } else {
        print_quarantine(entries);
    }
    return exit_done;
}

}  // namespace

void add_status_commands(CLI::App& app, Context& context) {
    auto status = std::make_shared<VaultOptions>();
    status->add_to(
        add_command(app, context, "status",
                    "What is drafted, sealed, sent and delivered; what is missing from whom; what lies in quarantine",
                    [&context, status] { return show_status(context, *status); }));
    CLI::App& group = add_group(app, "quarantine", "Look at what was refused, take it in or throw it away");
    auto listed = std::make_shared<VaultOptions>();
    listed->add_to(add_command(group, context, "list", "List what was refused and kept, with the reason",
                               [&context, listed] { return list_quarantine(context, *listed); }));
    add_quarantine_show(group, context);
    add_quarantine_changes(group, context);
}

}  // namespace fieldseal::ctl
