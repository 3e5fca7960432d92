// What a hub must know of the team, and how this device shows who it is: docs/formats/hub.md.
#include "sync/exchange/shelves.h"
#include "sync/exchange/synchronisation.h"
#include "sync/team/access_list.h"
#include "sync/team/hub_token.h"

namespace fieldseal::exchange {

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

std::optional<StoreStep> Synchronisation::tell_hub() {
    if (!options_.hub || team::authority_of(self_.roster, self_.own_device) == team::Authority::none ||
        told_ == self_.roster.version) {
        return std::nullopt;
    }
    told_ = self_.roster.version;
    return TellHub{told_, team::encode(team::access_list_of(self_.roster, self_.deployment, self_.keys.signing))};
}

}  // namespace fieldseal::exchange
