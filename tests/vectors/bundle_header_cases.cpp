#include <algorithm>

#include "bundle_cases.h"

namespace fieldseal::vectors {

using namespace bundle;

std::vector<BundleCase> header_cases(const World& world) {
    std::vector<BundleCase> cases;
    const auto add = [&](const std::string& name, const std::string& expect, auto change) {
        Recipe recipe;
        recipe.contents = world.contents();
        change(recipe);
        cases.push_back({"header: " + name, expect, std::move(recipe)});
    };
    /// Changes the whole bundle when all is done: nothing is authenticated anew.
    const auto after = [&](const std::string& name, const std::string& expect, std::function<void(Bytes&)> change) {
        add(name, expect, [&](Recipe& r) { r.all = change; });
    };
    const auto cut = [&](const std::string& name, const std::string& expect, std::size_t size) {
        after(name, expect, [size](Bytes& all) { all.resize(size); });
    };
    const auto flip = [&](const std::string& name, const std::string& expect, std::size_t at) {
        after(name, expect, [at](Bytes& all) { all[at] ^= 0x10; });
    };
    const std::vector<PublicKey> both{world.team.public_key, world.device.public_key};

    cut("empty", "not_a_bundle", 0);
    cut("cut in the magic", "truncated", 5);
    cut("cut before the version", "truncated", 8);
    cut("cut in the salt", "truncated", 30);
    cut("cut in the body size", "truncated", 43);
    cut("cut before the count", "truncated", 45);
    cut("cut in a stanza", "truncated", 100);
    cut("cut in the MAC", "truncated", one_header_size - 1);
    cut("nothing behind the MAC", "truncated", one_header_size);
    flip("magic flipped", "not_a_bundle", 0);
    flip("last letter of the magic flipped", "not_a_bundle", 7);
    after("magic of an invitation", "not_a_bundle",
          [](Bytes& all) { std::ranges::copy(view_of("FSINVITE"), all.begin()); });
    after("version 0", "malformed", [](Bytes& all) { all[8] = 0; });
    after("version 2", "newer_version", [](Bytes& all) { all[8] = 2; });
    after("version 255", "newer_version", [](Bytes& all) { all[8] = 255; });
    flip("salt flipped", "not_for_us", 9);
    flip("body size flipped", "tampered", 44);
    after("count 0", "malformed", [](Bytes& all) { all[45] = 0; });
    after("count 65", "malformed", [](Bytes& all) { all[45] = 65; });
    after("count 255", "malformed", [](Bytes& all) { all[45] = 255; });
    after("stanza of type 0", "malformed", [](Bytes& all) { all[stanza_at] = 0; });
    after("stanza of another type", "not_for_us", [](Bytes& all) { all[stanza_at] = 2; });
    after("stanza too short", "malformed", [](Bytes& all) { all[stanza_at + 2] = 87; });
    after("stanza too long", "malformed", [](Bytes& all) { all[stanza_at + 2] = 89; });
    after("stanza's length swapped", "malformed",
          [](Bytes& all) { std::swap(all[stanza_at + 1], all[stanza_at + 2]); });
    add("unknown stanza over the limit", "malformed", [](Recipe& r) {
        r.header = [](Header& header) { header.stanzas.push_back({2, Bytes(4097)}); };
    });
    flip("hint flipped", "not_for_us", stanza_at + 3);
    flip("ephemeral key flipped", "tampered", stanza_at + 11);
    flip("sealed share flipped", "tampered", stanza_at + 90);
    flip("MAC flipped", "tampered", one_header_size - 1);
    after("MAC of zeros", "tampered", [](Bytes& all) { std::fill_n(all.begin() + 137, 32, std::uint8_t{0}); });
    add("another share in the stanzas than the keys come from", "tampered",
        [](Recipe& r) { r.sealed_share = [](crypto::Secret& share) { share.writable()[0] ^= 1; }; });
    add("for a stranger", "not_for_us", [&](Recipe& r) { r.recipients = {world.stranger.public_key}; });
    add("for a stranger, with the reader's hint", "tampered", [&](Recipe& r) {
        r.recipients = {world.stranger.public_key};
        r.header = [&world](Header& header) {
            const Hint hint = hint_of(world.shared_key.view(), header.salt, world.team.public_key);
            std::ranges::copy(hint.bytes, header.stanzas[0].body.begin());
        };
    });
    add("hint of another deployment", "not_for_us", [&](Recipe& r) {
        r.header = [&world](Header& header) {
            const Bytes other(32, 0x77);
            const Hint hint = hint_of(other, header.salt, world.team.public_key);
            std::ranges::copy(hint.bytes, header.stanzas[0].body.begin());
        };
    });
    add("a recipient dropped", "tampered", [&](Recipe& r) {
        r.recipients = both;
        r.all = [](Bytes& all) {
            all[45] = 1;
            all.erase(all.begin() + stanza_at, all.begin() + stanza_at + 91);
        };
    });
    add("a recipient added", "tampered", [&](Recipe& r) {
        r.all = [](Bytes& all) {
            all[45] = 2;
            const Bytes stanza(all.begin() + stanza_at, all.begin() + stanza_at + 91);
            all.insert(all.begin() + stanza_at, stanza.begin(), stanza.end());
        };
    });
    add("stanzas swapped, authenticated", "malformed", [&](Recipe& r) {
        r.recipients = both;
        r.header = [](Header& header) { std::swap(header.stanzas[0], header.stanzas[1]); };
    });
    add("a stanza twice, authenticated", "malformed",
        [](Recipe& r) { r.header = [](Header& header) { header.stanzas.push_back(header.stanzas[0]); }; });
    add("a later kind of stanza in front, authenticated", "malformed", [](Recipe& r) {
        r.header = [](Header& header) { header.stanzas.insert(header.stanzas.begin(), Stanza{2, Bytes(10)}); };
    });
    const auto body_size = [&](const std::string& name, const std::string& expect, std::uint32_t size) {
        add(name, expect, [size](Recipe& r) { r.header = [size](Header& header) { header.body_size = size; }; });
    };
    body_size("body size that no writer makes, authenticated", "malformed", 24 + 17 + 641);
    body_size("body size 0, authenticated", "malformed", 0);
    body_size("body of a stream's header alone, authenticated", "malformed", 24);
    body_size("body with an empty chunk, authenticated", "malformed", 24 + 17);
    body_size("body under the least size, authenticated", "malformed", 24 + 17 + 608);
    body_size("largest body size, authenticated", "malformed", 0xffff'ffff);
    body_size("body size of a larger bundle, authenticated", "truncated", 24 + 17 + 672);
    add("body size of a smaller bundle, authenticated", "tampered", [](Recipe& r) {
        r.contents.items[0].body = Bytes(800, 1);
        r.header = [](Header& header) { header.body_size = 24 + 17 + 640; };
    });
    return cases;
}

}  // namespace fieldseal::vectors
