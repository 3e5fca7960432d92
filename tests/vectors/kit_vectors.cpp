#include <nlohmann/json.hpp>

#include "model/crypto/hash.h"
#include "sealed_file_cases.h"
#include "sync/team/authority.h"
#include "sync/team/kit.h"
#include "team_world.h"
#include "vectors.h"

namespace fieldseal::vectors {

using namespace team;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kit_code = "0123456789012345678901234567890123456789";

/// A kit of the world's owner, in a roster that has it.
Kit make_kit(const TeamWorld& world, crypto::Random& random) {
    DeviceKeys keys = DeviceKeys::make(random);
    const auto invite = random.id<InviteId>();
    Roster roster = world.roster;
    const std::pair<std::uint64_t, const crypto::BoxKeyPair*> key{1, &world.founding.team_key};
    add_kit(roster, keys, world.founding.deployment.own_person, invite, std::span(&key, 1));
    publish(roster, world.roster, TeamWorld::now, world.founding.keys.signing);
    return {world.founding.deployment.id,
            world.founding.deployment.name,
            world.founding.keys.signing.verify_key(),
            world.founding.deployment.own_person,
            "Olena",
            invite,
            "https://hub.example:8443/dav/",
            std::move(roster),
            world.founding.deployment.shared_key.clone(),
            std::move(keys)};
}

}  // namespace

std::string kit_vectors() {
    crypto::SeededRandom random(seed_of("kit"));
    const crypto::ReplayedSodium replayed(random);
    const TeamWorld world(random);
    const Kit kit = make_kit(world, random);
    const crypto::Secret code(view_of(kit_code));
    const Bytes file = seal_kit(kit, code, crypto::test_cost, random);

    SealedFileCases cases(file, kit_code);
    cases.add("as it should be", "ok", file);
    cases.holds({{"deployment", kit.deployment.hex()},
                 {"deployment_name", kit.deployment_name},
                 {"root", kit.root.hex()},
                 {"person", kit.person.hex()},
                 {"person_name", kit.person_name},
                 {"invitation", kit.invite.hex()},
                 {"store_url", kit.store_url},
                 {"shared_key", to_hex(kit.shared_key.view())},
                 {"signing_seed", to_hex(kit.keys.signing.seed())},
                 {"box_key", to_hex(kit.keys.box.secret_key.view())}});
    cases.add("another code", "locked", file, "0123456789012345678901234567890123456780");
    cases.add("empty", "damaged", {});
    cases.changed("magic of an invitation", "damaged", [](Bytes& b) {
        const std::string_view magic = "FSINVITE";
        std::copy(magic.begin(), magic.end(), b.begin());
    });
    cases.changed("version 0", "damaged", [](Bytes& b) { b[8] = 0; });
    cases.changed("version 2", "newer_version", [](Bytes& b) { b[8] = 2; });
    cases.changed("no pass", "damaged", [](Bytes& b) { b[12] = 0; });
    cases.changed("memory of 4 TiB", "damaged", [](Bytes& b) { b[13] = 0xff; });
    cases.changed("salt flipped", "locked", [](Bytes& b) { b[17] ^= 1; });
    cases.changed("content flipped", "locked", [](Bytes& b) { b[600] ^= 1; });
    cases.changed("cut by one byte", "damaged", [](Bytes& b) { b.pop_back(); });
    cases.changed("a byte too many", "locked", [](Bytes& b) { b.push_back(0); });
    cases.changed("cut under the least size", "damaged", [](Bytes& b) { b.resize(33 + 40 + 2047); });
    // An invitation's file, sealed under the same code, is no kit.
    cases.add("an invitation", "damaged", seal_invitation(world.open_invitation, code, crypto::test_cost, random));

    const auto other = [&](const std::string& name, const std::string& expect, auto change) {
        Kit wrong{kit.deployment,         kit.deployment_name, kit.root,      kit.person,
                  kit.person_name,        kit.invite,          kit.store_url, kit.roster,
                  kit.shared_key.clone(), kit.keys.clone()};
        change(wrong);
        cases.add(name, expect, seal_kit(wrong, code, crypto::test_cost, random));
    };
    other("another root", "refused", [](Kit& k) { k.root.bytes[0] ^= 1; });
    other("another deployment than the roster's", "refused", [](Kit& k) { k.deployment.bytes[0] ^= 1; });
    other("keys that the roster does not have", "refused", [&](Kit& k) { k.keys = DeviceKeys::make(random); });
    other("another person than the roster's", "refused", [](Kit& k) { k.person.bytes[0] ^= 1; });
    other("another invitation than the roster's", "refused", [](Kit& k) { k.invite.bytes[0] ^= 1; });
    other("a roster without the kit", "refused", [&](Kit& k) { k.roster = world.roster; });
    other("a roster whose signature does not hold", "refused", [](Kit& k) { k.roster.signature.bytes[3] ^= 1; });

    Json json;
    json["about"] = "docs/formats/kit.md; made by tests/vectors/make_vectors.cpp";
    json["vectors"] = cases.list();
    return json.dump(1) + "\n";
}

}  // namespace fieldseal::vectors
