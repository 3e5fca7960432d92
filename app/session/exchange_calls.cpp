// What leaves and enters the vault: invitations, export, import, sync, status, verify.
#include <algorithm>

#include "app/session/implementation.h"
#include "model/crypto/hash.h"

namespace fieldseal::session {

void Session::Implementation::after_import(const std::vector<exchange::ImportReport>& reports) {
    for (const exchange::ImportReport& report : reports) {
        changed.insert(changed.end(), report.records.begin(), report.records.end());
        // It may have asked to erase records that nothing else in the bundle speaks of.
        all_changed = all_changed || report.new_roster;
    }
    std::vector<RecordId> sites;
    for (const RecordId& record : changed) {
        const std::optional<vault::Summary> summary = vault->summary(record);
        if (summary && summary->kind == record::Kind::site) {
            sites.push_back(record);
        }
    }
    if (!sites.empty()) {
        const std::vector<RecordId> parts = vault->refresh_parts_of(sites);
        changed.insert(changed.end(), parts.begin(), parts.end());
    }
    if (exchange->travel_mode()) {
        // What came may have been the receipt that something waited for.
        exchange->erase_for_travel();
        all_changed = true;
    }
    if (all_changed) {
        drop_words_of_gone();
    }
    load_questionnaires();
    // Assessments that came before their template have no score yet.
    renew_summaries();
    open_for_editing.clear();
    deliveries_changed = true;
    exchange_changed = true;
    ++generation;
}

exchange::Invited Session::invite(team::Role role, const std::string& person, team::History history) {
    if (person.find_first_not_of(" \t\n") == std::string::npos) {
        throw Error(ErrorCode::failed, "An invitation needs the person's name.");
    }
    exchange::Invited invited =
        implementation_->joined().invite(role, person, implementation_->vault->environment().passphrase_cost, std::nullopt, history,
                                         implementation_->store_for_others());
    implementation_->exchange_changed = true;
    ++implementation_->generation;
    return invited;
}

Bytes Session::hub_access_list() {
    return implementation_->joined().hub_access_list();
}

KeptHub Session::kept_hub() {
    return {{setting("hub_folder"), setting("hub_reached_at")}, setting("hub_on") == "yes"};
}

void Session::keep_hub(const KeptHub& hub) {
    vault::Transaction transaction(*implementation_->vault);
    set_setting("hub_folder", hub.place.folder.string());
    set_setting("hub_reached_at", hub.place.reached_at);
    set_setting("hub_on", hub.on ? "yes" : "");
    transaction.commit();
}

crypto::Secret Session::hub_token(const std::string& hub_url) {
    // Other clients reach a hub by its WebDAV address; it is the same hub.
    const std::size_t scheme = hub_url.find("://");
    const bool webdav = hub_url.starts_with("webdavs://") || hub_url.starts_with("webdav://");
    const std::optional<std::string> audience = store::hub_audience(webdav ? "hub" + hub_url.substr(scheme) : hub_url);
    if (!audience) {
        throw Error(ErrorCode::usage,
                    "This is no hub's address. It begins with hub:// and stands on the screen of whoever runs the hub.");
    }
    return implementation_->joined().hub_token(*audience);
}

exchange::OutgoingReport Session::export_bundles(const std::filesystem::path& folder, const Progress& progress) {
    exchange::Exchange& exchange = implementation_->joined();
    cut_all();
    const exchange::OutgoingReport report = exchange.export_bundles(folder, progress);
    implementation_->deliveries_changed = true;
    ++implementation_->generation;
    return report;
}

std::vector<exchange::ImportReport> Session::import_files(const std::vector<std::filesystem::path>& files,
                                                          const Progress& progress) {
    exchange::Exchange& exchange = implementation_->joined();
    std::vector<exchange::ImportReport> reports;
    bool new_keys = false;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (progress && !progress(i, files.size())) {
            break;
        }
        try {
            reports.push_back(exchange.import_file(files[i]));
        } catch (const Error& error) {
            // One unreadable file does not keep the others out.
            if (files.size() == 1) {
                throw;
            }
            exchange::ImportReport report;
            report.source = files[i].string();
            report.outcome = exchange::ImportReport::Outcome::refused;
            report.reason = error.what();
            reports.push_back(std::move(report));
        }
        new_keys = new_keys || reports.back().new_roster;
    }
    // A stick may hold what is sealed to the team before the roster that brings its key: what could not be opened then
    // is tried again.
    for (std::size_t i = 0; new_keys && i < reports.size(); ++i) {
        if (reports[i].failure == bundle::OpenFailure::not_for_us) {
            reports[i] = exchange.import_file(files[i]);
        }
    }
    implementation_->after_import(reports);
    return reports;
}

Status Session::status() {
    exchange::Exchange& exchange = implementation_->joined();
    Status status;
    status.records = exchange.deliveries();
    status.missing = exchange.missing();
    status.quarantine = exchange.quarantine();
    for (const exchange::RecordDelivery& record : status.records) {
        switch (record.delivery) {
            case Delivery::drafted:
                ++status.drafted;
                break;
            case Delivery::sealed:
                ++status.sealed;
                break;
            case Delivery::sent:
                ++status.sent;
                break;
            case Delivery::delivered:
                ++status.delivered;
                break;
            case Delivery::none:
                break;
        }
    }
    return status;
}

vault::VerifyReport Session::verify(const Progress& progress) {
    exchange::Exchange& exchange = implementation_->joined();
    return implementation_->vault->verify(
        exchange.deployment().id, [&exchange](const DeviceId& device) { return exchange.key_of(device); }, progress);
}

}  // namespace fieldseal::session
