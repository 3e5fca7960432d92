#include "sync/team/sealed_share.h"

#include <algorithm>

namespace fieldseal::team {

using EpochShare = std::pair<DeviceId, Bytes>;

void add_share(Epoch& epoch, const RosterDevice& device, const crypto::BoxKeyPair& team_key) {
    const auto place = std::ranges::lower_bound(epoch.shares, device.device, {}, &EpochShare::first);
    if (place == epoch.shares.end() || place->first != device.device) {
        epoch.shares.emplace(place, device.device, crypto::seal_box(device.box_key, team_key.secret_key.view()));
    }
}

std::optional<crypto::BoxKeyPair> open_share(const Epoch& epoch, const DeviceId& device,
                                             const crypto::BoxKeyPair& own) {
    const auto share = std::ranges::lower_bound(epoch.shares, device, {}, &EpochShare::first);
    if (share == epoch.shares.end() || share->first != device) {
        return std::nullopt;
    }
    const auto secret = crypto::open_box(own, share->second);
    if (!secret || secret->size() != crypto::key_size) {
        return std::nullopt;
    }
    crypto::BoxKeyPair pair = crypto::box_key_pair_from(secret->view());
    return pair.public_key == epoch.public_key ? std::optional(std::move(pair)) : std::nullopt;
}

}  // namespace fieldseal::team
