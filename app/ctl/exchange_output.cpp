#include "app/ctl/exchange_output.h"

#include <algorithm>
#include <iostream>

#include "app/ctl/output.h"

namespace fieldseal::ctl {

namespace {

std::string_view name_of(exchange::ImportReport::Outcome outcome) {
    using Outcome = exchange::ImportReport::Outcome;
    switch (outcome) {
        case Outcome::imported:
            return "imported";
        case Outcome::already_imported:
            return "already_imported";
        case Outcome::refused:
            return "refused";
        case Outcome::quarantined:
            return "quarantined";
    }
    return "refused";
}

std::string counted(std::uint64_t count, const char* what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

template <class Id>
Json hex_list(const std::vector<Id>& ids) {
    Json list = Json::array();
    for (const Id& id : ids) {
        list.push_back(id.hex());
    }
    return list;
}

}  // namespace

int exit_code_of(const std::vector<exchange::ImportReport>& reports, bool from_store) {
    int result = exit_done;
    for (const exchange::ImportReport& report : reports) {
        if (report.outcome != exchange::ImportReport::Outcome::refused) {
            continue;
        }
        using bundle::OpenFailure;
        if (from_store && report.failure == OpenFailure::not_for_us) {
            continue;  // a store is shared: what lies there for others is no failure
        }
        const bool damaged = report.failure == OpenFailure::not_a_bundle || report.failure == OpenFailure::truncated ||
                             report.failure == OpenFailure::tampered || report.failure == OpenFailure::malformed;
        result = std::max(result, damaged ? exit_damaged : exit_failed);
    }
    return result;
}

Json outgoing_json(const exchange::OutgoingReport& report) {
    Json json;
    json["bundles"] = report.bundles;
    json["revisions"] = report.revisions;
    json["evidence_chunks"] = report.blobs_chunks;
    json["bytes"] = report.bytes;
    json["files"] = Json::array();
    for (const auto& file : report.files) {
        json["files"].push_back(file.string());
    }
    return json;
}

std::string outgoing_text(const exchange::OutgoingReport& report) {
    return counted(report.bundles, "bundle") + ", " + counted(report.revisions, "revision") + ", " +
           size_text(report.bytes);
}

Json import_json(const exchange::ImportReport& report) {
    Json json;
    json["source"] = report.source;
    json["outcome"] = name_of(report.outcome);
    json["failure"] =
        report.failure == bundle::OpenFailure::none ? Json(nullptr) : Json(bundle::name_of(report.failure));
    json["reason"] = report.reason.empty() ? Json(nullptr) : Json(report.reason);
    json["bundle"] = report.bundle_id.is_zero() ? Json(nullptr) : Json(report.bundle_id.hex());
    json["sender"] = report.sender.is_zero() ? Json(nullptr) : Json(report.sender.hex());
    json["new_revisions"] = report.new_revisions;
    json["new_evidence"] = report.new_blobs;
    json["new_receipts"] = report.new_receipts;
    json["quarantined"] = report.quarantined;
    json["new_roster"] = report.new_roster;
    json["records"] = hex_list(report.records);
    json["new_records"] = hex_list(report.new_records);
    json["enrolled"] = hex_list(report.enrolled);
    json["missing"] = missing_json(report.missing);
    return json;
}

void print_import(const exchange::ImportReport& report) {
    std::cout << name_of(report.outcome) << "  " << plain(report.source);
    if (report.outcome == exchange::ImportReport::Outcome::imported) {
        std::cout << ": " << counted(report.new_revisions, "new revision") << ", " << counted(report.new_blobs, "piece")
                  << " of evidence, " << counted(report.new_receipts, "receipt");
        if (!report.enrolled.empty()) {
            std::cout << ", " << counted(report.enrolled.size(), "device") << " joined";
        }
        if (report.quarantined > 0) {
            std::cout << ", " << counted(report.quarantined, "item") << " in quarantine";
        }
    }
    std::cout << '\n';
    if (!report.reason.empty()) {
        std::cout << "  " << plain(report.reason) << '\n';
    }
}

Json missing_json(const std::vector<exchange::MissingRange>& missing) {
    Json list = Json::array();
    for (const exchange::MissingRange& range : missing) {
        list.push_back({{"device", range.device.hex()}, {"from", range.from}, {"to", range.to}});
    }
    return list;
}

Json quarantine_json(const std::vector<exchange::QuarantineEntry>& entries) {
    Json list = Json::array();
    for (const exchange::QuarantineEntry& entry : entries) {
        list.push_back({{"id", entry.id.hex()},
                        {"reason", exchange::name_of(entry.reason)},
                        {"explanation", entry.explanation},
                        {"sender", entry.sender.is_zero() ? Json(nullptr) : Json(entry.sender.hex())},
                        {"received_at", iso_time(entry.received_ms)},
                        {"bytes", entry.size},
                        {"acceptable", entry.acceptable},
                        {"advice", entry.advice}});
    }
    return list;
}

void print_quarantine(const std::vector<exchange::QuarantineEntry>& entries) {
    for (const exchange::QuarantineEntry& entry : entries) {
        std::cout << "  " << short_id(entry.id.view()) << "  " << exchange::name_of(entry.reason) << "  received "
                  << iso_time(entry.received_ms) << "  " << size_text(entry.size) << "\n    "
                  << plain(entry.explanation) << "\n    " << entry.advice << '\n';
    }
}

Json invitations_json(const std::vector<exchange::OpenInvitation>& invitations) {
    Json list = Json::array();
    for (const exchange::OpenInvitation& invitation : invitations) {
        list.push_back({{"invite", invitation.invite.hex()},
                        {"person", invitation.name},
                        {"role", team::name_of(invitation.role)},
                        {"expires_at", iso_time(invitation.expires_ms)},
                        {"cancelled", invitation.cancelled},
                        {"history", invitation.without_history ? "none" : "all"}});
    }
    return list;
}

void print_invitations(const std::vector<exchange::OpenInvitation>& invitations) {
    for (const exchange::OpenInvitation& invitation : invitations) {
        std::cout << "Invited, not here yet: " << one_line(invitation.name, 40) << ", "
                  << team::name_of(invitation.role) << ", until " << iso_time(invitation.expires_ms)
                  << (invitation.without_history ? ", without history" : "")
                  << (invitation.cancelled ? ", cancelled" : "") << "  (invitation "
                  << short_id(invitation.invite.view()) << ")\n";
    }
}

Json erased_json(const exchange::Erased& erased) {
    Json revisions = Json::array();
    for (const Hash& name : erased.revisions) {
        revisions.push_back(name.hex());
    }
    return {{"record", erased.record.hex()}, {"whole", erased.whole},           {"by", erased.person},
            {"device", erased.device.hex()}, {"at", iso_time(erased.asked_ms)}, {"reason", erased.reason},
            {"revisions", revisions}};
}

std::string erased_line(const exchange::Erased& erased) {
    const std::string what = erased.whole ? "Record " + short_id(erased.record.view())
                                          : std::to_string(erased.revisions.size()) + " revisions of record " +
                                                short_id(erased.record.view());
    return what + " erased on request by " + one_line(erased.person, 40) + " on " + iso_time(erased.asked_ms) + ": " +
           one_line(erased.reason, 256) + "\n";
}

}  // namespace fieldseal::ctl
