#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/crypto/hash.h"
#include "sealed_file_cases.h"
#include "sync/team/invitation_codec.h"
#include "sync/team/invitation_text.h"
#include "team_world.h"
#include "vectors.h"

namespace fieldseal::vectors {

using namespace team;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view invitation_code = "01234567890123456789";
constexpr std::size_t open_size = 33;

/// A file around any padded content, valid up to there.
Bytes seal_padded(ByteView padded, crypto::Random& random) {
    Bytes file(open_size);
    const std::string_view magic = "FSINVITE";
    std::copy(magic.begin(), magic.end(), file.begin());
    file[8] = 1;
    file[12] = 1;     // one pass
    file[15] = 0x20;  // over 8,192 KiB
    const auto salt = random.id<crypto::Salt>();
    std::copy(salt.bytes.begin(), salt.bytes.end(), file.begin() + 17);
    const crypto::Secret stretched = crypto::stretch(view_of(invitation_code), salt, crypto::test_cost);
    const crypto::Secret key = crypto::keyed_hash(stretched.view(), "fieldseal/v1/invitation", {});
    const Bytes sealed = crypto::seal_value(key.view(), file, padded, random);
    file.insert(file.end(), sealed.begin(), sealed.end());
    return file;
}

/// "As text": what is read from a text, and which texts are refused.
Json texts_of(const Bytes& file) {
    Json list = Json::array();
    const std::string good = invitation_text(file);
    const auto add = [&](const std::string& name, const std::string& expect, const std::string& text) {
        list.push_back({{"name", "text: " + name}, {"expect", expect}, {"text", text}});
        if (expect == "ok") {
            list.back()["bytes"] = to_base64(file);
        }
    };
    const auto changed = [&](const std::string& name, const std::string& expect, auto change) {
        std::string text = good;
        change(text);
        add(name, expect, text);
    };
    add("as it should be", "ok", good);
    changed("small letters", "ok", [](std::string& t) {
        std::ranges::transform(t, t.begin(), [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    });
    changed("line ends and blanks", "ok", [](std::string& t) {
        for (std::size_t at = 60; at < t.size(); at += 62) {
            t.insert(at, "\r\n");
        }
        t = "\t " + t + "\n";
    });
    add("empty", "damaged", "");
    changed("another mark", "damaged", [](std::string& t) { t[2] = 'X'; });
    changed("without its mark", "damaged", [](std::string& t) { t.erase(0, 9); });
    changed("cut by one letter", "damaged", [](std::string& t) { t.pop_back(); });
    changed("cut by eight letters", "damaged", [](std::string& t) { t.resize(t.size() - 8); });
    changed("a letter too many", "damaged", [](std::string& t) { t += 'A'; });
    changed("padding behind it", "damaged", [](std::string& t) { t += "======"; });
    changed("twice", "damaged", [](std::string& t) { t += t; });
    changed("a letter of another alphabet", "damaged", [](std::string& t) { t[700] = '1'; });
    changed("bits behind the last byte", "damaged", [](std::string& t) { t.back() = '7'; });
    return list;
}

}  // namespace

std::string invitation_vectors() {
    crypto::SeededRandom random(seed_of("invitation"));
    const crypto::ReplayedSodium replayed(random);
    TeamWorld world(random);
    Invitation& invitation = world.open_invitation;
    invitation.store_url = "https://hub.example:8443/dav/";
    const crypto::Secret code(view_of(invitation_code));
    const Bytes file = seal_invitation(invitation, code, crypto::test_cost, random);

    SealedFileCases cases(file, invitation_code);
    cases.add("as it should be", "ok", file);
    cases.holds({{"invitation", invitation.invite.hex()},
                 {"deployment", invitation.deployment.hex()},
                 {"deployment_name", invitation.deployment_name},
                 {"root", invitation.root.hex()},
                 {"person", invitation.person.hex()},
                 {"person_name", invitation.person_name},
                 {"role", name_of(invitation.role)},
                 {"expires_ms", std::to_string(invitation.expires_ms)},
                 {"store_url", invitation.store_url},
                 {"inviter_name", invitation.inviter_name},
                 {"shared_key", to_hex(invitation.shared_key.view())},
                 {"one_time_seed", to_hex(invitation.one_time_seed.view())}});
    cases.add("another code", "locked", file, "01234567890123456780");
    cases.add("empty", "damaged", {});
    cases.changed("magic", "damaged", [](Bytes& b) { b[0] ^= 1; });
    cases.changed("magic of a bundle", "damaged", [](Bytes& b) { b[2] = 'B'; });
    cases.changed("version 0", "damaged", [](Bytes& b) { b[8] = 0; });
    cases.changed("version 2", "newer_version", [](Bytes& b) { b[8] = 2; });
    cases.changed("version 2, cut behind it", "newer_version", [](Bytes& b) { b[8] = 2, b.resize(9); });
    cases.changed("no pass", "damaged", [](Bytes& b) { b[12] = 0; });
    cases.changed("17 passes", "damaged", [](Bytes& b) { b[12] = 17; });
    cases.changed("passes of 32 bits", "damaged", [](Bytes& b) { b[9] = 0xff; });
    cases.changed("less memory than allowed", "damaged", [](Bytes& b) { b[15] = 0x1f; });
    cases.changed("memory of 4 TiB", "damaged", [](Bytes& b) { b[13] = 0xff; });
    cases.changed("another cost than it was sealed with", "locked", [](Bytes& b) { b[12] = 2; });
    cases.changed("salt flipped", "locked", [](Bytes& b) { b[17] ^= 1; });
    cases.changed("nonce flipped", "locked", [](Bytes& b) { b[33] ^= 1; });
    cases.changed("content flipped", "locked", [](Bytes& b) { b[500] ^= 1; });
    cases.changed("tag flipped", "locked", [](Bytes& b) { b.back() ^= 1; });
    cases.changed("cut in the salt", "damaged", [](Bytes& b) { b.resize(20); });
    cases.changed("cut under the least size", "damaged", [](Bytes& b) { b.resize(open_size + 40 + 2047); });
    cases.changed("cut by one byte", "damaged", [](Bytes& b) { b.pop_back(); });
    cases.changed("a byte too many", "locked", [](Bytes& b) { b.push_back(0); });

    const crypto::Secret secret = encode_invitation(invitation);
    const Bytes content(secret.view().begin(), secret.view().end());
    const auto inner = [&](const std::string& name, const std::string& expect, auto change) {
        Bytes bytes = content;
        change(bytes);
        cases.add("content: " + name, expect, seal_padded(crypto::pad(bytes, least_content_size), random));
    };
    // Format, invitation, deployment, its name, root, person, name.
    const std::size_t person_name_at = 1 + 16 + 16 + 1 + invitation.deployment_name.size() + 32 + 16;
    const std::size_t role_at = person_name_at + 1 + invitation.person_name.size();
    inner("sealed by hand", "ok", [](Bytes&) {});
    inner("format 0", "damaged", [](Bytes& b) { b[0] = 0; });
    inner("format 2", "newer_version", [](Bytes& b) { b[0] = 2; });
    inner("role 0", "damaged", [&](Bytes& b) { b[role_at] = 0; });
    inner("role 4", "damaged", [&](Bytes& b) { b[role_at] = 4; });
    inner("name that is no UTF-8", "damaged", [&](Bytes& b) { b[person_name_at + 1] = 0xc0; });
    inner("one secret missing", "damaged", [](Bytes& b) { b.resize(b.size() - 32); });
    inner("a byte too many", "damaged", [](Bytes& b) { b.push_back(1); });
    inner("another root", "refused", [&](Bytes& b) { b[person_name_at - 16 - 1] ^= 1; });
    inner("another deployment than the roster's", "refused", [](Bytes& b) { b[20] ^= 1; });
    Bytes padded = crypto::pad(content, least_content_size);
    padded.back() = 1;
    cases.add("padding: not zeros", "damaged", seal_padded(padded, random));
    cases.add("padding: none", "damaged", seal_padded(Bytes(2048), random));
    padded = crypto::pad(content, 4096);
    cases.add("padding: more than it takes", "damaged", seal_padded(padded, random));

    Json json;
    json["about"] = "docs/formats/invitation.md; made by tests/vectors/make_vectors.cpp";
    json["vectors"] = cases.list();
    json["text"] = texts_of(file);
    return json.dump(1) + "\n";
}

}  // namespace fieldseal::vectors
