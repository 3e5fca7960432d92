// Team keys sealed to devices of the team.
#pragma once

#include "sync/team/roster.h"

namespace fieldseal::team {

/// Seals the epoch's secret key to the device, at its place in the list; changes nothing where the device has a share.
void add_share(Epoch& epoch, const RosterDevice& device, const crypto::BoxKeyPair& team_key);

/// The epoch's key pair, opened with the device's own; nothing where it has no share, the share does not open, or it is
/// not the key it claims.
std::optional<crypto::BoxKeyPair> open_share(const Epoch& epoch, const DeviceId& device, const crypto::BoxKeyPair& own);

}  // namespace fieldseal::team
