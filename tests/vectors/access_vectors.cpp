// Access lists of a hub and the tokens that open it: docs/formats/hub.md.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/crypto/base64.h"
#include "sync/team/authority.h"
#include "sync/team/hub_token.h"
#include "team_world.h"
#include "vectors.h"

namespace fieldseal::vectors {

using namespace team;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
constexpr const char* host = "hub.example.org:8443";

struct Lists {
    const TeamWorld& world;
    AccessList first;
    AccessList next;

    explicit Lists(const TeamWorld& team)
        : world(team),
          first(access_list_of(team.roster, team.founding.deployment, team.founding.keys.signing)),
          next(access_list_of(without_assessor(), team.founding.deployment, team.deputy.signing)) {}

    Roster without_assessor() const {
        Roster roster = world.roster;
        revoke_device(roster, world.assessor.id(), 0);
        publish(roster, world.roster, TeamWorld::now, world.deputy.signing);
        return roster;
    }

    /// A consistent list of the owner's that a roster does not give.
    template <class Change>
    AccessList changed(Change change) const {
        AccessList list = first;
        change(list);
        Bytes statement = encode(list);
        statement.resize(statement.size() - crypto::Signature::size);
        list.signature = world.founding.keys.signing.sign("fieldseal/v1/access-list", statement);
        return list;
    }
};

Json decodes(const Lists& lists) {
    Json list = Json::array();
    const Bytes good = encode(lists.first);
    const auto add = [&](const std::string& name, const std::string& expect, const Bytes& bytes) {
        list.push_back({{"name", name}, {"expect", expect}, {"bytes", to_hex(bytes)}});
    };
    const auto changed = [&](const std::string& name, const std::string& expect, auto change) {
        Bytes bytes = good;
        change(bytes);
        add(name, expect, bytes);
    };
    // format, version (one byte), deployment, then how many signers
    constexpr std::size_t signers_at = 18;
    const std::size_t boxes_at = signers_at + 1 + 32 * lists.first.signers.size();
    constexpr std::size_t right_in_box = 80;
    add("of four devices and an invitation", "ok", good);
    add("without a revoked device", "ok", encode(lists.next));
    add("no boxes", "ok", encode(lists.changed([](AccessList& l) { l.boxes.clear(); })));
    add("empty", "damaged", {});
    changed("format 0", "damaged", [](Bytes& b) { b[0] = 0; });
    changed("format 2", "newer_version", [](Bytes& b) { b[0] = 2; });
    changed("version 0", "damaged", [](Bytes& b) { b[1] = 0; });
    changed("right 0", "damaged", [&](Bytes& b) { b[boxes_at + 1 + right_in_box] = 0; });
    changed("right 4", "damaged", [&](Bytes& b) { b[boxes_at + 1 + right_in_box] = 4; });
    changed("joined 2", "damaged", [&](Bytes& b) { b[boxes_at + 2 + right_in_box] = 2; });
    changed("more boxes than fit", "damaged", [&](Bytes& b) { b[boxes_at] = 0x7f; });
    changed("more boxes than allowed", "too_large", [&](Bytes& b) {
        b[boxes_at] = 0xc1;
        b.insert(b.begin() + static_cast<std::ptrdiff_t>(boxes_at) + 1, 0x3e);
    });
    changed("cut in the signature", "damaged", [](Bytes& b) { b.pop_back(); });
    changed("a byte behind the signature", "damaged", [](Bytes& b) { b.push_back(0); });
    const auto other = [&](const std::string& name, auto change) {
        add(name, "damaged", encode(lists.changed(change)));
    };
    other("no signer", [](AccessList& l) { l.signers.clear(); });
    other("signed by nobody of the signers", [](AccessList& l) { l.signer.bytes[0] ^= 1; });
    other("signers out of order", [](AccessList& l) { std::swap(l.signers[0], l.signers[1]); });
    other("a signer twice", [](AccessList& l) { l.signers.insert(l.signers.begin(), l.signers[0]); });
    other("boxes out of order", [](AccessList& l) { std::swap(l.boxes[0], l.boxes[1]); });
    other("an invitation twice", [](AccessList& l) { l.boxes.insert(l.boxes.begin(), l.boxes[0]); });
    other("one outbox for two", [](AccessList& l) { l.boxes[1].outbox = l.boxes[0].outbox; });
    other("an outbox that is a mailbox", [](AccessList& l) { l.boxes[1].outbox = l.boxes[1].mailbox; });
    other("one key for two", [](AccessList& l) { l.boxes[1].key = l.boxes[0].key; });
    return list;
}

Json checks(const Lists& lists) {
    Json list = Json::array();
    const auto add = [&](const std::string& name, const std::string& expect, const AccessList& in_force,
                         const AccessList& arrived) {
        list.push_back({{"name", name},
                        {"expect", expect},
                        {"in_force", to_hex(encode(in_force))},
                        {"arrived", to_hex(encode(arrived))}});
    };
    add("the next one, by a deputy", "newer", lists.first, lists.next);
    add("the one before", "older", lists.next, lists.first);
    add("the same", "older", lists.first, lists.first);
    add("the same version, others in it", "older", lists.first,
        lists.changed([](AccessList& l) { l.boxes.pop_back(); }));
    add("a far version", "newer", lists.first, lists.changed([](AccessList& l) { l.version += version_jump_limit; }));
    add("too far a version", "forged", lists.first,
        lists.changed([](AccessList& l) { l.version += version_jump_limit + 1; }));
    AccessList forged = lists.next;
    forged.signature.bytes[3] ^= 1;
    add("a signature that does not hold", "forged", lists.first, forged);
    add("another deployment", "forged", lists.first, lists.changed([](AccessList& l) {
        l.deployment.bytes[0] ^= 1;
        ++l.version;
    }));
    AccessList alone = lists.changed([&](AccessList& l) {
        const DeviceId deputy = lists.world.deputy.id();
        std::erase_if(l.signers, [&](const auto& key) { return crypto::device_of(key) == deputy; });
    });
    add("by somebody who may no longer", "forged", alone, lists.next);
    return list;
}

Json tokens(const Lists& lists, crypto::Random& random) {
    Json list = Json::array();
    const TeamWorld& world = lists.world;
    const DeploymentId deployment = world.founding.deployment.id;
    const DeviceKeys newcomer = DeviceKeys::make(random);
    const DeviceKeys stranger = DeviceKeys::make(random);
    const auto text = [](const HubToken& token) { return std::string(text_of(encode(token).view())); };
    const auto add = [&](const std::string& name, const std::string& token, const AccessList& access,
                         const std::string& audience, const std::optional<InviteId>& expect) {
        list.push_back({{"name", name},
                        {"expect", expect ? expect->hex() : "none"},
                        {"access", to_hex(encode(access))},
                        {"audience", audience},
                        {"token", token}});
    };
    const InviteId box = world.roster.device(world.assessor.id())->invite;
    const HubToken device = make_hub_token(deployment, pin, world.assessor.signing, std::nullopt);
    add("a device", text(device), lists.first, pin, box);
    add("a device, by the hub's host", text(make_hub_token(deployment, host, world.assessor.signing, std::nullopt)),
        lists.first, host, box);
    add("made for another hub", text(device), lists.first, host, std::nullopt);
    add("a device that was shut out", text(device), lists.next, pin, std::nullopt);
    add("a stranger", text(make_hub_token(deployment, pin, stranger.signing, std::nullopt)), lists.first, pin,
        std::nullopt);
    DeploymentId elsewhere = deployment;
    elsewhere.bytes[0] ^= 1;
    add("of another deployment", text(make_hub_token(elsewhere, pin, world.assessor.signing, std::nullopt)),
        lists.first, pin, std::nullopt);
    HubToken claimed = device;
    claimed.by = world.reviewer.id();
    add("in another's name", text(claimed), lists.first, pin, std::nullopt);

    const InviteId open = world.open_invitation.invite;
    const Enrolment enrolment = make_enrolment(world.open_invitation, newcomer, TeamWorld::now);
    const HubToken joining = make_hub_token(deployment, pin, newcomer.signing, enrolment);
    add("a newcomer", text(joining), lists.first, pin, open);
    const AccessList joined = lists.changed([&](AccessList& l) {
        for (AccessBox& one : l.boxes) {
            if (one.invite == open) {
                one.joined = true;
                one.key = newcomer.signing.verify_key();
            }
        }
    });
    add("a newcomer that joined meanwhile", text(joining), joined, pin, open);
    const HubToken second = make_hub_token(deployment, pin, stranger.signing,
                                           make_enrolment(world.open_invitation, stranger, TeamWorld::now));
    add("a second one by the same invitation", text(second), joined, pin, std::nullopt);
    add("a newcomer's word without the invitation's", text([&] {
            HubToken forged = joining;
            std::get<Enrolment>(forged.by).by_invite.bytes[5] ^= 1;
            return forged;
        }()),
        lists.first, pin, std::nullopt);
    add("a newcomer's enrolment in another hand", text(make_hub_token(deployment, pin, stranger.signing, enrolment)),
        lists.first, pin, std::nullopt);
    add("of a cancelled invitation", text(joining), lists.changed([&](AccessList& l) {
        std::erase_if(l.boxes, [&](const AccessBox& one) { return one.invite == open; });
    }),
        pin, std::nullopt);

    const std::string good = text(device);
    add("empty", "", lists.first, pin, std::nullopt);
    add("cut", good.substr(0, good.size() - 4), lists.first, pin, std::nullopt);
    add("with padding", good + "=", lists.first, pin, std::nullopt);
    add("in another alphabet", "+" + good.substr(1), lists.first, pin, std::nullopt);
    Bytes form = *crypto::from_base64url(good, hub_token_limit);
    form[0] = 3;
    add("form 3", crypto::to_base64url(form), lists.first, pin, std::nullopt);
    add("too long", std::string(hub_token_limit + 1, 'A'), lists.first, pin, std::nullopt);
    return list;
}

}  // namespace

std::string access_vectors() {
    crypto::SeededRandom random(seed_of("access"));
    const crypto::ReplayedSodium replayed(random);
    const TeamWorld world(random);
    const Lists lists(world);
    Json json;
    json["about"] = "docs/formats/hub.md; made by tests/vectors/make_vectors.cpp";
    json["decode"] = decodes(lists);
    json["check"] = checks(lists);
    json["token"] = tokens(lists, random);
    return json.dump(1) + "\n";
}

}  // namespace fieldseal::vectors
