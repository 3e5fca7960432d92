// What a hub must know of the team, and how this device shows who it is: docs/formats/hub.md.
#include <algorithm>

#include "sync/exchange/implementation.h"
#include "sync/exchange/shelves.h"
#include "sync/team/hub_token.h"

namespace fieldseal::exchange {

namespace {

constexpr std::string_view access_folder = "access";

/// The newest list that the hub shows; 0 where it shows none.
std::uint64_t version_at(store::Store& hub) {
    std::uint64_t newest = 0;
    for (const store::StoredObject& object : hub.list(std::string(access_folder))) {
        const std::string_view name = std::string_view(object.name).substr(access_folder.size() + 1);
        newest = std::max(newest, team::parse_access_object_name(name).value_or(0));
    }
    return newest;
}

}  // namespace

Bytes Exchange::hub_access_list() {
    return team::encode(
        team::access_list_of(implementation_->roster, implementation_->deployment, implementation_->keys.signing));
}

crypto::Secret Exchange::hub_token(std::string_view audience) {
    const std::optional<Bytes> enrolment = implementation_->vault.shelf(shelves::deployment).get("enrolment");
    return team::encode(
        team::make_hub_token(implementation_->deployment.id, audience, implementation_->keys.signing,
                             enrolment ? std::optional(team::decode_enrolment(*enrolment)) : std::nullopt));
}

SyncReport Exchange::sync_with_hub(store::Store& hub, const Progress& progress) {
    bool refused = false;
    const auto tell = [&] {
        if (authority() == team::Authority::none || version_at(hub) >= implementation_->roster.version) {
            return;
        }
        try {
            hub.put_if_absent(
                std::string(access_folder) + "/" + team::access_object_name(implementation_->roster.version),
                hub_access_list());
        } catch (const Error& error) {
            // What this device may do there goes on by the list that the hub has.
            if (error.code() != ErrorCode::refused) {
                throw;
            }
            refused = true;
        }
    };
    // First of all: whoever was shut out should not use the time of a long transfer.
    tell();
    const std::uint64_t told = implementation_->roster.version;
    SyncReport report = sync(hub, progress);
    if (implementation_->roster.version != told) {
        refused = false;
        tell();
    }
    report.access_refused = refused;
    return report;
}

}  // namespace fieldseal::exchange
