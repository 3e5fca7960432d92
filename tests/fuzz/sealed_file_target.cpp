// Invitations and recovery kits: the file before its code is tried, and what lies inside.
#include <algorithm>

#include "model/error/error.h"
#include "sync/team/authority.h"
#include "sync/team/invitation_codec.h"
#include "sync/team/kit_codec.h"
#include "targets.h"
#include "team_world.h"

namespace fieldseal::fuzz {

using namespace team;
using vectors::TeamWorld;

namespace {

const crypto::Secret& code() {
    static const crypto::Secret digits(view_of("0123456789012345678901234567890123456789"));
    return digits;
}

struct Files {
    Kit kit;
    std::vector<Bytes> sealed;
};

const Files& files() {
    static const Files made = [] {
        crypto::SeededRandom random(7);
        const crypto::ReplayedSodium replayed(random);
        const TeamWorld world(random);
        DeviceKeys keys = DeviceKeys::make(random);
        const auto invite = random.id<InviteId>();
        Roster roster = world.roster;
        const std::pair<std::uint64_t, const crypto::BoxKeyPair*> key{1, &world.founding.team_key};
        add_kit(roster, keys, world.founding.deployment.own_person, invite, std::span(&key, 1));
        publish(roster, world.roster, TeamWorld::now, world.founding.keys.signing);
        const Deployment& deployment = world.founding.deployment;
        Kit kit{deployment.id, deployment.name, deployment.root,   deployment.own_person,         "Olena",
                invite,        "https://hub/",  std::move(roster), deployment.shared_key.clone(), std::move(keys)};
        std::vector<Bytes> sealed{seal_invitation(world.open_invitation, code(), crypto::test_cost, random),
                                  seal_kit(kit, code(), crypto::test_cost, random)};
        return Files{std::move(kit), std::move(sealed)};
    }();
    return made;
}

/// Trying a code may cost up to 2 GiB and a second, by what the file says: such a file tells nothing more here.
bool is_cheap(ByteView file) {
    const auto number = [&](std::size_t at) {
        return std::uint32_t{file[at]} << 24 | std::uint32_t{file[at + 1]} << 16 | std::uint32_t{file[at + 2]} << 8 |
               std::uint32_t{file[at + 3]};
    };
    if (file.size() < 17) {
        return true;
    }
    const crypto::PassphraseCost cost{number(9), number(13)};
    return !crypto::cost_is_acceptable(cost) ||
           (cost.operations <= crypto::test_cost.operations && cost.memory_kib <= crypto::test_cost.memory_kib);
}

}  // namespace

void run_sealed_file(ByteView input) {
    if (input.empty() || !is_cheap(input.subspan(1))) {
        return;
    }
    try {
        if (input[0] % 2 == 0) {
            open_invitation(input.subspan(1), code());
        } else {
            open_kit(input.subspan(1), code());
        }
    } catch (const Error& error) {
        insist(error.code() == ErrorCode::damaged || error.code() == ErrorCode::locked ||
                   error.code() == ErrorCode::newer_version,
               "a changed file is damaged, locked or newer: what opens is what was sealed");
    }
}

std::vector<Bytes> sealed_file_seeds() {
    std::vector<Bytes> seeds;
    for (const Bytes& file : files().sealed) {
        seeds.push_back({static_cast<std::uint8_t>(seeds.size())});
        seeds.back().insert(seeds.back().end(), file.begin(), file.end());
    }
    return seeds;
}

void run_kit(ByteView input) {
    tolerate([&] {
        const Kit kit = decode_kit(input);
        insist(std::ranges::equal(encode_kit(kit).view(), input), "a kit encodes to the same bytes");
    });
}

std::vector<Bytes> kit_seeds() {
    const crypto::Secret content = encode_kit(files().kit);
    return {Bytes(content.view().begin(), content.view().end())};
}

}  // namespace fieldseal::fuzz
